"""Hierarchical softmax, CBOW and the measured loss: the reference by its derivatives, the core by the reference."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from itertools import pairwise, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cw2v import Word2Vec, _core, reference
from cw2v.train import tables

from .oracle import assert_is_gradient

F64 = NDArray[np.float64]
DIM, USED = 16, 13
SEED = np.random.default_rng(19)

# ---- the reference: derivatives and probabilities ----


def random_window(n: int, m: int, seed: int) -> tuple[F64, F64, F64, F64]:
    """Contexts (n, 7), targets (m, 7), signs (m,), multiplicities (m,)."""
    rng = np.random.default_rng([seed, n, m])
    return rng.normal(size=(n, 7)), rng.normal(size=(m, 7)), rng.choice([-1.0, 1.0], m), rng.integers(1, 4, m) + 0.0


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "m"), [(1, 1), (3, 6), (5, 9)])
def test_hierarchical_softmax_gradients_are_the_derivatives(n: int, m: int, weighted: bool) -> None:
    context, nodes, sign, _ = random_window(n, m, 1)
    code = (sign < 0).astype(np.uint8)
    weight = np.arange(1.0, n + 1) if weighted else None
    by_context, by_nodes = reference.hierarchical_softmax_gradients(context, nodes, code, weight)
    for matrix, gradient in ((context, by_context), (nodes, by_nodes)):
        assert_is_gradient(
            lambda: reference.hierarchical_softmax_loss(context, nodes, code, weight), matrix, gradient
        )


@pytest.mark.parametrize("mean", [True, False], ids=["mean", "sum"])
@pytest.mark.parametrize("path", [False, True], ids=["noise", "path"])
@pytest.mark.parametrize(("n", "m"), [(1, 2), (4, 6), (9, 3)])
def test_cbow_gradients_are_the_derivatives(n: int, m: int, path: bool, mean: bool) -> None:
    context, target, sign, times = random_window(n, m, 2)
    if not path:
        sign = np.where(np.arange(m) == 0, 1.0, -1.0)
    arguments = (sign, mean, None if path else times)
    gradients = reference.cbow_gradients(context, target, *arguments)
    for matrix, gradient in zip((context, target), gradients, strict=True):
        assert_is_gradient(lambda: reference.cbow_loss(context, target, *arguments), matrix, gradient)


@pytest.mark.parametrize("mean", [True, False], ids=["mean", "sum"])
def test_an_exact_cbow_step_is_gradient_descent_on_both_objectives(mean: bool) -> None:
    context, target, _, times = random_window(4, 6, 3)
    _, nodes, signs, _ = random_window(4, 3, 4)
    noise_sign, alpha = np.where(np.arange(6) == 0, 1.0, -1.0), 0.05
    objectives = [(nodes, signs, alpha * signs), (target, noise_sign, alpha * noise_sign * times)]
    moved, (new_nodes, new_target) = reference.cbow_step(context, objectives, mean, exact=True)
    path = reference.cbow_gradients(context, nodes, signs, mean)
    noise = reference.cbow_gradients(context, target, noise_sign, mean, times)
    np.testing.assert_allclose(moved, context - alpha * (path[0] + noise[0]), rtol=1e-12)
    np.testing.assert_allclose(new_nodes, nodes - alpha * path[1], rtol=1e-12)
    np.testing.assert_allclose(new_target, target - alpha * noise[1], rtol=1e-12)
    as_word2vec, _ = reference.cbow_step(context, objectives, mean, exact=False)
    np.testing.assert_allclose(as_word2vec - context, (moved - context) * (4 if mean else 1), rtol=1e-9)


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=40), st.floats(0.1, 20))
@settings(max_examples=50, deadline=None)
def test_probabilities_under_the_tree_sum_to_one(counts: list[int], scale: float) -> None:
    rng = np.random.default_rng(len(counts))
    hidden, nodes = rng.normal(size=8) * scale, rng.normal(size=(len(counts) - 1, 8))
    paths = reference.huffman_paths(counts)
    logs = reference.tree_log_probabilities(hidden, nodes, paths)
    assert np.exp(logs).sum() == pytest.approx(1, abs=1e-12)
    for word_id in (0, len(counts) - 1):
        node, code = paths.of(word_id)
        loss = reference.hierarchical_softmax_loss(hidden[None, :], nodes[node], code)
        assert loss == pytest.approx(-logs[word_id], abs=1e-9)


# ---- Huffman trees of the core ----

VOCABULARIES = {
    "random": SEED.integers(1, 10_000, 300),
    "Zipf": (1e6 / np.arange(1, 500)).astype(np.int64),
    "equal": np.full(100, 7),
    "equal, power of two": np.full(64, 1),
    "with zeros": np.array([5, 0, 3, 0, 0, 9, 1]),
    "all zero": np.zeros(9, np.int64),
    "one word": np.array([3]),
    "two words": np.array([1, 8]),
    "Fibonacci": np.array([1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]),
    "large": np.array([2**61, 2**60, 2**59, 1]),
}


def check_tree(counts: NDArray[np.int64]) -> None:
    n = len(counts)
    paths = reference.Paths(*tables.huffman_paths(counts))
    for actual, expected in zip(paths, reference.huffman_paths(counts), strict=True):
        np.testing.assert_array_equal(actual, expected)
    counts = np.maximum(counts, 1)  # what was never seen counts as seen once
    lengths = np.diff(paths.begin)
    codes = [tuple(paths.of(w)[1]) for w in range(n)]
    assert all(a != b[: len(a)] for a, b in pairwise(sorted(codes))), "a code begins another one"
    assert sum(int(c) * int(k) for c, k in zip(counts, lengths, strict=True)) == reference.huffman_total(counts)
    weight = [0] * (n - 1)
    below: list[set[tuple[int, ...]]] = [set() for _ in weight]
    for word_id in range(n):
        nodes, code = paths.of(word_id)
        assert len(nodes) == 0 or nodes[0] == 0, "paths begin at the root"
        for depth, node in enumerate(nodes):
            weight[node] += int(counts[word_id])
            below[node].add(tuple(code[:depth]))
    assert all(len(prefixes) == 1 for prefixes in below), "a node stands at one place of the tree"
    assert weight == sorted(weight, reverse=True), "nodes are numbered by falling count"


@pytest.mark.parametrize("name", VOCABULARIES)
def test_codes_are_prefix_free_optimal_and_numbered_by_count(name: str) -> None:
    check_tree(np.asarray(VOCABULARIES[name], dtype=np.int64))


@given(st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**40)), min_size=1, max_size=80))
@settings(max_examples=100, deadline=None)
def test_any_counts_make_an_optimal_tree(counts: list[int]) -> None:
    check_tree(np.array(counts, dtype=np.int64))


def test_no_words_and_negative_counts_are_refused() -> None:
    with pytest.raises(Exception, match="negative"):
        tables.huffman_paths(np.array([3, -1]))
    with pytest.raises(ValueError, match="words"):
        _core.huffman_paths(np.zeros(0, np.int64))


@pytest.mark.parametrize("n", [1, 2, 1000, 100_000])
def test_words_never_seen_make_no_path_without_end(n: int) -> None:
    assert np.diff(tables.huffman_paths(np.zeros(n, np.int64))[0]).max() <= 2 * max(n - 1, 1).bit_length()


# ---- corpus with planted topics ----


def topics(n_sentences: int, seed: int = 0) -> list[list[str]]:
    """Sentences of ten words, each from one of four topics of 25 words."""
    rng = np.random.default_rng(seed)
    return [[f"t{topic}w{word}" for word in rng.integers(0, 25, 10)] for topic in rng.integers(0, 4, n_sentences)]


def skewed(n_sentences: int) -> list[list[str]]:
    """Sentences of ten words with counts by Zipf's law."""
    rng = np.random.default_rng(3)
    return [[f"w{w}" for w in np.minimum(rng.zipf(1.3, 10), 200)] for _ in range(n_sentences)]


def code_total(wv: Any) -> int:
    return sum(wv.get_vecattr(w, "count") * len(wv.get_vecattr(w, "code")) for w in wv.index_to_key)


def check_attributes(wv: Any) -> None:
    n = len(wv.index_to_key)
    for word in wv.index_to_key:
        code, point = wv.get_vecattr(word, "code"), wv.get_vecattr(word, "point")
        assert len(code) == len(point) > 0
        assert set(np.asarray(code).tolist()) <= {0, 1}
        assert np.asarray(point)[0] == n - 2, "the root has the highest number"
        assert np.asarray(point).min() >= 0


def test_words_have_their_codes_and_points() -> None:
    model = Word2Vec(skewed(200), vector_size=4, min_count=2, hs=1, negative=0, epochs=1, workers=1)
    check_attributes(model.wv)
    counts = [model.wv.get_vecattr(w, "count") for w in model.wv.index_to_key]
    assert code_total(model.wv) == reference.huffman_total(counts)
    plain = Word2Vec(skewed(20), vector_size=4, min_count=1, epochs=1, workers=1)
    with pytest.raises(KeyError):
        plain.wv.get_vecattr(plain.wv.index_to_key[0], "code")


def test_codes_are_as_short_as_gensims() -> None:
    gensim = pytest.importorskip("gensim.models")
    arguments = {"vector_size": 4, "min_count": 2, "hs": 1, "negative": 0, "epochs": 1, "workers": 1}
    ours, theirs = Word2Vec(skewed(200), **arguments), gensim.Word2Vec(skewed(200), **arguments)
    check_attributes(theirs.wv)
    assert set(ours.wv.index_to_key) == set(theirs.wv.index_to_key)
    assert code_total(ours.wv) == code_total(theirs.wv)


# ---- windows and epochs of the core against the reference ----


def make_epoch(ids: list[int] | NDArray[np.int64], n_words: int, **changes: Any) -> reference.Epoch:
    """One sentence of every token kept, fixed learning rate, full windows."""
    counts = np.maximum(np.bincount(ids, minlength=n_words), 1)
    epoch = reference.Epoch(
        ids=np.asarray(ids, dtype=np.int32), offsets=np.array([0, len(ids)], dtype=np.int64),
        keep=reference.keep_thresholds(np.ones(n_words)),
        noise=_core.alias_table(reference.noise_distribution(counts)), window=2, shrink_windows=False, negative=5,
        shared_negatives=True, seed=3, epoch=0, start_alpha=0.05, end_alpha=0.05, progress_begin=0.0,
        progress_step=0.0,
    )
    return replace(epoch, **changes)


def paths_of(epoch: reference.Epoch) -> reference.Paths:
    n_words = len(epoch.keep)
    return reference.Paths(*tables.huffman_paths(np.bincount(epoch.ids, minlength=n_words).astype(np.int64)))


def weights(n_words: int) -> list[NDArray[np.float32]]:
    """Input, output and nodes; output is not zero, so that a wrong order of steps shows."""
    rng = np.random.default_rng(11)
    sizes = (n_words, n_words, n_words - 1)
    return [tables.padded((rng.normal(size=(n, USED)) * 0.4).astype(np.float32)) for n in sizes]


def train_core(epoch: reference.Epoch, hs: bool, **changes: Any) -> tuple[list[NDArray[np.float32]], _core.Account]:
    """Input, output and nodes after the epoch in the core with one thread, and the account of it."""
    arguments: dict[str, Any] = {**asdict(epoch), "blocks": np.array([0, len(epoch.offsets) - 1]), "dim": DIM}
    core = _core.Epoch(**{**arguments, "paths": tuple(paths_of(epoch)) if hs else None, **changes})
    input, output, nodes = weights(len(epoch.keep))
    worker = _core.Worker(core, input, output if epoch.negative else output[:0], nodes=nodes if hs else None)
    return [input, output, nodes], worker.train(core, _core.Control())


CORPORA: dict[str, Callable[..., reference.Epoch]] = {
    "one window": lambda **c: make_epoch([0, 1, 2, 3, 4], 12, **c),
    "two words": lambda **c: make_epoch([0, 1, 0, 0], 2, **c),
    "one word": lambda **c: make_epoch([0, 0, 0], 1, **c),
    "repeated words": lambda **c: make_epoch([0, 1, 0, 0, 2, 2, 1, 0, 2, 3] * 3, 9, **{"window": 4, **c}),
    # Fifty contexts at once, many of them the same word, diverge with a larger learning rate.
    "wide windows": lambda **c: make_epoch(
        SEED_IDS, 60, **{"window": 25, "start_alpha": 0.002, "end_alpha": 0.002, **c}
    ),
    "shrinking windows, falling alpha": lambda **c: make_epoch(
        SEED_IDS, 60, **{"window": 5, "shrink_windows": True, "end_alpha": 0.01, "progress_begin": 0.5, **c}
    ),
}
SEED_IDS = np.minimum(SEED.zipf(1.4, 120) - 1, 59)
OBJECTIVES = {"path": (True, 0), "noise": (False, 5), "both": (True, 5), "both, much noise": (True, 14)}
MODES = {
    "skip-gram": {"sg": True},
    "mean": {"sg": False, "cbow_mean": True, "cbow_exact": False},
    "mean, exact": {"sg": False, "cbow_mean": True, "cbow_exact": True},
    "sum": {"sg": False, "cbow_mean": False, "cbow_exact": False},
    "sum, exact": {"sg": False, "cbow_mean": False, "cbow_exact": True},
    "skip-gram, pairs": {"sg": True, "shared_negatives": False},
    "mean, noise of its own": {"sg": False, "cbow_mean": True, "cbow_exact": False, "shared_negatives": False},
}


def assert_close(actual: NDArray[Any], expected: F64) -> None:
    if expected.size:
        np.testing.assert_allclose(actual, expected, rtol=1e-4, atol=1e-5 * float(np.abs(expected).max()))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("corpus", CORPORA)
def test_training_and_loss_equal_the_reference(corpus: str, objective: str, mode: str) -> None:
    hs, negative = OBJECTIVES[objective]
    chosen = dict(MODES[mode])
    epoch = CORPORA[corpus](negative=negative, shared_negatives=chosen.pop("shared_negatives", True))
    expected = [matrix.astype(np.float64) for matrix in weights(len(epoch.keep))]
    wanted_account = reference.train_corpus(
        expected[0], expected[1], replace(epoch, **chosen, paths=paths_of(epoch) if hs else None), expected[2]
    )
    before = weights(len(epoch.keep))
    moved = [True, negative > 0, hs]
    if len(epoch.keep) > 1:
        for old, new, moves in zip(before, expected, moved, strict=True):
            assert (np.abs(new - old).max() > 1e-3) == moves
    for simd, fused in product(_core.simd_available(), (True, False)):
        matrices, account = train_core(epoch, hs, simd=simd, fused=fused, measure_loss=True, **chosen)
        for actual, wanted in zip(matrices, expected, strict=True):
            assert_close(actual, wanted)
            assert not actual[:, USED:].any(), "padding was written"
        assert account[2] == wanted_account.pairs
        np.testing.assert_allclose(account[3], wanted_account.loss, rtol=1e-4)
        silent, account = train_core(epoch, hs, simd=simd, fused=fused, **chosen)
        assert account[3] == (0.0, 0.0, 0.0)
        for one, other in zip(matrices, silent, strict=True):
            np.testing.assert_array_equal(one, other, err_msg="measuring the loss changes the weights")


def test_the_corpora_have_what_they_are_for() -> None:
    """Repeated contexts, noise that coincides with noise and with the centre, and paths longer than the noise."""
    epoch = CORPORA["repeated words"](negative=5)
    key = reference.stream_key(epoch.seed, epoch.epoch, "noise")
    sets = [reference.noise_set(position, epoch.width) for position in range(len(epoch.ids))]
    draws = [reference.noise_words(epoch.noise, key, s, 5).tolist() for s in sets]
    assert any(len(set(d)) < 5 for d in draws)
    assert any(centre in d for centre, d in zip(epoch.ids.tolist(), draws, strict=True))
    assert np.diff(paths_of(CORPORA["wide windows"](negative=5)).begin).max() > 6


# ---- the model ----


LOSSES = [{"sg": 1}, {"sg": 0}, {"sg": 0, "hs": 1, "negative": 0}, {"sg": 1, "hs": 1}]


def losses(workers: int, **chosen: Any) -> list[float]:
    """Mean loss of each epoch on planted topics."""
    model = Word2Vec(topics(3000), vector_size=16, sample=0, workers=workers, compute_loss=True, **chosen)
    assert len(model.loss_history) == chosen["epochs"]
    assert model.training_report is not None
    total = sum(e.mean_loss * e.pairs for e in model.training_report.epochs)
    assert model.get_latest_training_loss() == pytest.approx(total)
    return model.loss_history


@pytest.mark.parametrize("chosen", LOSSES, ids=lambda c: "-".join(f"{k}={v}" for k, v in c.items()))
def test_two_workers_measure_the_loss_of_one(chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """In every epoch; with private rows, which no word of so small a corpus is frequent enough for, the last agrees."""
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 500)
    one = losses(1, epochs=4, **chosen)
    assert one[-1] < one[0]
    np.testing.assert_allclose(losses(2, epochs=4, **chosen), one, rtol=0.02)
    monkeypatch.setattr(tables, "PRIVATE_COUNT", 1)
    np.testing.assert_allclose(losses(2, epochs=4, **chosen)[-1], one[-1], rtol=0.02)


@pytest.mark.parametrize("chosen", LOSSES, ids=lambda c: "-".join(f"{k}={v}" for k, v in c.items()))
def test_no_loss_is_lost_between_workers(chosen: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where next to nothing is learnt the order of steps is of no account: the sums must be the same."""
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 500)
    still = {"epochs": 1, "alpha": 1e-9, "min_alpha": 1e-9, **chosen}
    np.testing.assert_allclose(losses(2, **still), losses(1, **still), rtol=1e-6)


COMBINATIONS = [
    {"sg": sg, "hs": hs, "negative": negative, **more}
    for (hs, negative), (sg, more) in product(
        [(1, 0), (0, 5), (1, 5)],
        [
            (1, {"shared_negatives": True}),
            (1, {"shared_negatives": False}),
            *((0, {"cbow_mean": m, "cbow_update": u}) for m in (0, 1) for u in ("word2vec", "exact")),
        ],
    )
]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("chosen", COMBINATIONS, ids=lambda c: "-".join(f"{k}={v}" for k, v in c.items()))
def test_words_of_one_topic_end_up_together(
    chosen: dict[str, Any], workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 500)
    exact = chosen.get("cbow_update") == "exact" and chosen["cbow_mean"]
    model = Word2Vec(
        topics(4000), vector_size=16, sample=0, epochs=5, workers=workers, alpha=0.075 if exact else 0.025, **chosen
    )
    unit = model.wv.vectors / np.linalg.norm(model.wv.vectors, axis=1, keepdims=True)
    similarity = unit @ unit.T
    np.fill_diagonal(similarity, -2)
    topic = np.array([word.split("w")[0] for word in model.wv.index_to_key])
    nearest = np.argsort(-similarity, axis=1)[:, :5]
    assert np.mean(topic[nearest] == topic[:, None]) > 0.9
    assert np.isfinite(model.wv.vectors).all()


@pytest.mark.parametrize("negative", [0, 5])
@pytest.mark.parametrize("sg", [0, 1])
def test_a_loaded_model_trains_on_alike(sg: int, negative: int, tmp_path: Path) -> None:
    corpus = skewed(100)
    model = Word2Vec(corpus, vector_size=10, min_count=1, sg=sg, hs=1, negative=negative, epochs=2, workers=1)
    model.save(tmp_path / "model")
    loaded = Word2Vec.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.syn1, model.syn1)
    check_attributes(loaded.wv)
    before = model.syn1.copy()
    for one in (model, loaded):
        one.train(corpus, total_examples=len(corpus), epochs=2)
    assert np.abs(model.syn1 - before).max() > 1e-3
    np.testing.assert_array_equal(loaded.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(loaded.syn1, model.syn1)
    if negative:
        np.testing.assert_array_equal(loaded.syn1neg, model.syn1neg)


# ---- asymmetric windows ----


@pytest.mark.parametrize(("left", "right"), [(0, 1), (3, 0), (2, 5), (1, 40)])
@pytest.mark.parametrize("shrink", [False, True])
def test_asymmetric_windows_reach_as_far_as_they_say(left: int, right: int, shrink: bool) -> None:
    epoch = make_epoch(SEED_IDS, 60, shrink_windows=shrink, offsets=np.array([0, 50, 51, 120]))
    core = _core.Epoch(**{**asdict(epoch), "window": (left, right), "blocks": np.array([0, 3]), "dim": DIM})
    sample = _core.Worker(core, *weights(60)[:2]).sample(core, 0)
    here = np.arange(120)
    first = np.repeat([0, 50, 51], [50, 1, 69])
    last = np.repeat([49, 50, 119], [50, 1, 69])
    furthest = np.maximum(here - left, first), np.minimum(here + right, last)
    if not shrink:
        np.testing.assert_array_equal(sample["left"], furthest[0])
        np.testing.assert_array_equal(sample["right"], furthest[1])
        return
    nearest = np.maximum(here - min(left, 1), first), np.minimum(here + min(right, 1), last)
    assert ((furthest[0] <= sample["left"]) & (sample["left"] <= nearest[0])).all()
    assert ((nearest[1] <= sample["right"]) & (sample["right"] <= furthest[1])).all()
    assert (sample["right"] == furthest[1]).any()


@pytest.mark.parametrize("sg", [True, False])
def test_a_window_to_one_side_trains_only_the_words_there(sg: bool) -> None:
    epoch = make_epoch([0, 1, 2, 3], 6)
    matrices, account = train_core(epoch, False, window=(1, 0), sg=sg)
    moved = np.abs(matrices[0] - weights(6)[0]).max(axis=1) > 0
    np.testing.assert_array_equal(moved, [True, True, True, False, False, False])
    assert account[2] == 3

"""Options of training: full softmax, windows, sub-sampling, noise, pairs, locks, starts, determinism, refusals."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import CallbackAny2Vec, KeyedVectors, Word2Vec, errors
from cw2v.train import estimate, tables

SMALL = {"sg": 1, "vector_size": 20, "min_count": 1, "workers": 1, "epochs": 2}
CORPUS = [[f"w{i}" for i in row] for row in np.random.default_rng(0).integers(0, 40, (100, 10))]
HELD_OUT = [[f"w{i}" for i in row] for row in np.random.default_rng(1).integers(0, 40, (30, 10))]


def zipf(n_sentences: int, n_words: int, seed: int = 0, length: int = 12) -> list[list[str]]:
    share = 1 / np.arange(1, n_words + 1)
    ids = np.random.default_rng(seed).choice(n_words, (n_sentences, length), p=share / share.sum())
    return [[f"w{i}" for i in row] for row in ids]


def digest(model: Word2Vec) -> str:
    outputs = [getattr(model, name) for name in ("syn1neg", "syn1") if hasattr(model, name)]
    return hashlib.sha256(b"".join(w.tobytes() for w in (model.wv.vectors, *outputs))).hexdigest()


def built(corpus: Any = CORPUS, **options: Any) -> Word2Vec:
    """A model with a vocabulary, not trained."""
    model = Word2Vec(**{**SMALL, **options})
    model.build_vocab(corpus)
    return model


def train(model: Word2Vec, corpus: Any = CORPUS, epochs: int = 1, **options: Any) -> tuple[int, int]:
    return model.train(corpus, total_examples=len(corpus), epochs=epochs, **options)


# ---- the full softmax ----


def softmax_loss(model: Word2Vec, corpus: list[list[str]], sides: tuple[int, int], sg: bool) -> float:
    """Mean negative logarithm of the probability of what is predicted, by the definition, in double precision."""
    vectors, outputs = model.wv.vectors.astype(float), model.syn1neg.astype(float)
    losses: list[float] = []
    for sentence in corpus:
        ids = [model.wv.key_to_index[word] for word in sentence if word in model.wv.key_to_index]
        for place, centre in enumerate(ids):
            around = ids[max(0, place - sides[0]) : place] + ids[place + 1 : place + 1 + sides[1]]
            # Skip-gram: each context predicts the centre, as in word2vec.c; CBOW: their mean does.
            hidden = vectors[around] if sg else vectors[around].mean(axis=0)[None] if around else vectors[:0]
            scores = hidden @ outputs.T
            losses += list(np.logaddexp.reduce(scores, axis=1) - scores[:, centre])
    return float(np.mean(losses))


def with_random_weights(model: Word2Vec) -> Word2Vec:
    """Weights of some size, for a loss that is not that of the beginning."""
    rng = np.random.default_rng(0)
    model.wv.vectors[:] = rng.normal(size=model.wv.vectors.shape)
    for name in ("syn1neg", "syn1"):
        if hasattr(model, name):
            getattr(model, name)[:] = rng.normal(size=model.wv.vectors.shape) * 0.5
    return model


@pytest.mark.parametrize("window", [2, (0, 3), (4, 1)])
@pytest.mark.parametrize("sg", [0, 1])
def test_the_softmax_loss_is_its_definition(sg: int, window: Any) -> None:
    sides = window if isinstance(window, tuple) else (window, window)
    options = {"sg": sg, "window": window, "shrink_windows": False, "sample": 0}
    model = with_random_weights(built(**options, objective="softmax"))
    expected = softmax_loss(model, HELD_OUT, sides, bool(sg))
    assert abs(expected - math.log(40)) > 0.5
    assert model.mean_loss(HELD_OUT) == pytest.approx(expected, rel=1e-5)
    assert model.mean_loss(HELD_OUT, objective="softmax") == pytest.approx(expected, rel=1e-5)
    # Of a model that is trained otherwise.
    other = with_random_weights(built(**options))
    assert other.mean_loss(HELD_OUT, objective="softmax") == pytest.approx(expected, rel=1e-5)
    assert abs(other.mean_loss(HELD_OUT) - expected) > 0.1
    # And the loss that training reports, while the weights hardly move.
    expected = softmax_loss(model, CORPUS, sides, bool(sg))
    train(model, compute_loss=True, start_alpha=1e-9, end_alpha=0)
    assert model.loss_history == pytest.approx([expected], rel=1e-5)
    assert model.training_report is not None
    assert model.training_report.epochs[0].pairs == _predictions(CORPUS, sides, bool(sg))


def _predictions(corpus: list[list[str]], sides: tuple[int, int], sg: bool) -> int:
    sizes = [min(i, sides[0]) + min(len(s) - 1 - i, sides[1]) for s in corpus for i in range(len(s))]
    return sum(sizes if sg else [size > 0 for size in sizes])


def test_the_softmax_begins_at_the_logarithm_of_the_vocabulary_and_learns() -> None:
    corpus = [["a", "b"], ["c", "d"], ["e", "f"]] * 30  # each word is certain, given the other
    model = Word2Vec(corpus, **{**SMALL, "epochs": 12}, objective="softmax", sample=0, alpha=0.5, compute_loss=True)
    losses = model.loss_history
    assert losses == sorted(losses, reverse=True)
    assert losses[0] <= math.log(6) + 1e-3
    assert losses[-1] < 0.2
    assert model.wv.most_similar("a", topn=1) != []
    scores = model.wv.vectors @ model.syn1neg.T
    index = model.wv.key_to_index
    for one, other in ("ab", "ba", "cd", "dc", "ef", "fe"):
        assert scores[index[one]].argmax() == index[other]


def test_a_softmax_step_is_the_gradient() -> None:
    model = with_random_weights(built([["a", "b"], ["c", "d", "e"]], objective="softmax"))
    vectors, outputs = model.wv.vectors.astype(float), model.syn1neg.astype(float)
    a, b = model.wv.key_to_index["a"], model.wv.key_to_index["b"]
    model.train_pairs([("a", "b")], epochs=1, start_alpha=0.1, end_alpha=0.1)
    share = np.exp(outputs @ vectors[a])
    error = np.eye(5)[b] - share / share.sum()
    changed = vectors.copy()
    changed[a] += 0.1 * error @ outputs
    np.testing.assert_allclose(model.syn1neg, outputs + 0.1 * np.outer(error, vectors[a]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(model.wv.vectors, changed, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("sg", [0, 1])
def test_the_cost_is_logged_before_training_and_is_a_warning_if_long(
    sg: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with caplog.at_level(logging.INFO, "cw2v"):
        model = Word2Vec(CORPUS, **{**SMALL, "sg": sg}, objective="softmax", sample=0)
    records = [r for r in caplog.records if "objective='softmax' computes all" in r.getMessage()]
    assert [r.levelno for r in records] == [logging.INFO]
    found = re.search(r"all 40 words for each prediction: 2 epochs of some (\S+) predictions", records[0].getMessage())
    assert found is not None
    assert model.training_report is not None
    assert float(found[1]) == pytest.approx(model.training_report.epochs[0].pairs, rel=0.35)
    assert "negative sampling" not in records[0].getMessage()
    monkeypatch.setattr(estimate, "softmax_seconds", lambda run: 5 * 86_400.0)
    caplog.clear()
    with caplog.at_level(logging.WARNING, "cw2v"):
        Word2Vec(CORPUS, **SMALL, objective="softmax")
    assert "about 10.0 days with 1 threads; negative sampling" in caplog.text


def test_the_estimate_is_proportional_to_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[float] = []
    monkeypatch.setattr(estimate, "announce_cost", lambda run, epochs: seen.append(estimate.predictions(run)))
    monkeypatch.setattr("cw2v.train.trainer.announce_cost", estimate.announce_cost)
    for corpus, options in ((CORPUS, {}), (CORPUS * 3, {}), (CORPUS, {"sg": 0})):
        Word2Vec(corpus, **{**SMALL, **options}, objective="softmax", sample=0)
    built(objective="softmax").train_pairs([("w1", "w2")] * 7)
    assert seen[1] == pytest.approx(3 * seen[0])
    assert seen[2:] == [1000, 7]


def test_objectives_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(errors.ParameterError, match="objective='softmax' and hs=1 contradict each other"):
        Word2Vec(**SMALL, objective="softmax", hs=1)
    with pytest.raises(errors.ParameterError, match=r"objective must be 'softmax' or None, got 'hinge'"):
        Word2Vec(**SMALL, objective="hinge")
    model = Word2Vec(CORPUS, **SMALL, objective="softmax", negative=0)  # it has no noise words anyway
    assert np.any(model.syn1neg)
    model.hs = 1
    with pytest.raises(errors.ParameterError, match="contradict"):
        train(model)
    tree = Word2Vec(CORPUS, **SMALL, hs=1, negative=0)
    with pytest.raises(errors.TrainingError, match="needs the output vectors syn1neg"):
        tree.mean_loss(CORPUS, objective="softmax")
    with pytest.raises(errors.ParameterError, match="objective must be"):
        tree.mean_loss(CORPUS, objective="hs")


# ---- windows ----


@pytest.mark.parametrize(("window", "trained"), [((0, 3), "b"), ((3, 0), "a"), ((3, 3), "ab")])
@pytest.mark.parametrize("sg", [0, 1])
def test_a_window_of_one_side_has_the_words_of_that_side(sg: int, window: tuple[int, int], trained: str) -> None:
    # "a b": with words behind the centre only, a has the context b, and b has none.
    corpus = [["a", "b"]] * 50
    model = built(corpus, window=window, sg=sg, sample=0)
    before = model.wv.vectors.copy()
    train(model, corpus, 3)
    moved = {key for key in "ab" if not np.array_equal(model.wv[key], before[model.wv.key_to_index[key]])}
    assert moved == set(trained)
    assert model.training_report is not None
    assert model.training_report.epochs[0].pairs == 50 * len(trained)


def test_a_pair_of_equal_sides_is_the_number() -> None:
    assert digest(Word2Vec(CORPUS, **SMALL, window=(3, 3))) == digest(Word2Vec(CORPUS, **SMALL, window=3))
    assert digest(Word2Vec(CORPUS, **SMALL, window=[2, 4])) == digest(Word2Vec(CORPUS, **SMALL, window=(2, 4)))  # type: ignore[arg-type]
    assert digest(Word2Vec(CORPUS, **SMALL, window=(4, 2))) != digest(Word2Vec(CORPUS, **SMALL, window=(2, 4)))


@pytest.mark.parametrize(
    "window", [(0, 0), (1,), (1, 2, 3), (), (-1, 2), (2, 1.5), ("1", 2), (None, 2), (2, 10**7), "5", None, {1, 2}]
)
def test_windows_of_another_shape_are_refused(window: Any) -> None:
    with pytest.raises(errors.ParameterError, match=r"window must be an integer.*or a pair|window must be an integer"):
        Word2Vec(**SMALL, window=window)


@pytest.mark.parametrize("window", [4, (1, 3)])
def test_windows_that_do_not_shrink_have_every_word_within_reach(window: Any) -> None:
    sides = window if isinstance(window, tuple) else (window, window)
    whole = Word2Vec(CORPUS, **SMALL, window=window, shrink_windows=False, sample=0).training_report
    drawn = Word2Vec(CORPUS, **SMALL, window=window, shrink_windows=True, sample=0).training_report
    assert whole is not None
    assert drawn is not None
    assert [e.pairs for e in whole.epochs] == [_predictions(CORPUS, sides, True)] * 2
    # Sizes from 1 to w, each as often: of w words on a side that is long enough, (w + 1) / 2 on average.
    share = sum((s + 1) / 2 for s in sides) / sum(sides)
    assert drawn.epochs[0].pairs == pytest.approx(share * whole.epochs[0].pairs, rel=0.1)
    assert drawn.epochs[0].pairs != drawn.epochs[1].pairs


# ---- sub-sampling ----


@pytest.mark.parametrize("sample", [1.0, 5.0, 50.0, 700.0])
def test_a_sample_from_one_on_is_a_count(sample: float) -> None:
    corpus = zipf(1000, 100)
    model = built(corpus, sample=sample)
    counts = model.wv.expandos["count"].astype(float)
    vocabulary = model._vocabulary
    assert vocabulary is not None
    keep = vocabulary.keep_probability(sample)
    share = sample * (3 + math.sqrt(5)) / 2 / counts
    np.testing.assert_allclose(keep, np.minimum(1, np.sqrt(share) + share), rtol=1e-12)
    assert (keep[counts < sample * 0.999] == 1).all()  # rarer words are all trained
    trained, _ = train(model, corpus, 4)
    # Each token is kept with that probability, on its own.
    expected, deviation = 4 * (keep * counts).sum(), math.sqrt(4 * (keep * (1 - keep) * counts).sum())
    assert abs(trained - expected) < 5 * deviation + 1


@pytest.mark.parametrize("sample", [1e-3, 1e-2, 3, 50])
def test_keep_probabilities_are_gensims(sample: float) -> None:
    gensim_models = pytest.importorskip("gensim.models")
    corpus = zipf(1000, 100)
    theirs = gensim_models.Word2Vec(min_count=1, sample=sample)
    theirs.build_vocab(corpus)
    ours = built(corpus, sample=sample)
    assert ours._vocabulary is not None
    keep = ours._vocabulary.keep_probability(sample)
    threshold = np.array([theirs.wv.get_vecattr(key, "sample_int") for key in ours.wv.index_to_key], float)
    np.testing.assert_allclose(threshold / 2**32, keep, rtol=1e-3 if sample < 1 else 1 / sample / 2)
    assert keep.min() < 0.9
    if sample > 1:  # what differs is that its threshold is rounded down to a whole number
        share = math.floor(sample * (3 + math.sqrt(5)) / 2) / ours.wv.expandos["count"]
        np.testing.assert_allclose(threshold / 2**32, np.minimum(1, np.sqrt(share) + share), rtol=1e-6)


# ---- noise ----


@pytest.mark.parametrize("exponent", [-1.0, 0.0, 0.75])
@pytest.mark.parametrize("shared", [True, False])
def test_noise_words_are_drawn_by_the_power_of_their_counts(exponent: float, shared: bool) -> None:
    words = {"centre": 1, "context": 1, "one": 1, "four": 4, "sixteen": 16, "sixtyfour": 64}
    model = built([[word] * n for word, n in words.items()], ns_exponent=exponent, shared_negatives=shared, sample=0)
    vector = model.wv["centre"].astype(float)
    assert not model.syn1neg.any()
    # While nothing moves, each draw of a word takes alpha / 2 of the centre from its output vector.
    alpha, n = 1e-7, 2000
    model.train_pairs([("centre", "context")] * n, epochs=1, start_alpha=alpha, end_alpha=alpha)
    drawn = {key: -row @ vector / (vector @ vector) / (alpha / 2)
             for key, row in zip(model.wv.index_to_key, model.syn1neg.astype(float), strict=True)}  # fmt: skip
    assert drawn.pop("context") == pytest.approx(-n, rel=1e-3)
    total = sum(count**exponent for count in words.values())
    for word, number in drawn.items():
        expected = 5 * n * words[word] ** exponent / total
        assert abs(number - expected) < 6 * math.sqrt(expected), word
    assert sum(drawn.values()) <= 5 * n + 1e-2 * n


# ---- pairs ----


def test_pairs_teach_the_centre_the_context_and_not_the_other_way() -> None:
    model = built([["a", "b", "c", "d"]] * 3)
    before = model.wv.vectors.copy()
    assert model.train_pairs([("a", "b")] * 20, epochs=2, start_alpha=0.5) == (40, 40)
    moved = [key for row, key in enumerate(model.wv.index_to_key) if not np.array_equal(model.wv[key], before[row])]
    assert moved == ["a"]
    scores = dict(zip(model.wv.index_to_key, model.syn1neg @ model.wv["a"], strict=True))
    assert scores["b"] > 1 > 0 > max(scores["c"], scores["d"])


@pytest.mark.parametrize(
    "options", [{}, {"hs": 1, "negative": 0}, {"objective": "softmax"}, {"workers": 2}, {"deterministic": True}]
)
def test_users_of_the_same_things_end_up_together(options: dict[str, Any]) -> None:
    # Users 0-9 choose among things 0-9, users 10-19 among things 10-19. Integers are keys like others.
    rng = np.random.default_rng(0)
    users = rng.integers(0, 20, 4000)
    things = 100 + 10 * (users // 10) + rng.integers(0, 10, 4000)
    model = Word2Vec(**{**SMALL, **options})
    model.train_pairs(np.stack([users, things], axis=1), epochs=15, start_alpha=0.05)
    assert sorted(model.wv.index_to_key) == [*range(20), *range(100, 120)]
    for user in range(20):
        near = [other for other in model.wv.index_to_key if other < 20 and other != user]
        near.sort(key=lambda other, user=user: -model.wv.similarity(user, other))  # type: ignore[misc]
        assert {other // 10 for other in near[:9]} == {user // 10}


def test_a_weight_is_the_size_of_the_step_and_of_the_loss() -> None:
    steps, losses = {}, {}
    for weight in (None, 1.0, 2.0, 0.5, 0.0):
        model = built()
        before = model.syn1neg.copy(), model.wv.vectors.copy()
        model.train_pairs([("w1", "w2")], None if weight is None else [weight], epochs=1, compute_loss=True)
        steps[weight] = model.syn1neg - before[0]
        losses[weight] = model.get_latest_training_loss()
        if weight == 0:
            assert np.array_equal(model.wv.vectors, before[1])
    assert np.any(steps[1.0])
    np.testing.assert_array_equal(steps[None], steps[1.0])
    np.testing.assert_allclose(steps[2.0], 2 * steps[1.0], rtol=1e-6)
    np.testing.assert_allclose(steps[0.5], 0.5 * steps[1.0], rtol=1e-6)
    assert not steps[0.0].any()
    assert losses[2.0] == pytest.approx(2 * losses[1.0], rel=1e-6)
    assert losses[None] == losses[1.0] > 0 == losses[0.0]


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"objective": "softmax"}])
def test_pairs_of_weight_zero_change_nothing(options: dict[str, Any]) -> None:
    pairs = [(f"w{a}", f"w{b}") for a, b in np.random.default_rng(0).integers(0, 40, (500, 2))]
    weights = np.where(np.arange(500) % 3 == 0, 0.0, 1.5)
    others = [pair if weight else ("w7", "w9") for pair, weight in zip(pairs, weights, strict=True)]
    one, other, whole = (built(**options) for _ in range(3))
    one.train_pairs(pairs, weights)
    other.train_pairs(others, list(weights))
    whole.train_pairs(pairs, np.full(500, 1.5))
    assert digest(one) == digest(other) != digest(whole)
    still = built(**options)
    begun = digest(still)
    still.train_pairs(pairs, np.zeros(500))
    assert digest(still) == begun


def test_pairs_are_shuffled_alike_each_time_and_otherwise_each_epoch() -> None:
    pairs = [(f"w{a}", f"w{b}") for a, b in np.random.default_rng(0).integers(0, 40, (3000, 2))]

    def trained(given: Any = pairs, shuffle: bool = True, **options: Any) -> str:
        model = built(**options)
        model.train_pairs(given, shuffle=shuffle)
        return digest(model)

    assert trained() == trained(iter(pairs)) == trained(np.array(pairs)) == trained([list(p) for p in pairs])
    assert trained() != trained(shuffle=False)
    assert trained() != trained(seed=2)
    assert trained(shuffle=False) == trained(shuffle=False) != trained(pairs[::-1], shuffle=False)
    model = built()
    corpus = model._encode_pairs(pairs, None, True)
    orders = [corpus.order(1, epoch) for epoch in (0, 1)]
    assert all(sorted(order) == list(range(3000)) for order in orders)  # type: ignore[type-var]
    assert np.mean(orders[0] == orders[1]) < 0.01  # type: ignore[arg-type]
    assert np.mean(orders[0] == corpus.order(2, 0)) < 0.01  # type: ignore[arg-type]


def test_pairs_with_unknown_keys_are_counted_and_left_out(caplog: pytest.LogCaptureFixture) -> None:
    known = [("w1", "w2"), ("w3", "w4")] * 10
    mixed = [pair for good in known for pair in (("unknown", "w1"), good, ("w1", None), (5, ("x",)))]
    model, other = built(), built()
    assert model.train_pairs(mixed, epochs=2, shuffle=False) == (40, 160)
    assert model.training_report is not None
    for epoch in model.training_report.epochs:
        assert (epoch.raw, epoch.trained, epoch.subsampled, epoch.out_of_vocabulary) == (80, 20, 0, 60)
    other.train_pairs(known, epochs=2, shuffle=False)
    assert digest(model) == digest(other)
    # Their weights go with them.
    model.train_pairs(mixed, np.tile([9, 1, 9, 9], 20), epochs=1, shuffle=False)
    other.train_pairs(known, np.ones(20), epochs=1, shuffle=False)
    assert digest(model) == digest(other)
    caplog.clear()
    assert model.train_pairs([("unknown", "w1")], epochs=1) == (0, 1)
    assert "no word of the corpus was trained" in caplog.text
    assert digest(model) == digest(other)


def test_pairs_build_a_vocabulary_with_min_count() -> None:
    model = Word2Vec(**{**SMALL, "min_count": 3})
    assert model.train_pairs([("a", "b")] * 3 + [("a", "c")] * 2, epochs=1) == (3, 5)
    assert {key: model.wv.get_vecattr(key, "count") for key in model.wv.index_to_key} == {"a": 5, "b": 3}


@pytest.mark.parametrize(
    ("pairs", "message"),
    [
        (5, "pairs must be an iterable"),
        (None, "pairs must be an iterable"),
        ("abab", "pairs must be an iterable of .*got str"),
        (b"abab", "pairs must be an iterable of .*got bytes"),
        ([("a", "b"), ("a", "b", "c")], r"pair 1 must be \(centre, context\), got \('a', 'b', 'c'\)"),
        ([("a",)], r"pair 0 must be"),
        ([()], r"pair 0 must be"),
        (["ab"], r"pair 0 must be .*got 'ab'"),
        ([("a", "b"), b"ab"], r"pair 1 must be"),
        ([1, 2], r"pair 0 must be .*got 1"),
        ([("a", "b"), None], r"pair 1 must be .*got None"),
        ([{"a", "b"}], r"pair 0 must be"),
        ({"ab": 1}, r"pair 0 must be .*got 'ab'"),
        (np.zeros((2, 3), int), r"pair 0 must be .*got \[0, 0, 0\]"),
        (np.zeros(2, int), r"pair 0 must be .*got 0"),
    ],
)
def test_what_is_not_a_pair_is_named(pairs: Any, message: str) -> None:
    with pytest.raises(errors.CorpusTypeError, match=message):
        built().train_pairs(pairs)
    with pytest.raises(TypeError, match=message):
        Word2Vec(**SMALL).train_pairs(pairs)


def test_an_array_without_dimensions_is_not_pairs() -> None:
    with pytest.raises(errors.CorpusTypeError, match="pairs"):
        built().train_pairs(np.array(5))


def test_keys_of_pairs_that_cannot_be_keys_are_named() -> None:
    for model in (built(), Word2Vec(**SMALL)):
        with pytest.raises(errors.CorpusTypeError, match="hashable"):
            model.train_pairs([("w1", "w2"), (["w1"], "w2")])  # type: ignore[list-item]
    with pytest.raises(errors.CorpusTypeError, match="None"):
        Word2Vec(**SMALL).train_pairs([("a", None)])


def test_no_pairs_are_refused() -> None:
    with pytest.raises(errors.CorpusError, match="no pairs"):
        built().train_pairs([])
    with pytest.raises(errors.CorpusError, match="no pairs"):
        Word2Vec(**SMALL).train_pairs(iter(()))


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1.0], r"one number for each of 2 pairs, got shape \(1,\)"),
        ([1.0, 2.0, 3.0], r"one number for each of 2 pairs, got shape \(3,\)"),
        ([[1.0, 2.0]], r"one number for each of 2 pairs, got shape \(1, 2\)"),
        (2.0, r"one number for each of 2 pairs, got shape \(\)"),
        ([1.0, -0.5], r"finite and at least 0, but weight 1 is -0.5"),
        ([math.nan, 1.0], r"weight 0 is nan"),
        ([1.0, math.inf], r"weight 1 is inf"),
        (["one", "two"], r"weights must be numbers"),
        ([None, 1.0], r"weight"),
    ],
)
def test_weights_that_do_not_fit_are_named_and_nothing_is_trained(weights: Any, message: str) -> None:
    model = built()
    begun = digest(model)
    with pytest.raises(errors.CorpusError, match=message):
        model.train_pairs([("w1", "w2"), ("w3", "w4")], weights)
    assert digest(model) == begun


# ---- locks ----


@pytest.mark.parametrize(
    "options", [{}, {"sg": 0}, {"sg": 0, "cbow_update": "exact"}, {"hs": 1, "negative": 0}, {"objective": "softmax"},
                {"workers": 2}, {"deterministic": True}, {"shared_negatives": False}],
)  # fmt: skip
def test_locked_vectors_keep_their_bits_and_the_others_learn(options: dict[str, Any]) -> None:
    model = built(**options)
    lock = np.ones(40, np.float32)
    locked = np.arange(0, 40, 3)
    lock[locked] = 0
    model.wv.vectors_lockf = lock
    before = model.wv.vectors.copy()
    train(model, epochs=2)
    model.train_pairs([("w1", "w2"), ("w2", "w3"), ("w3", "w1")] * 9)
    same = (model.wv.vectors == before).all(axis=1)
    assert np.flatnonzero(same).tolist() == locked.tolist()
    assert lock.sum() == 40 - len(locked)  # the caller's array is as it was


def test_a_lock_is_the_share_of_the_update() -> None:
    steps = {}
    for share in (1.0, 0.25, -1.0):
        model = with_random_weights(built())
        before = model.wv["w1"].copy()
        model.wv.vectors_lockf = np.array([share], np.float32)
        model.train_pairs([("w1", "w2")], epochs=1)
        steps[share] = model.wv["w1"] - before
    assert np.abs(steps[1.0]).max() > 1e-3
    np.testing.assert_allclose(steps[0.25], 0.25 * steps[1.0], atol=1e-6)
    np.testing.assert_allclose(steps[-1.0], -steps[1.0], atol=1e-6)


@pytest.mark.parametrize("lock", [0, 0.0, [0], np.zeros(1), np.zeros(40), [0.0] * 40, np.zeros(40, bool), False])
def test_locks_may_be_one_number_or_one_for_each_word_of_any_kind(lock: Any) -> None:
    model = built()
    model.wv.vectors_lockf = lock
    before, outputs = model.wv.vectors.copy(), model.syn1neg.copy()
    train(model)
    assert np.array_equal(model.wv.vectors, before)
    assert not np.array_equal(model.syn1neg, outputs)


@pytest.mark.parametrize(
    ("lock", "message"),
    [
        (np.ones(39, np.float32), r"one for each of 40 words, got shape \(39,\)"),
        (np.ones((40, 1), np.float32), r"got shape \(40, 1\)"),
        (np.ones((40, 20), np.float32), r"got shape \(40, 20\)"),
        ([], r"got shape \(0,\)"),
        (np.full(40, np.nan), "must be finite"),
        (np.inf, "must be finite"),
        ("none", "must be numbers"),
        ([[1], [2, 3]], "must be numbers"),
    ],
)
def test_locks_that_do_not_fit_are_named_before_training(lock: Any, message: str) -> None:
    model = built()
    model.wv.vectors_lockf = lock
    begun = digest(model)
    with pytest.raises(errors.TrainingError, match=f"vectors_lockf.*{message}"):
        train(model)
    assert digest(model) == begun


# ---- beginning from vectors that are there ----


def test_words_start_from_a_mapping_or_from_keyed_vectors() -> None:
    model = built()
    before = model.wv.vectors.copy()
    given = {"w1": np.arange(20), "w2": [0.5] * 20, "unknown": np.ones(3)}
    assert model.start_from(given) == 2
    assert model.wv["w1"].tolist() == list(range(20))
    assert model.wv["w2"].tolist() == [0.5] * 20
    others = [row for key, row in model.wv.key_to_index.items() if key not in given]
    assert np.array_equal(model.wv.vectors[others], before[others])
    vectors = KeyedVectors(20)
    vectors.add_vectors(["w3", "nothing"], np.full((2, 20), 7.0))
    assert model.start_from(vectors) == 1
    assert (model.wv["w3"] == 7).all()
    assert model.start_from({}) == 0


def test_init_vectors_of_the_constructor_are_start_from_before_training() -> None:
    given = {f"w{i}": np.full(20, 0.01 * i) for i in range(10)}
    model = built()
    model.start_from(given)
    train(model, epochs=2)
    assert digest(Word2Vec(CORPUS, **SMALL, init_vectors=given)) == digest(model) != digest(Word2Vec(CORPUS, **SMALL))
    with pytest.raises(errors.ParameterError, match="init_vectors"):
        Word2Vec(**SMALL, init_vectors=given)


def test_the_vectors_of_another_model_are_taken_by_key() -> None:
    older = Word2Vec([[word.replace("w1", "x") for word in s] for s in CORPUS], **SMALL)
    model = built()
    shared = {key for key in model.wv.index_to_key if not key.startswith("w1")}
    assert model.start_from(older.wv, lockf=0) == len(shared) == 29
    train(model)
    for key in model.wv.index_to_key:
        assert np.array_equal(model.wv[key], older.wv[key]) if key in shared else True
    assert {key for key in shared if np.array_equal(model.wv[key], older.wv[key])} == shared


@pytest.mark.parametrize("lockf", [None, 1.0, 0.5, 0.0])
def test_lockf_is_that_of_the_words_found(lockf: float | None) -> None:
    model = built()
    model.wv.vectors_lockf = np.full(40, 0.75, np.float32)
    model.start_from({"w1": np.ones(20), "w2": np.ones(20)}, lockf=lockf)
    lock = dict(zip(model.wv.index_to_key, model.wv.vectors_lockf, strict=True))
    assert {lock.pop("w1"), lock.pop("w2")} == {0.75 if lockf is None else lockf}
    assert set(lock.values()) == {0.75}
    train(model)
    assert (model.wv["w1"] == 1).all() == (lockf == 0)


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        ({"w1": np.ones(19)}, r"the vector of 'w1' must be 20 finite numbers"),
        ({"w2": np.ones(20), "w1": np.ones(21)}, r"the vector of 'w1' must be 20 finite numbers"),
        ({"w1": np.ones((20, 1))}, r"'w1' must be 20 finite numbers, got shape \(20, 1\)"),
        ({"w1": 1.0}, r"'w1' must be 20 finite numbers, got shape \(\)"),
        ({"w1": np.full(20, np.nan)}, r"'w1' must be 20 finite numbers"),
        ({"w1": np.full(20, np.inf)}, r"'w1' must be 20 finite numbers"),
        ([("w1", np.ones(20))], "vectors must be KeyedVectors or a mapping of vectors, got list"),
        (None, "vectors must be KeyedVectors or a mapping of vectors, got NoneType"),
        ("vectors.txt", "vectors must be KeyedVectors or a mapping of vectors, got str"),
    ],
)
def test_vectors_that_do_not_fit_are_named_and_none_is_taken(vectors: Any, message: str) -> None:
    model = built()
    begun = digest(model)
    with pytest.raises(errors.ParameterError, match=message):
        model.start_from(vectors)
    assert digest(model) == begun


def test_keyed_vectors_of_other_dimensions_are_refused_and_no_vocabulary_is_named() -> None:
    vectors = KeyedVectors(5)
    vectors.add_vectors(["w1"], np.ones((1, 5)))
    with pytest.raises(errors.ParameterError, match=r"'w1' must be 20 finite numbers"):
        built().start_from(vectors)
    with pytest.raises(errors.VocabularyError, match="build vocabulary"):
        Word2Vec(**SMALL).start_from(vectors)


def test_integer_words_are_not_taken_for_rows_of_the_other_vectors() -> None:
    older = KeyedVectors(20)
    older.add_vectors([10, 11, 12], np.ones((3, 20)))
    model = built([[0, 1, 2, 10]] * 3)
    before = model.wv.vectors.copy()
    assert model.start_from(older) == 1
    for key in (0, 1, 2):
        assert np.array_equal(model.wv[key], before[model.wv.key_to_index[key]])


def test_a_vector_that_is_no_numbers_is_named() -> None:
    with pytest.raises(errors.ParameterError, match="'w1' must be 20 finite numbers"):
        built().start_from({"w1": "abc"})


@pytest.mark.parametrize("lockf", [math.nan, math.inf, "half"])
def test_lockf_is_checked_before_a_vector_is_taken(lockf: Any) -> None:
    model = built()
    begun = digest(model)
    with pytest.raises(errors.ParameterError, match="lockf"):
        model.start_from({"w1": np.ones(20)}, lockf=lockf)
    assert digest(model) == begun


# ---- mean_loss ----


@pytest.mark.parametrize(
    "options", [{}, {"sg": 0}, {"hs": 1, "negative": 0}, {"hs": 1}, {"objective": "softmax"}, {"deterministic": True},
                {"workers": 2}],
)  # fmt: skip
def test_mean_loss_is_repeatable_and_changes_nothing(options: dict[str, Any], tmp_path: Path) -> None:
    model = Word2Vec(CORPUS, **{**SMALL, **options}, compute_loss=True)
    begun, told = digest(model), (model.loss_history, model.training_report, model.train_count, model.compute_loss)
    first = model.mean_loss(HELD_OUT)
    assert first > 0
    assert model.mean_loss(HELD_OUT) == pytest.approx(first, rel=1e-12)
    file = tmp_path / "held_out.txt"
    file.write_text("\n".join(" ".join(sentence) for sentence in HELD_OUT))
    assert model.mean_loss(corpus_file=file) == pytest.approx(first, rel=1e-12)
    assert digest(model) == begun
    assert told == (model.loss_history, model.training_report, model.train_count, model.compute_loss)
    # What is trained afterwards is what would have been trained without.
    other = Word2Vec(CORPUS, **{**SMALL, **options}, compute_loss=True)
    if options.get("workers") != 2:
        for one in (model, other):
            train(one, start_alpha=1e-3)
        assert digest(model) == digest(other)
        assert model.mean_loss(HELD_OUT) != first


def test_mean_loss_of_untrained_weights_is_that_of_a_guess() -> None:
    tree = built([["a", "b", "c", "d"]] * 5, hs=1, negative=0, sample=0)
    assert tree.mean_loss([["a", "b", "c", "d"]] * 5) == pytest.approx(2 * math.log(2))  # a tree of depth two
    assert built().mean_loss(HELD_OUT, objective="softmax") == pytest.approx(math.log(40))
    noise = built(negative=7, shared_negatives=False).mean_loss(CORPUS * 20)
    assert noise == pytest.approx((1 + 7 * 39 / 40) * math.log(2), rel=0.01)


def test_mean_loss_needs_a_vocabulary_and_something_to_predict() -> None:
    with pytest.raises(errors.VocabularyError, match="build vocabulary"):
        Word2Vec(**SMALL).mean_loss(CORPUS)
    for corpus in ([["w1"], ["w2"]], [["unknown", "words"]], [["w1", "unknown"]], [], [[]]):
        with pytest.raises(errors.CorpusError, match="nothing to predict"):
            built().mean_loss(corpus)
    with pytest.raises(TypeError, match="neither"):
        built().mean_loss()


def test_held_out_text_that_sub_sampling_leaves_nothing_of_is_named_so() -> None:
    with pytest.raises(errors.CorpusError, match="sample"):
        built([["a", "b", "c", "d"]] * 5).mean_loss([["a", "b", "c", "d"]] * 5)


# ---- deterministic ----

OBJECTIVES: dict[str, dict[str, Any]] = {
    "skip-gram": {}, "skip-gram hs": {"hs": 1, "negative": 0}, "cbow": {"sg": 0},
    "cbow hs": {"sg": 0, "hs": 1, "negative": 0}, "skip-gram both": {"hs": 1},
}  # fmt: skip


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_any_number_of_workers_trains_the_same_bits(
    objective: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 200)
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    corpus = zipf(800, 300)
    arguments = {**SMALL, **OBJECTIVES[objective], "deterministic": True, "compute_loss": True}
    models = [Word2Vec(corpus, **{**arguments, "workers": workers}) for workers in (1, 2, 3, 8) for _ in range(2)]
    assert len({digest(model) for model in models}) == 1
    assert len({tuple(model.loss_history) for model in models}) == 1
    assert digest(Word2Vec(corpus, **{**arguments, "deterministic": False})) != digest(models[0])
    # Each goes on alike, also from a file.
    models[2].save(tmp_path / "model")
    for model in (models[0], models[5], models[7], loaded := Word2Vec.load(tmp_path / "model")):
        train(model, corpus, 2, start_alpha=0.01)
    assert len({digest(model) for model in (models[0], models[5], models[7], loaded)}) == 1
    assert digest(loaded) != digest(models[1])
    assert loaded.deterministic


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_deterministic_training_learns_as_well(objective: str) -> None:
    corpus = zipf(4000, 1000)
    arguments = {**SMALL, **OBJECTIVES[objective], "epochs": 3}
    losses = [Word2Vec(corpus, **arguments, deterministic=d).mean_loss(zipf(300, 1000, 1)) for d in (False, True)]
    assert losses[1] == pytest.approx(losses[0], rel=0.03)


@pytest.mark.parametrize(("n_words", "options"), [(30, {}), (100, {}), (100, {"sample": 0}), (500, {"alpha": 0.05})])
def test_deterministic_training_of_a_small_vocabulary_does_not_run_away(n_words: int, options: dict[str, Any]) -> None:
    corpus = zipf(10_000 if n_words == 100 else 20_000, n_words, length=20)
    model = Word2Vec(corpus, **{**SMALL, "vector_size": 32}, deterministic=True, compute_loss=True, **options)
    assert max(model.loss_history) < 4  # without deterministic 2.6
    assert np.abs(model.wv.vectors).max() < 5


# ---- threads, callbacks, Ctrl-C ----


def test_a_model_trained_by_two_threads_refuses_one_and_finishes_the_other() -> None:
    model, alone = built(), built()
    inside, go_on = threading.Event(), threading.Event()
    outcome: list[object] = []

    class Waits(CallbackAny2Vec):
        def on_epoch_begin(self, model: Word2Vec) -> None:
            inside.set()
            assert go_on.wait(30)

    def first() -> None:
        outcome.append(train(model, epochs=2, callbacks=[Waits()]))

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert inside.wait(30)
        for call in (lambda: train(model), lambda: model.train_pairs([("w1", "w2")])):
            with pytest.raises(errors.TrainingError, match="is being trained already"):
                call()
        train(alone, epochs=2)  # another model may be trained meanwhile
    finally:
        go_on.set()
        thread.join(30)
    assert outcome == [(train_result := (alone.training_report.trained, 2000))], train_result  # type: ignore[union-attr]
    assert digest(model) == digest(alone)
    assert train(model, start_alpha=1e-4)[1] == 1000  # and it may be trained again


def test_a_callback_may_not_train_its_own_model() -> None:
    class Nested(CallbackAny2Vec):
        def on_epoch_end(self, model: Word2Vec) -> None:
            train(model)

    with pytest.raises(errors.TrainingError, match="from a callback of its own"):
        Word2Vec(CORPUS, **SMALL, callbacks=[Nested()])


@pytest.mark.parametrize("options", [{}, {"deterministic": True}, {"objective": "softmax"}, {"workers": 2}])
@pytest.mark.parametrize("name", ["on_train_begin", "on_epoch_begin", "on_epoch_end", "on_train_end"])
def test_an_exception_of_a_callback_leaves_no_thread_and_a_usable_model(name: str, options: dict[str, Any]) -> None:
    def fail(_: object, model: Word2Vec) -> None:
        raise LookupError(f"in {name}")

    model, threads = built(**options), threading.active_count()
    begun = model.wv.vectors.copy()
    with pytest.raises(LookupError, match=f"in {name}"):
        train(model, epochs=2, callbacks=[type("Fails", (), {name: fail})()])
    assert threading.active_count() == threads
    assert np.array_equal(model.wv.vectors, begun) == (name in ("on_train_begin", "on_epoch_begin"))
    assert np.isfinite(model.wv.vectors).all()
    trained, raw = train(model)
    assert 0 < trained <= raw == 1000
    assert not np.array_equal(model.wv.vectors, begun)


def test_what_was_trained_before_an_exception_of_the_progress_callable_is_kept() -> None:
    def progress(state: Any) -> None:
        raise LookupError("enough")

    model = built(progress=progress)
    begun = model.wv.vectors.copy()
    with pytest.raises(LookupError, match="enough"):
        train(model, epochs=3, report_delay=0.0)
    assert not np.array_equal(model.wv.vectors, begun)
    assert np.isfinite(model.wv.vectors).all()


INTERRUPTED = """
import json, sys, numpy as np
from cw2v import Word2Vec
rng = np.random.default_rng(0)
corpus = [[f"w{i}" for i in rng.integers(0, 3000, 500)] for _ in range(200)]
options = json.loads(sys.argv[1])
model = Word2Vec(vector_size=100, sg=1, min_count=1, workers=2, **options)
model.build_vocab(corpus)
before = model.wv.vectors.copy()
print("go", flush=True)
try:
    model.train(corpus, total_examples=200, epochs=10**6)
except KeyboardInterrupt:
    print(np.isfinite(model.wv.vectors).all(), (before != model.wv.vectors).any(), flush=True)
model.train(corpus[:1], total_examples=1, epochs=1)
print("usable", flush=True)
"""


@pytest.mark.parametrize("options", ['{"deterministic": true}', '{"objective": "softmax"}'])
def test_ctrl_c_leaves_a_usable_model(options: str, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen([sys.executable, str(script), options], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "go\n"
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert output == "True True\nusable\n"
    assert process.returncode == 0


# ---- arrays that were swapped ----


def _swaps(shape: tuple[int, int]) -> Iterator[tuple[str, Any, str]]:
    rows, columns = shape
    read_only = np.zeros(shape, np.float32)
    read_only.flags.writeable = False
    yield "too few rows", np.zeros((rows - 1, columns), np.float32), r"must be float32 of shape"
    yield "too many rows", np.zeros((rows + 1, columns), np.float32), r"must be float32 of shape"
    yield "flat", np.zeros(rows * columns, np.float32), r"must be float32 of shape"
    yield "three axes", np.zeros((rows, columns, 1), np.float32), r"must be float32 of shape"
    yield "double", np.zeros(shape), r"must be float32 of shape.*got float64"
    yield "half", np.zeros(shape, np.float16), r"must be float32 of shape.*got float16"
    yield "integers", np.zeros(shape, np.int32), r"must be float32 of shape.*got int32"
    yield "read-only", read_only, "is read-only"
    yield "a list", [[0.0] * columns] * rows, r"must be a NumPy array, got list"
    yield "empty", np.zeros((0, 0), np.float32), r"must be float32 of shape"


SWAPS = [
    pytest.param(name, options, array, message, id=f"{name} {kind}")
    for name, options in (
        ("vectors", {}), ("syn1neg", {}), ("syn1", {"hs": 1, "negative": 0}), ("syn1neg", {"objective": "softmax"})
    )
    for kind, array, message in _swaps((40, 20))
]  # fmt: skip


class NoEpoch(CallbackAny2Vec):
    """Fails the test if an epoch begins."""

    def on_epoch_begin(self, model: Word2Vec) -> None:
        pytest.fail("training has begun")


@pytest.mark.parametrize(("name", "options", "array", "message"), SWAPS)
def test_swapped_arrays_are_refused_by_name_before_training(
    name: str, options: dict[str, Any], array: Any, message: str
) -> None:
    model = built(**options)
    setattr(model.wv if name == "vectors" else model, name, array)
    with pytest.raises(errors.TrainingError, match=f"{name} {message}"):
        train(model, callbacks=[NoEpoch()])
    if message != "is read-only":
        with pytest.raises(errors.TrainingError, match=f"{name} {message}"):
            model.mean_loss(HELD_OUT)


@pytest.mark.parametrize("vectors", [None, np.zeros((40, 19), np.float32)], ids=["None", "19 dimensions"])
def test_vectors_of_other_dimensions_are_blamed_themselves(vectors: Any) -> None:
    model = built()
    model.wv.vectors = vectors
    with pytest.raises(errors.TrainingError, match=r"^(wv\.)?vectors must be"):
        train(model)


@pytest.mark.parametrize(("name", "options"), [("syn1neg", {}), ("syn1", {"hs": 1, "negative": 0})])
def test_an_output_matrix_that_is_none_is_refused(name: str, options: dict[str, Any]) -> None:
    model = built(**options)
    setattr(model, name, None)
    with pytest.raises(errors.TrainingError, match=name):
        train(model)


def test_the_loss_of_a_mapped_model_can_be_measured() -> None:
    model = built()
    expected = model.mean_loss(HELD_OUT)
    model.wv.vectors.flags.writeable = False
    assert model.mean_loss(HELD_OUT) == expected


def test_arrays_in_another_order_of_memory_are_trained_alike() -> None:
    model, other = built(), built()
    model.wv.vectors = np.asfortranarray(model.wv.vectors)
    model.syn1neg = np.zeros((40, 40), np.float32)[:, ::2]
    for one in (model, other):
        train(one)
    np.testing.assert_array_equal(model.wv.vectors, other.wv.vectors)
    np.testing.assert_array_equal(model.syn1neg, other.syn1neg)

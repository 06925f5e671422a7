"""The full softmax: the reference by its derivatives, the core by the reference."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cw2v import _core, reference

from .oracle import (
    ARCHITECTURES,
    DIM,
    KERNELS,
    USED,
    assert_account,
    assert_close,
    assert_equals_reference,
    assert_is_gradient,
    assert_same,
    core_epoch,
    largest_change,
    make_epoch,
    make_worker,
    train_core,
    train_reference,
    weights,
)

F64 = NDArray[np.float64]
SIZES = [1, 2, 5, 6, 7, 12, 13, 100]
MODES = {name: mode for name, mode in ARCHITECTURES.items() if "shared_negatives" not in mode}
FUSED = pytest.mark.parametrize("fused", [False, True], ids=["generic", "fused"])

# ---- the reference: probabilities and derivatives ----


@given(st.integers(1, 5), st.integers(1, 40), st.floats(0, 300))
@settings(max_examples=60, deadline=None)
def test_probabilities_sum_to_one_and_do_not_overflow(n: int, n_words: int, scale: float) -> None:
    rng = np.random.default_rng([n, n_words])
    context, rows = rng.normal(size=(n, 4)) * scale, rng.normal(size=(n_words, 4)) * scale
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        probability = reference.softmax_probability(context, rows)
        loss = reference.softmax_loss(context, rows, np.zeros(n, np.int64))
    np.testing.assert_allclose(probability.sum(axis=1), 1.0, rtol=1e-12)
    assert (probability >= 0).all()
    assert 0 <= loss < math.inf


def test_three_words_by_hand() -> None:
    context, rows = np.array([[math.log(2), 0.0]]), np.array([[0.0, 5.0], [1.0, 0.0], [2.0, 1.0]])
    np.testing.assert_allclose(reference.softmax_probability(context, rows), [[1 / 7, 2 / 7, 4 / 7]], rtol=1e-15)
    assert reference.softmax_loss(context, rows, [1]) == pytest.approx(math.log(3.5), rel=1e-15)
    by_context, by_rows = reference.softmax_gradients(context, rows, [1])
    # Contexts get the mean of all rows, weighed by their probabilities, less the row of the target.
    np.testing.assert_allclose(by_context, [[10 / 7 - 1, 9 / 7]], rtol=1e-14)
    np.testing.assert_allclose(by_rows, np.outer([1 / 7, -5 / 7, 4 / 7], context[0]), rtol=1e-14)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("n", "n_words"), [(1, 2), (1, 6), (3, 7), (5, 20)])
def test_gradients_are_the_derivatives(n: int, n_words: int, weighted: bool) -> None:
    rng = np.random.default_rng([n, n_words])
    context, rows, target = rng.normal(size=(n, 7)), rng.normal(size=(n_words, 7)), rng.integers(0, n_words, n)
    weight = rng.uniform(0.3, 3, n) if weighted else None
    gradients = reference.softmax_gradients(context, rows, target, weight)
    for matrix, gradient in zip((context, rows), gradients, strict=True):
        assert_is_gradient(lambda: reference.softmax_loss(context, rows, target, weight), matrix, gradient)


def random_batch(mode: str, rng: np.random.Generator, n_words: int, epoch: reference.Epoch) -> list[Any]:
    """Predictions of which many share words, some of them twice."""
    if mode == "skip-gram":
        return [reference.Prediction([int(w)], int(t), 1.5) for w, t in rng.integers(0, n_words, (9, 2))]
    windows = [rng.integers(0, n_words, n).tolist() for n in (1, 2, 5, 6)]
    return [reference.Prediction(w, int(rng.integers(n_words)), 1.0, *epoch.cbow_shares(len(w))) for w in windows]


@pytest.mark.parametrize("mode", ["skip-gram", "mean, exact", "sum, exact"])
def test_a_batch_is_gradient_descent_on_the_loss_of_its_predictions(mode: str) -> None:
    rng, alpha = np.random.default_rng(5), 0.03
    epoch = make_epoch(8, 10, softmax=True, **MODES[mode])
    batch = random_batch(mode, rng, 8, epoch)
    matrices = rng.normal(size=(2, 8, 5))

    def loss() -> float:
        total = 0.0
        for p in batch:
            logits = matrices[1] @ (matrices[0][p.words].sum(axis=0) / (len(p.words) if mode == "mean, exact" else 1))
            total += p.weight * (math.log(np.exp(logits).sum()) - logits[p.target])
        return total

    stepped = matrices.copy()
    assert reference.softmax_batch(*stepped, batch, alpha, epoch) == pytest.approx(loss(), rel=1e-12)
    assert_is_gradient(loss, matrices, (matrices - stepped) / alpha)


def test_the_gradient_of_word2vec_is_the_exact_one_times_the_contexts() -> None:
    rng = np.random.default_rng(6)
    matrices, target = rng.normal(size=(2, 8, 5)), 3
    moved = []
    for mode in ("mean", "mean, exact"):
        epoch = make_epoch(8, 10, softmax=True, **MODES[mode])
        stepped = matrices.copy()
        reference.softmax_batch(
            *stepped, [reference.Prediction([0, 1, 5], target, 1.0, *epoch.cbow_shares(3))], 0.1, epoch
        )
        moved.append(stepped - matrices)
    np.testing.assert_allclose(moved[0][0], 3 * moved[1][0], rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(moved[0][1], moved[1][1], rtol=1e-12, atol=1e-15)


# ---- one step of the core ----


def check_step(n: int, n_words: int, simd: str, fused: bool, *, dim: int = 32, weighted: bool = True, seed: int = 0,
               logit: float = 3.0) -> None:
    """A step against the reference, with padding and a guard row of NaN; logits of about `logit`."""
    rng = np.random.default_rng([seed, n, n_words, dim])
    last = dim - int(rng.integers(0, 16))
    context, rows = _core.aligned_zeros((n + 1, dim)), _core.aligned_zeros((n_words + 1, dim))
    context[:n, :last] = rng.normal(size=(n, last))
    rows[:n_words, :last] = rng.normal(size=(n_words, last)) * logit / math.sqrt(last)
    context[n], rows[n_words] = np.nan, np.nan
    target = rng.integers(0, n_words, n).astype(np.int32)
    weight = rng.uniform(0.2, 3, n).astype(np.float32) if weighted else None
    old, old_context, alpha = rows[:n_words].astype(np.float64), context.copy(), 0.3
    by_context, by_rows = reference.softmax_gradients(old_context[:n].astype(np.float64), old, target, weight)
    gradient, loss = _core.softmax_step(
        context[:n], rows[:n_words], target, alpha, weight, simd=simd, fused=fused
    )
    expected = reference.softmax_loss(old_context[:n].astype(np.float64), old, target, weight)
    # A float32 logit is wrong by some 1e-7 of itself, and its probability by that share.
    tolerance = 1e-6 * (1 + logit) * (1 + float(np.abs(old).max())) * n
    np.testing.assert_allclose(gradient, -alpha * by_context, rtol=0, atol=tolerance)
    np.testing.assert_allclose(rows[:n_words], old - alpha * by_rows, rtol=0, atol=tolerance)
    assert loss == pytest.approx(expected, rel=1e-5, abs=1e-6 * (1 + logit) * n)
    np.testing.assert_array_equal(context, old_context, err_msg="contexts are read only")
    assert not gradient[:, last:].any(), "padding of a gradient was written"
    assert not rows[:n_words, last:].any(), "padding of a row was written"
    assert np.isnan(rows[n_words]).all(), "wrote past the rows"


@FUSED
@pytest.mark.parametrize("n_words", SIZES)
def test_every_step_equals_the_reference(n_words: int, simd: str, fused: bool) -> None:
    for n in range(1, 17):
        check_step(n, n_words, simd, fused)
        check_step(n, n_words, simd, fused, weighted=False)


@FUSED
def test_every_dimension_equals_the_reference(simd: str, fused: bool) -> None:
    for dim in range(16, 305, 16):
        for n, n_words in ((1, 6), (16, 13), (7, 50)):
            check_step(n, n_words, simd, fused, dim=dim)


@FUSED
def test_thousands_of_words_equal_the_reference(simd: str, fused: bool) -> None:
    for n, n_words in ((16, 3001), (3, 20_000)):
        check_step(n, n_words, simd, fused)


@given(st.integers(1, 16), st.integers(1, 300), st.integers(0, 2**32), st.floats(0.01, 100), st.sampled_from(KERNELS))
@settings(max_examples=100, deadline=None)
def test_any_step_equals_the_reference(n: int, n_words: int, seed: int, logit: float, kernel: Any) -> None:
    check_step(n, n_words, *kernel, seed=seed, logit=logit)


@FUSED
@pytest.mark.parametrize("size", [300.0, -300.0])
@pytest.mark.parametrize("n_words", SIZES[1:])
def test_large_logits_stay_finite_and_right(n_words: int, size: float, simd: str, fused: bool) -> None:
    """One word's logit is +-300, the others' -+300: its probability is 1, or 0 beside a uniform rest."""
    for target, winner in ((0, 0), (0, n_words - 1), (n_words - 1, 0)):
        context, rows = _core.aligned_zeros((2, DIM)), _core.aligned_zeros((n_words, DIM))
        context[:, 0], rows[:, 0] = 10.0, -size / 10
        rows[winner, 0] = size / 10
        old = rows.astype(np.float64)
        by_context, by_rows = reference.softmax_gradients(context.astype(np.float64), old, [target, target])
        gradient, loss = _core.softmax_step(
            context, rows, np.full(2, target, np.int32), 0.5, simd=simd, fused=fused
        )
        expected = reference.softmax_loss(context.astype(np.float64), old, [target, target])
        assert loss == pytest.approx(expected, rel=1e-6, abs=1e-5)
        assert expected in (pytest.approx(0, abs=1e-9), pytest.approx(1200, rel=0.01)) or n_words > 2
        np.testing.assert_allclose(gradient, -0.5 * by_context, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(rows, old - 0.5 * by_rows, rtol=1e-5, atol=1e-5)


@FUSED
def test_random_logits_of_hundreds_stay_finite_and_right(simd: str, fused: bool) -> None:
    for n_words in SIZES:
        check_step(16, n_words, simd, fused, logit=300.0)


@FUSED
def test_contexts_may_be_the_same_row_and_the_same_target(simd: str, fused: bool) -> None:
    """Two predictions of one word from one row are one prediction of weight two."""
    _, rows, _ = weights(20)
    context = weights(21)[0]
    twice, once = rows.copy(), _core.aligned_zeros(rows.shape)
    doubled = _core.aligned_zeros((2, DIM))
    doubled[:], once[:] = context[0], rows
    aligned = _core.aligned_zeros(rows.shape)
    aligned[:] = twice
    both, loss = _core.softmax_step(doubled, aligned, np.array([4, 4], np.int32), 0.1, simd=simd, fused=fused)
    one, single = _core.softmax_step(
        context[:1], once, np.array([4], np.int32), 0.1, np.array([2.0], np.float32), simd=simd, fused=fused
    )
    np.testing.assert_allclose(aligned, once, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(both.sum(axis=0), one[0], rtol=1e-5, atol=1e-7)
    assert loss == pytest.approx(single, rel=1e-6)


@FUSED
def test_a_vocabulary_of_one_word_learns_nothing(simd: str, fused: bool) -> None:
    context, rows, _ = weights(1)
    before = rows.copy()
    gradient, loss = _core.softmax_step(context, rows, np.zeros(1, np.int32), 0.5, simd=simd, fused=fused)
    assert loss == pytest.approx(0, abs=1e-6)
    np.testing.assert_allclose(gradient, 0, atol=1e-6)
    np.testing.assert_allclose(rows, before, atol=1e-6)


def test_wrong_steps_are_refused() -> None:
    rows, targets, ones = _core.aligned_zeros((20, DIM)), np.zeros(20, np.int32), np.ones(20, np.float32)
    bad: list[tuple[Any, ...]] = [
        (rows[:17], rows, targets[:17], 0.1),
        (rows[:0], rows, targets[:0], 0.1),
        (rows[:2], rows, targets[:1], 0.1),
        (rows[:2], rows, targets[:2], 0.1, ones[:1]),
        (rows[:2], rows[:0], targets[:2], 0.1),
        (rows[:1], rows, np.array([20], np.int32), 0.1),
        (rows[:1], rows, np.array([-1], np.int32), 0.1),
        (_core.aligned_zeros((2, 8)), _core.aligned_zeros((2, 8)), targets[:2], 0.1),
    ]
    for arguments in bad:
        with pytest.raises(ValueError):
            _core.softmax_step(*arguments)


# ---- epochs of the core against the reference ----

CORPORA: dict[str, dict[str, Any]] = {
    "short sentences": {},
    "one sentence": {"n_sentences": 1, "window": 5, "shrink_windows": False},
    # No sentence fills a batch with CBOW, and many are empty or of one word.
    "tiny sentences": {"n_tokens": 150, "n_sentences": 90},
    "wide windows": {"n_sentences": 2, "n_tokens": 100, "window": 40},
    # The learning rate is 0 up to position 1024; with CBOW a batch begins before it and ends behind.
    "alpha from nothing to much": {
        "n_tokens": 1100, "offsets": np.array([0, 5, 1080, 1100]), "start_alpha": 0.0, "end_alpha": 1.0,
        "progress_begin": 0.0, "progress_step": 1 / 10_240, "window": 2, "n_words": 12,
    },
    "no tokens": {"n_tokens": 0, "n_sentences": 2},
}


def softmax_epoch(mode: str, **changes: Any) -> reference.Epoch:
    return make_epoch(**{"softmax": True, "negative": 0, **MODES[mode], **changes})


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("corpus", CORPORA)
def test_an_epoch_equals_the_reference(corpus: str, mode: str) -> None:
    epoch = softmax_epoch(mode, **CORPORA[corpus])
    changes = largest_change(train_reference(epoch)[0])
    assert (min(changes[:2]) > 1e-3) == (corpus != "no tokens")
    assert changes[2] == 0
    assert_equals_reference(epoch)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("n_words", SIZES)
def test_any_size_of_vocabulary_equals_the_reference(n_words: int, mode: str) -> None:
    epoch = softmax_epoch(mode, n_words=n_words, n_tokens=120, n_sentences=5)
    if n_words > 1:
        assert_equals_reference(epoch)
        return
    for simd, fused in KERNELS:  # the loss is 0 but for rounding
        matrices, account = train_core(epoch, simd=simd, fused=fused, measure_loss=True)
        assert_close(matrices, train_reference(epoch)[0])
        assert account[3] == pytest.approx((0, 0, 0), abs=1e-3)


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=25), min_size=1, max_size=6), st.integers(1, 9), st.booleans(),
    st.sampled_from(sorted(MODES)), st.sampled_from(KERNELS),
)
@settings(max_examples=60, deadline=None)
def test_any_sentences_equal_the_reference(
    sentences: list[list[int]], window: int, shrink: bool, mode: str, kernel: Any
) -> None:
    offsets = np.concatenate([[0], np.cumsum([len(s) for s in sentences])]).astype(np.int64)
    ids = np.array([w for s in sentences for w in s], dtype=np.int32)
    epoch = softmax_epoch(mode, n_words=7, window=window, shrink_windows=shrink, ids=ids, offsets=offsets)
    expected, account = train_reference(epoch)
    actual, counted = train_core(epoch, simd=kernel[0], fused=kernel[1], measure_loss=True)
    assert_close(actual, expected)
    assert_account(counted, account)


def test_batches_are_of_16_in_order_and_end_with_their_sentence() -> None:
    """Two sentences of 17 and 23 words, batches written out by hand."""
    epoch = softmax_epoch(
        "mean", n_words=40, ids=np.arange(40, dtype=np.int32), offsets=np.array([0, 17, 40]), window=1,
        keep=np.full(40, 2**32 - 1, np.uint32), start_alpha=0.5, end_alpha=0.5,
    )
    matrices = [weights(40)[i].astype(np.float64) for i in range(2)]
    losses = []
    for first, last in ((0, 16), (16, 17), (17, 33), (33, 40)):
        batch = []
        for t in range(first, last):
            sentence = range(17) if t < 17 else range(17, 40)
            words = [j for j in (t - 1, t + 1) if j in sentence]
            batch.append(reference.Prediction(words, t, 1.0, 1 / len(words), 1.0))
        losses.append(reference.softmax_batch(*matrices, batch, epoch.alpha(last - 1), epoch))
    for simd, fused in KERNELS:
        actual, account = train_core(epoch, simd=simd, fused=fused, measure_loss=True)
        assert_close(actual[:2], matrices)
        assert account[3][2] == pytest.approx(sum(losses), rel=1e-5)


@pytest.mark.parametrize("mode", MODES)
def test_the_measured_loss_is_the_negative_log_likelihood(mode: str) -> None:
    """By brute force, one prediction and one word at a time, over weights that a learning rate of 0 leaves alone."""
    epoch = softmax_epoch(mode, n_words=11, start_alpha=0.0, end_alpha=0.0)
    input, output, _ = weights(11)
    sample, loss, n = reference.sample_tokens(epoch), 0.0, 0
    for t, centre in enumerate(sample.kept):
        around = [sample.kept[j] for j in range(sample.left[t], sample.right[t] + 1) if j != t]
        hidden = [input[w].astype(float) for w in around]
        if not epoch.sg and around:
            hidden = [sum(hidden) / (len(around) if epoch.cbow_mean else 1)]
        for h in hidden:
            scores = [math.fsum(float(a) * float(b) for a, b in zip(h, row, strict=True)) for row in output]
            loss -= math.log(math.exp(scores[centre]) / math.fsum(map(math.exp, scores)))
            n += 1
    for simd, fused in KERNELS:
        matrices, account = train_core(epoch, simd=simd, fused=fused, measure_loss=True)
        assert account[2] == n
        assert account[3] == (0.0, 0.0, pytest.approx(loss, rel=1e-6))
        assert_same(matrices, weights(11))


@pytest.mark.parametrize("mode", MODES)
def test_how_a_corpus_is_cut_into_blocks_changes_no_bit(mode: str) -> None:
    epoch = softmax_epoch(mode)
    n = len(epoch.offsets) - 1
    for simd, fused in KERNELS:
        whole, account = train_core(epoch, simd=simd, fused=fused)
        for blocks in (np.arange(n + 1), [0, 0, 1, n // 2, n // 2, n]):
            cut, counted = train_core(epoch, blocks=blocks, simd=simd, fused=fused)
            assert counted == account
            assert_same(cut, whole)


@pytest.mark.parametrize("mode", ["skip-gram", "mean", "sum, exact"])
def test_private_rows_make_no_difference_to_one_worker(mode: str) -> None:
    epoch = softmax_epoch(mode)
    expected, account = train_reference(epoch)
    for n_hot, merge_every in ((1, 1), (10, 3), (30, 65535)):
        core, matrices = core_epoch(epoch, measure_loss=True), weights(30)
        assert_account(make_worker(core, epoch, matrices, n_hot, merge_every).train(core, _core.Control()), account)
        assert_close(matrices, expected)


@pytest.mark.parametrize("mode", MODES)
def test_large_weights_stay_finite(mode: str) -> None:
    """Logits of hundreds: steps on them are too large to compare, the loss of the weights as they began is not."""
    epoch = softmax_epoch(mode, start_alpha=0.0, end_alpha=0.0)
    expected, account = train_reference(epoch, scale=9.0)
    for simd, fused in KERNELS:
        matrices, counted = train_core(epoch, scale=9.0, simd=simd, fused=fused, measure_loss=True)
        assert_account(counted, account, 1e-5)
        assert_close(matrices, expected)
        moved, counted = train_core(
            replace(epoch, start_alpha=0.01), scale=9.0, simd=simd, fused=fused, measure_loss=True
        )
        assert all(np.isfinite(matrix).all() for matrix in moved)
        assert np.isfinite(counted[3]).all()


def test_training_lowers_the_loss_to_nothing_where_each_word_has_one_neighbour() -> None:
    epoch = softmax_epoch(
        "skip-gram", n_words=4, ids=np.array([0, 1, 2, 3] * 50, np.int32), offsets=np.arange(0, 201, 2), window=1,
        keep=np.full(4, 2**32 - 1, np.uint32), start_alpha=0.1, end_alpha=0.1,
    )
    core, matrices = core_epoch(epoch, measure_loss=True), weights(4)
    worker = make_worker(core, epoch, matrices)
    losses = [worker.train(core, _core.Control())[3][2] / 200 for _ in range(20)]
    assert losses == sorted(losses, reverse=True)
    assert losses[0] > 10 * losses[-1]
    assert losses[-1] < 0.02


def test_epochs_with_other_objectives_or_none_are_refused() -> None:
    for changes in ({"negative": 5}, {"hs": True}, {"softmax": False}):
        with pytest.raises(ValueError, match="softmax"):
            core_epoch(softmax_epoch("mean", **changes))
    epoch = softmax_epoch("mean")
    core, (input, output, _) = core_epoch(epoch), weights(30)
    for matrices in ((input, output[:0]), (input, output[:29]), (input[:29], output)):
        with pytest.raises(ValueError, match="row"):
            _core.Worker(core, *matrices)
    with pytest.raises(ValueError, match="lanes"):
        _core.Lanes(core, input, output)
    worker, other = _core.Worker(core, input, output), replace(epoch, softmax=False, negative=5)
    with pytest.raises(ValueError, match="another shape"):
        worker.train(core_epoch(other), _core.Control())


def test_padding_stays_zero() -> None:
    matrices, _ = train_core(softmax_epoch("sum"))
    assert not any(matrix[:, USED:].any() for matrix in matrices)

"""Explicit pairs, and locks: a word's share of the updates of its input row."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cw2v import _core, reference

from .oracle import (
    ARCHITECTURES,
    KERNELS,
    OBJECTIVES,
    assert_account,
    assert_close,
    assert_equals_reference,
    assert_same,
    core_epoch,
    largest_change,
    make_epoch,
    make_worker,
    train_core,
    train_reference,
    weights,
)

BLOCK = 1024  # pairs that a worker takes at a time


def pairs_epoch(objective: str, n_words: int = 30, n_pairs: int = 400, **changes: Any) -> reference.Epoch:
    """An epoch without a corpus, its learning rate falling over the pairs; objective: one of OBJECTIVES, or full."""
    hs, negative = OBJECTIVES.get(objective, (False, 0))
    empty = {"ids": np.zeros(0, np.int32), "offsets": np.zeros(1, np.int64)}
    rate = {"start_alpha": 0.1, "end_alpha": 0.01, "progress_begin": 0.0, "progress_step": 1 / max(n_pairs, 1)}
    epoch = make_epoch(n_words, hs=hs, negative=negative, softmax=objective == "full")
    return replace(epoch, **{**empty, **rate, **changes})


def random_pairs(n_words: int, n: int, weighted: bool = False) -> tuple[Any, ...]:
    """Pairs of which some are of a word and itself; weights of which some are 0."""
    rng = np.random.default_rng([n_words, n])
    words, targets = (np.minimum(rng.zipf(1.3, n) - 1, n_words - 1).astype(np.int32) for _ in range(2))
    weight = (rng.integers(0, 5, n) / 2).astype(np.float32)
    return words, targets, weight if weighted else None


ALL = [*OBJECTIVES, "full"]
N_PAIRS = [0, 1, 16, 17, 400]

# ---- pairs against the reference ----


@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
@pytest.mark.parametrize("n_pairs", N_PAIRS)
@pytest.mark.parametrize("objective", ALL)
def test_pairs_equal_the_reference(objective: str, n_pairs: int, weighted: bool) -> None:
    epoch, pairs = pairs_epoch(objective, n_pairs=n_pairs), random_pairs(30, n_pairs, weighted)
    changes = largest_change(train_reference(epoch, pairs)[0])
    hs, negative = OBJECTIVES.get(objective, (False, 1))
    if n_pairs >= 16:
        assert [change > 1e-3 for change in changes] == [True, negative > 0, hs]
    assert_equals_reference(epoch, pairs)


@pytest.mark.parametrize("n_words", [1, 2, 7])
@pytest.mark.parametrize("objective", ALL)
def test_pairs_of_small_vocabularies_equal_the_reference(objective: str, n_words: int) -> None:
    if objective == "full" and n_words == 1:
        pytest.skip("its loss is 0 but for rounding: see test_softmax.py")
    assert_equals_reference(pairs_epoch(objective, n_words, 100), random_pairs(n_words, 100, True))


@pytest.mark.parametrize("objective", ALL)
def test_learning_rate_and_batches_follow_the_place_in_blocks_of_1024(objective: str) -> None:
    """Nothing is learnt up to pair 1024, and much from there on; the last batches of both blocks are not full."""
    epoch = pairs_epoch(objective, 12, start_alpha=0.0, end_alpha=1.0, progress_step=1 / 20_480)
    for n in (BLOCK, BLOCK + 1, BLOCK + 27):
        pairs = random_pairs(12, n)
        assert (max(largest_change(train_reference(epoch, pairs)[0])) > 0) == (n > BLOCK)
        assert_equals_reference(epoch, pairs)


def test_a_batch_of_the_full_softmax_ends_with_its_block() -> None:
    """Blocks of 1024 that are trained one after the other are the same steps as all of them at once."""
    epoch = pairs_epoch("full", 12, start_alpha=0.05, end_alpha=0.05)
    words, targets, _ = random_pairs(12, 2 * BLOCK + 40)
    core, matrices = core_epoch(epoch), weights(12)
    worker = make_worker(core, epoch, matrices)
    for begin in range(0, len(words), BLOCK):
        worker.train(core, _core.Control(), _core.Pairs(words[begin : begin + BLOCK], targets[begin : begin + BLOCK]))
    assert_same(matrices, train_core(epoch, (words, targets))[0])


@given(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from([0.0, 0.5, 1.0, 3.0])), max_size=60),
    st.sampled_from(ALL), st.sampled_from(KERNELS),
)
@settings(max_examples=80, deadline=None)
def test_any_pairs_equal_the_reference(pairs: list[tuple[int, int, float]], objective: str, kernel: Any) -> None:
    columns = list(zip(*pairs, strict=True)) or [(), (), ()]
    arrays = [np.array(c, dtype=d) for c, d in zip(columns, (np.int32, np.int32, np.float32), strict=True)]
    epoch = pairs_epoch(objective, 9)
    expected, account = train_reference(epoch, tuple(arrays))
    actual, counted = train_core(epoch, tuple(arrays), simd=kernel[0], fused=kernel[1], measure_loss=True)
    assert_close(actual, expected)
    assert_account(counted, account)


@pytest.mark.parametrize("objective", ALL)
def test_weights_of_one_are_no_weights_and_of_nothing_no_pairs(objective: str) -> None:
    epoch, (words, targets, _) = pairs_epoch(objective), random_pairs(30, 300)
    for simd, fused in KERNELS:
        chosen = {"simd": simd, "fused": fused, "measure_loss": True}
        plain, account = train_core(epoch, (words, targets), **chosen)
        ones, counted = train_core(epoch, (words, targets, np.ones(300, np.float32)), **chosen)
        assert counted[:3] == account[:3]
        assert counted[3] == pytest.approx(account[3], rel=1e-6)
        assert_same(ones, plain)
        nothing, counted = train_core(epoch, (words, targets, np.zeros(300, np.float32)), **chosen)
        assert counted == (300, 0, 300, (0.0, 0.0, 0.0))
        assert_same(nothing, weights(30))


@pytest.mark.parametrize("objective", ALL)
def test_architecture_and_corpus_are_nothing_to_pairs(objective: str) -> None:
    epoch, pairs = pairs_epoch(objective), random_pairs(30, 300)
    plain, account = train_core(epoch, pairs)
    corpus = make_epoch(30)
    for changes in ({"sg": False}, {"shared_negatives": False}, {"ids": corpus.ids, "offsets": corpus.offsets}):
        other, counted = train_core(replace(epoch, **changes), pairs)
        assert counted == account
        assert_same(other, plain)


@pytest.mark.parametrize("objective", ALL)
def test_private_rows_make_no_difference_to_one_worker(objective: str) -> None:
    epoch, pairs = pairs_epoch(objective), random_pairs(30, 400, True)
    expected, account = train_reference(epoch, pairs)
    for n_hot, merge_every in ((1, 1), (10, 3), (30, 65535)):
        core, matrices = core_epoch(epoch, measure_loss=True), weights(30)
        worker = make_worker(core, epoch, matrices, n_hot, merge_every)
        assert_account(worker.train(core, _core.Control(), _core.Pairs(*pairs)), account)
        assert_close(matrices, expected)


# ---- accounts, refusals, stop and pause of pairs ----


def in_threads(n: int, work: Any) -> list[Any]:
    results: list[Any] = [None] * n

    def call(i: int) -> None:
        results[i] = work(i)

    threads = [threading.Thread(target=call, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("n_threads", [1, 2, 5])
@pytest.mark.parametrize("objective", ALL)
def test_every_pair_is_accounted_for_once(objective: str, n_threads: int) -> None:
    epoch, control = pairs_epoch(objective, start_alpha=0.0, end_alpha=0.0), _core.Control()
    n = 5 * BLOCK + 3
    pairs = _core.Pairs(*random_pairs(30, n))
    core, matrices = core_epoch(epoch, measure_loss=True), weights(30)
    workers = [make_worker(core, epoch, matrices) for _ in range(n_threads)]
    accounts = in_threads(n_threads, lambda i: workers[i].train(core, control, pairs))
    totals = [sum(column) for column in zip(*(a[:3] for a in accounts), strict=True)]
    assert totals == [n, 0, n]
    assert (control.words_done, control.next_place) == (n, 6)
    expected = train_reference(epoch, random_pairs(30, n))[1]
    np.testing.assert_allclose(np.sum([a[3] for a in accounts], axis=0), expected.loss, rtol=1e-5)


def test_wrong_pairs_are_refused() -> None:
    def ids(*values: int) -> NDArray[np.int32]:
        return np.array(values, dtype=np.int32)

    ones = np.ones(2, np.float32)
    two = ids(0, 1)
    for arguments in ((two, ids(0)), (ids(0), two), (ids(0), ids(0), ones), (two, two, ones[:1])):
        with pytest.raises(ValueError, match="same length"):
            _core.Pairs(*arguments)
    for words, targets in ((ids(0, -1), ids(0, 0)), (ids(0, 0), ids(-7, 0))):
        with pytest.raises(ValueError, match="word ids"):
            _core.Pairs(words, targets)
    epoch = pairs_epoch("noise", 6)
    core, matrices, control = core_epoch(epoch), weights(6), _core.Control()
    worker = make_worker(core, epoch, matrices)
    for words, targets in ((ids(5, 6), ids(0, 0)), (ids(0, 0), ids(2**31 - 1, 0))):
        with pytest.raises(ValueError, match="below the number of words"):
            worker.train(core, control, _core.Pairs(words, targets))
    assert control.words_done == control.next_place == 0
    assert_same(matrices, weights(6))
    assert worker.train(core, control, _core.Pairs(ids(5), ids(5)))[0] == 1
    with pytest.raises((ValueError, TypeError)):
        _core.Pairs(np.zeros(2), np.zeros(2))


def many_pairs(objective: str) -> tuple[_core.Epoch, list[Any], _core.Worker, _core.Pairs, int]:
    """Some seconds of work."""
    n = 1_000_000 if objective == "full" else 6_000_000
    epoch = pairs_epoch(objective, n_pairs=n)
    core, matrices = core_epoch(epoch), weights(30)
    return core, matrices, make_worker(core, epoch, matrices), _core.Pairs(*random_pairs(30, n)), n


@pytest.mark.parametrize("ask", ["stop", "pause"])
@pytest.mark.parametrize("objective", ["both", "full"])
def test_a_pause_ends_training_between_blocks_and_a_stop_within_one(objective: str, ask: str) -> None:
    core, _, worker, pairs, n = many_pairs(objective)
    control = _core.Control()
    getattr(control, ask)()
    assert worker.train(core, control, pairs)[:3] == (0, 0, 0)
    control.reset()
    asked: list[float] = []

    def ask_soon() -> None:
        while control.words_done < 20 * BLOCK:
            time.sleep(0.001)
        asked.append(time.perf_counter())
        getattr(control, ask)()

    thread = threading.Thread(target=ask_soon)
    thread.start()
    trained = worker.train(core, control, pairs)[0]
    took = time.perf_counter() - asked[0]
    thread.join()
    assert 20 * BLOCK <= trained < n
    if ask == "pause":
        assert trained == control.words_done == control.next_place * BLOCK
    else:
        assert control.words_done <= trained <= control.next_place * BLOCK
    assert took < 0.5


@pytest.mark.parametrize("objective", ALL)
def test_pairs_go_on_after_a_pause_as_if_there_had_been_none(objective: str) -> None:
    n = 40 * BLOCK + 11
    epoch, pairs = pairs_epoch(objective, n_pairs=n), random_pairs(30, n)
    core, matrices, control = core_epoch(epoch), weights(30), _core.Control()
    worker, explicit = make_worker(core, epoch, matrices), _core.Pairs(*pairs)
    timer = threading.Timer(0.002, control.pause)
    timer.start()
    trained = worker.train(core, control, explicit)[0]
    timer.join()
    assert trained == control.words_done == min(control.next_place * BLOCK, n)
    control.reset(control.next_place, control.words_done)
    assert trained + worker.train(core, control, explicit)[0] == n == control.words_done
    assert_same(matrices, train_core(epoch, pairs)[0])


# ---- locks ----

LOCKED: dict[str, tuple[str, bool, int, bool]] = {
    **{f"{a}, {o}": (a, *OBJECTIVES[o], False) for a, o in product(ARCHITECTURES, OBJECTIVES)},
    **{f"{a}, full softmax": (a, False, 0, True) for a in ARCHITECTURES if a != "skip-gram, noise per pair"},
}
SHARES = np.array([0.0, 0.5, 1.0, 2.0], dtype=np.float32)


def locked_epoch(name: str, lock: Any, **changes: Any) -> reference.Epoch:
    architecture, hs, negative, softmax = LOCKED[name]
    arguments = {**ARCHITECTURES[architecture], "hs": hs, "negative": negative, "softmax": softmax, **changes}
    epoch = make_epoch(**arguments)
    return replace(epoch, lock=None if lock is None else np.resize(lock, len(epoch.keep)).astype(np.float32))


@pytest.mark.parametrize("name", LOCKED)
def test_locked_epochs_equal_the_reference(name: str) -> None:
    epoch = locked_epoch(name, SHARES)
    unlocked, _ = train_reference(replace(epoch, lock=None))
    locked, _ = train_reference(epoch)
    assert np.abs(unlocked[0] - locked[0]).max() > 1e-2
    assert_equals_reference(epoch)


@pytest.mark.parametrize("name", ["skip-gram, both", "skip-gram, noise per pair, noise", "mean, noise", "sum, both"])
def test_locked_wide_windows_of_repeated_words_equal_the_reference(name: str) -> None:
    """More than 16 contexts: several steps from one set of targets, each with rows that stand still or move twofold."""
    rate = {"start_alpha": 0.004, "end_alpha": 0.004}
    assert_equals_reference(locked_epoch(name, SHARES, window=25, n_sentences=2, n_tokens=150, **rate))


@pytest.mark.parametrize("objective", ALL)
def test_locked_pairs_equal_the_reference(objective: str) -> None:
    epoch = pairs_epoch(objective, lock=np.resize(SHARES, 30))
    assert_equals_reference(epoch, random_pairs(30, 400, True))


@given(
    st.lists(st.floats(0, 2, width=32), min_size=1, max_size=12), st.sampled_from(sorted(LOCKED)),
    st.sampled_from(KERNELS),
)
@settings(max_examples=60, deadline=None)
def test_any_locks_equal_the_reference(shares: list[float], name: str, kernel: Any) -> None:
    epoch = locked_epoch(name, np.array(shares), n_words=12, n_tokens=150)
    expected, account = train_reference(epoch)
    actual, counted = train_core(epoch, simd=kernel[0], fused=kernel[1], measure_loss=True)
    assert_close(actual, expected)
    assert_account(counted, account)


@pytest.mark.parametrize("name", LOCKED)
def test_a_lock_of_ones_is_no_lock(name: str) -> None:
    """To the bit with skip-gram; CBOW adds its contexts' updates in another order."""
    for simd, fused in KERNELS:
        with_lock, account = train_core(locked_epoch(name, SHARES[2:3]), simd=simd, fused=fused, measure_loss=True)
        without, counted = train_core(locked_epoch(name, None), simd=simd, fused=fused, measure_loss=True)
        assert account[:3] == counted[:3]
        if name.startswith("skip-gram"):
            assert_same(with_lock, without)
            assert account == counted
        else:
            assert_close(with_lock, [m.astype(np.float64) for m in without])


@pytest.mark.parametrize("objective", ALL)
def test_a_lock_of_ones_is_no_lock_for_pairs(objective: str) -> None:
    epoch, pairs = pairs_epoch(objective), random_pairs(30, 300, True)
    for simd, fused in KERNELS:
        with_lock, _ = train_core(replace(epoch, lock=np.ones(30, np.float32)), pairs, simd=simd, fused=fused)
        assert_same(with_lock, train_core(epoch, pairs, simd=simd, fused=fused)[0])


@pytest.mark.parametrize("name", LOCKED)
def test_a_word_with_a_lock_of_nothing_never_moves(name: str) -> None:
    """Its input row keeps every bit, also with private rows; its output row, and all other words, are trained."""
    lock, before = np.ones(30, np.float32), weights(30)
    lock[[0, 3, 7]] = 0
    for (simd, fused), hot in product(KERNELS, ((), (10, 3), (30, 65535))):
        epoch = locked_epoch(name, lock)
        core, matrices = core_epoch(epoch, simd=simd, fused=fused), weights(30)
        make_worker(core, epoch, matrices, *hot).train(core, _core.Control())
        stands = ~(matrices[0] != before[0]).any(axis=1)
        assert stands[[0, 3, 7]].all()
        assert not stands[[1, 2, 4]].any()
        if epoch.negative or epoch.softmax:
            assert (matrices[1] != before[1]).any(axis=1)[[0, 3, 7]].all()


@pytest.mark.parametrize("name", LOCKED)
def test_all_locked_words_still_train_what_they_are_predicted_by(name: str) -> None:
    epoch = locked_epoch(name, SHARES[:1])
    for simd, fused in KERNELS:
        (input, output, nodes), _ = train_core(epoch, simd=simd, fused=fused)
        assert_same([input], weights(30)[:1])
        assert largest_change([input, output, nodes])[1:] != [0.0, 0.0]


@pytest.mark.parametrize("name", [n for n in LOCKED if not (n.startswith("skip-gram") and n.endswith("both"))])
def test_output_rows_of_a_window_do_not_depend_on_locks(name: str) -> None:
    """Words 4 and 5 predict 5 and 6 from rows that did not move yet: whatever share of it they get, these get it all.

    Not so where skip-gram trains two objectives, the second from the row that the first has moved.
    """
    ids, keep = np.array([4, 5, 6], np.int32), np.full(30, 2**32 - 1, np.uint32)
    alone = {"ids": ids, "offsets": np.array([0, 3]), "keep": keep, "shrink_windows": False}
    before = weights(30)
    for simd, fused in KERNELS:
        found = [
            train_core(locked_epoch(name, lock, **alone), window=(1, 0), simd=simd, fused=fused)[0]
            for lock in (None, 0.0, 0.5, 1.0, 2.0)
        ]
        for rows in ([4], [5]):
            moved = [matrices[0][rows] - before[0][rows] for matrices in found]
            assert np.abs(moved[0]).max() > 1e-3
            for share, change in zip((0.0, 0.5, 1.0, 2.0), moved[1:], strict=True):
                np.testing.assert_allclose(change, share * moved[0], rtol=1e-4, atol=1e-6)
        for matrices in found[1:]:
            assert_same(matrices[1:], found[0][1:])


@pytest.mark.parametrize("name", LOCKED)
def test_private_rows_take_locks_into_account(name: str) -> None:
    epoch = locked_epoch(name, SHARES)
    expected, account = train_reference(epoch)
    for n_hot, merge_every in ((1, 1), (10, 3), (30, 65535)):
        core, matrices = core_epoch(epoch, measure_loss=True), weights(30)
        assert_account(make_worker(core, epoch, matrices, n_hot, merge_every).train(core, _core.Control()), account)
        assert_close(matrices, expected)


def test_wrong_locks_are_refused() -> None:
    epoch = make_epoch()
    for lock in (np.ones(29), np.ones(31), np.ones(0), np.full(30, np.nan), np.full(30, np.inf), np.full(30, -np.inf)):
        with pytest.raises(ValueError, match="lock"):
            core_epoch(replace(epoch, lock=lock.astype(np.float32)))
    with pytest.raises(ValueError):
        core_epoch(replace(epoch, lock=np.ones(30)))  # type: ignore[arg-type]

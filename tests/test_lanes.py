"""Deterministic training: the same bits for any number of threads, by the rule of csrc/train/lanes.h; and pauses."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import product
from pathlib import Path
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
    assert_same,
    core_epoch,
    largest_change,
    make_epoch,
    make_worker,
    train_core,
    used,
    weights,
)

I64 = NDArray[np.int64]
LANES = 8
ALL = {f"{a}, {o}": (a, o) for a, o in product(ARCHITECTURES, OBJECTIVES)}
SOME = ["skip-gram, both", "mean, exact, noise", "skip-gram, noise per pair, noise", "sum, path"]


def lanes_epoch(name: str, **changes: Any) -> reference.Epoch:
    """2500 tokens in sentences of about 40."""
    architecture, objective = ALL[name]
    hs, negative = OBJECTIVES[objective]
    corpus = {"n_tokens": 2500, "n_sentences": 60, "hs": hs, "negative": negative}
    return make_epoch(**{**corpus, **ARCHITECTURES[architecture], **changes})


def cut(epoch: reference.Epoch, n_blocks: int, seed: int = 0) -> I64:
    """Blocks of very different sizes, some of them without a sentence, some of several rounds."""
    n = len(epoch.offsets) - 1
    inner = np.sort(np.random.default_rng([seed, n_blocks]).integers(0, n + 1, size=n_blocks - 1))
    return np.concatenate([[0], inner, [n]]).astype(np.int64)


def run_threads(n: int, work: Any) -> None:
    threads = [threading.Thread(target=work) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


class Run:
    """Weights trained by lanes, from where they begin."""

    def __init__(self, epoch: reference.Epoch, blocks: Any, **changes: Any) -> None:
        self.core, self.matrices = core_epoch(epoch, blocks, **changes), weights(len(epoch.keep))
        self.n_blocks = len(blocks) - 1
        input, output, nodes = used(epoch, self.matrices)
        self.lanes, self.control = _core.Lanes(self.core, input, output, nodes), _core.Control()

    def train(self, n_threads: int = 1) -> list[_core.Account]:
        self.lanes.begin(self.core)
        if n_threads == 1:
            self.lanes.train(self.core, self.control)
        else:
            run_threads(n_threads, lambda: self.lanes.train(self.core, self.control))
        return self.lanes.accounts()


def train_lanes(epoch: reference.Epoch, blocks: Any, n_threads: int = 1, **changes: Any) -> tuple[Any, Any]:
    run = Run(epoch, blocks, **changes)
    accounts = run.train(n_threads)
    assert run.control.next_place == run.n_blocks
    assert run.control.words_done == len(epoch.ids)
    return run.matrices, accounts


def train_reference(epoch: reference.Epoch, blocks: Any) -> tuple[Any, reference.Account, list[reference.Account]]:
    matrices = [matrix.astype(np.float64) for matrix in weights(len(epoch.keep))]
    input, output, nodes = matrices
    return matrices, *reference.train_lanes(input, output, epoch, blocks, nodes)


def assert_lanes_equal_reference(epoch: reference.Epoch, blocks: Any, kernels: Any = None) -> None:
    expected, total, each = train_reference(epoch, blocks)
    n_kept = len(reference.sample_tokens(epoch).kept)
    assert total[:2] == (n_kept, len(epoch.ids) - n_kept)
    for simd, fused in kernels or KERNELS:
        actual, accounts = train_lanes(epoch, blocks, simd=simd, fused=fused, measure_loss=True)
        assert_close(actual, expected)
        for one, other in zip(accounts, each, strict=True):
            assert_account(one, other)
        silent, _ = train_lanes(epoch, blocks, simd=simd, fused=fused)
        assert_same(actual, silent, "measuring the loss changes the weights")


# ---- the rule ----


def test_the_constants_are_those_of_the_core() -> None:
    assert _core.LANES == reference.LANES == LANES
    assert (reference.LANE_CENTRES, reference.LANE_UPDATES) == (128, 128)


def alternating(n_blocks: int, n_tokens: int) -> tuple[reference.Epoch, I64]:
    """Blocks of one sentence 0 1 0 1 ...: each lane does exactly the same, by the hierarchical softmax of one node."""
    ids = np.tile(np.resize(np.array([0, 1], np.int32), n_tokens), n_blocks)
    epoch = make_epoch(
        2, 10, hs=True, negative=0, ids=ids, offsets=np.arange(n_blocks + 1) * n_tokens, window=1,
        shrink_windows=False, keep=np.full(2, 2**32 - 1, np.uint32), start_alpha=0.003, end_alpha=0.003,
    )
    return epoch, np.arange(n_blocks + 1)


@pytest.mark.parametrize(
    ("n_tokens", "n_blocks", "words", "node"),
    [
        # Updates of a word are half the tokens, of the node all of them. Up to 128 in all: changes are added up.
        (8, 8, 8.0, 8.0), (16, 8, 8.0, 8.0),
        # Then they count 128 / updates, at least 1 / lanes.
        (32, 8, 8.0, 4.0), (64, 8, 4.0, 2.0), (128, 8, 2.0, 1.0), (64, 2, 2.0, 2.0), (128, 3, 2.0, 1.0),
        (128, 2, 2.0, 1.0), (100, 5, 128 / 50, 128 / 100), (128, 1, 1.0, 1.0),
    ],
)
def test_changes_are_added_up_to_128_updates_and_then_in_proportion(
    n_tokens: int, n_blocks: int, words: float, node: float
) -> None:
    """Where all lanes change a row alike, it moves by so many times the change of one of them."""
    epoch, blocks = alternating(n_blocks, n_tokens)
    before = weights(2)
    alone, _ = train_core(replace(epoch, ids=epoch.ids[:n_tokens], offsets=epoch.offsets[:2]))
    for simd, fused in KERNELS:
        together, _ = train_lanes(epoch, blocks, simd=simd, fused=fused)
        for matrix, factor in ((0, words), (2, node)):
            change, one = together[matrix] - before[matrix], alone[matrix] - before[matrix]
            assert np.abs(one).max() > 1e-3
            np.testing.assert_allclose(change, factor * one, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("name", ALL)
def test_one_block_is_trained_as_by_a_worker(name: str) -> None:
    """With one lane at work each round's copies become the weights, to the bit."""
    epoch = lanes_epoch(name)
    n = len(epoch.offsets) - 1
    alone, account = train_core(epoch, measure_loss=True)
    for blocks in ([0, n], [0, 0, 0, n], [0, n, n, n, n, n, n, n, n, n, n]):
        matrices, accounts = train_lanes(epoch, np.array(blocks), measure_loss=True)
        assert_same(matrices, alone)
        assert accounts[0 if blocks[1] == n else 2] == account


@pytest.mark.parametrize("name", ALL)
def test_lanes_equal_the_reference(name: str) -> None:
    epoch = lanes_epoch(name)
    blocks = cut(epoch, 19)
    tokens = np.diff(epoch.offsets[blocks])
    assert tokens.min() == 0
    assert tokens.max() > 300
    assert_lanes_equal_reference(epoch, blocks, KERNELS if name in SOME else KERNELS[:1])


@pytest.mark.parametrize("name", SOME)
def test_rare_words_equal_the_reference(name: str) -> None:
    """Most rows are met by few lanes, many by none."""
    epoch = lanes_epoch(name, n_words=1500)
    assert_lanes_equal_reference(epoch, cut(epoch, 12), KERNELS[:1])


@pytest.mark.parametrize("name", ["skip-gram, both", "mean, exact, both"])
def test_wide_windows_equal_the_reference(name: str) -> None:
    """More than 16 contexts: a word counts an update in each group of 16 in which it is."""
    rate = {"start_alpha": 0.001, "end_alpha": 0.001}
    epoch = lanes_epoch(name, window=25, n_tokens=1200, n_sentences=20, **rate)
    assert_lanes_equal_reference(epoch, cut(epoch, 9), KERNELS[:1])


@pytest.mark.parametrize("name", ["skip-gram, both", "skip-gram, noise per pair, noise"])
def test_locks_hold_in_lanes(name: str) -> None:
    lock = np.resize([0.0, 0.5, 1.0, 2.0], 30).astype(np.float32)
    epoch = lanes_epoch(name, lock=lock)
    assert_lanes_equal_reference(epoch, cut(epoch, 10), KERNELS[:1])
    matrices, _ = train_lanes(epoch, cut(epoch, 10), 2)
    np.testing.assert_array_equal(matrices[0][lock == 0], weights(30)[0][lock == 0])


@pytest.mark.parametrize("name", ["mean, both", "sum, exact, noise"])
def test_locks_hold_in_lanes_of_cbow(name: str) -> None:
    lock = np.resize([0.0, 0.5, 1.0, 2.0], 30).astype(np.float32)
    epoch = lanes_epoch(name, lock=lock)
    assert_lanes_equal_reference(epoch, cut(epoch, 10), KERNELS[:1])


@pytest.mark.parametrize(
    "name", SOME
)
def test_a_lock_of_ones_is_no_lock_in_lanes(name: str) -> None:
    epoch = lanes_epoch(name)
    without, _ = train_lanes(epoch, cut(epoch, 10))
    with_lock, _ = train_lanes(replace(epoch, lock=np.ones(30, np.float32)), cut(epoch, 10))
    assert_close(with_lock, [m.astype(np.float64) for m in without])


@given(
    st.lists(st.lists(st.integers(0, 6), max_size=40), min_size=1, max_size=25), st.integers(1, 20),
    st.integers(1, 12), st.sampled_from(sorted(ALL)), st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_any_blocks_equal_the_reference(
    sentences: list[list[int]], n_blocks: int, window: int, name: str, seed: int
) -> None:
    offsets = np.concatenate([[0], np.cumsum([len(s) for s in sentences])]).astype(np.int64)
    ids = np.array([w for s in sentences for w in s], dtype=np.int32)
    epoch = lanes_epoch(name, n_words=7, ids=ids, offsets=offsets, window=window, start_alpha=0.01, end_alpha=0.001)
    assert_lanes_equal_reference(epoch, cut(epoch, n_blocks, seed), KERNELS[:1])


# ---- any number of threads ----


@pytest.mark.parametrize("name", ALL)
def test_any_number_of_threads_gives_the_same_bits(name: str) -> None:
    epoch = lanes_epoch(name)
    blocks = cut(epoch, 27)
    expected, accounts = train_lanes(epoch, blocks, measure_loss=True)
    assert min(largest_change(expected)[: 2 if epoch.negative else 1]) > 1e-2
    assert sum(a[0] + a[1] for a in accounts) == len(epoch.ids)
    for n_threads in (1, 2, 3, 8, 16):
        for _ in range(3):
            matrices, counted = train_lanes(epoch, blocks, n_threads, measure_loss=True)
            assert_same(matrices, expected, f"{n_threads} threads")
            assert counted == accounts


@pytest.mark.parametrize("name", SOME)
def test_every_instruction_set_gives_its_bits_on_any_number_of_threads(name: str) -> None:
    epoch = lanes_epoch(name)
    blocks = cut(epoch, 17)
    for simd, fused in KERNELS:
        expected, accounts = train_lanes(epoch, blocks, simd=simd, fused=fused, measure_loss=True)
        for n_threads in (2, 5):
            chosen = {"simd": simd, "fused": fused, "measure_loss": True}
            matrices, counted = train_lanes(epoch, blocks, n_threads, **chosen)
            assert_same(matrices, expected)
            assert counted == accounts


@pytest.mark.parametrize("name", SOME)
def test_asymmetric_windows_give_the_same_bits_too(name: str) -> None:
    epoch = lanes_epoch(name)
    blocks = cut(epoch, 17)
    for window in ((0, 4), (40, 1)):
        expected, accounts = train_lanes(epoch, blocks, window=window)
        matrices, counted = train_lanes(epoch, blocks, 3, window=window)
        assert_same(matrices, expected)
        assert counted == accounts
        assert all(np.isfinite(m).all() for m in matrices)


def test_the_same_lanes_train_epoch_after_epoch() -> None:
    epoch = lanes_epoch("skip-gram, both")
    blocks = cut(epoch, 20)

    def four_epochs(n_threads: int) -> tuple[Any, Any]:
        run, totals = Run(epoch, blocks), []
        for number in range(4):
            run.core = core_epoch(replace(epoch, epoch=number), blocks, measure_loss=True)
            run.control.reset()
            totals.append(run.train(n_threads))
        return run.matrices, totals

    (one, totals), (other, counted) = four_epochs(1), four_epochs(3)
    assert_same(one, other)
    assert totals == counted
    assert totals[0] != totals[1]


# ---- edges ----


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("n_blocks", [1, 3, 7, 8, 9])
def test_a_few_blocks_equal_the_reference_on_any_number_of_threads(n_blocks: int, name: str) -> None:
    epoch = lanes_epoch(name, n_tokens=300, n_sentences=15)
    blocks = cut(epoch, n_blocks)
    assert_lanes_equal_reference(epoch, blocks, KERNELS[:1])
    expected, accounts = train_lanes(epoch, blocks)
    for n_threads in (2, 16):
        matrices, counted = train_lanes(epoch, blocks, n_threads)
        assert_same(matrices, expected)
        assert counted == accounts


@pytest.mark.parametrize("n_threads", [1, 2, 16])
@pytest.mark.parametrize("name", ALL)
def test_no_blocks_and_blocks_of_nothing_change_nothing(name: str, n_threads: int) -> None:
    nothing = {"ids": np.zeros(0, np.int32), "offsets": np.zeros(4, np.int64)}
    epoch = lanes_epoch(name, **nothing)
    for blocks in ([0, 3], [0, 1, 2, 3], [0] + [1] * 8 + [3] * 20):
        matrices, accounts = train_lanes(epoch, np.array(blocks), n_threads)
        assert_same(matrices, weights(30))
        assert accounts == [(0, 0, 0, (0.0, 0.0, 0.0))] * LANES
    matrices, accounts = train_lanes(replace(epoch, offsets=np.zeros(1, np.int64)), np.array([0]), n_threads)
    assert_same(matrices, weights(30))
    assert accounts == [(0, 0, 0, (0.0, 0.0, 0.0))] * LANES


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("n_words", [1, 2])
def test_the_smallest_vocabularies_equal_the_reference(n_words: int, name: str) -> None:
    epoch = lanes_epoch(name, n_words=n_words, n_tokens=400, start_alpha=0.01)
    blocks = cut(epoch, 10)
    assert_lanes_equal_reference(epoch, blocks, KERNELS[:1])
    expected, _ = train_lanes(epoch, blocks)
    assert_same(train_lanes(epoch, blocks, 8)[0], expected)


def test_one_word_sentences_are_accounted_for_and_train_nothing() -> None:
    epoch = lanes_epoch("mean, both", offsets=np.arange(2501))
    matrices, accounts = train_lanes(epoch, np.arange(0, 2501, 100), 2)
    assert_same(matrices, weights(30))
    assert sum(a[0] + a[1] for a in accounts) == 2500
    assert sum(a[2] for a in accounts) == 0


def test_everything_sub_sampled_is_accounted_for() -> None:
    epoch = lanes_epoch("skip-gram, noise", keep=np.zeros(30, np.uint32))
    matrices, accounts = train_lanes(epoch, cut(epoch, 20), 2)
    assert_same(matrices, weights(30))
    assert [sum(a[i] for a in accounts) for i in range(3)] == [0, 2500, 0]


def test_lanes_of_another_shape_are_refused() -> None:
    epoch = lanes_epoch("skip-gram, noise")
    run = Run(epoch, cut(epoch, 5))
    for other in (replace(epoch, negative=6), make_epoch(31), lanes_epoch("skip-gram, both")):
        with pytest.raises(ValueError, match="another shape"):
            run.lanes.begin(core_epoch(other, [0, len(other.offsets) - 1]))
    with pytest.raises(ValueError, match="row"):
        _core.Lanes(run.core, run.matrices[0][:29], run.matrices[1])


# Each leaves the memory that was laid out for another epoch, so that it is tried in a process of its own.
UNCHECKED = {
    "lanes that did not begin": "_core.Lanes(core, input, output).train(core, _core.Control())",
    "lanes that began with another epoch": """
lanes = _core.Lanes(core, input, output)
lanes.begin(core)
lanes.train(core_epoch(make_epoch(30, 400_000)), _core.Control())""",
    "lanes of narrower windows": """
epoch = make_epoch(3000, 4000, negative=1)
lanes = _core.Lanes(core_epoch(epoch), *weights(3000)[:2])
lanes.begin(core_epoch(replace(epoch, shared_negatives=False, window=50)))""",
    "a worker of narrower windows": """
epoch = make_epoch(30, 20_000, 1, sg=False, window=1)
worker = _core.Worker(core_epoch(epoch), input, output)
worker.train(core_epoch(replace(epoch, window=5000, shrink_windows=False)), _core.Control())""",
}


@pytest.mark.parametrize("case", UNCHECKED)
def test_epochs_that_need_more_memory_than_there_is_are_refused(case: str) -> None:
    begin = "from dataclasses import replace\nfrom cw2v import _core\nfrom oracle import *\n"
    begin += "core = core_epoch(make_epoch())\ninput, output, _ = weights(30)\ntry:\n"
    end = "\nexcept ValueError:\n    raise SystemExit(7)"
    script = begin + "\n".join("    " + line for line in UNCHECKED[case].strip().splitlines()) + end
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, timeout=60)
    assert done.returncode == 7, done.stderr.decode()


def test_a_control_cannot_begin_before_the_first_block() -> None:
    with pytest.raises(ValueError):
        _core.Control().reset(-1)


# ---- pauses and stops ----


def long_epoch(name: str, n_tokens: int = 300_000) -> tuple[reference.Epoch, I64]:
    """Large enough for others to act while it is trained."""
    epoch = lanes_epoch(name, n_words=300, n_tokens=n_tokens, n_sentences=n_tokens // 20, start_alpha=0.02)
    return epoch, np.arange(0, n_tokens // 20 + 25, 25).clip(max=n_tokens // 20)


def act_after(seconds: float, act: Any) -> threading.Thread:
    thread = threading.Timer(seconds, act)
    thread.start()
    return thread


@pytest.mark.parametrize("n_threads", [1, 2])
@pytest.mark.parametrize("name", SOME)
def test_lanes_go_on_after_a_pause_as_if_there_had_been_none(name: str, n_threads: int) -> None:
    epoch, blocks = long_epoch(name, 100_000)
    begin = time.perf_counter()
    expected, accounts = train_lanes(epoch, blocks, n_threads, measure_loss=True)
    took, chance = time.perf_counter() - begin, random.Random(7)
    run, totals, pauses = Run(epoch, blocks, measure_loss=True), np.zeros((LANES, 3), np.int64), 0
    while run.control.next_place < run.n_blocks:
        run.control.reset(run.control.next_place, run.control.words_done)
        if pauses == 0:
            run.control.pause()  # already set: one round is trained
        timer = act_after(took * chance.uniform(0.05, 0.4), run.control.pause)
        totals += [a[:3] for a in run.train(n_threads)]
        timer.join()
        pauses += 1
        next_place = run.control.next_place
        assert next_place % LANES == 0 or next_place == run.n_blocks
        assert run.control.words_done == epoch.offsets[blocks[next_place]] == totals[:, :2].sum()
    assert pauses > 1
    assert_same(run.matrices, expected)
    assert totals.tolist() == [list(a[:3]) for a in accounts]


def test_paused_before_every_generation_lanes_still_give_the_same_bits() -> None:
    """A pause that comes at once: whatever is then trained, the rest follows from next_place."""
    epoch = lanes_epoch("skip-gram, both")
    blocks = cut(epoch, 27)
    run = Run(epoch, blocks)
    for _ in range(20):
        run.control.reset(run.control.next_place, run.control.words_done)
        run.control.pause()
        run.train(2)
        assert run.control.words_done == epoch.offsets[blocks[run.control.next_place]]
    run.control.reset(run.control.next_place, run.control.words_done)
    run.train(2)
    assert run.control.words_done == len(epoch.ids)
    assert_same(run.matrices, train_lanes(epoch, blocks)[0])


@pytest.mark.parametrize("n_threads", [1, 2, 8])
def test_lanes_stop_soon_and_can_begin_again(n_threads: int) -> None:
    """Blocks are as large as they come, but a stop is looked for after each round; copies are left behind by none."""
    epoch, _ = long_epoch("skip-gram, both", 1_500_000)
    blocks = np.linspace(0, len(epoch.offsets) - 1, 9).astype(np.int64)
    run, stopped = Run(epoch, blocks), []

    def stop() -> None:
        stopped.append(time.perf_counter())
        run.control.stop()

    timer = act_after(0.1, stop)
    accounts = run.train(n_threads)
    took = time.perf_counter() - stopped[0]
    timer.join()
    trained = sum(a[0] for a in accounts)
    assert took < 0.5
    assert 0 < trained < len(epoch.ids) // 2
    assert run.control.next_place == run.control.words_done == 0
    copies = [_core.aligned_zeros(m.shape) for m in run.matrices]
    for copy, matrix in zip(copies, run.matrices, strict=True):
        copy[:] = matrix
    short = replace(epoch, ids=epoch.ids[:20_000], offsets=np.arange(0, 20_001, 20))
    run.core = core_epoch(short, np.arange(0, 1001, 50))
    run.control.reset()
    run.train(n_threads)
    fresh = _core.Lanes(run.core, *copies)
    fresh.begin(run.core)
    fresh.train(run.core, _core.Control())
    assert_same(run.matrices, copies)


WORKERS = {
    **{name: ALL[name] for name in SOME},
    **{f"{a}, full softmax": (a, "full") for a in ("skip-gram", "mean", "sum, exact")},
}


def worker_epoch(name: str) -> tuple[reference.Epoch, I64]:
    architecture, objective = WORKERS[name]
    if objective != "full":
        return long_epoch(name)
    chosen = {**ARCHITECTURES[architecture], "softmax": True, "negative": 0}
    return make_epoch(50, 60_000, 3000, **chosen), np.arange(0, 3001, 25)


@pytest.mark.parametrize("name", WORKERS)
def test_a_worker_goes_on_after_a_pause_as_if_there_had_been_none(name: str) -> None:
    epoch, blocks = worker_epoch(name)
    begin = time.perf_counter()
    expected, account = train_core(epoch, blocks=blocks)
    took, chance = time.perf_counter() - begin, random.Random(3)
    core, matrices, control = core_epoch(epoch, blocks), weights(len(epoch.keep)), _core.Control()
    worker, totals, pauses = make_worker(core, epoch, matrices), np.zeros(3, np.int64), 0
    while control.next_place < len(blocks) - 1:
        control.reset(control.next_place, control.words_done)
        timer = act_after(took * chance.uniform(0.05, 0.4), control.pause)
        totals += worker.train(core, control)[:3]
        timer.join()
        pauses += 1
        assert control.words_done == epoch.offsets[blocks[control.next_place]] == totals[:2].sum()
    assert pauses > 1
    assert_same(matrices, expected)
    assert tuple(totals) == account[:3]


@pytest.mark.parametrize("n_threads", [2, 4])
@pytest.mark.parametrize("name", WORKERS)
def test_after_a_pause_of_several_workers_all_blocks_before_the_next_are_done(name: str, n_threads: int) -> None:
    epoch, blocks = worker_epoch(name)
    core, matrices, control = core_epoch(epoch, blocks), weights(len(epoch.keep)), _core.Control()
    workers = [make_worker(core, epoch, matrices) for _ in range(n_threads)]
    for seconds in (0.0, 0.01, 0.02):
        control.reset(control.next_place, control.words_done)
        accounts: list[_core.Account] = []
        timer, free = act_after(seconds, control.pause), list(workers)
        before = control.words_done
        run_threads(n_threads, lambda f=free, a=accounts: a.append(f.pop().train(core, control)))  # type: ignore[misc]
        timer.join()
        done = int(epoch.offsets[blocks[control.next_place]])
        assert control.words_done == done
        assert sum(a[0] + a[1] for a in accounts) == done - before
    assert all(np.isfinite(m).all() for m in matrices)


def test_a_paused_control_takes_no_block() -> None:
    epoch = lanes_epoch("skip-gram, noise")
    core, matrices, control = core_epoch(epoch, cut(epoch, 5)), weights(30), _core.Control()
    control.pause()
    assert make_worker(core, epoch, matrices).train(core, control) == (0, 0, 0, (0.0, 0.0, 0.0))
    assert control.next_place == 0
    assert_same(matrices, weights(30))

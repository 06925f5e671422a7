"""The order of the corpus' blocks: drawn anew each epoch, the same in the core and in the reference."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import Word2Vec, _core, reference
from cw2v.train import tables

from .oracle import (
    ARCHITECTURES,
    KERNELS,
    OBJECTIVES,
    assert_account,
    assert_close,
    core_epoch,
    make_epoch,
    train_core,
    train_reference,
    weights,
)


def shuffled(block_tokens: int = 40, **changes: Any) -> reference.Epoch:
    """3000 tokens, so that the learning rate changes twice in the epoch, in blocks of some 40."""
    epoch = make_epoch(n_tokens=3000, n_sentences=200, **changes)
    return replace(epoch, blocks=tables.cut_blocks(epoch.offsets, block_tokens), shuffle=True)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1), st.integers(0, 60))
@settings(max_examples=100)
def test_the_order_is_the_reference_bit_for_bit(seed: int, epoch: int, n: int) -> None:
    base = make_epoch(n_tokens=n, n_sentences=max(n, 1), seed=seed, epoch=epoch)
    core = core_epoch(replace(base, offsets=np.arange(n + 1), shuffle=True), np.arange(n + 1))
    expected = reference.random_order(reference.stream_key(seed, epoch, "order"), n)
    assert sorted(expected) == list(range(n))
    np.testing.assert_array_equal(core.order, expected)
    np.testing.assert_array_equal(core.before, np.arange(n + 1))


def test_all_orders_come_alike() -> None:
    """24 orders of 4 blocks in 24,000 epochs: chi-square with 23 degrees of freedom, beyond 60 once in 30,000 tries."""
    seen = Counter(
        tuple(reference.random_order(reference.stream_key(1, epoch, "order"), 4).tolist()) for epoch in range(24_000)
    )
    assert len(seen) == 24
    assert sum((n - 1000) ** 2 / 1000 for n in seen.values()) < 60


def test_tokens_before_a_place_are_those_of_the_blocks_before_it() -> None:
    epoch = shuffled()
    assert epoch.blocks is not None
    core, n = core_epoch(epoch, epoch.blocks), 0
    assert not np.array_equal(core.order, np.arange(len(core.order)))
    for place, block in enumerate(core.order):
        assert core.before[place] == n
        n += int(epoch.offsets[epoch.blocks[block + 1]] - epoch.offsets[epoch.blocks[block]])
    assert core.before[-1] == n == len(epoch.ids)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_training_equals_the_reference(architecture: str, objective: str) -> None:
    hs, negative = OBJECTIVES[objective]
    epoch = shuffled(hs=hs, negative=negative, **ARCHITECTURES[architecture])
    expected, total = train_reference(epoch)
    in_order, _ = train_reference(replace(epoch, shuffle=False))
    assert np.abs(expected[0] - in_order[0]).max() > 1e-2
    for simd, fused in KERNELS:
        actual, account = train_core(epoch, blocks=epoch.blocks, simd=simd, fused=fused, measure_loss=True)
        assert_close(actual, expected)
        assert_account(account, total)


@pytest.mark.parametrize("architecture", ["skip-gram", "mean"])
def test_the_full_softmax_equals_the_reference(architecture: str) -> None:
    epoch = shuffled(negative=0, softmax=True, **ARCHITECTURES[architecture])
    expected, total = train_reference(epoch)
    actual, account = train_core(epoch, blocks=epoch.blocks, measure_loss=True)
    assert_close(actual, expected)
    assert_account(account, total)


def test_lanes_equal_the_reference() -> None:
    epoch = shuffled(block_tokens=90)
    assert epoch.blocks is not None
    matrices = [matrix.astype(np.float64) for matrix in weights(len(epoch.keep))]
    total, each = reference.train_lanes(matrices[0], matrices[1], epoch, epoch.blocks)
    core, actual = core_epoch(epoch, epoch.blocks, measure_loss=True), weights(len(epoch.keep))
    control = _core.Control()
    lanes = _core.Lanes(core, actual[0], actual[1])
    lanes.begin(core)
    lanes.train(core, control)
    assert_close(actual, matrices)
    for account, expected in zip(lanes.accounts(), each, strict=True):
        assert_account(account, expected)
    assert control.words_done == sum(total[:2]) == len(epoch.ids)


# ---- the model ----


def topics_in_turn(n: int = 600) -> list[list[str]]:
    """A corpus whose first half is about one topic and whose second is about another."""
    rng = np.random.default_rng(1)
    return [[f"t{2 * i // n}w{word}" for word in rng.integers(0, 20, 10)] for i in range(n)]


SMALL: dict[str, Any] = {"sg": 1, "vector_size": 16, "min_count": 1, "epochs": 2, "seed": 7}


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 100)


def test_shuffle_is_the_default_and_can_be_turned_off() -> None:
    corpus = topics_in_turn()
    on, off = Word2Vec(corpus, workers=1, **SMALL), Word2Vec(corpus, workers=1, shuffle=False, **SMALL)
    assert (on.shuffle, off.shuffle) == (True, False)
    assert not np.array_equal(on.wv.vectors, off.wv.vectors)
    np.testing.assert_array_equal(on.wv.vectors, Word2Vec(corpus, workers=1, shuffle=True, **SMALL).wv.vectors)


def test_every_epoch_has_an_order_of_its_own() -> None:
    orders = {tuple(reference.random_order(reference.stream_key(7, epoch, "order"), 50)) for epoch in range(20)}
    assert len(orders) == 20


def test_deterministic_training_has_the_same_bits_for_any_number_of_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    corpus = topics_in_turn()
    one, three = (Word2Vec(corpus, workers=n, deterministic=True, **SMALL).wv.vectors for n in (1, 3))
    np.testing.assert_array_equal(one, three)
    assert not np.array_equal(one, Word2Vec(corpus, workers=1, deterministic=True, shuffle=False, **SMALL).wv.vectors)


def test_every_token_is_trained_once_an_epoch() -> None:
    report = Word2Vec(topics_in_turn(), workers=1, sample=0, **SMALL).training_report
    assert report is not None
    assert [epoch.trained for epoch in report.epochs] == [6000, 6000]

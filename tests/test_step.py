"""One window: the fused kernel, the generic step and the reference are the same update on every instruction set."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from cw2v import _core, reference

F32 = NDArray[np.float32]
SIMD = _core.simd_available()


def _rows(rng: np.random.Generator, n: int, dim: int, used: int, scale: float) -> F32:
    """`n` aligned rows of `dim` floats, of which `used` are random and the rest zero, and one guard row of NaN."""
    rows: F32 = _core.aligned_zeros((n + 1, dim))
    rows[:n, :used] = rng.normal(size=(n, used)) * scale
    rows[n] = np.nan
    return rows


def _check(n: int, m: int, dim: int, simd: str, fused: bool, *, seed: int = 0, weighted: bool = True) -> None:
    rng = np.random.default_rng([seed, n, m, dim])
    used = dim - int(rng.integers(0, 16))
    scale = 1.5 / used**0.25  # dot products of a few units: neither linear nor saturated
    context, target = _rows(rng, n, dim, used, scale), _rows(rng, m, dim, used, scale)
    sign = rng.choice([-1.0, 1.0], size=m).astype(np.float32)
    gain = rng.normal(size=m).astype(np.float32) * np.float32(0.3)
    weight = rng.integers(1, 4, size=n).astype(np.float32) if weighted else None
    new_context, new_target = reference.step(context[:n], target[:m], sign, gain, weight)
    _core.step(context[:n], target[:m], sign, gain, weight, simd=simd, fused=fused)
    size = 1 + np.abs(new_context).max() + np.abs(new_target).max()
    tolerance = 1e-7 * float(size) * (n + m)
    np.testing.assert_allclose(context[:n], new_context, rtol=0, atol=tolerance)
    np.testing.assert_allclose(target[:m], new_target, rtol=0, atol=tolerance)
    assert not context[:n, used:].any(), "padding of a context row was written"
    assert not target[:m, used:].any(), "padding of a target row was written"
    assert np.isnan(context[n]).all(), "wrote past the contexts"
    assert np.isnan(target[m]).all(), "wrote past the targets"


@pytest.mark.parametrize("fused", [False, True], ids=["generic", "fused"])
def test_every_window_shape_equals_the_reference(simd: str, fused: bool) -> None:
    for n in range(1, 17):
        for m in range(1, 26):
            _check(n, m, 32, simd, fused)


@pytest.mark.parametrize("fused", [False, True], ids=["generic", "fused"])
def test_every_dimension_equals_the_reference(simd: str, fused: bool) -> None:
    for dim in range(16, 305, 16):
        for n, m in ((1, 6), (10, 6), (7, 11), (16, 21)):
            _check(n, m, dim, simd, fused)


@pytest.mark.parametrize("fused", [False, True], ids=["generic", "fused"])
def test_no_weights_are_weights_of_one(simd: str, fused: bool) -> None:
    for n, m in ((1, 1), (3, 6), (16, 7), (9, 25)):
        _check(n, m, 48, simd, fused, weighted=False)


@given(st.integers(1, 16), st.integers(1, 60), st.integers(1, 5), st.integers(0, 2**32), st.sampled_from(SIMD))
@settings(max_examples=60, deadline=None)
def test_any_window_equals_the_reference(n: int, m: int, blocks: int, seed: int, simd: str) -> None:
    for fused in (False, True):
        _check(n, m, 16 * blocks, simd, fused, seed=seed)


@pytest.mark.parametrize("fused", [False, True], ids=["generic", "fused"])
def test_saturated_pairs_still_move(simd: str, fused: bool) -> None:
    """A pair that is wrong beyond 6 gets its full gradient; gensim and word2vec.c leave such pairs out of training."""
    context, target = _core.aligned_zeros((1, 16)), _core.aligned_zeros((1, 16))
    context[0, 0], target[0, 0] = 10.0, -10.0
    _core.step(context, target, np.ones(1, np.float32), np.full(1, 0.1, np.float32), simd=simd, fused=fused)
    assert context[0, 0] == pytest.approx(9.0, rel=1e-6)
    assert target[0, 0] == pytest.approx(-9.0, rel=1e-6)


@pytest.mark.parametrize("fused", [False, True], ids=["generic", "fused"])
def test_targets_are_updated_from_the_old_contexts(simd: str, fused: bool) -> None:
    context, target = _core.aligned_zeros((1, 16)), _core.aligned_zeros((1, 16))
    context[0, 0], target[0, 1] = 1.0, 1.0  # orthogonal: g = 1/2
    _core.step(context, target, np.ones(1, np.float32), np.ones(1, np.float32), simd=simd, fused=fused)
    np.testing.assert_array_equal(context[0, :2], [1.0, 0.5])
    np.testing.assert_array_equal(target[0, :2], [0.5, 1.0])


def test_wrong_windows_are_refused() -> None:
    rows, ones = _core.aligned_zeros((20, 16)), np.ones(20, dtype=np.float32)
    bad = [
        (rows[:17], rows[:1], ones[:1], ones[:1], None),
        (rows[:1], rows[:2], ones[:1], ones[:2], None),
        (rows[:1], rows[:2], ones[:2], ones[:1], None),
        (rows[:2], rows[:2], ones[:2], ones[:2], ones[:1]),
        (rows[:0], rows[:2], ones[:2], ones[:2], None),
        (rows[:2], rows[:0], ones[:0], ones[:0], None),
        (_core.aligned_zeros((2, 8)), _core.aligned_zeros((2, 8)), ones[:2], ones[:2], None),
    ]
    for arguments in bad:
        with pytest.raises(ValueError):
            _core.step(*arguments)

"""Every kernel of every instruction set against double precision."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cw2v import _core, reference

F32 = NDArray[np.float32]
DIMS = range(16, 305, 16)
EPS = float(np.finfo(np.float32).eps)
GUARD = 16  # floats before and after a buffer that no kernel may touch


def _aligned(values: NDArray[np.float64] | F32) -> F32:
    """A 64-byte aligned float32 copy."""
    copy: F32 = _core.aligned_zeros(values.shape)
    copy[...] = values
    return copy


def _guarded(values: NDArray[np.float64]) -> tuple[F32, F32]:
    """An aligned float32 copy with NaN before and after it: the whole, and the part between."""
    whole: F32 = _core.aligned_zeros(len(values) + 2 * GUARD)
    whole[:] = np.nan
    part = whole[GUARD:-GUARD]
    part[:] = values
    return whole, part


def _untouched(whole: F32) -> bool:
    return bool(np.isnan(whole[:GUARD]).all() and np.isnan(whole[-GUARD:]).all())


def _pair(dim: int) -> tuple[tuple[F32, F32], tuple[F32, F32]]:
    rng = np.random.default_rng(dim)
    return _guarded(rng.normal(size=dim)), _guarded(rng.normal(size=dim))


def test_every_table_is_offered_and_an_unknown_one_is_refused() -> None:
    assert "scalar" in _core.simd_available()
    assert _core.simd() in _core.simd_available()
    x = _core.aligned_zeros(16)
    with pytest.raises(ValueError, match=r"instruction set 'mmx'.*scalar"):
        _core.dot(x, x, simd="mmx")


@pytest.mark.parametrize("dim", DIMS)
def test_dot(simd: str, dim: int) -> None:
    (_, x), (_, y) = _pair(dim)
    products = x.astype(np.float64) * y
    assert abs(_core.dot(x, y, simd=simd) - products.sum()) <= EPS * np.sqrt(dim) * np.abs(products).sum()


@pytest.mark.parametrize("dim", DIMS)
def test_dot_counts_every_element_once(simd: str, dim: int) -> None:
    # Powers of two below 2^24 add up exactly, in any order.
    x, y = _aligned(np.ones(dim)), _aligned(np.zeros(dim))
    for k in range(dim):
        y[:] = 0
        y[k] = k + 1
        assert _core.dot(x, y, simd=simd) == k + 1
    y[:] = np.arange(dim)
    assert _core.dot(x, y, simd=simd) == dim * (dim - 1) // 2


@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("a", [0.0, 1.0, -0.37])
def test_axpy(simd: str, dim: int, a: float) -> None:
    (_, x), (whole, y) = _pair(dim)
    expected = np.float64(np.float32(a)) * x + y.astype(np.float64)
    size = np.abs(np.float32(a) * x) + np.abs(y)
    _core.axpy(a, x, y, simd=simd)
    assert (np.abs(y - expected) <= EPS * size).all()
    assert _untouched(whole)


@pytest.mark.parametrize("dim", DIMS)
def test_merge(simd: str, dim: int) -> None:
    rng = np.random.default_rng(dim)
    (w1, shared), (w2, local), (w3, base) = (_guarded(rng.normal(size=dim)) for _ in range(3))
    expected = shared.astype(np.float64) + local - base
    size = np.abs(shared) + np.abs(local) + np.abs(base)
    _core.merge(shared, local, base, simd=simd)
    assert (np.abs(shared - expected) <= EPS * size).all()
    np.testing.assert_array_equal(local, shared)
    np.testing.assert_array_equal(base, shared)
    assert all(_untouched(w) for w in (w1, w2, w3))


def _sigmoid(x: F32, simd: str) -> F32:
    whole, out = _guarded(np.zeros(len(x)))
    _core.sigmoid(_aligned(x), out, simd=simd)
    assert _untouched(whole)
    return out


def test_sigmoid_is_exact_to_float32(simd: str) -> None:
    x = np.linspace(-120, 120, 1 << 16).astype(np.float32)
    y, expected = _sigmoid(x, simd), reference.sigmoid(x)
    assert np.abs(y - expected).max() <= 2e-7
    relative = np.abs(y / expected - 1)
    assert relative[np.abs(x) <= 16].max() <= 1e-6
    # Further left the rounding of x log2(e) shows: half a unit of a number near 2^7, times ln 2.
    assert relative[np.abs(x) <= 80].max() <= 6e-6


def test_sigmoid_saturates(simd: str) -> None:
    huge = np.float32(3.4e38)
    x = np.array([17.5, 88, 1e4, huge, np.inf, 0, -0.0, 104, -88, -89, -104, -1e4, -huge, -np.inf, -87, -120])
    y = _sigmoid(x.astype(np.float32), simd)
    np.testing.assert_array_equal(y[[0, 1, 2, 3, 4, 7]], 1.0)
    np.testing.assert_array_equal(y[[5, 6]], 0.5)
    assert (y[8:] >= 0).all()
    assert (y[8:] < 2e-38).all()


def test_sigmoid_never_falls(simd: str) -> None:
    x = np.linspace(-90, 90, 1 << 14).astype(np.float32)
    assert (np.diff(_sigmoid(x, simd)) >= -2 * EPS).all()


@pytest.mark.parametrize("name", ["dot", "sigmoid"])
def test_wrong_buffers_are_refused(name: str) -> None:
    call, x = getattr(_core, name), _core.aligned_zeros(48)
    with pytest.raises(ValueError, match="same length"):
        call(x[:16], x[:32])
    with pytest.raises(ValueError, match="multiple of 16"):
        call(x[:8], x[:8])
    with pytest.raises(ValueError, match="aligned"):
        call(x[1:17], x[1:17])
    with pytest.raises(ValueError, match="same length"):
        call(x[:0], x[:0])

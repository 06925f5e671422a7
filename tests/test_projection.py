"""Vectors in the plane, against NumPy's SVD of the whole centred matrix."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, projection
from cw2v.errors import ParameterError, UnknownKeyError
from cw2v.projection import explained, project


def exact(vectors: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """U_2 S_2 as NumPy gives it, each column's greatest entry made positive."""
    wide = vectors.astype(np.float64)
    u, s, _ = np.linalg.svd(wide - wide.mean(axis=0), full_matrices=False)
    plane = np.zeros((len(vectors), 2))
    count = min(2, len(s))
    plane[:, :count] = u[:, :count] * s[:count]
    for column in plane.T:
        greatest = np.flatnonzero(np.abs(column) >= np.abs(column).max() * (1 - 1e-9))[0]
        column *= -1 if column[greatest] < 0 else 1
    return plane


def keyed(vectors: Any) -> KeyedVectors:
    kv = KeyedVectors(np.shape(vectors)[1])
    kv.add_vectors([f"w{i}" for i in range(len(vectors))], vectors)
    return kv


@pytest.mark.parametrize("shape", [(200, 20), (7, 100), (3, 2), (2, 5), (50, 3)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_it_is_the_svd_of_the_centred_matrix(shape: tuple[int, int], dtype: type) -> None:
    vectors = (np.random.default_rng(1).normal(size=shape) * np.linspace(3, 1, shape[1]) + 5).astype(dtype)
    plane = project(vectors)
    assert plane.dtype == np.float64
    np.testing.assert_allclose(plane, exact(vectors), rtol=0, atol=1e-9 * np.abs(plane).max())


def test_many_rows_are_taken_in_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = np.random.default_rng(2).normal(size=(1000, 12)) * np.arange(12, 0, -1)
    whole = project(vectors)
    monkeypatch.setattr(projection, "_ROWS_AT_ONCE", 37)
    np.testing.assert_allclose(project(vectors), whole, atol=1e-10)
    np.testing.assert_allclose(whole, exact(vectors), atol=1e-9)


def test_a_weak_second_axis_is_not_lost() -> None:
    """The eigenvectors of X^T X would square 1e-9 to nothing."""
    rng = np.random.default_rng(3)
    one, two = np.linalg.qr(rng.normal(size=(30, 2)))[0].T
    left = np.linalg.qr(rng.normal(size=(100, 2)) - 0)[0]
    left -= left.mean(axis=0)
    vectors = np.outer(left[:, 0], one) + 1e-9 * np.outer(left[:, 1], two)
    plane = project(vectors)
    assert np.linalg.norm(plane[:, 1]) > 1e-10
    np.testing.assert_allclose(plane[:, 1], exact(vectors)[:, 1], atol=1e-14)


@pytest.mark.parametrize("vectors", [[[1.0, 2.0, 3.0]], [[1.0], [2.0], [4.0]], [[2.0, 2.0]] * 4, [[0.0, 0.0]] * 3])
def test_fewer_than_two_dimensions_leave_zeros(vectors: list[list[float]]) -> None:
    plane = project(np.array(vectors))
    assert plane.shape == (len(vectors), 2)
    assert np.abs(plane[:, 1]).max() < 1e-15
    np.testing.assert_allclose(plane, exact(np.array(vectors)), atol=1e-14)


def test_signs_do_not_hang_on_rounding() -> None:
    """Of two words the coordinates are a and -a: which is positive is decided by their order, not by the last bit."""
    for seed in range(50):
        pair = np.random.default_rng(seed).normal(size=(2, 9))
        assert project(pair)[0, 0] > 0 > project(pair)[1, 0]


def test_distances_are_kept_where_two_axes_are_enough() -> None:
    rng = np.random.default_rng(4)
    flat = rng.normal(size=(40, 2)) @ np.linalg.qr(rng.normal(size=(10, 2)))[0].T + rng.normal(size=10)
    plane = project(flat)
    for rows in (flat, plane):
        assert rows.shape[0] == 40
    far = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    np.testing.assert_allclose(np.linalg.norm(plane[:, None] - plane[None], axis=2), far, atol=1e-12)
    assert explained(flat, plane).sum() == pytest.approx(1)


def test_explained_is_the_share_of_the_squared_singular_values() -> None:
    vectors = np.random.default_rng(5).normal(size=(60, 8)) * np.arange(8, 0, -1) + 2
    squares = np.linalg.svd(vectors - vectors.mean(axis=0), compute_uv=False) ** 2
    np.testing.assert_allclose(explained(vectors, project(vectors)), squares[:2] / squares.sum(), rtol=1e-10)
    assert explained(np.ones((3, 2)), project(np.ones((3, 2)))).tolist() == [0, 0]


class Fake:
    def __init__(self, result: Any = None) -> None:
        self.result, self.seen = result, np.empty(0)

    def fit_transform(self, rows: np.ndarray[Any, Any]) -> Any:
        self.seen = rows
        return rows[:, 1::-1] if self.result is None else self.result


def test_any_object_with_fit_transform() -> None:
    kv, fake = keyed(np.arange(12).reshape(4, 3)), Fake()
    plane = kv.project(["w3", "w0"], method=fake)
    assert plane.tolist() == [[10, 9], [1, 0]]
    assert plane.dtype == fake.seen.dtype == np.float64
    fake.seen[:] = 7  # it may spoil what it is given
    assert kv["w3"].tolist() == [9, 10, 11]


@pytest.mark.parametrize("result", [np.zeros((4, 3)), np.zeros((3, 2)), np.full((4, 2), np.nan)])
def test_a_method_that_gives_something_else(result: np.ndarray[Any, Any]) -> None:
    with pytest.raises(ParameterError, match=r"fit_transform must return finite coordinates of shape \(4, 2\)"):
        project(np.eye(4), Fake(result))


@pytest.mark.parametrize("method", ["pca", None, 2, Fake])
def test_another_method(method: object) -> None:
    with pytest.raises(ParameterError, match="'svd' or an object with fit_transform"):
        project(np.eye(4), method)


def test_words_and_their_order() -> None:
    vectors = np.random.default_rng(6).normal(size=(9, 5))
    kv = keyed(vectors)
    np.testing.assert_allclose(kv.project(), exact(kv.vectors), atol=1e-6)
    np.testing.assert_allclose(kv.project(["w5", "w2", "w7"]), exact(kv.vectors[[5, 2, 7]]), atol=1e-12)
    np.testing.assert_allclose(kv.project(f"w{i}" for i in (5, 2, 7)), kv.project(["w5", "w2", "w7"]))
    assert kv.project("w5").tolist() == [[0, 0]]
    assert not np.shares_memory(kv.project(), kv.vectors)


def test_a_tuple_may_be_a_key() -> None:
    kv = KeyedVectors(2)
    kv.add_vectors([("a", "b"), "c"], np.eye(2))
    assert kv.project(("a", "b")).shape == (1, 2)


def test_unknown_words_are_all_named() -> None:
    kv = keyed(np.eye(3))
    with pytest.raises(UnknownKeyError, match=r"^words not present: 'no', 'such'$"):
        kv.project(["w1", "no", "such", "no"])
    with pytest.raises(UnknownKeyError, match="not present"):
        kv.project([np.ones(3)])


def test_nothing_and_bad_numbers() -> None:
    kv = keyed(np.eye(3))
    with pytest.raises(ParameterError, match="at least 1"):
        kv.project([])
    with pytest.raises(ParameterError, match="at least 1"):
        KeyedVectors(4).project()
    kv.vectors[1, 0] = np.nan
    with pytest.raises(ParameterError, match="finite; that of 'w1' is not"):
        kv.project()
    assert np.isfinite(kv.project(["w0", "w2"])).all()

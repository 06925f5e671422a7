"""Sketches of matrices: the answers are those of the matrix to the last bit, whatever became of it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec, _query, simd_available
from cw2v.query import sketch as sketches
from cw2v.query.search import nearest, unit_queries
from cw2v.query.sketch import Sketch

N = 3000


def matrices(seed: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    dim = (1, 3, 31, 32, 33, 100, 300)[seed % 7]
    normal = rng.standard_normal((N, dim), dtype=np.float32)
    near = normal[rng.integers(0, 60, N)] + rng.normal(0, 1e-3, (N, dim)).astype(np.float32)
    odd = normal * np.float32(10.0) ** rng.integers(-42, 37, (N, 1)).astype(np.float32)
    odd[rng.integers(0, N, 20)] = 0
    odd[rng.integers(0, N, 20), rng.integers(0, dim, 20)] = np.nan
    odd[rng.integers(0, N, 20), rng.integers(0, dim, 20)] = -np.inf
    sparse = np.where(rng.random((N, dim)) < 0.05, normal, 0).astype(np.float32)
    return {"normal": normal, "near": near, "odd": odd, "sparse": sparse, "signs": np.sign(normal),
            "spiky": normal ** 9, "twins": np.repeat(normal[: N // 5], 5, axis=0)}  # fmt: skip


@pytest.mark.parametrize("kind", matrices(0))
def test_the_nearest_are_among_the_candidates(kind: str) -> None:
    used = 0
    for seed in range(21):
        vectors, rng = matrices(seed)[kind], np.random.default_rng(seed)
        sketch = Sketch(vectors)
        for query in [*vectors[rng.integers(0, N, 5)], rng.standard_normal(vectors.shape[1])]:
            if not np.isfinite(query).all():
                continue
            start, end, topn = (0, N, 10) if rng.random() < 0.5 else (17, 2901, int(rng.integers(1, 30)))
            rows = sketch.candidates(np.asarray(query), topn, start, end)
            if rows is None:
                continue
            used += 1
            assert (np.diff(rows) > 0).all()
            whole = nearest(vectors[start:end], query[None], topn, offset=start)
            some = nearest(vectors[start:end], query[None], topn, offset=start, among=rows - start)
            assert np.array_equal(whole.rows, some.rows)
            assert whole.scores.tobytes() == some.scores.tobytes()
    assert used > (0 if kind in ("near", "twins", "sparse", "signs", "odd") else 30)


@pytest.mark.parametrize("simd", simd_available())
@pytest.mark.parametrize("kind", ["normal", "odd", "spiky"])
def test_no_row_above_the_bound_is_left_out(simd: str, kind: str) -> None:
    for seed in range(14):
        vectors, rng = matrices(seed)[kind], np.random.default_rng(seed)
        room = _query.Sketch(N, vectors.shape[1])
        room.make(vectors, 0, 1000, simd)
        room.make(vectors, 1000, N, simd)
        one = Sketch(vectors)
        unit = unit_queries(rng.standard_normal((1, vectors.shape[1])), vectors.shape[1])[0].astype(np.float64)
        wide = vectors.astype(np.float64)
        lengths = np.sqrt(np.square(wide).sum(axis=1))
        with np.errstate(invalid="ignore"):
            cosines = np.divide(wide @ unit, lengths, out=np.zeros(N), where=lengths > 0)
        finite = np.isfinite(wide).all(axis=1)
        for most in (1, 10, 200):
            looker = _query.Candidates(room, *one._coded(unit), most, N, simd)
            assert looker.scan(0, 500)
            assert looker.scan(500, N)
            least = np.sort(cosines[finite])[-most]
            assert set(np.flatnonzero(finite & (cosines >= least))) <= set(looker.rows.tolist())
            assert finite[looker.rows].all()


def test_too_many_candidates_are_none() -> None:
    sketch = Sketch(np.ones((N, 8), np.float32))
    assert sketch.candidates(np.ones(8), 1, 0, N) is None
    assert sketch.candidates(np.zeros(8), 1, 0, N) is None
    assert sketch.candidates(np.eye(8)[0], N // 2, 0, N) is None


def test_buffers_are_checked() -> None:
    room = _query.Sketch(10, 40)
    vectors, code = np.ones((10, 40), np.float32), np.zeros(64, np.int16)
    for call in (lambda: _query.Sketch(0, 3), lambda: _query.Sketch(3, 0), lambda: room.make(vectors, 0, 11),
                 lambda: room.make(vectors[:, :39].copy(), 0, 10), lambda: room.make(vectors[:9], 0, 9),
                 lambda: _query.Candidates(room, code[:40], 1, 0, 1, 1),
                 lambda: _query.Candidates(room, code, 1, 0, 0, 1), lambda: _query.Candidates(room, code, 1, 0, 1, 0),
                 lambda: _query.Candidates(_query.Sketch(1, 600), np.full(608, 32767, np.int16), 1, 0, 1, 1),
                 lambda: _query.Candidates(room, code, 1, 0, 1, 1).scan(0, 11)):  # fmt: skip
        with pytest.raises(ValueError, match="must"):
            call()


# --- whose vectors they are


@pytest.fixture
def kv(monkeypatch: pytest.MonkeyPatch) -> KeyedVectors:
    monkeypatch.setattr(sketches, "_LEAST_VALUES", 1)
    made = KeyedVectors(20)
    made.add_vectors([f"k{i}" for i in range(N)], np.random.default_rng(0).standard_normal((N, 20), np.float32))
    made.expandos["count"] = np.random.default_rng(1).integers(0, 99, N)
    return made


def asked(kv: KeyedVectors, times: int = 70) -> None:
    for _ in range(times):
        kv.most_similar("k1")


def is_sketched(kv: KeyedVectors) -> bool:
    return kv._keeper._sketch is not None


def check(kv: KeyedVectors) -> None:
    """Answers are those of other vectors that hold the same."""
    fresh = KeyedVectors(kv.vector_size)
    fresh.add_vectors(list(kv.index_to_key), np.array(kv.__dict__["vectors"]))
    for question in ("k1", "k7", "k9"):
        assert kv.most_similar(question) == fresh.most_similar(question)
    for options in ({"clip_start": 100}, {"restrict_vocab": 900}, {"exclude": ["k3"]}, {"min_similarity": 0.7}):
        assert kv.most_similar(["k1", "k5"], ["k2"], **options) == fresh.most_similar(["k1", "k5"], ["k2"], **options)


def test_a_sketch_is_made_after_some_questions_and_changes_nothing(kv: KeyedVectors) -> None:
    asked(kv, 7)
    assert not is_sketched(kv)
    asked(kv, 1)
    assert is_sketched(kv)
    check(kv)
    assert kv.similar_by_vector(np.ones(20)) == kv.most_similar_batch([np.ones(20)])[0]
    assert is_sketched(kv)
    row = kv["k5"]
    assert not row.flags.writeable
    assert set(vars(kv)) == set(vars(KeyedVectors(2)))


def other_matrix(kv: KeyedVectors) -> None:
    kv.__dict__["vectors"] = -kv.__dict__["vectors"][::-1].copy()


CHANGES: dict[str, Callable[[KeyedVectors], Any]] = {
    "in place": lambda kv: kv.vectors.__setitem__(slice(5, 900), 3 * kv.vectors[1]),
    "one number": lambda kv: kv.vectors.__setitem__((1, 0), 50),
    "all": lambda kv: np.negative(kv.vectors, out=kv.vectors),
    "set": lambda kv: setattr(kv, "vectors", np.ascontiguousarray(kv.vectors[::-1])),
    "another": other_matrix,
    "added": lambda kv: kv.add_vector("new", 2 * kv["k1"]),
    "replaced": lambda kv: kv.add_vectors(["k8"], kv["k1"][None] * 2, replace=True),
    "unit": lambda kv: kv.unit_normalize_all(),
    "sorted": lambda kv: kv.sort_by_descending_frequency(),
    "resized": lambda kv: (kv.index_to_key.append("x"), kv.key_to_index.update(x=N), kv.resize_vectors()),
}


@pytest.mark.parametrize("name", CHANGES)
def test_answers_follow_changes(kv: KeyedVectors, name: str) -> None:
    for _ in range(2):
        asked(kv)
        assert is_sketched(kv)
        CHANGES[name](kv)
        check(kv)
        asked(kv)
        assert is_sketched(kv)
        check(kv)
        if name in ("added", "resized"):
            break


HOLDS: dict[str, Callable[[np.ndarray], Any]] = {
    "array": lambda matrix: matrix, "view": lambda matrix: matrix[:, 3:], "memory": memoryview,
    "rows": lambda matrix: list(matrix[5:9]), "buffer": lambda matrix: np.frombuffer(matrix, np.uint8),
}  # fmt: skip


@pytest.mark.parametrize("name", HOLDS)
def test_no_sketch_is_kept_of_a_matrix_that_others_hold(kv: KeyedVectors, name: str) -> None:
    held = HOLDS[name](kv.vectors)
    asked(kv)
    assert not is_sketched(kv)
    kv.vectors[5:900] = 3 * kv.vectors[1]
    check(kv)
    del held
    asked(kv)
    assert is_sketched(kv)
    held = HOLDS[name](kv.vectors)
    matrix = kv.__dict__["vectors"]
    matrix[700] = 9 * matrix[1]
    check(kv)
    del held


def test_no_sketch_is_kept_of_a_part_of_a_matrix_or_of_a_file(kv: KeyedVectors, tmp_path: Path) -> None:
    kv.vectors = np.vstack([kv.vectors, kv.vectors])[:N]
    asked(kv)
    assert not is_sketched(kv)
    kv.save(tmp_path / "f")
    for mode in ("r", "c"):
        mapped = KeyedVectors.load(tmp_path / "f", mmap=mode)
        asked(mapped)
        assert not is_sketched(mapped)
    kv.vectors = kv.vectors.astype(np.float64)
    asked(kv)
    assert not is_sketched(kv)


def test_whoever_hands_out_the_matrix_between_questions_waits_longer_for_a_sketch(kv: KeyedVectors) -> None:
    asked(kv, 8)
    for after in (16, 32):
        assert is_sketched(kv)
        kv.vectors.sum()
        assert not is_sketched(kv)
        asked(kv, after - 1)
        assert not is_sketched(kv)
        asked(kv, 1)
    assert is_sketched(kv)


@pytest.mark.parametrize("binary", [True, False, None])
def test_loaded_vectors_get_a_sketch(kv: KeyedVectors, tmp_path: Path, binary: bool | None) -> None:
    if binary is None:
        kv.save(tmp_path / "f")
        again = KeyedVectors.load(tmp_path / "f")
    else:
        kv.save_word2vec_format(tmp_path / "f", binary=binary)
        again = KeyedVectors.load_word2vec_format(tmp_path / "f", binary=binary)
    asked(again)
    assert is_sketched(again)
    check(again)


def test_vectors_in_training(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sketches, "_LEAST_VALUES", 1)
    logging.disable(logging.WARNING)
    rng = np.random.default_rng(0)
    sentences = [[f"k{i}" for i in rng.integers(0, 900, 20)] for _ in range(300)]
    model = Word2Vec(sentences, vector_size=8, min_count=1, workers=1, epochs=1)
    for _ in range(3):
        asked(model.wv)
        assert is_sketched(model.wv)
        model.train(sentences, total_examples=300, epochs=2)
        check(model.wv)
    logging.disable(logging.NOTSET)

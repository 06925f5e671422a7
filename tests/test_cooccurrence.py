"""Counting against a plain dictionary; the sparse matrix against NumPy; transforms against their formulas."""

from __future__ import annotations

import doctest
import importlib
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import Cooccurrence, corpus
from cw2v.cooccurrence import END, START, SparseMatrix, blocks, counting, log1p, ppmi
from cw2v.errors import CorpusTypeError, Cw2vError, ParameterError, VocabularyError
from cw2v.vocabulary import Vocabulary

Counts = dict[tuple[Any, Any], Fraction]


def plain_counts(
    sentences: list[list[Any]], window: int, boundaries: bool, weighting: str, directed: bool
) -> Counts:
    """The definition, word by word, in exact fractions."""
    counts: Counter[tuple[Any, Any]] = Counter()
    for words in sentences:
        sentence = [START, *words, END] if boundaries and words else words
        for i, word in enumerate(sentence):
            for j in range(len(sentence)):
                distance = j - i if directed else abs(j - i)
                if 1 <= distance <= window:
                    counts[word, sentence[j]] += Fraction(1, distance if weighting == "harmonic" else 1)  # type: ignore[assignment]
    return dict(counts)  # type: ignore[arg-type]


def as_dict(matrix: SparseMatrix, labels: list[Any]) -> dict[tuple[Any, Any], float]:
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    return {(labels[r], labels[c]): x for r, c, x in zip(rows, matrix.indices, matrix.data, strict=True)}


def assert_same(matrix: SparseMatrix, labels: list[Any], expected: Counts, rel: float = 1e-15) -> None:
    counted = as_dict(matrix, labels)
    assert counted.keys() == expected.keys()
    for pair, count in expected.items():
        assert counted[pair] == pytest.approx(float(count), rel=rel, abs=0), pair
    for row in range(matrix.shape[0]):
        assert (np.diff(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]) > 0).all()


SENTENCES = st.lists(st.lists(st.integers(0, 12), max_size=15), min_size=1, max_size=12).filter(any)


@settings(max_examples=150, deadline=None)
@given(SENTENCES, st.integers(1, 20), st.booleans(), st.sampled_from(["flat", "harmonic"]), st.booleans(),
       st.integers(1, 3))
def test_counts_are_those_of_a_dictionary(
    sentences: list[list[int]], window: int, boundaries: bool, weighting: str, directed: bool, workers: int
) -> None:
    counter = Cooccurrence(window, boundaries, weighting, directed, workers)
    matrix = counter.count(sentences)
    assert_same(matrix, counter.labels, plain_counts(sentences, window, boundaries, weighting, directed))


def big_corpus(n_words: int = 9000, n_tokens: int = 60_000) -> list[list[str]]:
    # More words than 4,096 so that there are several groups of columns, and rows of one and of thousands of columns.
    rng = np.random.default_rng(5)
    words = np.minimum(rng.zipf(1.15, n_tokens), n_words).astype(str).tolist()
    cuts = np.sort(rng.integers(0, n_tokens, 3000)).tolist()
    return [words[a:b] for a, b in zip([0, *cuts], [*cuts, n_tokens], strict=True)]


@pytest.mark.parametrize("weighting", ["flat", "harmonic"])
def test_a_large_vocabulary_in_many_blocks_and_threads(weighting: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_BLOCK_POSITIONS", 500)
    sentences = big_corpus()
    first, *others = [Cooccurrence(4, True, weighting, workers=n).count(sentences) for n in (1, 2, 5)]
    assert first.shape[0] > 4096
    for other in others:
        for name in ("indptr", "indices", "data"):
            assert np.array_equal(getattr(first, name), getattr(other, name))
    counter = Cooccurrence(4, True, weighting)
    assert_same(counter.count(sentences), counter.labels, plain_counts(sentences, 4, True, weighting, False))


def test_symmetric_counts_are_symmetric_to_the_last_bit() -> None:
    for window in (7, 100):
        matrix = Cooccurrence(window, weighting="harmonic").count(big_corpus(50, 5000))
        assert np.array_equal(matrix.toarray(), matrix.toarray().T)
        directed = Cooccurrence(window, weighting="harmonic", directed=True).count(big_corpus(50, 5000)).toarray()
        np.testing.assert_allclose(directed + directed.T, matrix.toarray(), rtol=1e-14)


def test_harmonic_weights_of_wide_windows() -> None:
    sentence = [list(range(60))]
    counter = Cooccurrence(59, False, "harmonic")
    assert_same(counter.count(sentence), counter.labels, {
        (i, j): Fraction(1, abs(i - j)) for i in range(60) for j in range(60) if i != j}, rel=1e-13)
    weight, unit = counting._integer_weights(1_000_000, "harmonic", 10**9)
    assert unit * 2 * 10**9 * 15 < 2**63 < unit * 2 * 10**9 * 70
    np.testing.assert_allclose(weight / unit, 1 / np.arange(1, 1_000_001), rtol=1e-2)
    weight, unit = counting._integer_weights(20, "harmonic", 10**9)
    assert unit == 232792560
    assert [int(unit) // int(w) for w in weight] == list(range(1, 21))


def test_memory_is_bounded_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    sentences = big_corpus()
    free = Cooccurrence(3, workers=2).count(sentences)
    loads: list[int] = []
    plain = counting._Budget.loads
    monkeypatch.setattr(counting._Budget, "loads", lambda *a: loads.append(len(x := plain(*a))) or x)
    with pytest.raises(ParameterError, match="max_memory must be at least") as caught:
        Cooccurrence(3, workers=2, max_memory=free.nbytes).count(sentences)
    needed = int(str(caught.value).split("at least ")[1].split()[0])
    assert needed > free.nbytes
    bounded = Cooccurrence(3, workers=2, max_memory=needed).count(sentences)
    assert loads[-1] > 1
    assert np.array_equal(bounded.data, free.data)
    assert np.array_equal(bounded.indices, free.indices)
    with pytest.raises(ParameterError, match=r"max_memory must be at least .* got 10"):
        Cooccurrence(max_memory=10).count(sentences)
    with pytest.raises(ParameterError, match="max_memory must be at least"):
        Cooccurrence(3, workers=2, max_memory=needed - 1).count(sentences)


def test_every_form_of_a_corpus_counts_the_same(tmp_path: Path) -> None:
    sentences = big_corpus(100, 3000)
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(map(" ".join, sentences)))
    counter = Cooccurrence()
    expected = as_dict(counter.count(sentences, min_count=3), counter.labels)
    assert as_dict(counter.count(corpus_file=path, min_count=3), counter.labels) == expected
    assert as_dict(counter.count((iter(s) for s in sentences), min_count=3), counter.labels) == expected
    vocabulary = counter.vocabulary
    encoded = corpus.encode(vocabulary, sentences)
    assert as_dict(counter.count(encoded, vocabulary=vocabulary), counter.labels) == expected
    assert as_dict(counter.count(sentences, vocabulary=vocabulary), counter.labels) == expected


def test_words_left_out_close_the_window() -> None:
    counter = Cooccurrence(1, False)
    matrix = counter.count([["a", "rare", "b"], ["a"], ["b"]], min_count=2)
    assert as_dict(matrix, counter.labels) == {("a", "b"): 1, ("b", "a"): 1}


@pytest.mark.parametrize("name", ["", ".counting", ".model", ".sparse"])
def test_the_examples_in_the_docstrings(name: str) -> None:
    failed, attempted = doctest.testmod(importlib.import_module("cw2v.cooccurrence" + name))
    assert attempted > 0
    assert failed == 0


def test_small_corpora() -> None:
    one = Cooccurrence(2).count([["a"], []])
    assert one.toarray().tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    alone = Cooccurrence(2, False).count([["a"]])
    assert (alone.shape, alone.nnz) == ((1, 1), 0)
    assert Cooccurrence(2, False).count([["a", "a", "a"]]).toarray().tolist() == [[6]]
    unknown = Cooccurrence().count([["a", "b"], ["c"]], vocabulary=Vocabulary([], []))
    assert (unknown.shape, unknown.nnz) == ((2, 2), 0)
    with pytest.raises(VocabularyError, match="contains no words"):
        Cooccurrence().count([])
    with pytest.raises(VocabularyError, match="min_count=5"):
        Cooccurrence().count([["a"]], min_count=5)


@pytest.mark.parametrize(("arguments", "message"), [
    ({"window": 0}, "window must be"), ({"window": 2.5}, "window must be"), ({"weighting": "linear"}, "weighting must"),
    ({"workers": 0}, "workers must be"), ({"max_memory": 0}, "max_memory must be"),
    ({"directed": "no"}, "directed must be"), ({"boundary_tokens": None}, "boundary_tokens must be"),
])
def test_bad_arguments(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        Cooccurrence(**arguments)


def test_bad_corpora() -> None:
    encoded = corpus.encode(Vocabulary(["a", "b"], [1, 1]), [["a", "b"]])
    with pytest.raises(ParameterError, match="vocabulary="):
        Cooccurrence().count(encoded)
    with pytest.raises(ParameterError, match="another vocabulary"):
        Cooccurrence().count(encoded, vocabulary=Vocabulary(["a"], [1]))
    with pytest.raises(CorpusTypeError, match="got both"):
        Cooccurrence().count(encoded, "file", vocabulary=Vocabulary(["a", "b"], [1, 1]))
    for arguments in ((), ([["a"]], "file")):
        with pytest.raises(CorpusTypeError, match="pass one of"):
            Cooccurrence().count(*arguments)
    with pytest.raises(CorpusTypeError, match="sentence 1"):
        Cooccurrence().count(["not split"])


def test_an_interrupt_ends_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_BLOCK_POSITIONS", 1)
    calls = []

    def work(first: int, last: int, thread: int) -> None:
        calls.append(first)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        blocks.run_blocks(work, [(i, i + 1) for i in range(10_000)], 2)
    assert len(calls) < 10_000


# --- the matrix


def random_matrix(seed: int, n: int = 37, m: int = 23) -> tuple[SparseMatrix, np.ndarray]:
    rng = np.random.default_rng(seed)
    dense = rng.standard_normal((n, m)) * (rng.random((n, m)) < 0.3)
    dense[5] = 0.0
    indptr = np.concatenate([[0], np.cumsum((dense != 0).sum(axis=1))])
    return SparseMatrix(indptr, np.nonzero(dense)[1], dense[dense != 0], dense.shape), dense


@pytest.mark.parametrize("k", [None, 0, 1, 15, 16, 17, 40])
def test_products_are_numpys(k: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    from cw2v.cooccurrence import sparse

    monkeypatch.setattr(sparse, "_BLOCK", 100)  # so that there are several blocks
    a, dense = random_matrix(1)
    rng = np.random.default_rng(2)
    x, y = (rng.standard_normal((n,) if k is None else (n, k)) for n in (a.shape[1], a.shape[0]))
    np.testing.assert_allclose(a @ x, dense @ x, atol=1e-13)
    np.testing.assert_allclose(a.transposed_dot(y), dense.T @ y, atol=1e-13)
    np.testing.assert_allclose(y.T @ a, y.T @ dense, atol=1e-13)
    for workers in (2, 3, 8):
        assert np.array_equal(a.dot(x, workers), a.dot(x, 1))
        assert np.array_equal(a.transposed_dot(y, workers), a.transposed_dot(y, 1))


def test_the_matrix_is_an_array() -> None:
    a, dense = random_matrix(3)
    assert np.array_equal(a.toarray(), dense)
    assert np.array_equal(a.T.toarray(), dense.T)
    assert [[a[i, j] for j in range(a.shape[1])] for i in range(a.shape[0])] == dense.tolist()
    assert a[-1, -1] == dense[-1, -1]
    np.testing.assert_allclose(a.row_sums(), dense.sum(axis=1), atol=1e-13)
    np.testing.assert_allclose(a.column_sums(), dense.sum(axis=0), atol=1e-13)
    assert "37 x 23" in repr(a)
    with pytest.raises(IndexError):
        a[37, 0]
    with pytest.raises(ValueError, match="read-only"):
        a.data[0] = 1
    with pytest.raises(ParameterError, match=r"x must have shape \(23,\)"):
        a @ np.ones(22)


def test_to_scipy() -> None:
    a, dense = random_matrix(4)
    pytest.importorskip("scipy.sparse")
    assert np.array_equal(a.to_scipy().toarray(), dense)


@pytest.mark.parametrize(("indptr", "indices", "data"), [
    ([0, 1, 1], [2], [1.0]), ([0, 1, 1], [-1], [1.0]), ([0, 2, 1], [0], [1.0]), ([0, 1], [0], [1.0]),
    ([0, 1, 1], [0], [1.0, 2.0]), ([1, 1, 1], [0], [1.0]), ([0, 0, 2], [0], [1.0]), ([[0, 0, 0]], [], []),
])
def test_arrays_that_are_no_matrix(indptr: Any, indices: Any, data: Any) -> None:
    with pytest.raises(ParameterError):
        SparseMatrix(indptr, indices, data, (2, 2))


# --- transforms


@pytest.mark.parametrize(("shift", "smoothing"), [(1.0, 1.0), (1.0, 0.75), (5.0, 0.75), (0.5, 0.0)])
def test_ppmi_is_its_formula(shift: float, smoothing: float, monkeypatch: pytest.MonkeyPatch) -> None:
    from cw2v.cooccurrence import transforms

    monkeypatch.setattr(transforms, "_BLOCK_ENTRIES", 10)
    counts = np.random.default_rng(6).poisson(0.7, (20, 15)).astype(float)
    counts[3] = counts[:, 4] = 0.0
    indptr = np.concatenate([[0], np.cumsum((counts > 0).sum(axis=1))])
    matrix = SparseMatrix(indptr, np.nonzero(counts)[1], counts[counts > 0], counts.shape)
    expected = np.zeros_like(counts)
    contexts = counts.sum(axis=0) ** smoothing * (counts.sum(axis=0) > 0)
    for w, c in zip(*np.nonzero(counts), strict=True):
        joint, word, context = counts[w, c] / counts.sum(), counts[w].sum() / counts.sum(), contexts[c] / contexts.sum()
        expected[w, c] = max(0.0, np.log(joint / (word * context)) - np.log(shift))
    result = ppmi(matrix, shift, smoothing)
    np.testing.assert_allclose(result.toarray(), expected, atol=1e-13)
    assert result.nnz == (expected > 0).sum()


def test_log_and_zero_rows() -> None:
    a = SparseMatrix([0, 1, 1], [1], [3.0], (2, 2))
    assert log1p(a).toarray().tolist() == [[0, np.log(4)], [0, 0]]
    assert np.isfinite(ppmi(a).toarray()).all()
    zeros = SparseMatrix([0, 2, 3], [0, 1, 0], [0.0, 0.0, 2.0], (2, 2))  # stored, in an empty row
    assert ppmi(zeros, shift=0.5, context_smoothing=1.0).toarray().tolist() == [[0, 0], [np.log(2), 0]]
    nothing = SparseMatrix([0, 0], [], [], (1, 1))
    assert ppmi(nothing).nnz == log1p(nothing).nnz == 0
    for bad in (-1.0, np.nan, np.inf):
        for transform in (ppmi, log1p):
            with pytest.raises(ParameterError, match="counts must be finite and not negative"):
                transform(SparseMatrix([0, 1], [0], [bad], (1, 1)))
    for arguments in ({"shift": 0.0}, {"shift": np.inf}, {"context_smoothing": -0.1}, {"context_smoothing": 1.5}):
        with pytest.raises(Cw2vError, match=next(iter(arguments))):
            ppmi(a, **arguments)

"""The truncated SVD against NumPy's, and the vectors that are made with it."""

from __future__ import annotations

import random
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import CooccurrenceSVD, KeyedVectors, cli, cooccurrence
from cw2v.cooccurrence import SparseMatrix, ppmi, svd, truncated_svd
from cw2v.errors import CorpusTypeError, ParameterError, VocabularyError

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def sparse(dense: Matrix) -> SparseMatrix:
    indptr = np.concatenate([[0], np.cumsum((dense != 0).sum(axis=1))])
    return SparseMatrix(indptr, np.nonzero(dense)[1], dense[dense != 0], dense.shape)


def random_matrix(seed: int, n: int, m: int, density: float = 0.2) -> Matrix:
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, m)) * (rng.random((n, m)) < density) * rng.gamma(1.0, 1.0, m)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 1000), st.sampled_from(["exact", "randomized"]),
       st.data())
def test_it_is_numpys_svd(n: int, m: int, seed: int, method: str, data: st.DataObject) -> None:
    dense = random_matrix(seed, n, m, 0.9) + 0.1
    k = data.draw(st.integers(1, min(n, m)))
    s_expected = np.linalg.svd(dense, compute_uv=False)
    # As many random vectors as the matrix has columns leave nothing to chance: the result is exact.
    u, s, v = truncated_svd(sparse(dense), k, method=method, n_oversamples=40)
    assert (u.shape, s.shape, v.shape) == ((n, k), (k,), (m, k))
    np.testing.assert_allclose(s, s_expected[:k], rtol=1e-9, atol=1e-12)
    assert (np.diff(s) <= 0).all()
    np.testing.assert_allclose(u.T @ u, np.eye(k), atol=1e-9)
    np.testing.assert_allclose(v.T @ v, np.eye(k), atol=1e-9)
    np.testing.assert_allclose(dense @ v, u * s, atol=1e-9)
    assert (u[np.abs(u).argmax(axis=0), np.arange(k)] > 0).all()


@pytest.mark.parametrize("shape", [(700, 600), (300, 900), (900, 200)])
def test_randomised_finds_the_singular_vectors(shape: tuple[int, int]) -> None:
    n, m = shape
    rng = np.random.default_rng(3)
    left, right = np.linalg.qr(rng.standard_normal((n, 50))).Q, np.linalg.qr(rng.standard_normal((m, 50))).Q
    values = 100 * 0.8 ** np.arange(50)
    dense = left * values @ right.T + 1e-7 * random_matrix(4, n, m)
    exact = np.linalg.svd(dense, full_matrices=False)
    for matrix in (sparse(dense), dense):
        u, s, v = truncated_svd(matrix, 20)
        np.testing.assert_allclose(s, exact.S[:20], rtol=1e-10)
        for ours, theirs in ((u, exact.U[:, :20]), (v, exact.Vh[:20].T)):
            np.testing.assert_allclose(np.abs((ours * theirs).sum(axis=0)), 1.0, atol=1e-9)


@pytest.mark.parametrize("spread", [1.0, 1e-3, 1e-6, 1e-9, 0.0])
def test_qr_is_a_qr_for_any_columns(spread: float) -> None:
    rng = np.random.default_rng(2)
    x = rng.standard_normal((300, 1)) + spread * rng.standard_normal((300, 12))
    q, r = svd._qr(x)
    np.testing.assert_allclose(q.T @ q, np.eye(12), atol=1e-11)
    np.testing.assert_allclose(q @ r, x, atol=1e-12)
    np.testing.assert_allclose(r, np.triu(r), atol=1e-12)


def test_power_iterations_help_where_singular_values_fall_slowly() -> None:
    dense = random_matrix(5, 800, 700)
    exact = np.linalg.svd(dense, compute_uv=False)[:30]
    found = [truncated_svd(sparse(dense), 30, n_power_iterations=q)[1] for q in (0, 2, 8, 30)]
    errors = [np.abs(s / exact - 1).max() for s in found]
    assert errors[0] > errors[1] > errors[2] > errors[3]
    assert errors[3] < 1e-3


def test_the_result_depends_on_the_seed_and_not_on_the_workers() -> None:
    matrix = sparse(random_matrix(6, 700, 700))
    one = truncated_svd(matrix, 12, workers=1, seed=7)
    for workers in (1, 2, 5):
        for a, b in zip(one, truncated_svd(matrix, 12, workers=workers, seed=7), strict=True):
            assert np.array_equal(a, b)
    assert not np.array_equal(one[0], truncated_svd(matrix, 12, workers=1, seed=8)[0])
    np.testing.assert_allclose(truncated_svd(matrix, 12, seed=None)[1], one[1], rtol=0.05)


@pytest.mark.parametrize("method", ["exact", "randomized"])
def test_a_small_rank_gives_fewer_columns_with_a_warning(method: str) -> None:
    rng = np.random.default_rng(8)
    dense = rng.standard_normal((30, 3)) @ rng.standard_normal((3, 20))
    with pytest.warns(RuntimeWarning, match=r"rank 3: 3 columns are returned, not k=5"):
        u, s, v = truncated_svd(dense, 5, method=method)
    np.testing.assert_allclose(u * s @ v.T, dense, atol=1e-12)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        truncated_svd(dense, 3, method=method)


@pytest.mark.parametrize(("matrix", "arguments", "message"), [
    (np.eye(3), {"k": 4}, "k must be at most 3"), (np.eye(3), {"k": 0}, "k must be"), (np.eye(3), {"k": 1.5}, "k must"),
    (np.zeros((3, 3)), {"k": 1}, "not zero"), (np.full((3, 3), np.nan), {"k": 1}, "finite"),
    (np.ones(3), {"k": 1}, "two dimensions"), (np.eye(3), {"k": 1, "method": "fast"}, "method must be"),
    (np.eye(3), {"k": 1, "n_oversamples": -1}, "n_oversamples must"), (np.eye(3), {"k": 1, "seed": -1}, "seed must"),
    (np.zeros((0, 3)), {"k": 1}, "k must be at most 0"),
    (np.eye(3), {"k": 1, "n_power_iterations": -1}, "n_power_iterations must"),
])
def test_bad_input(matrix: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        truncated_svd(matrix, **arguments)


# --- vectors


def topics(n_sentences: int = 1500) -> list[list[str]]:
    """Sentences of words of one of three topics, with common words among them."""
    rng = random.Random(9)
    common = [f"common{i}" for i in range(10)]
    words = [[f"{topic}{i}" for i in range(12)] for topic in "abc"]
    return [[rng.choice(words[s % 3] if rng.random() < 0.6 else common) for _ in range(12)] for s in range(n_sentences)]


@pytest.mark.parametrize("transform", ["ppmi", "log", "raw"])
@pytest.mark.parametrize("p", [0.0, 0.5, 1.0])
def test_vectors_are_u_s_to_the_p(transform: str, p: float) -> None:
    model = CooccurrenceSVD(vector_size=6, transform=transform, p=p, context_smoothing=1.0).fit(topics())
    counts = model.cooccurrence
    matrix = {"ppmi": ppmi(counts, 1.0, 1.0).toarray(), "log": np.log1p(counts.toarray()), "raw": counts.toarray()}
    exact = np.linalg.svd(matrix[transform])
    np.testing.assert_allclose(model.singular_values, exact.S[:6], rtol=1e-9)
    expected = exact.U[: len(model.wv), :6] * exact.S[:6] ** p
    np.testing.assert_allclose(np.abs(model.wv.vectors), np.abs(expected), atol=1e-4 * np.abs(expected).max())
    assert model.wv.vectors.dtype == np.float32


def test_the_vectors_are_keyed_vectors_like_word2vecs(tmp_path: Path) -> None:
    from cw2v import Word2Vec

    model, trained = CooccurrenceSVD(vector_size=10).fit(topics()), Word2Vec(topics(), epochs=1, vector_size=10)
    assert model.wv.index_to_key == trained.wv.index_to_key
    assert (model.corpus_count, model.corpus_total_words) == (trained.corpus_count, trained.corpus_total_words)
    for key in model.wv.index_to_key:
        assert model.wv.get_vecattr(key, "count") == trained.wv.get_vecattr(key, "count")
    nearest = {key for key, _ in model.wv.most_similar("a0", topn=11)}
    assert nearest == {f"a{i}" for i in range(1, 12)}
    model.wv.save(str(tmp_path / "v.cw2v"))
    assert np.array_equal(KeyedVectors.load(str(tmp_path / "v.cw2v")).vectors, model.wv.vectors)


def test_fit_is_the_same_for_any_number_of_workers_and_form_of_corpus(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    sentences = [[str(w) for w in row] for row in np.minimum(rng.zipf(1.4, (2500, 12)), 900)]
    path = tmp_path / "c.txt"
    path.write_text("\n".join(map(" ".join, sentences)))
    one = CooccurrenceSVD(20, min_count=1, workers=1).fit(sentences)
    assert len(one.wv) > 600  # so the randomised SVD is used
    for other in (CooccurrenceSVD(20, min_count=1, workers=3).fit(sentences),
                  CooccurrenceSVD(20, min_count=1, workers=2).fit(corpus_file=path),
                  CooccurrenceSVD(20, min_count=1).fit(iter(sentences))):
        assert other.wv.index_to_key == one.wv.index_to_key
        assert np.array_equal(other.wv.vectors, one.wv.vectors)


def test_a_word_without_neighbours_has_a_zero_vector() -> None:
    model = CooccurrenceSVD(2, min_count=1, boundary_tokens=False).fit([["alone"], *topics(60)])
    assert not model.wv["alone"].any()
    assert np.isfinite(model.wv.vectors).all()
    assert model.wv.similarity("alone", "a0") == 0.0


def test_a_rank_below_vector_size_makes_shorter_vectors() -> None:
    sentences = [["a", "b"]] * 5
    with pytest.warns(RuntimeWarning, match="rank"):
        model = CooccurrenceSVD(4, window=1, transform="raw", min_count=1).fit([["a", "b"], ["b", "a"]])
    assert model.wv.vector_size == len(model.singular_values) == model.wv.vectors.shape[1] < 4
    assert CooccurrenceSVD(2, boundary_tokens=False, transform="raw").fit(sentences).wv.vector_size == 2


@pytest.mark.parametrize(("arguments", "sentences", "error", "message"), [
    ({"window": 0}, [["a", "b"]], ParameterError, "window must be"),
    ({"transform": "pmi"}, [["a", "b"]], ParameterError, "transform must be"),
    ({"p": -1}, [["a", "b"]], ParameterError, "p must be"),
    ({"shift": 0}, [["a", "b"]], ParameterError, "shift must be"),
    ({"vector_size": 0}, [["a", "b"]], ParameterError, "vector_size must be"),
    ({}, [], VocabularyError, "contains no words"),
    ({}, [["a", "b"]], VocabularyError, "min_count=5"),
    ({"min_count": 1}, [["a", "a"]], VocabularyError, "two words at least"),
    ({"min_count": 1}, [["a", "b"]], ParameterError, "vector_size must be at most 4"),
    ({"min_count": 1, "boundary_tokens": False}, [["a", "b"]], ParameterError, "vector_size must be at most 2"),
    ({"min_count": 1, "boundary_tokens": False, "vector_size": 1}, [["a"], ["b"]], ParameterError, "nothing is left"),
    ({"min_count": 1, "vector_size": 2, "shift": 1e9}, [["a", "b"]], ParameterError, "lower the shift"),
    ({"min_count": 1, "vector_size": 2, "max_memory": 9}, [["a", "b"]], ParameterError, "max_memory must be at least"),
    ({"min_count": 1, "vector_size": 2}, ["ab"], CorpusTypeError, "sentence 1"),
])
def test_bad_arguments_and_corpora(
    arguments: dict[str, Any], sentences: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        CooccurrenceSVD(**arguments).fit(sentences)


def test_a_failed_fit_changes_nothing() -> None:
    model = CooccurrenceSVD(2, min_count=1).fit(topics(60))
    vectors, values = model.wv, model.singular_values
    with pytest.raises(VocabularyError):
        model.fit([])
    assert model.wv is vectors
    assert model.singular_values is values


# --- the command


@pytest.fixture
def corpus(tmp_path: Path) -> str:
    path = tmp_path / "corpus.txt"
    path.write_text("\n".join(map(" ".join, topics(300))))
    return str(path)


@pytest.mark.parametrize("name", ["v.txt", "v.bin", "v.cw2v"])
def test_the_command_writes_vectors(name: str, corpus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / name
    argv = ["svd", corpus, "-o", str(output), "--vector-size", "8", "--transform", "log", "--p", "1", "--window", "3",
            "--no-boundary-tokens", "--weighting", "harmonic", "--min-count", "2", "--shift", "2", "--workers", "1"]
    assert cli.main(argv) == 0
    captured = capsys.readouterr()
    assert captured.out == f"wrote {output}: 46 words x 8\n"
    assert "3,600 words in 300 sentences" in captured.err
    from cw2v.commands.common import load_vectors

    expected = CooccurrenceSVD(8, 3, 2, "log", p=1.0, boundary_tokens=False, weighting="harmonic").fit(topics(300))
    np.testing.assert_allclose(load_vectors(output).vectors, expected.wv.vectors, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(("options", "message"), [
    (("--transform", "pmi"), "transform must be 'ppmi' or 'log' or 'raw'"), (("--window", "0"), "window must be"),
    (("--vector-size", "90"), "vector_size must be at most 48"),
    (("--max-memory", "5", "--vector-size", "9"), "max_memory must be at least"),
    (("--min-count", "100000"), "min_count=100000"), (("--p", "half"), "p must be"),
])
def test_the_command_says_in_one_line_what_is_wrong(
    options: tuple[str, ...], message: str, corpus: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "v.txt"
    assert cli.main(["svd", corpus, "-o", str(output), *options]) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("cw2v: error: ")
    assert message in captured.err
    assert captured.err.count("\n") == 1
    assert not output.exists()


def test_the_public_names() -> None:
    assert sorted(cooccurrence.__all__) == [
        "Cooccurrence", "CooccurrenceSVD", "END", "START", "SparseMatrix", "log1p", "ppmi", "truncated_svd"]

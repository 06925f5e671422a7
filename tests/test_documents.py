"""Averages of word vectors, beside the plain definition."""

from __future__ import annotations

import doctest
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors, Word2Vec
from cw2v import documents as module
from cw2v.documents import average
from cw2v.errors import CorpusTypeError, ParameterError


def vectors(keys: list[object], size: int = 7, seed: int = 1) -> KeyedVectors:
    kv = KeyedVectors(size)
    kv.add_vectors(keys, np.random.default_rng(seed).normal(size=(len(keys), size)))
    return kv


def by_hand(kv: KeyedVectors, document: list[object]) -> np.ndarray:
    rows = [kv.vectors[kv.key_to_index[word]].astype(np.float64) for word in document if word in kv.key_to_index]
    return np.mean(rows, axis=0) if rows else np.zeros(kv.vector_size)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=12), max_size=20), st.integers(1, 40))
def test_each_row_is_the_mean_whatever_the_blocks(documents: list[list[str]], at_once: int) -> None:
    kv = vectors(list("abcde"))  # f, g and h are unknown
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_AT_ONCE", at_once)
        got = average(kv, documents)
    assert got.dtype == np.float32
    assert got.shape == (len(documents), 7)
    expected = np.array([by_hand(kv, document) for document in documents]).reshape(-1, 7)
    np.testing.assert_allclose(got, expected, rtol=1e-6, atol=1e-7)


def test_repeats_count_and_unknown_words_do_not() -> None:
    kv = KeyedVectors(2)
    kv.add_vectors(["good", "film"], [[1, 0], [0, 1]])
    got = average(kv, [["good", "good", "film", "unheard"]])
    np.testing.assert_array_equal(got, np.array([[2 / 3, 1 / 3]], np.float32))


@pytest.mark.parametrize("empty", [[], ["unknown"], ["unknown", "x"]])
def test_a_document_without_a_known_word(empty: list[str]) -> None:
    kv = vectors(["a"])
    documents = [["a"], empty, ["a", "a"]]
    zero, nan = average(kv, documents), average(kv, documents, missing="nan")
    assert not zero[1].any()
    assert np.isnan(nan[1]).all()
    np.testing.assert_array_equal(zero[[0, 2]], nan[[0, 2]])
    with pytest.raises(ParameterError, match=r"1 of 3 have none: documents 1$"):
        average(kv, documents, missing="error")
    with pytest.raises(ParameterError, match=r"30 of 31 have none: documents 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, \.\.\.$"):
        average(kv, [empty] * 30 + [["a"]], missing="error")


def test_normalize_brings_the_mean_to_length_one() -> None:
    kv = vectors(list("abc"))
    plain, unit = (average(kv, [["a", "b"], ["x"], ["c"]], normalize=how) for how in (False, True))
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), [1, 0, 1], rtol=1e-6)
    np.testing.assert_allclose(unit * np.linalg.norm(plain, axis=1)[:, None], plain, rtol=1e-6)
    assert np.isnan(average(kv, [["x"]], missing="nan", normalize=True)).all()


def test_tokens_are_keys_and_never_rows() -> None:
    kv = vectors([10, 0, ("new", "york")])
    got = average(kv, [[0], [1], [("new", "york"), 10], np.array([10, 10])])
    np.testing.assert_array_equal(got[0], kv.vectors[1])
    assert not got[1].any()  # 1 is a row, but no key
    np.testing.assert_allclose(got[2], (kv.vectors[2] + kv.vectors[0]) / 2, rtol=1e-6)
    np.testing.assert_array_equal(got[3], kv.vectors[0])


def test_documents_may_be_generators() -> None:
    kv = vectors(list("abc"))
    got = average(kv, ((word for word in document) for document in ("ab", "c")))
    np.testing.assert_array_equal(got, average(kv, [["a", "b"], ["c"]]))
    assert average(kv, []).shape == (0, 7)
    assert average(kv, iter(())).dtype == np.float32


@pytest.mark.parametrize(
    ("documents", "message"),
    [
        ("a film", "documents must be an iterable of token lists, got str"),
        (3, "documents must be an iterable of token lists, got int"),
        ([["a"], "a film"], r"documents\[1\] must be a list of tokens, got the str 'a film': split it"),
        ([["a"], b"a"], r"documents\[1\] must be a list of tokens, got the bytes"),
        ([["a"], None], r"documents\[1\] must be a list of tokens, got NoneType"),
        ([["a"], ["a", ["b"]]], r"documents\[1\]\[1\] must be hashable, as a token is, got list"),
        ([iter([["b"]])], r"documents\[0\] must be a list of hashable tokens"),
    ],
)
def test_bad_documents_are_named(documents: object, message: str) -> None:
    with pytest.raises(CorpusTypeError, match=message):
        average(vectors(["a"]), documents)  # type: ignore[arg-type]


def test_the_docstring_s_examples() -> None:
    assert doctest.testmod(module).attempted > 0
    assert doctest.testmod(module).failed == 0


def test_bad_arguments_are_named() -> None:
    with pytest.raises(ParameterError, match=r"missing must be one of 'zero', 'nan', 'error', got 'drop'"):
        average(vectors(["a"]), [], missing="drop")  # type: ignore[arg-type]
    model = Word2Vec([["a", "b"]] * 5, min_count=1, vector_size=4, workers=1)
    with pytest.raises(ParameterError, match=r"wv must be KeyedVectors, such as model.wv, got Word2Vec"):
        average(model, [["a"]])  # type: ignore[arg-type]


def test_an_error_of_the_caller_s_generator_is_seen() -> None:
    def words() -> object:
        yield "a"
        raise ZeroDivisionError("theirs")

    with pytest.raises(ZeroDivisionError, match="theirs"):
        average(vectors(["a"]), [words()])  # type: ignore[list-item]


def test_two_thousand_reviews_are_quick_and_small() -> None:
    """As many as the movie reviews: 1.5 million words and 100 dimensions, which gathered whole were 600 MB."""
    rng = np.random.default_rng(1)
    kv = vectors([f"w{i}" for i in range(5000)], 100)
    documents = [[f"w{i}" for i in rng.integers(0, 6000, 750)] for _ in range(2000)]
    begun = time.process_time()
    got = average(kv, documents)
    assert time.process_time() - begun < 5.0  # 0.5 s where it was written
    np.testing.assert_allclose(got[1234], by_hand(kv, documents[1234]), rtol=1e-5, atol=1e-7)
    tracemalloc.start()
    average(kv, documents[:500] * 4)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6, peak

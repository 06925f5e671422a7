"""Probabilities of sentences and of words in a gap, beside gensim's on the same weights."""

from __future__ import annotations

import importlib
import logging
from typing import Any

import numpy as np
import pytest

from cw2v import Word2Vec, errors

CORPUS = [["a", "b", "c", "d"], ["b", "c", "e"], ["d", "e", "a"], ["f"]] * 30
ASKED = [["a", "b", "c", "unseen", "d"], ["a"], [], ["unseen"], ["b", "c", "e", "b", "b", "a", "d"]]
SMALL: dict[str, Any] = {"vector_size": 6, "min_count": 1, "window": 2, "workers": 1, "alpha": 0.5, "sample": 0}


def gensims(model: Word2Vec, **parameters: Any) -> Any:
    """gensim's model with the weights of ours."""
    gensim = pytest.importorskip("gensim") and importlib.import_module("gensim.models")
    theirs = gensim.Word2Vec(CORPUS, **{**SMALL, **parameters})
    assert theirs.wv.index_to_key == model.wv.index_to_key
    theirs.wv.vectors[:] = model.wv.vectors
    for name in ("syn1", "syn1neg"):
        if hasattr(model, name):
            getattr(theirs, name)[:] = getattr(model, name)
    return theirs


@pytest.mark.parametrize("sg", [0, 1])
@pytest.mark.parametrize("cbow_mean", [0, 1])
def test_scores_are_gensims(sg: int, cbow_mean: int) -> None:
    parameters = {"sg": sg, "cbow_mean": cbow_mean, "hs": 1, "negative": 0}
    model, rng = Word2Vec(CORPUS, **{**SMALL, **parameters}), np.random.default_rng(1)
    for matrix in (model.wv.vectors, model.syn1):
        matrix[:] = rng.normal(size=matrix.shape) * 0.7
    theirs = gensims(model, **parameters)
    for word in model.wv.index_to_key:  # words of equal counts may have another place in another tree
        for name in ("code", "point"):
            model.wv.set_vecattr(word, name, theirs.wv.get_vecattr(word, name))
    # gensim reads sigmoids from a table, which makes a turn some 0.012 less likely (0.7052 for ln 2), and leaves out
    # turns beyond a score of 6: here are none.
    expected = theirs.score(ASKED, total_sentences=5)
    np.testing.assert_allclose(model.score(ASKED), expected, rtol=0.025)
    assert np.abs(expected[[0, 4]]).min() > 5
    assert model.score([]).shape == (0,)


def test_a_sentence_of_two_words_is_its_two_probabilities() -> None:
    """Skip-gram's p(a | b) p(b | a), each summing to one over the vocabulary."""
    model = Word2Vec(CORPUS, sg=1, hs=1, negative=0, **SMALL)
    words = model.wv.index_to_key
    # log p(w | b) + log p(b | w) for all w: take away the second from a model whose window reaches to the left only.
    model.window = (1, 0)
    assert np.exp(model.score([["b", w] for w in words])).sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("cbow_mean", [0, 1])
def test_predictions_are_gensims(cbow_mean: int) -> None:
    model = Word2Vec(CORPUS, cbow_mean=cbow_mean, **SMALL)
    theirs = gensims(model, cbow_mean=cbow_mean)
    for words in (["a", "b"], ["c", "unseen"], [0, 1], ["a", 2], "ab"):
        ours, expected = model.predict_output_word(words, topn=4), theirs.predict_output_word(words, topn=4)
        assert ours is not None
        assert [word for word, _ in ours] == [word for word, _ in expected]
        np.testing.assert_allclose([p for _, p in ours], [p for _, p in expected], rtol=1e-4)
        assert all(type(p) is float for _, p in ours)


def test_probabilities_sum_to_one_and_large_weights_stay_finite() -> None:
    model = Word2Vec(CORPUS, **SMALL)
    model.wv.vectors *= 1000
    model.syn1neg *= 1000
    answer = model.predict_output_word(["a"], topn=100)
    assert answer is not None
    assert len(answer) == len(model.wv)
    assert sum(p for _, p in answer) == pytest.approx(1)
    assert answer == sorted(answer, key=lambda pair: -pair[1])


def test_nothing_known(caplog: pytest.LogCaptureFixture) -> None:
    model = Word2Vec(CORPUS, **SMALL)
    with caplog.at_level(logging.WARNING):
        for words in ([], ["unseen"], [99], [-1]):
            assert model.predict_output_word(words) is None
    assert "out-of-vocabulary" in caplog.text
    assert model.predict_output_word(["a"], topn=0) == []


def test_models_that_cannot_say() -> None:
    path, noise = Word2Vec(CORPUS, hs=1, negative=0, **SMALL), Word2Vec(CORPUS, **SMALL)
    with pytest.raises(RuntimeError, match="predict_output_word needs a model trained with negative > 0"):
        path.predict_output_word(["a"])
    for model in (noise, Word2Vec(CORPUS, hs=1, negative=5, **SMALL)):
        with pytest.raises(RuntimeError, match="score needs a model trained with hs=1 and negative=0"):
            model.score(ASKED)
    with pytest.raises(RuntimeError, match="no words yet"):
        Word2Vec(**SMALL).predict_output_word(["a"])


@pytest.mark.parametrize(
    ("sentences", "message"),
    [("a b", "sentences must be"), (None, "sentences must be"), (["a b"], "sentence 0"), ([["a"], None], "sentence 1")],
)
def test_bad_sentences(sentences: Any, message: str) -> None:
    with pytest.raises(errors.CorpusTypeError, match=message):
        Word2Vec(CORPUS, hs=1, negative=0, **SMALL).score(sentences)


def test_bad_contexts() -> None:
    model = Word2Vec(CORPUS, **SMALL)
    with pytest.raises(TypeError, match=r"must be hashable, got \['b'\]"):
        model.predict_output_word(["a", ["b"]])
    with pytest.raises(ValueError, match="topn must be"):
        model.predict_output_word(["a"], topn=-1)

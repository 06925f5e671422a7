"""Rows A23 and A28 of the founding documents: averaged vectors as features, and the applications that are named."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pytest

from cw2v import Word2Vec
from cw2v.documents import average

LABELS = ("positive", "negative", "neutral")


def three_way_documents(seed: int, count: int) -> tuple[list[list[str]], np.ndarray]:
    """Documents of 20 words: 14 that say nothing, 4 of their label and one of each other."""
    rng = np.random.default_rng(seed)
    documents, labels = [], np.arange(count) % 3
    for label in labels:
        words = [f"word{i}" for i in rng.integers(0, 100, 14)]
        for other, name in enumerate(LABELS):
            words += [f"{name}{i}" for i in rng.integers(0, 15, 4 if other == label else 1)]
        documents.append(list(rng.permutation(words)))
    return [list(map(str, document)) for document in documents], labels


def softmax_regression(features: np.ndarray, labels: np.ndarray, steps: int = 500) -> np.ndarray:
    """Weights (d + 1, classes) by gradient descent on the cross-entropy."""
    x = np.column_stack([features, np.ones(len(features))])
    weights, truth = np.zeros((x.shape[1], labels.max() + 1)), np.eye(labels.max() + 1)[labels]
    for _ in range(steps):
        logits = x @ weights
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        weights -= 0.5 / len(x) * x.T @ (odds / odds.sum(axis=1, keepdims=True) - truth)
    return weights


def test_A23_the_average_of_word_vectors_classifies_three_sentiments() -> None:
    documents, labels = three_way_documents(1, 600)
    train, test = slice(0, 400), slice(400, 600)
    wv = Word2Vec(documents[train], sg=1, vector_size=32, window=20, epochs=20, sample=0, min_count=1, workers=1).wv
    features = average(wv, documents)
    assert features.shape == (600, 32)
    expected = np.mean([wv[word] for word in documents[7] if word in wv], axis=0)
    np.testing.assert_allclose(features[7], expected, rtol=1e-5, atol=1e-6)
    mean, deviation = features[train].mean(axis=0), features[train].std(axis=0)
    scaled = (features - mean) / deviation
    weights = softmax_regression(scaled[train], labels[train])
    answers = (np.column_stack([scaled[test], np.ones(200)]) @ weights).argmax(axis=1)
    majority = np.mean(labels[test] == np.bincount(labels[train]).argmax())
    assert np.mean(answers == labels[test]) > majority + 0.3
    # The same features in another order tell nothing: what is learnt is in them.
    shuffled = np.random.default_rng(2).permutation(400)
    weights = softmax_regression(scaled[train][shuffled], labels[train])
    answers = (np.column_stack([scaled[test], np.ones(200)]) @ weights).argmax(axis=1)
    assert abs(np.mean(answers == labels[test]) - 1 / 3) < 0.15


def test_A23_a_sentence_of_unknown_words_has_defined_behaviour() -> None:
    wv = Word2Vec([["a", "b"]] * 5, min_count=1, vector_size=4, workers=1).wv
    assert average(wv, [["x", "y"], []]).tolist() == [[0.0] * 4] * 2
    assert np.isnan(average(wv, [["x", "y"]], missing="nan")).all()
    with pytest.raises(ValueError, match="documents 0"):
        average(wv, [["x", "y"], ["a"]], missing="error")


def test_A28_the_sentiment_and_recommendation_examples_run(example: Callable[..., tuple[int, str, str]]) -> None:
    code, out, error = example("recommend.py", "--small")
    assert code == 0, error
    assert re.search(r"\| word2vec, nearest to the last item \| \d", out)
    pytest.importorskip("sklearn", reason="the sentiment example classifies with scikit-learn")
    code, out, error = example("sentiment.py", "--small")
    assert code == 0, error
    assert re.search(r"\| averaged vectors, random forest \| \d", out)

"""What a trained model says of words in their context: the probability of sentences and of the word in a gap."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import CorpusTypeError, ParameterError, TrainingError, VocabularyError
from cw2v.mathematics import log_sigmoid, path_signs

if TYPE_CHECKING:
    from cw2v.word2vec import Word2Vec

__all__ = ["predict_output_word", "score"]

logger = logging.getLogger("cw2v.word2vec")
F64 = NDArray[np.float64]


def score(model: Word2Vec, sentences: Iterable[Iterable[Hashable]]) -> F64:
    """Log-probability of each sentence; see :meth:`cw2v.Word2Vec.score`."""
    if not model.hs or model.negative:
        raise TrainingError("score needs a model trained with hs=1 and negative=0: the hierarchical softmax alone "
                            "gives probabilities of words")
    codes, points = model.wv.expandos["code"], model.wv.expandos["point"]
    return np.array([_log_probability(model, ids, codes, points) for ids in _known(model, sentences)], np.float64)


def _known(model: Word2Vec, sentences: Iterable[Iterable[Hashable]]) -> Iterator[NDArray[np.int64]]:
    if isinstance(sentences, str | bytes) or not isinstance(sentences, Iterable):
        raise CorpusTypeError(f"sentences must be an iterable of token lists, got {type(sentences).__name__}")
    look_up = model.wv.key_to_index.get
    for number, sentence in enumerate(sentences):
        if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
            raise CorpusTypeError(f"sentence {number} must be a list of tokens, got {type(sentence).__name__}")
        yield np.array([i for i in map(look_up, sentence) if i is not None], np.int64)


def _log_probability(model: Word2Vec, ids: NDArray[np.int64], codes: Any, points: Any) -> float:
    """Sum over the words of log p(word | contexts), or of log p(word | context) over its contexts with skip-gram."""
    left, right = model.window if isinstance(model.window, tuple) else (model.window, model.window)
    total = 0.0
    for t, word_id in enumerate(ids):
        contexts = model.wv.vectors[np.concatenate([ids[max(t - left, 0) : t], ids[t + 1 : t + 1 + right]])]
        hidden = contexts.astype(np.float64)
        if not model.sg:
            hidden = hidden.sum(axis=0, keepdims=True) / (max(len(hidden), 1) if model.cbow_mean else 1)
        turns = model.syn1[points[word_id]].astype(np.float64) @ hidden.T
        total += float(log_sigmoid(path_signs(codes[word_id])[:, None] * turns).sum())
    return total


def predict_output_word(model: Word2Vec, words: Iterable[Hashable], topn: int = 10) -> list[tuple[Any, float]] | None:
    """Probabilities of the word among others; see :meth:`cw2v.Word2Vec.predict_output_word`."""
    if not len(model.wv):
        raise VocabularyError("the model has no words yet: build the vocabulary and train it")
    if not hasattr(model, "syn1neg"):
        raise TrainingError("predict_output_word needs a model trained with negative > 0 or objective='softmax', which "
                            "has output vectors")
    if isinstance(topn, bool) or not isinstance(topn, int | np.integer) or topn < 0:
        raise ParameterError(f"topn must be an integer of at least 0, got {topn!r}")
    rows = [row for row in (_row_of(model, word) for word in words) if row is not None]
    if not rows:
        logger.warning("All the input context words are out-of-vocabulary for the current model.")
        return None
    hidden = model.wv.vectors[rows].astype(np.float64).sum(axis=0)
    if model.cbow_mean:
        hidden /= len(rows)
    logits = model.syn1neg.astype(np.float64) @ hidden
    # Less the largest, so that no exponential overflows.
    probability = np.exp(logits - logits.max())
    probability /= probability.sum()
    best = np.argsort(-probability, kind="stable")[:topn]
    return [(model.wv.index_to_key[row], float(probability[row])) for row in best]


def _row_of(model: Word2Vec, word: Hashable) -> int | None:
    """The row of a key, or of a row number; None where there is none."""
    try:
        row = model.wv.key_to_index.get(word)
    except TypeError:
        raise CorpusTypeError(f"words of a context must be hashable, got {word!r}") from None
    is_row = isinstance(word, int | np.integer) and not isinstance(word, bool) and 0 <= word < len(model.wv)
    return int(word) if row is None and is_row else row  # type: ignore[call-overload]

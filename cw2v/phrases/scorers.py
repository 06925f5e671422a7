"""How strongly two words belong together: the scores of phrases.

``a`` and ``b`` are the counts of the two words, ``ab`` that of their pair:

* ``original_scorer``: (ab - min_count) / a / b * V, V the number of entries (Mikolov et al. 2013, arXiv:1310.4546,
  eq. 6, times V as gensim has it);
* ``npmi_scorer``: ln(p_ab / (p_a p_b)) / -ln p_ab, p being shares of the corpus's N words (Bouma 2009, "Normalized
  (pointwise) mutual information in collocation extraction");
* ``word2phrase_scorer``: eq. 6 times N, 0 for words or pairs seen less than min_count times, as in word2phrase.
"""

from __future__ import annotations

import inspect
import math
import numbers
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import ParameterError

__all__ = ["ENGLISH_CONNECTOR_WORDS", "SCORERS", "check_scoring", "npmi_scorer", "original_scorer", "score_arrays",
           "score_name", "word2phrase_scorer"]  # fmt: skip

ENGLISH_CONNECTOR_WORDS = frozenset(
    ["a", "an", "the", "for", "of", "with", "without", "at", "from", "to", "in", "on", "by", "and", "or"]
)
"""English articles, prepositions and conjunctions that phrases may have within them, but neither first nor last."""

Scorer = Callable[..., float]
Array = NDArray[Any]

ARGUMENTS = ("worda_count", "wordb_count", "bigram_count", "len_vocab", "min_count", "corpus_word_count")


def original_scorer(
    worda_count: float, wordb_count: float, bigram_count: float, len_vocab: float, min_count: float,
    corpus_word_count: float,
) -> float:  # fmt: skip
    """(bigram_count - min_count) / worda_count / wordb_count * len_vocab; -inf where a word was never seen.

    `corpus_word_count` is not used.

    >>> original_scorer(10, 5, 4, 100, 2, 1000)
    4.0
    """
    if worda_count == 0 or wordb_count == 0:
        return -math.inf
    return (bigram_count - min_count) / worda_count / wordb_count * len_vocab


def npmi_scorer(
    worda_count: float, wordb_count: float, bigram_count: float, len_vocab: float, min_count: float,
    corpus_word_count: float,
) -> float:  # fmt: skip
    """Normalised pointwise mutual information, -1 to 1; -inf where the pair is seen less than `min_count` times.

    1: the words occur together only; 0: as often together as chance has it. `len_vocab` is not used.

    >>> round(npmi_scorer(10, 10, 10, 100, 1, 1000), 12)
    1.0
    """
    if bigram_count < min_count or not 0 < bigram_count < corpus_word_count or not worda_count or not wordb_count:
        return -math.inf
    pa, pb, pab = (count / corpus_word_count for count in (worda_count, wordb_count, bigram_count))
    return math.log(pab / (pa * pb)) / -math.log(pab)


def word2phrase_scorer(
    worda_count: float, wordb_count: float, bigram_count: float, len_vocab: float, min_count: float,
    corpus_word_count: float,
) -> float:  # fmt: skip
    """(bigram_count - min_count) / worda_count / wordb_count * corpus_word_count; 0 where a count is too small.

    A word or a pair seen less than `min_count` times makes no phrase. `len_vocab` is not used.

    >>> word2phrase_scorer(10, 5, 4, 100, 2, 1000)
    40.0
    """
    if min(worda_count, wordb_count, bigram_count) < max(min_count, 1):
        return 0.0
    return (bigram_count - min_count) / worda_count / wordb_count * corpus_word_count


SCORERS: dict[str, Scorer] = {"default": original_scorer, "npmi": npmi_scorer, "word2phrase": word2phrase_scorer}


def check_scoring(scoring: object) -> Scorer:
    """The function that `scoring` names or is.

    Raises
    ------
    ParameterError
        Neither a name of :data:`SCORERS` nor a callable that takes gensim's six arguments by their names.
    """
    if isinstance(scoring, str):
        if scoring not in SCORERS:
            raise ParameterError(f"scoring must be one of {', '.join(map(repr, SCORERS))} or a callable, "
                                 f"got {scoring!r}")  # fmt: skip
        return SCORERS[scoring]
    if not callable(scoring):
        raise ParameterError(f"scoring must be one of {', '.join(map(repr, SCORERS))} or a callable, got {scoring!r}")
    try:
        inspect.signature(scoring).bind(**dict.fromkeys(ARGUMENTS, 1))
    except TypeError as error:
        raise ParameterError(f"scoring must take the arguments {', '.join(ARGUMENTS)} by name: {error}") from None
    except ValueError:  # a function of C that does not say: it will when it is called
        pass
    return scoring


def score_name(scorer: Scorer) -> str | None:
    """The name by which a scorer is built in, or None."""
    return next((name for name, function in SCORERS.items() if function is scorer), None)


def score_arrays(
    scorer: Scorer, a: Array, b: Array, ab: Array, len_vocab: int, min_count: float, n_words: int
) -> NDArray[np.float64]:
    """Score many pairs; the same numbers as from one call each.

    Parameters
    ----------
    scorer : callable
    a, b, ab : ndarray of int64, (n,)
        Counts of the first words, the last words and the pairs.
    len_vocab, min_count, n_words
        As the scorers have them.

    Returns
    -------
    ndarray of float64, (n,)

    Raises
    ------
    ParameterError
        A scorer of the caller's returned something else than a number.
    """
    if scorer is original_scorer:
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = (ab - min_count) / a / b * len_vocab
        return np.where((a == 0) | (b == 0), -math.inf, scores)
    if scorer is word2phrase_scorer:
        enough = np.minimum(np.minimum(a, b), ab) >= max(min_count, 1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(enough, (ab - min_count) / a / b * n_words, 0.0)
    if scorer is npmi_scorer:
        return _npmi(a, b, ab, min_count, n_words)
    scores = np.empty(len(ab))
    for row, counts in enumerate(zip(a.tolist(), b.tolist(), ab.tolist(), strict=True)):
        scores[row] = _call(scorer, *counts, len_vocab, min_count, n_words)
    return scores


def _npmi(a: Array, b: Array, ab: Array, min_count: float, n_words: int) -> NDArray[np.float64]:
    scores = np.full(len(ab), -math.inf)
    fit = np.flatnonzero((ab >= min_count) & (ab > 0) & (ab < n_words) & (a > 0) & (b > 0))
    pa, pb, pab = (counts[fit] / n_words for counts in (a, b, ab))
    scores[fit] = np.log(pab / (pa * pb)) / -np.log(pab)
    return scores


def _call(scorer: Scorer, a: int, b: int, ab: int, len_vocab: int, min_count: float, n_words: int) -> float:
    score = scorer(worda_count=a, wordb_count=b, bigram_count=ab, len_vocab=len_vocab, min_count=min_count,
                   corpus_word_count=n_words)  # fmt: skip
    if not isinstance(score, numbers.Real) and not (isinstance(score, np.ndarray) and score.ndim == 0):
        raise ParameterError(f"scoring must return a number, got {score!r} for counts {a}, {b} and {ab}")
    return float(score)

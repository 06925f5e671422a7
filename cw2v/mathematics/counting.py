"""From text to numbers: words and their ids, windows and pairs, distributions of counts."""

from __future__ import annotations

import math
import numbers
from collections.abc import Hashable, Iterable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from cw2v.errors import CorpusTypeError, ParameterError
from cw2v.mathematics.arrays import F64, as_count, as_vector

__all__ = [
    "keep_probability", "noise_distribution", "number_of_parameters", "skip_gram_pairs", "unigram_distribution",
    "windows", "word_index",
]

Token = TypeVar("Token", bound=Hashable)


def _tokens(sentence: Iterable[Token]) -> list[Token]:
    if isinstance(sentence, str | bytes) or not isinstance(sentence, Iterable):
        raise CorpusTypeError(f"a sentence must be a list of tokens, got {type(sentence).__name__} {sentence!r}"[:150]
                              + "; split text first, e.g. sentence.split()")  # fmt: skip
    return list(sentence)


def read_sentences(sentences: Iterable[Iterable[Token]]) -> list[list[Token]]:
    """All sentences as lists; CorpusTypeError where one is text, or is no sentence."""
    if isinstance(sentences, str | bytes) or not isinstance(sentences, Iterable):
        raise CorpusTypeError(f"sentences must be an iterable of token lists, got {type(sentences).__name__}; split "
                              "text first, e.g. [sentence.split()]")  # fmt: skip
    return [_tokens(sentence) for sentence in sentences]


def word_index(sentences: Iterable[Iterable[Token]]) -> dict[Token, int]:
    """Every different word, matched to an integer from 0 in the order of first appearance (document 001, note 1).

    Parameters
    ----------
    sentences : iterable of sentences
        A sentence is an iterable of hashable tokens.

    Returns
    -------
    dict
        Word to integer; its length is V.

    Raises
    ------
    CorpusTypeError
        A sentence is text that was not split, or cannot be iterated; a token is not hashable.

    Examples
    --------
    >>> word_index([["all", "is", "well"], ["that", "ends", "well"]])
    {'all': 0, 'is': 1, 'well': 2, 'that': 3, 'ends': 4}
    """
    index: dict[Token, int] = {}
    for sentence in read_sentences(sentences):
        for word in sentence:
            try:
                index.setdefault(word, len(index))
            except TypeError:
                raise CorpusTypeError(f"a token must be hashable, a str or an int, got {word!r}"[:150]) from None
    return index


def _sides(window: Any) -> tuple[int, int]:
    if isinstance(window, tuple | list) and len(window) == 2:
        left, right = (as_count("window", side, 0) for side in window)
        if left == right == 0:
            raise ParameterError("window must reach at least one word to one side, got (0, 0)")
        return left, right
    side = as_count("window", window)
    return side, side


def windows(sentence: Iterable[Token], window: int | tuple[int, int]) -> list[tuple[Token, list[Token]]]:
    """Every word of a sentence with the words around it (documents 000 to 004).

    Parameters
    ----------
    sentence : iterable of tokens
        T words, or their ids.
    window : int or (int, int)
        m, how many words are context on either side, at least 1; or so many before and behind. Fewer at the sentence's
        ends: windows are cut, not filled.

    Returns
    -------
    list of (centre, contexts)
        T rows; contexts in the order of the text. That of the only word of a sentence is empty.

    Raises
    ------
    CorpusTypeError
        `sentence` is text that was not split.
    ParameterError
        `window` is out of range.

    Examples
    --------
    >>> windows("turning into banking crises as".split(), 2)[2]
    ('banking', ['turning', 'into', 'crises', 'as'])
    """
    words, (left, right) = _tokens(sentence), _sides(window)
    return [
        (centre, [*words[max(t - left, 0) : t], *words[t + 1 : t + 1 + right]]) for t, centre in enumerate(words)
    ]


def skip_gram_pairs(
    sentences: Iterable[Iterable[Token]], window: int | tuple[int, int]
) -> list[tuple[Token, Token]]:
    """All (centre, outside) pairs of a corpus, sentence by sentence; parameters and errors as of :func:`windows`.

    ``Word2Vec.train_pairs`` trains them.

    >>> skip_gram_pairs([["all", "is", "well"]], 1)
    [('all', 'is'), ('is', 'all'), ('is', 'well'), ('well', 'is')]
    """
    read = read_sentences(sentences)
    return [(centre, word) for s in read for centre, around in windows(s, window) for word in around]


def number_of_parameters(n_words: int, vector_size: int) -> int:
    """2 V d: two vectors for each word, one as a centre and one as an outside word (documents 000 and 002).

    Raises
    ------
    ParameterError
        A number is below 1.

    Examples
    --------
    >>> number_of_parameters(9, 100)
    1800
    """
    return 2 * as_count("n_words", n_words) * as_count("vector_size", vector_size)


def noise_distribution(counts: ArrayLike, exponent: float = 0.75) -> F64:
    """Probability of each word as noise, count ** exponent / sum  ([2] section 2.2; document 004).

    Parameters
    ----------
    counts : array_like (V,)
        How often each word was seen, at least 0; a word never seen is never drawn.
    exponent : float, default 0.75
        1 gives the words their own shares, 0 the same share to all.

    Returns
    -------
    ndarray of float64 (V,)
        Sums to 1.

    Raises
    ------
    ParameterError
        No count is above 0, one is negative, or the exponent is not finite.

    Examples
    --------
    "one cat two cat three cat four cat five cat", of document 004:

    >>> noise_distribution([1, 5, 1, 1, 1, 1]).round(4).tolist()
    [0.1199, 0.4007, 0.1199, 0.1199, 0.1199, 0.1199]
    """
    seen = _counts(counts)
    if not isinstance(exponent, numbers.Real) or not math.isfinite(exponent):
        raise ParameterError(f"exponent must be a finite number, got {exponent!r}")
    weights = np.where(seen > 0, np.power(np.maximum(seen, 1.0), float(exponent)), 0.0)
    return np.asarray(weights / weights.sum())


def unigram_distribution(counts: ArrayLike) -> F64:
    """P(w) = count(w) / number of words: :func:`noise_distribution` with exponent 1 (document 004).

    >>> unigram_distribution([1, 5, 1, 1, 1, 1]).tolist()
    [0.1, 0.5, 0.1, 0.1, 0.1, 0.1]
    """
    return noise_distribution(counts, 1.0)


def keep_probability(counts: ArrayLike, sample: float) -> F64:
    """Probability (V,) that an occurrence is trained: min(1, sqrt(f) + f), f = sample * total / count.

    That is what [4] does; [2] eq. 5 prints only the root. ``sample=0`` keeps everything.

    Raises
    ------
    ParameterError
        No count is above 0, one is negative, or `sample` is negative or not finite.

    Examples
    --------
    >>> keep_probability([900_000, 99_900, 100], 1e-3).round(4).tolist()
    [0.0344, 0.1101, 1.0]
    """
    seen = _counts(counts)
    if not isinstance(sample, numbers.Real) or not 0 <= float(sample) < math.inf:
        raise ParameterError(f"sample must be a finite number of at least 0, got {sample!r}")
    f = float(sample) * seen.sum() / np.maximum(seen, 1.0)
    return np.minimum(1.0, np.sqrt(f) + f) if sample else np.ones(len(seen))


def _counts(counts: ArrayLike) -> F64:
    seen = as_vector("counts", counts)
    if not (seen >= 0).all() or not 0 < seen.sum() < math.inf:
        raise ParameterError(f"counts must be finite numbers of at least 0 and one above it, got {seen.tolist()}"[:150])
    return seen

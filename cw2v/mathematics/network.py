"""word2vec as a neural network: one-hot input, linear hidden layer, softmax output (documents 003 and 004)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from cw2v.mathematics.arrays import F64, as_count, as_matrix, as_rows, as_word_ids
from cw2v.mathematics.counting import windows
from cw2v.mathematics.full_softmax import softmax_log_probability
from cw2v.mathematics.functions import softmax
from cw2v.mathematics.negative import cbow_hidden

__all__ = [
    "Forward", "cbow_forward", "initial_weights", "one_hot", "one_hot_product", "skip_gram_forward", "skip_gram_nll",
]


class Forward(NamedTuple):
    """What the layers of the network hold: `hidden` (D,), `scores` (V,) before the softmax, `output` (V,) after it."""

    hidden: F64
    scores: F64
    output: F64


def one_hot(word: ArrayLike, n_words: int) -> F64:
    """The vector of a word that is 1 at its id and 0 elsewhere (documents 001, 003, 004).

    Parameters
    ----------
    word : int or array_like of int
        k, from 0 to V - 1, or several.
    n_words : int
        V.

    Returns
    -------
    ndarray of float64 (V,) or (..., V)

    Raises
    ------
    ParameterError
        A word id is out of range.

    Examples
    --------
    >>> one_hot(2, 9).astype(int).tolist()
    [0, 0, 1, 0, 0, 0, 0, 0, 0]
    """
    ids = as_word_ids("word", word, as_count("n_words", n_words))
    return np.asarray(ids[..., None] == np.arange(n_words), dtype=np.float64)


def one_hot_product(x: ArrayLike, matrix: ArrayLike) -> F64:
    """x W: what the first layer of the network does. For a one-hot x it is a row of W, bit for bit (document 004).

    Training looks the row up instead, which is the same and costs D instead of V D.

    Parameters
    ----------
    x : array_like (V,) or (n, V)
    matrix : array_like (V, D)
        W, a word's vector a row.

    Returns
    -------
    ndarray of float64 (D,) or (n, D)

    Raises
    ------
    ParameterError
        The shapes do not fit.

    Examples
    --------
    >>> one_hot_product(one_hot(1, 3), [[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]).tolist()
    [0.3, 0.4]
    """
    w = as_matrix("matrix", matrix)
    return np.asarray(as_rows("x", x, len(w)) @ w)


def initial_weights(n_words: int, vector_size: int, seed: int | None = None) -> tuple[F64, F64]:
    """Weights to begin from: small random numbers for the input vectors, zeros for the output vectors.

    Uniform between -1 / D and 1 / D; the very numbers that ``Word2Vec(seed=seed, vector_size=D)`` begins with. Output
    vectors of zero make every word equally probable. [4] begins likewise, with half that range.

    Parameters
    ----------
    n_words, vector_size : int
        V and D, at least 1.
    seed : int, optional
        The same numbers for the same seed; None draws one.

    Returns
    -------
    input, output : ndarray of float64 (V, D)

    Raises
    ------
    ParameterError
        A number is below 1, or the seed below 0.

    Examples
    --------
    >>> input, output = initial_weights(9, 4, seed=1)
    >>> input.shape, bool(abs(input).max() < 1 / 4), bool(output.any())
    ((9, 4), True, False)
    """
    shape = (as_count("n_words", n_words), as_count("vector_size", vector_size))
    generator = np.random.default_rng(seed if seed is None else as_count("seed", seed, 0))
    draws = generator.random(shape, dtype=np.float32)  # in single precision, as the model draws them
    return ((draws * np.float32(2.0) - np.float32(1.0)) / np.float32(vector_size)).astype(np.float64), np.zeros(shape)


def skip_gram_forward(x: ArrayLike, input: ArrayLike, output: ArrayLike) -> Forward:
    """From a one-hot word to the distribution of the words around it (document 003's pictures).

    hidden = x W, the word's vector; scores = U hidden; output = softmax(scores).

    Parameters
    ----------
    x : array_like (V,)
        One-hot, see :func:`one_hot`.
    input, output : array_like (V, D)
        W and U: the vectors of words as centre, and as outside word.

    Returns
    -------
    Forward

    Raises
    ------
    ParameterError
        The shapes do not fit.

    Examples
    --------
    >>> skip_gram_forward(one_hot(0, 2), [[1.0], [2.0]], [[0.0], [np.log(3.0)]]).output.round(4).tolist()
    [0.25, 0.75]
    """
    hidden = one_hot_product(x, input)
    return _forward(as_rows("x W", hidden, len(hidden)), output)


def cbow_forward(contexts: ArrayLike, input: ArrayLike, output: ArrayLike) -> Forward:
    """From the words around a place to the distribution of the word at it (document 004).

    hidden = mean of the contexts' rows of W; scores = W' hidden; output = softmax(scores).

    Parameters
    ----------
    contexts : array_like of int (n,)
        Word ids, n >= 1.
    input, output : array_like (V, D)
        W and W'.

    Returns
    -------
    Forward

    Raises
    ------
    ParameterError
        There is no context, an id is out of range, or the shapes do not fit.

    Examples
    --------
    >>> cbow_forward([0, 1], [[1.0, 0.0], [3.0, 4.0]], [[0.0, 0.0], [0.0, 0.0]]).hidden.tolist()
    [2.0, 2.0]
    """
    w = as_matrix("input", input)
    return _forward(cbow_hidden(w[as_word_ids("contexts", contexts, len(w)).reshape(-1)]), output)


def _forward(hidden: F64, output: ArrayLike) -> Forward:
    scores = as_matrix("output", output, len(hidden)) @ hidden
    return Forward(hidden, scores, softmax(scores))


def skip_gram_nll(
    sentences: Iterable[Sequence[int]], centre_vectors: ArrayLike, outside_vectors: ArrayLike,
    window: int | tuple[int, int],
) -> float:
    """Negative log-likelihood of a corpus, J = -sum_t sum_{0 < |j| <= m} log P(w_t+j | w_t)  (documents 000, 002, 004).

    The words around a centre are taken to be independent of each other, so that the likelihood is the product of the
    pairs' probabilities and its logarithm their sum. Divided by the number of pairs it is the mean loss of a
    prediction, as ``Word2Vec.mean_loss`` gives it.

    Parameters
    ----------
    sentences : iterable of sequences of int
        Sentences as word ids, 0 to V - 1.
    centre_vectors, outside_vectors : array_like (V, D)
        v_w and u_w of all words.
    window : int or (int, int)
        m; see :func:`~cw2v.mathematics.windows`.

    Returns
    -------
    float
        Natural logarithms; 0 for a corpus without pairs.

    Raises
    ------
    ParameterError
        The shapes do not fit, an id or `window` is out of range.

    Examples
    --------
    Before training, with outside vectors of zero, each of the 4 pairs has probability 1 / 3:

    >>> round(skip_gram_nll([[0, 1, 2]], *initial_weights(3, 5), window=1) / float(np.log(3)), 12)
    4.0
    """
    u = as_matrix("outside_vectors", outside_vectors)
    v = as_matrix("centre_vectors", centre_vectors, u.shape[1])
    around: dict[int, list[int]] = {}
    for sentence in sentences:
        ids = as_word_ids("sentences", sentence, min(len(u), len(v))).tolist()
        for centre, contexts in windows(ids, window):
            around.setdefault(centre, []).extend(contexts)
    # By centre, so that no more than V log-probabilities are held at a time.
    sums = [softmax_log_probability(v[centre], u)[words].sum() for centre, words in around.items() if words]
    return float(-np.sum(sums)) + 0.0

"""The full softmax over the vocabulary: skip-gram's and CBOW's probability, loss and gradients.

Names as in the documents: v_c is the vector of the centre word, u_w that of the outside word w, y^ the predicted
distribution and y the true one, one-hot. Vectors are rows here where document 001 has columns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from cw2v.errors import ParameterError
from cw2v.mathematics.arrays import F64, I64, as_matrix, as_rows, as_vector, as_word_id, as_word_ids
from cw2v.mathematics.functions import log_softmax
from cw2v.mathematics.negative import cbow_hidden

__all__ = [
    "cbow_softmax_gradients",
    "cbow_softmax_loss",
    "naive_softmax_gradients",
    "naive_softmax_loss",
    "naive_softmax_outside_gradient",
    "softmax_gradients",
    "softmax_log_probability",
    "softmax_loss",
    "softmax_probability",
]


def softmax_log_probability(context: ArrayLike, rows: ArrayLike) -> F64:
    """Log-probability of every word given every context: x_jo - log sum_i exp(x_ji), x_jo = <context_j, row_o>.

    Parameters, shapes and errors are those of :func:`softmax_probability`.
    """
    r = as_matrix("rows", rows)
    return log_softmax(as_rows("context", context, r.shape[1]) @ r.T)


def softmax_probability(context: ArrayLike, rows: ArrayLike) -> F64:
    """P(o | c) = exp(u_o . v_c) / sum_w exp(u_w . v_c) for every word o  (document 001, eq. 1; [2] eq. 2).

    Parameters
    ----------
    context : array_like (D,) or (n, D)
        One or n vectors v_c: input vectors, or CBOW's hidden layers.
    rows : array_like (V, D)
        Output vectors u_w of all V >= 1 words.

    Returns
    -------
    ndarray of float64 (V,) or (n, V)
        Each row sums to 1; no score is too large.

    Raises
    ------
    ParameterError
        There are no words, or the vectors are of different lengths.

    Examples
    --------
    >>> softmax_probability([1.0, 0.0], [[np.log(6), 5.0], [np.log(3), 7.0], [0.0, 9.0]]).round(4).tolist()
    [0.6, 0.3, 0.1]
    """
    return np.exp(softmax_log_probability(context, rows))


def _predictions(context: ArrayLike, rows: ArrayLike, target: ArrayLike) -> tuple[F64, F64, I64]:
    r = as_matrix("rows", rows)
    c, words = as_matrix("context", context, r.shape[1]), as_word_ids("target", target, len(r))
    if words.shape != (len(c),):
        raise ParameterError(f"target must be one word id for each of {len(c)} contexts, got shape {words.shape}")
    return c, r, words


def softmax_loss(
    context: ArrayLike, rows: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None
) -> float:
    """Loss of n predictions, L = -sum_j weight_j log p_j,target_j: the negative log-likelihood ([1] eq. 1, [2] eq. 1).

    With the n outside words of a window for `target` and n times v_c for `context` this is skip-gram's loss of the
    window: the words around a centre are independent of each other, so their log-probabilities add up (document 000).

    Parameters
    ----------
    context, rows : array_like (n, D), (V, D)
    target : array_like of int (n,)
        The word that each context predicts.
    weight : array_like (n,), optional
        How often each prediction counts; default 1.

    Raises
    ------
    ParameterError
        The shapes do not fit, or a target is no word id.
    """
    c, r, words = _predictions(context, rows, target)
    logs = softmax_log_probability(c, r)[np.arange(len(words)), words]
    return float(-np.sum(logs if weight is None else as_vector("weight", weight, len(words)) * logs))


def softmax_gradients(
    context: ArrayLike, rows: ArrayLike, target: ArrayLike, weight: ArrayLike | None = None
) -> tuple[F64, F64]:
    """Gradients of :func:`softmax_loss` by `context` (n, D) and by `rows` (V, D).

    With g_jo = weight_j (p_jo - [o = target_j]), the derivative by the logit x_jo (Rong 2014, 1411.2738, eq. 8):
    dL/dcontext_j = sum_o g_jo row_o, and dL/drow_o = sum_j g_jo context_j.
    """
    c, r, words = _predictions(context, rows, target)
    g = softmax_probability(c, r)
    g[np.arange(len(words)), words] -= 1.0
    if weight is not None:
        g = g * as_vector("weight", weight, len(words))[:, None]
    return g @ r, g.T @ c


def naive_softmax_loss(centre: ArrayLike, outside: Any, outside_vectors: ArrayLike) -> float:
    """J = -log P(o | c) = -u_o . v_c + log sum_w exp(u_w . v_c)  (document 001, eq. 2 and 4).

    The same as the cross-entropy between the one-hot y and y^ (eq. 3).

    Parameters
    ----------
    centre : array_like (D,)
        v_c, the vector of the centre word.
    outside : int
        o, the word id of the outside word, 0 to V - 1.
    outside_vectors : array_like (V, D)
        U, the outside vectors of all words, a row each.

    Returns
    -------
    float
        Natural logarithms, at least 0.

    Raises
    ------
    ParameterError
        The shapes do not fit, or `outside` is no word id.

    Examples
    --------
    >>> round(naive_softmax_loss([1.0, 0.0], 1, [[np.log(6), 5.0], [np.log(3), 7.0], [0.0, 9.0]]), 4)
    1.204
    >>> round(float(-np.log(0.3)), 4)
    1.204
    """
    return softmax_loss(*_single(centre, outside, outside_vectors))


def naive_softmax_gradients(centre: ArrayLike, outside: Any, outside_vectors: ArrayLike) -> tuple[F64, F64]:
    """Gradients of :func:`naive_softmax_loss` by v_c and by all of U; parameters and errors are its.

    U (y^ - y) by v_c (document 001, eq. 8), and the outer product of y^ - y and v_c by U (documents 000 and 002).

    Returns
    -------
    by_centre, by_outside : ndarray of float64 (D,), (V, D)
        The columns of `by_outside` sum to 0.
    """
    by_context, by_rows = softmax_gradients(*_single(centre, outside, outside_vectors))
    return by_context[0], by_rows


def naive_softmax_outside_gradient(centre: ArrayLike, outside: Any, outside_vectors: ArrayLike, word: Any) -> F64:
    """Gradient of :func:`naive_softmax_loss` by the one outside vector u_w (document 000, "O = W" and "O != W").

    (y^_w - 1) v_c if w = o, else y^_w v_c.

    Parameters
    ----------
    centre, outside, outside_vectors
        As in :func:`naive_softmax_loss`.
    word : int
        w, 0 to V - 1.

    Returns
    -------
    ndarray of float64 (D,)
    """
    context, rows, target = _single(centre, outside, outside_vectors)
    w = as_word_id("word", word, len(rows))
    predicted = softmax_probability(context[0], rows)
    return np.asarray((predicted[w] - (w == target[0])) * context[0])


def _single(centre: ArrayLike, outside: Any, outside_vectors: ArrayLike) -> tuple[F64, F64, I64]:
    rows = as_matrix("outside_vectors", outside_vectors)
    word_id = as_word_id("outside", outside, len(rows))
    return as_vector("centre", centre, rows.shape[1])[None, :], rows, np.array([word_id], dtype=np.int64)


def cbow_softmax_loss(context: ArrayLike, centre: Any, rows: ArrayLike, mean: bool = True) -> float:
    """J = -log P(centre | contexts), the full softmax over h of :func:`~cw2v.mathematics.cbow_hidden` (document 004).

    Parameters
    ----------
    context : array_like (n, D)
        Rows of W of the n >= 1 words around the centre; a word that is there twice is two rows.
    centre : int
        Word id of the centre, 0 to V - 1.
    rows : array_like (V, D)
        W', the output vectors of all words, a row each.
    mean : bool, default True
        h is the contexts' mean; False: their sum.

    Returns
    -------
    float

    Raises
    ------
    ParameterError
        The shapes do not fit, there is no context, or `centre` is no word id.
    """
    return naive_softmax_loss(cbow_hidden(context, mean), centre, rows)


def cbow_softmax_gradients(
    context: ArrayLike, centre: Any, rows: ArrayLike, mean: bool = True
) -> tuple[F64, F64]:
    """Gradients of :func:`cbow_softmax_loss` by each context's row and by all of W'; parameters and errors are its.

    Every context gets 1 / n of the gradient by h, or all of it with ``mean=False`` (Rong 2014, section 1.2).

    Returns
    -------
    by_context, by_rows : ndarray of float64 (n, D), (V, D)
    """
    c = as_matrix("context", context)
    by_hidden, by_rows = naive_softmax_gradients(cbow_hidden(c, mean), centre, rows)
    return np.tile(by_hidden / len(c) if mean else by_hidden, (len(c), 1)), by_rows

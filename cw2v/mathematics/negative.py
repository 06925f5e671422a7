"""Logistic losses: negative sampling, and CBOW with it or with the hierarchical softmax.

Two forms of the same loss: the pair of the texts, a centre vector against its outside word and K noise words; and the
window of the C core (``cw2v_window`` in ``csrc/simd/simd.h``), n contexts against m targets with signs and weights.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from cw2v.errors import ParameterError
from cw2v.mathematics.arrays import F64, as_matrix, as_vector
from cw2v.mathematics.functions import log_sigmoid, sigmoid

__all__ = [
    "cbow_gradients",
    "cbow_hidden",
    "cbow_loss",
    "negative_sampling_gradients",
    "negative_sampling_loss",
    "negative_sampling_pair_gradients",
    "negative_sampling_pair_loss",
]


def negative_sampling_pair_loss(centre: ArrayLike, outside: ArrayLike, noise: ArrayLike) -> float:
    """Loss of a true pair and its K noise words, -log sigmoid(u_o . v_c) - sum_k log sigmoid(-u_k . v_c).

    The objective of document 004 with the sign turned; [2] eq. 4, with the noise words drawn. The work does not depend
    on the size of the vocabulary.

    Parameters
    ----------
    centre : array_like (D,)
        v_c, the vector of the centre word.
    outside : array_like (D,)
        u_o, the vector of the word seen beside it.
    noise : array_like (K, D)
        u_k, the vectors of K >= 1 noise words; a word drawn twice is two rows.

    Returns
    -------
    float
        Natural logarithms, at least 0.

    Raises
    ------
    ParameterError
        The shapes do not fit.

    Examples
    --------
    With vectors at right angles every question is a coin toss:

    >>> round(negative_sampling_pair_loss([1, 0], [0, 1], [[0, 2], [0, 3]]) / float(np.log(2)), 12)
    3.0
    """
    return negative_sampling_loss(*_pair(centre, outside, noise))


def negative_sampling_pair_gradients(
    centre: ArrayLike, outside: ArrayLike, noise: ArrayLike
) -> tuple[F64, F64, F64]:
    """Gradients of :func:`negative_sampling_pair_loss`; parameters and errors are its.

    (sigmoid(u_o . v_c) - 1) u_o + sum_k sigmoid(u_k . v_c) u_k by v_c;  (sigmoid(u_o . v_c) - 1) v_c by u_o;
    sigmoid(u_k . v_c) v_c by u_k.

    Returns
    -------
    by_centre, by_outside, by_noise : ndarray of float64 (D,), (D,), (K, D)
    """
    by_centre, by_target = negative_sampling_gradients(*_pair(centre, outside, noise))
    return by_centre[0], by_target[0], by_target[1:]


def _pair(centre: ArrayLike, outside: ArrayLike, noise: ArrayLike) -> tuple[F64, F64, F64]:
    """The pair as a window: one context, the targets, their signs."""
    v = as_vector("centre", centre)
    targets = np.vstack([as_vector("outside", outside, len(v)), as_matrix("noise", noise, len(v))])
    return v[None, :], targets, np.where(np.arange(len(targets)) == 0, 1.0, -1.0)


def negative_sampling_loss(
    context: ArrayLike, target: ArrayLike, sign: ArrayLike, weight: ArrayLike | None = None
) -> float:
    """Loss of a window, L = -sum_j sum_o weight_jo log sigmoid(sign_o <context_j, target_o>)  ([2] eq. 4, [3] eq. 3).

    Parameters
    ----------
    context : array_like (n, D)
        Input vectors of the words around the centre.
    target : array_like (m, D)
        Output vectors of the centre word and of the noise words.
    sign : array_like (m,)
        +1 for the centre word, -1 for a noise word.
    weight : array_like (n, m), optional
        How often each pair counts; default 1.

    Raises
    ------
    ParameterError
        The shapes do not fit.
    """
    c, t, s = _window(context, target, sign)
    terms = log_sigmoid(s * (c @ t.T))
    return float(-np.sum(terms if weight is None else _of_pairs(weight, terms.shape) * terms))


def negative_sampling_gradients(
    context: ArrayLike, target: ArrayLike, sign: ArrayLike, weight: ArrayLike | None = None
) -> tuple[F64, F64]:
    """Gradients of :func:`negative_sampling_loss` by `context` (n, D) and by `target` (m, D).

    With g_jo = weight_jo sign_o sigmoid(-sign_o x_jo):  dL/dcontext_j = -sum_o g_jo target_o, and
    dL/dtarget_o = -sum_j g_jo context_j, since d/dx log sigmoid(x) = sigmoid(-x).
    """
    c, t, s = _window(context, target, sign)
    g = s * sigmoid(-s * (c @ t.T))
    g = g if weight is None else g * _of_pairs(weight, g.shape)
    return -g @ t, -g.T @ c


def _window(context: ArrayLike, target: ArrayLike, sign: ArrayLike) -> tuple[F64, F64, F64]:
    c = as_matrix("context", context)
    t = as_matrix("target", target, c.shape[1], least=0)  # a word alone in its tree has no path
    return c, t, as_vector("sign", sign, len(t))


def _of_pairs(weight: ArrayLike, shape: tuple[int, ...]) -> F64:
    weights = np.asarray(weight, dtype=np.float64)
    if weights.shape != shape:
        raise ParameterError(f"weight must be a number for each pair, {shape}, got shape {weights.shape}")
    return weights


def cbow_hidden(context: ArrayLike, mean: bool = True) -> F64:
    """CBOW's hidden layer, h = (1 / n) sum_j context_j, or the sum without the factor  ([1] section 3.1).

    Parameters
    ----------
    context : array_like (n, D)
        Input vectors of n >= 1 words around the centre; a word that is there twice is two rows.
    mean : bool, default True

    Returns
    -------
    ndarray of float64 (D,)
        With one context its very row: the projection "just copies" (document 004).

    Raises
    ------
    ParameterError
        There are no contexts.

    Examples
    --------
    >>> cbow_hidden([[1.0, 2.0], [3.0, 6.0]]).tolist()
    [2.0, 4.0]
    """
    c = as_matrix("context", context)
    return np.asarray(c.mean(axis=0) if mean else c.sum(axis=0))


def cbow_loss(
    context: ArrayLike, target: ArrayLike, sign: ArrayLike, mean: bool = True, times: ArrayLike | None = None
) -> float:
    """Loss of a CBOW window, L = -sum_o times_o log sigmoid(sign_o <h, target_o>), h of :func:`cbow_hidden`.

    With a centre and noise words this is negative sampling ([2] eq. 4 with h for the input vector), with the nodes and
    signs of a path the hierarchical softmax (Rong 2014, 1411.2738, section 3).
    :func:`~cw2v.mathematics.cbow_softmax_loss` is the full softmax.

    Parameters
    ----------
    context : array_like (n, D)
        Input vectors of the words around the centre; a word that is there twice is two rows.
    target : array_like (m, D)
    sign, times : array_like (m,)
        `times` is how often each target counts; default 1.

    Raises
    ------
    ParameterError
        The shapes do not fit.
    """
    t = as_matrix("target", target, least=0)
    weight = None if times is None else as_vector("times", times, len(t))[None, :]
    return negative_sampling_loss(cbow_hidden(context, mean)[None, :], t, sign, weight)


def cbow_gradients(
    context: ArrayLike, target: ArrayLike, sign: ArrayLike, mean: bool = True, times: ArrayLike | None = None
) -> tuple[F64, F64]:
    """Gradients of :func:`cbow_loss` by `context` (n, D) and by `target` (m, D).

    dL/dcontext_j = (dL/dh) / n for the mean and dL/dh for the sum, the same for every j (Rong 2014, section 1.2). [4]
    leaves 1 / n out, as Irsoy, Benton and Stratos 2021 (2012.15332) point out.
    """
    c, t = as_matrix("context", context), as_matrix("target", target, least=0)
    weight = None if times is None else as_vector("times", times, len(t))[None, :]
    by_hidden, by_target = negative_sampling_gradients(cbow_hidden(c, mean)[None, :], t, sign, weight)
    share = 1.0 / len(c) if mean else 1.0
    return np.repeat(by_hidden * share, len(c), axis=0), by_target

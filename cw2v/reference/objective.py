"""The objective, its gradients, and the step that follows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "group_contexts",
    "group_targets",
    "log_sigmoid",
    "negative_sampling_gradients",
    "negative_sampling_loss",
    "sigmoid",
    "step",
]

F64 = NDArray[np.float64]

MAX_CONTEXTS = 16  # contexts that are updated together; a larger window is worked through in groups


def sigmoid(x: ArrayLike) -> F64:
    """1 / (1 + exp(-x)) of every element, without overflow: only exp(-abs(x)) is taken."""
    x = np.asarray(x, dtype=np.float64)
    small = np.exp(-np.abs(x))
    return np.asarray(np.where(x >= 0, 1.0, small) / (1.0 + small))


def log_sigmoid(x: ArrayLike) -> F64:
    """log sigmoid(x) = min(x, 0) - log(1 + exp(-abs(x))) of every element, without overflow or cancellation."""
    x = np.asarray(x, dtype=np.float64)
    return np.asarray(np.minimum(x, 0.0) - np.log1p(np.exp(-np.abs(x))))


def negative_sampling_loss(context: F64, target: F64, sign: F64, weight: F64 | None = None) -> float:
    """Loss of a window, L = -sum_j sum_o weight_jo log sigmoid(sign_o <context_j, target_o>)  ([2] eq. 4, [3] eq. 3).

    Parameters
    ----------
    context : (n, D)
        Input vectors of the words around the centre.
    target : (m, D)
        Output vectors of the centre word and of the noise words.
    sign : (m,)
        +1 for the centre word, -1 for a noise word.
    weight : (n, m), optional
        How often each pair counts; default 1.
    """
    terms = log_sigmoid(sign * (context @ target.T))
    return float(-np.sum(terms if weight is None else weight * terms))


def negative_sampling_gradients(
    context: F64, target: F64, sign: F64, weight: F64 | None = None
) -> tuple[F64, F64]:
    """Gradients of :func:`negative_sampling_loss` by `context` (n, D) and by `target` (m, D).

    With g_jo = weight_jo sign_o sigmoid(-sign_o x_jo):  dL/dcontext_j = -sum_o g_jo target_o, and
    dL/dtarget_o = -sum_j g_jo context_j, since d/dx log sigmoid(x) = sigmoid(-x).
    """
    g = sign * sigmoid(-sign * (context @ target.T))
    g = g if weight is None else g * weight
    return -g @ target, -g.T @ context


def step(
    context: ArrayLike, target: ArrayLike, sign: ArrayLike, gain: ArrayLike, weight: ArrayLike | None = None
) -> tuple[F64, F64]:
    """One window, all of it from the values before the step (``cw2v_window`` in ``csrc/simd/simd.h``).

    g_jo = weight_j gain_o sigmoid(-sign_o x_jo);  context_j += sum_o g_jo target_o;  target_o += sum_j g_jo context_j.
    With gain = sign * alpha * (times o was drawn) this is gradient descent on :func:`negative_sampling_loss`; with
    n = 1 it is the update of [4], one pair and its noise.

    Parameters
    ----------
    context, target : (n, D), (m, D)
        Rows distinct within each.
    sign, gain : (m,)
    weight : (n,), optional
        Default 1.

    Returns
    -------
    tuple of float64 arrays (n, D), (m, D)
        The rows after the step; the arguments are left alone.
    """
    c, t = np.asarray(context, dtype=np.float64), np.asarray(target, dtype=np.float64)
    s, a = np.asarray(sign, dtype=np.float64), np.asarray(gain, dtype=np.float64)
    g = a * sigmoid(-s * (c @ t.T))
    if weight is not None:
        g = g * np.asarray(weight, dtype=np.float64)[:, None]
    return c + g @ t, t + g.T @ c


def group_contexts(word_ids: ArrayLike) -> list[tuple[list[int], list[float]]]:
    """Groups of at most 16 distinct contexts and how often each occurs: a group is one step with weights."""
    groups: list[dict[int, float]] = [{}]
    for word_id in np.asarray(word_ids).tolist():
        if word_id not in groups[-1] and len(groups[-1]) == MAX_CONTEXTS:
            groups.append({})
        groups[-1][word_id] = groups[-1].get(word_id, 0.0) + 1.0
    return [(list(group), list(group.values())) for group in groups if group]


def group_targets(centre: int, noise: ArrayLike) -> tuple[list[int], F64]:
    """Distinct targets and sign * times drawn: the centre, then noise; noise equal to the centre is left out [4]."""
    times: dict[int, float] = {}
    for word_id in np.asarray(noise).tolist():
        if word_id != centre:
            times[word_id] = times.get(word_id, 0.0) - 1.0
    return [centre, *times], np.array([1.0, *times.values()])

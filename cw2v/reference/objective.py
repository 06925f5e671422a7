"""The objective, its gradients, and the step that follows them."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = [
    "cbow_gradients",
    "cbow_hidden",
    "cbow_loss",
    "cbow_step",
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


def cbow_hidden(context: F64, mean: bool = True) -> F64:
    """CBOW's hidden layer (D,), h = (1 / n) sum_j context_j, or the sum without the factor  ([1] section 3.1)."""
    return np.asarray(context.mean(axis=0) if mean else context.sum(axis=0))


def cbow_loss(
    context: F64, target: F64, sign: F64, mean: bool = True, times: F64 | None = None
) -> float:
    """Loss of a CBOW window, L = -sum_o times_o log sigmoid(sign_o <h, target_o>), h of :func:`cbow_hidden`.

    With a centre and noise words this is negative sampling ([2] eq. 4 with h for the input vector), with the nodes and
    signs of a path the hierarchical softmax (Rong 2014, 1411.2738, section 3).

    Parameters
    ----------
    context : (n, D)
        Input vectors of the words around the centre; a word that is there twice is two rows.
    target : (m, D)
    sign, times : (m,)
        `times` is how often each target counts; default 1.
    """
    weight = None if times is None else np.asarray(times)[None, :]
    return negative_sampling_loss(cbow_hidden(context, mean)[None, :], target, sign, weight)


def cbow_gradients(
    context: F64, target: F64, sign: F64, mean: bool = True, times: F64 | None = None
) -> tuple[F64, F64]:
    """Gradients of :func:`cbow_loss` by `context` (n, D) and by `target` (m, D).

    dL/dcontext_j = (dL/dh) / n for the mean and dL/dh for the sum, the same for every j (Rong 2014, section 1.2). [4]
    leaves 1 / n out, as Irsoy, Benton and Stratos 2021 (2012.15332) point out.
    """
    weight = None if times is None else np.asarray(times)[None, :]
    by_hidden, by_target = negative_sampling_gradients(cbow_hidden(context, mean)[None, :], target, sign, weight)
    share = 1.0 / len(context) if mean else 1.0
    return np.repeat(by_hidden * share, len(context), axis=0), by_target


def cbow_step(
    context: ArrayLike, objectives: list[tuple[F64, F64, F64]], mean: bool = True, exact: bool = False
) -> tuple[F64, list[F64]]:
    """One CBOW window, all of it from the values before the step: every objective starts from the same hidden layer.

    e = sum of all objectives' sum_o gain_o sigmoid(-sign_o <h, target_o>) target_o;  context_j += e, as [4] has it, or
    e / n with `exact` and `mean`, which with gain = sign alpha times is gradient descent on the sum of
    :func:`cbow_loss`.

    Parameters
    ----------
    context : (n, D)
    objectives : list of (target (m, D), sign (m,), gain (m,))
    mean, exact : bool

    Returns
    -------
    contexts : ndarray (n, D)
        After the step; float64, as is all that is returned.
    targets : list of ndarray (m, D)
        For each objective.
    """
    c = np.asarray(context, dtype=np.float64)
    hidden = cbow_hidden(c, mean)[None, :]
    moved = [step(hidden, target, sign, gain) for target, sign, gain in objectives]
    e = sum((new_hidden - hidden for new_hidden, _ in moved), np.zeros_like(hidden))
    return c + (e / len(c) if exact and mean else e), [target for _, target in moved]


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
    """Groups of 16 contexts and how often each word occurs in them: a group is one step with weights."""
    words = np.asarray(word_ids).tolist()
    groups: list[dict[int, float]] = []
    for place, word_id in enumerate(words):
        if place % MAX_CONTEXTS == 0:
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

"""The step that follows the gradients, and the groups in which the core takes it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.mathematics import cbow_hidden, sigmoid

__all__ = [
    "cbow_step",
    "group_contexts",
    "group_targets",
    "step",
]

F64 = NDArray[np.float64]

MAX_CONTEXTS = 16  # contexts that are updated together; a larger window is worked through in groups


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

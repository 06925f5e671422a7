"""The batches in which the full softmax is trained."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cw2v.mathematics import softmax_gradients, softmax_loss
from cw2v.reference.epoch import Account, Epoch, sample_tokens
from cw2v.reference.objective import MAX_CONTEXTS

__all__ = [
    "Prediction",
    "softmax_batch",
    "softmax_epoch",
    "softmax_pairs",
]

F64 = NDArray[np.float64]

PAIR_BLOCK = 1024  # explicit pairs that a thread takes at a time; no batch goes beyond them


class Prediction(NamedTuple):
    """One prediction: ``hidden * (sum of the input rows of words)`` predicts `target`, counted `weight` times.

    Each of these rows gets ``update * (gradient of that hidden layer)``; a word that is listed twice gets it twice.
    """

    words: list[int]
    target: int
    weight: float = 1.0
    hidden: float = 1.0
    update: float = 1.0


def softmax_batch(input: F64, output: F64, batch: list[Prediction], alpha: float, epoch: Epoch) -> float:
    """Train predictions by one step, all of it from the values before; returns their loss before it.

    row_o -= alpha dL/drow_o, and then, one prediction after the other, input_w -= lock_w update alpha dL/dhidden for
    each of its words (``cw2v_softmax`` in ``csrc/simd/simd.h``). `input` and `output`, float64 (V, D), are changed in
    place.
    """
    hidden = np.array([p.hidden * input[p.words].sum(axis=0) for p in batch])
    target, weight = [p.target for p in batch], [p.weight for p in batch]
    loss = softmax_loss(hidden, output, target, weight)
    by_hidden, by_rows = softmax_gradients(hidden, output, target, weight)
    output -= alpha * by_rows
    for prediction, gradient in zip(batch, by_hidden, strict=True):
        for word_id in prediction.words:
            input[word_id] -= epoch.lock_of(word_id) * prediction.update * alpha * gradient
    return loss


def softmax_epoch(input: F64, output: F64, epoch: Epoch) -> Account:
    """Train `input` and `output`, float64 (V, D), in place, as the core does with one worker.

    With skip-gram every context of a centre predicts it by itself; with CBOW the contexts' mean or sum does, once.
    Predictions wait until there are 16 of them or their sentence's last kept token has been trained; then they are one
    step, at the learning rate of the token that was trained last.
    """
    sample = sample_tokens(epoch)
    sentence = np.searchsorted(epoch.offsets, sample.position, side="right")
    batch: list[Prediction] = []
    n_predictions, loss = 0, 0.0
    for t, (centre, _, before, left, right) in enumerate(zip(*(a.tolist() for a in sample), strict=True)):
        around = [int(sample.kept[j]) for j in range(left, right + 1) if j != t]
        made = [Prediction([word_id], centre) for word_id in around]
        if not epoch.sg and around:
            hidden, update = epoch.cbow_shares(len(around))
            made = [Prediction(around, centre, 1.0, hidden, update)]
        n_predictions += len(made)
        batch += made
        ends = t + 1 == len(sample.kept) or sentence[t + 1] != sentence[t]
        while len(batch) >= MAX_CONTEXTS or (ends and batch):
            loss += softmax_batch(input, output, batch[:MAX_CONTEXTS], epoch.alpha(before), epoch)
            del batch[:MAX_CONTEXTS]
    return Account(len(sample.kept), len(epoch.ids) - len(sample.kept), n_predictions, (0.0, 0.0, loss))


def softmax_pairs(input: F64, output: F64, epoch: Epoch, pairs: list[tuple[int, int, float]]) -> Account:
    """Train explicit (input word, target word, weight) in place: 16 in a step, fewer at the end of 1024 pairs.

    The learning rate is that of the step's last pair, whose place is its position.
    """
    loss = 0.0
    for block in range(0, len(pairs), PAIR_BLOCK):
        end = min(block + PAIR_BLOCK, len(pairs))
        for first in range(block, end, MAX_CONTEXTS):
            last = min(first + MAX_CONTEXTS, end)
            batch = [Prediction([word_id], target, weight) for word_id, target, weight in pairs[first:last]]
            loss += softmax_batch(input, output, batch, epoch.alpha(last - 1), epoch)
    return Account(len(pairs), 0, len(pairs), (0.0, 0.0, loss))

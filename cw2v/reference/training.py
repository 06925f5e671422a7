"""Training token by token: one worker, explicit pairs, and the lanes of deterministic training."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.mathematics import cbow_loss, negative_sampling_loss, path_signs, sigmoid
from cw2v.reference.draws import noise_set, noise_words, random_order, stream_key
from cw2v.reference.epoch import Account, Epoch, Sample, sample_tokens
from cw2v.reference.objective import group_contexts, group_targets, step
from cw2v.reference.softmax import softmax_epoch, softmax_pairs

__all__ = [
    "LANES",
    "LANE_CENTRES",
    "LANE_UPDATES",
    "Training",
    "train_corpus",
    "train_epoch",
    "train_lanes",
    "train_pairs",
]

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

LANES = 8  # logical threads of deterministic training
LANE_CENTRES = 128  # kept tokens that each trains in a round
LANE_UPDATES = 128  # updates of a row in a round whose changes are added up in full

INPUT, OUTPUT, NODES = range(3)


class Targets(NamedTuple):
    """What a centre is predicted against by one objective: rows of a matrix, with sign * times each counts."""

    objective: int  # the place of its loss: 0 negative sampling, 1 hierarchical softmax
    matrix: int
    rows: list[int]
    signed: F64


class Training:
    """An epoch of negative sampling, hierarchical softmax or both, token by token; the full softmax is elsewhere.

    Attributes
    ----------
    matrices : list of float64 (V, D), (V, D), (V - 1, D)
        Input, output, nodes; changed in place.
    updates : list of int64 (V,), (V,), (V - 1,)
        How often each row was asked for to be updated: a context once a step in which its word occurs (with CBOW: once
        an occurrence), a target once a window.
    loss : float64 (3,)
        As in :class:`Account`, before each step.
    pairs : int
    """

    def __init__(
        self, epoch: Epoch, input: F64, output: F64, nodes: F64 | None = None, sample: Sample | None = None
    ) -> None:
        self.epoch, self.sample = epoch, sample_tokens(epoch) if sample is None else sample
        self.matrices = [input, output, input[:0] if nodes is None else nodes]
        self.updates = [np.zeros(len(m), dtype=np.int64) for m in self.matrices]
        self.loss, self.pairs = np.zeros(3), 0
        self._key = stream_key(epoch.seed, epoch.epoch, "noise")

    def account(self, trained: int, subsampled: int) -> Account:
        """The account of what was done so far."""
        return Account(trained, subsampled, self.pairs, (float(self.loss[0]), float(self.loss[1]), 0.0))

    def train(self, t: int) -> None:
        """Kept token t: skip-gram's or CBOW's windows, each objective's step, the path's before the noise's."""
        epoch, sample = self.epoch, self.sample
        centre, position, before, left, right = (int(a[t]) for a in sample)
        places = [j for j in range(left, right + 1) if j != t]
        around, alpha = sample.kept[places].tolist(), epoch.alpha(before)
        self.pairs += len(around) if epoch.sg else bool(around)
        if not around:
            return
        number = noise_set(position, epoch.width) if epoch.shared_negatives else position
        if not epoch.sg:
            self._cbow(around, self._choose(centre, number), alpha)
        elif epoch.shared_negatives:
            for targets in self._choose(centre, number):
                for words, weight in group_contexts(around):
                    self._step(words, weight, targets, alpha)
        else:
            for j, word_id in zip(places, around, strict=True):
                own = position * (2 * epoch.window + 1) + j - t + epoch.window
                self.train_pair(word_id, centre, 1.0, own, alpha)

    def train_pair(self, word_id: int, target: int, weight: float, number: int, alpha: float) -> None:
        """One context, `word_id`, predicts `target` against noise of its own, counted `weight` times."""
        for targets in self._choose(target, number):
            self._step([word_id], [weight], targets, alpha)

    def _choose(self, centre: int, number: int) -> list[Targets]:
        found, epoch = [], self.epoch
        if epoch.paths is not None:
            node, code = epoch.paths.of(centre)
            if len(node):
                found.append(Targets(1, NODES, node.tolist(), path_signs(code)))
        if epoch.negative:
            noise = noise_words(epoch.noise, self._key, number, epoch.negative)
            found.append(Targets(0, OUTPUT, *group_targets(centre, noise)))
        for targets in found:
            self.updates[targets.matrix][targets.rows] += 1
        return found

    def _step(self, words: list[int], weight: list[float], targets: Targets, alpha: float) -> None:
        input, matrix = self.matrices[INPUT], self.matrices[targets.matrix]
        old, target, sign = input[words], matrix[targets.rows], np.sign(targets.signed)
        times = np.outer(weight, np.abs(targets.signed))
        self.loss[targets.objective] += negative_sampling_loss(old, target, sign, times)
        stepped, matrix[targets.rows] = step(old, target, sign, alpha * targets.signed, weight)
        input[words] = old + self.epoch.lock_of(words)[:, None] * (stepped - old)
        self.updates[INPUT][words] += 1

    def _cbow(self, around: list[int], objectives: list[Targets], alpha: float) -> None:
        input, epoch = self.matrices[INPUT], self.epoch
        context = input[around]
        share, update = epoch.cbow_shares(len(around))
        hidden, change = share * context.sum(axis=0), np.zeros(context.shape[1])
        for targets in objectives:
            matrix, sign = self.matrices[targets.matrix], np.sign(targets.signed)
            target = matrix[targets.rows]
            self.loss[targets.objective] += cbow_loss(context, target, sign, epoch.cbow_mean, np.abs(targets.signed))
            g = alpha * targets.signed * sigmoid(-sign * (target @ hidden))
            change += g @ target
            matrix[targets.rows] = target + np.outer(g, hidden)
        np.add.at(input, around, update * epoch.lock_of(around)[:, None] * change)  # twice there, moved twice
        np.add.at(self.updates[INPUT], around, 1)


def train_corpus(input: F64, output: F64, epoch: Epoch, nodes: F64 | None = None) -> Account:
    """Train input, output (V, D) and nodes (V - 1, D), float64, in place over the corpus, as one worker does.

    With `shared_negatives`, skip-gram's contexts are stepped together, and CBOW's hidden layer, against the noise set
    that the centre shares (:func:`noise_set`). Without, every prediction has a set of its own, as in [4]: skip-gram's
    context number position * (2 window + 1) + distance + window, CBOW's centre number position.
    """
    if epoch.softmax:
        return softmax_epoch(input, output, epoch)
    training = Training(epoch, input, output, nodes)
    n_kept = len(training.sample.kept)
    for t in range(n_kept):
        training.train(t)
    return training.account(n_kept, len(epoch.ids) - n_kept)


def train_epoch(input: F64, output: F64, epoch: Epoch, nodes: F64 | None = None) -> tuple[int, int]:
    """:func:`train_corpus`, of whose account only (trained, sub-sampled) is returned."""
    return train_corpus(input, output, epoch, nodes)[:2]


def train_pairs(
    input: F64, output: F64, epoch: Epoch, words: ArrayLike, targets: ArrayLike, weight: ArrayLike | None = None,
    nodes: F64 | None = None,
) -> Account:
    """Train explicit pairs in place: ``words[i]`` predicts ``targets[i]``, counted ``weight[i]`` times (default once).

    Pair i is a window of one context, with noise set number i, at the learning rate of position i; the epoch's corpus
    and architecture are not used.
    """
    inputs, predicted = np.asarray(words).tolist(), np.asarray(targets).tolist()
    weights = np.ones(len(inputs)).tolist() if weight is None else np.asarray(weight, dtype=np.float64).tolist()
    pairs = list(zip(inputs, predicted, weights, strict=True))
    if epoch.softmax:
        return softmax_pairs(input, output, epoch, pairs)
    training = Training(epoch, input, output, nodes)
    for i, (word_id, target, count) in enumerate(pairs):
        training.train_pair(word_id, target, count, i, epoch.alpha(i))
    return Account(len(pairs), 0, len(pairs), training.account(0, 0).loss)


def _merge(shared: list[F64], lanes: list[Training], epoch: Epoch) -> None:
    """Every row takes up its copies' changes: row += share * sum_lane (copy_lane - row)."""
    for i, matrix in enumerate(shared):
        # One update of an output row may be that of a whole window's contexts.
        by_window = i == 1 and epoch.sg and epoch.shared_negatives
        limit = max(LANE_UPDATES // epoch.width, 1) if by_window else LANE_UPDATES
        updates = np.stack([lane.updates[i] for lane in lanes])
        n_copies, n_updates = (updates > 0).sum(axis=0), updates.sum(axis=0)
        share = np.minimum(limit / np.maximum(n_updates, 1), 1.0)
        share = np.maximum(share, 1.0 / np.maximum(n_copies, 1))
        matrix += share[:, None] * np.sum([lane.matrices[i] - matrix for lane in lanes], axis=0)


def train_lanes(
    input: F64, output: F64, epoch: Epoch, blocks: ArrayLike, nodes: F64 | None = None
) -> tuple[Account, list[Account]]:
    """Deterministic training in place (``csrc/train/lanes.h``); returns the sum of the lanes' accounts, and these.

    Lane l trains the blocks in the places l, l + 8, l + 16, ... of their order, of which block b is the sentences
    ``blocks[b] .. blocks[b + 1]``; a generation is one block of each lane. In a round every lane trains up to 128 kept
    tokens of its block on a copy of the matrices as they were before the round, and then, with u the updates that a row
    got in the round from all lanes and c the lanes that updated it,

        row += share * sum_lane (copy_lane - row),    share = max(min(1, 128 / u), 1 / c)

    where an update of an output row by all contexts of a window at once counts as many as the window has on both sides.
    """
    shared = [input, output, input[:0] if nodes is None else nodes]
    sample = sample_tokens(epoch)
    lanes = [Training(epoch, input, output, nodes, sample) for _ in range(LANES)]
    trained, subsampled = np.zeros(LANES, dtype=np.int64), np.zeros(LANES, dtype=np.int64)
    lengths = np.diff(epoch.offsets[np.asarray(blocks)])
    if epoch.shuffle:
        lengths = lengths[random_order(stream_key(epoch.seed, epoch.epoch, "order"), len(lengths))]
    before = np.concatenate([[0], np.cumsum(lengths)])
    kept = np.searchsorted(sample.before, before)
    for first in range(0, len(lengths), LANES):
        spans = list(zip(kept[first : first + LANES], kept[first + 1 : first + LANES + 1], strict=False))
        for i, (begin, end) in enumerate(spans):
            trained[i] += end - begin
            subsampled[i] += lengths[first + i] - (end - begin)
        for done in range(0, max(end - begin for begin, end in spans), LANE_CENTRES):
            for lane, (begin, end) in zip(lanes, spans, strict=False):
                lane.matrices = [matrix.copy() for matrix in shared]
                lane.updates = [np.zeros(len(matrix), dtype=np.int64) for matrix in shared]
                for t in range(begin + done, min(begin + done + LANE_CENTRES, end)):
                    lane.train(t)
            _merge(shared, lanes[: len(spans)], epoch)
    accounts = [lane.account(int(trained[i]), int(subsampled[i])) for i, lane in enumerate(lanes)]
    pairs, loss = sum(a.pairs for a in accounts), np.sum([a.loss for a in accounts], axis=0)
    total = Account(int(trained.sum()), int(subsampled.sum()), pairs, (float(loss[0]), float(loss[1]), 0.0))
    return total, accounts

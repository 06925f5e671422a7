"""The Huffman tree of a vocabulary, and the hierarchical softmax over it.

The softmax over V words is replaced by the product of the two-way choices, some log2 V, on the way from the root of a
binary tree to the word: Morin and Bengio 2005 (Hierarchical probabilistic neural network language model). Here it is
the Huffman tree of the counts, so that frequent words have short ways: [1] section 2.1, [2] section 2.1; Rong 2014
(word2vec parameter learning explained, 1411.2738) section 3.1 derives the gradients. Inner nodes are numbered from the
root, 0, by falling count, as ``csrc/model/huffman.h`` has it.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v.errors import ParameterError
from cw2v.mathematics.arrays import F64, I64, as_matrix, as_vector
from cw2v.mathematics.functions import log_sigmoid
from cw2v.mathematics.negative import negative_sampling_gradients, negative_sampling_loss

__all__ = [
    "Paths",
    "hierarchical_softmax_gradients",
    "hierarchical_softmax_loss",
    "huffman_paths",
    "huffman_total",
    "path_signs",
    "tree_log_probabilities",
]


class Paths(NamedTuple):
    """Paths of V words: `node` and `code`, root first, of word w are at ``begin[w]:begin[w + 1]``.

    `begin` int64 (V + 1,), `node` int32 (begin[V],) in 0 .. V - 2, `code` uint8 (begin[V],): 0 turns to the lighter
    half.
    """

    begin: I64
    node: NDArray[np.int32]
    code: NDArray[np.uint8]

    def of(self, word_id: int) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
        """Inner nodes and code of one word, root first."""
        part = slice(int(self.begin[word_id]), int(self.begin[word_id + 1]))
        return self.node[part], self.code[part]


def huffman_total(counts: ArrayLike) -> int:
    """The smallest sum of count * code length that a prefix-free binary code can have (Huffman 1952).

    It is the sum of the counts of all inner nodes, each the sum of the two lightest trees when it was made. Counts are
    integers of any size; a single word needs no bit.
    """
    heap = [int(c) for c in np.asarray(counts).tolist()]
    heapq.heapify(heap)
    total = 0
    while len(heap) > 1:
        made = heapq.heappop(heap) + heapq.heappop(heap)
        total += made
        heapq.heappush(heap, made)
    return total


class _Tree(NamedTuple):
    """Part of the tree that is made, by its weight alone."""

    weight: int
    node: int

    def __lt__(self, other: tuple[int, ...]) -> bool:
        return self.weight < other[0]


def huffman_paths(counts: ArrayLike) -> Paths:
    """Paths by merging the two lightest trees until one is left.

    Which of equal weights comes first is what `heapq` makes of a heap that is compared by weight alone, the words in
    their order: so gensim's trees are made. The first of two, the lighter one, gets bit 0. A word that was never seen
    counts as seen once.

    Parameters
    ----------
    counts : array_like of int, (V,)
        Not negative; V >= 1.

    Raises
    ------
    ParameterError
        There are no words, or a count is negative.
    """
    weights = [int(c) for c in np.asarray(counts).tolist()]
    n = len(weights)
    if n == 0 or min(weights) < 0:
        raise ParameterError(f"counts must be at least one count of at least 0, got {weights[:5]}")
    heap = [_Tree(max(weight, 1), word_id) for word_id, weight in enumerate(weights)]
    heapq.heapify(heap)
    above: dict[int, tuple[int, int]] = {}  # tree node to (its parent, bit); inner nodes are n, n + 1, ... as made
    for made in range(n, 2 * n - 1):
        lighter, heavier = heapq.heappop(heap), heapq.heappop(heap)
        above[lighter.node], above[heavier.node] = (made, 0), (made, 1)
        heapq.heappush(heap, _Tree(lighter.weight + heavier.weight, made))
    begin, node, code = [0], [], []
    for word_id in range(n):
        turns, below = [], word_id
        while below in above:
            turns.append(above[below])
            below = above[below][0]
        node += [2 * n - 2 - parent for parent, _ in reversed(turns)]
        code += [bit for _, bit in reversed(turns)]
        begin.append(len(node))
    return Paths(np.array(begin, np.int64), np.array(node, np.int32), np.array(code, np.uint8))


def path_signs(code: ArrayLike) -> F64:
    """+1 for bit 0 and -1 for bit 1: the turn with bit 0 has probability sigmoid(x), as in word2vec.c [4]."""
    return 1.0 - 2.0 * np.asarray(code, dtype=np.float64)


def hierarchical_softmax_loss(
    context: ArrayLike, nodes: ArrayLike, code: ArrayLike, weight: ArrayLike | None = None
) -> float:
    """Loss of a window, L = -sum_j weight_j sum_l log sigmoid(s_l <context_j, node_l>), s_l = 1 - 2 code_l.

    This is -sum_j weight_j log p(word | context_j) under the tree ([2] eq. 3), and the same function as the negative
    sampling loss, with the path's signs.

    Parameters
    ----------
    context : array_like (n, D)
        Input vectors of the words around the centre, or CBOW's hidden layer as one row.
    nodes : array_like (l, D)
        Vectors of the inner nodes on the way to the centre word; none for the only word of a vocabulary.
    code : array_like (l,)
        Its bits.
    weight : array_like (n,), optional
        How often each context counts; default 1.

    Raises
    ------
    ParameterError
        The shapes do not fit.
    """
    signs = path_signs(code)
    return negative_sampling_loss(context, nodes, signs, _of_pairs(weight, len(signs)))


def hierarchical_softmax_gradients(
    context: ArrayLike, nodes: ArrayLike, code: ArrayLike, weight: ArrayLike | None = None
) -> tuple[F64, F64]:
    """Gradients of :func:`hierarchical_softmax_loss` by `context` (n, D) and by `nodes` (l, D).

    As Rong 2014 section 3.1 derives them: dL/dx_jl = weight_j (sigmoid(x_jl) - [code_l = 0]), times node_l for the
    context, times context_j for the node.
    """
    signs = path_signs(code)
    return negative_sampling_gradients(context, nodes, signs, _of_pairs(weight, len(signs)))


def tree_log_probabilities(hidden: ArrayLike, nodes: ArrayLike, paths: Paths) -> F64:
    """Log-probability (V,) of every word: log p(w) = sum_l log sigmoid(s_l <hidden, node_l>) over w's path.

    The probabilities sum to one, since both turns at a node do: sigmoid(x) + sigmoid(-x) = 1.

    Parameters
    ----------
    hidden : array_like (D,)
    nodes : array_like (V - 1, D)
    paths : Paths

    Raises
    ------
    ParameterError
        The shapes do not fit.

    Examples
    --------
    >>> p = np.exp(tree_log_probabilities([1.0, 2.0], [[0.3, -0.2], [0.5, 0.5]], huffman_paths([4, 2, 1])))
    >>> round(float(p.sum()), 12)
    1.0
    """
    h = as_vector("hidden", hidden)
    rows = as_matrix("nodes", nodes, len(h), least=len(paths.begin) - 2)
    terms = log_sigmoid(path_signs(paths.code) * (rows @ h)[paths.node])
    return np.array([terms[b:e].sum() for b, e in zip(paths.begin[:-1], paths.begin[1:], strict=True)])


def _of_pairs(weight: ArrayLike | None, n_targets: int) -> F64 | None:
    return None if weight is None else np.repeat(np.asarray(weight, np.float64)[:, None], n_targets, axis=1)

"""A Huffman tree that gets new words without losing what its inner nodes have learned.

The tree of all counts would be another tree: its nodes would part other words than their vectors were trained to part.
So the new words get a Huffman tree of their own, which is joined to the old one at a single new node. That node takes
the place of a part of the old tree, and has the part on one side and the new words on the other. Every old path stays
as it is, but for one more turn in that part. The part is chosen that makes the code shortest: the words in it get one
bit more, the new ones as many as it is deep, so that rare words join deep down, and frequent ones at the root.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import VocabularyError
from cw2v.train.tables import huffman_paths
from cw2v.vocabulary import Paths

__all__ = ["are_paths", "extended_paths"]

MAX_PATH = 96  # CW2V_MAX_PATH of csrc/model/huffman.h


def extended_paths(paths: Paths, counts: NDArray[np.int64], added: NDArray[np.int64]) -> Paths:
    """The paths of V old words and n new ones behind them.

    In word2vec.c's numbers (V - 2 - node), in which ``syn1`` is kept, old nodes keep theirs, and new ones follow.

    Parameters
    ----------
    paths : (begin, node, code)
        Of the old words; V >= 1.
    counts : ndarray of int64, (V,)
        How often the old words were seen.
    added : ndarray of int64, (n,)
        How often the new ones were.

    Raises
    ------
    VocabularyError
        A path would be longer than the core allows, which many updates that each double the corpus can do.
    """
    if len(added) == 0:
        return paths
    total = int(added.sum())
    new_begin, new_node, new_code = huffman_paths(added)
    word, depth, weight, below = _place(paths, counts, total, int(np.diff(new_begin).max()))
    # In the core's numbers, from the root on, the new nodes come before the old: first the one that joins the trees.
    begin, node, code = paths[0], paths[1] + np.int32(len(added)), paths[2]
    way = slice(int(begin[word]), int(begin[word]) + depth)
    to_old = np.uint8(weight >= total)  # 1: the turn to the more frequent half
    joined = np.repeat(new_begin[:-1], depth + 1)
    new_node = np.insert(new_node + np.int32(1), joined, np.tile(np.append(node[way], np.int32(0)), len(added)))
    new_code = np.insert(new_code, joined, np.tile(np.append(code[way], 1 - to_old), len(added)))
    turns = begin[:-1][below] + depth
    node, code = np.insert(node, turns, np.int32(0)), np.insert(code, turns, to_old)
    lengths = np.concatenate([np.diff(begin) + below, np.diff(new_begin) + depth + 1])
    return (np.concatenate([[0], np.cumsum(lengths)]), np.concatenate([node, new_node]),
            np.concatenate([code, new_code]))  # fmt: skip


def _place(
    paths: Paths, counts: NDArray[np.int64], added: int, height: int
) -> tuple[int, int, int, NDArray[np.bool_]]:
    """The part of the tree that new words are best joined to: a word in it, its depth, its count, who is in it."""
    begin, node, _ = paths
    lengths = np.diff(begin)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    n_nodes = len(lengths) - 1
    word, depth = np.zeros(n_nodes, np.int64), np.zeros(n_nodes, np.int64)
    word[node], depth[node] = owner, np.arange(len(node)) - begin[owner]
    weight = np.bincount(node, weights=counts[owner], minlength=n_nodes)
    is_longest = lengths >= MAX_PATH
    full = np.zeros(n_nodes, bool)
    full[node[is_longest[owner]]] = True
    # A part is an inner node with all below it, or a word.
    word, depth = np.concatenate([word, np.arange(len(lengths))]), np.concatenate([depth, lengths])
    weight, full = np.concatenate([weight, counts]), np.concatenate([full, is_longest])
    possible = np.flatnonzero(~full & (depth + 1 + height <= MAX_PATH))
    if not possible.size:
        raise VocabularyError(f"the Huffman tree cannot take more words: a path would be longer than {MAX_PATH} turns; "
                              "build the vocabulary anew, or train with negative sampling")
    cost = weight[possible] + float(added) * depth[possible]
    best = int(possible[np.lexsort((depth[possible], cost))[0]])
    if best >= n_nodes:
        below = np.arange(len(lengths)) == best - n_nodes
    else:
        below = np.zeros(len(lengths), bool)
        below[owner[node == best]] = True
    return int(word[best]), int(depth[best]), int(weight[best]), below


def are_paths(paths: Paths, n_words: int) -> bool:
    """Whether these are the paths of a binary tree with `n_words` leaves, each inner node having two branches."""
    begin, node, code = paths
    if len(begin) != n_words + 1 or begin[0] != 0 or not begin[-1] == len(node) == len(code) or n_words < 1:
        return False
    lengths = np.diff(begin)
    if lengths.min() < min(n_words - 1, 1) or lengths.max() > MAX_PATH or (code > 1).any():
        return False
    if n_words == 1:
        return len(node) == 0
    if node.min() < 0 or node.max() >= n_words - 1 or (node[begin[:-1]] != node[0]).any():
        return False
    # What each turn leads to: the node after it, or behind a path's end its word, numbered after the nodes.
    target = np.append(node[1:], 0).astype(np.int64)
    target[begin[1:] - 1] = n_words - 1 + np.arange(n_words)
    branch = 2 * node.astype(np.int64) + code
    leads_to = np.full(2 * (n_words - 1), -1)
    leads_to[branch] = target
    parts = np.delete(np.arange(2 * n_words - 1), node[0])  # all but the root
    return bool((leads_to[branch] == target).all() and np.array_equal(np.sort(leads_to), parts))

"""Words by category, and sets with one word that does not belong."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError
from cw2v.evaluate.files import Source, open_lines, read_groups, top_words
from cw2v.query import centrality
from cw2v.query.clusters import kmeans

__all__ = ["GroupScore", "odd_one_out", "purity"]

logger = logging.getLogger("cw2v.evaluate")

Floats = npt.NDArray[np.floating[Any]]

_RESTARTS = 10


class GroupScore(NamedTuple):
    """A share from 0 to 1 of `used` items, out of `total` in the file."""

    score: float
    used: int
    total: int


def purity(
    vectors: Floats, index_to_key: Sequence[Any], source: Source, restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True, seed: int = 1,
) -> GroupScore:
    """Share of words in a cluster whose most frequent category is theirs (Baroni et al. 2014).

    The words are clustered by :func:`cw2v.query.clusters.kmeans`, best of 10, into as many clusters as there are
    categories with known words.

    Parameters
    ----------
    vectors, index_to_key, restrict_vocab, case_insensitive
        As for :func:`cw2v.evaluate.word_analogies`.
    source : path, file or lines
        Lines "word, category" between a tab.
    seed : int, default 1
        Of the clusters.

    Returns
    -------
    GroupScore

    Raises
    ------
    FileFormatError
        Fewer than two categories, in the file or of known words.
    """
    name, groups = read_groups(source, case_insensitive)
    rows, _ = top_words(index_to_key, restrict_vocab, case_insensitive)
    known = [(rows[word], category) for word, category in groups if word in rows]
    categories = {category for _, category in known}
    if len(categories) < 2:
        raise FileFormatError(f"{name}: of {len(groups)} words {len(known)} are known, of {len(categories)} "
                              "categories; 2 are needed")
    labels = kmeans(np.asarray(vectors)[[row for row, _ in known]], len(categories), seed, restarts=_RESTARTS).labels
    members: dict[int, Counter[str]] = {}
    for label, (_, category) in zip(labels.tolist(), known, strict=True):
        members.setdefault(label, Counter())[category] += 1
    most = sum(counter.most_common(1)[0][1] for counter in members.values())
    return GroupScore(most / len(known), len(known), len(groups))


def odd_one_out(
    vectors: Floats, index_to_key: Sequence[Any], source: Source, restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
) -> GroupScore:
    """Share of lines whose last word is farthest from the mean of all, as ``doesnt_match`` finds it.

    Lines are three words or more of which the last does not belong; those with unknown words are left out. Other
    parameters and errors are those of :func:`purity`.
    """
    name, lines = open_lines(source)
    rows, _ = top_words(index_to_key, restrict_vocab, case_insensitive)
    sets: list[list[str]] = []
    for number, line in lines:
        words = (line.upper() if case_insensitive else line).split()
        if len(words) >= 3:
            sets.append(words)
        elif words:
            logger.warning("%s, line %d skipped: at least 3 words expected, got %d", name, number, len(words))
    known = [[rows[word] for word in words] for words in sets if all(word in rows for word in words)]
    if not known:
        raise FileFormatError(f"{name}: none of {len(sets)} sets of words has known words only")
    matrix = np.asarray(vectors)
    right = sum(int(centrality(matrix[members], True).argmin()) == len(members) - 1 for members in known)
    return GroupScore(right / len(known), len(known), len(sets))

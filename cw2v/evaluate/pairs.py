"""Pairs of words with the similarity that people gave them."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError
from cw2v.evaluate.files import Source, read_pairs, top_words
from cw2v.query import CorrelationResult, normalized, pearson, spearman

__all__ = ["log_word_pairs", "word_pairs"]

logger = logging.getLogger("cw2v.evaluate")

Floats = npt.NDArray[np.floating[Any]]


def word_pairs(
    vectors: Floats,
    key_to_index: Mapping[Any, int],
    index_to_key: Sequence[Any],
    path_or_file: Source,
    delimiter: str = "\t",
    encoding: str = "utf8",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> tuple[CorrelationResult, CorrelationResult, float]:
    """Correlate cosine similarities with human scores.

    Parameters
    ----------
    vectors, key_to_index, index_to_key, restrict_vocab, case_insensitive
        As for :func:`word_analogies`.
    path_or_file : path, file or lines
        Lines "word, word, score"; those that start with ``#`` are comments; others are skipped with a
        warning.
    delimiter, encoding : str, default tab and "utf8"
    dummy4unknown : bool, default False
        Give pairs with unknown words the similarity 0. By default they are left out.

    Returns
    -------
    pearson, spearman : CorrelationResult
    oov_ratio : float
        Pairs with unknown words, in percent of all pairs.

    Raises
    ------
    FileFormatError
        Fewer than two pairs of known words.
    """
    name, pairs = read_pairs(path_or_file, delimiter, encoding, case_insensitive)
    rows, _ = top_words(index_to_key, restrict_vocab, case_insensitive)
    known = np.array([one in rows and two in rows for one, two, _ in pairs], bool)
    used = np.ones(len(pairs), bool) if dummy4unknown else known
    if used.sum() < 2:
        raise FileFormatError(f"{name}: of {len(pairs)} pairs {used.sum()} have both words among the first "
                              f"{len(rows)}; a correlation needs 2")
    places = [(rows[one], rows[two]) for (one, two, _), both in zip(pairs, known, strict=True) if both]
    left, right = (normalized(np.asarray(vectors)[side].astype(np.float64))
                   for side in np.array(places, np.intp).reshape(-1, 2).T)
    similarities = np.zeros(len(pairs))
    similarities[known] = np.einsum("ij,ij->i", left, right)
    x, y = similarities[used], np.array([score for _, _, score in pairs])[used]
    return pearson(x, y), spearman(x, y), 100.0 * float((~known).sum()) / len(pairs)


def log_word_pairs(pearson: CorrelationResult, spearman: CorrelationResult, oov: float, pairs: Source) -> None:
    """Log the results of :func:`word_pairs`."""
    logger.info("Pearson correlation coefficient against %s: %.4f", pairs, pearson[0])
    logger.info("Spearman rank-order correlation coefficient against %s: %.4f", pairs, spearman[0])
    logger.info("Pairs with unknown words ratio: %.1f%%", oov)

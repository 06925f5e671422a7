"""All scores of some vectors, for one table."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple, Protocol

import numpy.typing as npt

from cw2v.errors import FileFormatError
from cw2v.evaluate.analogies import word_analogies
from cw2v.evaluate.files import Source, open_lines, read_groups, read_pairs, read_questions
from cw2v.evaluate.groups import GroupScore, odd_one_out, purity
from cw2v.evaluate.intervals import fisher, wilson
from cw2v.evaluate.pairs import word_pairs

__all__ = ["ReportRow", "Vectors", "report"]

logger = logging.getLogger("cw2v.evaluate")


class ReportRow(NamedTuple):
    """A line of :func:`report`.

    File, what was judged ("pairs", "analogies", "analogies, multiplied", "categories" or "odd words"), score up to 1,
    items used and in the file, and the 95% confidence interval of the score.
    """

    name: str
    kind: str
    score: float
    used: int
    total: int
    low: float = math.nan
    high: float = math.nan


class Vectors(Protocol):
    """What :func:`report` needs of KeyedVectors."""

    vectors: npt.NDArray[Any]
    key_to_index: dict[Any, int]
    index_to_key: list[Any]


def report(
    kv: Vectors, analogies: Source | None = None, pairs: Iterable[Source] = (),
    restrict_vocab: int | None = 300_000, *, multiply: bool = False, categories: Iterable[Source] = (),
    odd: Iterable[Source] = (),
) -> list[ReportRow]:
    """Judge vectors by several files, for a table: a row for each of them.

    Parameters
    ----------
    kv : KeyedVectors
    analogies : source, optional
        For :func:`word_analogies`, scored by the share of right answers; with `multiply` a second row by 3CosMul.
    pairs : sources
        For :func:`word_pairs`, scored by Spearman's correlation, -1 to 1.
    categories, odd : sources
        For :func:`purity` and :func:`odd_one_out`.
    restrict_vocab : int or None, default 300000

    Returns
    -------
    list of ReportRow
        Shares have Wilson's interval, correlations Fisher's. A source whose words are unknown gets the score NaN.

    Raises
    ------
    FileFormatError
        A source without a single item.
    """
    table = [_pairs_row(kv, source, restrict_vocab) for source in pairs]
    if analogies is not None:
        table += _analogy_rows(kv, analogies, restrict_vocab, multiply)
    for kind, sources, judge in (("categories", categories, purity), ("odd words", odd, odd_one_out)):
        table += [_group_row(kv, kind, source, judge, restrict_vocab) for source in sources]
    return table


def _pairs_row(kv: Vectors, source: Source, restrict_vocab: int | None) -> ReportRow:
    name, items = read_pairs(source, "\t", "utf8", True)
    lines = [f"{one}\t{two}\t{score!r}" for one, two, score in items]
    try:
        _, rank, oov = word_pairs(kv.vectors, kv.key_to_index, _keys(kv), lines, restrict_vocab=restrict_vocab)
        score, used = rank.statistic, len(items) - round(oov * len(items) / 100)
    except FileFormatError:  # the file is well-formed, as was just seen: its words are unknown
        logger.warning("%s: fewer than 2 of %d pairs have known words", name, len(items))
        score, used = math.nan, 0
    return ReportRow(os.path.basename(name), "pairs", score, used, len(items), *fisher(score, used))


def _analogy_rows(kv: Vectors, source: Source, restrict_vocab: int | None, multiply: bool) -> list[ReportRow]:
    name, sections = read_questions(source, True)
    lines = [line for title, asked in sections for line in (f": {title}", *map(" ".join, asked))]
    total = sum(len(asked) for _, asked in sections)
    rows = []
    asked_by = [("analogies", "most_similar"), ("analogies, multiplied", "most_similar_cosmul")]
    for kind, function in asked_by[: 1 + multiply]:
        accuracy, judged = word_analogies(kv.vectors, kv.key_to_index, _keys(kv), lines, restrict_vocab,
                                          similarity_function=function)
        right, wrong = (len(judged[-1][which]) for which in ("correct", "incorrect"))
        score = accuracy if right + wrong else math.nan
        interval = wilson(right, right + wrong)
        rows.append(ReportRow(os.path.basename(name), kind, score, right + wrong, total, *interval))
    return rows


def _group_row(
    kv: Vectors, kind: str, source: Source, judge: Callable[..., GroupScore], restrict_vocab: int | None
) -> ReportRow:
    name, lines = open_lines(source)
    text = [line for _, line in lines]
    if judge is purity:
        read_groups(text, True)
    try:
        score, used, total = judge(kv.vectors, _keys(kv), text, restrict_vocab)
    except FileFormatError as error:
        if not any(line.split() for line in text):
            raise FileFormatError(f"{name}: the file is empty") from None
        logger.warning("%s: %s", name, error)
        score, used, total = math.nan, 0, len(text)
    interval = wilson(round(score * used) if used else 0, used)
    return ReportRow(os.path.basename(name), kind, score, used, total, *interval)


def _keys(kv: Vectors) -> list[Any]:
    return kv.index_to_key[: len(kv.key_to_index)]

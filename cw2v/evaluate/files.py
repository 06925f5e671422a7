"""Reading files of questions, and which words of the vectors are used."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError, ParameterError

__all__ = ["Questions", "Rows", "Source", "open_lines", "read_groups", "read_pairs", "read_questions", "top_words"]

logger = logging.getLogger("cw2v.evaluate")

Rows = npt.NDArray[np.intp]
Source = str | os.PathLike[str] | Iterable[str | bytes]
Questions = list[tuple[str, list[tuple[str, ...]]]]  # titles with their questions


def open_lines(source: Source, encoding: str = "utf8") -> tuple[str, Iterator[tuple[int, str]]]:
    """Name of `source` and its stripped lines with their numbers, from 1."""
    if isinstance(source, str | os.PathLike):
        name = os.fspath(source)
        with open(source, "rb") as file:
            lines: list[str | bytes] = list(file)
    else:
        name, lines = str(getattr(source, "name", "<lines>")), list(source)

    def decoded() -> Iterator[tuple[int, str]]:
        for number, line in enumerate(lines, 1):
            try:
                yield number, (line.decode(encoding) if isinstance(line, bytes) else line).strip("\r\n")
            except UnicodeDecodeError as error:
                raise FileFormatError(f"{name}, line {number}: not {encoding}: {error.reason}") from None

    return name, decoded()


def top_words(
    index_to_key: Sequence[Any], restrict_vocab: int | None, case_insensitive: bool
) -> tuple[dict[Any, int], Rows]:
    """The words in use with their rows, and for each row that of the first word spelled the same."""
    if restrict_vocab is not None and restrict_vocab < 1:
        raise ParameterError(f"restrict_vocab must be at least 1 or None, got {restrict_vocab}")
    rows: dict[Any, int] = {}
    first = []
    for row, key in enumerate(index_to_key[:restrict_vocab]):
        word = key.upper() if case_insensitive and isinstance(key, str) else key
        first.append(rows.setdefault(word, row))
    return rows, np.array(first, np.intp)


def read_questions(source: Source, case_insensitive: bool) -> tuple[str, Questions]:
    """Name of the file, and its sections with their questions."""
    name, lines = open_lines(source)
    sections: Questions = []
    for number, line in lines:
        words = tuple((line.upper() if case_insensitive else line).split())
        if line.startswith(":"):
            sections.append((line[1:].strip(), []))
        elif len(words) != 4:
            if words:
                logger.warning("%s, line %d skipped: 4 words expected, got %d", name, number, len(words))
        elif not sections:
            raise FileFormatError(f"{name}, line {number}: questions need a ': section' line before them")
        else:
            sections[-1][1].append(words)
    if not any(questions for _, questions in sections):
        raise FileFormatError(f"{name}: no analogy question; expected ': section' and 'A B C D' lines")
    return name, sections


def read_pairs(
    source: Source, delimiter: str, encoding: str, case_insensitive: bool
) -> tuple[str, list[tuple[str, str, float]]]:
    name, lines = open_lines(source, encoding)
    pairs: list[tuple[str, str, float]] = []
    for number, line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        try:
            one, two, score = (line.upper() if case_insensitive else line).split(delimiter)
            if not math.isfinite(float(score)):
                raise ValueError(score)
            pairs.append((one.strip(), two.strip(), float(score)))
        except ValueError:
            logger.warning("%s, line %d skipped: expected two words and a score", name, number)
    if not pairs:
        raise FileFormatError(f"{name}: no line with two words and a score, separated by {delimiter!r}")
    return name, pairs


def read_groups(source: Source, case_insensitive: bool) -> tuple[str, list[tuple[str, str]]]:
    """Name of a file, and its words with their categories: lines "word, category" between tabs."""
    name, lines = open_lines(source)
    groups: list[tuple[str, str]] = []
    for number, line in lines:
        if not line.strip() or line.startswith("#"):
            continue
        parts = [part.strip() for part in line.split("\t")]
        if len(parts) != 2 or not all(parts):
            logger.warning("%s, line %d skipped: expected a word and its category between a tab", name, number)
            continue
        groups.append((parts[0].upper() if case_insensitive else parts[0], parts[1]))
    if len({category for _, category in groups}) < 2:
        raise FileFormatError(f"{name}: words of at least two categories are needed, as 'word<TAB>category' lines")
    return name, groups

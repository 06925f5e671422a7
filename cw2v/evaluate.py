"""Judging vectors: analogy questions and human similarity scores. Nothing here stores or changes vectors."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from cw2v.errors import FileFormatError, ParameterError
from cw2v.query import COSMUL_EPSILON, CorrelationResult, normalized, pearson, spearman

__all__ = ["CorrelationResult", "ReportRow", "report", "word_analogies", "word_pairs"]

logger = logging.getLogger(__name__)

Floats = npt.NDArray[np.floating[Any]]
Rows = npt.NDArray[np.intp]
Source = str | os.PathLike[str] | Iterable[str | bytes]
Section = dict[str, Any]
Questions = list[tuple[str, list[tuple[str, ...]]]]  # titles with their questions

_SCORES_AT_ONCE = 16_000_000  # 64 MB of float32: a few hundred questions, which keeps the product fast
_CANDIDATES = 5  # answers looked at; those that merely spell a question word otherwise are passed over


class ReportRow(NamedTuple):
    """A line of :func:`report`: file, "analogies" or "pairs", score up to 1, items used and in the file."""

    name: str
    kind: str
    score: float
    used: int
    total: int


class Vectors(Protocol):
    """What :func:`report` needs of KeyedVectors."""

    vectors: npt.NDArray[Any]
    key_to_index: dict[Any, int]
    index_to_key: list[Any]


def _open(source: Source, encoding: str = "utf8") -> tuple[str, Iterator[tuple[int, str]]]:
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


def _top_words(
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


def _read_questions(source: Source, case_insensitive: bool) -> tuple[str, Questions]:
    """Name of the file, and its sections with their questions."""
    name, lines = _open(source)
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


def word_analogies(
    vectors: Floats,
    key_to_index: Mapping[Any, int],
    index_to_key: Sequence[Any],
    path_or_file: Source,
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
    similarity_function: str = "most_similar",
) -> tuple[float, list[Section]]:
    """Answer "A is to B as C is to ?" and compare with D, as gensim does, many questions at a time.

    The answer is the most similar word among the first `restrict_vocab` that is none of A, B and C.

    Parameters
    ----------
    vectors : ndarray of float (V, D)
    key_to_index, index_to_key : mapping, sequence
        V keys, the most frequent first. Only the second is read: it has the order.
    path_or_file : path, file or lines
        ``: section`` lines and lines of four words. Other lines are skipped with a warning.
    restrict_vocab : int or None, default 300000
        Use only the first words, as questions and as answers.
    case_insensitive : bool, default True
        Compare in upper case; of words that become equal, the first is used.
    dummy4unknown : bool, default False
        Count questions with unknown words as wrong. By default they are left out.
    similarity_function : {"most_similar", "most_similar_cosmul"}
        Add and subtract, or multiply and divide, cosines.

    Returns
    -------
    accuracy : float, 0 to 1; 0 when no question could be asked
    sections : list of dict
        ``section``, and its questions as tuples in ``correct`` and ``incorrect``; last "Total accuracy".

    Raises
    ------
    FileFormatError
        No question in the file, a question before any section, or not UTF-8.
    ParameterError
        An argument out of its range.
    """
    if similarity_function not in ("most_similar", "most_similar_cosmul"):
        raise ParameterError("similarity_function must be 'most_similar' or 'most_similar_cosmul', "
                             f"got {similarity_function!r}")
    name, sections = _read_questions(path_or_file, case_insensitive)
    rows, first = _top_words(index_to_key, restrict_vocab, case_insensitive)
    known = [q for _, questions in sections for q in questions if all(word in rows for word in q)]
    asked = np.array([[rows[word] for word in q] for q in known], np.intp).reshape(-1, 4)
    unit = normalized(np.asarray(vectors)[: len(first)])
    multiply = similarity_function == "most_similar_cosmul"
    right = dict(zip(known, _answer(unit, first, asked, multiply), strict=True))
    total: Section = {"section": "Total accuracy", "correct": [], "incorrect": []}
    judged: list[Section] = []
    for title, questions in sections:
        section: Section = {"section": title, "correct": [], "incorrect": []}
        for question in questions:
            if question in right or dummy4unknown:
                section["correct" if right.get(question) else "incorrect"].append(question)
        judged.append(section)
        total["correct"] += section["correct"]
        total["incorrect"] += section["incorrect"]
    count = len(total["correct"]) + len(total["incorrect"])
    if not known:
        logger.warning("%s: every question has an unknown word", name)
    return (len(total["correct"]) / count if count else 0.0), [*judged, total]


def _answer(unit: Floats, first: Rows, asked: Rows, multiply: bool) -> list[bool]:
    """Whether each question (A, B, C, D), given as rows of `unit`, is answered with D."""
    right = np.zeros(len(asked), bool)
    block = max(1, _SCORES_AT_ONCE // max(1, len(unit)))
    space = np.empty((min(block, len(asked)), len(unit)), unit.dtype)
    for begin in range(0, len(asked), block):
        questions = asked[begin : begin + block]
        a, b, c, expected = questions.T
        if multiply:
            cosines = [(1 + unit[rows] @ unit.T) / 2 for rows in (a, b, c)]
            scores = cosines[1] * cosines[2] / (cosines[0] + COSMUL_EPSILON)
        else:
            # The mean's length is the same for all candidates of a question, and does not change their order.
            scores = np.matmul(unit[b] - unit[a] + unit[c], unit.T, out=space[: len(a)])
        each = np.arange(len(questions))
        scores[each[:, None], questions[:, :3]] = -np.inf
        for _ in range(_CANDIDATES):
            best = (scores if len(each) == len(scores) else scores[each]).argmax(axis=1)
            left = scores[each, best] > -np.inf
            each, best = each[left], best[left]
            right[begin + each] = first[best] == expected[each]
            passed = (first[best][:, None] == questions[each, :3]).any(axis=1)
            scores[each[passed], best[passed]] = -np.inf
            each = each[passed]
    return right.tolist()


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
    name, pairs = _read_pairs(path_or_file, delimiter, encoding, case_insensitive)
    rows, _ = _top_words(index_to_key, restrict_vocab, case_insensitive)
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


def _read_pairs(
    source: Source, delimiter: str, encoding: str, case_insensitive: bool
) -> tuple[str, list[tuple[str, str, float]]]:
    name, lines = _open(source, encoding)
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


def report(
    kv: Vectors, analogies: Source | None = None, pairs: Iterable[Source] = (),
    restrict_vocab: int | None = 300_000,
) -> list[ReportRow]:
    """Judge vectors by several files, for a table: a row for each of `pairs`, then one for `analogies`.

    They are sources for :func:`word_pairs`, scored by Spearman's correlation (-1 to 1), and
    :func:`word_analogies`, scored by the share of right answers (0 to 1). A source without any pair or
    question is a FileFormatError; one whose words are unknown gets the score NaN.
    """
    kept = kv.vectors, kv.key_to_index, kv.index_to_key
    table = []
    for source in pairs:
        name, items = _read_pairs(source, "\t", "utf8", True)
        lines = [f"{one}\t{two}\t{score!r}" for one, two, score in items]
        try:
            _, rank, oov = word_pairs(*kept, lines, restrict_vocab=restrict_vocab)
            score, used = rank.statistic, len(items) - round(oov * len(items) / 100)
        except FileFormatError:  # the file is well-formed, as was just seen: its words are unknown
            logger.warning("%s: fewer than 2 of %d pairs have known words", name, len(items))
            score, used = math.nan, 0
        table.append(ReportRow(os.path.basename(name), "pairs", score, used, len(items)))
    if analogies is not None:
        name, sections = _read_questions(analogies, True)
        lines = [line for title, asked in sections for line in (f": {title}", *map(" ".join, asked))]
        accuracy, judged = word_analogies(*kept, lines, restrict_vocab)
        used = sum(len(judged[-1][which]) for which in ("correct", "incorrect"))
        total = sum(len(asked) for _, asked in sections)
        score = accuracy if used else math.nan
        table.append(ReportRow(os.path.basename(name), "analogies", score, used, total))
    return table

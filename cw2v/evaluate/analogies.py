"""Analogy questions, answered many at a time in C."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v import _query
from cw2v.errors import ParameterError
from cw2v.evaluate.files import Rows, Source, read_questions, top_words
from cw2v.query import best_answers, unit_queries

__all__ = ["Section", "log_accuracy", "word_analogies"]

logger = logging.getLogger("cw2v.evaluate")

Floats = npt.NDArray[np.floating[Any]]
Section = dict[str, Any]

_QUESTIONS_AT_ONCE = 1 << 14
_CANDIDATES = 5  # answers looked at; those that merely spell a question word otherwise are passed over


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
    name, sections = read_questions(path_or_file, case_insensitive)
    rows, first = top_words(index_to_key, restrict_vocab, case_insensitive)
    known = [q for _, questions in sections for q in questions if all(word in rows for word in q)]
    asked = np.array([[rows[word] for word in q] for q in known], np.intp).reshape(-1, 4)
    multiply = similarity_function == "most_similar_cosmul"
    right = dict(zip(known, _answer(np.asarray(vectors)[: len(first)], first, asked, multiply), strict=True))
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


def _answer(vectors: Floats, first: Rows, asked: Rows, multiply: bool) -> list[bool]:
    """Whether each question (A, B, C, D), given as rows, is answered with D.

    Each word's cosines with all rows are made once, however many questions it is in; an answer's score is their sum or
    their product. The mean's length, which gensim divides by, does not change the order.
    """
    right: list[bool] = []
    for at in range(0, len(asked), _QUESTIONS_AT_ONCE):
        questions = asked[at : at + _QUESTIONS_AT_ONCE]
        words, place = np.unique(questions[:, [1, 2, 0]], return_inverse=True)
        begin = np.arange(0, 3 * len(questions) + 1, 3)
        terms = begin, begin[:-1] + 2, place.reshape(-1).astype(np.int32)
        left_out = begin, np.sort(questions[:, :3], axis=1).reshape(-1).astype(np.int64)
        made = _query.Questions(unit_queries(vectors[words], vectors.shape[1]), "product" if multiply else "sum", terms,
                                left_out)
        answers, _, counts = best_answers(vectors, made, _CANDIDATES)
        if not answers.shape[1]:
            return [False] * len(asked)
        spelled = first[answers]
        usable = (answers >= 0) & ~(spelled[:, :, None] == questions[:, None, :3]).any(axis=2)
        # Where all are question words spelled otherwise gensim takes the last.
        best = np.where(usable.any(axis=1), usable.argmax(axis=1), np.maximum(counts - 1, 0))
        given = np.take_along_axis(spelled, best[:, None], 1)[:, 0]
        right += ((counts > 0) & (given == questions[:, 3])).tolist()
    return right


def log_accuracy(section: Section) -> float:
    """Log one of the sections of :func:`word_analogies`, and return its share of right answers; 0 without any."""
    right, wrong = len(section["correct"]), len(section["incorrect"])
    if not right + wrong:
        return 0.0
    logger.info("%s: %.1f%% (%d/%d)", section["section"], 100.0 * right / (right + wrong), right, right + wrong)
    return right / (right + wrong)

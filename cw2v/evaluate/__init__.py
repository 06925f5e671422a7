"""Judging vectors: analogy questions, human similarity scores, categories. Nothing here stores or changes vectors."""

from cw2v.evaluate.analogies import log_accuracy, word_analogies
from cw2v.evaluate.files import Source
from cw2v.evaluate.groups import GroupScore, odd_one_out, purity
from cw2v.evaluate.intervals import fisher, wilson
from cw2v.evaluate.pairs import log_word_pairs, word_pairs
from cw2v.evaluate.report import ReportRow, report
from cw2v.evaluate.stability import Stability, stability
from cw2v.query import CorrelationResult

__all__ = [
    "CorrelationResult",
    "GroupScore",
    "ReportRow",
    "Source",
    "Stability",
    "fisher",
    "log_accuracy",
    "log_word_pairs",
    "odd_one_out",
    "purity",
    "report",
    "stability",
    "wilson",
    "word_analogies",
    "word_pairs",
]

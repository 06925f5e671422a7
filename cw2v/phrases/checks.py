"""What the arguments of phrases may be."""

from __future__ import annotations

import math
import numbers
from collections.abc import Iterable

import numpy as np

from cw2v.errors import ParameterError
from cw2v.phrases.scorers import Scorer, npmi_scorer, score_name

__all__ = ["check_connector_words", "check_delimiter", "check_integer", "check_number", "check_threshold"]


def check_delimiter(delimiter: object) -> str:
    """Raise ParameterError unless `delimiter` is text of at least one character."""
    if not isinstance(delimiter, str) or not delimiter:
        raise ParameterError(f"delimiter must be a str of at least one character, got {delimiter!r}")
    return delimiter


def check_connector_words(words: object) -> frozenset[str]:
    """Raise ParameterError unless `words` are words."""
    if isinstance(words, (str, bytes)) or not isinstance(words, Iterable):
        raise ParameterError(f"connector_words must be a collection of str, got {words!r}")
    found = frozenset(words)
    if not all(isinstance(word, str) for word in found):
        wrong = next(word for word in found if not isinstance(word, str))
        raise ParameterError(f"connector_words must be a collection of str, got {wrong!r} among them")
    return found


def check_threshold(threshold: object, scoring: Scorer | None) -> float:
    """Raise ParameterError where `threshold` is out of its range for `scoring`."""
    if scoring is npmi_scorer:
        value = check_number("threshold", threshold)
        if not -1 <= value <= 1:
            raise ParameterError(f"threshold must be from -1 to 1 for scoring='npmi', got {threshold!r}")
        return value
    return check_number("threshold", threshold, above=0 if scoring is not None and score_name(scoring) else None)


def check_number(name: str, value: object, above: float | None = None) -> float:
    """Raise ParameterError unless `value` is a finite number, above `above`."""
    is_number = isinstance(value, numbers.Real) and not isinstance(value, (bool, np.bool_))
    if not is_number or not math.isfinite(value) or (above is not None and value <= above):  # type: ignore[arg-type,operator]
        limit = "" if above is None else f" above {above}"
        raise ParameterError(f"{name} must be a finite number{limit}, got {value!r}")
    return int(value) if isinstance(value, numbers.Integral) else float(value)  # type: ignore[arg-type]


def check_integer(name: str, value: object) -> int:
    """Raise ParameterError unless `value` is an integer of at least 1."""
    if not isinstance(value, numbers.Integral) or isinstance(value, bool) or value < 1:
        raise ParameterError(f"{name} must be an integer of at least 1, got {value!r}")
    return int(value)

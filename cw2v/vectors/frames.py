"""Answers as data frames: pandas is imported here alone."""

from __future__ import annotations

from typing import Any

from cw2v.errors import MissingExtraError

__all__ = ["neighbor_frame"]


def neighbor_frame(labels: list[Any], ranked: list[list[tuple[Any, float]]]) -> Any:
    """A pandas DataFrame with the columns query, rank (from 1), key and similarity."""
    try:
        import pandas
    except ImportError as error:
        raise MissingExtraError('output="pandas" needs pandas: pip install cw2v[data]') from error
    rows = [(label, rank, key, score) for label, answers in zip(labels, ranked, strict=True)
            for rank, (key, score) in enumerate(answers, 1)]
    return pandas.DataFrame(rows, columns=["query", "rank", "key", "similarity"])

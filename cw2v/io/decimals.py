"""Decimals that lie so near the middle between two floats that C is not certain which is nearer."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["is_number", "nearest"]

_OVERFLOW = 2.0**128 - 2.0**103  # half way from the largest float32 to what would be the next


def is_number(text: bytes) -> bool:
    """Whether the readers of rows take this for a number."""
    try:
        float(text)
    except ValueError:
        return False
    return b"_" not in text


def nearest(text: bytes, dtype: np.dtype[Any]) -> float:
    """The nearest float64 or float32 of a decimal, exactly."""
    wide = float(text)
    if dtype == np.float64:
        return wide
    with np.errstate(over="ignore"):
        near = np.float32(wide)
        other = np.nextafter(near, np.float32(np.inf if wide > float(near) else -np.inf))
    finite = [float(x) for x in (near, other) if np.isfinite(x)]
    middle = sum(finite) / 2 if len(finite) == 2 else float(np.copysign(_OVERFLOW, wide))
    if wide != middle:
        return float(near)
    from decimal import Decimal

    exact = Decimal(text.decode())  # rounding twice may have made a tie of it
    if exact == Decimal(middle):
        return float(near)
    return float(max(near, other) if exact > Decimal(middle) else min(near, other))

"""What a call comes to, and in what two outcomes differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = 1e-5


@dataclass(frozen=True)
class Chance:
    """A value that training by chance has made: its kind, type and shape are compared, its numbers are not."""

    value: Any


@dataclass(frozen=True)
class Raised:
    error: BaseException


def outcome(call: Callable[..., Any], api: Any) -> Any:
    """What the call returns, or the exception that it raises."""
    try:
        return call(api)
    except Exception as error:
        return Raised(error)


def kind(value: Any) -> str:
    """The type of a value; of an array also its dtype and shape."""
    if isinstance(value, np.ndarray):
        return f"ndarray {value.dtype} {value.shape}"
    return type(value).__name__


def built_in(error: BaseException) -> type:
    """The exception of Python's own that callers catch this one by."""
    return next(c for c in type(error).__mro__ if c.__module__ == "builtins")


def brief(value: Any) -> str:
    """An outcome in a few words, the same in every run and on every machine."""
    if isinstance(value, Raised):
        return f"raises {built_in(value.error).__name__}"
    if isinstance(value, Chance):
        return f"some {kind(value.value)}"
    if isinstance(value, np.ndarray):
        return kind(value)
    if isinstance(value, np.generic):
        return f"{value.dtype} {value.item():.4g}" if isinstance(value, np.floating) else f"{value.dtype} {value}"
    if isinstance(value, float):
        return f"float {value:.4g}"
    if isinstance(value, list | tuple):
        inner = ", ".join(map(brief, value))
        return f"[{inner}]" if isinstance(value, list) else f"({inner})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {brief(one)}" for key, one in value.items()) + "}"
    if isinstance(value, str | int | None):
        return repr(value)
    return kind(value)


def difference(theirs: Any, ours: Any, scalars: bool = True) -> str | None:
    """In what two outcomes differ, or None.

    An exception of ours may be a subclass of theirs. Floats are equal within 1e-5. Without `scalars` NumPy's numbers
    and Python's are of one kind.
    """
    if isinstance(theirs, Raised) or isinstance(ours, Raised):
        return _raised(theirs, ours)
    free = isinstance(theirs, Chance)
    if free:
        theirs, ours = theirs.value, ours.value
    if not scalars:
        theirs, ours = _plain(theirs), _plain(ours)
    if kind(theirs) != kind(ours) and not (isinstance(theirs, dict) and isinstance(ours, type(theirs))):
        return f"gensim gives {kind(theirs)}, cw2v {kind(ours)}"
    return _values(theirs, ours, scalars, free)


def _raised(theirs: Any, ours: Any) -> str | None:
    if isinstance(theirs, Raised) and isinstance(ours, Raised) and isinstance(ours.error, type(theirs.error)):
        return None
    return f"gensim {_said(theirs)}, cw2v {_said(ours)}"


def _said(value: Any) -> str:
    return f"raises {type(value.error).__name__}: {value.error}"[:200] if isinstance(value, Raised) else brief(value)


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value


def _values(theirs: Any, ours: Any, scalars: bool, free: bool) -> str | None:
    if isinstance(theirs, list | tuple):
        if len(theirs) != len(ours):
            return f"gensim's has {len(theirs)} items, ours {len(ours)}"
        pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(theirs, ours, strict=True))]
    elif isinstance(theirs, Mapping):
        if theirs.keys() != ours.keys():
            return f"gensim's keys are {sorted(map(str, theirs))}, ours {sorted(map(str, ours))}"
        pairs = [(f"[{key!r}]", theirs[key], ours[key]) for key in theirs]
    elif free or _equal(theirs, ours):
        return None
    else:
        return f"gensim gives {brief(theirs)}, cw2v {brief(ours)}"
    for place, a, b in pairs:
        found = difference(Chance(a) if free else a, Chance(b) if free else b, scalars)
        if found:
            return f"{place}: {found}"
    return None


def _equal(theirs: Any, ours: Any) -> bool:
    if isinstance(theirs, np.ndarray) and theirs.dtype.kind in "fiub":
        return np.allclose(theirs, ours, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    if isinstance(theirs, float | np.floating):
        return bool(np.isclose(theirs, ours, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True))
    if isinstance(theirs, str):  # an object names its module
        return re.sub(r"gensim\.\w+(\.\w+)?", "", theirs) == re.sub(r"cw2v\.\w+(\.\w+)?", "", ours)
    if isinstance(theirs, np.ndarray):
        return all(difference(a, b) is None for a, b in zip(theirs.tolist(), ours.tolist(), strict=True))
    return bool(theirs == ours)

"""Which words a picture shows, and what is known of them."""

from __future__ import annotations

import logging
import os
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v.errors import ParameterError, UnknownKeyError

__all__ = ["Chosen", "FilePath", "Words", "choose", "counts_of", "known", "label", "listed", "rows_of", "vectors_of",
           "written"]

logger = logging.getLogger("cw2v.plot")

FilePath = str | os.PathLike[str]
Words = Iterable[Any] | Mapping[str, Iterable[Any]] | None
_NAMED = 10  # words that a message names before it counts the rest
_LONGEST = 32  # characters of a label


class Chosen(NamedTuple):
    """The words of a picture.

    Attributes
    ----------
    keys : list of n keys
    rows : ndarray of intp (n,)
        Their rows in the vectors.
    groups : list of str
        Names of the groups; one group without a name where none were given.
    group : list of n int
        The group that each key is in.
    """

    keys: list[Any]
    rows: npt.NDArray[np.intp]
    groups: list[str]
    group: list[int]


def vectors_of(wv: Any) -> Any:
    """The vectors themselves, also where a model is given; ParameterError for anything else, or no words."""
    kv = getattr(wv, "wv", wv)
    if not all(hasattr(kv, name) for name in ("key_to_index", "index_to_key", "vectors")):
        raise ParameterError(f"wv must be KeyedVectors or a model, got {type(wv).__name__}")
    if not len(kv.key_to_index):
        raise ParameterError("wv has no words: there is nothing to draw")
    return kv


def choose(kv: Any, words: Words, top: int) -> Chosen:
    """The known ones of `words`, or else the `top` most frequent ones, each once.

    Parameters
    ----------
    kv : KeyedVectors
    words : iterable of keys, or mapping from group names to iterables of keys, optional
    top : int
        At least 1. Without counts the first words, which in word2vec's files are the most frequent ones.

    Raises
    ------
    ParameterError
        `top` out of its range; no words in `words`.
    UnknownKeyError
        None of `words` is known.
    """
    if isinstance(top, bool) or not isinstance(top, int | np.integer) or top < 1:
        raise ParameterError(f"top must be an integer of at least 1, got {top!r}")
    if words is None:
        counts = counts_of(kv)
        order = np.arange(len(kv.key_to_index)) if counts is None else np.argsort(-counts, kind="stable")
        rows = order[:top]
        return Chosen([kv.index_to_key[row] for row in rows], rows, [""], [0] * len(rows))
    if isinstance(words, Mapping):
        pairs = [(key, name) for name, keys in words.items() for key in _keys_in(keys, f"words[{name!r}]")]
    else:
        pairs = [(key, "") for key in _keys_in(words, "words")]
    group_of: dict[Any, str] = {}
    for key, name in pairs:
        group_of.setdefault(key, name)
    keys = known(kv, list(group_of))
    groups = list(dict.fromkeys(group_of[key] for key in keys))
    return Chosen(keys, rows_of(kv, keys), groups, [groups.index(group_of[key]) for key in keys])


def _keys_in(keys: Any, what: str) -> list[Any]:
    if isinstance(keys, str | bytes) or not isinstance(keys, Iterable):
        raise ParameterError(f"{what} must be a list of words, got {keys!r}")
    try:
        return list(dict.fromkeys(keys))
    except TypeError:  # a list in the list
        raise ParameterError(f"{what} must be a list of words, got a list of something else") from None


def known(kv: Any, keys: list[Any]) -> list[Any]:
    """Those of `keys` that are in the vocabulary; the others are named in one warning, or the error if all are."""
    if not keys:
        raise ParameterError("words must not be empty")
    missing = [key for key in keys if key not in kv.key_to_index]
    if len(missing) == len(keys):
        raise UnknownKeyError(f"none of the words is in the vocabulary: {listed(missing)}")
    if missing:
        logger.warning("not in the vocabulary, and left out of the picture: %s", listed(missing))
    return [key for key in keys if key in kv.key_to_index]


def listed(items: list[Any]) -> str:
    """Some items for a message, and how many more there are."""
    more = f" and {len(items) - _NAMED} more" if len(items) > _NAMED else ""
    return ", ".join(repr(item) for item in items[:_NAMED]) + more


def rows_of(kv: Any, keys: Iterable[Any]) -> npt.NDArray[np.intp]:
    """Row of each key."""
    return np.array([kv.key_to_index[key] for key in keys], np.intp)


def counts_of(kv: Any) -> npt.NDArray[np.int64] | None:
    """How often each word was seen (V,), or None where nobody knows.

    A file in word2vec's format has no counts, and readers put in numbers that fall by one from row to row, to keep
    the order. They are no counts, and showing them would be a lie.
    """
    counts = getattr(kv, "expandos", {}).get("count")
    if counts is None:
        return None
    counts = np.asarray(counts[: len(kv.key_to_index)])
    if counts.dtype.kind not in "iuf" or (len(counts) > 1 and bool((np.diff(counts.astype(np.int64)) == -1).all())):
        return None
    return counts.astype(np.int64)


def written(key: Any) -> str:
    """A key as text in UTF-8: half a surrogate pair, which no file can hold, becomes a question mark."""
    return str(key).encode("utf-8", "replace").decode()


def label(key: Any) -> str:
    """What a picture writes for a key: one line of characters that every format can hold, not too long."""
    text = " ".join(written(key).split()) or "␣"  # nothing but white space
    text = "".join("\ufffd" if unicodedata.category(c) == "Cc" else c for c in text)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

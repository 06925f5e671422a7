"""The one declarative table of training parameters: name, kind, range, default, meaning.

Validation, the command line, ``docs/parameters.md`` and the tests all read :data:`PARAMETERS`; a parameter is
described here or nowhere. Names and defaults are gensim 4's; the last rows are ours.
"""

from __future__ import annotations

import math
import numbers
import os
import re
from dataclasses import dataclass, replace
from typing import Any

from cw2v.errors import ParameterError, ParameterTypeError

__all__ = ["MOST_DIMENSIONS", "PARAMETERS", "Parameter", "default_workers", "validate", "window_sides"]

MAX_WORDS_IN_BATCH = 10_000
MOST_DIMENSIONS = 65_536
_INT32_MAX = 2**31 - 1
_UINT64_MAX = 2**64 - 1


def default_workers() -> int:
    """Number of processors this process may run on, at most 16."""
    try:
        available = len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        available = os.cpu_count() or 1
    return max(1, min(available, 16))


def window_sides(window: int | tuple[int, int]) -> tuple[int, int]:
    """The most words before and behind a centre that `window` reaches to."""
    return window if isinstance(window, tuple) else (window, window)


_UNITS = {"": 1, "b": 1} | {
    prefix + end: base**power
    for power, prefix in enumerate("kmgt", 1) for end, base in (("", 1000), ("b", 1000), ("ib", 1024))
}  # fmt: skip


def size_in_bytes(value: object) -> int | None:
    """An integer, or text such as "2GB" (10^9 bytes each), "512 MB" or "1.5 GiB" (2^30), in bytes; None: it is no size.

    >>> size_in_bytes("1.5 GiB")
    1610612736
    """
    number: Any = value
    unit = ""
    if isinstance(value, str):
        match = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]*)?)\s*([a-z]*)\s*", value.lower())
        if match is None:
            return None
        number, unit = float(match[1]), match[2]
    elif isinstance(value, bool) or not isinstance(value, numbers.Integral):
        return None
    size = int(number * _UNITS[unit]) if unit in _UNITS else 0
    return size if 0 < size < 2**63 else None


@dataclass(frozen=True)
class Parameter:
    """One training parameter.

    Attributes
    ----------
    name : str
        Keyword of :class:`cw2v.Word2Vec`; the command line writes ``_`` as ``-``.
    kind : type
        ``int``, ``float``, ``bool``, ``bytes`` (a size, see :func:`size_in_bytes`), ``str`` (one of `choices`),
        ``tuple`` (an integer or a pair of them: sides of a window) or ``object`` (passed through unchecked).
    default : object
    meaning : str
        One sentence, as the documentation and ``--help`` show it.
    low, high : float or None
        Inclusive range. None is no bound. `low` is exclusive where `open_low` is set.
    none : bool
        Whether None is a value.
    """

    name: str
    kind: type
    default: Any
    meaning: str
    low: float | None = None
    high: float | None = None
    open_low: bool = False
    none: bool = False
    choices: tuple[str, ...] = ()

    @property
    def range(self) -> str:
        """The range in words, for messages and documentation."""
        if self.kind is bool:
            return "True or False"
        if self.kind is object:
            return "any"
        if self.kind is bytes:
            return "a number of bytes above 0, or text such as '2GB' or '512MB'" + (" or None" if self.none else "")
        if self.kind is str:
            return " or ".join(map(repr, self.choices)) + (" or None" if self.none else "")
        if self.kind is tuple:
            return (f"an integer from {self.low} to {self.high:,}, or a pair (left, right) of integers from 0 to "
                    f"{self.high:,} that are not both 0")
        what = {int: "an integer", float: "a finite number"}[self.kind]
        if self.low is not None and self.high is not None and self.high < _INT32_MAX:
            bounds = f" from {self.low:,} to {self.high:,}"
        elif self.low is not None:
            bounds = f" above {self.low:g}" if self.open_low else f" of at least {self.low:g}"
        else:
            bounds = ""
        return what + bounds + (" or None" if self.none else "")

    def check(self, value: Any) -> Any:
        """Return `value` as its kind.

        Raises
        ------
        ParameterError
            Outside the range; ParameterTypeError where a number is needed and it is none.
        """
        if self.kind is object or (value is None and self.none):
            result = value
        elif self.kind is bool:
            if not isinstance(value, (bool, int)) and type(value).__name__ not in ("bool", "bool_"):
                raise self._error(value)
            result = bool(value)
        elif self.kind is bytes:
            result = size_in_bytes(value)
            if result is None:
                raise self._error(value)
        elif self.kind is str:
            if value not in self.choices:
                raise self._error(value)
            result = str(value)
        elif self.kind is tuple:
            result = self._check_sides(value)
        else:
            result = self._check_number(value)
        return result

    def _check_sides(self, value: Any) -> int | tuple[int, int]:
        if isinstance(value, tuple | list) and len(value) != 2:
            raise self._error(value)
        try:
            if not isinstance(value, tuple | list):
                return replace(self, kind=int).check(value)  # type: ignore[no-any-return]
            left, right = (replace(self, kind=int, low=0).check(side) for side in value)
        except ParameterError:
            raise self._error(value) from None
        if left == right == 0:
            raise self._error(value)
        return left, right

    def _check_number(self, value: Any) -> int | float:
        # numbers.Real takes Python's and NumPy's scalars; bools are integers, as gensim's callers pass them.
        if not isinstance(value, numbers.Real) and type(value).__name__ not in ("bool", "bool_"):
            raise ParameterTypeError(self._complaint(value))
        try:
            number = float(value)
        except OverflowError:
            raise self._error(value) from None
        if not math.isfinite(number) or (self.kind is int and number != int(number)):
            raise self._error(value)
        result = int(value) if self.kind is int else number
        if self.low is not None and (result < self.low or (self.open_low and result == self.low)):
            raise self._error(value)
        if self.high is not None and result > self.high:
            raise self._error(value)
        return result

    def _error(self, value: Any) -> ParameterError:
        return ParameterError(self._complaint(value))

    def _complaint(self, value: Any) -> str:
        return f"{self.name} must be {self.range}, got {value!r}"


PARAMETERS: tuple[Parameter, ...] = (
    Parameter("vector_size", int, 100, "Dimensions of the word vectors.", 1, MOST_DIMENSIONS),
    Parameter("alpha", float, 0.025, "Learning rate at the start.", 0, open_low=True),
    Parameter("window", tuple, 5, "Largest distance between a centre word and its contexts; a pair (left, right) for "
              "each side by itself.", 1, 1_000_000),
    Parameter("min_count", int, 5, "Words seen less often than this are left out.", 0, _INT32_MAX),
    Parameter("max_vocab_size", int, None, "At most so many words of a corpus are kept, those seen most often.", 1,
              _INT32_MAX, none=True),
    Parameter("sample", float, 1e-3, "Share of the corpus, or from 1 on count, above which words are sub-sampled; 0 is "
              "off.", 0),
    Parameter("seed", int, 1, "Seed of every random choice; None draws one.", 0, _UINT64_MAX, none=True),
    Parameter("workers", int, None, "Training threads; None is one per processor, at most 16.", 1, 4096, none=True),
    Parameter("min_alpha", float, 1e-4, "Learning rate at the end.", 0),
    Parameter("sg", int, 0, "1: skip-gram; 0: CBOW.", 0, 1),
    Parameter("hs", int, 0, "1: hierarchical softmax, besides negative sampling unless that is off.", 0, 1),
    Parameter("negative", int, 5, "Noise words for each positive one; 0 is off.", 0, 1000),
    Parameter("ns_exponent", float, 0.75, "Power of the counts that noise is drawn by."),
    Parameter("cbow_mean", int, 1, "CBOW: 1 averages the contexts, 0 adds them up.", 0, 1),
    Parameter("hashfxn", object, hash, "Accepted and not used, as in gensim 4."),
    Parameter("epochs", int, 5, "Passes over the corpus.", 1, _INT32_MAX),
    Parameter("null_word", int, 0, "1: adds the word \"\\0\", which never occurs.", 0, 1),
    Parameter("trim_rule", object, None, "Called with (word, count, min_count), returns RULE_KEEP, RULE_DISCARD or "
              "RULE_DEFAULT."),
    Parameter("sorted_vocab", int, 1, "1: words by falling count; 0: by first appearance.", 0, 1),
    Parameter("batch_words", int, MAX_WORDS_IN_BATCH, "Accepted; it changes no result and loses no word.", 1),
    Parameter("compute_loss", bool, False, "Measure the training loss."),
    Parameter("callbacks", object, (), "Objects with on_train_begin, on_epoch_begin, on_epoch_end, on_train_end."),
    Parameter("comment", object, None, "Kept with the model."),
    Parameter("max_final_vocab", int, None, "At most so many words are kept in all, those seen most often.", 1,
              _INT32_MAX, none=True),
    Parameter("shrink_windows", bool, True, "Draw each window's size from 1 to `window`, as word2vec does."),
    Parameter("stop_words", object, (), "Words that are left out."),
    Parameter("unk", object, None, "A word that stands for all others that are left out; None: there is none."),
    Parameter("shared_negatives", bool, True, "One noise set for all contexts of a centre and of three more; False: "
              "one a pair."),
    Parameter("cbow_update", str, "word2vec", "CBOW's gradient: 'word2vec' is not divided by the number of contexts, "
              "'exact' is the true gradient of the mean and wants a larger alpha, some 0.2.",
              choices=("word2vec", "exact")),
    Parameter("objective", str, None, "None: what hs and negative say; 'softmax': the full softmax over all words, in "
              "their place.", none=True, choices=("softmax",)),
    Parameter("deterministic", bool, False, "The same vectors, bit for bit, for any number of workers; slower."),
    Parameter("shuffle", bool, True, "Each epoch trains the sentences in another order, in groups of some 2,000 words; "
              "False: as they come."),
    Parameter("init_vectors", object, None, "KeyedVectors or a dict of vectors that words begin from."),
    Parameter("checkpoint", object, None, "File to keep the run in, for Word2Vec.resume."),
    Parameter("checkpoint_every", object, "epoch", "Seconds between two checkpoints, or \"epoch\"."),
    Parameter("encoding", object, "utf-8", "Encoding of the files that are read."),
    Parameter("unicode_errors", object, "strict", "Bytes that are not text: \"strict\" raises; \"replace\", "
              "\"ignore\", ..."),
    Parameter("tokenizer", object, None, "Callable that makes tokens of a str, or \"whitespace\"; None takes lists of "
              "tokens."),
    Parameter("max_memory", bytes, None, "Memory that a call may take: the corpus goes to a temporary file beyond it; "
              "what does not fit even so is refused.", none=True),
    Parameter("progress", object, False, "True: a progress bar (tqdm); or a callable given each state."),
)

_BY_NAME = {p.name: p for p in PARAMETERS}


def validate(**values: Any) -> dict[str, Any]:
    """Check every given parameter against the table.

    Parameters
    ----------
    **values
        Parameter names and values.

    Returns
    -------
    dict
        The values as their kinds.

    Raises
    ------
    ParameterError
        See :meth:`Parameter.check`.
    TypeError
        A name that is not in the table.
    """
    unknown = sorted(set(values) - set(_BY_NAME))
    if unknown:
        raise TypeError(f"unknown parameter {unknown[0]!r}")
    return {name: _BY_NAME[name].check(value) for name, value in values.items()}


def markdown() -> str:
    """The table as ``docs/parameters.md`` shows it."""
    rows = [
        f"| `{p.name}` | `{getattr(p.default, '__name__', repr(p.default))}` | {p.range} | "
        f"{p.meaning} |"
        for p in PARAMETERS
    ]
    return "\n".join(
        [
            "# Parameters of `Word2Vec`",
            "",
            "Made by `make docs` from `cw2v/parameters.py`. The constructor takes them in gensim's order, after",
            "`sentences` and `corpus_file`; the command line writes `_` as `-`.",
            "",
            "| name | default | range | meaning |",
            "|---|---|---|---|",
            *rows,
        ]
    )


if __name__ == "__main__":
    print(markdown())

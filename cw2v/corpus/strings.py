"""Sentences that are strings: a tokenizer makes tokens of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any

from cw2v.corpus.columns import missing_row
from cw2v.errors import CorpusTypeError, ParameterError

__all__ = ["Strings", "Tokenizer", "check_tokenizer", "is_missing", "short", "tokenized"]

Tokenizer = Callable[[str], Iterable[Hashable]] | str | None

_PIECE_CHARACTERS = 1 << 16


def check_tokenizer(tokenizer: object) -> None:
    """Raise ParameterError unless it is a tokenizer."""
    if tokenizer is not None and tokenizer != "whitespace" and not callable(tokenizer):
        expected = "None, 'whitespace' or a function from str to tokens"
        raise ParameterError(f"tokenizer must be {expected}, got {short(tokenizer)}")


def tokenized(strings: Iterator[Any], tokenizer: Callable[[str], Iterable[Hashable]]) -> Iterator[Iterable[Hashable]]:
    """The tokens of each string.

    Raises
    ------
    CorpusTypeError
        Something is not a str, or the tokenizer returned what is no list of tokens.
    """
    for number, string in enumerate(strings, 1):
        tokens = tokenizer(_checked(string, number))
        if isinstance(tokens, (str, bytes)) or not isinstance(tokens, Iterable):
            raise CorpusTypeError(f"tokenizer must return a list of tokens, got {short(tokens)} of type "
                                  f"{type(tokens).__name__} for sentence {number}")  # fmt: skip
        yield tokens


class Strings:
    """Strings as one text for :func:`cw2v.corpus.file.scan_texts`, each of them a line.

    Parameters
    ----------
    strings : iterator of str

    Attributes
    ----------
    n_read : int
        Strings read.
    """

    name = "the corpus"
    size: int | None = None
    has_stream = True

    def __init__(self, strings: Iterator[Any]) -> None:
        self.n_read = 0
        self._strings = strings

    @property
    def sources(self) -> list[Strings]:
        """The one text."""
        return [self]

    def label(self, number: int) -> str:
        """What messages call it."""
        return "corpus_iterable"

    def check_unchanged(self) -> None:
        """Strings do not change."""

    def spanned_file(self) -> None:
        """None: they are no file."""

    def utf8_pieces(self) -> Iterator[bytes]:
        """The lines; line feeds within a string are spaces."""
        yield b"\n"  # a byte order mark behind it is a letter, as it is everywhere but at the beginning of a file
        lines: list[str] = []
        size = 0
        for string in self._strings:
            lines.append(_checked(string, self.n_read + 1).replace("\n", " "))
            self.n_read += 1
            size += len(string)
            if size >= _PIECE_CHARACTERS:
                yield self._encoded(lines)
                lines, size = [], 0
        yield self._encoded(lines)

    def _encoded(self, lines: list[str]) -> bytes:
        try:
            return "\n".join([*lines, ""]).encode()
        except UnicodeEncodeError:
            for number, line in enumerate(lines, self.n_read - len(lines) + 1):
                try:
                    line.encode()
                except UnicodeEncodeError as error:
                    raise CorpusTypeError(
                        f"sentence {number} is {short(line)}, which UTF-8 cannot write ({error.reason}); decode the "
                        "text with errors='replace'"
                    ) from None
            raise


def _checked(string: Any, number: int) -> str:
    if isinstance(string, str):
        return string
    if is_missing(string):
        raise missing_row(number - 1, string)
    raise CorpusTypeError(f"with tokenizer= every sentence must be a str, but sentence {number} is {short(string)} "
                          f"of type {type(string).__name__}")  # fmt: skip


def is_missing(value: Any) -> bool:
    """Whether it is None, NaN, NaT or pandas.NA: the last three differ from themselves or refuse to say."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return type(value).__name__ == "NAType"


def short(value: Any) -> str:
    """How a message shows a value."""
    text = ascii(value) if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else text[:57] + "..."

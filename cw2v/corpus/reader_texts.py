"""The readers of text as texts for :func:`cw2v.corpus.file.scan_texts`: the same sentences, without a Python object a
word."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from cw2v.corpus.lines import LineSentence, PathLineSentences, Text8Corpus
from cw2v.corpus.source import TextSource

__all__ = ["ReaderTexts", "texts_of_reader"]

# White space to str.split that is none to a scanner, which knows that of ASCII.
_OTHER_SPACES = re.compile("[\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
_OTHER_ASCII_SPACES = "\x1c\x1d\x1e\x1f"


@dataclass
class ReaderTexts:
    """What a reader reads.

    Attributes
    ----------
    texts : list of TextSource
    max_sentence_words : int
        Longer lines are cut.
    limit : int or None
        Lines of each text that are read.
    is_one_line : bool
        Line ends are white space like any other.
    n_read : int
        Lines read.
    """

    texts: list[TextSource]
    max_sentence_words: int
    limit: int | None = None
    is_one_line: bool = False
    n_read: int = 0

    name = "the corpus"
    size: int | None = None
    has_stream = True

    @property
    def sources(self) -> list[_Pieces]:
        """The texts."""
        return [_Pieces(self, text) for text in self.texts]

    def label(self, number: int) -> str:
        """What messages call a text."""
        return self.texts[number].name

    def check_unchanged(self) -> None:
        """Readers do not look whether a file has changed."""


@dataclass(frozen=True)
class _Pieces:
    """One text."""

    owner: ReaderTexts
    text: TextSource

    def spanned_file(self) -> None:
        """None: it is decoded first."""

    def utf8_pieces(self) -> Iterator[bytes]:
        """The text, all white space being that of ASCII."""
        yield b" "  # a second byte order mark is a letter
        chunks = self.text.chunks() if self.owner.limit is None else _first_lines(self.text.chunks(), self.owner.limit)
        for chunk in chunks:
            if self.owner.is_one_line:
                chunk = chunk.replace("\n", " ")
            self.owner.n_read += chunk.count("\n")
            if not chunk.isascii() or any(space in chunk for space in _OTHER_ASCII_SPACES):
                chunk = _OTHER_SPACES.sub(" ", chunk)
            yield chunk.encode()


def _first_lines(chunks: Iterable[str], n_lines: int) -> Iterator[str]:
    if n_lines == 0:
        return
    for chunk in chunks:
        n = chunk.count("\n")
        if n >= n_lines:
            yield "\n".join(chunk.split("\n", n_lines)[:n_lines])
            return
        n_lines -= n
        yield chunk


def texts_of_reader(corpus: Any, max_sentence_words: int) -> ReaderTexts | None:
    """What a reader reads, or None where `corpus` is none, or one whose sentences would differ.

    Parameters
    ----------
    corpus : object
    max_sentence_words : int
        Longer sentences are cut by whoever reads them.
    """
    # A class made of one of these may have changed what it gives.
    kind = type(corpus)
    if kind not in (LineSentence, PathLineSentences, Text8Corpus) or corpus.max_sentence_length > max_sentence_words:
        return None
    if kind is PathLineSentences:
        texts = [TextSource(path, corpus._encoding, corpus._errors) for path in corpus.input_files]
    else:
        texts = [corpus._text]
    if any(text.errors not in ("strict", "replace", "ignore") for text in texts):
        return None  # there may be half characters, which are refused by sentence and token
    limit = None if kind is Text8Corpus else corpus.limit
    return ReaderTexts(texts, corpus.max_sentence_length, limit, is_one_line=kind is Text8Corpus)

"""Texts as chunks that a scanner takes whole: cut behind white space, never within a word."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Chunk", "Pieces", "Texts", "chunks_of"]

_BOM = b"\xef\xbb\xbf"
_SPACES = b" \n\t\v\f\r"  # the usual ones first


class Pieces(Protocol):
    """One text."""

    def utf8_pieces(self) -> Iterator[bytes]:
        """Its bytes, cut anywhere."""
        ...


class Texts(Protocol):
    """What :func:`cw2v.corpus.file.scan_texts` reads; see :class:`cw2v.corpus.texts.TextSet`."""

    name: str
    size: int | None
    has_stream: bool

    @property
    def sources(self) -> Iterable[Pieces]:
        """The texts, in order."""
        ...

    def label(self, number: int) -> str:
        """What messages call a text."""
        ...

    def check_unchanged(self) -> None:
        """Raises CorpusError if a text has changed since the set was made."""
        ...


@dataclass(frozen=True)
class Chunk:
    """Part of a text.

    Attributes
    ----------
    text : int
        Which of the texts, from 0.
    begin : int
        The byte of the text that it begins at.
    data : bytes
        Whole words, and the white space between them.
    """

    text: int
    begin: int
    data: bytes


def chunks_of(sources: Iterable[Pieces], chunk_bytes: int) -> Generator[Chunk, None, None]:
    """All texts in chunks of about `chunk_bytes`, without a byte order mark at the beginning of a text."""
    for text, source in enumerate(sources):
        position = 0
        for data in _whole_words(source.utf8_pieces(), chunk_bytes):
            begin = len(_BOM) if position == 0 and data.startswith(_BOM) else 0
            yield Chunk(text, position + begin, data[begin:])
            position += len(data)


def _whole_words(pieces: Iterator[bytes], chunk_bytes: int) -> Iterator[bytes]:
    """The same bytes, cut behind white space only, about `chunk_bytes` at a time."""
    parts: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        cut = _last_space(piece) + 1 if size >= chunk_bytes else 0
        if cut == 0:
            parts.append(piece)
            continue
        yield b"".join([*parts, memoryview(piece)[:cut]])
        parts = [piece[cut:]]
        size = len(parts[0])
    if size:
        yield b"".join(parts)


def _last_space(data: bytes) -> int:
    """Place of the last byte of one kind of white space, behind which `data` may be cut; -1 if there is none."""
    return next((last for space in _SPACES if (last := data.rfind(space)) >= 0), -1)

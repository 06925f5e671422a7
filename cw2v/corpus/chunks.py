"""Texts as chunks that a scanner takes whole: cut at white space, never within a word."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from cw2v.corpus.spans import Span, SpannedFile, spans_of

__all__ = ["Chunk", "Pieces", "Texts", "UnreadChunk", "chunks_of"]

_BOM = b"\xef\xbb\xbf"
_SPACES = b" \n\t\v\f\r"  # the usual ones first


class Pieces(Protocol):
    """One text."""

    def spanned_file(self) -> SpannedFile | None:
        """The file that it is, byte for byte; None where it has to be read a piece after the other."""
        ...

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
    data : bytes-like
        Whole words, and the white space between them.
    """

    text: int
    begin: int
    data: bytes | memoryview


@dataclass(frozen=True)
class UnreadChunk:
    """What will be a chunk when it has been read.

    Attributes
    ----------
    text : int
        Which of the texts, from 0.
    begin : int
        The byte of the text that it begins at.
    content : Span or bytes
    """

    text: int
    begin: int
    content: Span | bytes

    def read(self, buffer: bytearray) -> Chunk:
        """The chunk, without a byte order mark at the beginning of a text; its data may be in `buffer`.

        Raises
        ------
        OSError
            The file cannot be read.
        """
        begin, data = self.content.load(buffer) if isinstance(self.content, Span) else (self.begin, self.content)
        mark = len(_BOM) if begin == 0 and data[: len(_BOM)] == _BOM else 0
        return Chunk(self.text, begin + mark, data[mark:])


def chunks_of(sources: Iterable[Pieces], chunk_bytes: int) -> Generator[UnreadChunk, None, None]:
    """All texts in chunks of about `chunk_bytes`."""
    for text, source in enumerate(sources):
        file = source.spanned_file()
        if file is not None:
            for span in spans_of(file, chunk_bytes):
                yield UnreadChunk(text, span.begin, span)
            continue
        position = 0
        for data in _whole_words(source.utf8_pieces(), chunk_bytes):
            yield UnreadChunk(text, position, data)
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

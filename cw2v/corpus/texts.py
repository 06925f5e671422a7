"""What `corpus_file` may be: a path, a folder, a pattern, an open file, or a list of these."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from typing import IO, Any, TypeGuard

from cw2v.corpus.paths import expand_path, file_state, regular_file
from cw2v.corpus.source import TextSource
from cw2v.errors import CorpusError, CorpusTypeError
from cw2v.io.packed import packer_by_name

__all__ = ["CorpusFile", "TextSet", "file_fingerprint", "means_files"]

Text = str | os.PathLike[str] | IO[str] | IO[bytes]
CorpusFile = Text | Sequence[Text]

_ARGUMENT = "corpus_file"


def means_files(corpus: object) -> TypeGuard[CorpusFile]:
    """Whether something given as sentences can only be files: a `pathlib` path, an open file, or a list of these.

    A str is none of them, since whoever passes one may have meant it as text.
    """
    if isinstance(corpus, (list, tuple)):
        return len(corpus) > 0 and all(isinstance(item, (os.PathLike, io.IOBase)) for item in corpus)
    return isinstance(corpus, (os.PathLike, io.IOBase))


class TextSet:
    """The texts of one corpus, in order.

    Parameters
    ----------
    corpus_file : path, file object, or list or tuple of these
        A folder means all files in it and in its folders by name, hidden ones left out; a path with ``*``, ``?`` or
        ``[`` in it that does not exist is a pattern. A file object is read once, from where it stands.
    encoding, unicode_errors : str
        As of `bytes.decode`.
    piece_bytes : int
        What is read at a time.

    Attributes
    ----------
    sources : list of TextSource
    name : str
        For messages.
    size : int or None
        Bytes of all texts; None where that is not known before they are read.

    Raises
    ------
    CorpusTypeError, CorpusError, ParameterError, OSError
        It is nothing of the kind, or a file is not there.
    """

    def __init__(self, corpus_file: CorpusFile, encoding: str, unicode_errors: str, piece_bytes: int) -> None:
        self.sources = [
            TextSource(text, encoding, unicode_errors, _ARGUMENT, errors_name="unicode_errors", rewind=False,
                       piece_bytes=piece_bytes)
            for text in _texts_of(corpus_file)
        ]  # fmt: skip
        files = [source.name for source in self.sources if not source.is_stream]
        self._states = {name: file_state(regular_file(name, _ARGUMENT)) for name in files}
        self.has_stream = len(files) < len(self.sources)
        as_it_is = not self.has_stream and all(s.is_utf8 and packer_by_name(s.name) is None for s in self.sources)
        self.size = sum(self._states[name][1] for name in files) if as_it_is else None
        self.name = self.label(0) if len(self.sources) == 1 else f"{len(self.sources)} files"

    def label(self, number: int) -> str:
        """What messages call a text."""
        source = self.sources[number]
        return source.name if source.is_stream else f"{_ARGUMENT} {source.name!r}"

    def check_unchanged(self) -> None:
        """Raise CorpusError if a file has changed since the set was made."""
        for name, before in self._states.items():
            try:
                after: object = file_state(name)
            except OSError:
                after = None
            if after != before:
                raise CorpusError(f"{_ARGUMENT} {name!r} changed while it was read, so that its words may come from "
                                  "both states; read it again when nobody writes to it")  # fmt: skip

    def lines(self) -> Iterator[str]:
        """The lines that are not blank, of one text after the other."""
        for source in self.sources:
            open_line: list[str] = []
            for chunk in source.chunks():
                first, *more = chunk.split("\n")
                open_line.append(first)
                if more:
                    lines = ["".join(open_line), *more]
                    open_line = [lines.pop()]
                    yield from filter(str.strip, lines)
            yield from filter(str.strip, ["".join(open_line)])
        self.check_unchanged()


def _texts_of(corpus_file: Any) -> list[Any]:
    items = corpus_file if isinstance(corpus_file, (list, tuple)) else [corpus_file]
    if not items:
        raise CorpusError(f"{_ARGUMENT} is an empty list; pass at least one path")
    texts: list[Any] = []
    for item in items:
        if callable(getattr(item, "read", None)):
            texts.append(item)
        elif isinstance(item, (str, bytes, os.PathLike)):
            texts += expand_path(item, _ARGUMENT)
        else:
            found = f"{'a list with ' * (items is corpus_file)}{type(item).__name__}"
            raise CorpusTypeError(f"{_ARGUMENT} must be a path (str or os.PathLike), an open file or a list of these, "
                                  f"got {found}")  # fmt: skip
    return texts


def file_fingerprint(corpus_file: CorpusFile) -> tuple[object, ...]:
    """Real path, size, time of change and inode of each file: equal as long as none of them has changed.

    Raises
    ------
    CorpusTypeError
        An open file, which has no state that can be told, or nothing that can be read.
    CorpusError, OSError
        There are no such files.
    """
    texts = _texts_of(corpus_file)
    if any(not isinstance(text, str) for text in texts):
        raise CorpusTypeError(f"an open file has no fingerprint; pass the path as {_ARGUMENT}")
    return tuple(map(file_state, texts))

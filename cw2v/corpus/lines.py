"""Readers of plain text: a file with a sentence a line, a folder of those, a file that is one long line.

Each can be iterated again and again and gives token lists, so it goes wherever a corpus goes:
``Word2Vec(LineSentence("corpus.txt.gz"))``.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import IO, Any

from cw2v.corpus.encoded import MAX_SENTENCE_WORDS
from cw2v.corpus.paths import check_path, input_files
from cw2v.corpus.source import TextSource, check_count, check_encoding

__all__ = ["LineSentence", "PathLineSentences", "Text8Corpus", "split_lines"]

Path = str | os.PathLike[str]


def split_lines(chunks: Iterable[str], max_words: int, limit: int | None = None) -> Iterator[list[str]]:
    """Token lists of the lines of a text; lines without words give none, long ones several.

    Parameters
    ----------
    chunks : iterable of str
        The text, cut anywhere, in pieces that are not empty.
    max_words : int, at least 1
        Longer lines are cut after every so many words; none is lost.
    limit : int or None
        Lines to read, empty ones included; None reads all. Nothing is read beyond the chunk they end in.
    """
    if limit == 0:
        return
    n_lines = 0
    line = _OpenLine(max_words)
    for chunk in chunks:
        *ended, rest = chunk.split("\n")
        for text in ended:
            words = line.close(text) if line.is_open else text.split()
            if len(words) > max_words:
                yield from _cut(words, max_words)
            elif words:
                yield words
            n_lines += 1
            if n_lines == limit:
                return
        if rest:
            yield from line.extend(rest)
    yield from _cut(line.close(""), max_words)


def _cut(words: list[str], max_words: int) -> Iterator[list[str]]:
    return (words[begin : begin + max_words] for begin in range(0, len(words), max_words))


class _OpenLine:
    """A line that has not come to its end yet: its memory is bounded by one sentence, one word and one chunk."""

    def __init__(self, max_words: int) -> None:
        self._max_words = max_words
        self._words: list[str] = []
        self._tail: list[str] = []  # pieces of the last word, which may go on; joined once, as it may be huge

    @property
    def is_open(self) -> bool:
        return bool(self._tail or self._words)

    def extend(self, text: str) -> Iterator[list[str]]:
        """More of the line, at least a character: gives the sentences that are full."""
        pieces = text.split()
        if len(pieces) == 1 and len(pieces[0]) == len(text):
            self._tail.append(text)
            return
        self._add(text, pieces)
        if not text[-1].isspace():
            self._tail.append(self._words.pop())
        full = len(self._words) - len(self._words) % self._max_words
        yield from _cut(self._words[:full], self._max_words)
        self._words = self._words[full:]

    def close(self, text: str) -> list[str]:
        """The rest of the line: gives its words that were not given yet."""
        self._add(text, text.split())
        words, self._words = self._words, []
        return words

    def _add(self, text: str, pieces: list[str]) -> None:
        if self._tail:
            if text and not text[0].isspace():  # it goes on with the last word
                self._tail.append(pieces[0])
                pieces = pieces[1:]
            self._words.append("".join(self._tail))
            self._tail = []
        self._words += pieces


class LineSentence:
    """The sentences of a text file: one a line, its words parted by white space.

    As gensim's reader, white space is what `str.split` takes for it, the no-break and the ideographic space included
    (`corpus_file` splits at ASCII white space); a line ends at a line feed, so that the carriage return of Windows is
    white space; empty lines give nothing. A byte order mark at the beginning is left out.

    Parameters
    ----------
    source : path or file object
        A name that ends in .gz, .bz2, .xz or .zst (with ``pip install cw2v[zstd]``) is unpacked while it is read. A
        file object is open for reading, binary or text, and read from its beginning each time; one that cannot seek
        (a pipe, `sys.stdin`) is read once from where it is, and a second reading is an error.
    max_sentence_length : int, default 10,000
        Longer lines are cut after every so many words; none is lost. A line of any length needs little memory.
    limit : int or None, default None
        Read only the first `limit` lines, empty ones included.
    encoding : str, default "utf-8"
        Of a path or a binary file object.
    errors : str, default "strict"
        What becomes of bytes that are not text: "strict" raises; "replace", "ignore" and the others of `bytes.decode`.

    Raises
    ------
    CorpusTypeError, ParameterError
        An argument is out of its range.
    FileNotFoundError, IsADirectoryError, PermissionError, OSError
        While reading, as are those below: the file cannot be read.
    CorpusDecodeError
        Bytes are not text in this encoding; the message names file, line and byte offset.
    TruncatedFileError, FileFormatError
        A packed file ends early or is damaged.
    MissingExtraError
        .zst, and `zstandard` is not installed.
    CorpusError
        The path is a pipe or a device; a file object is closed, or was read and cannot seek.

    Examples
    --------
    >>> import io
    >>> lines = LineSentence(io.BytesIO(b"the cat\\n\\nthe old dog\\n"), max_sentence_length=2)
    >>> list(lines)
    [['the', 'cat'], ['the', 'old'], ['dog']]
    """

    def __init__(
        self,
        source: Path | IO[str] | IO[bytes],
        max_sentence_length: int = MAX_SENTENCE_WORDS,
        limit: int | None = None,
        *,
        encoding: str = "utf-8",
        errors: str = "strict",
    ) -> None:
        self._text = TextSource(source, encoding, errors)
        self.max_sentence_length = check_count("max_sentence_length", max_sentence_length, 1)
        self.limit = None if limit is None else check_count("limit", limit, 0)

    @property
    def source(self) -> Any:
        """The path or the file object."""
        return self._text.source

    def __iter__(self) -> Iterator[list[str]]:
        return split_lines(self._text.chunks(), self.max_sentence_length, self.limit)


class PathLineSentences:
    """The sentences of all files of a folder, as :class:`LineSentence` reads each of them, in the order of their names.

    Hidden files (``.gitignore``) are left out. Packed files may lie beside others.

    Parameters
    ----------
    source : path
        A folder, or a single file.
    max_sentence_length, encoding, errors
        As of :class:`LineSentence`.
    limit : int or None, default None
        Read only the first `limit` lines of each file.
    recursive : bool, default False
        Read the files in sub-folders too, sorted by their paths. Without it a sub-folder is an error, so that nothing
        is left out unseen.

    Attributes
    ----------
    input_files : list of str
        The files, found when the reader is made.

    Raises
    ------
    CorpusTypeError, ParameterError
        An argument is out of its range.
    FileNotFoundError
        There is no such folder.
    IsADirectoryError
        There is a sub-folder, and `recursive` is false.
    PermissionError, OSError
        The folder cannot be read.
    CorpusError
        A link leads back to a folder around it.
    Exception
        While reading: as of :class:`LineSentence`.
    """

    def __init__(
        self,
        source: Path,
        max_sentence_length: int = MAX_SENTENCE_WORDS,
        limit: int | None = None,
        *,
        encoding: str = "utf-8",
        errors: str = "strict",
        recursive: bool = False,
    ) -> None:
        self.source = source
        check_encoding(encoding, errors)
        self._encoding, self._errors = encoding, errors
        self.max_sentence_length = check_count("max_sentence_length", max_sentence_length, 1)
        self.limit = None if limit is None else check_count("limit", limit, 0)
        self.input_files = input_files(check_path(source, "source"), recursive)

    def __iter__(self) -> Iterator[list[str]]:
        for path in self.input_files:
            text = TextSource(path, self._encoding, self._errors)
            yield from split_lines(text.chunks(), self.max_sentence_length, self.limit)


class Text8Corpus:
    """A text as one stream of words, cut into sentences of the same length, as the benchmark file text8 is read.

    Line ends are white space like any other. gensim's reader does not cut what follows the last blank of a file: there
    the last sentence may be longer, as long as the whole of a file with a word a line.

    Parameters
    ----------
    fname : path or file object
        As `source` of :class:`LineSentence`.
    max_sentence_length : int, default 10,000
        Words of a sentence; the last one may be shorter.
    encoding, errors
        As of :class:`LineSentence`.

    Raises
    ------
    Exception
        As of :class:`LineSentence`.

    Examples
    --------
    >>> import io
    >>> list(Text8Corpus(io.StringIO(" anarchism originated as a term"), max_sentence_length=3))
    [['anarchism', 'originated', 'as'], ['a', 'term']]
    """

    def __init__(
        self,
        fname: Path | IO[str] | IO[bytes],
        max_sentence_length: int = MAX_SENTENCE_WORDS,
        *,
        encoding: str = "utf-8",
        errors: str = "strict",
    ) -> None:
        self._text = TextSource(fname, encoding, errors, argument="fname")
        self.max_sentence_length = check_count("max_sentence_length", max_sentence_length, 1)

    @property
    def fname(self) -> Any:
        """The path or the file object."""
        return self._text.source

    def __iter__(self) -> Iterator[list[str]]:
        one_line = (chunk.replace("\n", " ") for chunk in self._text.chunks())
        return split_lines(one_line, self.max_sentence_length)

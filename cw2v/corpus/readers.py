"""Readers of two corpora as NLTK lays them out on disk: Brown and Reuters. Nothing is fetched; NLTK is not needed.

Each can be iterated again and again and gives token lists, so it goes wherever a corpus goes:
``Word2Vec(BrownCorpus("nltk_data/corpora/brown"))``.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from cw2v.corpus.lines import split_lines
from cw2v.corpus.source import TextSource, check_encoding
from cw2v.errors import CorpusError, ParameterError

__all__ = ["BrownCorpus", "ReutersCorpus"]

Path = str | os.PathLike[str]


def _files(folder: str) -> list[str]:
    """Names of the files of a folder, sorted; hidden ones and folders in it are left out."""
    with os.scandir(folder) as entries:
        return sorted(entry.name for entry in entries if entry.is_file() and not entry.name.startswith("."))


class BrownCorpus:
    """The sentences of a folder of Brown files: a sentence a line, ``word/tag`` separated by white space.

    As gensim's reader: a token is the lower-cased word, ``/`` and the first two characters of its tag; what has not one
    slash, or a tag that is no letters (punctuation), is left out, and so is a line without tokens. Files such as
    ``cats.txt`` have no tags, so nothing comes of them.

    Parameters
    ----------
    dirname : path
        The folder; its files are read in the order of their names.
    tagged : bool, default True
        False leaves the tag away: ``the`` in place of ``the/at``.
    encoding, errors : str, default "utf-8", "strict"
        As of :class:`LineSentence`; packed files are unpacked as there.

    Raises
    ------
    OSError
        The folder or a file cannot be read.
    ParameterError
        `encoding` or `errors` is unknown.
    CorpusDecodeError
        While reading: a file is not UTF-8 or the encoding asked for.
    """

    def __init__(
        self, dirname: Path, tagged: bool = True, *, encoding: str = "utf-8", errors: str = "strict"
    ) -> None:
        check_encoding(encoding, errors)
        self._encoding, self._errors = encoding, errors
        self.dirname, self.tagged = os.fspath(dirname), bool(tagged)
        _files(self.dirname)  # what is wrong with the folder is said here, not in the middle of a training

    def __iter__(self) -> Iterator[list[str]]:
        for name in _files(self.dirname):
            text = TextSource(os.path.join(self.dirname, name), self._encoding, self._errors)
            for line in split_lines(text.chunks(), sys.maxsize):
                sentence = list(self._tokens(line))
                if sentence:
                    yield sentence

    def _tokens(self, line: list[str]) -> Iterator[str]:
        for token in line:
            word, slash, tag = token.partition("/")
            if not slash or "/" in tag or not tag[:2].isalpha():
                continue
            if self.tagged:
                yield f"{word.lower()}/{tag[:2]}"
            elif word:
                yield word.lower()


_WORD = re.compile(r"\w+|[^\w\s]+")  # words and runs of punctuation, as NLTK's reader has them
# A paragraph is set in by four blanks or more; a sentence ends at its mark before a capital, but not in "U.S. Move".
_PARAGRAPH = re.compile(r"\n(?= {4,}\S)|\n(?=\s*\n)")
_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?][\"')]*\s+(?=[\"'(]*[A-Z0-9])")


class ReutersCorpus:
    """The news documents of a folder ``training/`` and ``test/`` with ``cats.txt`` (Reuters-21578, ModApte split).

    Parameters
    ----------
    dirname : path
        The folder with ``training`` and ``test`` in it, a document a file, in Latin-1.
    categories : str or iterable of str, optional
        Only documents of at least one of these topics, such as ``"crude"``, by ``cats.txt``.
    by : {"document", "sentence"}, default "document"
        One token list a document, or one a sentence: the title, then what ends with a full stop, a question or an
        exclamation mark, by a simple rule.
    lower : bool, default True
        Lower-case the words.

    Attributes
    ----------
    fileids : list of str
        The documents, ``training/1`` and so on, the training part first, each part in the order of its numbers.
    topics : dict of str to list of str
        The topics of each document, as ``cats.txt`` has them; empty where that file is not there.

    Raises
    ------
    OSError
        The folder or a file cannot be read.
    CorpusError
        There is neither ``training`` nor ``test`` in it, or `categories` are asked for and there is no ``cats.txt``.
    ParameterError
        A category that no document has, or `by` is neither of the two.
    """

    def __init__(
        self, dirname: Path, categories: str | Iterable[str] | None = None, by: str = "document", lower: bool = True
    ) -> None:
        if by not in ("document", "sentence"):
            raise ParameterError(f"by must be 'document' or 'sentence', got {by!r}")
        self.dirname, self.by, self.lower = os.fspath(dirname), by, bool(lower)
        there = set(os.listdir(self.dirname))
        if not there & {"training", "test"}:
            raise CorpusError(f"{self.dirname} has no folder 'training' or 'test': not Reuters as NLTK lays it out")
        self.fileids = [
            f"{part}/{name}"
            for part in ("training", "test") if part in there
            for name in sorted(_files(os.path.join(self.dirname, part)), key=_by_number)
        ]  # fmt: skip
        self.topics = _read_topics(os.path.join(self.dirname, "cats.txt"))
        if categories is not None:
            wanted = self._check_categories(categories)
            self.fileids = [document for document in self.fileids if wanted & set(self.topics.get(document, ()))]

    def _check_categories(self, categories: Any) -> set[str]:
        if not self.topics:
            path = os.path.join(self.dirname, "cats.txt")
            raise CorpusError(f"categories need {path}, which is not there or is empty")
        wanted = {categories} if isinstance(categories, str) else set(categories)
        known = {topic for topics in self.topics.values() for topic in topics}
        unknown = sorted(map(str, wanted - known))
        if unknown:
            raise ParameterError(f"categories has {unknown[0]!r}, which no document has; the {len(known)} there are: "
                                 + ", ".join(sorted(known))[:300])  # fmt: skip
        return wanted

    def __iter__(self) -> Iterator[list[str]]:
        for document in self.fileids:
            with open(os.path.join(self.dirname, *document.split("/")), encoding="latin-1") as file:
                text = file.read()
            for part in [text] if self.by == "document" else _sentences(text):
                tokens = _WORD.findall(part.lower() if self.lower else part)
                if tokens:
                    yield tokens


def _by_number(name: str) -> tuple[int, str]:
    return (int(name) if name.isdecimal() else 0, name)


def _read_topics(path: str) -> dict[str, list[str]]:
    try:
        with open(path, encoding="latin-1") as file:
            lines = [line.split() for line in file]
    except FileNotFoundError:
        return {}
    return {line[0]: line[1:] for line in lines if line}


def _sentences(text: str) -> Iterator[str]:
    title, _, body = text.partition("\n")
    yield title
    for paragraph in _PARAGRAPH.split("\n" + body):
        begin = 0
        for end in _SENTENCE_END.finditer(paragraph):
            yield paragraph[begin : end.end()]
            begin = end.end()
        yield paragraph[begin:]

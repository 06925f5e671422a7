"""Phrases of a corpus: counting, scoring, finding, joining. The names and their meaning are gensim's."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Self

import numpy as np

from cw2v._phrases import TokenJoiner
from cw2v.parameters import default_workers
from cw2v.phrases import files
from cw2v.phrases.checks import (
    check_connector_words,
    check_delimiter,
    check_integer,
    check_number,
    check_threshold,
)
from cw2v.phrases.counts import PhraseCounts
from cw2v.phrases.encoded import Ids, Ints, read
from cw2v.phrases.frozen import FrozenPhrases
from cw2v.phrases.joining import Lookup, PhraseJoiner, Scored, highest
from cw2v.phrases.pairs import Heads
from cw2v.phrases.scorers import Scorer, check_scoring, score_arrays

__all__ = ["Phrases"]

logger = logging.getLogger("cw2v.phrases")

Path = str | os.PathLike[str]


class Phrases(PhraseJoiner):
    """Finds words that stand together more often than chance has it, and joins them.

    Parameters
    ----------
    sentences : iterable of sentences, optional
        Token lists of str; read once, so a generator will do. Also, as `corpus_file` of a model, a `pathlib` path, an
        open file or a list of these. None: call :meth:`add_vocab`.
    min_count : float, default 5
        What the scorers take off a pair's count, or demand of it. Above 0.
    threshold : float, default 10.0
        A pair is a phrase if its score is above this. Above 0 for "default" and "word2phrase", -1 to 1 for "npmi".
    max_vocab_size : int, default 40,000,000
        Words and pairs to keep in memory, from 1. When there are more, the rarest are dropped: those seen once, the
        next time those seen up to twice, and so on. Looked at after each 4 million words and at the end.
    delimiter : str, default "_"
        Stands between the words of a phrase; at least one character.
    progress_per : int, default 10,000
        The log says how far the reading is no more often than after so many sentences. From 1.
    scoring : {"default", "npmi", "word2phrase"} or callable, default "default"
        See :mod:`cw2v.phrases.scorers`. A callable is given ``worda_count, wordb_count, bigram_count, len_vocab,
        min_count, corpus_word_count`` by name and returns a number; it is called once for each pair seen.
    connector_words : collection of str, default empty
        Words that phrases may have within them but neither first nor last, such as
        ``ENGLISH_CONNECTOR_WORDS``. They change no score.

    Attributes
    ----------
    vocab : dict of str to int
        Count of every word and of every pair, joined. Made anew at each call.
    corpus_word_count : int
        Words read, connector words included.
    min_reduce : int
        Entries seen this often or less are dropped next.

    Raises
    ------
    ParameterError
        An argument is outside its range, or `scoring` does not take the six arguments.
    CorpusTypeError, CorpusError
        See :meth:`add_vocab`.

    Examples
    --------
    >>> sentences = [["we", "saw", "new", "york"], ["new", "york", "is", "big"], ["a", "new", "car"]] * 2
    >>> phrases = Phrases(sentences, min_count=1, threshold=1)
    >>> phrases[["new", "york", "new", "car"]]
    ['new_york', 'new_car']
    >>> phrases.export_phrases()["new_york"]
    1.875
    """

    def __init__(
        self, sentences: Iterable[Iterable[str]] | None = None, min_count: float = 5, threshold: float = 10.0,
        max_vocab_size: int = 40000000, delimiter: str = "_", progress_per: int = 10000,
        scoring: str | Scorer = "default", connector_words: Iterable[str] = frozenset(),
    ) -> None:  # fmt: skip
        self.scoring: Scorer = check_scoring(scoring)
        self.min_count = check_number("min_count", min_count, above=0)
        self.threshold = check_threshold(threshold, self.scoring)
        self.max_vocab_size = check_integer("max_vocab_size", max_vocab_size)
        self.progress_per = check_integer("progress_per", progress_per)
        self.delimiter = check_delimiter(delimiter)
        self.connector_words = check_connector_words(connector_words)
        self._counts = PhraseCounts(self.delimiter, self.connector_words)
        self._table: dict[tuple[str, ...], Scored] = {}
        self._made = None
        if sentences is not None:
            self.add_vocab(sentences)

    def __str__(self) -> str:
        return (f"{type(self).__name__}<{self._counts.entries().n} vocab, min_count={self.min_count}, "
                f"threshold={self.threshold}, max_vocab_size={self.max_vocab_size}>")  # fmt: skip

    @property
    def vocab(self) -> dict[str, int]:
        """Count of every word and of every pair, joined."""
        return self._counts.vocab()

    @property
    def corpus_word_count(self) -> int:
        """Words read, connector words included."""
        return self._counts.n_words

    @property
    def min_reduce(self) -> int:
        """Entries seen this often or less are dropped next."""
        return self._counts.min_reduce

    def add_vocab(self, sentences: Iterable[Iterable[str]]) -> None:
        """Count another corpus too. If it cannot be read to its end, nothing of it is counted.

        Parameters
        ----------
        sentences : iterable of sentences
            Token lists of str; read once.

        Raises
        ------
        CorpusTypeError
            A str as corpus or sentence, or a token that is no str.
        CorpusError
            See :func:`cw2v.corpus.scan`.
        """
        said = 0

        def report(done: int, total: int | None) -> None:
            nonlocal said
            if done - said >= self.progress_per:
                said = done
                logger.info("PROGRESS: at sentence #%i", done)

        self._count(*read(sentences, on_progress=report))

    def _count(self, words: list[str], counts: Ints, ids: Ids, offsets: Ints, workers: int | None = None) -> None:
        self._made = None
        self._counts.add(words, counts, ids, offsets, self.max_vocab_size, workers or default_workers())
        logger.info("collected %i token types (unigram + bigrams) from a corpus of %i words and %i sentences",
                    len(self._counts), len(ids), len(offsets) - 1)  # fmt: skip

    def _phrases(self) -> dict[tuple[str, ...], Scored]:
        """Text and score of every phrase, by its words."""
        counts = self._counts
        entries = counts.entries()
        scores = score_arrays(self.scoring, *entries, self.min_count, counts.n_words)
        rows = np.flatnonzero(scores > self.threshold)
        join = self.delimiter.join
        return {words: (join(words), score)
                for words, score in zip(counts.texts(rows), scores[rows].tolist(), strict=True)}  # fmt: skip

    def _lookup(self) -> Lookup:
        settings = (self.threshold, self.min_count, self.scoring, self.delimiter, self.connector_words)
        if self._made is None or self._made[0] != settings:
            self._table = table = self._phrases()
            seconds: dict[str, dict[str, str]] = {}
            ends = {(words[0], words[-1]) for words in table if len(words) > 2}
            for words, (text, _) in table.items():
                if len(words) == 2:
                    seconds.setdefault(words[0], {})[words[1]] = text
            self._made = settings, Lookup(table.get, TokenJoiner(seconds, ends, self.connector_words, table.get))
        return self._made[1]

    def _keys(self, index: Mapping[str, int], heads: Heads) -> Iterator[tuple[int, Scored]]:
        self._lookup()
        for words, phrase in self._table.items():
            ids = [index.get(word, -1) for word in words]
            if min(ids) >= 0:
                key = heads.key(ids)
                if key >= 0:
                    yield key, phrase

    def export_phrases(self) -> dict[str, float]:
        """Text and score of every phrase of the corpora that were counted.

        Where phrases are joined again, gensim takes their text apart at every delimiter and misses those of three
        words; here they are there.
        """
        self._lookup()
        return highest(self._table.values())

    def freeze(self) -> FrozenPhrases:
        """The phrases and their scores alone: smaller, and cannot count any more."""
        return FrozenPhrases(self)

    def save(self, path: Path) -> None:
        """Save counts and settings in cw2v's own format (:mod:`cw2v.io.native`), whole or not at all.

        A scorer of the caller's is not saved: pass it to :meth:`load` again.
        """
        files.write(path, self, self._counts.to_sections(), {
            "max_vocab_size": self.max_vocab_size, "progress_per": self.progress_per,
            "corpus_word_count": self._counts.n_words, "min_reduce": self._counts.min_reduce,
        })  # fmt: skip

    @classmethod
    def load(cls, path: Path, scoring: Scorer | None = None) -> Self:
        """Load what :meth:`save` saved. Reads numbers and text, and never runs code.

        Parameters
        ----------
        path : str or path
        scoring : callable, optional
            The scorer, if it is not one of cw2v's.

        Raises
        ------
        FileFormatError
            Not such a file, or not the bytes that were written.
        WrongFileError
            A file of something else.
        ParameterError
            The scorer was the caller's and is not given.
        """
        with files.reading(path, "Phrases", scoring) as (arrays, meta, common):
            self = cls(max_vocab_size=meta["max_vocab_size"], progress_per=meta["progress_per"], **common)
            self._counts.from_sections(arrays)
            self._counts.n_words, self._counts.min_reduce = int(meta["corpus_word_count"]), int(meta["min_reduce"])
        return self

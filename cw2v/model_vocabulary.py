"""The vocabulary of a model: what :class:`cw2v.Word2Vec` inherits."""

from __future__ import annotations

import logging
import os
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v import corpus as corpora
from cw2v import memory, selection
from cw2v.corpus import CorpusFile, EncodedCorpus, ScannedCorpus, Tokenizer
from cw2v.errors import ParameterError, VocabularyError
from cw2v.io import vocabulary_text
from cw2v.model_weights import ModelWeights
from cw2v.parameters import validate
from cw2v.selection import Rules, Selected, as_counts
from cw2v.train import reading_log
from cw2v.vocabulary import Keys, nothing_left

__all__ = ["ModelVocabulary", "Reading", "Sentences", "fingerprint"]

logger = logging.getLogger("cw2v.word2vec")

Sentences = Iterable[Any] | CorpusFile
Reading = dict[str, Any]  # how a corpus becomes tokens: encoding, unicode_errors, tokenizer
Path = str | os.PathLike[str]
TrimRule = Callable[..., Any]


class ModelVocabulary(ModelWeights):
    """The methods of a model that choose its words, under gensim's names."""

    # What they read and set of the model.
    min_count: int
    sample: float
    workers: int
    sorted_vocab: int
    null_word: int
    max_vocab_size: int | None
    max_final_vocab: int | None
    stop_words: tuple[Hashable, ...]
    unk: Hashable | None
    encoding: str
    unicode_errors: str
    tokenizer: Tokenizer
    effective_min_count: int
    corpus_count: int
    corpus_total_words: int
    raw_vocab: dict[Any, int] | None

    def build_vocab(
        self, corpus_iterable: Sentences | None = None, corpus_file: CorpusFile | None = None, update: bool = False,
        progress_per: int = 10_000, keep_raw_vocab: bool = False, trim_rule: TrimRule | None = None,
        min_count: int | None = None, sample: float | None = None, dry_run: bool = False, *,
        vocab_file: Path | None = None, encoding: str | None = None, unicode_errors: str | None = None,
        tokenizer: Tokenizer = None,
    ) -> None:  # fmt: skip
        """Read the corpus, choose the words and make their initial vectors.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As `sentences` and `corpus_file` of the constructor; exactly one of them.
        update : bool, default False
            Keep the words there are, with their ids and vectors; add the counts of this corpus to theirs, and the new
            words that are frequent enough in it behind them. Their vectors are what the seed makes for those rows.
            Sub-sampling and noise follow the new counts. For the hierarchical softmax the new words get a tree of their
            own that is joined to the old one (``cw2v.train.tree``). A model without words builds its vocabulary.
        progress_per : int
            Accepted; progress goes by time.
        keep_raw_vocab : bool, default False
            Keep all words and counts of the corpus in ``raw_vocab``.
        trim_rule : callable, optional
            See ``docs/vocabulary.md``; not kept.
        min_count, sample : optional
            In place of the model's; `sample` is kept.
        dry_run : bool, default False
            Read the corpus into ``raw_vocab`` and log what would be kept, but change neither words nor vectors.
        vocab_file : path, optional
            Take words and counts from a file that :meth:`save_vocab` or word2vec.c's ``-save-vocab`` wrote. A corpus
            beside it is read for its size alone.
        encoding, unicode_errors, tokenizer : optional
            How the corpus is read, in place of the model's.

        Raises
        ------
        CorpusError, OSError
            The corpus cannot be read.
        VocabularyError
            No word is left.
        FileFormatError
            `vocab_file` is no such file.
        """
        reading = self._reading(encoding, unicode_errors, tokenizer)
        if dry_run:
            if vocab_file is None:
                self._count(self._read(corpus_iterable, corpus_file, reading))
            else:
                self.raw_vocab = vocabulary_text.load(vocab_file)
            self.prepare_vocab(update, True, trim_rule, min_count, sample, dry_run=True)
            return
        rules = self._rules(trim_rule, min_count)
        share = self.sample if sample is None else validate(sample=sample)["sample"]
        # What has changed since it was read must be read again, so the fingerprint is taken first.
        before = None if corpus_file is None else fingerprint(corpus_file, reading)
        encoded: EncodedCorpus | None
        if vocab_file is None:
            encoded = self._scan(corpus_iterable, corpus_file, reading, rules, update, keep_raw_vocab)
        else:
            corpus = None
            if corpus_iterable is not None or corpus_file is not None:
                corpus = self._read(corpus_iterable, corpus_file, reading)
            encoded = self._take_listed(vocab_file, corpus, rules, update, keep_raw_vocab)
        self.sample = share
        self.add_lifecycle_event("build_vocab", update=update, trim_rule=str(trim_rule))
        self._encoded = None if before is None or encoded is None else (before, encoded)

    def _rules(self, trim_rule: TrimRule | None = None, min_count: int | None = None) -> Rules:
        """The rules by the model's attributes as they are now: callers assign them (model.min_count = 1)."""
        checked = validate(
            min_count=self.min_count if min_count is None else min_count, max_vocab_size=self.max_vocab_size,
            max_final_vocab=self.max_final_vocab, null_word=self.null_word, sorted_vocab=self.sorted_vocab,
        )  # fmt: skip
        stop_words = selection.as_stop_words(self.stop_words)
        return Rules(**checked, trim_rule=trim_rule, stop_words=stop_words, unk=self.unk)

    def _reading(
        self, encoding: str | None = None, unicode_errors: str | None = None, tokenizer: Tokenizer = None
    ) -> Reading:
        """How the corpus becomes tokens: as given, otherwise as the model has it."""
        return {"encoding": encoding or self.encoding, "unicode_errors": unicode_errors or self.unicode_errors,
                "tokenizer": tokenizer or self.tokenizer}  # fmt: skip

    def _scan(
        self, sentences: Sentences | None, corpus_file: CorpusFile | None, reading: Reading, rules: Rules,
        update: bool = False, keep_raw_vocab: bool = False,
    ) -> EncodedCorpus:  # fmt: skip
        """Read a corpus, take its words and return it encoded; the model changes when nothing can go wrong any more."""
        scanned = self._read(sentences, corpus_file, reading)
        scanned.check_min_count(rules.min_count if rules.unk is None else 0)
        selected = self._select(scanned.keys(), scanned.counts, rules, update)
        raw = as_raw_vocab(scanned) if keep_raw_vocab else defaultdict(int)
        encoded = scanned.encode(selected.vocabulary, memory.for_corpus(self, selected.vocabulary))
        self._take(selected, update, scanned.n_sentences, scanned.raw_words, raw)
        return encoded

    def _take_listed(
        self, vocab_file: Path, corpus: ScannedCorpus | None, rules: Rules, update: bool, keep_raw_vocab: bool
    ) -> EncodedCorpus | None:
        """Take the words of a file; a corpus beside it gives its size, and is returned encoded."""
        raw = vocabulary_text.load(vocab_file)
        keys = Keys(list(raw), f"file {os.fsdecode(vocab_file)!r}")
        selected = self._select(keys, as_counts(raw), replace(rules, first_seen_first=True), update)
        encoded, sizes = None, (0, sum(raw.values()))
        if corpus is not None:
            sizes = corpus.n_sentences, corpus.raw_words
            encoded = corpus.encode(selected.vocabulary, memory.for_corpus(self, selected.vocabulary))
        self._take(selected, update, *sizes, raw if keep_raw_vocab else {})
        return encoded

    def _read(
        self, sentences: Sentences | None, corpus_file: CorpusFile | None, reading: Reading
    ) -> ScannedCorpus:
        logger.info("collecting all words and their counts")
        scanned = corpora.scan(sentences, corpus_file, workers=self.workers, on_progress=reading_log(),
                               max_memory=memory.while_reading(self), **reading)  # fmt: skip
        logger.info("collected %i word types from a corpus of %i raw words and %i sentences",
                    len(scanned.counts), scanned.raw_words, scanned.n_sentences)  # fmt: skip
        return scanned

    def _select(self, keys: Keys, counts: NDArray[np.int64], rules: Rules, update: bool) -> Selected:
        if not update or self._vocabulary is None:  # an update of no words builds the vocabulary
            return selection.build(keys, counts, rules)
        if not len(keys):  # an iterator that was read to its end, most likely
            raise VocabularyError(nothing_left(keys, counts, rules.min_count))
        self._check_rows(self._vocabulary)
        return selection.extend(self._vocabulary, keys, counts, rules)

    def _take(self, selected: Selected, update: bool, sentences: int, words: int, raw: dict[Any, int]) -> None:
        before = len(self.wv)
        if update and self._vocabulary is not None:
            self._extend_vocabulary(selected.vocabulary)
            logger.info("added %i new words to %i", len(self.wv) - before, before)
        else:
            self._set_vocabulary(selected.vocabulary)
        self.effective_min_count, self.raw_vocab = selected.effective_min_count, raw
        self.corpus_count, self.corpus_total_words = sentences, words
        self.add_lifecycle_event(
            "prepare_vocab", msg=f"effective_min_count={self.effective_min_count} leaves {len(self.wv)} words")

    def scan_vocab(
        self, corpus_iterable: Sentences | None = None, corpus_file: CorpusFile | None = None,
        progress_per: int = 10_000, workers: int | None = None, trim_rule: TrimRule | None = None,
    ) -> tuple[int, int]:  # fmt: skip
        """Count the words of a corpus into ``raw_vocab``, a dict in the order of their first appearance.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As in :meth:`build_vocab`.
        progress_per, workers, trim_rule
            Accepted and not used: rules are applied by :meth:`prepare_vocab`, to whole counts.

        Returns
        -------
        total_words, corpus_count : int
            Words and sentences of the corpus.

        Raises
        ------
        CorpusError, OSError
            The corpus cannot be read.
        """
        return self._count(self._read(corpus_iterable, corpus_file, self._reading()))

    def _count(self, scanned: ScannedCorpus) -> tuple[int, int]:
        self.raw_vocab = as_raw_vocab(scanned)
        self.corpus_count, self.corpus_total_words = scanned.n_sentences, scanned.raw_words
        return scanned.raw_words, scanned.n_sentences

    def prepare_vocab(
        self, update: bool = False, keep_raw_vocab: bool = False, trim_rule: TrimRule | None = None,
        min_count: int | None = None, sample: float | None = None, dry_run: bool = False,
    ) -> dict[str, int]:  # fmt: skip
        """Choose the words from ``raw_vocab`` and make their initial vectors.

        Parameters
        ----------
        update, keep_raw_vocab, trim_rule, min_count, sample
            As in :meth:`build_vocab`.
        dry_run : bool, default False
            Only report.

        Returns
        -------
        dict
            gensim's report; see :func:`cw2v.selection.report`.

        Raises
        ------
        VocabularyError
            There is no ``raw_vocab``, or no word of it is left.
        ParameterError
            A count in it is no count.
        """
        if self.raw_vocab is None:
            raise VocabularyError("there is no raw_vocab to choose words from: call scan_vocab() first")
        rules = self._rules(trim_rule, min_count)
        share = self.sample if sample is None else validate(sample=sample)["sample"]
        raw, keys = self.raw_vocab, Keys(list(self.raw_vocab), "raw_vocab")
        counts = as_counts(raw)
        selected = self._select(keys, counts, rules, update)
        found = selection.report(selected.vocabulary, keys, counts, share)
        logger.info("min_count=%i and sample=%g keep: %s", rules.min_count, share, found)
        if not dry_run:
            self._take(selected, update, self.corpus_count, self.corpus_total_words, raw if keep_raw_vocab else {})
            self.sample = share
        return found

    def build_vocab_from_freq(
        self, word_freq: Mapping[Any, int], keep_raw_vocab: bool = False, corpus_count: int | None = None,
        trim_rule: TrimRule | None = None, update: bool = False,
    ) -> None:  # fmt: skip
        """Choose the words from counts that are known.

        Parameters
        ----------
        word_freq : mapping of hashable to int
            Count of each word, at least 0.
        keep_raw_vocab, trim_rule, update
            As in :meth:`build_vocab`.
        corpus_count : int, optional
            Sentences of the corpus, which ``corpus_count`` then tells; default 0. ``corpus_total_words`` is the sum of
            the counts.

        Raises
        ------
        ParameterError
            Not a mapping, or something in it is no count.
        VocabularyError
            No word is left.
        """
        if not callable(getattr(word_freq, "items", None)):  # a mapping, or a pandas Series
            raise ParameterError(f"word_freq must be a mapping of word to count, got {type(word_freq).__name__}")
        raw = dict(word_freq.items())
        counts = as_counts(raw)
        selected = self._select(Keys(list(raw), "word_freq"), counts, self._rules(trim_rule), update)
        self._take(selected, update, corpus_count or 0, int(counts.sum()), raw if keep_raw_vocab else {})

    def add_null_word(self) -> None:
        """Add the word ``"\\0"`` with count 1 behind the others, unless it is there; see the parameter `null_word`."""
        empty = Keys((), "nothing")
        rules = replace(self._rules(), null_word=True)
        selected = selection.extend(self._need_vocabulary(), empty, np.zeros(0, np.int64), rules)
        self._extend_vocabulary(selected.vocabulary)

    def save_vocab(self, fname: Path) -> None:
        """Save words and counts as text, a ``word count`` line each in the order of the ids, as word2vec.c does.

        Raises
        ------
        FileFormatError
            A word that the format cannot hold.
        VocabularyError
            There is no vocabulary.
        OSError
            The file cannot be written.
        """
        vocabulary = self._need_vocabulary()
        vocabulary_text.save(fname, vocabulary.index_to_key, vocabulary.counts)


def as_raw_vocab(scanned: ScannedCorpus) -> dict[Any, int]:
    """Words and counts in the order of their first appearance; callers of gensim's count on a defaultdict."""
    return defaultdict(int, zip(scanned.keys(), scanned.counts.tolist(), strict=True))


def fingerprint(corpus_file: Any, reading: Reading) -> object:
    """Equal as long as the file has not changed and is read in the same way."""
    try:
        return corpora.file_fingerprint(corpus_file), reading
    except (OSError, TypeError, ValueError):
        return object()  # equal to nothing: the reader will say what is wrong with it

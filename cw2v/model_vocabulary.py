"""The vocabulary of a model, and the weights that follow it: what :class:`cw2v.Word2Vec` inherits."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from cw2v import corpus as corpora
from cw2v.corpus import EncodedCorpus
from cw2v.errors import NotYetError
from cw2v.keyedvectors import KeyedVectors
from cw2v.parameters import validate
from cw2v.train import huffman_paths, reading_log
from cw2v.vocabulary import Vocabulary

__all__ = ["ModelVocabulary", "Sentences", "fingerprint"]

logger = logging.getLogger("cw2v.word2vec")

Sentences = Iterable[Iterable[Hashable]]
Path = str | os.PathLike[str]


class ModelVocabulary:
    """The methods of a model that choose its words and make their weights, under gensim's names."""

    # What they read and set of the model.
    wv: KeyedVectors
    vector_size: int
    alpha: float
    min_count: int
    sample: float
    workers: int
    hs: int
    negative: int
    objective: str | None
    sorted_vocab: int
    syn1neg: NDArray[np.float32]
    syn1: NDArray[np.float32]
    effective_min_count: int
    corpus_count: int
    corpus_total_words: int
    min_alpha_yet_reached: float
    _random_seed: int
    _epochs_trained: int
    _vocabulary: Vocabulary | None
    _encoded: tuple[object, EncodedCorpus] | None

    def build_vocab(
        self, corpus_iterable: Sentences | None = None, corpus_file: Path | None = None, update: bool = False,
        progress_per: int = 10_000, keep_raw_vocab: bool = False, trim_rule: Callable[..., int] | None = None,
        min_count: int | None = None, sample: float | None = None,
    ) -> None:  # fmt: skip
        """Read the corpus, choose the words and make their initial vectors.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As `sentences` and `corpus_file` of the constructor; exactly one of them.
        update, keep_raw_vocab, trim_rule
            Not yet.
        progress_per : int
            Accepted; progress goes by time.
        min_count, sample : optional
            In place of the model's.

        Raises
        ------
        CorpusError, VocabularyError, OSError, NotYetError
        """
        for name, value in (("update", update), ("keep_raw_vocab", keep_raw_vocab), ("trim_rule", trim_rule)):
            if value:
                raise NotYetError(f"build_vocab({name}={value!r}) is not implemented yet in this version of cw2v")
        if sample is not None:
            self.sample = validate(sample=sample)["sample"]
        chosen = validate(min_count=self.min_count if min_count is None else min_count)["min_count"]
        # What has changed since it was read must be read again, so the fingerprint is taken first.
        before = None if corpus_file is None else fingerprint(corpus_file)
        encoded = self._scan(corpus_iterable, corpus_file, chosen)
        self._encoded = None if before is None else (before, encoded)

    def _scan(self, sentences: Sentences | None, corpus_file: Path | None, min_count: int) -> EncodedCorpus:
        logger.info("collecting all words and their counts")
        scanned = corpora.scan(sentences, corpus_file, workers=self.workers, on_progress=reading_log())
        vocabulary = Vocabulary.build(
            scanned.keys(), scanned.counts, min_count=min_count, sorted_vocab=bool(self.sorted_vocab)
        )
        self.effective_min_count = min_count
        self.corpus_count, self.corpus_total_words = scanned.n_sentences, scanned.raw_words
        encoded = scanned.encode(vocabulary)
        self._set_vocabulary(vocabulary)
        logger.info(
            "collected %i word types from a corpus of %i raw words and %i sentences; %i kept with min_count=%i",
            len(scanned.counts), scanned.raw_words, scanned.n_sentences, len(vocabulary), min_count,
        )  # fmt: skip
        return encoded

    def _set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Take the vocabulary and initialise: input vectors uniform in (-1 / D, 1 / D), output vectors zero."""
        shape = (len(vocabulary), self.vector_size)
        vectors = np.random.default_rng(self._random_seed).random(shape, dtype=np.float32)
        vectors *= 2.0
        vectors -= 1.0
        vectors /= self.vector_size
        self.wv = KeyedVectors(self.vector_size)
        self.wv.vectors = vectors
        self.wv.index_to_key, self.wv.key_to_index = vocabulary.index_to_key, vocabulary.key_to_index
        self.wv.next_index = len(vocabulary)
        self.wv.expandos = {"count": vocabulary.counts}
        self._make_outputs(len(vocabulary))
        if self.hs:
            self._keep_paths(vocabulary)
        self._vocabulary, self._epochs_trained = vocabulary, 0
        self.min_alpha_yet_reached = self.alpha

    def _outputs(self) -> list[str]:
        """Names of the output matrices that the objectives use."""
        softmax = self.objective == "softmax"
        used = (("syn1neg", softmax or self.negative > 0), ("syn1", self.hs and not softmax))
        return [name for name, is_used in used if is_used]

    def _make_outputs(self, n_words: int) -> None:
        """Output matrices of the objectives, zero, as word2vec begins."""
        for name in ("syn1neg", "syn1"):
            if name in self._outputs():
                setattr(self, name, np.zeros((n_words, self.vector_size), np.float32))
            elif hasattr(self, name):
                delattr(self, name)

    def _keep_paths(self, vocabulary: Vocabulary) -> None:
        """Attributes "code" and "point" of each word: its turns and inner nodes from the root, in gensim's numbers."""
        begin, node, code = huffman_paths(vocabulary.counts)
        ends = begin[1:-1]
        codes, points = np.empty(len(vocabulary), object), np.empty(len(vocabulary), object)
        codes[:] = np.split(code, ends)
        points[:] = np.split((len(vocabulary) - 2 - node).astype(np.uint32), ends)
        self.wv.expandos["code"], self.wv.expandos["point"] = codes, points


def fingerprint(corpus_file: Path) -> object:
    try:
        return corpora.file_fingerprint(corpus_file)
    except (OSError, TypeError, ValueError):
        return object()  # equal to nothing: the reader will say what is wrong with it

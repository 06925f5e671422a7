"""The model: parameters, vocabulary, training and saving under gensim 4's names."""

from __future__ import annotations

import logging
import numbers
import os
import secrets
import time
from collections.abc import Callable, Hashable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from cw2v import corpus as corpora
from cw2v.corpus import EncodedCorpus
from cw2v.errors import (
    CorpusError,
    FileFormatError,
    NotYetError,
    ParameterError,
    TrainingError,
    VocabularyError,
    WrongFileError,
)
from cw2v.io import native
from cw2v.keyedvectors import KeyedVectors
from cw2v.parameters import MAX_WORDS_IN_BATCH, PARAMETERS, default_workers, validate
from cw2v.train import Matrices, Settings, TrainingReport, check_progress, huffman_paths, reading_log, train
from cw2v.vocabulary import Vocabulary

__all__ = ["Word2Vec"]

logger = logging.getLogger("cw2v.word2vec")

Sentences = Iterable[Iterable[Hashable]]
Path = str | os.PathLike[str]

_UNSAVED = {"hashfxn", "trim_rule", "callbacks", "progress"}


class Word2Vec:
    """Train and keep word vectors (Mikolov et al. 2013a, 2013b).

    Names, order and defaults of the parameters are gensim 4's, except that `workers` is by default the number of
    processors (at most 16); the last three are ours. Every parameter's range is in ``cw2v.parameters`` and
    ``docs/parameters.md``.

    Parameters
    ----------
    sentences : iterable of iterables of hashable, optional
        The corpus as token lists, read once; a generator will do. The model is trained right away.
    corpus_file : path, optional
        The corpus as a UTF-8 text file, one sentence a line, words parted by white space. Give one of the two, or none
        and call :meth:`build_vocab` and :meth:`train`.
    vector_size, alpha, window, min_count, max_vocab_size, sample, seed, workers, min_alpha, sg, hs, negative, \
ns_exponent, cbow_mean, hashfxn, epochs, null_word, trim_rule, sorted_vocab, batch_words, compute_loss, callbacks, \
comment, max_final_vocab, shrink_windows
        As in gensim 4.
    shared_negatives : bool, default True
        One set of noise words for all contexts of a centre word, several times faster and as good; False draws one for
        each pair, as word2vec.c does.
    cbow_update : {"word2vec", "exact"}, default "word2vec"
        CBOW's gradient: word2vec.c's, which every context gets whole, or the true gradient of the mean, a share of it
        for each context (Irsoy, Benton, Stratos 2021), which wants a larger learning rate, some 0.075.
    progress : bool or callable, default False
        True draws a bar (``pip install cw2v[progress]``); a callable is given a
        :class:`~cw2v.train.ProgressState` about once a second.

    Attributes
    ----------
    wv : KeyedVectors
        The vectors, float32 (V, vector_size).
    syn1neg : ndarray of float32, (V, vector_size)
        Output vectors of negative sampling; there with ``negative > 0``.
    syn1 : ndarray of float32, (V, vector_size)
        Vectors of the Huffman tree's inner nodes; there with ``hs=1``.
    loss_history : list of float
        Mean loss of a prediction in each epoch of the last call of :meth:`train` with ``compute_loss=True``.
    training_report : TrainingReport or None
        Where every token of every epoch of the last call of :meth:`train` went.
    corpus_count, corpus_total_words : int
        Sentences and words of the corpus that the vocabulary was built from.

    Raises
    ------
    ParameterError
        A parameter is outside its range.
    NotYetError
        A parameter is valid, but this version does not train it.
    CorpusError, OSError
        The corpus cannot be read; see :func:`cw2v.corpus.scan`.
    VocabularyError
        No word occurs `min_count` times.

    Examples
    --------
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"]] * 50
    >>> model = Word2Vec(sentences, vector_size=16, sg=1, min_count=1, epochs=2, workers=1)
    >>> model.wv["king"].shape
    (16,)
    >>> model.training_report.raw
    600
    """

    def __init__(
        self, sentences: Sentences | None = None, corpus_file: Path | None = None, vector_size: int = 100,
        alpha: float = 0.025, window: int = 5, min_count: int = 5, max_vocab_size: int | None = None,
        sample: float = 1e-3, seed: int | None = 1, workers: int | None = None, min_alpha: float = 0.0001, sg: int = 0,
        hs: int = 0, negative: int = 5, ns_exponent: float = 0.75, cbow_mean: int = 1,
        hashfxn: Callable[..., int] = hash, epochs: int = 5, null_word: int = 0,
        trim_rule: Callable[..., int] | None = None, sorted_vocab: int = 1, batch_words: int = MAX_WORDS_IN_BATCH,
        compute_loss: bool = False, callbacks: Iterable[Any] = (), comment: str | None = None,
        max_final_vocab: int | None = None, shrink_windows: bool = True, *, shared_negatives: bool = True,
        cbow_update: str = "word2vec", progress: bool | Callable[..., object] = False,
    ) -> None:  # fmt: skip
        if sentences is not None and corpus_file is not None:
            raise ParameterError("give one of sentences and corpus_file, not both")
        arguments = locals()
        values = validate(**{p.name: arguments[p.name] for p in PARAMETERS})
        callbacks = values.pop("callbacks")  # not kept, as in gensim
        values.pop("trim_rule")
        values["workers"] = values["workers"] or default_workers()
        check_progress(values["progress"])
        for name, value in values.items():
            setattr(self, name, value)
        self._check_objective()
        self._begin()
        if sentences is not None or corpus_file is not None:
            encoded = self._scan(sentences, corpus_file, self.min_count)
            self._train(encoded, self.epochs, self.alpha, self.min_alpha, callbacks=callbacks)

    # Set from the table of parameters in __init__; declared here for readers and type checkers.
    vector_size: int
    alpha: float
    window: int
    min_count: int
    max_vocab_size: int | None
    sample: float
    seed: int | None
    workers: int
    min_alpha: float
    sg: int
    hs: int
    negative: int
    ns_exponent: float
    cbow_mean: int
    epochs: int
    sorted_vocab: int
    batch_words: int
    compute_loss: bool
    comment: str | None
    max_final_vocab: int | None
    shrink_windows: bool
    syn1neg: NDArray[np.float32]
    syn1: NDArray[np.float32]
    shared_negatives: bool
    cbow_update: str
    progress: bool | Callable[..., object]

    def _begin(self) -> None:
        """Everything that is not a parameter, as it is before there is a vocabulary."""
        self.wv = KeyedVectors(self.vector_size)
        self._make_outputs(0)
        self.layer1_size = self.vector_size
        self.effective_min_count = self.min_count
        self.corpus_count = self.corpus_total_words = 0
        self.train_count = 0
        self.total_train_time = 0.0
        self.min_alpha_yet_reached = self.alpha
        self.running_training_loss = 0.0
        self.loss_history: list[float] = []
        self.training_report: TrainingReport | None = None
        self._random_seed = secrets.randbits(64) if self.seed is None else self.seed
        self._epochs_trained = 0
        self._vocabulary: Vocabulary | None = None
        self._encoded: tuple[object, EncodedCorpus] | None = None  # file fingerprint, what build_vocab read of it

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    def _check_objective(self) -> None:
        if self.negative == 0 and not self.hs:
            raise ParameterError("negative=0 with hs=0 leaves nothing to train: set negative to 1 or more, or hs=1")
        if self.negative > 0 and self.hs:
            logger.warning("Both hierarchical softmax and negative sampling are activated.")

    # --- vocabulary

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
        before = None if corpus_file is None else _fingerprint(corpus_file)
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

    def _make_outputs(self, n_words: int) -> None:
        """Output matrices of the objectives, zero, as word2vec begins."""
        for name, used in (("syn1neg", self.negative > 0), ("syn1", self.hs)):
            if used:
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

    # --- training

    def train(
        self, corpus_iterable: Sentences | None = None, corpus_file: Path | None = None,
        total_examples: int | None = None, total_words: int | None = None, epochs: int | None = None,
        start_alpha: float | None = None, end_alpha: float | None = None, word_count: int = 0, queue_factor: int = 2,
        report_delay: float = 1.0, compute_loss: bool = False, callbacks: Iterable[Any] = (),
    ) -> tuple[int, int]:  # fmt: skip
        """Train on a corpus with the vocabulary there is.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As `sentences` and `corpus_file` of the constructor; exactly one of them. A file that has not changed since
            :meth:`build_vocab` is not read again.
        total_examples, total_words : int
            Sentences or words of the corpus, by which the learning rate falls: pass the model's ``corpus_count`` or
            ``corpus_total_words``. One of them is needed; with `corpus_file` it is `total_words`.
        epochs : int
            Passes over the corpus; needed.
        start_alpha, end_alpha : float, optional
            Learning rate at the start and the end, in place of ``alpha`` and ``min_alpha``.
        word_count, queue_factor
            Accepted and not used.
        report_delay : float, default 1.0
            Seconds between two progress reports.
        compute_loss : bool, default False
            Measure the loss: see ``loss_history`` and :meth:`get_latest_training_loss`.
        callbacks : iterable of objects
            Each may have gensim's hooks ``on_train_begin(model)``, ``on_epoch_begin(model)``, ``on_epoch_end(model)``
            and ``on_train_end(model)``; the model's vectors are up to date in them and may be changed. One that raises
            ``cw2v.StopTraining`` ends training there; any other exception reaches the caller.

        Returns
        -------
        trained, raw : int
            Words trained (in the vocabulary and not sub-sampled) and words read, over all epochs.

        Raises
        ------
        VocabularyError
            There is no vocabulary.
        ParameterError
            `epochs` or a total is missing, or an argument is outside its range.
        CorpusError, OSError
            The corpus cannot be read.
        """
        if self._vocabulary is None:
            raise VocabularyError("you must first build vocabulary before training the model: call build_vocab()")
        if epochs is None:
            raise ParameterError("train() needs epochs, for example epochs=model.epochs")
        if total_examples is None and total_words is None:
            raise ParameterError(
                "train() needs total_examples or total_words, for example total_examples=model.corpus_count"
            )
        if corpus_file is not None and total_words is None:
            raise ParameterError(
                "train(corpus_file=) needs total_words, for example total_words=model.corpus_total_words"
            )
        checked = validate(epochs=epochs, compute_loss=compute_loss, callbacks=callbacks)
        alpha = self.alpha if start_alpha is None else validate(alpha=start_alpha)["alpha"]
        min_alpha = self.min_alpha if end_alpha is None else validate(min_alpha=end_alpha)["min_alpha"]
        encoded = self._encode(corpus_iterable, corpus_file)
        total = _total_tokens(encoded, total_examples, total_words)
        self.compute_loss = checked["compute_loss"]
        report = self._train(
            encoded, checked["epochs"], alpha, min_alpha, total, report_delay, checked["callbacks"]
        )
        return report.trained, report.raw

    def _encode(self, corpus_iterable: Sentences | None, corpus_file: Path | None) -> EncodedCorpus:
        assert self._vocabulary is not None
        cached, self._encoded = self._encoded, None
        if corpus_file is not None and corpus_iterable is None and cached and cached[0] == _fingerprint(corpus_file):
            self._encoded = cached
            return cached[1]
        encoded = corpora.encode(self._vocabulary, corpus_iterable, corpus_file, workers=self.workers)
        if encoded.raw_words == 0:
            raise CorpusError(
                "the corpus has no words: if it is an iterator or a generator, build_vocab() has read it to its end; "
                "pass a list, a file or an object that can be iterated again"
            )
        return encoded

    def _train(
        self, encoded: EncodedCorpus, epochs: int, alpha: float, min_alpha: float, total: float | None = None,
        report_delay: float = 1.0, callbacks: Iterable[Any] = (),
    ) -> TrainingReport:  # fmt: skip
        assert self._vocabulary is not None
        # Callers assign attributes (model.min_count = 1, model.workers = 8): what training reads is checked again.
        names = ("window", "shrink_windows", "sg", "hs", "cbow_mean", "cbow_update", "compute_loss", "negative",
                 "shared_negatives", "ns_exponent", "sample", "workers")  # fmt: skip
        checked = validate(**{name: getattr(self, name) for name in names})
        validate(alpha=alpha, min_alpha=min_alpha)
        self._check_objective()
        if self.wv.index_to_key != self._vocabulary.index_to_key:
            raise TrainingError("the keys of model.wv were changed: training would update the wrong rows; undo it, or "
                                "build the vocabulary again")
        if alpha > self.min_alpha_yet_reached:
            logger.warning("Effective 'alpha' higher than previous training cycles")
        settings = Settings(
            **{name: checked[name] for name in names}, seed=self._random_seed, start_alpha=alpha, end_alpha=min_alpha,
            epochs=epochs, first_epoch=self._epochs_trained, total=total,
        )  # fmt: skip
        logger.info(
            "training model with %i workers on %i vocabulary and %i features, using sg=%i hs=%i sample=%g "
            "negative=%i window=%i shrink_windows=%s",
            self.workers, len(self.wv), self.vector_size, self.sg, self.hs, self.sample, self.negative, self.window,
            self.shrink_windows,
        )  # fmt: skip
        begun = time.perf_counter()
        matrices = Matrices(
            self.wv.vectors, self.syn1neg if self.negative > 0 else None, self.syn1 if self.hs else None
        )
        hooks = list(callbacks)
        self._call(hooks, "on_train_begin")
        report = train(
            encoded, self._vocabulary, matrices, settings, self.progress, report_delay,
            (lambda: self._call(hooks, "on_epoch_begin"), lambda: self._call(hooks, "on_epoch_end")) if hooks else None,
        )  # fmt: skip
        self.total_train_time += time.perf_counter() - begun
        self.train_count += 1
        self._epochs_trained += epochs
        self.min_alpha_yet_reached = min(alpha, min_alpha)
        self.training_report = report
        if self.compute_loss:
            self.loss_history = [e.mean_loss for e in report.epochs if e.mean_loss is not None]
            self.running_training_loss = sum(e.loss or 0.0 for e in report.epochs)
        logger.info("training on %i raw words (%i effective words) took %.1fs, %.0f effective words/s",
                    report.raw, report.trained, report.seconds, report.trained / max(report.seconds, 1e-9))
        self._call(hooks, "on_train_end")
        if report.raw and report.trained == 0:
            logger.warning("no word of the corpus was trained: %s", report)
        return report

    def _call(self, hooks: list[Any], name: str) -> None:
        for hook in hooks:
            method = getattr(hook, name, None)
            if method is not None:
                method(self)

    def get_latest_training_loss(self) -> float:
        """Summed loss of the last call of :meth:`train` with ``compute_loss=True``, over all epochs."""
        return self.running_training_loss

    # --- files

    def save(self, fname: Path) -> None:
        """Save the whole model in one file: parameters, vocabulary, both matrices. It is written whole or not at all.

        The format is cw2v's own (``cw2v.io.native``), checked byte by byte; loading it never runs code.
        """
        arrays, _ = self.wv.to_sections()
        arrays |= {name: getattr(self, name) for name in ("syn1neg", "syn1") if hasattr(self, name)}
        parameters = validate(**{p.name: getattr(self, p.name) for p in PARAMETERS if p.name not in _UNSAVED})
        if not isinstance(self.comment, str | int | float | None):
            raise ParameterError(f"comment must be text or a number to be saved, got {self.comment!r}")
        state = {name: getattr(self, name) for name in _STATE}
        raw_words = self._vocabulary.raw_words if self._vocabulary else 0
        meta = {"kind": "Word2Vec", "parameters": parameters, "state": state, "raw_words": raw_words}
        native.write(fname, arrays, meta)

    @classmethod
    def load(cls, fname: Path) -> Self:
        """Load what :meth:`save` saved.

        Raises
        ------
        FileFormatError
            Not such a file, or not the bytes that were written.
        WrongFileError
            A file of vectors alone: load it with ``KeyedVectors.load``.
        """
        arrays, meta = native.read(fname)
        if meta.get("kind") != "Word2Vec":
            raise WrongFileError(
                f"{os.fsdecode(fname)} holds a {meta.get('kind')}, not a Word2Vec model: "
                "load it with KeyedVectors.load"
            )
        model = cls.__new__(cls)
        try:
            model._restore(arrays, meta)
        except (KeyError, TypeError, AttributeError, FileFormatError) as error:
            raise FileFormatError(f"{os.fsdecode(fname)} is not a whole Word2Vec model: {error!r}") from error
        return model

    def _restore(self, arrays: dict[str, NDArray[Any]], meta: dict[str, Any]) -> None:
        for parameter in PARAMETERS:
            if parameter.name not in ("callbacks", "trim_rule"):
                setattr(self, parameter.name, meta["parameters"].get(parameter.name, parameter.default))
        self._begin()
        self.wv = KeyedVectors.from_sections(arrays)
        for name, used in (("syn1neg", self.negative > 0), ("syn1", self.hs)):
            if used:
                setattr(self, name, arrays[name])
        for name in _STATE:
            setattr(self, name, meta["state"][name])
        if len(self.wv):
            self._vocabulary = Vocabulary(self.wv.index_to_key, self.wv.expandos["count"], meta["raw_words"])
            if self.hs:
                self._keep_paths(self._vocabulary)


_STATE = (
    "corpus_count", "corpus_total_words", "train_count", "total_train_time", "min_alpha_yet_reached",
    "effective_min_count", "_random_seed", "_epochs_trained",
)  # fmt: skip


def _fingerprint(corpus_file: Path) -> object:
    try:
        return corpora.file_fingerprint(corpus_file)
    except (OSError, TypeError, ValueError):
        return object()  # equal to nothing: the reader will say what is wrong with it


def _total_tokens(encoded: EncodedCorpus, total_examples: int | None, total_words: int | None) -> float | None:
    """The corpus' length in known tokens that a caller's total amounts to; None if it is the corpus' own."""
    if total_examples is not None:
        given, seen, name = total_examples, encoded.n_sentences, "total_examples"
    else:
        assert total_words is not None
        given, seen, name = total_words, encoded.raw_words, "total_words"
    if isinstance(given, bool) or not isinstance(given, numbers.Real) or not given > 0:
        raise ParameterError(f"{name} must be a number above 0, got {given!r}")
    if given == seen or seen == 0:
        return None
    logger.warning("%s is %s but the corpus has %i: the learning rate falls as if it had %s",
                   name, given, seen, given)
    return encoded.n_words * given / seen

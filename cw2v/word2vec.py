"""The model: parameters, vocabulary, training and saving under gensim 4's names."""

from __future__ import annotations

import logging
import math
import numbers
import os
import secrets
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Literal, NoReturn, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from cw2v import corpus as corpora
from cw2v import memory, modelfile, predict
from cw2v.corpus import CorpusFile, EncodedCorpus, Tokenizer
from cw2v.corpus.stream import Stream
from cw2v.errors import CheckpointError, CorpusError, ParameterError, ParameterTypeError
from cw2v.io import native
from cw2v.keyedvectors import KeyedVectors
from cw2v.model_vocabulary import ModelVocabulary, Reading, Sentences, fingerprint
from cw2v.parameters import MAX_WORDS_IN_BATCH, PARAMETERS, default_workers, validate
from cw2v.removed import RENAMED_ATTRIBUTES, unexpected_arguments
from cw2v.selection import as_stop_words
from cw2v.session import check_checkpoint, check_objective, matrices_of, run_session, settings_of, stream_of
from cw2v.train import Corpus, TrainingReport, check_progress, mean_loss
from cw2v.vectors import context
from cw2v.vocabulary import Vocabulary

__all__ = ["Word2Vec"]

logger = logging.getLogger("cw2v.word2vec")

Path = str | os.PathLike[str]


class Word2Vec(ModelVocabulary):
    """Train and keep word vectors (Mikolov et al. 2013a, 2013b).

    Names, order and defaults of the parameters are gensim 4's, except that `workers` is by default the number of
    processors (at most 16); those from `stop_words` on are ours. Every range is in ``cw2v.parameters`` and
    ``docs/parameters.md``.

    Parameters
    ----------
    sentences : iterable of iterables of hashable, optional
        The corpus as token lists, read once; a generator will do, and so will integer arrays, :class:`cw2v.Walks` and
        columns of pandas, polars, Arrow and `datasets`. The model is trained right away.
    corpus_file : path, file object, or list of these, optional
        The corpus as text, one sentence a line, words parted by white space: a file, packed or not, a folder, a pattern
        or an open file (see :func:`cw2v.corpus.scan`). Give one of the two, or none and call :meth:`build_vocab` and
        :meth:`train`.
    vector_size, alpha, window, min_count, max_vocab_size, sample, seed, workers, min_alpha, sg, hs, negative, \
ns_exponent, cbow_mean, hashfxn, epochs, null_word, trim_rule, sorted_vocab, batch_words, compute_loss, callbacks, \
comment, max_final_vocab, shrink_windows
        As in gensim 4. `window` may also be a pair (left, right): words before and behind the centre.
    stop_words : iterable of hashable, default ()
        Words that are left out of the vocabulary, and counted as out of it.
    unk : hashable, optional
        A word that stands for every other one that is left out, and has their counts; see ``docs/vocabulary.md``.
    shared_negatives : bool, default True
        One set of noise words for all contexts of a centre word and of three more, 32 tokens apart: several times
        faster and as good; False draws one for each pair, with CBOW for each centre, as word2vec.c does.
    cbow_update : {"word2vec", "exact"}, default "word2vec"
        CBOW's gradient: word2vec.c's, which every context gets whole, or the true gradient of the mean, a share of it
        for each context (Irsoy, Benton, Stratos 2021), which wants a larger learning rate, some 0.2.
    objective : {None, "softmax"}, default None
        None follows `hs` and `negative`; "softmax" trains the full softmax over all words in their place, exactly and
        slowly: each prediction computes all V words. Its cost is logged before it begins.
    deterministic : bool, default False
        Train the same vectors, bit for bit, for any number of workers and whatever their scheduling, at some 40 % of
        the speed. With one worker training is deterministic anyway; the vectors differ from those of this mode.
    shuffle : bool, default True
        Train the sentences in another order each epoch, drawn by `seed`, in groups of some 2,000 words: where a text
        changes its subject as it goes on, its vectors are better for it. False trains them as they come.
    init_vectors : KeyedVectors or mapping, optional
        Vectors that words begin from; see :meth:`start_from`.
    checkpoint : path, optional
        A file in which the run is kept, so that :meth:`resume` can go on with it after a crash.
    checkpoint_every : float or "epoch", default "epoch"
        Seconds between two checkpoints, or at the end of each epoch.
    encoding, unicode_errors, tokenizer
        How files and strings become tokens: see :func:`cw2v.corpus.scan`. The tokenizer is not saved with the model.
    max_memory : int or str, optional
        Bytes, or text such as "2GB", that a call may take beyond the interpreter and your own objects. What the corpus
        needs more goes to a temporary file (in ``TMPDIR``), from which it is trained; what does not fit even so is
        refused. Not saved with the model. See docs/memory.md.
    progress : bool or callable, default False
        True draws a bar (``pip install cw2v[progress]``); a callable is given a
        :class:`~cw2v.train.ProgressState` about once a second.

    Attributes
    ----------
    wv : KeyedVectors
        The vectors, float32 (V, vector_size).
    syn1neg : ndarray of float32, (V, vector_size)
        Output vectors of the words; there with ``negative > 0`` or the full softmax.
    syn1 : ndarray of float32, (V, vector_size)
        Vectors of the Huffman tree's inner nodes; there with ``hs=1``.
    loss_history : list of float
        Mean loss of a prediction in each epoch of the last call of :meth:`train` with ``compute_loss=True``.
    training_report : TrainingReport or None
        Where every token of every epoch of the last call of :meth:`train` went.
    corpus_count, corpus_total_words : int
        Sentences and words of the corpus that the vocabulary was built from, or updated with last.
    effective_min_count : int
        The count that a word needed to come into the vocabulary then.
    raw_vocab : dict or None
        All words and counts that were read, where they were asked to be kept.

    Raises
    ------
    ParameterError
        A parameter is outside its range.
    CorpusError, OSError
        The corpus cannot be read; see :func:`cw2v.corpus.scan`.
    VocabularyError
        No word occurs `min_count` times.
    MemoryLimitError
        The model takes more than `max_memory`; the message says what for.

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
        self, sentences: Sentences | None = None, corpus_file: CorpusFile | None = None, vector_size: int = 100,
        alpha: float = 0.025, window: int | tuple[int, int] = 5, min_count: int = 5, max_vocab_size: int | None = None,
        sample: float = 1e-3, seed: int | None = 1, workers: int | None = None, min_alpha: float = 0.0001, sg: int = 0,
        hs: int = 0, negative: int = 5, ns_exponent: float = 0.75, cbow_mean: int = 1,
        hashfxn: Callable[..., int] = hash, epochs: int = 5, null_word: int = 0,
        trim_rule: Callable[..., int] | None = None, sorted_vocab: int = 1, batch_words: int = MAX_WORDS_IN_BATCH,
        compute_loss: bool = False, callbacks: Iterable[Any] = (), comment: str | None = None,
        max_final_vocab: int | None = None, shrink_windows: bool = True, *, stop_words: Iterable[Hashable] = (),
        unk: Hashable | None = None, shared_negatives: bool = True, cbow_update: str = "word2vec",
        objective: str | None = None, deterministic: bool = False, shuffle: bool = True,
        init_vectors: KeyedVectors | Mapping[Any, ArrayLike] | None = None, checkpoint: Path | None = None,
        checkpoint_every: float | str = "epoch", encoding: str = "utf-8", unicode_errors: str = "strict",
        tokenizer: Tokenizer = None, max_memory: int | str | None = None,
        progress: bool | Callable[..., object] = False, **unexpected: Any,
    ) -> None:  # fmt: skip
        if unexpected:
            raise unexpected_arguments("Word2Vec", unexpected)
        if sentences is not None and corpus_file is not None:
            raise ParameterTypeError("give one of sentences and corpus_file, not both")
        arguments = locals()
        values = validate(**{p.name: arguments[p.name] for p in PARAMETERS})
        for name in ("callbacks", "trim_rule", "init_vectors", "checkpoint", "checkpoint_every"):
            values.pop(name)  # not kept, as in gensim
        check_checkpoint(checkpoint, checkpoint_every)
        values["workers"] = values["workers"] or default_workers()
        check_progress(values["progress"])
        for name, value in values.items():
            setattr(self, name, value)
        check_objective(self.objective, self.hs, self.negative)
        self.stop_words = as_stop_words(stop_words)
        rules = self._rules(trim_rule)  # what is wrong with them is said before a corpus is read
        self._begin()
        if sentences is None and corpus_file is None:
            if init_vectors is not None or checkpoint is not None:
                raise ParameterError("init_vectors and checkpoint of the constructor need its sentences or corpus_file;"
                                     " without them call start_from() and train(checkpoint=)")
            self.add_lifecycle_event("created", params=str(self))
            return
        encoded = self._scan(sentences, corpus_file, self._reading(), rules)
        self.add_lifecycle_event("build_vocab", update=False, trim_rule=str(trim_rule))
        if init_vectors is not None:
            self.start_from(init_vectors)
        run_session(self, encoded, settings_of(self, self.epochs, self.alpha, self.min_alpha), callbacks=callbacks,
                    checkpoint=checkpoint, checkpoint_every=checkpoint_every)  # fmt: skip
        self.add_lifecycle_event("created", params=str(self))

    # Set from the table of parameters in __init__; declared here for readers and type checkers.
    window: int | tuple[int, int]
    seed: int | None
    min_alpha: float
    sg: int
    cbow_mean: int
    epochs: int
    batch_words: int
    compute_loss: bool
    comment: str | None
    shrink_windows: bool
    shared_negatives: bool
    cbow_update: str
    deterministic: bool
    shuffle: bool
    encoding: str
    unicode_errors: str
    tokenizer: Tokenizer
    max_memory: int | None
    progress: bool | Callable[..., object]

    def _begin(self) -> None:
        """Everything that is not a parameter, as it is before there is a vocabulary."""
        self.lifecycle_events = []
        self.load = _load_is_the_class_s  # type: ignore[method-assign]
        self.wv = KeyedVectors(self.vector_size)
        self._make_outputs(0)
        self.layer1_size = self.vector_size
        self.effective_min_count = self.min_count
        self.raw_vocab = None
        self._cum_domain = 2**31 - 1
        self.corpus_count = self.corpus_total_words = 0
        self.train_count = 0
        self.total_train_time = 0.0
        self.min_alpha_yet_reached = self.alpha
        self.running_training_loss = 0.0
        self.loss_history: list[float] = []
        self.training_report: TrainingReport | None = None
        self._random_seed = secrets.randbits(64) if self.seed is None else self.seed
        self.random = np.random.RandomState(self._random_seed & 0xFFFFFFFF)  # for gensim's callers; not used
        self._epochs_trained = 0
        self._vocabulary: Vocabulary | None = None
        self._encoded: tuple[object, EncodedCorpus] | None = None  # file fingerprint, what build_vocab read of it

    def __getattr__(self, name: str) -> Any:
        # Called for names that are not there only.
        hint = f": it is {RENAMED_ATTRIBUTES[name]} since gensim 4" if name in RENAMED_ATTRIBUTES else ""
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}{hint}", name=name, obj=self)

    def __getitem__(self, key: Any) -> NoReturn:
        raise TypeError(f"{type(self).__name__!r} object is not subscriptable: it is model.wv[{key!r}] since gensim 4")

    def __str__(self) -> str:
        return f"{type(self).__name__}<vocab={len(self.wv)}, vector_size={self.vector_size}, alpha={self.alpha}>"

    # --- training

    def train(
        self, corpus_iterable: Sentences | None = None, corpus_file: CorpusFile | None = None,
        total_examples: int | None = None, total_words: int | None = None, epochs: int | None = None,
        start_alpha: float | None = None, end_alpha: float | None = None, word_count: int = 0, queue_factor: int = 2,
        report_delay: float = 1.0, compute_loss: bool = False, callbacks: Iterable[Any] = (), *,
        checkpoint: Path | None = None, checkpoint_every: float | str = "epoch", encoding: str | None = None,
        unicode_errors: str | None = None, tokenizer: Tokenizer = None, streaming: bool = False,
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
        checkpoint, checkpoint_every
            As in the constructor.
        encoding, unicode_errors, tokenizer : optional
            In place of the model's.
        streaming : bool, default False
            Keep nothing of `corpus_iterable`: it is iterated anew in each epoch, and some million words of it are read
            while those before are trained. An iterator, which can be read once, serves for one epoch. There are no
            checkpoints.

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
        TrainingError
            The model's arrays were changed so that they do not fit, or it is being trained by another thread.
        DivergenceError
            Weights that are not finite.
        CorpusError, OSError
            The corpus cannot be read.
        """
        self._need_vocabulary()
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
        check_checkpoint(checkpoint, checkpoint_every)
        checked = validate(epochs=epochs, compute_loss=compute_loss)
        alpha, min_alpha = self._alphas(start_alpha, end_alpha)
        corpus: EncodedCorpus | Stream
        total, reading = None, self._reading(encoding, unicode_errors, tokenizer)
        if streaming:
            memory.for_corpus(self, self._need_vocabulary())
            sentences = corpus_iterable if corpus_file is None else None
            corpus = stream_of(self, sentences, checked["epochs"], total_examples, total_words, reading["tokenizer"])
        else:
            corpus = self._encode(corpus_iterable, corpus_file, reading)
            total = _total_tokens(corpus, total_examples, total_words)
        self.compute_loss = checked["compute_loss"]
        report = run_session(
            self, corpus, settings_of(self, checked["epochs"], alpha, min_alpha, total), report_delay=report_delay,
            callbacks=callbacks, checkpoint=checkpoint, checkpoint_every=checkpoint_every,
        )  # fmt: skip
        return report.trained, report.raw

    def _alphas(self, start_alpha: float | None, end_alpha: float | None) -> tuple[float, float]:
        alpha = self.alpha if start_alpha is None else validate(alpha=start_alpha)["alpha"]
        return alpha, self.min_alpha if end_alpha is None else validate(min_alpha=end_alpha)["min_alpha"]

    def train_pairs(
        self, pairs: Iterable[tuple[Hashable, Hashable]], weights: ArrayLike | None = None, *,
        epochs: int | None = None, start_alpha: float | None = None, end_alpha: float | None = None,
        shuffle: bool = True, report_delay: float = 1.0, compute_loss: bool = False, callbacks: Iterable[Any] = (),
        checkpoint: Path | None = None, checkpoint_every: float | str = "epoch",
    ) -> tuple[int, int]:  # fmt: skip
        """Train on explicit (centre, context) pairs: the vector of `centre` learns to predict `context`.

        Windows, sub-sampling and `sg` play no part; objectives, noise and learning rate are the model's. A model
        without a vocabulary builds it from the pairs first, with its ``min_count``.

        Parameters
        ----------
        pairs : iterable of (centre, context)
            N pairs of keys, or an array (N, 2).
        weights : array_like of float (N,), optional
            How often each pair counts, at least 0: its step is that much larger, and its loss. Default: once.
        epochs : int, optional
            Default: the model's.
        start_alpha, end_alpha, report_delay, compute_loss, callbacks, checkpoint, checkpoint_every
            As in :meth:`train`.
        shuffle : bool, default True
            Train the pairs in another order each epoch, which follows from the seed; False: as they are given.

        Returns
        -------
        trained, raw : int
            Pairs trained (both words in the vocabulary) and pairs given, over all epochs.

        Raises
        ------
        CorpusTypeError
            Something is not a pair; the message says which.
        CorpusError
            There are no pairs, or `weights` do not fit them.
        ParameterError, TrainingError, DivergenceError
            As in :meth:`train`.
        """
        check_checkpoint(checkpoint, checkpoint_every)
        checked = validate(epochs=self.epochs if epochs is None else epochs, compute_loss=compute_loss)
        alpha, min_alpha = self._alphas(start_alpha, end_alpha)
        corpus = self._encode_pairs(pairs, weights, shuffle)
        self.compute_loss = checked["compute_loss"]
        report = run_session(
            self, corpus, settings_of(self, checked["epochs"], alpha, min_alpha), report_delay=report_delay,
            callbacks=callbacks, checkpoint=checkpoint, checkpoint_every=checkpoint_every,
        )  # fmt: skip
        return report.trained, report.raw

    def _encode_pairs(
        self, pairs: Iterable[tuple[Hashable, Hashable]], weights: ArrayLike | None, shuffle: bool
    ) -> corpora.PairCorpus:
        found = corpora.read_pairs(pairs)
        if not found:
            raise CorpusError("there are no pairs to train on")
        if self._vocabulary is None:
            self.build_vocab(found)
        assert self._vocabulary is not None
        return corpora.encode_pairs(self._vocabulary, found, weights, bool(shuffle))

    def mean_loss(
        self, corpus_iterable: Sentences | None = None, corpus_file: CorpusFile | None = None, *,
        objective: str | None = None,
    ) -> float:  # fmt: skip
        """Mean loss of a prediction on a corpus, without training on it: for held-out text.

        Parameters
        ----------
        corpus_iterable, corpus_file
            As in :meth:`train`.
        objective : {None, "softmax"}, optional
            None: what the model trains. "softmax": the full softmax over its output vectors, which tells what share of
            the probability the right words get, whatever the model was trained with.

        Returns
        -------
        float
            Natural logarithms. The same sentences and weights give the same figure: sub-sampling, windows and noise are
            drawn from a stream of the seed that training never uses.

        Raises
        ------
        VocabularyError, CorpusError, OSError, TrainingError
            As in :meth:`train`; CorpusError also where no word of the corpus has a context.
        """
        self._need_vocabulary()
        chosen = validate(objective=objective)["objective"] or self.objective
        settings = replace(settings_of(self, 1, self.alpha, self.min_alpha), objective=chosen)
        assert self._vocabulary is not None
        corpus = corpora.encode(self._vocabulary, corpus_iterable, corpus_file, workers=self.workers,
                                max_memory=memory.for_corpus(self, self._vocabulary), **self._reading())  # fmt: skip
        loss = mean_loss(corpus, self._vocabulary, matrices_of(self, chosen), settings)
        if loss is None:
            raise CorpusError("no word of the corpus is in the vocabulary and has another beside it, after "
                              f"sub-sampling with sample={self.sample:g}: there is nothing to predict")
        return loss

    def start_from(self, vectors: KeyedVectors | Mapping[Any, ArrayLike], lockf: float | None = None) -> int:
        """Let words begin from vectors that are there already, such as another corpus' or an older model's.

        Parameters
        ----------
        vectors : KeyedVectors or mapping of key to vector
            Of ``vector_size`` dimensions. Keys that the vocabulary has not got are left out.
        lockf : float, optional
            Share of their updates that these words get from now on (``wv.vectors_lockf``): 0 keeps them as they are.

        Returns
        -------
        int
            How many words were found.

        Raises
        ------
        VocabularyError
            There is no vocabulary yet.
        ParameterError
            A vector has another number of dimensions, or is not finite.
        """
        self._need_vocabulary()
        if not isinstance(vectors, KeyedVectors | Mapping):
            raise ParameterError(f"vectors must be KeyedVectors or a mapping of vectors, got {type(vectors).__name__}")
        if lockf is not None and not (isinstance(lockf, numbers.Real) and math.isfinite(lockf)):
            raise ParameterError(f"lockf must be a finite number or None, got {lockf!r}")
        # An int that is no key of KeyedVectors may be a row of theirs: only keys count.
        there = vectors.key_to_index if isinstance(vectors, KeyedVectors) else vectors
        rows = [(row, key) for key, row in self.wv.key_to_index.items() if key in there]
        found = np.empty((len(rows), self.vector_size), np.float32)
        for place, (_, key) in enumerate(rows):
            try:
                vector = np.asarray(vectors[key], np.float32)
            except (TypeError, ValueError):
                vector = np.full(self.vector_size, np.nan, np.float32)
            if vector.shape != (self.vector_size,) or not np.isfinite(vector).all():
                raise ParameterError(f"the vector of {key!r} must be {self.vector_size} finite numbers, got "
                                     f"{'shape ' + str(vector.shape) if vector.ndim != 1 else vector}"[:300])
            found[place] = vector
        at = np.array([row for row, _ in rows], np.int64)
        self.wv._put(at, found, lockf)
        return len(rows)

    @classmethod
    def resume(
        cls, path: Path, corpus_iterable: Sentences | None = None, corpus_file: CorpusFile | None = None, *,
        pairs: Iterable[tuple[Hashable, Hashable]] | None = None, weights: ArrayLike | None = None,
        shuffle: bool = True, workers: int | None = None, report_delay: float = 1.0, callbacks: Iterable[Any] = (),
        tokenizer: Tokenizer = None, max_memory: int | str | None = None,
        progress: bool | Callable[..., object] = False,
    ) -> Self:  # fmt: skip
        """Go on with a run that was interrupted, from its checkpoint to its end.

        With one worker, or with ``deterministic=True``, the vectors are bit for bit those of a run that nothing
        interrupted. Checkpoints go on being written to the same file. That of a finished run gives its model at once.

        Parameters
        ----------
        path : path
            What was given as `checkpoint`.
        corpus_iterable, corpus_file, pairs, weights, shuffle
            The corpus, or the pairs, that the run trains on.
        workers : int, optional
            In place of the model's.
        report_delay, callbacks, tokenizer, max_memory, progress
            As in :meth:`train` and the constructor. They are not kept in the checkpoint; ``on_train_begin`` is called
            again.

        Returns
        -------
        Word2Vec
            Trained to the end.

        Raises
        ------
        CheckpointError
            Not a checkpoint, or the corpus is another one than the run began with.
        FileFormatError
            Not the bytes that were written.
        CorpusError, OSError, ParameterError, TrainingError
            As in :meth:`train`.
        """
        if pairs is not None and (corpus_iterable is not None or corpus_file is not None):
            raise ParameterError("give a corpus or pairs, not both: what the run began with")
        arrays, meta = modelfile.read_model(path)
        run = modelfile.run_of(path, meta)
        model = cls.__new__(cls)
        modelfile.restore(model, path, arrays, meta)
        model.workers = validate(workers=workers)["workers"] or model.workers
        model.max_memory = validate(max_memory=max_memory)["max_memory"]
        check_progress(progress)
        model.progress = progress
        corpus: Corpus
        if pairs is not None:
            corpus = model._encode_pairs(pairs, weights, shuffle)
        else:
            corpus = model._encode(corpus_iterable, corpus_file, model._reading(tokenizer=tokenizer))
        if corpus.fingerprint() != run.fingerprint:
            raise CheckpointError(f"{os.fsdecode(path)} was made while training on another corpus than this one: "
                                  "resume it with the very same sentences, in the same order")
        again = settings_of(model, run.settings.epochs, run.settings.start_alpha, run.settings.end_alpha)
        settings = replace(run.settings, workers=model.workers, lock=again.lock)
        model.train_count = run.calls
        run_session(model, corpus, settings, report_delay=report_delay, callbacks=callbacks, checkpoint=path,
                    checkpoint_every=run.every, start=run.position)  # fmt: skip
        return model

    def _encode(
        self, corpus_iterable: Sentences | None, corpus_file: CorpusFile | None, reading: Reading
    ) -> EncodedCorpus:
        assert self._vocabulary is not None
        cached, self._encoded = self._encoded, None
        is_file = corpus_file is not None and corpus_iterable is None
        if is_file and cached and cached[0] == fingerprint(corpus_file, reading):
            self._encoded = cached
            return cached[1]
        encoded = corpora.encode(self._vocabulary, corpus_iterable, corpus_file, workers=self.workers,
                                 max_memory=memory.for_corpus(self, self._vocabulary), **reading)  # fmt: skip
        if encoded.raw_words == 0:
            raise CorpusError(
                f"the corpus has no words in {encoded.n_sentences} sentences: if it is an iterator, a generator or an "
                "open file, build_vocab() has read it to its end; pass a list, a path or an object that can be "
                "iterated again"
            )
        return encoded

    def estimate_memory(self, vocab_size: int | None = None, report: dict[str, int] | None = None) -> dict[str, int]:
        """Bytes that training this model takes.

        Parameters
        ----------
        vocab_size : int, optional
            Default: the words that the model has.
        report : dict, optional
            Where the figures go; default: a new one.

        Returns
        -------
        dict of str to int
            ``vocab`` (words and counts), ``vectors``, ``syn1`` and ``syn1neg`` where there are such, and their sum
            ``total``, as in gensim; ``corpus`` (what :meth:`build_vocab` read, 0 where it is in a file), ``copies``
            (the rows that training works on, which keep the model whole if it diverges), ``tables``, ``threads``; and
            ``peak``, all of them together. The interpreter and your own sentences are not counted.
        """
        return memory.estimate(self, vocab_size, report)

    def score(
        self, sentences: Iterable[Iterable[Hashable]], total_sentences: int = 1_000_000, chunksize: int = 100,
        queue_factor: int = 2, report_delay: float = 1,
    ) -> NDArray[np.float64]:  # fmt: skip
        """Log-probability of sentences under the hierarchical softmax (Taddy 2015).

        The sum over the words of log p(word | its contexts) with CBOW, and over words and contexts of
        log p(word | context) with skip-gram; whole windows, nothing sub-sampled. Words that the model has not got are
        left out. For a model with ``hs=1, negative=0``.

        Parameters
        ----------
        sentences : iterable of iterables of hashable
        total_sentences, chunksize, queue_factor, report_delay
            Accepted and not used.

        Returns
        -------
        ndarray of float64, one for each sentence
            Natural logarithms; 0 where no pair could be asked.

        Raises
        ------
        TrainingError
            The model has another objective.
        CorpusTypeError
            A sentence is not one; the message says which.
        """
        return predict.score(self, sentences)

    def predict_output_word(
        self, context_words_list: Iterable[Hashable], topn: int = 10
    ) -> list[tuple[Any, float]] | None:
        """The words that stand most probably among the given ones: softmax of syn1neg times the contexts' mean or sum.

        Parameters
        ----------
        context_words_list : iterable of keys, or of row numbers
            Those that the model has not got are left out.
        topn : int, default 10

        Returns
        -------
        list of (key, probability), the most probable first; None, with a warning, where no context word is known
            Finite for any weights.

        Raises
        ------
        TrainingError
            The model has no output vectors (``hs=1, negative=0``).
        """
        return predict.predict_output_word(self, context_words_list, topn)

    def get_latest_training_loss(self) -> float:
        """Summed loss of the last call of :meth:`train` with ``compute_loss=True``, over all epochs."""
        return self.running_training_loss

    # --- context vectors

    @property
    def cv(self) -> KeyedVectors:
        """The words' context vectors, the rows of ``syn1neg`` by key; ``syn1neg`` is shared, not copied."""
        return context.context_vectors(self.wv, getattr(self, "syn1neg", None))

    def combined_vectors(self, how: Literal["sum", "concatenate"] = "sum", normalize: bool = False) -> KeyedVectors:
        """New vectors made of a word's input and context vectors; see :func:`cw2v.vectors.context.combined`."""
        return context.combined(self.wv, self.cv, how, normalize)

    def in_out_similarity(self, word: Hashable, near: Hashable) -> float:
        """Cosine of `word` and the context vector of `near`: high where they stand near each other."""
        return context.in_out_similarity(self.wv, self.cv, word, near)

    # --- files

    def save(
        self, fname: Path, separately: Iterable[str] | None = None, sep_limit: int = 10 * 1024**2,
        ignore: Iterable[str] = frozenset(), pickle_protocol: int = 4,
    ) -> None:  # fmt: skip
        """Save the whole model in one file: parameters, vocabulary, both matrices. It is written whole or not at all.

        The format is cw2v's own (``cw2v.io.native``), checked byte by byte; loading it never runs code. The other
        arguments are gensim's, accepted and not used.
        """
        self.add_lifecycle_event("saving", fname=fname)
        modelfile.write_model(self, fname)

    @classmethod
    def load(cls, fname: Path, mmap: native.MmapMode | None = None, *, rethrow: bool = False) -> Self:
        """Load what :meth:`save` saved. It is called on the class, not on a model.

        Parameters
        ----------
        fname : path
        mmap : {"r", "c"}, optional
            Leave the matrices in the file, read-only ("r", which cannot be trained), or copied where they change.
        rethrow : bool, default False
            Accepted and not used.

        Raises
        ------
        FileFormatError
            Not such a file, or not the bytes that were written.
        WrongFileError
            A file of vectors alone: load it with ``KeyedVectors.load``.
        """
        arrays, meta = modelfile.read_model(fname, mmap)
        model = cls.__new__(cls)
        modelfile.restore(model, fname, arrays, meta)
        model.add_lifecycle_event("loaded", fname=fname)
        return model


def _load_is_the_class_s(*args: Any, **kwargs: Any) -> NoReturn:
    raise AttributeError("load makes a new model: call it on the class, as in Word2Vec.load(path)")


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

"""One call of training of one model: what it is checked for, whom it calls, what it leaves in the model."""

from __future__ import annotations

import contextlib
import errno
import logging
import numbers
import os
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from cw2v.corpus.stream import Stream
from cw2v.errors import ParameterError, StopTraining, TrainingError
from cw2v.modelfile import LOCK, RunState, write_model
from cw2v.parameters import validate
from cw2v.train import (
    Checkpoints,
    Corpus,
    EpochHooks,
    Matrices,
    Position,
    Settings,
    TrainingReport,
    check_every,
    train,
)

if TYPE_CHECKING:
    from cw2v.vocabulary import Vocabulary
    from cw2v.word2vec import Word2Vec

__all__ = ["check_checkpoint", "check_idle", "check_objective", "matrices_of", "run_session", "settings_of",
           "stream_of"]

logger = logging.getLogger("cw2v.word2vec")

# Callers assign attributes (model.min_count = 1, model.workers = 8): what training reads is checked again.
NAMES = ("window", "shrink_windows", "sg", "hs", "cbow_mean", "cbow_update", "compute_loss", "negative", "objective",
         "shared_negatives", "ns_exponent", "sample", "workers", "deterministic", "shuffle")  # fmt: skip

_in_training: dict[int, object] = {}  # by the id of a model: what stands for its run


def check_idle(model: object) -> None:
    """Raise TrainingError if the model is being trained: its run would go on with the arrays it began with."""
    if id(model) in _in_training:
        raise TrainingError("the words and weights of a model cannot be made anew while it is being trained: wait "
                            "for the end, or stop the run (a callback may raise StopTraining)")


def check_objective(objective: str | None, hs: int, negative: int) -> None:
    """Raise ParameterError where nothing is left to train, or where objectives exclude each other."""
    if objective == "softmax":
        if hs:
            raise ParameterError("objective='softmax' and hs=1 contradict each other: leave one of them out")
        return
    if negative == 0 and not hs:
        raise ParameterError("negative=0 with hs=0 leaves nothing to train: set negative to 1 or more, or hs=1, or "
                             "objective='softmax'")


def check_checkpoint(checkpoint: object, every: object) -> None:
    """Raise ParameterError unless the two can be used."""
    check_every(every)
    if checkpoint is not None and not isinstance(checkpoint, str | os.PathLike):
        raise ParameterError(f"checkpoint must be a path or None, got {checkpoint!r}")
    if checkpoint is not None and not os.path.isdir(place := os.path.dirname(os.path.abspath(checkpoint))):
        raise FileNotFoundError(errno.ENOENT, "no such folder for the checkpoint", os.fsdecode(place))


def _lock_of(model: Word2Vec) -> NDArray[np.float32] | None:
    """``wv.vectors_lockf`` as one number a word; None if it changes nothing."""
    given = getattr(model.wv, LOCK, None)
    if given is None:
        return None
    try:
        lock = np.asarray(given, np.float32)
    except (TypeError, ValueError) as error:
        raise TrainingError(f"wv.vectors_lockf must be numbers: {error}") from None
    n_words = len(model.wv)
    if lock.shape not in ((), (1,), (n_words,)):
        raise TrainingError(f"wv.vectors_lockf must be one number, or one for each of {n_words} words, got shape "
                            f"{lock.shape}")
    if not np.isfinite(lock).all():
        raise TrainingError("wv.vectors_lockf must be finite")
    return None if (lock == 1).all() else np.ascontiguousarray(np.broadcast_to(lock, (n_words,)))


def settings_of(model: Word2Vec, epochs: int, alpha: float, min_alpha: float, total: float | None = None) -> Settings:
    """The settings of a call of training, from the model's attributes as they are now."""
    checked = validate(**{name: getattr(model, name) for name in NAMES})
    validate(alpha=alpha, min_alpha=min_alpha)
    check_objective(checked["objective"], checked["hs"], checked["negative"])
    return Settings(
        **checked, seed=model._random_seed, start_alpha=alpha, end_alpha=min_alpha, epochs=epochs,
        first_epoch=model._epochs_trained, total=total, lock=_lock_of(model),
    )  # fmt: skip


def stream_of(
    model: Word2Vec, sentences: Any, epochs: int, total_examples: float | None,
    total_words: float | None, tokenizer: Any,
) -> Stream:  # fmt: skip
    """Sentences for ``train(streaming=True)``, and how many words are to be expected, by what the vocabulary is of."""
    if sentences is None:
        raise ParameterError("streaming=True reads corpus_iterable; a file is not kept in memory with max_memory=, or "
                             "can be streamed as LineSentence(path)")
    vocabulary = model._vocabulary
    assert vocabulary is not None
    given, name = (total_words, "total_words") if total_examples is None else (total_examples, "total_examples")
    if isinstance(given, bool) or not isinstance(given, numbers.Real) or not 0 < given < float("inf"):
        raise ParameterError(f"{name} must be a number above 0, got {given!r}")
    if total_examples is not None and not model.corpus_count:
        raise ParameterError("streaming=True needs total_words: the vocabulary was not made of sentences")
    raw = given if total_examples is None else given * model.corpus_total_words / model.corpus_count
    raw, known = max(round(raw), 1), int(vocabulary.counts.sum())
    return Stream(sentences, vocabulary, raw, raw * known // max(vocabulary.raw_words, known, 1), epochs, tokenizer)


def matrices_of(model: Word2Vec, objective: str | None) -> Matrices:
    """The weights that an objective uses."""
    shape, found = (len(model.wv), model.vector_size), getattr(model.wv.vectors, "shape", ())
    if model.wv.vectors is None or (found and found != shape):
        raise TrainingError(f"wv.vectors must be float32 of shape {shape}, got {found}")
    if objective == "softmax":
        if not hasattr(model, "syn1neg"):
            raise TrainingError("the full softmax needs the output vectors syn1neg, and a model trained with the "
                                "hierarchical softmax alone has none")
        return Matrices(model.wv.vectors, model.syn1neg)
    names = [("syn1neg", model.negative > 0), ("syn1", bool(model.hs))]
    for name, used in names:
        if used and getattr(model, name, None) is None:
            raise TrainingError(f"the model has no {name}: hs or negative was changed after build_vocab(); call "
                                "build_vocab() again")
    return Matrices(model.wv.vectors, *(getattr(model, name) if used else None for name, used in names))


def _call(model: Word2Vec, hooks: list[Any], name: str) -> None:
    for hook in hooks:
        method = getattr(hook, name, None)
        if method is not None:
            method(model)


def _keep_loss(model: Word2Vec, report: TrainingReport) -> None:
    if model.compute_loss:
        model.loss_history = [e.mean_loss for e in report.epochs if e.mean_loss is not None]
        model.running_training_loss = sum(e.loss or 0.0 for e in report.epochs)


def _epoch_hooks(model: Word2Vec, hooks: list[Any], settings: Settings) -> EpochHooks:
    def end(report: TrainingReport) -> None:
        # Up to date before the hooks look, or save the model.
        model._epochs_trained = settings.first_epoch + len(report.epochs)
        model.training_report = report
        _keep_loss(model, report)
        _call(model, hooks, "on_epoch_end")

    return EpochHooks(lambda: _call(model, hooks, "on_epoch_begin"), end)


def run_session(
    model: Word2Vec,
    corpus: Corpus | Stream,
    settings: Settings,
    *,
    report_delay: float = 1.0,
    callbacks: Iterable[Any] = (),
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: float | str = "epoch",
    start: Position | None = None,
) -> TrainingReport:
    """Train a model; see :func:`cw2v.train.train` for what may be raised."""
    run, claimed = object(), id(model)
    try:
        if _in_training.setdefault(claimed, run) is not run:  # two runs would undo each other's work
            claimed = -1
            raise TrainingError("this model is being trained already, by another thread or from a callback of its own: "
                                "wait for the end, or train another model")
        return _run(model, corpus, settings, report_delay, list(callbacks), checkpoint, checkpoint_every, start)
    finally:
        _in_training.pop(claimed, None)  # one call, which Ctrl-C does not cut in two


def _announce(model: Word2Vec, vocabulary: Vocabulary, settings: Settings, resumed: bool) -> None:
    """Check that the words are those of the vocabulary, warn of what gensim warns of, and log what will be done."""
    if model.wv.index_to_key != vocabulary.index_to_key:
        raise TrainingError("the keys of model.wv were changed: training would update the wrong rows; undo it, or "
                            "build the vocabulary again")
    if settings.hs and settings.negative and settings.objective is None:
        logger.warning("Both hierarchical softmax and negative sampling are activated.")
    if settings.start_alpha > model.min_alpha_yet_reached and not resumed:
        logger.warning("Effective 'alpha' higher than previous training cycles")
    model.add_lifecycle_event("train", msg=(
        f"training model with {model.workers} workers on {len(model.wv)} vocabulary and {model.vector_size} features, "
        f"using sg={model.sg} hs={model.hs} sample={model.sample:g} negative={model.negative} window={model.window} "
        f"shrink_windows={model.shrink_windows}"
    ))  # fmt: skip


def _run(
    model: Word2Vec, corpus: Corpus | Stream, settings: Settings, report_delay: float, hooks: list[Any],
    checkpoint: str | os.PathLike[str] | None, every: float | str, start: Position | None,
) -> TrainingReport:  # fmt: skip
    vocabulary = model._vocabulary
    assert vocabulary is not None
    _announce(model, vocabulary, settings, start is not None)
    begun, before, calls = time.perf_counter(), model.total_train_time, model.train_count
    matrices = matrices_of(model, settings.objective)
    checkpoints = None
    if checkpoint is not None:
        fingerprint = corpus.fingerprint()
        checkpoints = Checkpoints(
            every, lambda at: write_model(model, checkpoint, RunState(settings, at, fingerprint, every, calls))
        )
    model.running_training_loss = 0.0
    try:
        _call(model, hooks, "on_train_begin")
    except StopTraining:  # no epoch, then
        settings = replace(settings, epochs=0)
    report = train(
        corpus, vocabulary, matrices, settings, model.progress, report_delay,
        _epoch_hooks(model, hooks, settings) if hooks else None, start, checkpoints,
    )  # fmt: skip
    model.total_train_time = before + time.perf_counter() - begun
    model.train_count = calls + 1
    model._epochs_trained = settings.first_epoch + settings.epochs
    model.min_alpha_yet_reached = min(settings.start_alpha, settings.end_alpha)
    model.training_report = report
    _keep_loss(model, report)
    model.add_lifecycle_event("train", msg=(
        f"training on {report.raw} raw words ({report.trained} effective words) took {report.seconds:.1f}s, "
        f"{report.trained / max(report.seconds, 1e-9):.0f} effective words/s"
    ))  # fmt: skip
    with contextlib.suppress(StopTraining):
        _call(model, hooks, "on_train_end")
    if checkpoints is not None:  # once more: what the hooks have done, and that the run is over
        checkpoints.save(Position(settings.epochs, reports=tuple(report.epochs)))
    if report.raw and report.trained == 0:
        logger.warning("no word of the corpus was trained: %s", report)
    return report

"""Early stopping by planted figures, the training loss and held-out text; what callbacks see at the end of an epoch."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import CallbackAny2Vec, EarlyStopping, KeyedVectors, StopTraining, Word2Vec, errors

CORPUS = [[f"w{i}" for i in row] for row in np.random.default_rng(0).integers(0, 40, (100, 10))]
HELD_OUT = [[f"w{i}" for i in row] for row in np.random.default_rng(1).integers(0, 40, (30, 10))]
SMALL = {"sg": 1, "vector_size": 20, "min_count": 1, "workers": 1}
NAN = math.nan


def weights_of(model: Word2Vec) -> list[np.ndarray]:
    outputs = [getattr(model, name) for name in ("syn1neg", "syn1") if hasattr(model, name)]
    return [model.wv.vectors.copy(), *(weights.copy() for weights in outputs)]


class Recorder(CallbackAny2Vec):
    """Keeps the weights after each epoch."""

    def __init__(self) -> None:
        self.weights: list[list[np.ndarray]] = []

    def on_epoch_end(self, model: Word2Vec) -> None:
        self.weights.append(weights_of(model))


def planted(figures: list[float]) -> Callable[[KeyedVectors], float]:
    """A monitor that gives the figures one by one."""
    following: Iterator[float] = iter(figures)
    return lambda wv: next(following)


def run(stopping: EarlyStopping, epochs: int, **options: Any) -> tuple[Word2Vec, list[list[np.ndarray]]]:
    """A model and its weights after each epoch."""
    recorder = Recorder()
    model = Word2Vec(CORPUS, **SMALL, epochs=epochs, callbacks=[recorder, stopping], **options)
    assert all(not np.array_equal(a[0], b[0]) for a, b in zip(recorder.weights, recorder.weights[1:], strict=False))
    return model, recorder.weights


# (figures, mode, patience, min_delta), epochs that are trained, the best of them
CASES = [
    (([5, 4, 3, 2, 1], "min", 1, 0), 5, 4),
    (([1, 2, 3, 4, 5], "min", 1, 0), 2, 0),
    (([1, 2, 3, 4, 5], "min", 2, 0), 3, 0),
    (([1, 2, 3, 4, 5], "min", 3, 0), 4, 0),
    (([1, 2, 3, 4, 5], "min", 5, 0), 5, 0),
    (([1, 2, 3, 4, 5], "max", 1, 0), 5, 4),
    (([5, 4, 3, 2, 1], "max", 2, 0), 3, 0),
    (([3, 2, 4, 1, 4], "min", 2, 0), 5, 3),
    (([3, 2, 4, 3, 1], "min", 2, 0), 4, 1),
    (([2, 2, 2, 2, 2], "min", 2, 0), 3, 0),  # the same is not better
    (([2, 2, 2, 2, 2], "max", 3, 0), 4, 0),
    (([-1, -2, -3, -2, -2, -4], "min", 2, 0), 5, 2),
    (([-3, -2, -1, -2, -2, 0], "max", 2, 0), 5, 2),
    (([10, 9.5, 9, 8.5, 8], "min", 3, 1), 5, 3),  # 9 is not better by more than 1, 8.5 is
    (([10, 9.5, 9.5, 9, 8], "min", 2, 1), 3, 0),
    (([10, 9, 8, 7, 6], "min", 2, 1), 5, 4),
    (([1, 1.5, 2.25, 2.5, 3.5], "max", 2, 1), 5, 4),
    (([1, 1.5, 2, 2.5, 3.5], "max", 2, 1), 3, 0),
    (([1, NAN, 0.5, NAN, NAN, 0], "min", 2, 0), 5, 2),
    (([1, NAN, NAN, 0.5, 0.5], "min", 2, 0), 3, 0),
    (([1, NAN, 2, NAN, 3], "max", 2, 0), 5, 4),
    (([math.inf, 5, math.inf, 4, 3], "min", 2, 0), 5, 4),
]


def _check(
    figures: list[float], mode: str, patience: int, min_delta: float, trained: int, best: int,
    stopped: bool | None = None,
) -> None:
    stopping = EarlyStopping(planted(figures), patience, min_delta=min_delta, mode=mode)
    model, weights = run(stopping, len(figures))
    assert len(weights) == trained
    np.testing.assert_equal(stopping.history, figures[:trained])
    assert (stopping.best, stopping.best_epoch) == (figures[best], best)
    assert stopping.stopped == (trained < len(figures) if stopped is None else stopped)
    for restored, recorded in zip(weights_of(model), weights[best], strict=True):
        np.testing.assert_array_equal(restored, recorded)
    assert model.training_report is not None
    assert len(model.training_report.epochs) == trained


@pytest.mark.parametrize(("case", "trained", "best"), CASES)
def test_training_ends_when_it_should_with_the_best_weights(
    case: tuple[list[float], str, int, float], trained: int, best: int
) -> None:
    _check(*case, trained, best)


@pytest.mark.parametrize(
    ("case", "trained", "best"),
    [(([NAN, 2, 1, 3, 3, 0], "min", 2, 0), 5, 2), (([NAN, 3, 2, 1, 1, 9], "max", 3, 0), 5, 1)],
)
def test_a_figure_that_is_not_a_number_is_not_the_best_though_it_is_the_first(
    case: tuple[list[float], str, int, float], trained: int, best: int
) -> None:
    _check(*case, trained, best)


def test_without_a_single_number_nothing_is_the_best_and_the_weights_are_the_last() -> None:
    stopping = EarlyStopping(planted([NAN] * 3), 5, mode="min")
    model, weights = run(stopping, 3)
    assert np.array_equal(model.wv.vectors, weights[2][0])
    assert (stopping.best, stopping.best_epoch, stopping.stopped) == (None, None, False)


def test_patience_may_run_out_at_the_last_epoch() -> None:
    _check([1, 2, 3, 4, 5], "min", 4, 0, 5, 0, stopped=True)


@pytest.mark.parametrize(
    "options",
    [{"hs": 1, "negative": 0, "sg": 0}, {"hs": 1}, {"objective": "softmax"}, {"deterministic": True}, {"workers": 2}],
)
def test_every_objective_s_weights_are_restored(options: dict[str, Any]) -> None:
    stopping, recorder = EarlyStopping(planted([2, 1, 3]), 5, mode="min"), Recorder()
    arguments: dict[str, Any] = {**SMALL, **options, "epochs": 3}
    model = Word2Vec(CORPUS, **arguments, callbacks=[stopping, recorder])
    assert len(weights_of(model)) == len(recorder.weights[1])
    for restored, best, last in zip(weights_of(model), recorder.weights[1], recorder.weights[2], strict=True):
        np.testing.assert_array_equal(restored, best)
        assert not np.array_equal(best, last)
    assert not stopping.stopped


def test_weights_stay_the_last_where_they_are_not_to_be_restored() -> None:
    for epochs in (2, 5):
        stopping = EarlyStopping(planted([1, 2, 3, 4, 5]), 2, restore_best=False, mode="min")
        model, weights = run(stopping, epochs)
        assert len(weights) == min(epochs, 3)
        np.testing.assert_array_equal(model.wv.vectors, weights[-1][0])


def test_one_object_serves_two_runs() -> None:
    stopping = EarlyStopping(planted([1, 2, 3, 9, 8, 7]), 2, mode="min")
    run(stopping, 5)
    assert (stopping.history, stopping.stopped) == ([1, 2, 3], True)
    model, weights = run(stopping, 3)
    assert (stopping.history, stopping.best, stopping.best_epoch, stopping.stopped) == ([9, 8, 7], 7, 2, False)
    np.testing.assert_array_equal(model.wv.vectors, weights[2][0])


def test_the_object_works_with_train_and_with_pairs_and_on_trained_models() -> None:
    model = Word2Vec(CORPUS, **SMALL, epochs=1)
    stopping, recorder = EarlyStopping(planted([2, 1, 3, 4, 5, 6]), 2, mode="min"), Recorder()
    assert model.train(CORPUS, total_examples=100, epochs=6, callbacks=[recorder, stopping])[1] == 4 * 1000
    np.testing.assert_array_equal(model.wv.vectors, recorder.weights[1][0])
    pairs = [(s[0], s[1]) for s in CORPUS]
    stopping, recorder = EarlyStopping(planted([2, 1, 3, 4, 5, 6]), 1, mode="min"), Recorder()
    assert model.train_pairs(pairs, epochs=6, callbacks=[recorder, stopping]) == (300, 300)
    np.testing.assert_array_equal(model.wv.vectors, recorder.weights[1][0])


def test_stopping_is_logged_with_the_best_figure(caplog: pytest.LogCaptureFixture) -> None:
    def purity(wv: KeyedVectors) -> float:
        return next(figures)

    figures = iter([0.25, 0.5, 0.125])
    with caplog.at_level(logging.INFO, "cw2v"):
        run(EarlyStopping(purity, 1, mode="max"), 5)
    assert "stopped after epoch 3: purity was best after epoch 2 with 0.5" in caplog.text


# ---- what is watched ----


def test_a_callable_is_given_the_vectors_of_the_moment() -> None:
    seen: list[np.ndarray] = []

    def monitor(wv: KeyedVectors) -> float:
        seen.append(wv.vectors.copy())
        return float(wv.similarity("w1", "w2"))

    stopping = EarlyStopping(monitor, 9, mode="max")
    _, weights = run(stopping, 3)
    for ours, theirs in zip(seen, weights, strict=True):
        np.testing.assert_array_equal(ours, theirs[0])
    assert len(set(stopping.history)) == 3


def test_the_training_loss_is_the_epoch_s_mean() -> None:
    stopping = EarlyStopping("loss", 3)
    model, _ = run(stopping, 4, compute_loss=True)
    assert stopping.history == model.loss_history
    assert stopping.best == min(stopping.history)
    # A rate that makes it worse: stopped by the loss itself.
    stopping = EarlyStopping(patience=1)
    model, weights = run(stopping, 30, compute_loss=True, alpha=1e-5, min_alpha=3.0, negative=2)
    assert stopping.stopped
    assert len(weights) < 30
    assert stopping.history[-1] >= stopping.history[-2] == stopping.best == min(stopping.history)
    np.testing.assert_array_equal(model.wv.vectors, weights[-2][0])


def test_the_training_loss_must_be_measured() -> None:
    with pytest.raises(errors.ParameterError, match=r"monitor='loss'.*needs compute_loss=True"):
        Word2Vec(CORPUS, **SMALL, epochs=1, callbacks=[EarlyStopping()])
    model = Word2Vec(CORPUS, **SMALL, epochs=1, compute_loss=True)
    with pytest.raises(errors.ParameterError, match="compute_loss=True"):  # train() has a default of its own, as gensim
        model.train(CORPUS, total_examples=100, epochs=1, callbacks=[EarlyStopping()])
    model.train(CORPUS, total_examples=100, epochs=1, compute_loss=True, callbacks=[EarlyStopping()])


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0}, {"objective": "softmax"}, {"deterministic": True}])
def test_held_out_sentences_are_watched_by_their_mean_loss(options: dict[str, Any]) -> None:
    class Losses(CallbackAny2Vec):
        def __init__(self) -> None:
            self.seen: list[float] = []

        def on_epoch_end(self, model: Word2Vec) -> None:
            self.seen.append(model.mean_loss(HELD_OUT))

    losses, stopping = Losses(), EarlyStopping(HELD_OUT, 9)
    model = Word2Vec(CORPUS, **SMALL, epochs=3, callbacks=[stopping, losses], **options)
    assert stopping.history == losses.seen
    assert len(set(stopping.history)) == 3
    assert model.mean_loss(HELD_OUT) == min(stopping.history) == stopping.best
    # Measuring changes nothing.
    plain = Word2Vec(CORPUS, **SMALL, epochs=3, callbacks=[EarlyStopping(planted([3, 2, 1]), mode="min")], **options)
    if stopping.best_epoch == 2:
        np.testing.assert_array_equal(plain.wv.vectors, model.wv.vectors)


def test_held_out_text_without_a_known_word_is_named() -> None:
    with pytest.raises(errors.CorpusError, match="nothing to predict"):
        Word2Vec(CORPUS, **SMALL, epochs=1, callbacks=[EarlyStopping([["unknown", "words"]])])


def test_an_exception_of_the_monitor_reaches_the_caller() -> None:
    def monitor(wv: KeyedVectors) -> float:
        raise LookupError("no such figure")

    with pytest.raises(LookupError, match="no such figure"):
        run(EarlyStopping(monitor, mode="min"), 2)


# ---- the constructor ----


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"monitor": "accuracy"}, "monitor must be 'loss', a callable or held-out sentences, got 'accuracy'"),
        ({"monitor": iter(CORPUS)}, "monitor is an iterator"),
        ({"monitor": (s for s in CORPUS)}, "monitor is an iterator"),
        ({"mode": "lowest"}, "mode must be 'min' or 'max', got 'lowest'"),
        ({"monitor": len}, "mode must be 'min' or 'max' with a callable"),
        ({"mode": "max"}, "mode must be 'min' for a loss"),
        ({"monitor": CORPUS, "mode": "max"}, "mode must be 'min' for a loss"),
        ({"patience": 0}, "patience must be an integer of at least 1, got 0"),
        ({"patience": -1}, "patience must be .*got -1"),
        ({"patience": 1.5}, "patience must be .*got 1.5"),
        ({"patience": True}, "patience must be .*got True"),
        ({"min_delta": -0.1}, "min_delta must be a finite number of at least 0, got -0.1"),
        ({"min_delta": NAN}, "min_delta must be .*got nan"),
        ({"min_delta": math.inf}, "min_delta must be .*got inf"),
    ],
)
def test_arguments_are_named_with_their_range(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(errors.ParameterError, match=message):
        EarlyStopping(**arguments)


@pytest.mark.parametrize(
    ("name", "value"),
    [("patience", "two"), ("patience", NAN), ("patience", None), ("patience", math.inf), ("min_delta", "0.1"),
     ("min_delta", None), ("monitor", 5), ("monitor", None)],
)  # fmt: skip
def test_arguments_of_a_wrong_type_are_named_too(name: str, value: Any) -> None:
    with pytest.raises(errors.ParameterError, match=f"{name} must be"):
        EarlyStopping(**{name: value})


def test_integers_may_come_as_floats_and_numpy_scalars() -> None:
    assert EarlyStopping(patience=2.0).patience == EarlyStopping(patience=np.int64(2)).patience == 2  # type: ignore[arg-type]


# ---- what a callback sees at the end of an epoch ----


class Losses(CallbackAny2Vec):
    """As gensim's callers write it: the difference of the summed loss from epoch to epoch."""

    def __init__(self) -> None:
        self.summed: list[float] = []
        self.histories: list[list[float]] = []
        self.reports: list[Any] = []

    def on_epoch_end(self, model: Word2Vec) -> None:
        self.summed.append(model.get_latest_training_loss())
        self.histories.append(list(model.loss_history))
        self.reports.append(list(model.training_report.epochs))  # type: ignore[union-attr]


@pytest.mark.parametrize("options", [{}, {"hs": 1, "negative": 0, "sg": 0}, {"objective": "softmax"}, {"workers": 2}])
def test_the_loss_is_up_to_date_and_cumulative_in_callbacks(options: dict[str, Any]) -> None:
    losses, arguments = Losses(), {**SMALL, **options}
    model = Word2Vec(CORPUS, **arguments, epochs=3, compute_loss=True, callbacks=[losses])
    epochs = model.training_report.epochs  # type: ignore[union-attr]
    assert [len(history) for history in losses.histories] == [len(r) for r in losses.reports] == [1, 2, 3]
    assert losses.histories[2] == model.loss_history == [e.loss / e.pairs for e in epochs]  # type: ignore[operator]
    assert losses.histories[0] == model.loss_history[:1]
    assert losses.summed == pytest.approx(np.cumsum([e.loss for e in epochs]), rel=1e-12)
    assert losses.summed[2] == model.get_latest_training_loss() > losses.summed[1] > losses.summed[0] > 0
    # Another call begins again.
    again = Losses()
    model.train(CORPUS, total_examples=100, epochs=1, compute_loss=True, callbacks=[again], start_alpha=1e-4)
    assert len(again.histories[0]) == 1
    assert 0 < again.summed[0] < losses.summed[1]


def test_without_compute_loss_there_is_none() -> None:
    losses = Losses()
    model = Word2Vec(CORPUS, **SMALL, epochs=2, callbacks=[losses])
    assert losses.summed == [0.0, 0.0]
    assert losses.histories == [[], []]
    assert (model.loss_history, model.get_latest_training_loss()) == ([], 0.0)


def test_the_summed_loss_grows_as_gensims_does() -> None:
    gensim_models = pytest.importorskip("gensim.models")

    class Summed:
        def __init__(self) -> None:
            self.seen: list[float] = []

        def on_train_begin(self, model: Any) -> None:
            pass

        on_train_end = on_epoch_begin = on_train_begin

        def on_epoch_end(self, model: Any) -> None:
            self.seen.append(float(model.get_latest_training_loss()))

    ours, theirs = Summed(), Summed()
    arguments: dict[str, Any] = {**SMALL, "epochs": 3, "compute_loss": True, "sample": 0, "alpha": 1e-4,
                                 "shrink_windows": False}  # fmt: skip
    Word2Vec(CORPUS, **arguments, callbacks=[ours])
    gensim_models.Word2Vec(CORPUS, **arguments, callbacks=[theirs])
    # Hardly anything is learnt, so both are the number of pairs times the decisions' ln 2: one, and five noise words,
    # of which one in forty is the word itself and left out.
    pairs = sum(min(9, i + 5) - max(0, i - 5) for i in range(10)) * 100
    assert ours.seen == pytest.approx([n * pairs * (1 + 5 * 39 / 40) * math.log(2) for n in (1, 2, 3)], rel=0.01)
    assert theirs.seen == pytest.approx(ours.seen, rel=0.03)  # its noise is otherwise


@pytest.mark.parametrize("options", [{}, {"sg": 0, "hs": 1, "negative": 0}, {"deterministic": True}])
def test_a_model_saved_at_the_end_of_an_epoch_has_its_vectors_and_goes_on_from_there(
    options: dict[str, Any], tmp_path: Path
) -> None:
    class Saver(CallbackAny2Vec):
        def __init__(self) -> None:
            self.epoch = 0

        def on_epoch_end(self, model: Word2Vec) -> None:
            model.save(tmp_path / f"epoch{self.epoch}")
            self.epoch += 1

    recorder, arguments = Recorder(), {**SMALL, **options, "epochs": 3}
    whole = Word2Vec(CORPUS, **arguments, callbacks=[recorder, Saver()])
    for epoch in range(3):
        saved = Word2Vec.load(tmp_path / f"epoch{epoch}")
        for ours, theirs in zip(weights_of(saved), recorder.weights[epoch], strict=True):
            np.testing.assert_array_equal(ours, theirs)
    # The second saved model, trained for one more epoch at the third's rate, is the whole run.
    saved = Word2Vec.load(tmp_path / "epoch1")
    rate = saved.alpha + (saved.min_alpha - saved.alpha) * 2 / 3
    saved.train(CORPUS, total_examples=100, epochs=1, start_alpha=rate)
    np.testing.assert_allclose(saved.wv.vectors, whole.wv.vectors, atol=1e-6)
    assert np.abs(saved.wv.vectors - recorder.weights[1][0]).max() > 1e-4


def test_stopping_at_the_begin_of_an_epoch_keeps_the_one_before() -> None:
    class Stop(CallbackAny2Vec):
        def on_epoch_begin(self, model: Word2Vec) -> None:
            if model.training_report is not None and len(model.training_report.epochs) == 2:
                raise StopTraining

    recorder = Recorder()
    model = Word2Vec(CORPUS, **SMALL, epochs=5, callbacks=[recorder, Stop()])
    assert len(recorder.weights) == 2
    np.testing.assert_array_equal(model.wv.vectors, recorder.weights[1][0])


@pytest.mark.parametrize("name", ["on_train_begin", "on_train_end"])
def test_stop_training_is_never_seen_by_the_caller(name: str) -> None:
    def stop(_: object, model: Word2Vec) -> None:
        raise StopTraining

    Word2Vec(CORPUS, **SMALL, epochs=2, callbacks=[type("Stop", (), {name: stop})()])


def test_a_progress_callable_that_stops_training_loses_nothing() -> None:
    def progress(state: Any) -> None:
        if not state.finished:
            raise StopTraining

    model = Word2Vec(**SMALL, progress=progress)
    model.build_vocab(CORPUS)
    before = model.wv.vectors.copy()
    model.train(CORPUS, total_examples=100, epochs=4, report_delay=0.0)
    assert not np.array_equal(model.wv.vectors, before)

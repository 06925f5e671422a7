"""Hooks during training, stopping from within, and divergence."""

from __future__ import annotations

import numpy as np
import pytest

from cw2v import StopTraining, Word2Vec, errors

CORPUS = [[f"w{i}" for i in row] for row in np.random.default_rng(0).integers(0, 40, (100, 10))]
SMALL = {"sg": 1, "vector_size": 20, "min_count": 1, "workers": 1, "epochs": 3}


class Recorder:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.vectors: list[np.ndarray] = []

    def on_train_begin(self, model: Word2Vec) -> None:
        self.calls.append("train begin")

    def on_epoch_begin(self, model: Word2Vec) -> None:
        self.calls.append("epoch begin")

    def on_epoch_end(self, model: Word2Vec) -> None:
        self.calls.append("epoch end")
        self.vectors.append(model.wv.vectors.copy())

    def on_train_end(self, model: Word2Vec) -> None:
        self.calls.append("train end")


@pytest.mark.parametrize("workers", [1, 2])
def test_hooks_come_in_order_and_see_the_vectors_of_the_moment(workers: int) -> None:
    recorder = Recorder()
    model = Word2Vec(CORPUS, **{**SMALL, "workers": workers}, callbacks=[recorder])
    assert recorder.calls == ["train begin", *["epoch begin", "epoch end"] * 3, "train end"]
    first, second, third = recorder.vectors
    assert not np.array_equal(first, second)
    assert np.array_equal(third, model.wv.vectors)


def test_hooks_change_nothing_by_being_there() -> None:
    assert np.array_equal(
        Word2Vec(CORPUS, **SMALL).wv.vectors, Word2Vec(CORPUS, **SMALL, callbacks=[Recorder()]).wv.vectors
    )


def test_what_a_hook_writes_into_the_vectors_is_trained_on() -> None:
    class Zero:
        def on_epoch_end(self, model: Word2Vec) -> None:
            model.wv.vectors[:] = 0
            model.syn1neg[:] = 0

    assert not Word2Vec(CORPUS, **SMALL, callbacks=[Zero()]).wv.vectors.any()


def test_a_hook_may_stop_training() -> None:
    class Stop(Recorder):
        def on_epoch_end(self, model: Word2Vec) -> None:
            super().on_epoch_end(model)
            raise StopTraining

    stop = Stop()
    model = Word2Vec(CORPUS, **SMALL, callbacks=[stop])
    assert model.training_report is not None
    assert len(model.training_report.epochs) == 1
    assert stop.calls == ["train begin", "epoch begin", "epoch end", "train end"]
    assert np.array_equal(stop.vectors[0], model.wv.vectors)


def test_another_exception_reaches_the_caller() -> None:
    class Broken:
        def on_epoch_begin(self, model: Word2Vec) -> None:
            raise LookupError("no such thing")

    with pytest.raises(LookupError, match="no such thing"):
        Word2Vec(CORPUS, **SMALL, callbacks=[Broken()])


def test_weights_that_are_not_finite_are_named_and_not_kept() -> None:
    model = Word2Vec(**SMALL)
    model.build_vocab(CORPUS)
    before = model.wv.vectors.copy()
    model.syn1neg[3] = np.inf
    with pytest.raises(errors.DivergenceError, match=r"of 40 \w+ vectors are not finite after epoch 1; lower alpha"):
        model.train(CORPUS, total_examples=100, epochs=2)
    assert np.array_equal(model.wv.vectors, before)

"""What a model notes of what happens to it, and gensim's ways to save and load."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cw2v
from cw2v import Word2Vec, errors, modelfile
from cw2v.io import native

CORPUS = [[f"w{i % 7}", f"w{i % 5}", f"w{i % 3}"] for i in range(200)]
SMALL: dict[str, Any] = {"vector_size": 8, "min_count": 1, "workers": 1, "compute_loss": True}


def names(model: Word2Vec) -> list[str]:
    assert model.lifecycle_events is not None
    return [event["event"] for event in model.lifecycle_events]


@pytest.fixture
def model() -> Word2Vec:
    return Word2Vec(CORPUS, **SMALL)


def test_events_are_noted_in_their_order(model: Word2Vec, tmp_path: Path) -> None:
    assert names(Word2Vec()) == ["created"]
    assert names(model) == ["prepare_vocab", "build_vocab", "train", "train", "created"]
    model.build_vocab([["new"]], update=True)
    assert names(model)[5:] == ["prepare_vocab", "build_vocab"]
    assert model.lifecycle_events[-1]["update"] is True
    model.save(tmp_path / "model")
    again = Word2Vec.load(tmp_path / "model")
    assert names(again) == [*names(model), "loaded"]
    assert again.lifecycle_events[:-1] == model.lifecycle_events
    assert again.lifecycle_events[-1]["fname"] == str(tmp_path / "model")
    assert again.get_latest_training_loss() == model.get_latest_training_loss() > 0


def test_what_an_event_has(model: Word2Vec, caplog: pytest.LogCaptureFixture) -> None:
    before = datetime.now()
    with caplog.at_level(logging.INFO, "cw2v"):
        found = {"number": np.int64(3), "share": np.float32(0.5), "path": Path("x"), "names": ["a"], "no": None}
        model.add_lifecycle_event("mine", **found)
        model.add_lifecycle_event("quiet", log_level=None)
    event = model.lifecycle_events[-2]
    assert {name: event[name] for name in ("number", "share", "path", "names", "no", "event")} == {
        "number": 3, "share": 0.5, "path": "x", "names": "['a']", "no": None, "event": "mine"}  # fmt: skip
    assert type(event["number"]) is int
    assert before <= datetime.fromisoformat(event["datetime"]) <= datetime.now()
    assert event["cw2v"] == cw2v.__version__
    assert "mine" in caplog.text
    assert "quiet" not in caplog.text
    json.dumps(model.lifecycle_events)


def test_none_are_noted_when_none_are_wanted(model: Word2Vec, tmp_path: Path) -> None:
    model.lifecycle_events = None
    model.add_lifecycle_event("mine")
    model.save(tmp_path / "model")
    assert model.lifecycle_events is None
    assert Word2Vec.load(tmp_path / "model").lifecycle_events is None


def test_a_file_without_them_is_loaded(model: Word2Vec, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    arrays, meta = modelfile.read_model(tmp_path / "model")
    for name in modelfile.LATER_STATE:
        del meta["state"][name]
    native.write(tmp_path / "older", arrays, meta)
    again = Word2Vec.load(tmp_path / "older")
    assert names(again) == ["loaded"]
    assert again.get_latest_training_loss() == 0


def test_a_model_is_mapped(model: Word2Vec, tmp_path: Path) -> None:
    model.save(tmp_path / "model", sep_limit=1, separately=["syn1neg"], ignore=["wv"], pickle_protocol=2)
    assert [path.name for path in tmp_path.iterdir()] == ["model"]
    mapped, copied = (Word2Vec.load(tmp_path / "model", mmap=mode) for mode in ("r", "c"))
    for again in (mapped, copied):
        np.testing.assert_array_equal(again.wv.vectors, model.wv.vectors)
        np.testing.assert_array_equal(again.syn1neg, model.syn1neg)
        assert again.wv.most_similar("w1") == model.wv.most_similar("w1")
    assert not mapped.wv.vectors.flags.writeable
    with pytest.raises(errors.TrainingError, match="read-only"):
        mapped.train(CORPUS, total_examples=200, epochs=1)
    trained = copied.train(CORPUS, total_examples=200, epochs=1)
    assert trained[1] == 600
    assert not np.array_equal(copied.wv.vectors, model.wv.vectors)
    np.testing.assert_array_equal(Word2Vec.load(tmp_path / "model").wv.vectors, model.wv.vectors)
    with pytest.raises(errors.ParameterError, match="mmap must be None, 'r' or 'c'"):
        Word2Vec.load(tmp_path / "model", mmap="w")


def test_load_is_called_on_the_class(model: Word2Vec, tmp_path: Path) -> None:
    model.save(tmp_path / "model")
    with pytest.raises(AttributeError, match=r"call it on the class, as in Word2Vec.load\(path\)"):
        model.load(tmp_path / "model")


@pytest.mark.parametrize("options", [{"seed": "1"}, {"vector_size": None}, {"alpha": [0.1]}])
def test_what_is_no_number_is_a_type_error_too(options: dict[str, Any]) -> None:
    for kind in (TypeError, ValueError, errors.ParameterError):
        with pytest.raises(kind, match=f"{next(iter(options))} must be"):
            Word2Vec(**options)


def test_both_corpora_are_a_type_error(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="give one of sentences and corpus_file"):
        Word2Vec(CORPUS, corpus_file=tmp_path / "none")


def test_both_objectives_are_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    Word2Vec(CORPUS, hs=1, **SMALL)
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert said == ["Both hierarchical softmax and negative sampling are activated."]


def test_gensims_deprecated_methods(model: Word2Vec) -> None:
    vectors = model.wv.vectors.copy()
    model.init_sims()
    np.testing.assert_array_equal(model.wv.vectors, vectors)
    model.init_sims(replace=True)
    np.testing.assert_allclose(np.linalg.norm(model.wv.vectors, axis=1), 1, rtol=1e-5)
    weak = model.seeded_vector("abc", 5)
    assert weak.shape == (5,)
    assert np.abs(weak).max() <= 0.1
    assert isinstance(model.random, np.random.RandomState)

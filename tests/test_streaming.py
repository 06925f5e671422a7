"""Training on a corpus that is not kept: the bits of one that is, every token accounted for, nothing left running."""

from __future__ import annotations

import itertools
import os
import signal
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from cw2v import Word2Vec
from cw2v.corpus import stream as stream_module
from cw2v.errors import CorpusError, CorpusTypeError, ParameterError


def corpus(n_words: int = 60_000, seed: int = 1) -> list[list[str]]:
    random = np.random.default_rng(seed)
    words = [f"w{i}" for i in np.minimum(random.zipf(1.3, n_words), 900)]
    ends = np.cumsum(random.integers(0, 40, n_words))
    ends = [0, *ends[ends < n_words].tolist(), n_words]
    return [words[a:b] for a, b in itertools.pairwise(ends)]


class Again:
    """A re-iterable that has no length, and counts how often it was begun."""

    def __init__(self, sentences: list[list[str]]) -> None:
        self.sentences, self.begun = sentences, 0

    def __iter__(self) -> Iterator[list[str]]:
        self.begun += 1
        yield from self.sentences


def built(sentences: list[list[str]], **options: Any) -> Word2Vec:
    model = Word2Vec(**{"vector_size": 20, "min_count": 3, "workers": 1, "shuffle": False, "sample": 1e-2, **options})
    model.build_vocab(sentences)
    return model


def train(model: Word2Vec, sentences: Any, epochs: int = 3, **options: Any) -> tuple[int, int]:
    return model.train(sentences, total_examples=model.corpus_count, epochs=epochs, **options)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    initial = stream_module.Stream.__init__
    monkeypatch.setattr(stream_module.Stream, "__init__",
                        lambda self, *args, **kwargs: initial(self, *args, **kwargs, chunk_words=7_001))  # fmt: skip


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "options", [{"sg": 1}, {"sg": 0}, {"hs": 1, "negative": 0, "sg": 1}, {"deterministic": False, "negative": 2}]
)
def test_the_bits_are_those_of_a_corpus_that_is_kept(options: dict[str, Any]) -> None:
    sentences = corpus()
    kept, streamed = built(sentences, **options), built(sentences, **options)
    again = Again(sentences)
    assert train(streamed, again, streaming=True, compute_loss=True) == train(kept, sentences, compute_loss=True)
    assert again.begun == 3
    assert np.array_equal(kept.wv.vectors, streamed.wv.vectors)
    assert np.allclose(kept.loss_history, streamed.loss_history, rtol=1e-9)
    for ours, theirs in zip(streamed.training_report.epochs, kept.training_report.epochs, strict=True):
        assert (ours.raw, ours.trained, ours.subsampled, ours.out_of_vocabulary, ours.pairs) == (
            theirs.raw, theirs.trained, theirs.subsampled, theirs.out_of_vocabulary, theirs.pairs)  # fmt: skip
        assert ours.raw == 60_000 == ours.trained + ours.subsampled + ours.out_of_vocabulary


@pytest.mark.parametrize("options", [{"shuffle": True}, {"shuffle": True, "deterministic": True, "workers": 2}])
def test_a_corpus_of_one_chunk_is_trained_as_if_it_were_kept(options: dict[str, Any]) -> None:
    sentences = corpus()
    kept, streamed = built(sentences, **options), built(sentences, **options)
    train(kept, sentences)
    train(streamed, Again(sentences), streaming=True)
    assert np.array_equal(kept.wv.vectors, streamed.wv.vectors)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("deterministic", [False, True])
def test_shuffled_chunks_with_threads_account_for_every_token(deterministic: bool) -> None:
    sentences = corpus()
    model = built(sentences, shuffle=True, workers=2, deterministic=deterministic)
    trained, raw = train(model, sentences, streaming=True)
    report = model.training_report
    assert raw == 180_000 == trained + report.subsampled + report.out_of_vocabulary
    before = model.wv.vectors.copy()
    repeated = built(sentences, shuffle=True, workers=2, deterministic=deterministic)
    train(repeated, sentences, streaming=True)
    assert np.array_equal(before, repeated.wv.vectors) or not deterministic


@pytest.mark.usefixtures("small_chunks")
def test_the_learning_rate_runs_over_all_chunks_and_epochs() -> None:
    sentences = corpus()
    model = built(sentences)
    rates: list[tuple[float, float]] = []
    model.progress = lambda state: rates.append((state.words / state.total_words, state.alpha))
    train(model, sentences, streaming=True, report_delay=0.0, start_alpha=0.04, end_alpha=0.01)
    shares = [share for share, _ in rates]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(set(shares)) > 3
    assert all(alpha == pytest.approx(0.04 - 0.03 * share) for share, alpha in rates)


def test_no_more_than_two_chunks_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    sentences, most = corpus(), 0
    model = built(sentences)
    initial = stream_module.Stream.__init__
    monkeypatch.setattr(stream_module.Stream, "__init__",
                        lambda self, *args, **kwargs: initial(self, *args, **kwargs, chunk_words=2_000))  # fmt: skip

    def watched() -> Iterator[list[str]]:
        nonlocal most
        for number, sentence in enumerate(sentences):
            if number % 100 == 0:
                most = max(most, sum(isinstance(o, stream_module.Chunk) for o in gc.get_objects()))
            yield sentence

    train(model, watched(), epochs=1, streaming=True)
    assert 1 <= most <= 2


def test_an_iterator_serves_for_one_epoch() -> None:
    sentences = corpus()
    model = built(sentences)
    with pytest.raises(ParameterError, match=r"list_iterator.*epochs=1 instead of 3"):
        train(model, iter(sentences), streaming=True)
    spent = iter(sentences)
    assert train(model, spent, epochs=1, streaming=True)[1] == 60_000
    with pytest.raises(CorpusError, match=r"no words.*been read to its end"):
        train(model, spent, epochs=1, streaming=True)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"corpus_iterable": "text"}, CorpusTypeError, "corpus_iterable is the str"),
        ({"corpus_iterable": 5}, CorpusTypeError, "must be an iterable of token lists, got int"),
        ({"corpus_iterable": [["a"], None]}, CorpusTypeError, "sentence 2 must be a list of tokens, got None"),
        ({"corpus_file": "x.txt", "total_words": 5}, ParameterError, "streaming=True reads corpus_iterable"),
        ({"corpus_iterable": [["a"]], "total_examples": float("inf")}, ParameterError, "total_examples must be"),
        ({"corpus_iterable": [["a"]], "checkpoint": "kept.cw2v"}, ParameterError, "streaming=True keeps no check"),
    ],
)
def test_what_cannot_be_streamed_is_said(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    model = built(corpus(5_000))
    before = model.wv.vectors.copy()
    with pytest.raises(error, match=message):
        model.train(**{"total_examples": 5, "epochs": 2, "streaming": True, **arguments})
    assert np.array_equal(before, model.wv.vectors)
    assert not [t for t in threading.enumerate() if t.name.startswith("cw2v")]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("at", [3, 400, 2_500])
def test_an_exception_of_the_iterator_reaches_the_caller(at: int) -> None:
    sentences = corpus()

    class Bad(Exception):
        pass

    def failing() -> Iterator[list[str]]:
        yield from sentences[:at]
        raise Bad("the database is gone")

    model = built(sentences)
    with pytest.raises(Bad, match="the database is gone") as caught:
        train(model, failing(), epochs=1, streaming=True)
    assert f"after {at} whole sentences" in caught.value.__notes__[0]
    assert not [t for t in threading.enumerate() if t.name.startswith("cw2v")]
    assert np.isfinite(model.wv.vectors).all()
    assert train(model, sentences, streaming=True)[1] == 180_000  # still a model


@pytest.mark.usefixtures("small_chunks")
def test_the_iterator_runs_in_the_callers_thread() -> None:
    sentences, threads = corpus(20_000), set()

    def watched() -> Iterator[list[str]]:
        for sentence in sentences:
            threads.add(threading.current_thread())
            yield sentence

    train(built(sentences), watched(), epochs=1, streaming=True)
    assert threads == {threading.current_thread()}


@pytest.mark.usefixtures("small_chunks")
def test_ctrl_c_ends_all_threads_at_once() -> None:
    sentences = corpus()
    def endless() -> Iterator[list[str]]:
        while True:
            yield from sentences

    model = built(sentences, vector_size=200, sg=1)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        train(model, endless(), epochs=1, streaming=True)
    assert not [t for t in threading.enumerate() if t.name.startswith("cw2v")]
    assert np.isfinite(model.wv.vectors).all()


@pytest.mark.usefixtures("small_chunks")
def test_callbacks_are_called_by_epoch_with_the_weights_of_the_moment() -> None:
    sentences, seen = corpus(), []

    class Hooks:
        def on_epoch_begin(self, model: Word2Vec) -> None:
            seen.append(("begin", model.wv.vectors.copy()))

        def on_epoch_end(self, model: Word2Vec) -> None:
            seen.append(("end", model.wv.vectors.copy()))

    model = built(sentences)
    train(model, sentences, epochs=2, streaming=True, callbacks=[Hooks()])
    assert [name for name, _ in seen] == ["begin", "end", "begin", "end"]
    assert not np.array_equal(seen[0][1], seen[1][1])
    assert np.array_equal(seen[1][1], seen[2][1])
    assert np.array_equal(seen[3][1], model.wv.vectors)


def test_more_words_than_expected_are_trained_at_the_last_learning_rate() -> None:
    sentences = corpus()
    model = built(sentences)
    trained, raw = model.train(sentences, total_words=1_000, epochs=1, streaming=True)
    assert raw == 60_000
    assert trained > 1_000

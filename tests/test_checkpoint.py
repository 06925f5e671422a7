"""Checkpoints: a run that is interrupted anywhere, and resumed, ends as one that nothing interrupted."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import CallbackAny2Vec, EarlyStopping, StopTraining, Word2Vec, errors, modelfile, session
from cw2v.train import Position, tables
from cw2v.train.progress import Reporter

Corpus = list[list[str]]
SMALL = {"sg": 1, "vector_size": 20, "min_count": 1, "workers": 1, "epochs": 3, "compute_loss": True}
KINDS: dict[str, dict[str, Any]] = {
    "skip-gram": {},
    "cbow with hs": {"sg": 0, "hs": 1, "negative": 0},
    "hs and noise": {"hs": 1},
    "deterministic": {"deterministic": True, "workers": 2},
    "softmax": {"objective": "softmax"},
}


def text(n_sentences: int = 200, n_words: int = 60, seed: int = 0, length: int = 12) -> Corpus:
    """Sentences of words with Zipf's frequencies."""
    share = 1 / np.arange(1, n_words + 1)
    ids = np.random.default_rng(seed).choice(n_words, (n_sentences, length), p=share / share.sum())
    return [[f"w{i}" for i in row] for row in ids]


def digest(model: Word2Vec) -> str:
    """SHA-256 of all weights."""
    names = [name for name in ("syn1neg", "syn1") if hasattr(model, name)]
    weights = [model.wv.vectors, *(getattr(model, name) for name in names)]
    return hashlib.sha256(b"".join([w.tobytes() for w in weights])).hexdigest() + " ".join(names)


def counts_of(model: Word2Vec) -> list[list[int]]:
    """The account of every epoch, but for the loss and the time."""
    assert model.training_report is not None
    return [[e.raw, e.trained, e.subsampled, e.out_of_vocabulary, e.pairs] for e in model.training_report.epochs]


def check_same(one: Word2Vec, other: Word2Vec) -> None:
    """The same weights, bit for bit, the same account and the same loss but for rounding."""
    assert digest(one) == digest(other)
    assert counts_of(one) == counts_of(other)
    assert len(one.loss_history) == len(counts_of(one))
    # Sums of the pieces are rounded otherwise than the sum of the whole.
    assert one.loss_history == pytest.approx(other.loss_history, rel=1e-9)
    assert one.get_latest_training_loss() == pytest.approx(other.get_latest_training_loss(), rel=1e-9)


class Fails(CallbackAny2Vec):
    """Raises at the end of an epoch, counted over all runs it is given to; -1 at the beginning of the first."""

    def __init__(self, at: int, error: BaseException) -> None:
        self.at, self.error, self.ended = at, error, 0

    def on_epoch_begin(self, model: Word2Vec) -> None:
        if self.at < 0:
            raise self.error

    def on_epoch_end(self, model: Word2Vec) -> None:
        self.ended += 1
        if self.ended == self.at + 1:
            raise self.error


class Copies(CallbackAny2Vec):
    """Keeps a copy of the checkpoint as it is at each begin and end of an epoch."""

    def __init__(self, path: Path) -> None:
        self.path, self.copies = path, list[Path]()

    def on_epoch_begin(self, model: Word2Vec) -> None:
        self.copies.append(Path(shutil.copy(self.path, f"{self.path}.{len(self.copies)}")))

    on_epoch_end = on_epoch_begin


def broken_off(path: Path, corpus: Corpus, at: int = 0, **arguments: Any) -> None:
    """Leave the checkpoint of a run that an exception ended at the end of epoch `at`."""
    with pytest.raises(LookupError):
        Word2Vec(corpus, **{**SMALL, **arguments}, checkpoint=path, callbacks=[Fails(at, LookupError())])


# ---- what a checkpoint is ----


def test_a_checkpoint_is_there_from_the_first_moment_and_is_a_model_too(tmp_path: Path) -> None:
    corpus, path = text(), tmp_path / "run"
    broken_off(path, corpus, at=-1)
    model = Word2Vec.load(path)
    fresh = Word2Vec(**SMALL)
    fresh.build_vocab(corpus)
    assert model.wv.index_to_key == fresh.wv.index_to_key
    assert digest(model) == digest(fresh)  # nothing was trained
    assert np.array_equal(model.wv.expandos["count"], fresh.wv.expandos["count"])


@pytest.mark.parametrize("kind", KINDS)
def test_the_checkpoint_of_a_finished_run_is_its_model(kind: str, tmp_path: Path) -> None:
    arguments = {**SMALL, **KINDS[kind]}
    model = Word2Vec(text(), **arguments, checkpoint=tmp_path / "run")
    assert digest(Word2Vec.load(tmp_path / "run")) == digest(model)
    called: list[str] = []
    count = type("Count", (), {"on_epoch_begin": lambda *_: called.append("epoch")})
    resumed = Word2Vec.resume(tmp_path / "run", text(), callbacks=[count()])
    assert called == []
    check_same(resumed, model)
    assert (resumed.train_count, resumed._epochs_trained) == (model.train_count, model._epochs_trained) == (1, 3)


def test_an_epoch_s_checkpoint_has_the_vectors_of_its_end(tmp_path: Path) -> None:
    path, ends = tmp_path / "run", list[str]()
    copies = Copies(path)
    ends_of = type("Ends", (), {"on_epoch_end": lambda _, model: ends.append(digest(model))})
    Word2Vec(text(), **SMALL, checkpoint=path, callbacks=[copies, ends_of()])
    # Copied at begin, end, begin, end, ...: what is found at the begin of epoch 1 was saved at the end of epoch 0.
    assert [digest(Word2Vec.load(copy)) for copy in copies.copies[2::2]] == ends[:2]
    assert digest(Word2Vec.load(path)) == ends[2]
    assert len(set(ends)) == 3


@pytest.mark.parametrize("every", ["epoch", 1e-9, 1e9])
def test_seconds_save_in_the_midst_of_an_epoch_and_epochs_do_not(
    every: float | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 100)
    monkeypatch.setattr("cw2v.threads._POLL_SECONDS", 0.0005)
    positions: list[tuple[int, int]] = []

    def note(at: Position) -> dict[str, Any]:
        positions.append((at.epoch, at.place))
        return to_json(at)

    to_json = Position.to_json
    monkeypatch.setattr(Position, "to_json", note)
    Word2Vec(text(3000), **{**SMALL, "negative": 20}, checkpoint=tmp_path / "run", checkpoint_every=every)
    if every == "epoch":
        assert list(dict.fromkeys(positions)) == [(0, 0), (1, 0), (2, 0), (3, 0)]
    elif every == 1e9:
        assert list(dict.fromkeys(positions)) == [(0, 0), (3, 0)]
    else:
        assert any(block > 0 for _, block in positions)
        assert positions == sorted(positions)  # ever further
        assert {(0, 0), (1, 0), (2, 0), (3, 0)} < set(positions)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("every", ["epoch", 1e-9])
def test_checkpoints_change_no_bit(
    kind: str, every: float | str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 100)
    monkeypatch.setattr("cw2v.threads._POLL_SECONDS", 0.0005)  # pauses in any block
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    arguments = {**SMALL, **KINDS[kind]}
    plain = Word2Vec(text(400), **arguments)
    kept = Word2Vec(text(400), **arguments, checkpoint=tmp_path / "run", checkpoint_every=every)
    check_same(kept, plain)
    assert os.listdir(tmp_path) == ["run"]  # no temporary file is left


def test_the_path_may_be_text_and_an_old_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_text("something else")
    model = Word2Vec(text(20), **SMALL, checkpoint=str(path))
    assert digest(Word2Vec.resume(str(path), text(20))) == digest(model)


# ---- resuming after an exception ----


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("error", [LookupError("no such thing"), KeyboardInterrupt()], ids=["exception", "ctrl-c"])
def test_a_run_that_an_exception_ended_is_resumed_to_the_same_end(
    kind: str, error: BaseException, tmp_path: Path
) -> None:
    arguments, path = {**SMALL, **KINDS[kind]}, tmp_path / "run"
    whole = Word2Vec(text(), **arguments)
    for at in (-1, 0, 1, 2):
        fails = Fails(at, error)
        with pytest.raises(type(error)):
            Word2Vec(text(), **arguments, checkpoint=path, callbacks=[fails])
        seen: list[int] = []
        count = type("Count", (), {"on_epoch_end": lambda _, m, s=seen: s.append(len(m.loss_history))})
        resumed = Word2Vec.resume(path, text(), callbacks=[count()])
        check_same(resumed, whole)
        # The epoch that failed is trained again, the ones before it are not; the history has them all the same.
        assert seen == list(range(max(at, 0) + 1, 4))
        assert (resumed.train_count, resumed._epochs_trained) == (1, 3)


def test_a_run_may_fail_again_after_each_resume(tmp_path: Path) -> None:
    path, whole = tmp_path / "run", Word2Vec(text(), **{**SMALL, "epochs": 6})
    broken_off(path, text(), epochs=6)
    for _ in range(5):
        # The epoch of the last failure goes well this time, the next one fails.
        with pytest.raises(LookupError):
            Word2Vec.resume(path, text(), callbacks=[Fails(1, LookupError())])
    check_same(Word2Vec.resume(path, text()), whole)


@pytest.mark.parametrize("kind", KINDS)
def test_every_moment_in_the_midst_of_an_epoch_is_one_to_go_on_from(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 50)
    monkeypatch.setattr("cw2v.threads._POLL_SECONDS", 0.0005)
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    path, corpus = tmp_path / "run", text(1500 if kind == "softmax" else 6000, 300)
    arguments = {**SMALL, **KINDS[kind], "vector_size": 100, "epochs": 2}
    copies: list[Path] = []

    def write_and_copy(*given: Any) -> None:
        write(*given)
        copies.append(Path(shutil.copy(path, f"{path}.{len(copies)}")))

    write = session.write_model
    with monkeypatch.context() as patch:
        patch.setattr(session, "write_model", write_and_copy)
        seen: list[Any] = []
        model = Word2Vec(**arguments, progress=seen.append)
        model.build_vocab(corpus)
        model.train(corpus, total_examples=len(corpus), epochs=2, compute_loss=True, report_delay=0.0, checkpoint=path,
                    checkpoint_every=0.004)  # fmt: skip
    assert len(copies) > 4
    assert [state.words for state in seen] == sorted(state.words for state in seen)
    whole = Word2Vec(corpus, **arguments)
    check_same(model, whole)
    for copy in np.random.default_rng(0).choice(np.array(copies[1:], object), min(6, len(copies) - 1), replace=False):
        at = modelfile.run_of(copy, modelfile.read_model(copy)[1]).position
        begins, states = list[object](), list[Any]()
        count = type("Count", (), {"on_epoch_begin": lambda *_, seen=begins: seen.append(_)})
        resumed = Word2Vec.resume(copy, corpus, callbacks=[count()], progress=states.append, report_delay=0.0)
        check_same(resumed, whole)
        # An epoch goes on where it was; it does not begin again.
        assert len(begins) == 2 - at.epoch - (at.place > 0)
        words = [state.words for state in states]
        assert at.epoch * resumed.corpus_total_words + at.words <= words[0]
        assert words == sorted(words)
        assert words[-1] == 2 * resumed.corpus_total_words


def test_a_file_and_the_list_of_its_sentences_are_the_same_corpus(tmp_path: Path) -> None:
    file, path = tmp_path / "corpus.txt", tmp_path / "run"
    file.write_text("\n".join(" ".join(sentence) for sentence in text()))
    whole = Word2Vec(text(), **SMALL)
    broken_off(path, text())
    check_same(Word2Vec.resume(path, corpus_file=file), whole)
    broken_off(path, text())
    check_same(Word2Vec.resume(path, (tuple(s) for s in text())), whole)


def test_a_later_call_of_train_with_a_rate_and_total_of_its_own_is_resumed(tmp_path: Path) -> None:
    path, more = tmp_path / "run", {"epochs": 4, "total_examples": 1000, "start_alpha": 0.02, "end_alpha": 0.01}
    models = [Word2Vec(text(seed=1), **SMALL) for _ in range(2)]
    models[0].train(text(seed=2), **more, compute_loss=True)
    with pytest.raises(LookupError):
        models[1].train(text(seed=2), **more, compute_loss=True, checkpoint=path, callbacks=[Fails(1, LookupError())])
    resumed = Word2Vec.resume(path, text(seed=2))
    check_same(resumed, models[0])
    assert (resumed.train_count, resumed._epochs_trained) == (2, 7)
    for model in (resumed, models[0]):  # and both train on alike
        model.train(text(seed=3), total_examples=200, epochs=1, start_alpha=0.005)
    assert digest(resumed) == digest(models[0])


def test_a_seed_of_none_is_kept_in_the_checkpoint(tmp_path: Path) -> None:
    broken_off(tmp_path / "a", text(), seed=None)
    shutil.copy(tmp_path / "a", tmp_path / "b")
    one, other = (Word2Vec.resume(tmp_path / name, text()) for name in "ab")
    assert digest(one) == digest(other) != digest(Word2Vec(text(), **SMALL))
    for model in (one, other):
        model.train(text(), total_examples=200, epochs=1, start_alpha=0.001)
    assert digest(one) == digest(other)


def test_a_pair_of_window_sides_and_every_other_option_survive(tmp_path: Path) -> None:
    options = {"window": (1, 4), "sample": 20.0, "ns_exponent": -0.5, "shrink_windows": False, "alpha": 0.04,
               "shared_negatives": False, "sg": 0, "cbow_update": "exact", "cbow_mean": 0,
               "min_alpha": 0.03}  # fmt: skip
    whole = Word2Vec(text(), **{**SMALL, **options})
    broken_off(tmp_path / "run", text(), **options)
    resumed = Word2Vec.resume(tmp_path / "run", text())
    check_same(resumed, whole)
    assert {name: getattr(resumed, name) for name in options} == options


def test_locks_survive(tmp_path: Path) -> None:
    path = tmp_path / "run"

    def model() -> Word2Vec:
        fresh = Word2Vec(**SMALL)
        fresh.build_vocab(text())
        fresh.wv.vectors_lockf = np.linspace(0, 1, len(fresh.wv)).astype(np.float32)
        return fresh

    whole, failing = model(), model()
    first = whole.wv.vectors[0].copy()
    whole.train(text(), total_examples=200, epochs=3, compute_loss=True)
    with pytest.raises(LookupError):
        failing.train(text(), total_examples=200, epochs=3, compute_loss=True, checkpoint=path,
                      callbacks=[Fails(1, LookupError())])  # fmt: skip
    resumed = Word2Vec.resume(path, text())
    check_same(resumed, whole)
    assert np.array_equal(resumed.wv.vectors[0], first)
    np.testing.assert_array_equal(resumed.wv.vectors_lockf, whole.wv.vectors_lockf)


def test_workers_of_a_deterministic_run_may_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 100)
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    whole = Word2Vec(text(), **SMALL, deterministic=True)
    broken_off(tmp_path / "run", text(), deterministic=True, workers=3)
    resumed = Word2Vec.resume(tmp_path / "run", text(), workers=2)
    check_same(resumed, whole)
    assert resumed.workers == 2


def test_a_resumed_run_reports_its_progress_and_goes_on_saving(tmp_path: Path) -> None:
    path, states = tmp_path / "run", list[Any]()
    broken_off(path, text(), at=1)
    begun = digest(Word2Vec.load(path))
    copies = Copies(path)
    resumed = Word2Vec.resume(path, text(), callbacks=[copies], progress=states.append, report_delay=0.0)
    # Copied at begin, end, begin: the second epoch's end had been saved when the third began.
    assert [digest(Word2Vec.load(copy)) == begun for copy in copies.copies] == [True, True, False, False]
    assert digest(Word2Vec.load(path)) == digest(resumed) != begun
    assert {s.epoch for s in states} <= {1, 2}
    assert states[-1].finished
    assert states[-1].words == states[-1].total_words == 3 * 2400


def test_the_words_of_an_earlier_session_do_not_count_for_the_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, states = [100.0], list[Any]()
    with monkeypatch.context() as patch:
        patch.setattr(time, "perf_counter", lambda: clock[0])
        reporter = Reporter(states.append, 4, 1000, lambda share: 0.1, done=1.5)
        clock[0] += 2
        reporter.update(2, 0.25)
    assert [(state.words, state.words_per_second) for state in states] == [(2250, 375)]


def test_a_run_stopped_by_a_callback_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "run"
    stopped = Word2Vec(text(), **SMALL, checkpoint=path, callbacks=[Fails(1, StopTraining())])
    assert len(stopped.loss_history) == 2
    check_same(Word2Vec.resume(path, text()), stopped)


def test_a_finished_run_with_early_stopping_is_its_model(tmp_path: Path) -> None:
    figures = iter([1.0, 2.0, 3.0])
    stopping = EarlyStopping(lambda _: next(figures), mode="min", patience=2)
    stopped = Word2Vec(text(), **SMALL, checkpoint=tmp_path / "run", callbacks=[stopping])
    assert stopping.best_epoch == 0
    assert digest(Word2Vec.resume(tmp_path / "run", text())) == digest(stopped)


def test_the_checkpoint_of_a_finished_run_trains_on_as_its_model_does(tmp_path: Path) -> None:
    model = Word2Vec(text(), **SMALL, checkpoint=tmp_path / "run")
    loaded = Word2Vec.load(tmp_path / "run")
    for one in (model, loaded):
        one.train(text(), total_examples=200, epochs=1, start_alpha=0.001)
    assert digest(loaded) == digest(model)


# ---- pairs ----


def test_pairs_with_weights_are_resumed(tmp_path: Path) -> None:
    rng, path = np.random.default_rng(0), tmp_path / "run"
    pairs = [(f"u{a}", f"i{b}") for a, b in rng.integers(0, 30, (3000, 2))]
    weights = rng.random(3000)

    def train(weights: Any = weights, **options: Any) -> Word2Vec:
        model = Word2Vec(**SMALL)
        model.train_pairs(pairs, weights, compute_loss=True, **options)
        return model

    for given, shuffle in ((weights, True), (None, True), (weights, False)):
        whole = train(given, shuffle=shuffle)
        with pytest.raises(LookupError):
            train(given, shuffle=shuffle, checkpoint=path, callbacks=[Fails(1, LookupError())])
        for wrong in ({"weights": weights[::-1], "shuffle": shuffle}, {"weights": given, "shuffle": not shuffle}):
            with pytest.raises(errors.CheckpointError, match="another corpus"):
                Word2Vec.resume(path, pairs=pairs, **wrong)  # type: ignore[arg-type]
        with pytest.raises(errors.CheckpointError, match="another corpus"):
            Word2Vec.resume(path, pairs=pairs[::-1], weights=given, shuffle=shuffle)
        check_same(Word2Vec.resume(path, pairs=iter(pairs), weights=given, shuffle=shuffle), whole)


def test_pairs_change_no_bit_by_being_saved_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cw2v.threads._POLL_SECONDS", 0.0005)
    pairs = np.random.default_rng(0).integers(0, 50, (30_000, 2))
    models = [Word2Vec(**{**SMALL, "vector_size": 64, "negative": 20}) for _ in range(2)]
    models[0].train_pairs(pairs, compute_loss=True)
    models[1].train_pairs(pairs, compute_loss=True, checkpoint=tmp_path / "run", checkpoint_every=1e-9)
    check_same(*models)


# ---- killed ----

CHILD = """
import json, os, signal, sys
from cw2v import Word2Vec
from cw2v.train import tables

path, corpus, arguments, die = sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), sys.argv[4]
tables.BLOCK_TOKENS = 1000
os.environ["CW2V_OVERSUBSCRIBE"] = "1"
if die:
    name, number, when = die.split()
    original, calls = getattr(os, name), []
    def deadly(*given):
        calls.append(given)
        if len(calls) == int(number) and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        original(*given)
        if len(calls) == int(number):
            os.kill(os.getpid(), signal.SIGKILL)
    setattr(os, name, deadly)
print("begin", flush=True)
if os.path.exists(path):
    model = Word2Vec.resume(path, corpus_file=corpus)
else:
    model = Word2Vec(corpus_file=corpus, checkpoint=path, checkpoint_every=0.03, **arguments)
model.save(path + ".result")
print(json.dumps([[[e.raw, e.trained, e.subsampled, e.out_of_vocabulary, e.pairs] for e in
                   model.training_report.epochs], model.loss_history]))
"""
SLOW = {**SMALL, "vector_size": 100, "negative": 20, "window": 8}


class Victim:
    """A program that trains, or resumes where there is a checkpoint, and is killed."""

    def __init__(self, folder: Path, arguments: dict[str, Any], n_sentences: int) -> None:
        self.path, self.corpus, self.script = folder / "run", folder / "corpus.txt", folder / "train.py"
        self.sentences, self.arguments = text(n_sentences, 500, length=20), arguments
        self.corpus.write_text("\n".join(" ".join(sentence) for sentence in self.sentences))
        self.script.write_text(CHILD)

    def start(self, die: str = "") -> subprocess.Popen[str]:
        given = [str(self.path), str(self.corpus), json.dumps(self.arguments), die]
        process = subprocess.Popen([sys.executable, str(self.script), *given], cwd=self.path.parent,
                                   stdout=subprocess.PIPE, text=True)  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "begin\n"
        return process

    def check(self, process: subprocess.Popen[str], whole: Word2Vec) -> None:
        """The program has come to its end, which is that of the run that nothing interrupted."""
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        counts, loss_history = json.loads(output)
        assert digest(Word2Vec.load(f"{self.path}.result")) == digest(whole)
        assert counts == counts_of(whole)
        assert loss_history == pytest.approx(whole.loss_history, rel=1e-9)


def _modified(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _until_saved(victim: Victim, process: subprocess.Popen[str]) -> None:
    """Wait until the program has saved once more, or has ended."""
    before = _modified(victim.path)
    while _modified(victim.path) == before and process.poll() is None:
        time.sleep(0.002)


@pytest.mark.parametrize(
    ("kind", "n_sentences", "kills"),
    [("skip-gram", 20_000, 12), ("cbow with hs", 20_000, 6), ("deterministic", 10_000, 6)],
)
def test_a_run_killed_again_and_again_ends_as_one_that_nothing_interrupted(
    kind: str, n_sentences: int, kills: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim = Victim(tmp_path, {**SLOW, **KINDS[kind]}, n_sentences)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "BLOCK_TOKENS", 1000)
        whole = Word2Vec(corpus_file=victim.corpus, **victim.arguments)
    rng = np.random.default_rng(kills)
    killed = 0
    process = victim.start()
    while killed < kills:
        if rng.random() < 0.7:  # else killed wherever it is, before its first checkpoint perhaps
            _until_saved(victim, process)
        time.sleep(rng.random() * 0.08)
        process.kill()
        if process.wait() == 0:
            break  # it was faster
        killed += 1
        process = victim.start()
    assert killed >= 3
    if process.returncode != 0:
        victim.check(process, whole)
    assert digest(Word2Vec.load(victim.path)) == digest(whole)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_killed_while_it_saves_is_resumed(moment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = Victim(tmp_path, SMALL, 300)
    with monkeypatch.context() as patch:
        patch.setattr(tables, "BLOCK_TOKENS", 1000)
        whole = Word2Vec(corpus_file=victim.corpus, **victim.arguments)
    for name, number in (("fsync", 1), ("replace", 1), ("replace", 2), ("fsync", 2)):
        process = victim.start(f"{name} {number} {moment}")
        assert process.wait(60) == -9
    victim.check(victim.start(), whole)


# ---- refusals ----


def _shortened(corpus: Corpus) -> Corpus:
    return corpus[:-1]


def _reordered(corpus: Corpus) -> Corpus:
    return [corpus[1], corpus[0], *corpus[2:]]


def _one_word_changed(corpus: Corpus) -> Corpus:
    return [*corpus[:-1], [*corpus[-1][:-1], "w0" if corpus[-1][-1] != "w0" else "w1"]]


def _unknown_word_added(corpus: Corpus) -> Corpus:
    return [*corpus[:-1], [*corpus[-1], "unknown"]]


def _joined(corpus: Corpus) -> Corpus:
    return [corpus[0] + corpus[1], *corpus[2:]]


@pytest.mark.parametrize("other", [_shortened, _reordered, _one_word_changed, _unknown_word_added, _joined])
def test_another_corpus_is_refused_and_the_checkpoint_stays(other: Callable[[Corpus], Corpus], tmp_path: Path) -> None:
    path = tmp_path / "run"
    broken_off(path, text())
    before = path.read_bytes()
    with pytest.raises(errors.CheckpointError, match=r"run was made while training on another corpus"):
        Word2Vec.resume(path, other(text()))
    assert path.read_bytes() == before
    check_same(Word2Vec.resume(path, text()), Word2Vec(text(), **SMALL))


def test_no_corpus_or_two_are_refused(tmp_path: Path) -> None:
    broken_off(tmp_path / "run", text())
    with pytest.raises(TypeError, match="neither"):
        Word2Vec.resume(tmp_path / "run")
    with pytest.raises(TypeError, match="both"):
        Word2Vec.resume(tmp_path / "run", text(), corpus_file=tmp_path / "x")


def test_what_is_no_checkpoint_is_refused_by_name(tmp_path: Path) -> None:
    model = Word2Vec(text(20), **SMALL)
    model.save(tmp_path / "model")
    with pytest.raises(errors.CheckpointError, match=r"model is a saved model, not a checkpoint"):
        Word2Vec.resume(tmp_path / "model", text(20))
    model.wv.save(tmp_path / "vectors")
    with pytest.raises(errors.WrongFileError, match=r"vectors holds a KeyedVectors"):
        Word2Vec.resume(tmp_path / "vectors", text(20))
    (tmp_path / "notes.txt").write_text("not a checkpoint")
    with pytest.raises(errors.FileFormatError, match=r"notes.txt is not a cw2v file"):
        Word2Vec.resume(tmp_path / "notes.txt", text(20))
    (tmp_path / "empty").write_bytes(b"")
    with pytest.raises(errors.TruncatedFileError, match="empty"):
        Word2Vec.resume(tmp_path / "empty", text(20))
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        Word2Vec.resume(tmp_path, text(20))
    with pytest.raises(FileNotFoundError, match="absent"):
        Word2Vec.resume(tmp_path / "absent", text(20))


def test_every_changed_byte_and_every_cut_is_found(tmp_path: Path) -> None:
    path, damaged = tmp_path / "run", tmp_path / "damaged"
    broken_off(path, text(20))
    data, rng = path.read_bytes(), np.random.default_rng(0)
    header = int.from_bytes(data[12:20], "little")
    places = [*range(0, 24, 2), *rng.integers(24, 24 + header, 20), *rng.integers(24 + header, len(data), 20)]
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << int(rng.integers(8))
        damaged.write_bytes(changed)
        with pytest.raises(errors.FileFormatError, match="damaged"):
            Word2Vec.resume(damaged, text(20))
    for length in [*rng.integers(0, len(data), 10), len(data) - 1]:
        damaged.write_bytes(data[:length])
        with pytest.raises(errors.TruncatedFileError, match="damaged"):
            Word2Vec.resume(damaged, text(20))
    damaged.write_bytes(data + b"\0")
    with pytest.raises(errors.FileFormatError, match="1 bytes follow"):
        Word2Vec.resume(damaged, text(20))
    assert Word2Vec.resume(path, text(20)).train_count == 1


class Trained(CallbackAny2Vec):
    """Fails the test if an epoch begins."""

    def on_epoch_begin(self, model: Word2Vec) -> None:
        pytest.fail("training has begun")


def test_a_checkpoint_that_cannot_be_written_fails_before_training(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="folder"):
        Word2Vec(text(20), **SMALL, checkpoint=tmp_path / "folder" / "run", callbacks=[Trained()])
    with pytest.raises(IsADirectoryError, match=tmp_path.name):
        Word2Vec(text(20), **SMALL, checkpoint=tmp_path, callbacks=[Trained()])
    model = Word2Vec(**SMALL)
    model.build_vocab(text(20))
    before = digest(model)
    with pytest.raises(FileNotFoundError, match="folder"):
        model.train(text(20), total_examples=20, epochs=1, checkpoint=tmp_path / "folder" / "run")
    assert digest(model) == before
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("every", [0, -1, float("nan"), float("inf"), "seconds", "", None, True, [1.0]])
def test_checkpoint_every_is_checked_with_and_without_a_checkpoint(every: Any, tmp_path: Path) -> None:
    for checkpoint in (None, tmp_path / "run"):
        with pytest.raises(errors.ParameterError, match=r'checkpoint_every must be seconds above 0 or "epoch", got'):
            Word2Vec(text(5), **SMALL, checkpoint=checkpoint, checkpoint_every=every)
    model = Word2Vec(**SMALL)
    model.build_vocab(text(5))
    with pytest.raises(errors.ParameterError, match="checkpoint_every"):
        model.train(text(5), total_examples=5, epochs=1, checkpoint_every=every)
    with pytest.raises(errors.ParameterError, match="checkpoint_every"):
        model.train_pairs([("w0", "w1")], checkpoint_every=every)


@pytest.mark.parametrize("checkpoint", [5, True, 1.5, ["run"], b"run"])
def test_a_checkpoint_is_a_path(checkpoint: Any) -> None:
    with pytest.raises(errors.ParameterError, match=r"checkpoint must be a path or None, got"):
        Word2Vec(text(5), **SMALL, checkpoint=checkpoint)
    model = Word2Vec(**SMALL)
    model.build_vocab(text(5))
    with pytest.raises(errors.ParameterError, match=r"checkpoint must be a path or None, got"):
        model.train(text(5), total_examples=5, epochs=1, checkpoint=checkpoint)


def test_a_checkpoint_of_the_constructor_needs_a_corpus(tmp_path: Path) -> None:
    with pytest.raises(errors.ParameterError, match="checkpoint of the constructor"):
        Word2Vec(**SMALL, checkpoint=tmp_path / "run")


@pytest.mark.parametrize("workers", [0, -1, "two"])
def test_workers_of_resume_are_checked(workers: Any, tmp_path: Path) -> None:
    broken_off(tmp_path / "run", text(20))
    with pytest.raises(errors.ParameterError, match="workers must be"):
        Word2Vec.resume(tmp_path / "run", text(20), workers=workers)


def test_a_disk_that_fails_midway_reaches_the_caller_and_leaves_the_last_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, calls, fsync = tmp_path / "run", list[int](), os.fsync

    def failing(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 5:  # a file and its folder each time: the third checkpoint
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(OSError, match="No space left on device"):
            Word2Vec(text(), **SMALL, checkpoint=path)
    assert os.listdir(tmp_path) == ["run"]
    check_same(Word2Vec.resume(path, text()), Word2Vec(text(), **SMALL))

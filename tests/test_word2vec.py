"""The model: training, its account, determinism, bad input, saving."""

from __future__ import annotations

import hashlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec, _core, errors, modelfile
from cw2v.io import native
from cw2v.parameters import PARAMETERS
from cw2v.train import Settings, tables

SMALL = {"sg": 1, "vector_size": 20, "min_count": 1, "workers": 1, "epochs": 2}


def topics(n_sentences: int = 400, seed: int = 0) -> list[list[str]]:
    """Sentences of ten words, each from one of four topics of 25 words: words of a topic must end up together."""
    rng = np.random.default_rng(seed)
    return [[f"t{topic}w{word}" for word in rng.integers(0, 25, 10)] for topic in rng.integers(0, 4, n_sentences)]


def digest(model: Word2Vec) -> str:
    return hashlib.sha256(model.wv.vectors.tobytes() + model.syn1neg.tobytes()).hexdigest()


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("workers", [1, 2, 16])
def test_words_of_one_topic_end_up_together(shared: bool, workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "BLOCK_TOKENS", 500)  # enough blocks for every worker
    monkeypatch.setattr(tables, "PRIVATE_COUNT", 1)
    monkeypatch.setenv("CW2V_OVERSUBSCRIBE", "1")
    model = Word2Vec(topics(4000), vector_size=16, sg=1, epochs=5, sample=0, workers=workers, shared_negatives=shared)
    same_topic = [
        neighbour.split("w")[0] == word.split("w")[0]
        for word in model.wv.index_to_key
        for neighbour, _ in model.wv.most_similar(word, topn=5)
    ]
    assert np.mean(same_topic) > 0.95
    assert np.isfinite(model.wv.vectors).all()


def test_every_token_is_accounted_for() -> None:
    corpus = [*topics(100), ["rare"], [], ["t0w0"]]
    model = Word2Vec(corpus, **{**SMALL, "min_count": 2, "sample": 1e-3})
    report = model.training_report
    assert report is not None
    assert len(report.epochs) == 2
    for epoch in report.epochs:
        assert epoch.raw == 1002 == epoch.trained + epoch.subsampled + epoch.out_of_vocabulary
        assert epoch.subsampled > 0
        assert epoch.out_of_vocabulary >= 1
    assert report.raw == 2004
    assert (model.corpus_count, model.corpus_total_words) == (103, 1002)


def test_a_wrong_account_fails_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Word2Vec(**SMALL)
    model.build_vocab(topics(20))
    lazy = type("Lazy", (), {"train": lambda *_: (1, 0, 0, (0.0, 0.0, 0.0))})
    monkeypatch.setattr(_core, "Worker", lambda *_, **__: lazy())
    with pytest.raises(errors.AccountingError, match=r"200 words but 1 were accounted for"):
        model.train(topics(20), total_examples=20, epochs=1)


def test_train_returns_trained_and_raw_words_and_may_be_called_again() -> None:
    corpus = topics(50)
    model = Word2Vec(**SMALL)
    model.build_vocab(corpus)
    untrained = model.wv.vectors.copy()
    trained, raw = model.train(corpus, total_examples=model.corpus_count, epochs=3)
    assert raw == 1500
    assert 0 < trained <= raw
    once = model.wv.vectors.copy()
    assert not np.array_equal(untrained, once)
    model.train(corpus, total_words=model.corpus_total_words, epochs=1, start_alpha=1e-4, end_alpha=1e-5)
    assert not np.array_equal(once, model.wv.vectors)
    assert model.train_count == 2


def test_repeated_training_draws_new_noise_and_sub_samples() -> None:
    corpus = topics(50)
    model = Word2Vec(**{**SMALL, "sample": 1e-3})
    model.build_vocab(corpus)
    counts = {model.train(corpus, total_examples=50, epochs=1, end_alpha=0.025)[0] for _ in range(5)}
    assert len(counts) > 1


class TestDeterminism:
    def test_same_seed_same_bits_and_another_seed_other_bits(self) -> None:
        assert digest(Word2Vec(topics(), **SMALL)) == digest(Word2Vec(topics(), **SMALL))
        assert digest(Word2Vec(topics(), **SMALL)) != digest(Word2Vec(topics(), **SMALL, seed=2))

    def test_neither_the_input_form_nor_the_batch_size_matters(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tables, "BLOCK_TOKENS", 500)  # more than one
        corpus = topics()
        expected = digest(Word2Vec(corpus, **SMALL))
        file = tmp_path / "corpus.txt"
        file.write_text("\n".join(" ".join(sentence) for sentence in corpus))
        assert digest(Word2Vec(corpus_file=file, **SMALL)) == expected
        assert digest(Word2Vec((tuple(s) for s in corpus), **SMALL)) == expected
        assert digest(Word2Vec(corpus, **SMALL, batch_words=10)) == expected

    def test_without_shuffling_blocks_do_not_matter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        expected = digest(Word2Vec(topics(), **SMALL, shuffle=False))
        for block in (1, 100, 10**9):
            monkeypatch.setattr(tables, "BLOCK_TOKENS", block)
            assert digest(Word2Vec(topics(), **SMALL, shuffle=False)) == expected, block

    def test_build_vocab_then_train_equals_the_constructor(self, tmp_path: Path) -> None:
        corpus = topics()
        expected = digest(Word2Vec(corpus, **SMALL))
        model = Word2Vec(**SMALL)
        model.build_vocab(corpus_iterable=corpus)
        model.train(corpus, total_examples=model.corpus_count, epochs=model.epochs)
        assert digest(model) == expected
        file = tmp_path / "corpus.txt"
        file.write_text("\n".join(" ".join(sentence) for sentence in corpus))
        model = Word2Vec(**SMALL)
        model.build_vocab(corpus_file=file)
        model.train(corpus_file=file, total_words=model.corpus_total_words, epochs=model.epochs)
        assert digest(model) == expected

    def test_hash_seed_does_not_matter(self, tmp_path: Path) -> None:
        script = tmp_path / "train.py"
        script.write_text(
            "import hashlib, cw2v, numpy as np\n"
            "rng = np.random.default_rng(0)\n"
            "corpus = [[f'w{i}' for i in rng.integers(0, 50, 10)] for _ in range(200)]\n"
            "model = cw2v.Word2Vec(corpus, sg=1, min_count=1, workers=1)\n"
            "print(hashlib.sha256(model.wv.vectors.tobytes()).hexdigest(), *model.wv.index_to_key)\n"
        )
        runs = {
            subprocess.run(
                [sys.executable, str(script)], env={**os.environ, "PYTHONHASHSEED": seed}, cwd=tmp_path,
                capture_output=True, text=True, check=True,
            ).stdout
            for seed in ("0", "1")
        }
        assert len(runs) == 1

    def test_seed_none_differs_each_time(self) -> None:
        assert digest(Word2Vec(topics(50), **SMALL, seed=None)) != digest(Word2Vec(topics(50), **SMALL, seed=None))


def test_fused_and_generic_steps_train_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    fused = Word2Vec(topics(100), **SMALL)
    monkeypatch.setattr("cw2v.session.Settings", lambda **k: Settings(**k, fused=False))
    generic = Word2Vec(topics(100), **SMALL)
    assert digest(fused) != digest(generic)  # the patch took
    np.testing.assert_allclose(fused.wv.vectors, generic.wv.vectors, atol=2e-5)


@pytest.mark.parametrize("size", [1, 3, 16, 17, 100, 300, 1024])
def test_any_vector_size(size: int) -> None:
    model = Word2Vec(topics(20), sg=1, vector_size=size, min_count=1, workers=2, epochs=1)
    assert model.wv.vectors.shape == (len(model.wv), size)
    assert model.wv.vectors.dtype == np.float32
    assert model.wv.vectors.flags.c_contiguous
    assert np.isfinite(model.wv.vectors).all()
    assert np.any(model.syn1neg)


@pytest.mark.parametrize("negative", [1, 2, 5, 6, 11, 12, 13, 40])
@pytest.mark.parametrize("shared", [True, False])
def test_any_number_of_noise_words(negative: int, shared: bool) -> None:
    model = Word2Vec(topics(30), **SMALL, negative=negative, shared_negatives=shared)
    assert np.isfinite(model.wv.vectors).all()


@pytest.mark.parametrize("window", [1, 2, 8, 9, 500])
def test_any_window(window: int) -> None:
    model = Word2Vec([*topics(30), [f"t0w{i % 25}" for i in range(300)]], **SMALL, window=window, shrink_windows=False)
    assert np.isfinite(model.wv.vectors).all()


@pytest.mark.parametrize("workers", [1, 2])
def test_wide_windows_full_of_repeated_words_do_not_run_away(workers: int) -> None:
    # Walks on a small graph look like this. A step of all repeats at once from the same old values once reached 1e20.
    walks = np.random.default_rng(0).zipf(1.5, (500, 80)) % 12
    model = Word2Vec(walks.tolist(), **{**SMALL, "workers": workers}, alpha=0.05, window=25, shrink_windows=False)
    assert np.abs(model.wv.vectors).max() < 20
    assert np.abs(model.syn1neg).max() < 20


@pytest.mark.parametrize("exponent", [-1.0, 0.0, 0.75, 50.0])
def test_any_noise_exponent(exponent: float) -> None:
    assert np.isfinite(Word2Vec(topics(30), **SMALL, ns_exponent=exponent).wv.vectors).all()


def test_one_word_and_one_word_sentences_train_without_pairs() -> None:
    model = Word2Vec([["a"]] * 3, **SMALL, sample=0)
    assert model.training_report is not None
    assert model.training_report.trained == 6
    assert not np.any(model.syn1neg)
    Word2Vec([["a", "a", "a"]] * 3, **SMALL)  # every noise word is the centre


def test_long_sentences_lose_no_word() -> None:
    words = [f"w{i % 50}" for i in range(25_000)]
    model = Word2Vec([words], **SMALL, sample=0)
    assert model.corpus_count == 3
    assert model.training_report is not None
    assert model.training_report.epochs[0].trained == 25_000


class TestBadInput:
    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"window": 0}, r"window must be an integer from 1.*got 0"),
            ({"negative": -1}, r"negative must be an integer from 0 to 1,000, got -1"),
            ({"negative": 0}, r"negative=0"),
            ({"alpha": float("nan")}, r"alpha must be a finite number above 0, got nan"),
            ({"alpha": 0}, r"alpha"),
            ({"vector_size": 0}, r"vector_size must be .*got 0"),
            ({"workers": 0}, r"workers must be .*got 0"),
            ({"workers": "two"}, r"workers must be .*got 'two'"),
            ({"window": 2.5}, r"window must be .*got 2.5"),
            ({"epochs": 0}, r"epochs must be .*got 0"),
            ({"sample": -1e-3}, r"sample must be .*got -0.001"),
            ({"seed": -1}, r"seed must be .*got -1"),
            ({"ns_exponent": float("inf")}, r"ns_exponent must be .*got inf"),
            ({"progress": "yes"}, r"progress must be True, False or a callable"),
        ],
    )
    def test_arguments_are_named_with_their_range(self, arguments: dict[str, object], message: str) -> None:
        with pytest.raises(errors.ParameterError, match=message):
            Word2Vec(topics(5), **{**SMALL, **arguments})  # type: ignore[arg-type]

    def test_integers_may_come_as_floats_bools_and_numpy_scalars(self) -> None:
        model = Word2Vec(topics(5), sg=True, min_count=np.int64(1), window=5.0, workers=2.0, epochs=np.float32(1))  # type: ignore[arg-type]
        assert (model.sg, model.window, model.workers) == (1, 5, 2)
        assert all(type(getattr(model, n)) is int for n in ("sg", "min_count", "window", "workers", "epochs"))

    def test_unknown_names_are_refused(self) -> None:
        with pytest.raises(TypeError, match="size"):
            Word2Vec(topics(5), size=10)  # type: ignore[call-arg]

    def test_no_word_left_says_how_many_were_seen(self) -> None:
        with pytest.raises(RuntimeError, match=r"(?s)3.*'b'|2.*'b'"):
            Word2Vec([["a", "b", "b"]], **{**SMALL, "min_count": 3})

    @pytest.mark.parametrize(
        "corpus", ["a string", [["a", None]], [["a", float("nan")]], [None], ["a b"], [["a"], 5], 7]
    )
    def test_what_is_not_a_corpus_is_a_type_error(self, corpus: object) -> None:
        with pytest.raises(TypeError):
            Word2Vec(corpus, **SMALL)  # type: ignore[arg-type]

    def test_both_or_no_corpus(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match="not both"):
            Word2Vec([["a"]], corpus_file=tmp_path, **SMALL)
        with pytest.raises(TypeError, match="neither"):
            Word2Vec(**SMALL).build_vocab()

    def test_a_failing_iterable_reaches_the_caller_and_leaves_no_thread(self) -> None:
        def corpus() -> Iterator[list[str]]:
            yield from topics(10)
            raise OSError("the database is gone")

        before = threading.active_count()
        with pytest.raises(OSError, match="the database is gone"):
            Word2Vec(corpus(), **SMALL)
        assert threading.active_count() == before

    @pytest.mark.parametrize(
        ("make", "error"),
        [
            (lambda p: p / "absent.txt", FileNotFoundError),
            (lambda p: p, ValueError),
            (lambda p: _write(p / "empty.txt", b""), RuntimeError),
            (lambda p: _write(p / "blank.txt", b" \n \n"), RuntimeError),
            (lambda p: _write(p / "latin.txt", b"good line\nb\xe4d\n"), UnicodeDecodeError),
        ],
    )
    def test_files_that_cannot_be_read(self, make: object, error: type[Exception], tmp_path: Path) -> None:
        path = make(tmp_path)  # type: ignore[operator]
        with pytest.raises(error, match=path.name) as caught:
            Word2Vec(corpus_file=path, **SMALL)
        if error is UnicodeDecodeError:
            assert "line 2" in str(caught.value)
            assert "11" in str(caught.value)  # the byte's offset in the file

    def test_train_needs_a_vocabulary_totals_and_epochs(self, tmp_path: Path) -> None:
        model = Word2Vec(**SMALL)
        with pytest.raises(RuntimeError, match="build_vocab"):
            model.train([["a"]], total_examples=1, epochs=1)
        model.build_vocab([["a", "b"]])
        with pytest.raises(ValueError, match="epochs"):
            model.train([["a"]], total_examples=1)
        with pytest.raises(ValueError, match="total_examples or total_words"):
            model.train([["a"]], epochs=1)
        with pytest.raises(ValueError, match="total_words"):
            model.train(corpus_file=tmp_path / "x", total_examples=1, epochs=1)
        with pytest.raises(ValueError, match="total_examples must be"):
            model.train([["a"]], total_examples=0, epochs=1)

    def test_an_iterator_read_to_its_end_is_named(self) -> None:
        corpus = iter(topics(10))
        model = Word2Vec(**SMALL)
        model.build_vocab(corpus)
        with pytest.raises(errors.CorpusError, match="can be iterated again"):
            model.train(corpus, total_examples=10, epochs=1)

    @pytest.mark.parametrize(("name", "value"), [("alpha", float("nan")), ("min_alpha", -1.0), ("window", 0)])
    def test_assigned_attributes_are_checked_before_training(self, name: str, value: float) -> None:
        model = Word2Vec(topics(10), **SMALL)
        setattr(model, name, value)
        with pytest.raises(errors.ParameterError, match=name):
            model.train(topics(10), total_examples=10, epochs=1)

    def test_reordered_keys_are_not_trained_as_other_words(self) -> None:
        model = Word2Vec([["a", "b", "c"]] * 3, **SMALL)
        model.wv.index_to_key = model.wv.index_to_key[::-1]
        with pytest.raises(errors.TrainingError, match="keys"):
            model.train([["a"]], total_examples=1, epochs=1)

    def test_numbers_too_large_for_a_float_are_out_of_range(self) -> None:
        with pytest.raises(errors.ParameterError, match="window"):
            Word2Vec(**{**SMALL, "window": 10**400})

    def test_swapped_matrices_of_a_wrong_shape_are_refused(self) -> None:
        model = Word2Vec(topics(10), **SMALL)
        model.syn1neg = model.syn1neg[:3]
        with pytest.raises(RuntimeError, match="syn1neg"):
            model.train(topics(10), total_examples=10, epochs=1)


def _write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def test_higher_alpha_than_before_warns(caplog: pytest.LogCaptureFixture) -> None:
    model = Word2Vec(topics(10), **SMALL)
    model.train(topics(10), total_examples=10, epochs=1)
    assert "Effective 'alpha' higher than previous training cycles" in caplog.text


def test_a_total_that_is_not_the_corpus_warns_and_shapes_the_schedule(caplog: pytest.LogCaptureFixture) -> None:
    corpus = topics(200)
    results = []
    for total in (200, 100_000):
        model = Word2Vec(**SMALL)
        model.build_vocab(corpus)
        model.train(corpus, total_examples=total, epochs=1)
        results.append(np.abs(model.syn1neg).sum())
    assert "total_examples is 100000 but the corpus has 200" in caplog.text
    assert results[1] > 1.3 * results[0]  # the rate hardly fell


def test_progress_is_reported_and_logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    model = Word2Vec(**{**SMALL, "vector_size": 200, "negative": 20}, progress=seen.append)
    corpus = topics(3000)
    model.build_vocab(corpus)
    with caplog.at_level(logging.INFO, "cw2v"):
        model.train(corpus, total_examples=3000, epochs=2, report_delay=0.0)
    last = seen[-1]
    assert last.finished  # type: ignore[attr-defined]
    assert last.words == last.total_words == 60_000  # type: ignore[attr-defined]
    assert [s.words for s in seen] == sorted(s.words for s in seen)  # type: ignore[attr-defined]
    assert "PROGRESS: at " in caplog.text


def test_an_exception_of_the_progress_callable_stops_training() -> None:
    def progress(state: object) -> None:
        raise LookupError("enough")

    before = threading.active_count()
    with pytest.raises(LookupError, match="enough"):
        Word2Vec(topics(100), **SMALL, progress=progress)
    assert threading.active_count() == before


INTERRUPTED = """
import cw2v, sys, time, numpy as np
rng = np.random.default_rng(0)
corpus = [[f"w{i}" for i in rng.integers(0, 5000, 1000)] for _ in range(400)]
model = cw2v.Word2Vec(vector_size=300, negative=20, sg=1, min_count=1, workers=2, seed=1)
model.build_vocab(corpus)
for _ in range(3):
    before = model.wv.vectors.copy()
    print("go", flush=True)
    try:
        model.train(corpus, total_examples=400, epochs=10**6)
    except KeyboardInterrupt:
        print(time.time(), np.isfinite(model.wv.vectors).all(), (before != model.wv.vectors).any(), flush=True)
model.train(corpus[:2], total_examples=2, epochs=1)
print("usable")
"""


def test_ctrl_c_stops_within_200_ms_and_leaves_a_model(tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(INTERRUPTED)
    process = subprocess.Popen([sys.executable, "-u", str(script)], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    seconds = []
    for _ in range(3):  # a busy machine may hold up any one of them
        assert process.stdout.readline() == "go\n"
        time.sleep(0.5)
        sent = time.time()
        process.send_signal(signal.SIGINT)
        when, finite, changed = process.stdout.readline().split()
        seconds.append(float(when) - sent)
        assert (finite, changed) == ("True", "True")
    assert min(seconds) < 0.2
    assert process.stdout.readline() == "usable\n"
    assert process.wait() == 0


class TestFiles:
    def test_save_and_load_give_the_same_model_which_trains_on_alike(self, tmp_path: Path) -> None:
        model = Word2Vec(topics(), **SMALL, comment="a note")
        model.save(tmp_path / "model.cw2v")
        loaded = Word2Vec.load(tmp_path / "model.cw2v")
        assert digest(loaded) == digest(model)
        assert loaded.wv.index_to_key == model.wv.index_to_key
        for parameter in PARAMETERS:
            if parameter.name not in modelfile.UNSAVED:
                assert getattr(loaded, parameter.name) == getattr(model, parameter.name), parameter.name
        assert str(loaded) == str(model)
        for m in (model, loaded):
            m.train(topics(), total_examples=m.corpus_count, epochs=1, start_alpha=1e-4)
        assert digest(loaded) == digest(model)

    def test_a_model_without_a_vocabulary_can_be_saved(self, tmp_path: Path) -> None:
        Word2Vec(**SMALL).save(tmp_path / "m")
        assert len(Word2Vec.load(tmp_path / "m").wv) == 0

    def test_integer_words_keep_their_type(self, tmp_path: Path) -> None:
        model = Word2Vec([[1, 2, 3], [2, 3, 4]] * 5, **SMALL)
        model.save(tmp_path / "m")
        assert Word2Vec.load(tmp_path / "m").wv.index_to_key == model.wv.index_to_key
        assert all(type(k) is int for k in model.wv.index_to_key)

    def test_a_file_of_vectors_is_not_a_model(self, tmp_path: Path) -> None:
        Word2Vec(topics(5), **SMALL).wv.save(tmp_path / "vectors")
        with pytest.raises(AttributeError, match="KeyedVectors"):
            Word2Vec.load(tmp_path / "vectors")
        assert len(KeyedVectors.load(tmp_path / "vectors")) > 0

    def test_a_sound_file_without_the_parts_is_refused_by_name(self, tmp_path: Path) -> None:
        native.write(tmp_path / "m", {}, {"kind": "Word2Vec"})
        with pytest.raises(errors.FileFormatError, match="not a whole Word2Vec model"):
            Word2Vec.load(tmp_path / "m")

    def test_numpy_attributes_can_be_saved(self, tmp_path: Path) -> None:
        model = Word2Vec(topics(5), **SMALL)
        model.window = np.int64(3)  # type: ignore[assignment]
        model.save(tmp_path / "m")
        assert Word2Vec.load(tmp_path / "m").window == 3

    def test_a_changed_byte_is_found(self, tmp_path: Path) -> None:
        path = tmp_path / "m"
        Word2Vec(topics(5), **SMALL).save(path)
        data = bytearray(path.read_bytes())
        data[-100] ^= 1
        path.write_bytes(data)
        with pytest.raises(errors.FileFormatError, match="m"):
            Word2Vec.load(path)


def test_gensim_reads_what_we_train(tmp_path: Path) -> None:
    gensim_models = pytest.importorskip("gensim.models")
    model = Word2Vec(topics(), **SMALL)
    for binary in (True, False):
        model.wv.save_word2vec_format(tmp_path / "v", binary=binary)
        theirs = gensim_models.KeyedVectors.load_word2vec_format(str(tmp_path / "v"), binary=binary)
        assert theirs.index_to_key == model.wv.index_to_key
        assert np.array_equal(theirs.vectors, model.wv.vectors)


def test_initial_vectors_are_gensims_and_the_vocabulary_order_too() -> None:
    gensim_models = pytest.importorskip("gensim.models")
    theirs = gensim_models.Word2Vec(sg=1, vector_size=20, min_count=2, seed=7)
    theirs.build_vocab(topics(50))
    ours = Word2Vec(sg=1, vector_size=20, min_count=2, seed=7)
    ours.build_vocab(topics(50))
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert np.array_equal(ours.wv.vectors, theirs.wv.vectors)
    assert (ours.corpus_count, ours.corpus_total_words) == (theirs.corpus_count, theirs.corpus_total_words)
    assert str(ours) == str(theirs)


def test_the_whole_corpus_is_one_line_and_every_word_is_accounted_for(shared_data: Path) -> None:
    model = Word2Vec(corpus_file=shared_data / "corpora" / "text8like.txt", sg=1, vector_size=16, epochs=1, window=1)
    assert model.training_report is not None
    assert model.training_report.raw == 16_941_211
    assert len(model.wv) == 67_903

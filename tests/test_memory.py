"""Bounded memory: the same bits from a temporary file, which leaves no trace; and figures that hold."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import Word2Vec
from cw2v.corpus import scan, spool
from cw2v.errors import Cw2vError, MemoryLimitError, ParameterError
from cw2v.parameters import size_in_bytes, validate
from cw2v.vocabulary import Vocabulary


def sentences(n: int = 3_000, seed: int = 5) -> list[list[str]]:
    random = np.random.default_rng(seed)
    return [[f"w{i}" for i in np.minimum(random.zipf(1.4, k), 400)] for k in random.integers(0, 30, n)]


# --- sizes


@pytest.mark.parametrize(
    ("given", "size"),
    [(1, 1), (np.int64(7), 7), ("2GB", 2 * 10**9), ("512 MB", 512 * 10**6), ("1.5gib", 3 << 29), ("10k", 10**4),
     ("4096", 4096), ("8 B", 8), ("1MiB", 1 << 20), ("1TB", 10**12)],
)  # fmt: skip
def test_sizes(given: Any, size: int) -> None:
    assert size_in_bytes(given) == size == validate(max_memory=given)["max_memory"]


@pytest.mark.parametrize("given", [0, -1, 1.5, True, "", "GB", "2 XB", "2GB or so", "-2GB", "1e9", "0MB", "9999999TB"])
def test_what_is_no_size(given: Any) -> None:
    with pytest.raises(ParameterError, match="max_memory must be a number of bytes above 0, or text such as '2GB'"):
        Word2Vec(max_memory=given)


# --- spilling


@pytest.mark.parametrize("limit", [0, 1_000, 100_000, 10**9])
@pytest.mark.parametrize("source", ["list", "generator", "file"])
def test_a_limit_changes_no_bit(tmp_path: Path, source: str, limit: int) -> None:
    corpus = sentences()
    path = tmp_path / "corpus.txt"
    path.write_text("".join(" ".join(s) + "\n" for s in corpus if s))

    def read(limit: int | None) -> tuple[Any, ...]:
        given = {"file": None, "list": corpus, "generator": iter(corpus)}[source]
        scanned = scan(given, path if source == "file" else None, max_memory=limit)
        vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=2)
        encoded = scanned.encode(vocabulary, limit)
        n_spilled = len(encoded.maps)
        assert n_spilled == (0 if limit is None or limit == 10**9 else 2 if limit < 30_000 else 1)
        return vocabulary.index_to_key, encoded.ids.tolist(), encoded.offsets.tolist(), encoded.fingerprint()

    assert read(limit) == read(None)


def test_threads_may_spill_at_the_same_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from cw2v.corpus import scan_file

    path = tmp_path / "corpus.txt"
    path.write_text("".join(" ".join(s) + "\n" for s in sentences() if s))
    encoded = []
    for limit in (None, 5_000):
        scanned = scan_file(path, workers=4, chunk_bytes=700, spool=spool.Spool(limit))
        encoded.append(scanned.encode(Vocabulary.build(scanned.keys(), scanned.counts, min_count=1), limit))
    assert np.array_equal(encoded[0].ids, encoded[1].ids)
    assert np.array_equal(encoded[0].offsets, encoded[1].offsets)


@pytest.mark.parametrize("workers", [1, 2])
def test_training_from_a_spilled_corpus_makes_the_same_vectors(workers: int) -> None:
    options: dict[str, Any] = {"vector_size": 12, "min_count": 2, "workers": workers, "deterministic": workers == 2}
    corpus = sentences(20_000)
    in_memory = Word2Vec(corpus, **options)
    needed = in_memory.estimate_memory()
    spilled = Word2Vec(iter(corpus), max_memory=needed["peak"] - needed["corpus"] // 2, **options)
    assert spilled.estimate_memory()["corpus"] == 0
    assert np.array_equal(in_memory.wv.vectors, spilled.wv.vectors)
    spilled.train(corpus, total_examples=len(corpus), epochs=1)
    in_memory.train(corpus, total_examples=len(corpus), epochs=1)
    assert np.array_equal(in_memory.wv.vectors, spilled.wv.vectors)
    assert spilled.mean_loss(corpus) == in_memory.mean_loss(corpus)


def test_a_run_is_resumed_within_a_limit(tmp_path: Path) -> None:
    class Enough(Exception):
        pass

    class Stops:
        def on_epoch_begin(self, model: Word2Vec) -> None:
            if model._epochs_trained == 1:
                raise Enough

    corpus = sentences()
    options: dict[str, Any] = {"vector_size": 12, "min_count": 2, "workers": 1, "epochs": 3}
    with pytest.raises(Enough):
        Word2Vec(corpus, **options, max_memory=300_000, callbacks=[Stops()], checkpoint=tmp_path / "run")
    resumed = Word2Vec.resume(tmp_path / "run", corpus, max_memory=300_000)
    assert resumed.max_memory == 300_000
    assert np.array_equal(resumed.wv.vectors, Word2Vec(corpus, **options).wv.vectors)
    with pytest.raises(MemoryLimitError):
        Word2Vec.resume(tmp_path / "run", corpus, max_memory=3_000)


def run(code: str, folder: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], env={**os.environ, "TMPDIR": str(folder)}, check=False,
                          capture_output=True, text=True, timeout=120, **options)  # fmt: skip


SPILLING = """
import os, resource, sys
from cw2v import Word2Vec
def corpus():
    for number in range(100_000):
        if number == 60_000: {at_60_000}
        yield [f"w{{number * k % 501}}" for k in range(20)]
class Hook:
    def on_epoch_end(self, model): {at_epoch_end}
Word2Vec(corpus(), min_count=1, vector_size=8, max_memory="2MB", workers=1, epochs=2, callbacks=[Hook()])
"""


@pytest.mark.parametrize(
    ("at_60_000", "at_epoch_end", "code"),
    [("pass", "pass", 0), ("raise OSError('database')", "pass", 1), ("pass", "raise KeyError", 1),
     ("os.kill(os.getpid(), 9)", "pass", -9), ("pass", "os.kill(os.getpid(), 9)", -9),
     ("os.kill(os.getpid(), 2)", "pass", -2), ("pass", "os.kill(os.getpid(), 2)", -2)],
)  # fmt: skip
def test_no_file_is_left(tmp_path: Path, at_60_000: str, at_epoch_end: str, code: int) -> None:
    done = run(SPILLING.format(at_60_000=at_60_000, at_epoch_end=at_epoch_end), tmp_path)
    assert done.returncode == code, done.stderr
    assert os.listdir(tmp_path) == []


def test_the_temporary_folder_is_the_one_that_is_used(tmp_path: Path) -> None:
    look = "print(*(os.readlink(f'/proc/self/fd/{f}') for f in os.listdir('/proc/self/fd') if int(f) > 2 and "
    look += "os.path.exists(f'/proc/self/fd/{f}')), open('/proc/self/maps').read())"
    done = run(SPILLING.format(at_60_000="pass", at_epoch_end=look), tmp_path)
    assert str(tmp_path) in done.stdout, done.stderr


@pytest.mark.parametrize("blocks", [100_000, 4_000_000])  # written in pieces while reading, or laid out before encoding
def test_a_full_disk_is_an_error(tmp_path: Path, blocks: int) -> None:
    limit = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({blocks}, {blocks}))"
    code = SPILLING.format(at_60_000="pass", at_epoch_end="pass").replace("from cw2v", f"{limit}\nfrom cw2v", 1)
    done = run(code, tmp_path)
    assert done.returncode == 1
    assert "the corpus cannot be spilled to a temporary file (File too large): make room there, set" in done.stderr
    assert os.listdir(tmp_path) == []


def test_no_room_for_the_encoded_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    scanned = scan(sentences())
    with pytest.raises(OSError, match=r"No space left on device.*raise max_memory") as caught:
        scanned.encode(Vocabulary.build(scanned.keys(), scanned.counts, min_count=1), 10)
    assert caught.value.errno == errno.ENOSPC


def test_systems_without_fallocate_write_zeros(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "posix_fallocate")
    array, _ = spool.mapped(3_000_001, np.int32)
    assert array.shape == (3_000_001,)
    array[-1] = 5
    assert array.sum() == 5


# --- the plan


def test_what_does_not_fit_is_refused_with_the_figures() -> None:
    message = r"takes .* without the corpus, more than max_memory=1\.0 MB: vocab"
    with pytest.raises(MemoryLimitError, match=message) as caught:
        Word2Vec(sentences(), min_count=1, vector_size=1_000, max_memory="1MB")
    assert isinstance(caught.value, MemoryError)
    assert isinstance(caught.value, Cw2vError)
    model = Word2Vec(min_count=1, vector_size=1_000, max_memory="1MB")
    with pytest.raises(MemoryLimitError, match="copies"):
        model.build_vocab(sentences())
    assert len(model.wv) == 0
    model = Word2Vec(min_count=1, vector_size=1_000)
    model.build_vocab(sentences())
    model.max_memory = 10**6
    with pytest.raises(MemoryLimitError):
        model.train(iter(sentences()), total_examples=3_000, epochs=1, streaming=True)


def test_the_limit_is_not_saved(tmp_path: Path) -> None:
    Word2Vec(sentences(), min_count=1, vector_size=8, max_memory="100MB").save(tmp_path / "model.cw2v")
    assert Word2Vec.load(tmp_path / "model.cw2v").max_memory is None


def test_gensims_keys_have_gensims_matrices() -> None:
    gensim = pytest.importorskip("gensim.models")
    for options in ({}, {"hs": 1, "negative": 0}, {"hs": 1, "negative": 3}):
        ours, theirs = (c(sentences(), vector_size=32, min_count=1, workers=1, **options).estimate_memory()
                        for c in (Word2Vec, gensim.Word2Vec))  # fmt: skip
        assert set(theirs) <= set(ours)
        assert all(ours[name] == theirs[name] for name in ("vectors", "syn1", "syn1neg") if name in theirs)
        kept = ("vocab", "vectors", "syn1", "syn1neg")
        assert ours["total"] == sum(ours.get(name, 0) for name in kept)
        assert ours["peak"] == sum(n for name, n in ours.items() if name not in ("total", "peak"))


def test_the_report_is_the_callers_and_sizes_need_no_vocabulary() -> None:
    report: dict[str, int] = {"mine": 1}
    model = Word2Vec(vector_size=100)
    assert model.estimate_memory(1_000_000, report) is report
    assert report["mine"] == 1
    assert report["vectors"] == 4 * 100 * 1_000_000
    assert report["copies"] == 2 * 4 * 112 * 1_000_000  # rows begin on cache lines
    assert model.estimate_memory()["peak"] < 1_000_000  # no words yet
    for bad in (-1, 2.5, True, "many"):
        with pytest.raises(ParameterError, match="vocab_size must be an integer"):
            model.estimate_memory(bad)  # type: ignore[arg-type]


MEASURED = """
import json, os, re, sys
import numpy as np
from cw2v import Word2Vec

def status(name):
    return int(re.search(name + r":\\s+(\\d+)", open("/proc/self/status").read())[1]) * 1024

def corpus(n_words, n_tokens, length):
    random = np.random.default_rng(1)
    yield list(range(n_words))
    for _ in range(n_tokens // 100_000):
        words = (n_words * random.random(100_000) ** 3).astype(np.int64)
        yield from words.reshape(-1, length).tolist()

n_words, n_tokens, length, options, limit = json.loads(sys.argv[1])
Word2Vec(corpus(10, 100_000, 10), vector_size=8, epochs=1)  # what is loaded once
base = status("VmRSS")
open("/proc/self/clear_refs", "w").write("5")  # forget the high-water mark so far
model = Word2Vec(corpus(n_words, n_tokens, length), min_count=1, epochs=1, max_memory=limit, **options)
print(json.dumps({"measured": status("VmHWM") - base, "estimated": model.estimate_memory()}))
"""


def measured(*shape: Any) -> dict[str, Any]:
    if not os.access("/proc/self/clear_refs", os.W_OK):
        pytest.skip("the system does not tell a process its memory")
    command = [sys.executable, "-c", MEASURED, json.dumps(shape)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize(
    "shape",
    [(200_000, 20_000_000, 100, {"vector_size": 100, "workers": 2}),
     (100_000, 8_000_000, 20, {"vector_size": 128, "workers": 1, "sg": 1, "window": 1, "negative": 1}),
     (100_000, 5_000_000, 50, {"vector_size": 100, "workers": 2, "hs": 1, "negative": 0, "window": 1})],
    ids=["large", "short sentences", "tree"],
)  # fmt: skip
def test_the_estimate_is_what_a_run_takes(shape: tuple[Any, ...]) -> None:
    found = measured(*shape, None)
    assert found["estimated"]["peak"] == pytest.approx(found["measured"], rel=0.02)


def test_memory_is_bounded_where_the_corpus_is_larger() -> None:
    found = measured(5_000, 20_000_000, 50, {"vector_size": 64, "workers": 2}, 40_000_000)
    assert found["estimated"]["corpus"] == 0
    # With the pages of the file that are there between two looks; the ids alone have 80 MB.
    assert found["measured"] <= 50_000_000


def test_a_failed_read_of_the_file_is_seen(tmp_path: Path) -> None:
    with open(tmp_path / "short", "w+b") as file:
        file.write(b"1234")
        file.flush()
        with pytest.raises(OSError, match="the temporary file ends at byte 4"):
            spool.Piece(file, 0, 2, np.dtype(np.int32)).load()

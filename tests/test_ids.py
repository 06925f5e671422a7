"""Files of word ids: the same vectors as from the text, and no byte that may change unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors, Word2Vec
from cw2v.cli import main
from cw2v.corpus import scan
from cw2v.corpus.ids import save_ids, scan_ids
from cw2v.errors import (
    CorpusError,
    FileFormatError,
    ParameterError,
    VocabularyError,
    WrongFileError,
)
from cw2v.io import native
from cw2v.io.ids import IdsFile
from cw2v.vocabulary import Vocabulary


def text(n_words: int = 30_000) -> str:
    random = np.random.default_rng(3)
    words = np.array([f"w{i}" for i in np.minimum(random.zipf(1.4, n_words), 2_000)])
    return "\n".join(" ".join(line) for line in np.array_split(words, n_words // 15)) + "\n"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "corpus.txt"
    path.write_text(text())
    assert main(["encode", str(path), "-o", str(path.with_suffix(".ids")), "--min-count", "3"]) == 0
    return path


def trained(path: Path, **options: Any) -> Word2Vec:
    return Word2Vec(corpus_file=path, **{"vector_size": 16, "min_count": 3, "workers": 1, "epochs": 2, **options})


@pytest.mark.parametrize(
    "options",
    [{}, {"min_count": 9}, {"sorted_vocab": 0}, {"max_memory": "100MB"}, {"min_count": 9, "max_memory": 1_600_000}],
)
def test_the_vectors_are_those_of_the_text(corpus: Path, options: dict[str, Any]) -> None:
    ours, theirs = trained(corpus.with_suffix(".ids"), **options), trained(corpus, **options)
    assert ours.wv.index_to_key == theirs.wv.index_to_key
    assert np.array_equal(ours.wv.vectors, theirs.wv.vectors)
    assert np.array_equal(ours.wv.expandos["count"], theirs.wv.expandos["count"])
    assert (ours.corpus_count, ours.corpus_total_words) == (theirs.corpus_count, theirs.corpus_total_words)
    for a, b in zip(ours.training_report.epochs, theirs.training_report.epochs, strict=True):
        assert (a.raw, a.trained, a.out_of_vocabulary) == (b.raw, b.trained, b.out_of_vocabulary)


def test_the_file_itself_is_trained_on_where_its_words_are_the_models(corpus: Path) -> None:
    scanned = scan(corpus_file=corpus.with_suffix(".ids"))
    same = scanned.encode(Vocabulary.build(scanned.keys(), scanned.counts, min_count=3))
    assert len(same.maps) == 1
    assert not same.ids.flags.owndata
    assert not same.ids.flags.writeable
    fewer = scanned.encode(Vocabulary.build(scanned.keys(), scanned.counts, min_count=9))
    assert not fewer.maps
    assert fewer.n_words < same.n_words


def test_the_counts_are_those_of_the_text(corpus: Path) -> None:
    file = IdsFile(corpus.with_suffix(".ids"))
    counted = Counter(corpus.read_text().split())
    assert dict(zip(file.keys, file.counts.tolist(), strict=True)) == {w: n for w, n in counted.items() if n >= 3}
    assert file.raw_words == sum(counted.values())
    assert [file.keys[i] for i in file.ids[:50]] == [w for w in corpus.read_text().split() if counted[w] >= 3][:50]
    assert [file.keys[i] for i in np.argsort(file.first_seen)] == [w for w, n in counted.items() if n >= 3]


def test_build_vocab_and_train_read_it_too(corpus: Path) -> None:
    models = []
    for path in (corpus, corpus.with_suffix(".ids")):
        model = Word2Vec(vector_size=16, min_count=3, workers=1)
        model.build_vocab(corpus_file=path)
        model.train(corpus_file=path, total_words=model.corpus_total_words, epochs=2)
        models.append(model)
    assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)


def test_a_model_of_other_words_trains_on_it(corpus: Path, caplog: pytest.LogCaptureFixture) -> None:
    sentences = [["w1", "w2", "new"]] * 20 + [line.split() for line in corpus.read_text().splitlines()]
    models = []
    for path in (corpus, corpus.with_suffix(".ids")):
        model = Word2Vec(vector_size=16, min_count=3, workers=1)
        model.build_vocab(sentences)
        model.train(corpus_file=path, total_words=30_000, epochs=1)
        models.append(model)
    assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)
    assert "has left out words seen fewer than 3 times" in caplog.text


def test_words_that_were_left_out_cannot_be_asked_for(corpus: Path) -> None:
    with pytest.raises(ParameterError, match=r"min_count=2, but .*corpus\.ids has left out .* fewer than 3 times"):
        trained(corpus.with_suffix(".ids"), min_count=2)


def test_integers_stay_integers(tmp_path: Path) -> None:
    save_ids(scan([[5, 7, 5], [7, 5]]), tmp_path / "walks.ids", min_count=1)
    assert IdsFile(tmp_path / "walks.ids").keys == [5, 7]
    assert Word2Vec(corpus_file=tmp_path / "walks.ids", min_count=1, vector_size=4).wv.index_to_key == [5, 7]
    with pytest.raises(FileFormatError, match="only str and int keys"):
        save_ids(scan([[(1, 2)]]), tmp_path / "tuples.ids", min_count=1)
    assert os.listdir(tmp_path) == ["walks.ids"]


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=9), min_size=1, max_size=30), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_any_corpus_comes_back(tmp_path_factory: pytest.TempPathFactory, sentences: Any, min_count: int) -> None:
    path = tmp_path_factory.getbasetemp() / "any.ids"
    try:
        save_ids(scan(sentences), path, min_count=min_count)
    except VocabularyError:
        return
    counts = Counter(word for sentence in sentences for word in sentence)
    file = IdsFile(path)
    file.verify()
    kept = [[word for word in sentence if counts[word] >= min_count] for sentence in sentences]
    assert [[file.keys[i] for i in file.ids[a:b]] for a, b in zip(file.offsets, file.offsets[1:], strict=False)] == kept


def sections(path: Path) -> dict[str, tuple[int, int]]:
    """Begin and end of each section in the file."""
    data = path.read_bytes()
    header, start = native._read_header(str(path), data)
    return {s["name"]: (start + s["offset"], start + s["offset"] + np.dtype(s["dtype"]).itemsize * s["shape"][0])
            for s in header["sections"]}  # fmt: skip


@pytest.fixture
def small(tmp_path: Path) -> Path:
    save_ids(scan([["a", "b", "c"], ["b", "a"], ["c", "c", "d"]]), tmp_path / "small.ids", min_count=1)
    return tmp_path / "small.ids"


def test_every_byte_is_checked(small: Path) -> None:
    data, (begin, end) = small.read_bytes(), sections(small)["ids"]
    assert end == len(data)
    assert begin % 64 == 0
    for place in range(len(data)):
        small.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        if place < begin:  # seen at once: header, words, counts, offsets, and zeros between
            with pytest.raises(FileFormatError, match=r"small\.ids"):
                IdsFile(small)
        else:
            file = IdsFile(small)
            with pytest.raises(FileFormatError, match=r"small\.ids: section 'ids' is damaged"):
                file.verify()


def test_every_truncation_is_seen_at_once(small: Path) -> None:
    data = small.read_bytes()
    for length in range(len(data)):
        small.write_bytes(data[:length])
        with pytest.raises(FileFormatError, match=r"small\.ids"):
            IdsFile(small)
    small.write_bytes(data + b"\0")
    with pytest.raises(FileFormatError, match="follow the last section"):
        IdsFile(small)


def damaged(path: Path, **changes: Any) -> None:
    """Rewrite the file with other arrays and sound checksums."""
    arrays, meta = native.read(path)
    native.write(path, {**arrays, **{k: v for k, v in changes.items() if k in arrays}},
                 {**meta, **{k: v for k, v in changes.items() if k in meta}})  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"counts": np.array([3, 2, 2, 2])}, "counts do not fit the ids"),
        ({"counts": np.array([8, 0, 0, 0])}, "counts do not fit the ids"),
        ({"counts": np.array([3, 2, 3])}, "differ in number"),
        ({"counts": np.array([3.0, 2, 2, 1])}, "counts is float64"),
        ({"first_seen": np.array([0, 0, 1, 2])}, "first_seen does not rank"),
        ({"offsets": np.array([0, 5, 3, 8])}, "offsets do not rise"),
        ({"offsets": np.array([1, 3, 5, 8])}, "offsets do not run"),
        ({"offsets": np.array([0, 3, 5, 9])}, "offsets do not run"),
        ({"raw_words": 7}, "more words than its source"),
        ({"raw_words": None}, "not a whole corpus"),
    ],
)
def test_contradictions_are_seen_at_once(small: Path, changes: dict[str, Any], message: str) -> None:
    damaged(small, **changes)
    with pytest.raises(FileFormatError, match=message):
        IdsFile(small)


@pytest.mark.parametrize("bad", [-1, 4, 2**31 - 1])
def test_ids_without_a_word_never_reach_the_core(small: Path, bad: int) -> None:
    damaged(small, ids=np.array([0, 1, 2, 1, 0, 2, bad, 3], np.int32))
    with pytest.raises(FileFormatError, match="an id has no word"):
        IdsFile(small).verify()
    with pytest.raises(ValueError, match="ids must be at least 0 and below the number of words"):
        Word2Vec(corpus_file=small, min_count=1, vector_size=4, workers=1)
    with pytest.raises(FileFormatError, match="an id has no word"):  # other words than the file's: translated
        Word2Vec(corpus_file=small, min_count=2, vector_size=4, workers=1)


def test_other_files_are_named(tmp_path: Path, small: Path) -> None:
    model = Word2Vec([["a", "b"]], min_count=1, vector_size=4)
    model.save(tmp_path / "model.cw2v")
    with pytest.raises(WrongFileError, match="is not a corpus: it holds a Word2Vec"):
        Word2Vec(corpus_file=tmp_path / "model.cw2v")
    with pytest.raises(FileFormatError):
        KeyedVectors.load(str(small))
    (tmp_path / "empty.ids").write_bytes(b"")
    with pytest.raises(FileFormatError, match="is empty"):
        IdsFile(tmp_path / "empty.ids")


def test_a_new_file_under_the_name_changes_nothing(small: Path) -> None:
    file = scan_ids(small)
    save_ids(scan([["x", "y"]]), small, min_count=1)
    encoded = file.encode(Vocabulary.build(file.keys(), file.counts, min_count=1))
    encoded.relax()
    assert encoded.n_words == 8
    assert list(file.keys()) == ["a", "b", "c", "d"]


def test_writing_into_the_file_ends_training(corpus: Path, tmp_path: Path) -> None:
    path = tmp_path / "changing.ids"
    path.write_bytes(corpus.with_suffix(".ids").read_bytes())

    class Writes:
        def on_epoch_begin(self, model: Word2Vec) -> None:
            with open(path, "r+b") as file:
                file.seek(-4, os.SEEK_END)
                file.write(b"\0\0\0\0")
            os.utime(path, ns=(0, 0))  # a change, however coarse the file system's clock is

    with pytest.raises(CorpusError, match=r"changing\.ids was changed while it was in use"):
        trained(path, callbacks=[Writes()])


def test_encoding_and_checking_are_commands(
    corpus: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spilled = tmp_path / "spilled.ids"
    assert main(["encode", str(corpus), "-o", str(spilled), "--min-count", "3", "--max-memory", "1kB"]) == 0
    assert spilled.read_bytes() == corpus.with_suffix(".ids").read_bytes()
    assert main(["encode", "--check", str(spilled)]) == 0
    assert "is whole" in capsys.readouterr().out
    damaged(spilled, ids=IdsFile(spilled).ids[::-1])
    assert main(["encode", "--check", str(spilled)]) == 0  # the same words in another order
    data = spilled.read_bytes()
    spilled.write_bytes(data[:-1] + b"\x7f")
    assert main(["encode", "--check", str(spilled)]) == 2
    assert "section 'ids' is damaged" in capsys.readouterr().err
    for bad in ([str(corpus)], [str(corpus), "--check", "-o", str(tmp_path / "x.ids")]):
        assert main(["encode", *bad]) == 2
        assert "either --output FILE.ids" in capsys.readouterr().err
    assert main(["encode", "--check", str(corpus)]) == 2
    assert "is not a cw2v file" in capsys.readouterr().err


def test_training_from_it_is_a_command(corpus: Path, tmp_path: Path) -> None:
    for name in ("corpus.txt", "corpus.ids"):
        done = subprocess.run(
            [sys.executable, "-m", "cw2v", "train", str(corpus.parent / name), "-o", str(tmp_path / f"{name}.bin"),
             "--min-count", "3", "--vector-size", "8", "--epochs", "1", "--workers", "1", "--max-memory", "50MB"],
            capture_output=True, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "corpus.txt.bin").read_bytes() == (tmp_path / "corpus.ids.bin").read_bytes()

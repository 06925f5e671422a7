"""What callers get wrong, method by method: errors that name what was wrong, and vectors and files that stay whole."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors, Word2Vec
from cw2v.errors import Cw2vError, FileFormatError, TrainingError

SENTENCES = [["a", "b", "c", "d"]] * 50


def make() -> KeyedVectors:
    kv = KeyedVectors(3)
    kv.add_vectors(["a", "b", "c", "d"], np.arange(12, dtype=np.float32).reshape(4, 3) + 1)
    kv.expandos["count"] = np.array([4, 3, 2, 1])
    return kv


# Each method that takes keys, asked for the one that is given.
ASKED: dict[str, Callable[[KeyedVectors, Any], Any]] = {
    "get_index": lambda kv, key: kv.get_index(key),
    "[]": lambda kv, key: kv[key],
    "[[]]": lambda kv, key: kv[["a", key]],
    "get_vector": lambda kv, key: kv.get_vector(key, norm=True),
    "word_vec": lambda kv, key: kv.word_vec(key),
    "get_vecattr": lambda kv, key: kv.get_vecattr(key, "count"),
    "set_vecattr": lambda kv, key: kv.set_vecattr(key, "count", 1),
    "get_mean_vector": lambda kv, key: kv.get_mean_vector(["a", key], ignore_missing=False),
    "most_similar": lambda kv, key: kv.most_similar(key),
    "most_similar, negative": lambda kv, key: kv.most_similar("a", [key]),
    "most_similar, weighted": lambda kv, key: kv.most_similar([("a", 1.0), (key, 0.5)]),
    "most_similar, among": lambda kv, key: kv.most_similar("a", among=["b", key]),
    "most_similar, all": lambda kv, key: kv.most_similar(key, topn=None),
    "most_similar_batch": lambda kv, key: kv.most_similar_batch(["a", key]),
    "most_similar_cosmul": lambda kv, key: kv.most_similar_cosmul(["a"], [key]),
    "similar_by_word": lambda kv, key: kv.similar_by_word(key),
    "similar_by_key": lambda kv, key: kv.similar_by_key(key),
    "similarity": lambda kv, key: kv.similarity("a", key),
    "distance": lambda kv, key: kv.distance(key, "a"),
    "distances": lambda kv, key: kv.distances(key),
    "distances to": lambda kv, key: kv.distances("a", [key]),
    "angle": lambda kv, key: kv.angle("a", key),
    "closer_than": lambda kv, key: kv.closer_than("a", key),
    "words_closer_than": lambda kv, key: kv.words_closer_than(key, "a"),
    "rank": lambda kv, key: kv.rank("a", key),
    "most_similar_to_given": lambda kv, key: kv.most_similar_to_given("a", ["b", key]),
    "relative_cosine_similarity": lambda kv, key: kv.relative_cosine_similarity("a", key),
    "project": lambda kv, key: kv.project(["a", key]),
    "subset": lambda kv, key: kv.subset(["a", key]),
    "drop": lambda kv, key: kv.drop([key]),
    "rename": lambda kv, key: kv.rename({key: "x"}),
}
# These leave unknown keys out, as gensim's do.
PASSED_OVER: dict[str, Callable[[KeyedVectors, Any], Any]] = {
    "n_similarity": lambda kv, key: kv.n_similarity(["a", key], ["b"]) == kv.n_similarity(["a"], ["b"]),
    "doesnt_match": lambda kv, key: kv.doesnt_match(["a", "b", key]) != key,
    "get_mean_vector": lambda kv, key: np.array_equal(kv.get_mean_vector(["a", key]), kv.get_mean_vector(["a"])),
    "vectors_for_all": lambda kv, key: kv.vectors_for_all(["a", key]).index_to_key == ["a"],
    "exclude": lambda kv, key: kv.most_similar("a", exclude=[key]) == kv.most_similar("a"),
    "has_index_for": lambda kv, key: not kv.has_index_for(key),
    "in": lambda kv, key: key not in kv,
}


@pytest.mark.parametrize("key", ["zebra", "", "A", 4, -1, ("a",)])
@pytest.mark.parametrize("name", ASKED)
def test_an_unknown_key_is_named(name: str, key: Any) -> None:
    if isinstance(key, tuple) and name.startswith(("[", "most_similar", "similar_by")):
        pytest.skip("a tuple is a list of keys, or a key with its weight")
    kv, before = make(), make()
    with pytest.raises(KeyError) as caught:
        ASKED[name](kv, key)
    assert str(key) in str(caught.value)
    assert isinstance(caught.value, Cw2vError)
    assert np.array_equal(kv.vectors, before.vectors)
    assert kv.expandos["count"].tolist() == [4, 3, 2, 1]


@pytest.mark.parametrize("key", ["zebra", "", "A"])
@pytest.mark.parametrize("name", PASSED_OVER)
def test_unknown_keys_are_passed_over(name: str, key: str) -> None:
    assert PASSED_OVER[name](make(), key)


@pytest.mark.parametrize("name", ASKED)
def test_vectors_without_keys(name: str) -> None:
    with pytest.raises(KeyError, match="a"):
        ASKED[name](KeyedVectors(3), "a")


def test_empty_inputs(tmp_path: Path) -> None:
    empty, kv = KeyedVectors(3), make()
    assert empty.most_similar(np.ones(3)) == []
    assert empty.similar_by_vector(np.ones(3), topn=None).shape == (0,)
    assert empty.distances(np.ones(3)).shape == (0,)
    assert kv[[]].shape == (0, 3)
    assert kv.most_similar_batch([]) == []
    assert kv.subset([]).vectors.shape == (0, 3)
    assert kv.merge(empty).index_to_key == kv.index_to_key
    assert empty.merge(kv).index_to_key == kv.index_to_key
    assert empty.get_normed_vectors().shape == (0, 3)
    empty.unit_normalize_all()
    empty.sort_by_descending_frequency()
    empty.add_vectors([], np.zeros((0, 3)))
    for call in (lambda: kv.most_similar([]), lambda: kv.most_similar(), lambda: kv.doesnt_match([]),
                 lambda: kv.get_mean_vector([]), lambda: kv.most_similar_to_given("a", []),
                 lambda: kv.most_similar_cosmul([], ["a"])):  # fmt: skip
        with pytest.raises(ValueError):
            call()
    with pytest.raises(ZeroDivisionError):
        kv.n_similarity([], ["a"])
    for binary in (False, True):
        empty.save_word2vec_format(tmp_path / "f", binary=binary)
        assert len(KeyedVectors.load_word2vec_format(tmp_path / "f", binary=binary)) == 0
        assert kv.intersect_word2vec_format(tmp_path / "f", binary=binary) == 0
    empty.save(tmp_path / "f")
    for mmap in (None, "r"):
        assert len(KeyedVectors.load(tmp_path / "f", mmap=mmap)) == 0


READERS: dict[str, Callable[[Any], Any]] = {
    "native": KeyedVectors.load,
    "mapped": lambda path: KeyedVectors.load(path, mmap="r"),
    "binary": lambda path: KeyedVectors.load_word2vec_format(path, binary=True),
    "text": KeyedVectors.load_word2vec_format,
    "no header": lambda path: KeyedVectors.load_word2vec_format(path, no_header=True),
    "intersect": lambda path: make().intersect_word2vec_format(path),
}


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").touch()
    with pytest.raises(FileFormatError, match="empty"):
        READERS[name](tmp_path / "empty")
    with pytest.raises(IsADirectoryError):
        READERS[name](tmp_path)
    with pytest.raises(FileNotFoundError, match="none"):
        READERS[name](tmp_path / "none")
    if name != "no header":
        with pytest.raises(FileFormatError, match="null"):
            READERS[name](os.devnull)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
@pytest.mark.parametrize("name", ["native", "binary", "text"])
def test_a_pipe(tmp_path: Path, name: str) -> None:
    kv, pipe = make(), tmp_path / "pipe"
    save = kv.save if name == "native" else lambda path: kv.save_word2vec_format(path, binary=name == "binary")
    save(tmp_path / "f")
    data = (tmp_path / "f").read_bytes()
    for piece in (data, data[:-9]):
        os.mkfifo(pipe)
        writer = threading.Thread(target=pipe.write_bytes, args=(piece,))
        writer.start()
        try:
            if piece is data:
                assert np.array_equal(READERS[name](pipe).vectors, kv.vectors)
            else:
                with pytest.raises(EOFError, match="pipe"):
                    READERS[name](pipe)
        finally:
            writer.join()
            pipe.unlink()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("name", ["native", "binary", "text", "fvocab"])
def test_a_full_device(tmp_path: Path, name: str) -> None:
    kv = make()
    saves = {"native": lambda: kv.save("/dev/full"),
             "fvocab": lambda: kv.save_word2vec_format(tmp_path / "f", fvocab="/dev/full")}
    save = saves.get(name, lambda: kv.save_word2vec_format("/dev/full", binary=name == "binary"))
    with pytest.raises(OSError) as caught:
        save()
    assert caught.value.errno == errno.ENOSPC


def test_a_mapped_file_is_trained_on_in_memory_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "f"
    model = Word2Vec(SENTENCES, vector_size=6, min_count=1, workers=1, seed=3)
    model.wv.save(path)
    before = path.read_bytes()
    models = []
    for mode in (None, "c", "r"):
        other = Word2Vec(vector_size=6, min_count=1, workers=1, seed=3)
        other.build_vocab(SENTENCES)
        other.wv.vectors = KeyedVectors.load(path, mmap=mode).vectors
        models.append(other)
    for other in models[:2]:
        other.train(SENTENCES, total_examples=50, epochs=3)
    with pytest.raises(TrainingError, match=r"read-only \(a mapped file\?\)"):
        models[2].train(SENTENCES, total_examples=50, epochs=3)
    assert np.array_equal(models[0].wv.vectors, models[1].wv.vectors)
    assert not np.array_equal(models[0].wv.vectors, model.wv.vectors)
    assert np.array_equal(models[2].wv.vectors, model.wv.vectors)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", ["r", "c"])
def test_a_mapped_file_is_edited_in_memory(tmp_path: Path, mode: Any) -> None:
    path = tmp_path / "f"
    make().save(path)
    before = path.read_bytes()
    for edit in (lambda kv: kv.add_vector("a", np.ones(3)), lambda kv: kv.add_vector("new", np.ones(3)),
                 lambda kv: kv.set_vecattr("a", "count", 9), lambda kv: kv.unit_normalize_all(),
                 lambda kv: kv.sort_by_descending_frequency()):  # fmt: skip
        mapped, plain = KeyedVectors.load(path, mmap=mode), make()
        edit(mapped)
        edit(plain)
        assert np.array_equal(mapped.vectors, plain.vectors)
        assert mapped.index_to_key == plain.index_to_key
        assert mapped.expandos["count"].tolist() == plain.expandos["count"].tolist()
    assert path.read_bytes() == before


@pytest.mark.parametrize("weights", [np.ones((2, 4)), np.ones(3), [["x"] * 3] * 2, np.ones((2, 3), complex), None])
def test_vectors_of_other_shapes_and_types(weights: Any) -> None:
    kv = make()
    with pytest.raises((ValueError, TypeError)):
        kv.add_vectors(["x", "y"], weights)
    assert kv.index_to_key == list("abcd")
    assert kv.vectors.shape == (4, 3)
    assert len(kv) == 4

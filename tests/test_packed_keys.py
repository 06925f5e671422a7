"""Keys that stay packed until all of them are asked for: every answer is that of the list and the dictionary."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors
from cw2v.errors import FileFormatError, UnknownKeyError
from cw2v.io import native
from cw2v.io.keys import PackedKeys, pack_keys

WORDS = [f"word{i}" for i in range(2000)] + ["é", "日本語", "", "x" * 300]
TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)


def packed(keys: list[str]) -> PackedKeys:
    sections = pack_keys(keys)
    return PackedKeys(sections["keys_bytes"], sections["keys_ends"])


@settings(deadline=None)
@given(st.lists(TEXT | st.text("ab", max_size=9), unique=True, max_size=40), st.lists(TEXT, max_size=10))
@example([], ["", "a"])
@example([""], ["", "\0"])
@example(["\0", "\0\0", "", "1234567", "12345678", "123456789"], ["\0\0\0"])
def test_rows_are_those_of_a_dictionary(keys: list[str], others: list[str]) -> None:
    table, index = packed(keys), {key: row for row, key in enumerate(keys)}
    assert table.is_sound
    assert (table.first_twin, len(table), table.keys()) == (-1, len(keys), keys)
    for key in [*keys, *others, "\ud800"]:
        assert table.find(key) == index.get(key, -1)
    assert [table.key(row) for row in range(len(keys))] == keys


def test_many_keys() -> None:
    keys = [f"{i * 7919 % 100_003:x}" for i in range(100_003)]
    table = packed(keys)
    assert [table.find(key) for key in keys] == list(range(len(keys)))
    assert not any(table.find(f"{key}.") >= 0 for key in keys[:1000])
    with pytest.raises(IndexError):
        table.key(len(keys))


@pytest.mark.parametrize("rows", [(0, 1), (5, 900), (1999, 2000)])
def test_the_first_twin_is_named(rows: tuple[int, int]) -> None:
    keys = list(WORDS)
    keys[rows[1]] = keys[rows[0]]
    assert packed(keys).first_twin == rows[1]
    assert not packed(keys).is_sound


def test_keys_that_are_utf8_only_together() -> None:
    data, ends = np.frombuffer("éab".encode(), np.uint8), np.array([1, 2, 4])
    assert not PackedKeys(data, ends).is_sound
    assert PackedKeys(data, np.array([2, 3, 4])).is_sound


@pytest.fixture(params=["binary", "text", "mapped"])
def pair(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[KeyedVectors, KeyedVectors]:
    """Vectors in memory, and the same with their keys still packed."""
    words = [word for word in WORDS if word]
    kv, path = KeyedVectors(4), tmp_path / "f"
    kv.add_vectors(words, np.random.default_rng(0).standard_normal((len(words), 4), np.float32))
    kv.expandos["count"] = np.arange(len(words), 0, -1)
    if request.param == "mapped":
        kv.save(path)
        return kv, KeyedVectors.load(path, mmap="r")
    kv.save_word2vec_format(path, binary=request.param == "binary")
    return kv, KeyedVectors.load_word2vec_format(path, binary=request.param == "binary")


def test_questions_leave_the_keys_packed(pair: tuple[KeyedVectors, KeyedVectors]) -> None:
    kv, lazy = pair
    for key in ["word7", "é", "x" * 300, np.str_("word1999"), 5, np.int64(7)]:
        assert lazy.get_index(key) == kv.get_index(key)
        assert np.array_equal(lazy[key], kv[key])
        assert key in lazy
    for key in ["word", "word2000", "\ud800", b"word7", None, 10**9, ("word7",), 1.0]:
        assert key not in lazy
        with pytest.raises(UnknownKeyError):
            lazy.get_index(key)
    assert ["a"] not in lazy
    assert len(lazy) == len(kv)
    assert lazy.most_similar("word7") == kv.most_similar("word7")
    assert lazy.most_similar_batch(["word7", "é"]) == kv.most_similar_batch(["word7", "é"])
    assert lazy.similarity("word1", "日本語") == kv.similarity("word1", "日本語")
    assert lazy.get_vecattr("é", "count") == kv.get_vecattr("é", "count")
    assert not {"key_to_index", "index_to_key"} & set(vars(lazy))
    assert lazy.index_to_key == kv.index_to_key
    assert vars(lazy)["key_to_index"] == kv.key_to_index
    assert "_unmade" not in vars(lazy)
    lazy.key_to_index["new"] = lazy.key_to_index.pop("word3")
    assert "word3" not in lazy
    assert lazy.get_index("new") == kv.get_index("word3")


def test_what_is_set_or_added_counts(pair: tuple[KeyedVectors, KeyedVectors]) -> None:
    kv, lazy = pair
    for one in pair:
        one.add_vector("new", np.ones(4))
    assert lazy.get_index("new") == len(kv) - 1
    assert lazy.index_to_key == kv.index_to_key


def test_what_is_set_before_the_keys_are_made_stays(pair: tuple[KeyedVectors, KeyedVectors]) -> None:
    _, lazy = pair
    names = [f"other{i}" for i in range(len(lazy))]
    lazy.index_to_key = list(names)
    assert lazy.get_index("word9") == 9
    lazy.key_to_index = {name: row for row, name in enumerate(names)}
    assert lazy.get_index("other9") == 9
    assert "word9" not in lazy
    assert lazy.most_similar("other1", topn=1)[0][0] in lazy.key_to_index
    assert lazy.index_to_key == names


def test_one_of_both_is_set(pair: tuple[KeyedVectors, KeyedVectors]) -> None:
    kv, lazy = pair
    lazy.key_to_index = {"only": 3}
    assert lazy.index_to_key == kv.index_to_key
    assert lazy.get_index("only") == 3
    assert len(lazy) == 1


def test_copies_of_what_is_half_set(pair: tuple[KeyedVectors, KeyedVectors]) -> None:
    kv, lazy = pair
    lazy.index_to_key = ["x"] * len(kv)
    made = copy.deepcopy(lazy)
    assert made.key_to_index == kv.key_to_index
    assert made.index_to_key == ["x"] * len(kv)


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda kv: pickle.loads(pickle.dumps(kv))])
def test_copies(pair: tuple[KeyedVectors, KeyedVectors], again: object) -> None:
    kv, lazy = pair
    made = again(lazy)  # type: ignore[operator]
    assert made.key_to_index == kv.key_to_index
    assert np.array_equal(made["word7"], kv["word7"])


@pytest.mark.parametrize("mmap", [None, "r"])
@pytest.mark.parametrize("keys", [["a", "b", "a"], [5, "b", 5]])
def test_a_file_with_a_key_twice_is_refused(tmp_path: Path, keys: list[object], mmap: native.MmapMode | None) -> None:
    native.write(tmp_path / "f", {"vectors": np.ones((3, 2), np.float32), **pack_keys(keys)}, {"kind": "KeyedVectors"})
    with pytest.raises(FileFormatError, match=r"f: a key comes twice"):
        len(KeyedVectors.load(tmp_path / "f", mmap=mmap))


def test_text_and_integer_keys_in_a_mapped_file(tmp_path: Path) -> None:
    kv = KeyedVectors(2)
    kv.add_vectors([5, "5", "a"], np.eye(3, 2))
    kv.save(tmp_path / "f")
    lazy = KeyedVectors.load(tmp_path / "f", mmap="r")
    assert [lazy.get_index(key) for key in (5, "5", "a")] == [0, 1, 2]


def test_words_in_other_encodings_and_with_bytes_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"3 1\n\xe9 1\n\xc3\xa9 2\n\xff 3\n")
    latin = KeyedVectors.load_word2vec_format(tmp_path / "f", encoding="latin-1")
    assert [latin["é"][0], latin["Ã©"][0], latin["ÿ"][0]] == [1, 2, 3]
    kept = KeyedVectors.load_word2vec_format(tmp_path / "f", unicode_errors="surrogateescape")
    assert [kept["\udce9"][0], kept["é"][0], kept["\udcff"][0]] == [1, 2, 3]
    assert kept.index_to_key == ["\udce9", "é", "\udcff"]
    left = KeyedVectors.load_word2vec_format(tmp_path / "f", unicode_errors="ignore")
    assert left.index_to_key == ["", "é"]
    assert left.vectors.tolist() == [[1], [2]]

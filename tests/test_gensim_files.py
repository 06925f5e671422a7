"""gensim's own files, read without running what is in them."""

from __future__ import annotations

import logging
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cw2v import KeyedVectors
from cw2v.errors import FileFormatError
from cw2v.io import gensim_files

gensim = pytest.importorskip("gensim")
SENTENCES = [["the", "cat", "sat"], ["a", "dog", "sat"], ["wörd", "日本", "the"]] * 5


@pytest.fixture(autouse=True)
def _quiet() -> None:
    logging.getLogger("gensim").setLevel(logging.ERROR)


def same(ours: KeyedVectors, theirs: Any) -> bool:
    return (ours.index_to_key == theirs.index_to_key and ours.key_to_index == theirs.key_to_index
            and ours.vectors.tobytes() == theirs.vectors.tobytes()
            and ours.expandos["count"].tolist() == theirs.expandos["count"].tolist())  # fmt: skip


@pytest.mark.parametrize("options", [{}, {"sg": 1}, {"hs": 1}, {"hs": 1, "negative": 0, "seed": 3}])
@pytest.mark.parametrize("saving", [{}, {"sep_limit": 0}, {"pickle_protocol": 2}, {"pickle_protocol": 5}])
def test_models_and_vectors(tmp_path: Path, options: dict[str, Any], saving: dict[str, Any]) -> None:
    model = gensim.models.Word2Vec(SENTENCES, vector_size=6, min_count=1, workers=1, **options)
    model.save(str(tmp_path / "m.model"), **saving)
    model.wv.save(str(tmp_path / "v.kv"), **saving)
    assert same(KeyedVectors.load(tmp_path / "m.model"), model.wv)
    assert same(KeyedVectors.load(tmp_path / "v.kv"), model.wv)
    assert KeyedVectors.load(tmp_path / "v.kv").vectors.flags.writeable


def test_integer_keys_and_attributes(tmp_path: Path) -> None:
    theirs = gensim.models.KeyedVectors(3)
    theirs.add_vectors([7, 5], np.arange(6, dtype=np.float32).reshape(2, 3))
    for key, weight in ((7, 1.5), (5, 2.5)):
        theirs.set_vecattr(key, "weight", weight)
    theirs.save(str(tmp_path / "v.kv"))
    ours = KeyedVectors.load(tmp_path / "v.kv")
    assert ours.index_to_key == [7, 5]
    assert ours.get_vecattr(5, "weight") == 2.5
    assert ours.vectors.tolist() == theirs.vectors.tolist()


class _Evil:
    def __init__(self, call: Any, *arguments: Any) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.call, self.arguments


def _theirs() -> Any:
    theirs = gensim.models.KeyedVectors(3)
    theirs.add_vectors(["a"], np.ones((1, 3), np.float32))
    return theirs


@pytest.mark.parametrize(("evil", "name"), [
    (_Evil(os.system, "echo run > FLAG"), r"\w+\.system"),
    (_Evil(eval, "open('FLAG', 'w')"), r"builtin\w*\.eval"),
    (_Evil(getattr, "x", "upper"), r"builtin\w*\.getattr"),
    (_Evil(pickle.loads, b"."), r"pickle\.loads"),
    (_Evil(np.load, "FLAG"), r"numpy\.load"),
])  # fmt: skip
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_what_would_run_is_refused_by_name(tmp_path: Path, evil: _Evil, name: str, protocol: int) -> None:
    flag = tmp_path / "FLAG"
    arguments = tuple(a.replace("FLAG", str(flag)) if isinstance(a, str) else a for a in evil.arguments)
    theirs = _theirs()
    theirs.comment = _Evil(evil.call, *arguments)
    path = tmp_path / "v.kv"
    path.write_bytes(pickle.dumps(theirs, protocol))
    with pytest.raises(FileFormatError, match=name) as caught:
        KeyedVectors.load(path)
    assert str(path) in str(caught.value)
    assert not flag.exists()


def test_gensims_own_names_call_nothing(tmp_path: Path) -> None:
    # A name of gensim's is held, not imported: calling it with any arguments does nothing.
    class Pretender:
        def __reduce__(self) -> tuple[Any, ...]:
            return gensim.utils.unpickle, (str(tmp_path / "other"),)

    theirs = _theirs()
    theirs.comment = Pretender()
    (tmp_path / "v.kv").write_bytes(pickle.dumps(theirs))
    assert KeyedVectors.load(tmp_path / "v.kv").index_to_key == ["a"]


def test_every_cut_and_many_changes_are_errors_or_harmless(tmp_path: Path) -> None:
    path = tmp_path / "v.kv"
    _theirs().save(str(path))
    data = path.read_bytes()
    for end in range(len(data)):
        path.write_bytes(data[:end])
        with pytest.raises(FileFormatError):
            KeyedVectors.load(path)
    rng = np.random.default_rng(1)
    for _ in range(1000):
        damaged = bytearray(data)
        for place in rng.integers(0, len(data), rng.integers(1, 4)):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        try:
            kv = gensim_files.load(path)
        except (FileFormatError, MemoryError):
            continue
        assert kv.vectors.shape[0] == len(kv.keys)


def test_other_pickles_are_refused(tmp_path: Path) -> None:
    for content in ([1, 2], {"vectors": 1}, "text", np.ones(3)):
        (tmp_path / "p").write_bytes(pickle.dumps(content))
        with pytest.raises(FileFormatError, match="without the vectors"):
            KeyedVectors.load(tmp_path / "p")

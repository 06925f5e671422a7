"""Vectors in other programs' formats: round trips, and each library reads what was written by itself."""

from __future__ import annotations

import contextlib
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cw2v import KeyedVectors, exchange
from cw2v.cli import main
from cw2v.errors import Cw2vError, FileFormatError, MissingExtraError, ParameterError

LIBRARY = {".safetensors": "safetensors", ".parquet": "pyarrow", ".arrow": "pyarrow", ".feather": "pyarrow"}
WRITTEN = [suffix for suffix, row in exchange.SUFFIXES.items() if row.save is not None]
WITH_ATTRIBUTES = (".cw2v", ".npz", ".safetensors", ".parquet", ".arrow", ".feather")
WITH_INTEGERS = (*WITH_ATTRIBUTES, ".npy")


def make(keys: list[Any] | None = None, size: int = 5) -> KeyedVectors:
    keys = ["a", "wörd", "日本", "x_y"] if keys is None else keys
    kv = KeyedVectors(size)
    kv.add_vectors(keys, np.random.default_rng(2).standard_normal((len(keys), size)).astype(np.float32))
    for i, key in enumerate(keys):
        kv.set_vecattr(key, "count", 10 + i)
        kv.set_vecattr(key, "weight", i / 2)
    return kv


def same(one: KeyedVectors, other: KeyedVectors) -> bool:
    size = len(one)
    assert one.vectors.dtype == other.vectors.dtype
    return (one.index_to_key[:size] == other.index_to_key and one.key_to_index == other.key_to_index
            and one.vectors[:size].tobytes() == other.vectors.tobytes())  # fmt: skip


def need(suffix: str) -> None:
    if suffix in LIBRARY:
        pytest.importorskip(LIBRARY[suffix])


@pytest.mark.parametrize("suffix", WRITTEN)
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    need(suffix)
    kv = make()
    exchange.save(kv, tmp_path / f"v{suffix}")
    again = exchange.load(tmp_path / f"v{suffix}")
    assert same(kv, again)
    if suffix in WITH_ATTRIBUTES:
        assert again.expandos["count"].tolist() == [10, 11, 12, 13]
        assert again.expandos["weight"].tolist() == [0, 0.5, 1, 1.5]
    if suffix in WITH_INTEGERS:
        numbered = make([5, 2**40, -3])
        exchange.save(numbered, tmp_path / f"i{suffix}")
        assert same(numbered, exchange.load(tmp_path / f"i{suffix}"))
    again["new"] = np.ones(5)  # what was read may be changed
    assert again["new"].tolist() == [1] * 5


@pytest.mark.parametrize("suffix", WRITTEN)
def test_any_vocabulary_comes_back_or_is_refused_before_writing(tmp_path_factory: Any, suffix: str) -> None:
    need(suffix)
    folder = tmp_path_factory.mktemp("any")

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.one_of(st.text(st.characters()), st.integers()), unique_by=lambda k: (type(k), k), max_size=6),
           st.data())  # fmt: skip
    def check(keys: list[Any], data: st.DataObject) -> None:
        numbers = st.floats(width=32, allow_nan=False)
        kv = KeyedVectors(2)
        rows = data.draw(st.lists(numbers, min_size=2 * len(keys), max_size=2 * len(keys)))
        kv.add_vectors(keys, np.array(rows, np.float32).reshape(-1, 2))
        for old in folder.iterdir():
            old.unlink()
        path = folder / f"v{suffix}"
        try:
            exchange.save(kv, path)
        except Cw2vError:
            assert not list(folder.iterdir())
            return
        again = exchange.load(path)
        if exchange.SUFFIXES[suffix].what.startswith("word2vec"):  # integers become text, as gensim writes them
            assert again.index_to_key == list(map(str, keys))
            assert again.vectors.tobytes() == kv.vectors.tobytes()
            return
        assert same(kv, again)
        assert list(map(type, again.index_to_key)) == list(map(type, keys))

    check()


def test_numpy_reads_them(tmp_path: Path) -> None:
    kv = make()
    exchange.save(kv, tmp_path / "v.npz")
    with np.load(tmp_path / "v.npz", allow_pickle=False) as archive:
        assert archive["keys"].tolist() == kv.index_to_key
        assert (archive["vectors"] == kv.vectors).all()
    exchange.save(kv, tmp_path / "v.npy")
    assert (np.load(tmp_path / "v.npy") == kv.vectors).all()
    assert json.loads((tmp_path / "v.keys.json").read_text()) == kv.index_to_key


def test_safetensors_reads_them(tmp_path: Path) -> None:
    numpy = pytest.importorskip("safetensors.numpy")
    kv = make()
    exchange.save(kv, tmp_path / "v.safetensors")
    assert (numpy.load_file(tmp_path / "v.safetensors")["vectors"] == kv.vectors).all()


@pytest.mark.parametrize("suffix", [".parquet", ".arrow"])
def test_pyarrow_reads_them(tmp_path: Path, suffix: str) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet

    kv = make()
    path = tmp_path / f"v{suffix}"
    exchange.save(kv, path)
    table = pyarrow.parquet.read_table(path) if suffix == ".parquet" else pa.ipc.open_file(path).read_all()
    assert table.column("key").to_pylist() == kv.index_to_key
    assert np.array(table.column("vector").to_pylist(), np.float32).tobytes() == kv.vectors.tobytes()
    assert table.column("count").to_pylist() == [10, 11, 12, 13]


def test_the_projector_reads_them(tmp_path: Path) -> None:
    kv = make()
    exchange.save(kv, tmp_path / "v.tsv")
    assert np.loadtxt(tmp_path / "v.tsv", np.float32, delimiter="\t").tobytes() == kv.vectors.tobytes()
    assert (tmp_path / "v.metadata.tsv").read_text(encoding="utf-8").splitlines() == kv.index_to_key


def test_pandas() -> None:
    pytest.importorskip("pandas")
    kv = make()
    frame = exchange.to_pandas(kv)
    assert list(frame.index) == kv.index_to_key
    assert (frame.loc["wörd"].to_numpy() == kv["wörd"]).all()
    assert same(kv, exchange.from_pandas(frame))
    assert same(make([3, 1]), exchange.from_pandas(exchange.to_pandas(make([3, 1]))))


def test_torch() -> None:
    torch = pytest.importorskip("torch")
    kv = make()
    layer = exchange.to_torch(kv)
    assert not layer.weight.requires_grad
    row = layer(torch.tensor([kv.key_to_index["日本"]]))[0]
    assert row.numpy().tobytes() == kv["日本"].tobytes()
    assert same(kv, exchange.from_torch(layer, kv.index_to_key))


def test_spacy(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy")
    kv, nlp = make(), spacy.blank("en")
    nlp.vocab.vectors = exchange.to_spacy(kv, nlp.vocab.strings)
    assert (nlp("wörd")[0].vector == kv["wörd"]).all()
    nlp.to_disk(tmp_path / "model")
    again = spacy.load(tmp_path / "model").vocab
    back = exchange.from_spacy(again.vectors, again.strings)
    assert sorted(back.index_to_key) == sorted(kv.index_to_key)
    assert all((back[key] == kv[key]).all() for key in kv.index_to_key)


@pytest.mark.parametrize("suffix", [".npz", ".npy", ".safetensors", ".parquet", ".arrow", ".tsv"])
def test_damaged_files_are_format_errors(tmp_path: Path, suffix: str) -> None:
    need(suffix)
    path = tmp_path / f"v{suffix}"
    exchange.save(make(), path)
    data = path.read_bytes()
    rng = np.random.default_rng(3)
    for trial in range(150):
        damaged = bytearray(data[: rng.integers(len(data))] if trial % 2 else data)
        for place in rng.integers(0, max(len(damaged), 1), 3 if len(damaged) else 0):
            damaged[place] = rng.integers(256)
        path.write_bytes(damaged)
        with contextlib.suppress(FileFormatError, OSError, MemoryError):
            exchange.load(path)


def test_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ParameterError, match="suffix"):
        exchange.save(make(), tmp_path / "v.zip")
    with pytest.raises(ParameterError, match="no pickles"):
        exchange.save(make(), tmp_path / "v.kv")
    for module, call in (("pyarrow", lambda: exchange.save(make(), tmp_path / "v.parquet")),
                         ("torch", lambda: exchange.to_torch(make()))):
        monkeypatch.setitem(__import__("sys").modules, module, None)
        with pytest.raises(MissingExtraError, match=r"pip install cw2v\["):
            call()
    assert not list(tmp_path.iterdir())


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kv = make()
    kv.save(tmp_path / "a.cw2v")
    steps = ["a.cw2v", "b.bin", "c.txt.gz", "d.npz", "e.npy", "f.tsv", "g.vec", "h.cw2v"]
    for source, output in itertools.pairwise(steps):
        assert main(["convert", str(tmp_path / source), str(tmp_path / output)]) == 0
    assert "4 vectors of 5 dimensions" in capsys.readouterr().err
    assert same(kv, KeyedVectors.load(tmp_path / "h.cw2v"))
    for wrong, expected in (("x.rst", "suffix"), ("x.kv", "no pickles"), ("a.cw2v", "other than the vectors")):
        assert main(["convert", str(tmp_path / "a.cw2v"), str(tmp_path / wrong)]) == 2
        assert expected in capsys.readouterr().err

"""Arrays, walks and columns of data frames: the same corpus as lists, also in the vectors that are trained on it."""

from __future__ import annotations

import gzip
import io
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cw2v import Walks, Word2Vec, _lists
from cw2v.corpus import ScannedCorpus, columns, scan
from cw2v.errors import CorpusError, CorpusTypeError
from cw2v.vocabulary import Vocabulary

# As many words a sentence as in any other, so that an array of two dimensions holds them too.
WORDS = [f"w{n}é" for n in range(40)]
TABLE = np.minimum(np.random.default_rng(1).zipf(1.4, (400, 9)), 40) - 1
SENTENCES = [[WORDS[i] for i in row] for row in TABLE.tolist()]
RAGGED = [sentence[: 1 + number % 9] for number, sentence in enumerate(SENTENCES)]
NamedWalks = namedtuple("NamedWalks", ["ids", "offsets"])


def result(scanned: ScannedCorpus) -> tuple[list[Any], list[type], list[int], list[int], list[int]]:
    """Words in the order of their first appearance with their types, counts, ids, offsets."""
    keys, counts = list(scanned.keys()), scanned.counts.tolist()
    encoded = scanned.encode(Vocabulary(keys, counts))
    return keys, [type(key) for key in keys], counts, encoded.ids.tolist(), encoded.offsets.tolist()


def csr(rows: list[list[int]]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    ids = np.array([token for row in rows for token in row], np.int64)
    return ids, np.cumsum([0] + [len(row) for row in rows])


def columns_of(rows: list[list[Any]]) -> list[Any]:
    """The rows as a column of every library that is installed, in every type it has for them."""
    found: list[Any] = []
    try:
        import pyarrow as pa
    except ImportError:
        pa = None
    else:
        value = pa.string() if isinstance(rows[0][0], str) else pa.int64()
        large = pa.large_string() if isinstance(rows[0][0], str) else pa.int16()
        kinds = [pa.list_(value), pa.large_list(large), pa.list_(pa.dictionary(pa.int16(), value))]
        if hasattr(pa, "string_view") and isinstance(rows[0][0], str):
            kinds.append(pa.large_list(pa.string_view()))
        arrays = [pa.array(rows, kind) for kind in kinds]
        chunked = pa.chunked_array([arrays[0].slice(0, 33), arrays[0].slice(33)])
        sliced = pa.array([[rows[0][0]], *rows, [rows[0][0]]], kinds[0]).slice(1, len(rows))
        found += [*arrays, chunked, sliced]
    try:
        import pandas as pd
    except ImportError:
        pass
    else:
        found += [pd.Series(rows, index=range(7, 7 + len(rows))), pd.Series([np.array(row) for row in rows])]
        if pa is not None:
            found.append(pd.Series(rows, dtype=pd.ArrowDtype(pa.list_(value))))
    try:
        import polars as pl
    except ImportError:
        pass
    else:
        found.append(pl.Series("tokens", rows))
        if isinstance(rows[0][0], str):
            found.append(pl.Series("tokens", rows, dtype=pl.List(pl.Categorical)))
    try:
        import datasets
    except ImportError:
        pass
    else:
        dataset = datasets.Dataset.from_dict({"id": list(range(len(rows))), "tokens": rows[::-1]})
        found.append(dataset.select(range(len(rows) - 1, -1, -1))["tokens"])  # the rows back in their order
    return found


class TestColumns:
    @pytest.mark.parametrize(
        "rows", [RAGGED, [*RAGGED[:3], [], *RAGGED, [], []], [[int(word[1:-1]) - 5 for word in s] for s in RAGGED]]
    )
    def test_columns_are_lists(self, rows: list[list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
        made = columns_of(rows)
        if not made:
            pytest.skip("neither pandas nor polars, pyarrow or datasets is installed")
        for tokens_at_a_time in (1 << 20, 50):  # a column in one piece, and in many
            monkeypatch.setattr(columns, "_TOKENS", tokens_at_a_time)
            for column in made:
                assert result(scan(column)) == result(scan(rows)), type(column)

    def test_without_pyarrow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        made = columns_of(RAGGED)
        monkeypatch.setattr(columns, "_arrow", lambda *_: None)
        monkeypatch.setattr(columns, "_ROWS", 30)
        for column in made:
            assert result(scan(column)) == result(scan(RAGGED)), type(column)

    def test_arrow_columns_make_no_object_a_token(self, monkeypatch: pytest.MonkeyPatch) -> None:
        pytest.importorskip("pyarrow")
        monkeypatch.setattr(_lists, "ListEncoder", None)  # calling it would fail
        for column in columns_of(RAGGED):
            if type(column).__module__.startswith(("pyarrow", "polars", "datasets")):
                assert scan(column).raw_words == sum(map(len, RAGGED))

    def test_columns_of_other_types_keep_them(self) -> None:
        pa = pytest.importorskip("pyarrow")
        rows = [[1.5, 2.0], [2.0]]
        assert result(scan(pa.array(rows))) == result(scan(rows))
        assert list(scan(pa.array([[True, False]])).keys()) == [True, False]

    def test_columns_of_strings_need_a_tokenizer(self) -> None:
        strings = [" ".join(sentence) for sentence in RAGGED]
        made: list[Any] = [np.array(strings), np.array(strings, object)]
        for library, make in (
            ("pandas", lambda m: [m.Series(strings, dtype=kind) for kind in (None, object, "category")]),
            ("polars", lambda m: [m.Series(strings)]),
            ("pyarrow", lambda m: [m.array(strings), m.chunked_array([strings[:9], strings[9:]])]),
            ("datasets", lambda m: [m.Dataset.from_dict({"text": strings})["text"]]),
        ):
            try:
                made += make(__import__(library))
            except ImportError:
                continue
        for column in made:
            with pytest.raises(CorpusTypeError, match=r"sentence 1 is the str.*tokenizer="):
                scan(column)
            for tokenizer in ("whitespace", str.split):
                assert result(scan(column, tokenizer=tokenizer)) == result(scan(RAGGED))

    def test_whole_tables_name_their_columns(self) -> None:
        data = {"id": [1, 2], "tokens": [["a"], ["b"]]}
        for library, make in (
            ("pandas", lambda m: m.DataFrame(data)),
            ("polars", lambda m: m.DataFrame(data)),
            ("pyarrow", lambda m: m.table(data)),
            ("datasets", lambda m: m.Dataset.from_dict(data)),
        ):
            module = pytest.importorskip(library)
            with pytest.raises(CorpusTypeError, match=f"is a {library} .* with the columns 'id', 'tokens'; pass one"):
                scan(make(module))
        datasets = pytest.importorskip("datasets")
        whole = datasets.Dataset.from_dict(data)
        for table, message in (
            (datasets.DatasetDict({"train": whole}), "DatasetDict with the splits 'train'"),
            (whole.to_iterable_dataset(), "IterableDataset with the columns "),
            (datasets.IterableDataset.from_generator(lambda: iter([{"a": 1}])), "IterableDataset with the columns "),
        ):
            with pytest.raises(CorpusTypeError, match=message):
                scan(table)
        streamed = whole.to_iterable_dataset()["tokens"]
        assert result(scan(streamed)) == result(scan(data["tokens"]))
        with pytest.raises(CorpusTypeError, match=r"polars LazyFrame; collect\(\) it"):
            scan(pytest.importorskip("polars").LazyFrame(data))

    def test_missing_rows_and_tokens_are_named(self) -> None:
        rows: list[Any] = [["a"], ["b", "c"], None, ["d"]]
        tokens: list[Any] = [["a"], ["b", "c"], [], ["d", None]]
        for library, make in (
            ("pandas", lambda m, given: m.Series(given)),
            ("polars", lambda m, given: m.Series(given)),
            ("pyarrow", lambda m, given: m.array(given)),
            ("pyarrow", lambda m, given: m.array(given, m.list_(m.dictionary(m.int8(), m.string())))),
            ("datasets", lambda m, given: m.Dataset.from_dict({"t": given})["t"]),
        ):
            module = pytest.importorskip(library)
            with pytest.raises(CorpusTypeError, match=r"sentence 3 must be a list of tokens, got .*\(row 2, counted"):
                scan(make(module, rows))
            with pytest.raises(CorpusTypeError, match=r"token 2 of sentence 4 .*is None"):
                scan(make(module, tokens))
        pd = pytest.importorskip("pandas")
        for missing in (float("nan"), pd.NA, pd.NaT):
            with pytest.raises(CorpusTypeError, match=r"sentence 2 .* a missing value \(row 1, counted"):
                scan(pd.Series([["a"], missing]))
        with pytest.raises(CorpusTypeError, match=r"sentence 2 .*nan, a missing value \(row 1, counted"):
            scan(pd.Series(["a", None]), tokenizer="whitespace")


class TestWalks:
    @given(
        hnp.arrays(
            st.sampled_from([np.int8, np.uint8, np.int16, np.int64, np.uint64, np.dtype(">i4")]),
            st.tuples(st.integers(0, 12), st.integers(0, 5)),
            elements=st.integers(0, 100),
        ),
        st.integers(-100, 27),
    )
    def test_an_integer_array_is_its_lists(self, array: np.ndarray[Any, Any], shift: int) -> None:
        if array.dtype.kind == "i":
            array = array + array.dtype.type(shift)  # with -1 and other negative ones
        scanned = result(scan(array))
        assert scanned == result(scan(array.tolist()))
        assert set(scanned[1]) <= {int}
        assert result(scan(np.asfortranarray(array))) == scanned
        assert result(scan(Walks(array.reshape(-1), np.arange(len(array) + 1) * array.shape[1]))) == scanned

    @given(st.lists(st.lists(st.one_of(st.integers(-3, 3), st.integers(-(2**63), 2**63 - 1)), max_size=6), max_size=9))
    def test_walks_of_any_integers_are_their_lists(self, rows: list[list[int]]) -> None:
        ids, offsets = csr(rows)
        expected = result(scan(rows))
        for walks in (Walks(ids, offsets), NamedWalks(ids, offsets), Walks(ids.tolist(), offsets.tolist())):
            assert result(scan(walks)) == expected

    def test_blocks_and_long_walks(self) -> None:
        generator = np.random.default_rng(2)
        array = generator.integers(-50_000, 50_000, (30, 25_000))
        expected = result(scan(array.tolist()))
        assert result(scan(array)) == expected
        assert result(scan(Walks(array.reshape(-1), np.arange(31) * 25_000))) == expected
        wide = array * 2**40  # too far apart for a table
        assert result(scan(wide)) == result(scan(wide.tolist()))

    def test_unsigned_numbers_beyond_int64(self) -> None:
        array = np.array([[2**64 - 1, 2**64 - 2], [2**64 - 1, 2**63]], np.uint64)
        assert result(scan(array)) == result(scan(array.tolist()))

    def test_progress_counts_sentences(self) -> None:
        seen: list[tuple[int, int | None]] = []
        for walks in (Walks(np.arange(9), [0, 5, 5, 9]), NamedWalks(np.arange(9), [0, 5, 5, 9]), np.zeros((3, 4), int)):
            scan(walks, on_progress=lambda *state: seen.append(state))
        assert seen == [(3, 3)] * 3

    def test_what_cannot_be_walks(self) -> None:
        for ids, offsets, error, message in (
            ([1, 2], [0, 1], CorpusError, "offsets must go from 0 to the number of ids, 2, got from 0 to 1"),
            ([1, 2], [1, 2], CorpusError, "got from 1 to 2"),
            ([1, 2], [], CorpusError, "got none"),
            ([1, 2, 3], [0, 2, 1, 3], CorpusError, r"offsets\[2\] is 1 after 2"),
            ([1.5, 2], [0, 2], CorpusTypeError, "ids must be integers .*float64"),
            ([[1, 2]], [0, 2], CorpusTypeError, r"ids must be integers .*\(1, 2\)"),
            ([1, 2], [0.0, 2.0], CorpusTypeError, "offsets must be integers"),
            (["a"], [0, 1], CorpusTypeError, "ids must be integers"),
        ):
            with pytest.raises(error, match=message):
                Walks(ids, offsets)  # type: ignore[arg-type]
            with pytest.raises(error, match=message):
                scan(NamedWalks(ids, offsets))

    def test_arrays_that_are_no_sentences(self) -> None:
        for array in (np.arange(5), np.zeros((2, 2, 2), int), np.array([1.5]), np.array([True])):
            with pytest.raises(CorpusTypeError, match=r"pass two dimensions, whose rows are sentences, or Walks"):
                scan(array)

    @pytest.mark.filterwarnings("ignore:the matrix subclass")
    def test_other_arrays_of_two_dimensions(self) -> None:
        for array in (np.array(SENTENCES), np.array(SENTENCES, object), TABLE + 0.5, TABLE > 3):
            assert result(scan(array)) == result(scan(array.tolist()))
        assert result(scan(np.matrix(TABLE))) == result(scan(TABLE))
        with pytest.raises(CorpusTypeError, match="token 2 of sentence 1 is None"):
            scan(np.ma.array([[1, 2]], mask=[[False, True]]))


def trained(corpus: Any = None, **options: Any) -> tuple[list[Any], bytes]:
    model = Word2Vec(corpus, vector_size=16, min_count=2, sg=1, workers=1, epochs=2, **options)
    return model.wv.index_to_key, model.wv.vectors.tobytes()


def forms(tmp_path: Path) -> dict[str, Callable[[], tuple[list[Any], bytes]]]:
    """Training on one corpus in each of its forms."""
    lines = [" ".join(sentence) + "\n" for sentence in SENTENCES]
    text = "".join(lines)
    path, pieces = tmp_path / "corpus.txt", tmp_path / "pieces"
    path.write_text(text)
    pieces.mkdir()
    for begin in range(0, 400, 50):
        (pieces / f"{begin:03}.txt").write_text("".join(lines[begin : begin + 50]))
    (tmp_path / "corpus.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "corpus.utf16").write_bytes(text.encode("utf-16"))
    made = {
        "file": lambda: trained(corpus_file=path),
        ".gz": lambda: trained(corpus_file=tmp_path / "corpus.txt.gz"),
        "utf-16": lambda: trained(corpus_file=tmp_path / "corpus.utf16", encoding="utf-16"),
        "folder": lambda: trained(corpus_file=pieces),
        "pattern": lambda: trained(corpus_file=str(pieces / "*.txt")),
        "list of paths": lambda: trained(corpus_file=sorted(pieces.iterdir())),
        "stream": lambda: trained(corpus_file=io.BytesIO(text.encode())),
        "generator": lambda: trained(sentence for sentence in SENTENCES),
        "generators": lambda: trained(iter(sentence) for sentence in SENTENCES),
        "array": lambda: trained(np.array(SENTENCES)),
        "array of objects": lambda: trained(np.array(SENTENCES, object)),
        "strings": lambda: trained(lines, tokenizer="whitespace"),
        "tokenizer": lambda: trained(lines, tokenizer=str.split),
    }
    for column in columns_of(SENTENCES):
        made[f"{type(column).__module__} {getattr(column, 'dtype', getattr(column, 'type', ''))} {len(made)}"] = (
            lambda column=column: trained(column)  # type: ignore[misc]
        )
    return made


def test_the_same_vectors_from_every_form_of_a_corpus(tmp_path: Path) -> None:
    expected = trained(SENTENCES)
    assert len(expected[0]) > 20
    for name, train in forms(tmp_path).items():
        assert train() == expected, name


def test_the_same_vectors_from_every_form_of_walks() -> None:
    expected = trained(TABLE.tolist())
    assert {type(key) for key in expected[0]} == {int}
    ids, offsets = csr(TABLE.tolist())
    for walks in (TABLE, TABLE.astype(np.uint8), Walks(ids, offsets), NamedWalks(ids, offsets), iter(TABLE)):
        assert trained(walks) == expected
    assert np.array_equal(
        np.frombuffer(expected[1], np.float32), np.frombuffer(trained(SENTENCES)[1], np.float32)
    )  # names do not matter

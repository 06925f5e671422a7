"""Columns of pandas, polars, Arrow and HuggingFace `datasets`: through pyarrow where it is there, row by row otherwise.

None of these libraries is imported unless the corpus is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from cw2v.corpus.coded import ArrayEncoder
from cw2v.errors import CorpusTypeError

__all__ = ["encode_column", "missing_row", "refuse_table", "rows_of"]

_LIBRARIES = ("pandas", "polars", "pyarrow", "datasets")
_ROWS = 1 << 13  # that are made Python objects, or read from disk, at a time
_TOKENS = 1 << 20  # that are encoded at a time


def _library(corpus: object) -> str | None:
    name = type(corpus).__module__.partition(".")[0]
    return name if name in _LIBRARIES else None


def refuse_table(corpus: Any) -> None:
    """Raise CorpusTypeError, which names the columns, for a whole table."""
    library, kind = _library(corpus), type(corpus).__name__
    if library is None:
        return
    if kind in ("LazyFrame", "LazyGroupBy"):
        raise CorpusTypeError(f"corpus_iterable is a polars {kind}; collect() it and pass one column")
    names = getattr(corpus, "column_names", getattr(corpus, "columns", None))
    if names is None and kind != "IterableDataset":
        return
    what = "splits" if isinstance(names, dict) else "columns"
    listed = ", ".join(map(repr, list(names)[:20])) if names is not None else "nobody knows before it is read"
    raise CorpusTypeError(f"corpus_iterable is a {library} {kind} with the {what} {listed}; pass one column")


def missing_row(row: int, value: object) -> CorpusTypeError:
    """The error for a row, counted from 0, whose value is missing."""
    return CorpusTypeError(
        f"sentence {row + 1} must be a list of tokens, got {value}, a missing value (row {row}, counted from 0); leave "
        "such rows out, for instance with dropna()"
    )


def rows_of(corpus: Any) -> Iterator[Any] | None:
    """The rows of a column as Python objects; None if it is no column, or one that is best iterated as it is."""
    library = _library(corpus)
    if library is None or library == "pandas" or not hasattr(corpus, "__len__"):
        return None
    return _rows(corpus)


def _rows(column: Any) -> Iterator[Any]:
    for begin in range(0, len(column), _ROWS):
        part = column[begin : begin + _ROWS]
        if hasattr(part, "to_pylist"):  # pyarrow
            part = part.to_pylist()
        yield from part.to_list() if hasattr(part, "to_list") else part  # polars, datasets


def encode_column(corpus: Any, max_words: int) -> tuple[ArrayEncoder, Iterator[None]] | None:
    """An encoder for an Arrow column of lists of strings or integers, and the steps that feed it; None if it is no such
    column, or pyarrow is not there.

    Raises
    ------
    CorpusTypeError
        A row or a token is missing: raised by the steps.
    """
    if _library(corpus) is None:
        return None
    try:
        import pyarrow as pa
    except ImportError:
        return None
    column = _arrow(corpus, pa)
    if column is None or not _is_list(column.type, pa):
        return None
    words = column.type.value_type
    if pa.types.is_dictionary(words):
        words = words.value_type
    if not (pa.types.is_integer(words) or _is_text(words, pa)):
        return None
    encoder = ArrayEncoder(max_words)
    return encoder, _feed(encoder, column, pa)


def _is_list(kind: Any, pa: Any) -> bool:
    tests = ("is_list", "is_large_list", "is_fixed_size_list", "is_list_view", "is_large_list_view")
    return any(getattr(pa.types, test)(kind) for test in tests if hasattr(pa.types, test))


def _is_text(kind: Any, pa: Any) -> bool:
    tests = ("is_string", "is_large_string", "is_string_view")
    return any(getattr(pa.types, test)(kind) for test in tests if hasattr(pa.types, test))


def _arrow(corpus: Any, pa: Any) -> Any:
    """The column as a ChunkedArray, or None."""
    library = _library(corpus)
    if library == "polars" and hasattr(corpus, "to_arrow"):
        corpus = corpus.to_arrow()
    elif library == "pandas":  # lists of Python objects are as fast without pyarrow
        convert = getattr(getattr(corpus, "array", None), "__arrow_array__", None)
        corpus = None if convert is None else convert()
    elif library == "datasets":
        name = getattr(corpus, "column_name", None)
        select = getattr(getattr(corpus, "source", None), "select_columns", None)
        corpus = None if select is None else select([name]).with_format("arrow")[:][name]
    if isinstance(corpus, pa.Array):
        corpus = pa.chunked_array([corpus])
    return corpus if isinstance(corpus, pa.ChunkedArray) else None


def _feed(encoder: ArrayEncoder, column: Any, pa: Any) -> Iterator[None]:
    import pyarrow.compute as pc

    for chunk in column.chunks:
        step = max(1, _TOKENS * len(chunk) // max(1, len(chunk.flatten())))
        for begin in range(0, len(chunk), step):
            part = chunk.slice(begin, step)
            lengths = pc.list_value_length(part)
            if lengths.null_count:
                row = pc.index(lengths.is_null(), True).as_py()
                raise missing_row(encoder.n_sentences + row, None)
            _add(encoder, part.flatten(), lengths.to_numpy(zero_copy_only=False).astype(np.int64), pa)
            yield


def _add(encoder: ArrayEncoder, tokens: Any, lengths: Any, pa: Any) -> None:
    if pa.types.is_dictionary(tokens.type) and tokens.dictionary.null_count:
        tokens = tokens.dictionary_decode().dictionary_encode()
    elif not pa.types.is_integer(tokens.type) and not pa.types.is_dictionary(tokens.type):
        tokens = tokens.cast(pa.large_string()).dictionary_encode()
    codes = tokens.indices if pa.types.is_dictionary(tokens.type) else tokens
    if tokens.null_count:
        _refuse_null(tokens, lengths, encoder.n_sentences)
    numbers = codes.to_numpy(zero_copy_only=False)
    if codes is tokens:
        encoder.add_integers(numbers, lengths)
    else:
        encoder.add_codes(numbers, tokens.dictionary.to_pylist(), lengths)


def _refuse_null(tokens: Any, lengths: Any, before: int) -> None:
    place = int(np.flatnonzero(tokens.is_null().to_numpy(zero_copy_only=False))[0])
    row = int(np.searchsorted(np.cumsum(lengths), place, side="right"))
    number = place - int(lengths[:row].sum()) + 1
    raise CorpusTypeError(f"token {number} of sentence {before + row + 1} (row {before + row}) is None; leave missing "
                          "tokens out")  # fmt: skip

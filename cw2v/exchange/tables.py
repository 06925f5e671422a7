"""Arrow and Parquet: a row a key, with columns "key", "vector" and the attributes."""

from __future__ import annotations

from typing import Any

import numpy as np

from cw2v.errors import FileFormatError
from cw2v.exchange.parts import attributes, check_text, import_extra, keys_of, make
from cw2v.io.atomic import atomic_write
from cw2v.keyedvectors import KeyedVectors

__all__ = ["from_arrow", "load_arrow", "load_parquet", "save_arrow", "save_parquet", "to_arrow"]


def _pyarrow(module: str = "pyarrow") -> Any:
    return import_extra(module, "data", "an Arrow or Parquet table")


def to_arrow(kv: KeyedVectors) -> Any:
    """A pyarrow.Table: "key" (text or int64), "vector" (fixed-size list of D), and the attributes."""
    pa = _pyarrow()
    keys, columns = keys_of(kv), attributes(kv)
    taken = {"key", "vector"} & set(columns)
    if taken:
        raise FileFormatError(f"attribute {min(taken)!r} has the name of another column; rename it first")
    are_int = bool(keys) and all(type(key) is int for key in keys)
    try:
        texts = keys if are_int else check_text(keys, "an Arrow table")
        names = pa.array(texts, pa.int64() if are_int else pa.large_string())
    except OverflowError:
        raise FileFormatError("an integer key is too large for int64") from None
    flat = pa.array(np.ascontiguousarray(kv.vectors[: len(kv)]).reshape(-1))
    vectors = pa.FixedSizeListArray.from_arrays(flat, kv.vector_size)
    return pa.table({"key": names, "vector": vectors, **{n: pa.array(column) for n, column in columns.items()}})


def from_arrow(table: Any, name: str = "table") -> KeyedVectors:
    """Undo :func:`to_arrow`; columns that are no numbers are left out."""
    pa = _pyarrow()
    if not {"key", "vector"} <= set(table.column_names) or len(set(table.column_names)) < table.num_columns:
        raise FileFormatError(f"{name}: there must be columns 'key' and 'vector', got {table.column_names}")
    vectors = table.column("vector").combine_chunks()
    if isinstance(vectors, pa.ChunkedArray):
        vectors = pa.concat_arrays(vectors.chunks) if vectors.num_chunks else pa.array([], vectors.type)
    if not pa.types.is_fixed_size_list(vectors.type) or vectors.null_count or table.column("key").null_count:
        raise FileFormatError(f"{name}: 'vector' must be a fixed-size list, and nothing may be missing")
    keys = table.column("key").to_pylist()
    if not all(type(key) in (str, int) for key in keys):
        raise FileFormatError(f"{name}: column 'key' must hold text or integers, got {table.column('key').type}")
    flat = vectors.flatten().to_numpy(zero_copy_only=False)
    columns = {n: table.column(n).to_numpy() for n in table.column_names if n not in ("key", "vector")}
    return make(name, keys, flat.reshape(len(keys), vectors.type.list_size).copy(),
                {n: column for n, column in columns.items() if column.dtype.kind in "biuf"})  # fmt: skip


def save_parquet(kv: KeyedVectors, path: str) -> None:
    parquet, table = _pyarrow("pyarrow.parquet"), to_arrow(kv)
    with atomic_write(path) as file:
        parquet.write_table(table, file)


def load_parquet(path: str) -> KeyedVectors:
    parquet = _pyarrow("pyarrow.parquet")
    return _read(path, lambda: parquet.read_table(path, partitioning=None))


def save_arrow(kv: KeyedVectors, path: str) -> None:
    pa, table = _pyarrow(), to_arrow(kv)
    with atomic_write(path) as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def load_arrow(path: str) -> KeyedVectors:
    pa = _pyarrow()

    def read() -> Any:
        with pa.memory_map(path) as file:
            return pa.ipc.open_file(file).read_all()

    return _read(path, read)


def _read(path: str, read: Any) -> KeyedVectors:
    pa = _pyarrow()
    try:
        table = read()
        table.validate(full=True)
        return from_arrow(table, path)
    except pa.ArrowException as error:
        raise FileFormatError(f"{path}: {error}") from error

"""TensorBoard's embedding projector: vectors in one file, labels in another, a line a key."""

from __future__ import annotations

import os

import numpy as np

from cw2v._vectors import WordList
from cw2v.errors import FileFormatError, ParameterError
from cw2v.exchange.parts import check_text, keys_of, make
from cw2v.io.atomic import atomic_write
from cw2v.io.source import file_bytes
from cw2v.keyedvectors import KeyedVectors

__all__ = ["load_tsv", "save_tsv"]

_ROWS_AT_ONCE = 1024


def _labels_path(path: str) -> str:
    return f"{os.path.splitext(path)[0]}.metadata.tsv"


def save_tsv(kv: KeyedVectors, path: str) -> None:
    """Vectors with tabs between their values, and the labels, without a header, in ``<name>.metadata.tsv``."""
    if path.lower().endswith(".metadata.tsv"):
        raise ParameterError(f"{path!r}: name the file of the vectors; the labels are written beside it")
    keys = check_text(keys_of(kv), "a projector's file", "\t\n\r")
    if not keys:
        raise FileFormatError("there are no vectors to save: a projector's file does not tell their dimensions")
    if "" in kv:
        raise FileFormatError(f"key '' (row {kv.key_to_index['']}) would be a blank line, which the projector skips")
    row = np.zeros(_ROWS_AT_ONCE, np.int64)
    words = WordList(b"-\n", 1, False)
    with atomic_write(_labels_path(path), "w") as labels, atomic_write(path) as file:
        labels.writelines(f"{key}\n" for key in keys)
        labels.flush()  # a full disk shows before either file takes its place
        for begin in range(0, len(keys), _ROWS_AT_ONCE):
            block = np.ascontiguousarray(kv.vectors[begin : min(begin + _ROWS_AT_ONCE, len(keys))], np.float32)
            text = words.write(row[: len(block)], block, False).tobytes()
            file.write(text[2:].replace(b"\n- ", b"\n").replace(b" ", b"\t"))


def load_tsv(path: str) -> KeyedVectors:
    labels = bytes(file_bytes(_labels_path(path))).decode("utf-8").split("\n")
    if labels[-1] == "":
        del labels[-1]
    try:
        rows = [np.array(line.split(b"\t"), np.float32) for line in bytes(file_bytes(path)).splitlines()]
        vectors = np.array(rows, np.float32)
    except ValueError as error:
        raise FileFormatError(f"{path}: every line must have as many numbers as the first: {error}") from None
    return make(path, labels, vectors)

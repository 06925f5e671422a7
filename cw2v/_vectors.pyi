from mmap import mmap
from typing import Any

import numpy as np
from numpy.typing import NDArray

_Text = bytes | bytearray | memoryview | mmap | NDArray[np.uint8]

_Places = NDArray[np.int64]

class WordDecodeError(Exception):
    """A word is not in the encoding. args: (its row, the UnicodeDecodeError)."""

def cut_lines(text: _Text, is_last: bool, line: _Places) -> int:
    """Fill `line` (n + 1), whose first element is given, with where lines begin; return how many lines there are.

    A line without an end is one only if it `is_last`.
    """

def read_text(
    text: _Text, line: _Places, word: _Places, values: NDArray[Any], unsure: _Places
) -> tuple[int, bool, int, int, int]:
    """Read lines into `values` (n, D) of float32 or float64, and where their words are into `word` (n, 2).

    Returns how many rows were read; whether the next is no row; how many rows of `unsure` (m, 3) were filled with the
    index, beginning and end of a value that must be settled; how many rows are not finite, and the first of them.
    """

def cut_binary(text: _Text, position: int, dim: int, word: _Places) -> tuple[int, int]:
    """Find up to n binary rows, fill `word` (n, 2); return how many there are, and the position behind them."""

def read_binary(text: _Text, word: _Places, values: NDArray[np.float32]) -> tuple[int, int]:
    """Copy the values behind the words; return how many rows are not finite, and the first of them."""

def decode_words(text: _Text, word: _Places, encoding: str, errors: str) -> list[str]:
    """The words at `word` (n, 2). Raises WordDecodeError."""

def gather_words(text: _Text, word: _Places) -> tuple[NDArray[np.uint8], _Places]:
    """The bytes of the words at `word` (n, 2), one behind the other, and how many each has (n)."""

class KeyTable:
    """Rows of keys in UTF-8: key i is ``text[begin[i] : begin[i + 1]]``; both stay in use.

    `first_twin` is the first row whose key an earlier one has, or -1; it and what follows are not found then. `is_utf8`
    says that each key is UTF-8, without surrogates.
    """

    first_twin: int
    is_utf8: bool
    def __init__(self, text: NDArray[np.uint8], begin: _Places) -> None: ...
    def __len__(self) -> int: ...
    def find(self, key: str) -> int:
        """The row of `key`, or -1."""

    def key(self, row: int) -> str:
        """The key of a row."""

class WordList:
    """Words to be written: `text` has them with a line feed behind each. ValueError if one cannot be written."""

    def __init__(self, text: _Text, n_words: int, binary: bool) -> None: ...
    def write(
        self, row: _Places, values: NDArray[np.float32], binary: bool, room: NDArray[np.uint8] | None = None
    ) -> NDArray[np.uint8]:
        """The rows of the words `row` (n) and their values (n, D) as they stand in a file; in `room` if it fits."""

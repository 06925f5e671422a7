import numpy as np
from numpy.typing import NDArray

MAX_STREAM: int

_Doubles = NDArray[np.float64]
_Ids = NDArray[np.int32]
_Places = NDArray[np.int64]

def stream_size(offsets: _Places, boundaries: bool) -> int:
    """Tokens of the stream that :class:`PairCounter` makes of a corpus."""

class Scratch:
    """What one thread needs to make a row of so many columns; `nbytes` says how much that is."""

    nbytes: int
    def __init__(self, n_words: int) -> None: ...

class PairCounter:
    """Counts the pairs of a corpus, row by row; rows are those of the words that were loaded last."""

    occurrences: _Places  # (V) of each word in the corpus, boundary tokens included
    n_words: int  # V, boundary tokens included
    loaded: tuple[int, int]  # first and last of the rows whose positions are listed
    def __init__(
        self, ids: _Ids, offsets: _Places, n_words: int, boundaries: bool, weight: _Places, unit: float, directed: bool
    ) -> None: ...
    def load(self, first: int, last: int) -> None:
        """List the positions of the words from `first` to `last`."""
    def unload(self) -> None:
        """Give the positions free."""
    def measure(self, first: int, last: int, scratch: Scratch) -> None:
        """Count the columns of rows that are loaded."""
    def n_pairs(self) -> int:
        """Columns of all the rows that have been measured."""
    def allocate(self) -> None:
        """Make the arrays of the result, after all rows have been measured."""
    def fill(self, first: int, last: int, scratch: Scratch) -> None:
        """Fill rows that are loaded."""
    def result(self) -> tuple[_Places, _Ids, _Doubles]:
        """indptr (V + 1), indices and data, after all rows have been filled."""

class Csr:
    """A sparse matrix by rows, checked when it is made."""

    def __init__(self, indptr: _Places, indices: _Ids, data: _Doubles, n_columns: int) -> None: ...
    def times(self, first: int, last: int, x: _Doubles, y: _Doubles) -> None:
        """Rows from `first` to `last` of y = A x."""
    def transposed_times(self, first: int, last: int, x: _Doubles, y: _Doubles) -> None:
        """Columns from `first` to `last` of y += A^T x."""
    def transpose(self) -> tuple[_Places, _Ids, _Doubles]: ...

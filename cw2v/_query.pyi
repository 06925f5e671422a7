import numpy as np
from numpy.typing import NDArray

FORMS: dict[str, int]
MAX_QUERIES: int

_Floats = NDArray[np.float32]
_Rows = NDArray[np.int64]

class Answers:
    """The best answers of one thread: a heap for each question, in no order; unused places hold -inf."""

    count: NDArray[np.int32]  # (n_questions)
    scores: _Floats  # (n_questions, most)
    rows: _Rows  # (n_questions, most)
    def __init__(self, n_questions: int, most: int) -> None: ...

class Questions:
    """Queries (n, D) of length 1; with a `form` other than "cosine", formulas over their cosines.

    `terms` of a formula are begin (n_questions + 1), negative (n_questions) and indices of queries, int32: see
    csrc/query/search.h. `left_out` are begin (n_questions + 1) and rows that are no answer, rising for each question;
    scores below `least` are no answer.
    """

    n_queries: int
    nbytes: int
    def __init__(
        self, queries: _Floats, form: str = "cosine", terms: tuple[_Rows, _Rows, NDArray[np.int32]] | None = None,
        left_out: tuple[_Rows, _Rows] | None = None, least: float = ...,
    ) -> None: ...
    def __len__(self) -> int: ...

class Search:
    """One thread's search of vectors (n, D), or of the rows `among`; the first of the vectors is row `offset`."""

    def __init__(
        self, vectors: _Floats, questions: Questions, offset: int = 0, among: _Rows | None = None,
        name: str | None = None,
    ) -> None: ...
    def best(self, first: int, last: int, answers: Answers) -> None:
        """Add what the places from `first` to `last` hold; places come in rising order."""
    def cosines(self, first: int, last: int, out: _Floats) -> None:
        """Cosines of all queries with these places, into their columns of `out` (n_queries, n_places)."""

class Sketch:
    """Rows in 8 bits; see csrc/query/sketch.h."""

    nbytes: int
    def __init__(self, n_rows: int, dim: int) -> None: ...
    def make(self, vectors: _Floats, first: int, last: int, name: str | None = None) -> None:
        """Sketch the rows from `first` to `last` of `vectors` (n_rows, dim)."""

class Candidates:
    """One thread's rows that may be among the `most` nearest to a query, rising."""

    rows: _Rows
    def __init__(
        self, sketch: Sketch, code: NDArray[np.int16], scale: float, error: float, most: int, max_rows: int,
        name: str | None = None,
    ) -> None: ...
    def scan(self, first: int, last: int) -> bool:
        """Look at the rows from `first` to `last`; False: there are more candidates than `max_rows`."""

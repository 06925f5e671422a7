"""Counting which words of a corpus stand near each other."""

from __future__ import annotations

import logging
import math
from collections.abc import Hashable, Iterable
from os import PathLike
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v import corpus as corpora
from cw2v._cooccur import MAX_STREAM, PairCounter, Scratch, stream_size
from cw2v.cooccurrence.blocks import cut, run_blocks
from cw2v.cooccurrence.parameters import check, threads
from cw2v.cooccurrence.sparse import SparseMatrix
from cw2v.corpus import EncodedCorpus
from cw2v.errors import CorpusError, CorpusTypeError, ParameterError
from cw2v.vocabulary import Vocabulary

__all__ = ["END", "START", "Cooccurrence"]

START, END = "<START>", "<END>"

logger = logging.getLogger("cw2v.cooccurrence")

_BLOCK_POSITIONS = 1 << 17  # positions that a thread takes at a time: some milliseconds, so that Ctrl-C is heard


class Cooccurrence:
    """Counts the pairs of words within a window, as a sparse matrix.

    The entry of row w and column c is the sum over all positions of w, and all positions of c in the same sentence at a
    distance of 1 to `window`, of 1 or of 1 / distance. Words outside the vocabulary are left out before, as in
    training: the window closes over them. Lines of more than 10,000 words are cut into sentences of that many.

    Parameters
    ----------
    window : int, default 5
        Largest distance, from 1 to 1,000,000.
    boundary_tokens : bool, default True
        Put ``<START>`` and ``<END>`` around each sentence that has words, and count them as two more words, the last
        two rows and columns.
    weighting : {"flat", "harmonic"}, default "flat"
        A pair counts 1, or 1 / distance. Flat counts are exact integers; harmonic ones are sums of integer multiples of
        1 / lcm(1 ... window) where 64 bits have room for them (windows up to 20 always), and otherwise of a power of
        two: the order of the sum changes nothing.
    directed : bool, default False
        Columns are the words after the row's word only; otherwise those on both sides, and the matrix is symmetric.
    workers : int or None, default None
        Threads; None is one per processor. Changes no result.
    max_memory : int or None, default None
        Bytes that counting and its result may take, besides the corpus. The positions of the words are then listed
        for a part of the rows at a time. None is no limit.

    Attributes
    ----------
    vocabulary : Vocabulary
        The words of the last call of :meth:`count`.
    labels : list
        What each row and column stands for: the words, then START and END if they are counted.

    Raises
    ------
    ParameterError
        An argument is outside its range.

    Examples
    --------
    >>> sentences = ["all that glitters is not gold".split(), "all is well that ends well".split()]
    >>> counter = Cooccurrence(window=1)
    >>> matrix = counter.count(sentences)
    >>> matrix.shape, int(matrix.data.sum())
    ((10, 10), 28)
    >>> int(matrix[counter.labels.index("<START>"), counter.labels.index("all")])
    2
    """

    def __init__(
        self, window: int = 5, boundary_tokens: bool = True, weighting: str = "flat", directed: bool = False,
        workers: int | None = None, max_memory: int | None = None,
    ) -> None:  # fmt: skip
        values = check(window=window, boundary_tokens=boundary_tokens, weighting=weighting, directed=directed,
                       workers=workers, max_memory=max_memory)  # fmt: skip
        self.window: int = values["window"]
        self.boundary_tokens: bool = values["boundary_tokens"]
        self.weighting: str = values["weighting"]
        self.directed: bool = values["directed"]
        self.workers: int = threads(workers)
        self.max_memory: int | None = values["max_memory"]
        self.vocabulary = Vocabulary([], [])

    def __repr__(self) -> str:
        return (f"Cooccurrence(window={self.window}, boundary_tokens={self.boundary_tokens}, "
                f"weighting={self.weighting!r}, directed={self.directed})")

    @property
    def labels(self) -> list[Any]:
        """The words in the order of rows and columns, then START and END if they are counted."""
        return [*self.vocabulary.index_to_key, *([START, END] if self.boundary_tokens else [])]

    def count(
        self, corpus: EncodedCorpus | Iterable[Iterable[Hashable]] | None = None,
        corpus_file: str | PathLike[str] | None = None, *, vocabulary: Vocabulary | None = None, min_count: int = 1,
    ) -> SparseMatrix:  # fmt: skip
        """Count a corpus.

        Parameters
        ----------
        corpus : iterable of sentences, or EncodedCorpus
            Token lists, read once; or the ids that :func:`cw2v.corpus.encode` made with `vocabulary`.
        corpus_file : path, optional
            A UTF-8 text file, one sentence a line. Give one of the two.
        vocabulary : Vocabulary, optional
            The words to count. Default: those seen `min_count` times, by falling count.
        min_count : int, default 1
            Not used with a `vocabulary`.

        Returns
        -------
        SparseMatrix
            float64 (V, V), or (V + 2, V + 2) with boundary tokens. A word without neighbours has an empty row.

        Raises
        ------
        CorpusError, OSError
            The corpus cannot be read (see :func:`cw2v.corpus.scan`), or has more than 2**32 tokens.
        VocabularyError
            No word occurs `min_count` times.
        ParameterError
            `max_memory` is too small; the message says what is needed.
        """
        min_count = check(min_count=min_count)["min_count"]
        if isinstance(corpus, EncodedCorpus):
            encoded = _check_encoded(corpus, corpus_file, vocabulary)
        else:
            scanned = corpora.scan(corpus, corpus_file, workers=self.workers)
            if vocabulary is None:
                vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=min_count)
            encoded = scanned.encode(vocabulary)
        assert vocabulary is not None
        self.vocabulary = vocabulary
        matrix = self._count(encoded, len(vocabulary))
        logger.info("counted %i words within %i: %r", encoded.n_words, self.window, matrix)
        return matrix

    def _count(self, corpus: EncodedCorpus, n_words: int) -> SparseMatrix:
        n_rows = n_words + 2 * self.boundary_tokens
        if n_rows >= 2**31 - 1:
            raise CorpusError(f"the vocabulary has {n_words} words, more than can be counted")
        n_stream = stream_size(corpus.offsets, self.boundary_tokens)
        if n_stream > MAX_STREAM:
            raise CorpusError(f"the corpus has {n_stream} tokens with its sentence ends, the limit is {MAX_STREAM}")
        weight, unit = _integer_weights(self.window, self.weighting, n_stream)
        budget = _Budget(self.max_memory, n_stream, n_rows, self.workers)
        counter = PairCounter(corpus.ids, corpus.offsets, n_words, self.boundary_tokens, weight, unit, self.directed)
        scratches = [Scratch(n_rows) for _ in range(self.workers)]
        self._pass(counter, scratches, budget.loads(counter.occurrences, 0), counter.measure)
        n_bytes = 12 * counter.n_pairs() + 8 * (n_rows + 1)
        loads = budget.loads(counter.occurrences, n_bytes)
        counter.allocate()
        self._pass(counter, scratches, loads, counter.fill)
        return SparseMatrix(*counter.result(), (n_rows, n_rows))

    def _pass(self, counter: PairCounter, scratches: list[Scratch], loads: list[tuple[int, int]], work: Any) -> None:
        """Call `work` for all rows, load by load, in threads."""
        ends = np.concatenate([[0], np.cumsum(counter.occurrences)]).astype(np.int64)
        for first, last in loads:
            if counter.loaded != (first, last):
                counter.load(first, last)
            blocks = [(first + a, first + b) for a, b in cut(ends[first : last + 1], _BLOCK_POSITIONS)]
            run_blocks(lambda a, b, thread: work(a, b, scratches[thread]), blocks, self.workers)


def _check_encoded(corpus: EncodedCorpus, corpus_file: object, vocabulary: Vocabulary | None) -> EncodedCorpus:
    if corpus_file is not None:
        raise CorpusTypeError("pass one of corpus and corpus_file, got both")
    if vocabulary is None:
        raise ParameterError("an EncodedCorpus needs the vocabulary= that it was encoded with")
    if corpus.n_words and int(corpus.ids.max()) >= len(vocabulary):
        raise ParameterError(f"the corpus was encoded with another vocabulary: it has the word id {corpus.ids.max()}, "
                             f"the vocabulary only {len(vocabulary)} words")  # fmt: skip
    return corpus


def _integer_weights(window: int, weighting: str, n_stream: int) -> tuple[NDArray[np.int64], float]:
    """Weights of the distances 1 ... window as integers, and what 1 is in them.

    No cell's sum may leave int64: it is at most that of all positions, on both sides.
    """
    if weighting == "flat":
        return np.ones(window, np.int64), 1.0
    distances = np.arange(1, window + 1)
    limit = (2**63 - 1) // math.ceil(2 * n_stream * (np.log(window) + 2))
    unit = math.lcm(*range(1, window + 1)) if window <= 40 else limit + 1
    if unit > limit:  # not exact then, but still the same for every order of the sum
        unit = 1 << (limit.bit_length() - 1)
    return np.array([max(round(unit / int(d)), 1) for d in distances], np.int64), float(unit)


class _Budget:
    """Shares out `max_memory`: which rows' positions may be in memory at a time.

    Parameters
    ----------
    max_memory : int or None
    n_stream, n_rows, workers : int
        Tokens of the stream, rows of the matrix, threads.

    Raises
    ------
    ParameterError
        It does not suffice for what is always there.
    """

    def __init__(self, max_memory: int | None, n_stream: int, n_rows: int, workers: int) -> None:
        self.max_memory = max_memory
        # Stream; counts, sizes and the begins of rows with copies; each thread's sums and bits.
        self.fixed = 4 * n_stream + 48 * n_rows + workers * (9 * n_rows + 64)
        self._check(self.fixed, "the corpus and its sums")

    def _check(self, needed: int, what: str) -> None:
        if self.max_memory is not None and needed > self.max_memory:
            raise ParameterError(f"max_memory must be at least {needed} bytes for {what}, got {self.max_memory}")

    def loads(self, occurrences: NDArray[np.int64], n_bytes: int) -> list[tuple[int, int]]:
        """Consecutive rows whose positions fit beside `n_bytes` of result."""
        ends = np.concatenate([[0], np.cumsum(occurrences)]).astype(np.int64)
        if self.max_memory is None:
            return cut(ends, int(ends[-1]) + 1)
        largest = int(occurrences.max(initial=0))
        self._check(self.fixed + n_bytes + 4 * largest, f"{n_bytes} bytes of result with what makes it")
        return cut(ends, (self.max_memory - self.fixed - n_bytes) // 4)

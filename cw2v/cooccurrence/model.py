"""Word vectors from the SVD of a co-occurrence matrix."""

from __future__ import annotations

import logging
from collections.abc import Hashable, Iterable
from os import PathLike
from typing import Self

import numpy as np
from numpy.typing import NDArray

from cw2v import corpus as corpora
from cw2v.cooccurrence.counting import Cooccurrence
from cw2v.cooccurrence.parameters import check
from cw2v.cooccurrence.sparse import SparseMatrix
from cw2v.cooccurrence.svd import truncated_svd
from cw2v.cooccurrence.transforms import transformed
from cw2v.errors import ParameterError, VocabularyError
from cw2v.keyedvectors import KeyedVectors
from cw2v.vocabulary import Vocabulary

__all__ = ["CooccurrenceSVD"]

logger = logging.getLogger("cw2v.cooccurrence")


class CooccurrenceSVD:
    """Word vectors from counts: M, the transformed co-occurrence matrix, is about U S V^T; words are the rows of U S^p.

    The baseline to compare word2vec with (Levy and Goldberg 2014; Levy, Goldberg and Dagan 2015): nothing is trained,
    the same corpus gives the same vectors, and each number can be followed back to a count.

    Parameters
    ----------
    vector_size : int, default 100
        Singular vectors that are kept; at most the words (and boundary tokens) there are.
    window : int, default 5
        As in :class:`Cooccurrence`, as are `weighting`, `boundary_tokens`, `directed` and `max_memory`.
    min_count : int, default 5
        Words seen less often are left out.
    transform : {"ppmi", "log", "raw"}, default "ppmi"
        What the counts become first: :func:`~cw2v.cooccurrence.ppmi`, log(1 + count), or themselves.
    shift : float, default 1.0
        PPMI: log(shift) is subtracted, as by `shift` noise words in skip-gram.
    context_smoothing : float, default 0.75
        PPMI: power of the contexts' counts.
    p : float, default 0.5
        Power of the singular values. 1 is U S; 0 leaves them out.
    weighting, boundary_tokens, directed
        See :class:`Cooccurrence`.
    seed : int or None, default 1
        Of the randomised SVD; None draws one.
    workers : int or None, default None
        Threads; None is one per processor. Changes no result.
    max_memory : int or None, default None
        Bytes for counting; see :class:`Cooccurrence`.
    n_oversamples, n_power_iterations : int, default 10 and 4
        See :func:`truncated_svd`.

    Attributes
    ----------
    wv : KeyedVectors
        float32 (V, vector_size), words by falling count, with the attribute "count". Boundary tokens are contexts only
        and have no vector. A word without neighbours has a zero vector. If the matrix has a rank below `vector_size`, a
        RuntimeWarning says so and the vectors are that much shorter.
    singular_values : ndarray of float64, (vector_size,)
        Falling.
    cooccurrence : SparseMatrix
        The counts, before the transform; boundary tokens are its last rows and columns.
    corpus_count, corpus_total_words : int
        Sentences and words of the corpus.

    Raises
    ------
    ParameterError
        An argument is outside its range.

    Examples
    --------
    >>> sentences = [["the", "king", "rules"], ["the", "queen", "rules"], ["a", "dog", "barks"], ["a", "cat", "sleeps"]]
    >>> model = CooccurrenceSVD(vector_size=3, min_count=1, window=1).fit(sentences)
    >>> model.wv.most_similar("king", topn=1)[0][0]
    'queen'
    """

    def __init__(
        self, vector_size: int = 100, window: int = 5, min_count: int = 5, transform: str = "ppmi", shift: float = 1.0,
        context_smoothing: float = 0.75, p: float = 0.5, weighting: str = "flat", boundary_tokens: bool = True,
        directed: bool = False, seed: int | None = 1, workers: int | None = None, max_memory: int | None = None,
        n_oversamples: int = 10, n_power_iterations: int = 4,
    ) -> None:  # fmt: skip
        values = check(
            vector_size=vector_size, min_count=min_count, transform=transform, shift=shift,
            context_smoothing=context_smoothing, p=p, seed=seed, n_oversamples=n_oversamples,
            n_power_iterations=n_power_iterations,
        )  # fmt: skip
        self.vector_size: int = values["vector_size"]
        self.min_count: int = values["min_count"]
        self.transform: str = values["transform"]
        self.shift: float = values["shift"]
        self.context_smoothing: float = values["context_smoothing"]
        self.p: float = values["p"]
        self.seed: int | None = values["seed"]
        self.n_oversamples: int = values["n_oversamples"]
        self.n_power_iterations: int = values["n_power_iterations"]
        self.counter = Cooccurrence(window, boundary_tokens, weighting, directed, workers, max_memory)
        self.wv = KeyedVectors(self.vector_size)
        self.singular_values: NDArray[np.float64] = np.zeros(0)
        self.cooccurrence = SparseMatrix([0], [], [], (0, 0))
        self.corpus_count = self.corpus_total_words = 0

    def __repr__(self) -> str:
        return f"CooccurrenceSVD<vocab={len(self.wv)}, vector_size={self.vector_size}, transform={self.transform!r}>"

    def fit(
        self, sentences: Iterable[Iterable[Hashable]] | None = None, corpus_file: str | PathLike[str] | None = None
    ) -> Self:
        """Count a corpus and decompose the matrix.

        Parameters
        ----------
        sentences : iterable of iterables of hashable
            Token lists, read once; a generator will do.
        corpus_file : path
            A UTF-8 text file, one sentence a line. Give one of the two.

        Returns
        -------
        CooccurrenceSVD
            Itself.

        Raises
        ------
        CorpusError, OSError
            The corpus cannot be read; see :func:`cw2v.corpus.scan`.
        VocabularyError
            Fewer than two words occur `min_count` times.
        ParameterError
            `vector_size` is larger than the matrix, the transform leaves nothing of it, or `max_memory` is too small.
        """
        scanned = corpora.scan(sentences, corpus_file, workers=self.counter.workers)
        vocabulary = Vocabulary.build(scanned.keys(), scanned.counts, min_count=self.min_count)
        self._check_size(vocabulary)
        counts = self.counter.count(scanned.encode(vocabulary), vocabulary=vocabulary)
        matrix = transformed(counts, self.transform, self.shift, self.context_smoothing)
        if not matrix.data.any():
            raise ParameterError(
                f"nothing is left to decompose: all entries are zero with transform={self.transform!r}, "
                f"shift={self.shift} and window={self.counter.window}; lower the shift, or give sentences of more words"
            )
        logger.info("decomposing %r", matrix)
        u, s, _ = truncated_svd(
            matrix, self.vector_size, n_oversamples=self.n_oversamples, n_power_iterations=self.n_power_iterations,
            seed=self.seed, workers=self.counter.workers,
        )  # fmt: skip
        vectors = (u[: len(vocabulary)] * s**self.p).astype(np.float32)
        self.wv = KeyedVectors(len(s))
        self.wv.add_vectors(vocabulary.index_to_key, vectors, {"count": vocabulary.counts})
        self.singular_values, self.cooccurrence = s, counts
        self.corpus_count, self.corpus_total_words = scanned.n_sentences, scanned.raw_words
        return self

    def _check_size(self, vocabulary: Vocabulary) -> None:
        n_rows = len(vocabulary) + 2 * self.counter.boundary_tokens
        if len(vocabulary) < 2:
            raise VocabularyError(f"two words at least are needed, only {vocabulary.index_to_key[0]!r} is seen "
                                  f"min_count={self.min_count} times; lower min_count")  # fmt: skip
        if self.vector_size > n_rows:
            what = "words and boundary tokens" if self.counter.boundary_tokens else "words"
            raise ParameterError(f"vector_size must be at most {n_rows}, the {what} of the matrix, "
                                 f"got {self.vector_size}")  # fmt: skip

"""The nearest keys: one question or many, of all keys or some."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from cw2v import _query, query
from cw2v.errors import ParameterError, UnknownKeyError
from cw2v.vectors.container import Container

if TYPE_CHECKING:
    from cw2v.query.approximate import ApproximateIndex

__all__ = ["Questions"]

Floats = npt.NDArray[np.floating[Any]]
Ranked = list[tuple[Any, float]]


class _Scope(NamedTuple):
    """Which rows may be answers: those from `start` to `end`, or `among` them, and not `excluded`."""

    start: int
    end: int
    among: npt.NDArray[np.int64] | None
    excluded: list[int]
    least: float


class Questions(Container):
    """Asks for the nearest keys."""

    def most_similar(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10, clip_start: int = 0,
        clip_end: int | None = None, restrict_vocab: int | None = None, indexer: Any = None, *,
        among: Iterable[Any] | None = None, exclude: Iterable[Any] | None = None, min_similarity: float | None = None,
    ) -> Any:
        """The keys nearest to the mean of `positive` minus `negative`, by cosine.

        Parameters
        ----------
        positive, negative : key, vector (D,), (key or vector, weight), or list of these
            Keys count by their direction, vectors as they are. A weight replaces the 1 or -1, sign included.
        topn : int or None, default 10
            How many; None returns the array of all cosines instead.
        clip_start, clip_end : int, default all
            Rows to look at.
        restrict_vocab : int, optional
            Look at the first rows only; replaces both.
        indexer : object, optional
            Its ``most_similar(vector, topn)`` answers in our place. Of :meth:`ann` the answers are as here, without
            the keys asked for; among which rows it looks cannot be said.
        among : iterable of keys, optional
            Answer with these only.
        exclude : iterable of keys, optional
            Do not answer with these; keys that are not there are passed over.
        min_similarity : float, optional
            Answer only with cosines of at least this.

        Returns
        -------
        list of (key, float), best first, without the keys asked for; or ndarray of float32
            Of equal cosines the lower row comes first. A row of zeros has cosine 0, a row that is not finite is
            never an answer.

        Raises
        ------
        ValueError
            Nothing asked for, or a vector that is not finite.
        UnknownKeyError
            A key that is not there.
        """
        if topn is not None and topn < 1:
            return []
        mean, asked = self._asked(positive, negative)
        if indexer is not None and topn is not None:
            return self._ask_index(indexer, query.normalized(mean), topn, asked, exclude, min_similarity)
        scope = self._scope(clip_start, clip_end, restrict_vocab, among, exclude, min_similarity)
        if topn is None:
            if (among, exclude, min_similarity) != (None, None, None):
                raise ParameterError("topn=None returns all: among, exclude and min_similarity need a topn")
            return query.cosines(self._matrix[scope.start : scope.end], mean[None])[0]
        return self._ranked(self._nearest(mean[None], [asked], topn, scope))[0]

    def most_similar_batch(
        self, queries: Iterable[Any], topn: int = 10, clip_start: int = 0, clip_end: int | None = None,
        restrict_vocab: int | None = None, *, among: Iterable[Any] | None = None,
        exclude: Iterable[Any] | None = None, min_similarity: float | None = None,
        output: Literal["list", "arrays", "pandas"] = "list",
    ) -> Any:
        """Answer many questions in one pass over the vectors; each answer is that of :meth:`most_similar`.

        Parameters
        ----------
        queries : iterable, or ndarray of float (n, D)
            Each what `positive` of :meth:`most_similar` may be, or a dict of its ``positive`` and ``negative``.
        topn : int, default 10
            At least 1.
        clip_start, clip_end, restrict_vocab, among, exclude, min_similarity
            As for :meth:`most_similar`, for all questions.
        output : {"list", "arrays", "pandas"}, default "list"
            "arrays" saves the time of making lists; "pandas" needs pandas.

        Returns
        -------
        list of list of (key, float)
            With "arrays" :class:`cw2v.query.Answers`: rows (n, topn), scores and counts; with "pandas" a DataFrame with
            the columns query (the key asked for, or the question's number), rank (from 1), key, similarity.

        Raises
        ------
        ParameterError, UnknownKeyError
            As for :meth:`most_similar`; nothing is answered then.
        """
        if isinstance(queries, str | bytes | Mapping):
            raise ParameterError(f"queries must be a list of questions, got one: {queries!r}; ask it by most_similar()")
        if topn < 1 or output not in ("list", "arrays", "pandas"):
            raise ParameterError("topn must be at least 1 and output 'list', 'arrays' or 'pandas', "
                                 f"got {topn} and {output!r}")
        each = list(queries)
        known = {"positive", "negative"}
        strange = next((one for one in each if isinstance(one, Mapping) and not one.keys() <= known), None)
        if strange is not None:
            raise ParameterError(f"a question may have 'positive' and 'negative', got {strange!r}")
        asked = [self._asked(**one) if isinstance(one, Mapping) else self._asked(one) for one in each]
        means = np.array([mean for mean, _ in asked], np.float64).reshape(-1, self.vector_size)
        scope = self._scope(clip_start, clip_end, restrict_vocab, among, exclude, min_similarity)
        answers = self._nearest(means, [rows for _, rows in asked], topn, scope)
        if output == "arrays":
            return answers
        ranked = self._ranked(answers)
        return ranked if output == "list" else self._frame(each, ranked)

    def _asked(self, positive: Any = None, negative: Any = None) -> tuple[Floats, list[int]]:
        """Direction of a question, at any length, and the rows asked for."""
        items = query.parse_weighted(positive, 1.0, self._is_key)
        items += query.parse_weighted(negative, -1.0, self._is_key)
        if not items:
            raise ParameterError("cannot compute mean with no input: positive and negative are empty")
        for item, _ in items:
            if isinstance(item, list | set | dict):
                raise ParameterError(f"a key or a vector is expected, got the {type(item).__name__} {item!r}; a vector "
                                     "must be an array, and lists of keys are asked by most_similar_batch()")
        if len(items) == 1:  # no mean is needed for its direction, nor is the length
            (item, weight), rows = items[0], self._rows_of(items)
            return self._vectors_of([item])[0] * np.sign(weight), rows
        return self._mean(items, True, False, ignore_missing=False), self._rows_of(items)

    def _scope(
        self, clip_start: int, clip_end: int | None, restrict_vocab: int | None, among: Iterable[Any] | None,
        exclude: Iterable[Any] | None, min_similarity: float | None,
    ) -> _Scope:
        start, end, _ = slice(clip_start, clip_end).indices(len(self))
        if restrict_vocab is not None:
            start, end = 0, min(self._checked(restrict_vocab), len(self))
        if min_similarity is not None and not -1 <= min_similarity <= 1:
            raise ParameterError(f"min_similarity must be from -1 to 1, got {min_similarity}")
        places = None
        if among is not None:
            rows = np.unique(self._get_rows(among))
            places = rows[(rows >= start) & (rows < end)] - start
        least = -np.inf if min_similarity is None else min_similarity
        return _Scope(start, max(start, end), places, self._rows_if_known(exclude), least)

    @staticmethod
    def _checked(restrict_vocab: int) -> int:
        if restrict_vocab < 1:
            raise ParameterError(f"restrict_vocab must be at least 1 or None, got {restrict_vocab}")
        return restrict_vocab

    def _rows_if_known(self, keys: Iterable[Any] | None) -> list[int]:
        if isinstance(keys, str | bytes):
            keys = [keys]
        return [row for row in (self.get_index(key, -1) for key in keys or ()) if row >= 0]

    def _nearest(self, queries: Floats, asked: Sequence[list[int]], topn: int, scope: _Scope) -> query.Answers:
        left_out = [[*rows, *scope.excluded] for rows in asked]
        among = scope.among
        if among is None and len(queries) == 1:
            sketch = self._keeper.sketch(self.__dict__)
            if sketch is not None:
                rows = sketch.candidates(queries[0], topn + len(set(left_out[0])), scope.start, scope.end)
                among = None if rows is None or len(rows) < topn else rows - scope.start
        return query.nearest(self._matrix[scope.start : scope.end], queries, topn, offset=scope.start,
                             among=among, left_out=left_out, least=scope.least)

    def _ranked(self, answers: query.Answers) -> list[Ranked]:
        return [[(self._key_of(row), score) for row, score in zip(rows[:n], scores[:n], strict=True)]
                for rows, scores, n in zip(*(each.tolist() for each in answers), strict=True)]

    def _frame(self, queries: list[Any], ranked: list[Ranked]) -> Any:
        from cw2v.vectors.frames import neighbor_frame

        labels = [one if self._is_key(one) else number for number, one in enumerate(queries)]
        return neighbor_frame(labels, ranked)

    def _ask_index(
        self, indexer: Any, mean: Floats, topn: int, asked: list[int], exclude: Iterable[Any] | None,
        min_similarity: float | None,
    ) -> Any:
        from cw2v.query.approximate import ApproximateIndex

        if not isinstance(indexer, ApproximateIndex):
            return indexer.most_similar(mean, topn)
        left_out = {self._key_of(row) for row in (*asked, *self._rows_if_known(exclude))}
        found = indexer.most_similar(mean, topn + len(left_out))
        least = -1.0 if min_similarity is None else min_similarity
        return [(key, score) for key, score in found if key not in left_out and score >= least][:topn]

    def _rows_of(self, items: Ranked) -> list[int]:
        return [self.get_index(item) for item, _ in items if not isinstance(item, np.ndarray)]

    def similar_by_key(self, key: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys nearest to `key`; see :meth:`most_similar`."""
        return self.most_similar([key], topn=topn, restrict_vocab=restrict_vocab)

    def similar_by_word(self, word: Any, topn: int | None = 10, restrict_vocab: int | None = None) -> Any:
        """The keys nearest to `word`; see :meth:`most_similar`."""
        return self.similar_by_key(word, topn, restrict_vocab)

    def similar_by_vector(
        self, vector: npt.ArrayLike, topn: int | None = 10, restrict_vocab: int | None = None
    ) -> Any:
        """The keys nearest to a vector (D,); see :meth:`most_similar`."""
        return self.most_similar([np.asarray(vector)], topn=topn, restrict_vocab=restrict_vocab)

    def most_similar_cosmul(
        self, positive: Any = None, negative: Any = None, topn: int | None = 10,
        restrict_vocab: int | None = None,
    ) -> Any:
        """As :meth:`most_similar`, but multiplying; see :func:`cw2v.query.cosmul_scores`. Weights are not used."""
        if topn is not None and topn < 1:
            return []
        good, bad = (query.parse_weighted(side, 1.0, self._is_key) for side in (positive, negative))
        if not good:
            raise ParameterError("cannot compute similarity with no input: positive is empty")
        rows = self._vectors_of(item for item, _ in good + bad)
        searched = self._matrix[: len(self)][: None if restrict_vocab is None else self._checked(restrict_vocab)]
        if topn is None:
            return query.cosmul_scores(searched, rows[: len(good)], rows[len(good) :])
        left_out = np.unique(self._rows_of(good + bad)).astype(np.int64)
        terms = query.form_terms([range(len(good))], [range(len(good), len(rows))])
        questions = _query.Questions(query.unit_queries(rows, self.vector_size), "product", terms,
                                     (np.array([0, len(left_out)]), left_out))
        return self._ranked(query.best_answers(searched, questions, topn))[0]

    def ann(self, **options: Any) -> ApproximateIndex:
        """An index of the vectors as they are now, for ``most_similar(..., indexer=index)``.

        It finds most of the nearest keys, not surely all, in a time that hardly grows with their number; needs
        usearch (``pip install cw2v[ann]``). `options` are those of :class:`cw2v.query.approximate.ApproximateIndex`.
        """
        from cw2v.query.approximate import ApproximateIndex

        return ApproximateIndex(self.index_to_key[: len(self)], self._matrix[: len(self)], **options)

    # --- vectors of what is asked

    def get_mean_vector(
        self, keys: Any, weights: npt.ArrayLike | None = None, pre_normalize: bool = True,
        post_normalize: bool = False, ignore_missing: bool = True,
    ) -> Floats:
        """Weighted mean (D,) of keys or vectors, see :func:`cw2v.query.mean_vector`.

        `pre_normalize` brings the keys' vectors to length 1 first; vectors that are given keep their lengths.
        ValueError for an empty list, UnknownKeyError for an unknown key unless `ignore_missing`.
        """
        items = [key for key, _ in query.parse_weighted(keys, 1.0, self._is_key)]
        scale = np.ones(len(items)) if weights is None else np.asarray(weights, np.float64)
        if not items or scale.shape != (len(items),):
            raise ParameterError("cannot compute mean with no input" if not items else
                                 f"weights must have {len(items)} values, one a key, got shape {scale.shape}")
        weighted = list(zip(items, scale.tolist(), strict=True))
        return self._mean(weighted, pre_normalize, post_normalize, ignore_missing)

    def _vectors_of(self, items: Iterable[Any]) -> Floats:
        """Vectors (n, D) of keys, and vectors as they are."""
        rows = [i if isinstance(i, np.ndarray) else self._matrix[self.get_index(i)] for i in items]
        for row in rows:
            if row.shape != (self.vector_size,):
                raise ParameterError(f"a vector must have shape ({self.vector_size},), got {row.shape}")
        return np.array(rows, np.promote_types(self._matrix.dtype, np.float32)).reshape(-1, self.vector_size)

    def _mean(self, items: Ranked, pre_normalize: bool, post_normalize: bool, ignore_missing: bool) -> Floats:
        used = [(item, w) for item, w in items if isinstance(item, np.ndarray) or self.has_index_for(item)]
        if len(used) < len(items) and not ignore_missing:
            missing = next(i for i, _ in items if not isinstance(i, np.ndarray) and not self.has_index_for(i))
            raise UnknownKeyError(f"Key '{missing}' not present in vocabulary")
        rows = self._vectors_of(item for item, _ in used)
        if pre_normalize:
            of_key = np.array([not isinstance(item, np.ndarray) for item, _ in used], bool)
            rows[of_key] = query.normalized(rows[of_key])
        return query.mean_vector(rows, np.array([w for _, w in used]), post_normalize)

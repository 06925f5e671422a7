"""How near given keys are to each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v import mathematics, projection, query
from cw2v.errors import ParameterError, UnknownKeyError
from cw2v.vectors.questions import Questions

__all__ = ["Measures"]

Floats = npt.NDArray[np.floating[Any]]


class Measures(Questions):
    """Compares keys with keys."""

    def similarity(self, w1: Any, w2: Any) -> float:
        """Cosine of the angle between two keys' vectors, -1 to 1."""
        one, two = query.normalized(self._vectors_of([w1, w2]))
        return float(one @ two)

    def distance(self, w1: Any, w2: Any) -> float:
        """1 minus the similarity."""
        return 1 - self.similarity(w1, w2)

    def angle(self, w1: Any, w2: Any) -> float:
        """Angle between two keys' vectors, 0 to pi; exact also where it is small. See :func:`mathematics.angle`."""
        return float(mathematics.angle(*self._vectors_of([w1, w2])))

    def distances(self, word_or_vector: Any, other_words: Iterable[Any] = ()) -> Floats:
        """Cosine distances (n,), 0 to 2, from a key or vector (D,) to some keys, by default to all."""
        others = list(other_words)
        one = self._vectors_of([word_or_vector])
        if others:
            return 1 - query.cosine_similarities(one[0], self._vectors_of(others))
        distances: Floats = 1 - query.cosines(self._matrix[: len(self)], one)[0]
        return distances

    def n_similarity(self, ws1: Sequence[Any], ws2: Sequence[Any]) -> float:
        """Cosine between the means of two lists of keys; unknown keys are left out, as in gensim."""
        if not len(ws1) or not len(ws2):
            raise query.EmptyListError(f"ws1 and ws2 must not be empty, got {len(ws1)} and {len(ws2)} keys")
        one, two = (self.get_mean_vector(ws, pre_normalize=False, post_normalize=True) for ws in (ws1, ws2))
        return float(one @ two)

    def relative_cosine_similarity(self, wa: Any, wb: Any, topn: int = 10) -> float:
        """Similarity of two keys over the sum of those of the `topn` keys nearest to `wa` (Leeuwenberg et al. 2016).

        Above 1 / `topn` hints at synonyms. NaN where the sum is 0.
        """
        if topn < 1:
            raise ParameterError(f"topn must be at least 1, got {topn}")
        total = sum(score for _, score in self.similar_by_key(wa, topn))
        return self.similarity(wa, wb) / total if total else float("nan")

    def wmdistance(self, document1: Sequence[Any], document2: Sequence[Any], norm: bool = True) -> float:
        """Word mover's distance of two lists of keys (:func:`cw2v.query.transport.word_movers_distance`).

        Unknown keys are left out; `norm` brings vectors to length 1 first. Needs POT: ``pip install cw2v[ot]``.
        """
        from cw2v.query import transport

        sides = []
        for document in (document1, document2):
            if isinstance(document, str | bytes):
                raise ParameterError(f"a document must be a list of keys, got the string {document!r}")
            rows = np.array([self.get_index(key) for key in document if self.has_index_for(key)], np.intp)
            distinct, counts = np.unique(rows, return_counts=True)
            vectors = self._matrix[distinct]
            sides.append((query.normalized(vectors) if norm else vectors, counts / max(1, counts.sum())))
        (one, weights_one), (two, weights_two) = sides
        return transport.word_movers_distance(one, two, weights_one, weights_two)

    def rank_by_centrality(self, words: Sequence[Any], use_norm: bool = True) -> list[tuple[float, Any]]:
        """The known ones of `words` with their nearness to the mean of all, nearest first."""
        known = [word for word in words if self.has_index_for(word)]
        if not known:
            raise ParameterError(f"cannot select a word from an empty list: none of {len(words)} is known")
        scores = query.centrality(self._vectors_of(known), use_norm)
        return [(score, word) for word, score in query.ranked(scores, known, len(known))]

    def doesnt_match(self, words: Sequence[Any]) -> Any:
        """The one of `words` farthest from the mean of all."""
        return self.rank_by_centrality(words)[-1][1]

    def closer_than(self, key1: Any, key2: Any) -> list[Any]:
        """Keys nearer to `key1` than `key2` is, in the order of their rows."""
        distances, one = self.distances(key1), self.get_index(key1)
        nearer = np.flatnonzero(distances < distances[self.get_index(key2)]).tolist()
        return [self.index_to_key[row] for row in nearer if row != one]

    def words_closer_than(self, word1: Any, word2: Any) -> list[Any]:
        """:meth:`closer_than` by its older name."""
        return self.closer_than(word1, word2)

    def rank(self, key1: Any, key2: Any) -> int:
        """Place of `key2` among the keys nearest to `key1`, from 1."""
        return len(self.closer_than(key1, key2)) + 1

    def most_similar_to_given(self, key1: Any, keys_list: Sequence[Any]) -> Any:
        """The one of `keys_list` nearest to `key1`."""
        if not len(keys_list):
            raise ParameterError("keys_list must not be empty")
        return keys_list[int(np.argmin(self.distances(key1, keys_list)))]

    cosine_similarities = staticmethod(query.cosine_similarities)

    def similarity_unseen_docs(self, *args: Any, **kwargs: Any) -> float:
        """Not there, as in gensim."""
        raise NotImplementedError("similarity_unseen_docs() is not there, as in gensim; see n_similarity()")

    def project(self, words: Iterable[Any] | None = None, method: Any = "svd") -> npt.NDArray[np.float64]:
        """Coordinates of keys in the plane, for pictures; see :func:`cw2v.projection.project` and :mod:`cw2v.plot`.

        Parameters
        ----------
        words : key or iterable of n keys, optional
            All keys, in the order of their rows, without it.
        method : "svd" or object with fit_transform
            "svd": U_2 S_2 of the keys' vectors less their mean, each column's greatest entry positive.

        Returns
        -------
        ndarray of float64 (n, 2)

        Raises
        ------
        UnknownKeyError
            Keys that are not there; all of them are named.
        ParameterError
            No keys, vectors that are not finite, or another `method`.
        """
        single = isinstance(words, str | bytes) or self._is_key(words) or not isinstance(words, Iterable)
        keys = self.index_to_key[: len(self)] if words is None else [words] if single else list(words)
        unknown = [repr(key) for key in keys if not self.has_index_for(key)]
        if unknown:
            raise UnknownKeyError(f"words not present: {', '.join(dict.fromkeys(unknown))}")
        rows = self._matrix[: len(self)] if words is None else self._vectors_of(keys)
        return projection.project(rows, method, keys)

"""Estimators for scikit-learn: documents and tokens as vectors that are trained on them.

Needs ``pip install cw2v[sklearn]``. A model inside a pipeline is trained by ``fit``, pickled with the pipeline, cloned
and searched over as any other estimator.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from cw2v.documents import average, maximum, rows_of
from cw2v.errors import CorpusTypeError, MissingExtraError, ParameterError
from cw2v.keyedvectors import KeyedVectors
from cw2v.utils import simple_preprocess
from cw2v.word2vec import Word2Vec

try:
    from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
    from sklearn.utils.validation import check_is_fitted
except ImportError as error:
    raise MissingExtraError("cw2v.sklearn needs scikit-learn: pip install cw2v[sklearn]") from error

__all__ = ["Word2VecTransformer", "Word2VecVectorizer"]

POOLINGS = ("mean", "sif", "tfidf", "max")
_NOT_MODEL = ("pooling", "normalize", "sif_a", "tokenizer", "missing", "model_options")


class _Word2VecEstimator(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """What both have in common: the parameters of the model, and its training."""

    wv_: KeyedVectors
    model_options: dict[str, Any] | None
    missing: str

    def _train(self, sentences: Iterable[Any]) -> None:
        options = {name: value for name, value in self.get_params(deep=False).items() if name not in _NOT_MODEL}
        options |= self.model_options or {}
        self.wv_ = Word2Vec(sentences, **options).wv

    @property
    def _n_features_out(self) -> int:
        return self.wv_.vector_size

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = False
        tags.input_tags.string = True
        return tags


class Word2VecVectorizer(_Word2VecEstimator):
    """Documents as pooled word vectors: ``fit`` trains them on the documents, ``transform`` pools them.

    Parameters
    ----------
    vector_size, alpha, window, min_count, sample, seed, workers, min_alpha, sg, hs, negative, ns_exponent, cbow_mean, \
epochs
        Of :class:`cw2v.Word2Vec`, with its defaults but for ``workers=1``, which gives the same vectors each time.
    pooling : {"mean", "sif", "tfidf", "max"}, default "mean"
        What a document's vector is made of its words' vectors v_w:
        "mean": their mean;
        "sif": their mean with weights a / (a + p(w)), p(w) the word's share of the corpus, less the projection on the
        first singular vector of the training documents (Arora, Liang, Ma 2017);
        "tfidf": their mean with weights idf(w) = ln((1 + n) / (1 + df(w))) + 1, as scikit-learn's TfidfVectorizer;
        "max": the largest number of each dimension.
    normalize : bool, default False
        Bring each document's vector to length 1; zeros stay.
    sif_a : float, default 1e-3
        a of "sif", above 0.
    tokenizer : callable, optional
        From a document that is a str to its tokens; None is :func:`cw2v.utils.simple_preprocess`. Documents that are
        lists, tuples or arrays are tokens already.
    missing : {"zero", "nan", "error"}, default "zero"
        The row of a document without a known word.
    model_options : dict, optional
        More parameters of :class:`cw2v.Word2Vec`, such as ``{"deterministic": True}``.

    Attributes
    ----------
    wv_ : KeyedVectors
        The vectors of the words.
    weights_ : ndarray of float64 (V,) or None
        Weight of each word in the mean, with "sif" and "tfidf".
    component_ : ndarray of float64 (vector_size,) or None
        With "sif": the direction that is taken away.

    Raises
    ------
    ParameterError
        A parameter is outside its range; by ``fit``.
    CorpusTypeError
        X is a str, or a document is neither a str nor tokens; the message says which.

    Examples
    --------
    >>> from cw2v.sklearn import Word2VecVectorizer
    >>> documents = ["good film and a good story", "bad film with a bad plot"] * 50
    >>> vectorizer = Word2VecVectorizer(vector_size=8, min_count=1, sample=0, pooling="tfidf")
    >>> vectorizer.fit_transform(documents).shape
    (100, 8)
    >>> vectorizer.get_feature_names_out()[:2].tolist()
    ['word2vecvectorizer0', 'word2vecvectorizer1']
    """

    weights_: npt.NDArray[np.float64] | None
    component_: npt.NDArray[np.float64] | None
    pooling: str
    normalize: bool
    sif_a: float
    tokenizer: Callable[[str], Sequence[Any]] | None

    def __init__(
        self, *, vector_size: int = 100, alpha: float = 0.025, window: int = 5, min_count: int = 5,
        sample: float = 1e-3, seed: int | None = 1, workers: int | None = 1, min_alpha: float = 0.0001, sg: int = 0,
        hs: int = 0, negative: int = 5, ns_exponent: float = 0.75, cbow_mean: int = 1, epochs: int = 5,
        pooling: str = "mean", normalize: bool = False, sif_a: float = 1e-3,
        tokenizer: Callable[[str], Sequence[Any]] | None = None, missing: str = "zero",
        model_options: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        # As scikit-learn wants it: kept as they are, checked by fit.
        for name, value in locals().items():
            if name not in ("self", "__class__"):
                setattr(self, name, value)

    def fit(self, X: Any, y: object = None) -> Word2VecVectorizer:
        """Train word vectors on the documents, and the weights of the pooling.

        Parameters
        ----------
        X : iterable of n documents
            Each a str or tokens; also a column of a data frame.
        y : ignored
        """
        self._fit(list(self._tokens(X)))
        return self

    def fit_transform(self, X: Any, y: object = None, **fit_params: object) -> Any:
        """``fit(X).transform(X)``, with the documents taken apart once."""
        documents = list(self._tokens(X))
        self._fit(documents)
        return self.transform(documents)

    def _fit(self, documents: list[Sequence[Any]]) -> None:
        if self.pooling not in POOLINGS:
            raise ParameterError(f"pooling must be one of {', '.join(map(repr, POOLINGS))}, got {self.pooling!r}")
        if not self.sif_a > 0:
            raise ParameterError(f"sif_a must be a number above 0, got {self.sif_a!r}")
        self._train(documents)
        self.weights_, self.component_ = self._weights(documents), None
        if self.pooling == "sif":
            pooled = average(self.wv_, documents, weights=self.weights_).astype(np.float64)
            # The first right singular vector is the first eigenvector of the (D, D) products.
            self.component_ = np.linalg.eigh(pooled.T @ pooled)[1][:, -1]

    def _weights(self, documents: list[Sequence[Any]]) -> npt.NDArray[np.float64] | None:
        if self.pooling == "sif":
            counts = np.asarray(self.wv_.expandos["count"], np.float64)
            return np.asarray(self.sif_a / (self.sif_a + counts / sum(map(len, documents))))
        if self.pooling == "tfidf":
            rows, lengths = rows_of(self.wv_.key_to_index, documents)
            n_words = len(self.wv_)
            # Each word once a document.
            pairs = np.unique(np.repeat(np.arange(len(lengths)), lengths) * n_words + rows)
            frequency = np.bincount(pairs % n_words, minlength=n_words)
            return np.asarray(np.log((1 + len(documents)) / (1 + frequency)) + 1)
        return None

    def transform(self, X: Any) -> npt.NDArray[np.float32]:
        """The vectors of documents, float32 (n, vector_size); see ``fit`` for X."""
        check_is_fitted(self, "wv_")
        documents: Any = self._tokens(X)
        missing: Any = self.missing
        if self.pooling == "max":
            pooled = maximum(self.wv_, documents, missing=missing)
        else:
            pooled = average(self.wv_, documents, weights=self.weights_, missing=missing)
        if self.component_ is not None:
            component = self.component_.astype(np.float32)
            pooled -= np.outer(pooled @ component, component)
        if self.normalize:
            lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
            pooled /= np.where(lengths > 0, lengths, 1)
        return pooled

    def _tokens(self, X: Any) -> Iterable[Sequence[Any]]:
        _check_iterable(X, "documents")
        split = self.tokenizer or simple_preprocess
        for number, document in enumerate(X):
            if isinstance(document, str):
                yield split(document)
            elif isinstance(document, np.ndarray):
                yield document.tolist()
            elif isinstance(document, bytes) or not isinstance(document, Iterable):
                raise CorpusTypeError(f"X[{number}] must be a str or a list of tokens, got {type(document).__name__} "
                                      f"{str(document)[:40]!r}")
            else:
                yield list(document)


class Word2VecTransformer(_Word2VecEstimator):
    """Tokens as vectors: ``fit`` trains them on sequences of tokens, ``transform`` looks tokens up.

    For nodes after walks, items after sessions, words after sentences.

    Parameters
    ----------
    vector_size, alpha, window, min_count, sample, seed, workers, min_alpha, sg, hs, negative, ns_exponent, cbow_mean, \
epochs, model_options
        As of :class:`Word2VecVectorizer`.
    missing : {"zero", "nan", "error"}, default "error"
        The row of an unknown token.

    Attributes
    ----------
    wv_ : KeyedVectors

    Examples
    --------
    >>> from cw2v.sklearn import Word2VecTransformer
    >>> walks = [[1, 2, 3, 1, 2, 3], [4, 5, 6, 4, 5, 6]] * 50
    >>> Word2VecTransformer(vector_size=8, min_count=1, sample=0).fit(walks).transform([1, 4]).shape
    (2, 8)
    """

    def __init__(
        self, *, vector_size: int = 100, alpha: float = 0.025, window: int = 5, min_count: int = 5,
        sample: float = 1e-3, seed: int | None = 1, workers: int | None = 1, min_alpha: float = 0.0001, sg: int = 0,
        hs: int = 0, negative: int = 5, ns_exponent: float = 0.75, cbow_mean: int = 1, epochs: int = 5,
        missing: str = "error", model_options: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        for name, value in locals().items():
            if name not in ("self", "__class__"):
                setattr(self, name, value)

    def fit(self, X: Any, y: object = None) -> Word2VecTransformer:
        """Train on X, an iterable of token sequences; y is ignored."""
        _check_iterable(X, "token sequences")
        self._train(X)
        return self

    def fit_transform(self, X: Any, y: object = None, **fit_params: object) -> Any:
        """Not possible: sequences go in, tokens are looked up."""
        raise TypeError("Word2VecTransformer is fitted on sequences and transforms tokens: call fit(sequences) and "
                        "then transform(tokens); for a vector of each sequence use Word2VecVectorizer")

    def transform(self, X: Any) -> npt.NDArray[np.float32]:
        """The vectors of n tokens, float32 (n, vector_size)."""
        check_is_fitted(self, "wv_")
        _check_iterable(X, "tokens")
        tokens = X.tolist() if isinstance(X, np.ndarray) else list(X)
        missing: Any = self.missing
        return average(self.wv_, [[token] for token in tokens], missing=missing)


def _check_iterable(X: Any, what: str) -> None:
    if isinstance(X, str | bytes):
        raise CorpusTypeError(f"X must be an iterable of {what}, got one {type(X).__name__}: Iterable over raw text "
                              "documents expected, string object received.")
    if not isinstance(X, Iterable):
        raise CorpusTypeError(f"X must be an iterable of {what}, got {type(X).__name__}")
    if getattr(X, "ndim", 1) != 1 and hasattr(X, "columns"):
        raise CorpusTypeError(f"X must be one column of {what}, got a table of {len(X.columns)}: pass X[name], or in a "
                              "ColumnTransformer the column's name without brackets")

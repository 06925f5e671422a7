"""Gradient descent: a step, a check of gradients, and the mini-batches of document 002."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from cw2v.errors import CorpusError, DivergenceError, ParameterError
from cw2v.mathematics.arrays import F64, I64, as_count, as_number
from cw2v.mathematics.counting import read_sentences, windows, word_index
from cw2v.mathematics.full_softmax import softmax_gradients, softmax_loss
from cw2v.mathematics.network import initial_weights, skip_gram_nll

__all__ = ["MiniBatchSGD", "gradient_check", "gradient_descent_step", "numeric_gradient"]


def gradient_descent_step(parameters: ArrayLike, gradient: ArrayLike, learning_rate: float) -> F64:
    """theta - eta gradient, in a new array (documents 000, 002, 003).

    Parameters
    ----------
    parameters, gradient : array_like
        theta and the gradient of the loss by it, of the same shape.
    learning_rate : float
        eta, above 0.

    Raises
    ------
    ParameterError
        The shapes differ, or the learning rate is not a finite number above 0.

    Examples
    --------
    >>> gradient_descent_step([1.0, 2.0], [10.0, -10.0], 0.1).tolist()
    [0.0, 3.0]
    """
    theta, slope = np.asarray(parameters, dtype=np.float64), np.asarray(gradient, dtype=np.float64)
    if theta.shape != slope.shape:
        raise ParameterError(f"gradient must have the shape of parameters, {theta.shape}, got {slope.shape}")
    return np.asarray(theta - as_number("learning_rate", learning_rate) * slope)


def numeric_gradient(loss: Callable[[F64], float], at: ArrayLike, h: float = 1e-5) -> F64:
    """Central differences, (loss(at + h e_i) - loss(at - h e_i)) / 2 h for every element i.

    Parameters
    ----------
    loss : callable
        A number from an array of the shape of `at`.
    at : array_like
        Where; not changed.
    h : float, default 1e-5
        Half the distance of the two points: the error falls with its square, but rounding grows with 1 / h.

    Returns
    -------
    ndarray of float64, of the shape of `at`

    Raises
    ------
    ParameterError
        `h` is not a finite number above 0.
    """
    half = as_number("h", h)
    place = np.array(at, dtype=np.float64)
    gradient = np.zeros_like(place)
    for i in np.ndindex(place.shape):
        kept = place[i]
        place[i] = kept + half
        above = loss(place)
        place[i] = kept - half
        gradient[i] = (above - loss(place)) / (2.0 * half)
        place[i] = kept
    return gradient


def gradient_check(loss: Callable[[F64], float], at: ArrayLike, gradient: ArrayLike, h: float = 1e-5) -> float:
    """Relative error of a gradient, |g - n| / max(|g|, |n|) with n of :func:`numeric_gradient` and Euclidean lengths.

    Parameters
    ----------
    loss, at, h
        As in :func:`numeric_gradient`.
    gradient : array_like
        g, of the shape of `at`: what a formula says.

    Returns
    -------
    float
        Below 1e-6 for a right formula in double precision and numbers of ordinary size; 0 if both are zero.

    Raises
    ------
    ParameterError
        The shapes differ, or `h` is not a finite number above 0.

    Examples
    --------
    >>> gradient_check(lambda x: float((x**2).sum()), [1.0, 2.0], [2.0, 4.0]) < 1e-9
    True
    >>> round(gradient_check(lambda x: float((x**2).sum()), [1.0, 2.0], [1.0, 2.0]), 6)
    0.5
    """
    numeric, claimed = numeric_gradient(loss, at, h), np.asarray(gradient, dtype=np.float64)
    if claimed.shape != numeric.shape:
        raise ParameterError(f"gradient must have the shape of at, {numeric.shape}, got {claimed.shape}")
    size = max(float(np.linalg.norm(claimed)), float(np.linalg.norm(numeric)))
    return float(np.linalg.norm(claimed - numeric)) / size if size else 0.0


class MiniBatchSGD:
    """Skip-gram with the full softmax by mini-batches, step for step as document 002 tells it.

    For a batch, draw a random centre word and take its context words, 50 times; sum the gradients of all these pairs;
    then update once, theta = theta - learning_rate * gradients. All of NumPy and double precision, for small corpora
    and for looking at; ``Word2Vec(objective="softmax")`` trains the same loss in C.

    Parameters
    ----------
    sentences : iterable of sentences
        Token lists.
    vector_size : int, default 100
        D, at least 1.
    window : int or (int, int), default 2
        m; see :func:`windows`.
    learning_rate : float, default 0.01
        Of the sum of some 50 * 2 m gradients: it wants to be smaller than for single pairs.
    batch_size : int, default 50
        Centres in a batch, at least 1.
    seed : int or None, default 1
        Of the initial weights and of the draws; None draws one.
    average : bool, default False
        Divide a batch's gradients by `batch_size`, so that the learning rate need not change with it.

    Attributes
    ----------
    words : list
        Word of each id; `word_index` is the way back.
    centre_vectors, outside_vectors : ndarray of float64 (V, D)
        v_w, the word vectors, and u_w. Together theta.
    losses : list of float
        Mean loss of a pair in each batch, before its update.

    Raises
    ------
    CorpusTypeError
        A sentence is text that was not split.
    CorpusError
        No word has another beside it.
    ParameterError
        A number is out of range.

    Examples
    --------
    >>> model = MiniBatchSGD([["the", "king", "rules"], ["the", "queen", "rules"]], vector_size=8, window=1)
    >>> before = model.mean_loss()
    >>> bool(model.train(200).mean_loss() < before)
    True
    """

    def __init__(
        self, sentences: Iterable[Iterable[Hashable]], vector_size: int = 100, window: int | tuple[int, int] = 2,
        learning_rate: float = 0.01, batch_size: int = 50, seed: int | None = 1, average: bool = False,
    ) -> None:  # fmt: skip
        read = read_sentences(sentences)
        self.word_index: dict[Any, int] = word_index(read)
        self.words = list(self.word_index)
        self.window, self.average = window, bool(average)
        self.learning_rate = as_number("learning_rate", learning_rate)
        self.batch_size = as_count("batch_size", batch_size)
        self._sentences = [[self.word_index[word] for word in sentence] for sentence in read]
        rows = [(centre, around) for s in self._sentences for centre, around in windows(s, window) if around]
        if not rows:
            raise CorpusError("no word of the corpus has another beside it: there is nothing to predict")
        self._centres = np.array([centre for centre, _ in rows], dtype=np.int64)
        self._contexts = [np.array(around, dtype=np.int64) for _, around in rows]
        self.centre_vectors, self.outside_vectors = initial_weights(len(self.words), vector_size, seed)
        self._generator = np.random.default_rng(None if seed is None else [as_count("seed", seed, 0), 1])
        self.losses: list[float] = []

    def draw(self) -> tuple[I64, I64]:
        """The next batch: (centre, outside) word ids of all its pairs, two arrays of the same length.

        Each of `batch_size` times a place of the corpus is drawn, each place as likely as any other, and its word is
        paired with all words in its window.
        """
        places = self._generator.integers(len(self._centres), size=self.batch_size)
        contexts = [self._contexts[place] for place in places]
        return np.repeat(self._centres[places], [len(c) for c in contexts]), np.concatenate(contexts)

    def gradients(self, centre: ArrayLike, outside: ArrayLike) -> tuple[float, F64, F64]:
        """Loss of a batch of pairs and its gradients, summed over the pairs.

        Parameters
        ----------
        centre, outside : array_like of int (n,)
            Word ids.

        Returns
        -------
        loss : float
        by_centre_vectors, by_outside_vectors : ndarray of float64 (V, D)
        """
        words = np.asarray(centre, dtype=np.int64)
        v = self.centre_vectors[words]
        loss = softmax_loss(v, self.outside_vectors, outside)
        by_v, by_outside = softmax_gradients(v, self.outside_vectors, outside)
        by_centre = np.zeros_like(self.centre_vectors)
        np.add.at(by_centre, words, by_v)  # a word that was drawn twice gets both
        return loss, by_centre, by_outside

    def step(self) -> float:
        """Draw a batch and take one step of gradient descent; returns the mean loss of its pairs before the step.

        Raises
        ------
        DivergenceError
            The loss is not a finite number any more.
        """
        centre, outside = self.draw()
        with np.errstate(over="ignore", invalid="ignore"):  # the loss tells
            loss, by_centre, by_outside = self.gradients(centre, outside)
        if not np.isfinite(loss):
            raise DivergenceError(f"the loss is {loss} after {len(self.losses)} batches: use a learning_rate below "
                                  f"{self.learning_rate:g}")  # fmt: skip
        rate = self.learning_rate / (self.batch_size if self.average else 1)
        self.centre_vectors = gradient_descent_step(self.centre_vectors, by_centre, rate)
        self.outside_vectors = gradient_descent_step(self.outside_vectors, by_outside, rate)
        self.losses.append(loss / len(centre))
        return self.losses[-1]

    def train(self, steps: int) -> Self:
        """Take `steps` batches; returns the trainer itself."""
        for _ in range(as_count("steps", steps, 0)):
            self.step()
        return self

    def mean_loss(self) -> float:
        """Mean loss of all pairs of the corpus: :func:`skip_gram_nll` divided by their number."""
        n_pairs = sum(map(len, self._contexts))
        return skip_gram_nll(self._sentences, self.centre_vectors, self.outside_vectors, self.window) / n_pairs

"""The weights of a model: made for a vocabulary, made anew, and grown with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cw2v.corpus import EncodedCorpus
from cw2v.errors import ParameterError, TrainingError, VocabularyError
from cw2v.keyedvectors import KeyedVectors, pseudorandom_weak_vector
from cw2v.lifecycle import Lifecycle
from cw2v.parameters import validate
from cw2v.session import check_idle
from cw2v.train import extended_paths, noise_weights, paths_of
from cw2v.vocabulary import Vocabulary

__all__ = ["ModelWeights"]

_ROWS_AT_ONCE = 1 << 16


class ModelWeights(Lifecycle):
    """The methods of a model that make its weights, under gensim's names."""

    # What they read and set of the model.
    wv: KeyedVectors
    vector_size: int
    alpha: float
    hs: int
    negative: int
    objective: str | None
    ns_exponent: float
    hashfxn: Callable[..., int]
    syn1neg: NDArray[np.float32]
    syn1: NDArray[np.float32]
    min_alpha_yet_reached: float
    _random_seed: int
    _epochs_trained: int
    _cum_domain: int
    _vocabulary: Vocabulary | None
    _encoded: tuple[object, EncodedCorpus] | None  # file fingerprint, what build_vocab read of it

    def _need_vocabulary(self) -> Vocabulary:
        if self._vocabulary is None:
            raise VocabularyError("you must first build vocabulary before training the model: call build_vocab()")
        return self._vocabulary

    def _outputs(self) -> list[str]:
        """Names of the output matrices that the objectives use."""
        softmax = self.objective == "softmax"
        used = (("syn1neg", softmax or self.negative > 0), ("syn1", self.hs and not softmax))
        return [name for name, is_used in used if is_used]

    def _make_outputs(self, n_words: int) -> None:
        """Output matrices of the objectives, zero, as word2vec begins."""
        for name in ("syn1neg", "syn1"):
            if name in self._outputs():
                setattr(self, name, np.zeros((n_words, self.vector_size), np.float32))
            elif hasattr(self, name):
                delattr(self, name)

    def _initial_vectors(self, begin: int, end: int) -> NDArray[np.float32]:
        """Rows `begin` to `end` of what the seed makes, uniform in (-1 / D, 1 / D): the same for any number of rows."""
        draw = np.random.default_rng(self._random_seed).random
        for skipped in range(0, begin, _ROWS_AT_ONCE):
            draw((min(_ROWS_AT_ONCE, begin - skipped), self.vector_size), dtype=np.float32)
        vectors = draw((end - begin, self.vector_size), dtype=np.float32)
        vectors *= 2.0
        vectors -= 1.0
        vectors /= self.vector_size
        return vectors

    def _set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Take a vocabulary in place of the one there is, and begin with it."""
        check_idle(self)
        wv = KeyedVectors(self.vector_size)
        wv.vectors = self._initial_vectors(0, len(vocabulary))
        wv.index_to_key, wv.key_to_index = vocabulary.index_to_key, vocabulary.key_to_index
        wv.next_index = len(vocabulary)
        wv.expandos = {"count": vocabulary.counts}
        self.wv, self._vocabulary, self._encoded = wv, vocabulary, None
        self._begin_outputs(vocabulary)

    def _begin_outputs(self, vocabulary: Vocabulary) -> None:
        self._make_outputs(len(vocabulary))
        if self.hs:
            self._keep_paths(vocabulary)
        self._epochs_trained, self.min_alpha_yet_reached = 0, self.alpha

    def _extend_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Take a vocabulary that begins with the words there are; their rows, and their meaning, stay as they are."""
        check_idle(self)
        old = self._need_vocabulary()
        self._check_rows(old)
        n_old, wv = len(old), self.wv
        if hasattr(self, "syn1"):
            # The tree of the new counts would be another one, also without a new word.
            vocabulary.paths = extended_paths(paths_of(old), vocabulary.counts[:n_old], vocabulary.counts[n_old:])
        weights = self._grown(len(vocabulary))
        columns = {name: np.concatenate([column[:n_old], np.zeros(len(vocabulary) - len(column[:n_old]), column.dtype)])
                   for name, column in wv.expandos.items()}  # fmt: skip
        lock = np.asarray(wv.vectors_lockf, np.float32)
        if lock.shape == (n_old,) and n_old > 1:
            wv.vectors_lockf = np.concatenate([lock, np.ones(len(vocabulary) - n_old, np.float32)])
        wv.expandos = {**columns, "count": vocabulary.counts}
        wv.index_to_key, wv.key_to_index = vocabulary.index_to_key, vocabulary.key_to_index
        wv.next_index = len(vocabulary)
        self._vocabulary, self._encoded = vocabulary, None
        self._put(weights)
        if hasattr(self, "syn1"):
            self._keep_paths(vocabulary)

    def _check_rows(self, vocabulary: Vocabulary) -> None:
        """Raise TrainingError where the model's keys or arrays were changed so that new rows would not fit to them."""
        # The lists may be one and the same: the counts tell when it has grown.
        if self.wv.index_to_key != vocabulary.index_to_key or len(vocabulary.counts) != len(vocabulary):
            raise TrainingError("the keys of model.wv were changed: undo it, or build the vocabulary anew")
        shape = (len(vocabulary), self.vector_size)
        matrices = {name: getattr(self, name) for name in ("syn1neg", "syn1") if hasattr(self, name)}
        for name, matrix in {"wv.vectors": self.wv.vectors, **matrices}.items():
            if getattr(matrix, "shape", None) != shape:
                raise TrainingError(f"{name} must have shape {shape} to be given new rows, got "
                                    f"{getattr(matrix, 'shape', type(matrix).__name__)}")

    def _grown(self, n_words: int) -> dict[str, NDArray[np.float32]]:
        """The matrices with rows for so many words; those that are long enough are left out."""
        vectors, grown = self.wv.vectors, {}
        if len(vectors) < n_words:
            grown["vectors"] = np.concatenate([vectors, self._initial_vectors(len(vectors), n_words)])
        for name in ("syn1neg", "syn1"):
            there = getattr(self, name, None)
            if there is None and name in self._outputs():
                there = np.zeros((0, self.vector_size), np.float32)
            if there is not None and len(there) < n_words:
                grown[name] = np.concatenate([there, np.zeros((n_words - len(there), self.vector_size), np.float32)])
        return grown

    def _put(self, weights: dict[str, NDArray[np.float32]]) -> None:
        for name, matrix in weights.items():
            setattr(self.wv if name == "vectors" else self, name, matrix)

    def _keep_paths(self, vocabulary: Vocabulary) -> None:
        """Attributes "code" and "point" of each word: its turns and inner nodes from the root, in gensim's numbers."""
        begin, node, code = paths_of(vocabulary)
        ends = begin[1:-1]
        codes, points = np.empty(len(vocabulary), object), np.empty(len(vocabulary), object)
        codes[:] = np.split(code, ends)
        points[:] = np.split((len(vocabulary) - 2 - node).astype(np.uint32), ends)
        self.wv.expandos["code"], self.wv.expandos["point"] = codes, points

    # --- gensim's names

    def init_weights(self) -> None:
        """Begin again: the vectors that the seed makes, output vectors of zeros, the Huffman tree of the counts.

        The vocabulary stays. (gensim leaves the vectors as they are if they have the right shape.)
        """
        check_idle(self)
        vocabulary = self._vocabulary
        if vocabulary is None:
            return
        vocabulary.paths = None
        self.wv.vectors = self._initial_vectors(0, len(vocabulary))
        self._begin_outputs(vocabulary)

    def init_sims(self, replace: bool = False) -> None:
        """:meth:`KeyedVectors.init_sims` of ``wv``. Deprecated in gensim."""
        self.wv.init_sims(replace)

    def seeded_vector(self, seed_string: str, vector_size: int) -> NDArray[np.floating[Any]]:
        """:func:`cw2v.keyedvectors.pseudorandom_weak_vector` with the model's `hashfxn`. Deprecated in gensim."""
        return pseudorandom_weak_vector(vector_size, seed_string, self.hashfxn)

    def update_weights(self) -> None:
        """Give words that have no rows yet theirs; ``build_vocab(update=True)`` has done so already."""
        self._put(self._grown(len(self._need_vocabulary())))

    def prepare_weights(self, update: bool = False) -> None:
        """:meth:`update_weights` with `update`, else :meth:`init_weights`."""
        if update:
            self.update_weights()
        else:
            self.init_weights()

    def reset_from(self, other_model: ModelWeights) -> None:
        """Take the words, counts and corpus size of another model, and begin with new weights.

        Raises
        ------
        ParameterError
            `other_model` is no model.
        VocabularyError
            It has no vocabulary.
        """
        if not isinstance(other_model, ModelWeights):
            raise ParameterError(f"other_model must be a Word2Vec, got {type(other_model).__name__}")
        theirs = other_model._need_vocabulary()
        ours = Vocabulary(list(theirs.index_to_key), theirs.counts.copy(), theirs.raw_words)
        ours.unk, ours.stop_words = theirs.unk, theirs.stop_words
        for name in ("effective_min_count", "corpus_count", "corpus_total_words"):
            setattr(self, name, getattr(other_model, name))
        self._set_vocabulary(ours)

    def create_binary_tree(self) -> None:
        """Make the Huffman tree anew from the counts, as they are in ``wv.expandos["count"]``.

        Its nodes are others than before, so their vectors begin again, at zero.
        """
        check_idle(self)
        vocabulary = self._need_vocabulary()
        vocabulary.paths = None
        self._keep_paths(vocabulary)
        if hasattr(self, "syn1"):
            self.syn1 = np.zeros_like(self.syn1)

    def make_cum_table(self, domain: int = 2**31 - 1) -> None:
        """Set the domain of :attr:`cum_table`, its last entry: an integer from 1 to 2^32 - 1."""
        if isinstance(domain, bool) or not isinstance(domain, int) or not 1 <= domain < 2**32:
            raise ParameterError(f"domain must be an integer from 1 to 2^32 - 1, got {domain!r}")
        self._cum_domain = domain

    @property
    def cum_table(self) -> NDArray[np.uint32]:
        """The noise distribution as gensim keeps it: uint32 (V,), cumulative count ** ns_exponent, last the domain.

        It is made of the counts when it is asked for. Training draws from a table without its rounding.
        """
        if self._vocabulary is None:
            return np.zeros(0, np.uint32)
        exponent = validate(ns_exponent=self.ns_exponent)["ns_exponent"]
        shares = np.cumsum(noise_weights(self._vocabulary.counts, exponent))
        return np.asarray(np.round(shares / max(shares[-1], 1e-300) * self._cum_domain), np.uint32)

"""Vectors as objects of pandas, PyTorch and spaCy, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from cw2v.errors import ParameterError
from cw2v.exchange.parts import check_text, import_extra, keys_of, make
from cw2v.keyedvectors import KeyedVectors

__all__ = ["from_pandas", "from_spacy", "from_torch", "to_pandas", "to_spacy", "to_torch"]


def to_pandas(kv: KeyedVectors) -> Any:
    """A pandas.DataFrame (V, D) with the keys as its index; it shares the vectors' memory."""
    pandas = import_extra("pandas", "data", "a data frame")
    return pandas.DataFrame(kv.vectors[: len(kv)], index=pandas.Index(keys_of(kv), dtype=object), copy=False)


def from_pandas(frame: Any) -> KeyedVectors:
    """Vectors of a data frame: a row a key of its index. A FileFormatError names what does not fit."""
    import_extra("pandas", "data", "a data frame")
    vectors = frame.to_numpy()
    return make("frame", list(frame.index), vectors if vectors.dtype.kind == "f" else vectors.astype(np.float32))


def to_torch(kv: KeyedVectors, freeze: bool = True) -> Any:
    """A torch.nn.Embedding with a row for each key, in the order of ``index_to_key``.

    Parameters
    ----------
    kv : KeyedVectors
    freeze : bool, default True
        The weights are not trained, as ``Embedding.from_pretrained`` has it.
    """
    torch = import_extra("torch", "torch", "an embedding layer")
    return torch.nn.Embedding.from_pretrained(torch.tensor(kv.vectors[: len(kv)]), freeze=freeze)


def from_torch(embedding: Any, keys: Sequence[Any]) -> KeyedVectors:
    """Vectors of a torch.nn.Embedding whose row i belongs to ``keys[i]``."""
    return make("embedding", list(keys), embedding.weight.detach().cpu().numpy().copy())


def to_spacy(kv: KeyedVectors, strings: Any = None) -> Any:
    """A spacy.vectors.Vectors; its keys are the hashes of the words, which are added to `strings` if it is given.

    Parameters
    ----------
    kv : KeyedVectors
        With keys that are text.
    strings : spacy.strings.StringStore, optional
        Of the vocabulary that will use the vectors, such as ``nlp.vocab.strings``.
    """
    vectors = import_extra("spacy.vectors", "spacy", "a table of vectors")
    store = import_extra("spacy.strings", "spacy", "a table of vectors").StringStore() if strings is None else strings
    words = check_text(keys_of(kv), "spaCy")
    if "" in kv:
        raise ParameterError("spaCy has no key for the empty word; leave it out")
    keys = np.array([store.add(word) for word in words], np.uint64)
    return vectors.Vectors(strings=store, data=np.ascontiguousarray(kv.vectors[: len(kv)]), keys=keys)


def from_spacy(vectors: Any, strings: Any) -> KeyedVectors:
    """Vectors of a spacy.vectors.Vectors, its keys looked up in `strings`; several keys may share a row there."""
    pairs = [(strings[key], row) for key, row in vectors.key2row.items()]
    rows = np.array([row for _, row in pairs], np.int64)
    return make("vectors", [word for word, _ in pairs], np.asarray(vectors.data)[rows])

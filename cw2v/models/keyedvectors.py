"""``gensim.models.keyedvectors``' names."""

from cw2v.keyedvectors import (
    Doc2VecKeyedVectors,
    EuclideanKeyedVectors,
    KeyedVectors,
    Word2VecKeyedVectors,
    load_word2vec_format,
    prep_vectors,
    pseudorandom_weak_vector,
)

__all__ = [
    "Doc2VecKeyedVectors",
    "EuclideanKeyedVectors",
    "KeyedVectors",
    "Word2VecKeyedVectors",
    "load_word2vec_format",
    "prep_vectors",
    "pseudorandom_weak_vector",
]

"""``gensim.models.keyedvectors``' names."""

from cw2v.keyedvectors import (
    CompatVocab,
    Doc2VecKeyedVectors,
    EuclideanKeyedVectors,
    KeyedVectors,
    Vocab,
    Word2VecKeyedVectors,
    load_word2vec_format,
    prep_vectors,
    pseudorandom_weak_vector,
)

__all__ = [
    "CompatVocab",
    "Doc2VecKeyedVectors",
    "EuclideanKeyedVectors",
    "KeyedVectors",
    "Vocab",
    "Word2VecKeyedVectors",
    "load_word2vec_format",
    "prep_vectors",
    "pseudorandom_weak_vector",
]

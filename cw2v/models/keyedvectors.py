"""``gensim.models.keyedvectors``' names."""

from cw2v.keyedvectors import KeyedVectors

__all__ = ["EuclideanKeyedVectors", "KeyedVectors", "Word2VecKeyedVectors", "load_word2vec_format"]

Word2VecKeyedVectors = EuclideanKeyedVectors = KeyedVectors
load_word2vec_format = KeyedVectors.load_word2vec_format

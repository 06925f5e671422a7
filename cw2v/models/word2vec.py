"""``gensim.models.word2vec``'s names."""

from cw2v.corpus import BrownCorpus, LineSentence, PathLineSentences, Text8Corpus
from cw2v.keyedvectors import KeyedVectors
from cw2v.parameters import MAX_WORDS_IN_BATCH
from cw2v.word2vec import Word2Vec

__all__ = [
    "FAST_VERSION",
    "MAX_WORDS_IN_BATCH",
    "BrownCorpus",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Text8Corpus",
    "Word2Vec",
]

FAST_VERSION = 1  # callers warn about slow training below 1

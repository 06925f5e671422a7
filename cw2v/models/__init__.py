"""Names that gensim's callers import: ``from gensim.models import ...`` becomes ``from cw2v.models import ...``."""

from cw2v.keyedvectors import KeyedVectors
from cw2v.models import callbacks, keyedvectors, phrases, word2vec
from cw2v.phrases import FrozenPhrases, Phraser, Phrases
from cw2v.word2vec import Word2Vec

__all__ = [
    "FrozenPhrases",
    "KeyedVectors",
    "Phraser",
    "Phrases",
    "Word2Vec",
    "callbacks",
    "keyedvectors",
    "phrases",
    "word2vec",
]

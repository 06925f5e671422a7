"""cw2v: word2vec for Python.

>>> from cw2v import Word2Vec
>>> model = Word2Vec([["hello", "world"]] * 10, sg=1, min_count=1, workers=1)
>>> len(model.wv)
2
"""

from cw2v._core import simd, simd_available
from cw2v.callbacks import CallbackAny2Vec, EarlyStopping
from cw2v.cooccurrence import Cooccurrence, CooccurrenceSVD
from cw2v.corpus import BrownCorpus, LineSentence, PathLineSentences, ReutersCorpus, Text8Corpus, Walks
from cw2v.errors import Cw2vError, StopTraining
from cw2v.evaluate import stability
from cw2v.io.vocabulary_text import load as load_vocab
from cw2v.keyedvectors import KeyedVectors
from cw2v.phrases import ENGLISH_CONNECTOR_WORDS, FrozenPhrases, Phraser, Phrases
from cw2v.selection import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP
from cw2v.word2vec import Word2Vec

__version__ = "0.1.0"

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "RULE_DEFAULT",
    "RULE_DISCARD",
    "RULE_KEEP",
    "BrownCorpus",
    "CallbackAny2Vec",
    "Cooccurrence",
    "CooccurrenceSVD",
    "Cw2vError",
    "EarlyStopping",
    "FrozenPhrases",
    "KeyedVectors",
    "LineSentence",
    "PathLineSentences",
    "Phraser",
    "Phrases",
    "ReutersCorpus",
    "StopTraining",
    "Text8Corpus",
    "Walks",
    "Word2Vec",
    "__version__",
    "load_vocab",
    "simd",
    "simd_available",
    "stability",
]

"""Phrases: words that stand together more often than chance has it, found and joined.

>>> phrases = Phrases([["new", "york", "is", "big"], ["new", "york", "is", "far"]], min_count=1, threshold=1)
>>> phrases[["new", "york", "is", "far"]]
['new_york', 'is', 'far']
"""

from cw2v.phrases.frozen import FrozenPhrases, Phraser
from cw2v.phrases.joining import JoinedCorpus
from cw2v.phrases.model import Phrases
from cw2v.phrases.scorers import ENGLISH_CONNECTOR_WORDS, npmi_scorer, original_scorer, word2phrase_scorer

__all__ = [
    "ENGLISH_CONNECTOR_WORDS",
    "FrozenPhrases",
    "JoinedCorpus",
    "Phraser",
    "Phrases",
    "npmi_scorer",
    "original_scorer",
    "word2phrase_scorer",
]

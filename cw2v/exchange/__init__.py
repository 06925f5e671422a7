"""Vectors for other programs, and from them: files by their suffix, and objects of other libraries.

Each library is imported when it is asked for. Files are written whole or not at all, and what a format cannot hold is
refused before the file is opened. ``docs/formats.md`` says what each holds.
"""

from cw2v.exchange.files import SUFFIXES, check_save, load, save
from cw2v.exchange.libraries import from_pandas, from_spacy, from_torch, to_pandas, to_spacy, to_torch

__all__ = ["SUFFIXES", "check_save", "from_pandas", "from_spacy", "from_torch", "load", "save", "to_pandas", "to_spacy",
           "to_torch"]

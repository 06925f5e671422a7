"""Small helpers around text, with gensim's names: words of a document, letters without accents, a corpus as a file.

>>> simple_preprocess("The Cat, 2 cafés & the O.K. corral!", deacc=True)
['the', 'cat', 'cafes', 'the', 'corral']
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from cw2v.errors import CorpusDecodeError, CorpusError, CorpusTypeError, ParameterError
from cw2v.io.atomic import atomic_write
from cw2v.selection import RULE_DEFAULT, RULE_DISCARD, RULE_KEEP

__all__ = ["RULE_DEFAULT", "RULE_DISCARD", "RULE_KEEP", "deaccent", "save_as_line_sentence", "simple_preprocess",
           "tokenize"]  # fmt: skip

_LETTERS = re.compile(r"[^\W\d]+")  # letters and underscores, of every script


def _text(value: Any, name: str, encoding: str, errors: str) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, (bytes, bytearray)):
        raise CorpusTypeError(f"{name} must be a str or bytes, got {value!r:.60} of type {type(value).__name__}")
    try:
        return value.decode(encoding, errors)
    except UnicodeDecodeError as error:
        message = f"{name}: byte {error.start} is not {encoding} ({error.reason}); errors='ignore' leaves it out"
        raise CorpusDecodeError(message, bytes(value), error.start, error.end, encoding) from None
    except LookupError as error:
        raise ParameterError(f"encoding or errors of {name}: {error}") from None


def deaccent(text: str | bytes) -> str:
    """Letters without their accents: "é" becomes "e".

    The text is decomposed (Unicode NFD), its non-spacing marks are left out, and what remains is composed (NFC).
    Signs that have no decomposition stay: "ø", "ß".

    Parameters
    ----------
    text : str or bytes
        Bytes are UTF-8.

    Returns
    -------
    str

    Raises
    ------
    CorpusTypeError, CorpusDecodeError
        `text` is neither, or is not UTF-8.

    Examples
    --------
    >>> deaccent("Šéf chomutovských komunistů")
    'Sef chomutovskych komunistu'
    """
    decomposed = unicodedata.normalize("NFD", _text(text, "text", "utf-8", "strict"))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))


def tokenize(
    text: str | bytes,
    lowercase: bool = False,
    deacc: bool = False,
    encoding: str = "utf8",
    errors: str = "strict",
    to_lower: bool = False,
    lower: bool = False,
) -> Iterator[str]:
    """The words of a text: the longest runs of letters and underscores. Digits and punctuation part words.

    Parameters
    ----------
    text : str or bytes
    lowercase, to_lower, lower : bool, default False
        Lower-case the text first. Three names of one thing, as in gensim.
    deacc : bool, default False
        Then leave out accents, see :func:`deaccent`.
    encoding, errors : str, default "utf8", "strict"
        Of bytes.

    Returns
    -------
    iterator of str

    Raises
    ------
    CorpusTypeError, CorpusDecodeError, ParameterError
        `text` is neither str nor bytes, is not text in `encoding`, or that is unknown.

    Examples
    --------
    >>> list(tokenize("Nic nemůže letět rychlostí 300 km za sekundu!", deacc=True))
    ['Nic', 'nemuze', 'letet', 'rychlosti', 'km', 'za', 'sekundu']
    """
    text = _text(text, "text", encoding, errors)
    if lowercase or to_lower or lower:
        text = text.lower()
    if deacc:
        text = deaccent(text)
    return (match.group() for match in _LETTERS.finditer(text))


def simple_preprocess(doc: str | bytes, deacc: bool = False, min_len: int = 2, max_len: int = 15) -> list[str]:
    """The words of a document: lower-cased, neither too short nor too long, none that begins with an underscore.

    Parameters
    ----------
    doc : str or bytes
        Bytes are UTF-8, and what is not is left out, as in gensim; decode them yourself to be told.
    deacc : bool, default False
        Leave out accents, see :func:`deaccent`.
    min_len, max_len : int, default 2 and 15
        Least and most characters of a word that is kept.

    Returns
    -------
    list of str

    Raises
    ------
    CorpusTypeError
        `doc` is neither str nor bytes: None, a missing value, a list.

    Examples
    --------
    >>> simple_preprocess("A cat sat on the well-known mat in 1999.")
    ['cat', 'sat', 'on', 'the', 'well', 'known', 'mat', 'in']
    """
    words = tokenize(_text(doc, "doc", "utf-8", "ignore"), lower=True, deacc=deacc)
    return [word for word in words if min_len <= len(word) <= max_len and not word.startswith("_")]


def save_as_line_sentence(corpus: Iterable[Iterable[str]], filename: str | os.PathLike[str]) -> None:
    """Write token lists as UTF-8 text, a sentence a line, for `LineSentence` and `corpus_file`.

    Parameters
    ----------
    corpus : iterable of token lists
        Read once. An empty sentence becomes an empty line.
    filename : path
        Written whole or not at all.

    Raises
    ------
    CorpusTypeError
        The corpus, a sentence or a token is not what it should be; a token that is no str.
    CorpusError
        A token is empty, has white space in it (reading would give other tokens), or has half a surrogate pair.
    OSError
        The file cannot be written.

    Examples
    --------
    >>> save_as_line_sentence([["the", "cat"], ["the", "dog"]], "corpus.txt")
    >>> open("corpus.txt").read()
    'the cat\\nthe dog\\n'
    """
    if isinstance(corpus, (str, bytes, os.PathLike)) or not isinstance(corpus, Iterable):
        raise CorpusTypeError(f"corpus must be an iterable of token lists, got {type(corpus).__name__}")
    with atomic_write(filename, "w") as file:
        for number, sentence in enumerate(corpus):
            file.write(_line(sentence, number))


def _line(sentence: Iterable[str], number: int) -> str:
    if isinstance(sentence, (str, bytes)):
        raise CorpusTypeError(f"sentence {number} is a {type(sentence).__name__}, not a list of tokens; split it first")
    if not isinstance(sentence, Iterable):
        raise CorpusTypeError(f"sentence {number} must be a list of tokens, got {sentence!r:.60}")
    tokens = list(sentence)
    for place, token in enumerate(tokens):
        if not isinstance(token, str):
            raise CorpusTypeError(f"token {place} of sentence {number} must be a str, got {token!r:.60}")
    line = " ".join(tokens)
    if line.split() != tokens:
        place, token = next((p, t) for p, t in enumerate(tokens) if t.split() != [t])
        raise CorpusError(f"token {place} of sentence {number} is {token!a:.60}: empty, or with white space in it, so "
                          "that it would be read as other tokens")  # fmt: skip
    try:
        line.encode()
    except UnicodeEncodeError as error:
        raise CorpusError(f"sentence {number} has {error.object[error.start]!a}, which UTF-8 cannot write") from None
    return line + "\n"

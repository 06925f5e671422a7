"""Phrases and their scores without the counts that they come from."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from cw2v._phrases import TokenJoiner
from cw2v.errors import FileFormatError, ParameterError
from cw2v.io.keys import pack_keys, unpack_keys
from cw2v.phrases import files
from cw2v.phrases.joining import Find, Lookup, PhraseJoiner, Scored
from cw2v.phrases.pairs import Heads, key_of
from cw2v.phrases.scorers import Scorer

__all__ = ["FrozenPhrases", "Phraser"]

Path = str | os.PathLike[str]


class PhraseScores(dict[str, float]):
    """A dictionary that counts its changes, so that what was made of it is made again only then."""

    version = 0


def _noting(name: str) -> Callable[..., Any]:
    change = getattr(dict, name)

    def method(self: PhraseScores, *args: Any, **kwargs: Any) -> Any:
        self.version += 1
        return change(self, *args, **kwargs)

    return method


for _name in ("__setitem__", "__delitem__", "__ior__", "clear", "pop", "popitem", "setdefault", "update"):
    setattr(PhraseScores, _name, _noting(_name))


class FrozenPhrases(PhraseJoiner):
    """The phrases of a :class:`Phrases` and their scores, without its counts.

    Parameters
    ----------
    phrases_model : Phrases or FrozenPhrases

    Attributes
    ----------
    phrasegrams : dict of str to float
        Score of each phrase; yours to add to and take from.
    threshold, min_count, delimiter, scoring, connector_words
        As in `phrases_model`. A phrase needs a score above `threshold`.

    Raises
    ------
    ParameterError
        `phrases_model` is neither.

    Examples
    --------
    >>> from cw2v.phrases import Phrases
    >>> phrases = Phrases([["new", "york", "is", "big"]] * 2, min_count=1, threshold=0.1)
    >>> frozen = phrases.freeze()
    >>> del frozen.phrasegrams["is_big"]
    >>> frozen[["new", "york", "is", "big"]]
    ['new_york', 'is', 'big']
    """

    def __init__(self, phrases_model: PhraseJoiner) -> None:
        if not isinstance(phrases_model, PhraseJoiner):
            raise ParameterError(f"phrases_model must be Phrases or FrozenPhrases, got {phrases_model!r}")
        self.scoring = phrases_model.scoring
        self.min_count, self.threshold = phrases_model.min_count, phrases_model.threshold
        self.delimiter, self.connector_words = phrases_model.delimiter, phrases_model.connector_words
        self.phrasegrams = phrases_model.export_phrases()

    @property
    def phrasegrams(self) -> dict[str, float]:
        """Score of each phrase."""
        return self._scores

    @phrasegrams.setter
    def phrasegrams(self, scores: Mapping[str, float]) -> None:
        self._scores = PhraseScores(scores)
        self._made = None

    def __str__(self) -> str:
        return (f"{type(self).__name__}<{len(self.phrasegrams)} phrases, min_count={self.min_count}, "
                f"threshold={self.threshold}>")  # fmt: skip

    def _lookup(self) -> Lookup:
        settings = self._scores.version, self.threshold, self.delimiter, self.connector_words
        if self._made is None or self._made[0] != settings:
            find = self._find()
            self._made = settings, Lookup(find, self._joiner(find))
        return self._made[1]

    def _joiner(self, find: Find) -> TokenJoiner:
        return TokenJoiner(self._seconds(), self._ends(), self.connector_words, find)

    def _find(self) -> Find:
        join, score_of, threshold = self.delimiter.join, self.phrasegrams.get, self.threshold

        def find(words: tuple[str, ...]) -> Scored | None:
            text = join(words)
            score = score_of(text)
            return None if score is None or not score > threshold else (text, score)

        return find

    def _splits(self) -> Iterator[tuple[str, str, int]]:
        # A text does not say where its first word ends: every place with a delimiter may be it.
        size = len(self.delimiter)
        for text, score in self.phrasegrams.items():
            place = text.find(self.delimiter) if score > self.threshold else -1
            while place >= 0:
                yield text, text[:place], place + size
                place = text.find(self.delimiter, place + 1)

    def _seconds(self) -> dict[str, dict[str, str]]:
        seconds: dict[str, dict[str, str]] = {}
        for text, first, at in self._splits():
            seconds.setdefault(first, {})[text[at:]] = text
        return seconds

    def _connected(self, text: str, at: int) -> Iterator[tuple[str, int]]:
        """Connector words in a place of a text that a delimiter follows, and the places behind that."""
        end = text.find(self.delimiter, at)
        while end >= 0:
            if (word := text[at:end]) in self.connector_words:
                yield word, end + len(self.delimiter)
            end = text.find(self.delimiter, end + 1)

    def _ends(self) -> set[tuple[str, str]]:
        ends = set()
        for text, first, at in self._splits():
            reached, ways = {at}, [at]  # places that connector words lead to, each of them once
            while ways:
                on = {place for _, place in self._connected(text, ways.pop())} - reached
                ends |= {(first, text[place:]) for place in on}
                reached |= on
                ways += on
        return ends

    def _keys(self, index: Mapping[str, int], heads: Heads) -> Iterator[tuple[int, Scored]]:
        for text, first, at in self._splits():
            if first not in index or first in self.connector_words:
                continue
            ways = [(2 * index[first], at)]  # heads of the corpus that the text may begin with, and where they end
            while ways:
                head, at = ways.pop()
                last = text[at:]
                if last in index and last not in self.connector_words:
                    yield key_of(head, index[last]), (text, self.phrasegrams[text])
                for word, place in self._connected(text, at) if len(heads) else ():
                    if word in index and (longer := heads.find(head, index[word])) >= 0:
                        ways.append((longer, place))

    def export_phrases(self) -> dict[str, float]:
        """A copy of `phrasegrams`."""
        return dict(self.phrasegrams)

    def save(self, path: Path) -> None:
        """Save in cw2v's own format (:mod:`cw2v.io.native`), whole or not at all."""
        files.write(path, self, {**pack_keys(list(self.phrasegrams)),
                                 "scores": np.fromiter(self.phrasegrams.values(), np.float64)}, {})  # fmt: skip

    @classmethod
    def load(cls, path: Path, scoring: Scorer | None = None) -> Self:
        """Load what :meth:`save` saved. Reads numbers and text, and never runs code.

        Parameters
        ----------
        path : str or path
        scoring : callable, optional
            The scorer, if it is not one of cw2v's: it is only kept as an attribute.

        Raises
        ------
        FileFormatError
            Not such a file, or not the bytes that were written.
        WrongFileError
            A file of something else.
        """
        with files.reading(path, "FrozenPhrases", scoring) as (arrays, _, settings):
            self = cls.__new__(cls)
            vars(self).update(settings)
            texts, scores = unpack_keys(arrays), arrays["scores"]
            if scores.dtype != np.float64 or not all(isinstance(text, str) for text in texts):
                raise FileFormatError("phrases or scores have wrong types")
            self.phrasegrams = dict(zip(texts, scores.tolist(), strict=True))
        return self


Phraser = FrozenPhrases

"""Reading sentences and joining the phrases in them: what live and frozen phrases have in common."""

from __future__ import annotations

import contextlib
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from cw2v._phrases import TokenJoiner
from cw2v.corpus.texts import means_files
from cw2v.errors import CorpusError, CorpusTypeError
from cw2v.phrases.encoded import read, select
from cw2v.phrases.pairs import Heads
from cw2v.phrases.scorers import Scorer

__all__ = ["Find", "JoinedCorpus", "Lookup", "PhraseJoiner", "Scored", "highest"]

Scored = tuple[str, float]
Find = Callable[[tuple[str, ...]], Scored | None]


class Lookup(NamedTuple):
    """Phrases, to be asked for in the way that is soonest done.

    Attributes
    ----------
    find : callable
        From a candidate's words to (its text, its score), or None where it is no phrase.
    joiner : TokenJoiner
    """

    find: Find
    joiner: TokenJoiner


class JoinedCorpus:
    """The sentences of a corpus with their phrases joined, each time it is gone through.

    Parameters
    ----------
    joiner : PhraseJoiner
    corpus : iterable of sentences
        An iterator can be gone through once only.
    """

    def __init__(self, joiner: PhraseJoiner, corpus: Iterable[Any]) -> None:
        self._joiner, self._corpus, self._used = joiner, corpus, False

    def __iter__(self) -> Iterator[list[str]]:
        if isinstance(self._corpus, Iterator):
            if self._used:
                raise CorpusError("this corpus was made of an iterator, which was gone through before; "
                                  "pass a list or another iterable that begins anew each time")  # fmt: skip
            self._used = True
        lookup = self._joiner._lookup()
        for number, sentence in enumerate(self._corpus, 1):
            yield _join(sentence, number, lookup)

    def __len__(self) -> int:
        return len(self._corpus)  # type: ignore[arg-type]


class PhraseJoiner(ABC):
    """Joins the phrases of sentences. Made by :class:`Phrases` and :class:`FrozenPhrases`.

    A sentence is read from its beginning. Two words with nothing but connector words between them are tried; where
    they are a phrase, they and what is between become one token, and reading goes on behind it.
    """

    delimiter: str
    connector_words: frozenset[str]
    threshold: float
    min_count: float
    scoring: Scorer | None
    _made: tuple[tuple[Any, ...], Lookup] | None  # with the settings it was made of

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_made": None}  # made again where it is needed

    @abstractmethod
    def _lookup(self) -> Lookup:
        """The phrases as they are now: attributes may have been set since the last call."""

    @abstractmethod
    def _keys(self, index: Mapping[str, int], heads: Heads) -> Iterator[tuple[int, Scored]]:
        """The phrases that a corpus can have: candidates (see :mod:`cw2v.phrases.pairs`), texts and scores.

        Parameters
        ----------
        index : dict of str to int
            The corpus's words.
        heads : Heads
            Those of the corpus.
        """

    @abstractmethod
    def export_phrases(self) -> dict[str, float]:
        """Text and score of every phrase."""

    def score_candidate(self, word_a: str, word_b: str, in_between: Sequence[str]) -> tuple[str | None, float | None]:
        """(text, score) of a phrase, or (None, None) for words that are none.

        Parameters
        ----------
        word_a, word_b : str
            The first and the last word.
        in_between : sequence of str
            The connector words between them.
        """
        return self._lookup().find((word_a, *in_between, word_b)) or (None, None)

    def analyze_sentence(self, sentence: Iterable[str]) -> Iterator[tuple[str, float | None]]:
        """Join the phrases of one sentence.

        Parameters
        ----------
        sentence : iterable of str

        Yields
        ------
        (str, float or None)
            A phrase's text and its score, or a word and None.

        Raises
        ------
        CorpusTypeError
            `sentence` is a str, or a token is not.

        Examples
        --------
        >>> from cw2v.phrases import Phrases
        >>> phrases = Phrases([["new", "york"]] * 4 + [["new", "car"]], min_count=1, threshold=0.5)
        >>> list(phrases.analyze_sentence(["in", "new", "york"]))
        [('in', None), ('new_york', 0.75)]
        """
        return self._analyze(_open(sentence, "the sentence"), self._lookup().find)

    def _analyze(self, tokens: Iterator[Any], find: Find) -> Iterator[tuple[str, float | None]]:
        connectors = self.connector_words
        head: list[str] = []  # a word, and the connector words after it
        for token in tokens:
            if not isinstance(token, str):
                raise _no_token(token, "the sentence")
            if token in connectors:
                if head:
                    head.append(token)
                else:
                    yield token, None
                continue
            phrase = find((*head, token)) if head else None
            if phrase is not None:
                yield phrase
                head = []
            else:
                for word in head:
                    yield word, None
                head = [token]
        for word in head:
            yield word, None

    def __getitem__(self, sentence: Iterable[Any]) -> Any:
        """Join the phrases of a sentence, or of every sentence of a corpus.

        Parameters
        ----------
        sentence : iterable of str, or iterable of sentences
            What the first item is decides; an empty one is a sentence.

        Returns
        -------
        list of str, or JoinedCorpus
            A corpus is joined while it is gone through, as often as its source can be.

        Raises
        ------
        CorpusTypeError
            A str, bytes or something that cannot be iterated over.
        """
        if isinstance(sentence, JoinedCorpus):
            return JoinedCorpus(self, sentence)
        opened = _open(sentence, "what phrases[...] is given")
        first = list(itertools.islice(opened, 1))
        if isinstance(sentence, Iterator):  # its first item must not be lost
            sentence = itertools.chain(first, opened)
        if not first or isinstance(first[0], (str, bytes)) or not isinstance(first[0], Iterable):
            return _join(sentence, 0, self._lookup())
        return JoinedCorpus(self, sentence)

    def find_phrases(self, sentences: Iterable[Iterable[str]]) -> dict[str, float]:
        """The phrases in a corpus and their scores, in the order of their first appearance.

        Parameters
        ----------
        sentences : iterable of sentences

        Returns
        -------
        dict of str to float

        Raises
        ------
        CorpusTypeError, CorpusError
            See :func:`cw2v.corpus.scan`.
        """
        if isinstance(sentences, (list, tuple)) and not means_files(sentences):
            lookup, found = self._lookup(), dict[tuple[str, ...], None]()
            with contextlib.suppress(CorpusTypeError):  # reading says more about it
                for number, sentence in enumerate(sentences, 1):
                    _join(sentence, number, lookup, found)
                return highest(phrase for phrase in map(lookup.find, found) if phrase is not None)
        words, _, ids, offsets = read(sentences)
        _, _, rows, phrases = select(self, words, ids, offsets)
        return highest(phrases[row] for row in dict.fromkeys(rows.tolist()))


def _join(
    sentence: Any, number: int, lookup: Lookup, found: dict[tuple[str, ...], None] | None = None
) -> list[str]:
    """The texts that :meth:`PhraseJoiner._analyze` yields, sooner; `number` is 0 for a sentence by itself. The words of
    each phrase become a key of `found`."""
    tokens = sentence if type(sentence) is list else list(_open(sentence, _place(number)))
    try:
        return lookup.joiner.join(tokens, found)
    except TypeError:
        wrong = next(token for token in tokens if not isinstance(token, str))
        raise _no_token(wrong, _place(number)) from None


def _place(number: int) -> str:
    return f"sentence {number}" if number else "the sentence"


def highest(phrases: Iterable[Scored]) -> dict[str, float]:
    """Each text once: where words with delimiters in them make the same text, with the higher score."""
    found: dict[str, float] = {}
    for text, score in phrases:
        found[text] = max(score, found.get(text, score))
    return found


def _open(sentence: Any, place: str) -> Iterator[Any]:
    if isinstance(sentence, (str, bytes)):
        raise CorpusTypeError(f"{place} is the {type(sentence).__name__} {sentence[:40]!r}, not a list of tokens; "
                              "split it first, e.g. with .split()")  # fmt: skip
    try:
        return iter(sentence)
    except TypeError:
        raise CorpusTypeError(f"{place} must be a list of tokens, got {type(sentence).__name__}") from None


def _no_token(token: object, place: str) -> CorpusTypeError:
    return CorpusTypeError(f"{place} has the token {token!r} of type {type(token).__name__}; "
                           "phrases are joined of str tokens")  # fmt: skip

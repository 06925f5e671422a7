"""Which words of a corpus are kept: limits of count and number, rules, stop words, and the pseudo-words beside them.

>>> from cw2v.vocabulary import Keys
>>> build(Keys(["a", "the", "cat"]), np.array([1, 9, 5]), Rules(min_count=1, max_final_vocab=2)).vocabulary.index_to_key
['the', 'cat']
"""

from __future__ import annotations

import numbers
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import ParameterError, VocabularyError
from cw2v.vocabulary import Keys, Vocabulary, by_falling_count, nothing_left

__all__ = ["NULL_WORD", "RULE_DEFAULT", "RULE_DISCARD", "RULE_KEEP", "Rules", "Selected", "as_counts",
           "as_stop_words", "build", "extend", "report"]  # fmt: skip

RULE_DEFAULT = 0
RULE_DISCARD = 1
RULE_KEEP = 2
NULL_WORD = "\0"
_MOST_WORDS = 2**62  # of a corpus: their sums are int64

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Rules:
    """How words are chosen. They are applied in the order in which they stand here.

    Attributes
    ----------
    stop_words : tuple of hashable
        Left out, and not counted as `unk`.
    trim_rule : callable or None
        ``trim_rule(word, count, min_count)`` returns RULE_KEEP or RULE_DISCARD, or RULE_DEFAULT (or None) for what
        `min_count` says.
    max_vocab_size : int or None
        At most so many words of a corpus: those the rule keeps first, then by count, ties by first appearance.
    min_count : int
        Words seen less often are left out.
    max_final_vocab : int or None
        At most so many words in all, chosen likewise.
    null_word : int
        1: add NULL_WORD with count 1.
    unk : hashable or None
        Add this word, which stands for all that are left out by anything but `stop_words`, with their count.
    sorted_vocab : int
        1: words by falling count; 0: by first appearance.
    first_seen_first : bool
        Of equal counts the word seen first comes first, instead of last as in gensim.
    """

    stop_words: tuple[Hashable, ...] = ()
    trim_rule: Callable[..., Any] | None = None
    max_vocab_size: int | None = None
    min_count: int = 5
    max_final_vocab: int | None = None
    null_word: int = 0
    unk: Hashable | None = None
    sorted_vocab: int = 1
    first_seen_first: bool = False

    def __post_init__(self) -> None:
        if self.trim_rule is not None and not callable(self.trim_rule):
            raise ParameterError(f"trim_rule must be callable or None, got {self.trim_rule!r}")
        if not isinstance(self.unk, Hashable):
            raise ParameterError(f"unk must be a word or None, got {self.unk!r}")
        if self.unk is not None and (self.unk in self.stop_words or (self.null_word and self.unk == NULL_WORD)):
            raise ParameterError(f"unk={self.unk!r} is a stop word or the null word: it must be a word of its own")

    def pseudo_words(self) -> list[Hashable]:
        """The words that are added whatever the corpus is."""
        return [NULL_WORD] * self.null_word + ([] if self.unk is None else [self.unk])


class Selected(NamedTuple):
    """A vocabulary, and the count that a word needed to come into it."""

    vocabulary: Vocabulary
    effective_min_count: int


def as_stop_words(words: Iterable[Hashable]) -> tuple[Hashable, ...]:
    """The distinct stop words, in the order given.

    Raises
    ------
    ParameterError
        Not an iterable of words, or a str, which would be its letters.
    """
    if isinstance(words, str | bytes):
        raise ParameterError(f"stop_words must be a list or set of words, got the {type(words).__name__} {words!r:.60}")
    try:
        return tuple(dict.fromkeys(words))
    except TypeError as error:
        raise ParameterError(f"stop_words must be an iterable of words: {error}") from None


def as_counts(raw: Mapping[Any, Any]) -> NDArray[np.int64]:
    """The counts of a mapping of words, int64. Raises ParameterError where one is not an integer of at least 0."""
    counts = np.zeros(len(raw), np.int64)
    for row, (word, count) in enumerate(raw.items()):
        is_number = type(count) is int or (isinstance(count, numbers.Real) and not isinstance(count, bool))
        if not is_number or not 0 <= count < _MOST_WORDS or count != int(count):
            raise ParameterError(f"the count of {word!r} must be an integer of at least 0, got {count!r}")
        counts[row] = int(count)
    _check_sum(int(counts.astype(np.float64).sum()))
    return counts


def _check_sum(total: int) -> None:
    if total >= _MOST_WORDS:
        raise ParameterError(f"the counts must add up to less than 2^62, got {total:.4g}")


def build(keys: Keys, counts: Rows, rules: Rules) -> Selected:
    """Choose the words of a corpus.

    Parameters
    ----------
    keys : Keys
        Its distinct words in the order of their first appearance.
    counts : ndarray of int64, (len(keys),)
    rules : Rules

    Raises
    ------
    VocabularyError
        No word is left.
    ParameterError
        `trim_rule` returns something else than a rule.
    """
    added = rules.pseudo_words()
    places = _Places(keys, added, rules.stop_words)
    rows, least = _choose(keys, counts, rules, places.free)
    if not rows.size:
        raise VocabularyError(nothing_left(keys, counts, rules.min_count, others=_others(rules)))
    words, number = [*keys.take(rows), *added], np.concatenate([counts[rows], places.own_counts(counts, added)])
    if rules.unk is not None:
        number[words.index(rules.unk, len(rows))] += places.left_out(counts, rows)
    source = np.concatenate([rows, places.pseudo])
    # A pseudo-word that the corpus has not got counts as seen after all others.
    seen = np.where(source >= 0, source, len(keys) + np.arange(len(source)))
    order = np.argsort(seen)
    if rules.sorted_vocab:
        order = by_falling_count(number, -seen if rules.first_seen_first else seen)
    vocabulary = Vocabulary([words[i] for i in order.tolist()], number[order], int(counts.sum()))
    return Selected(_linked(vocabulary, keys, source[order], places, rules), least)


def extend(old: Vocabulary, keys: Keys, counts: Rows, rules: Rules) -> Selected:
    """Add the counts of another corpus, and its words behind those that are there, in the order of first appearance.

    No word that is there is dropped or moved. The rules choose among the new ones; `max_final_vocab` limits all words
    together, pseudo-words aside. Parameters and errors are those of :func:`build`, but that there may be no new word.
    """
    _check_sum(old.raw_words + int(counts.sum()))
    ids = np.fromiter((old.key_to_index.get(key, -1) for key in keys), np.int64, len(keys))
    known, pseudo = np.flatnonzero(ids >= 0), rules.pseudo_words()
    added = [word for word in pseudo if word not in old.key_to_index]
    if rules.max_final_vocab is not None:
        taken = len(old) - (len(pseudo) - len(added))
        rules = replace(rules, max_final_vocab=max(0, rules.max_final_vocab - taken))
    places = _Places(keys, added, rules.stop_words)
    places.free[known] = False
    rows, least = _choose(keys, counts, rules, places.free)
    number = np.concatenate([old.counts, counts[rows], places.own_counts(counts, added)])
    number[ids[known]] += counts[known]
    source = np.concatenate([np.full(len(old), -1), rows, places.pseudo])
    source[ids[known]] = known
    vocabulary = Vocabulary([*old.index_to_key, *keys.take(rows), *added], number, old.raw_words + int(counts.sum()))
    if rules.unk is not None:
        vocabulary.counts[vocabulary.key_to_index[rules.unk]] += places.left_out(counts, np.concatenate([known, rows]))
    return Selected(_linked(vocabulary, keys, source, places, rules), least)


def report(vocabulary: Vocabulary, keys: Keys, counts: Rows, sample: float) -> dict[str, int]:
    """What a vocabulary keeps of a corpus: gensim's report.

    Returns
    -------
    dict
        ``drop_unique`` and ``num_retained_words``: distinct words of the corpus that are left out and kept;
        ``retain_total``: tokens that are in the vocabulary, as themselves or as its `unk`; ``downsample_unique``: words
        that are sub-sampled; ``downsample_total``: tokens that are expected to be trained in an epoch.
    """
    ids = vocabulary.word_ids(keys)
    inside = ids >= 0
    tokens = np.bincount(ids[inside], weights=counts[inside], minlength=len(vocabulary))
    probability = vocabulary.keep_probability(sample)
    kept = sum(key in vocabulary.key_to_index for key in keys) if vocabulary.unk is not None else int(inside.sum())
    return {
        "drop_unique": len(keys) - kept,
        "retain_total": int(tokens.sum()),
        "downsample_unique": int(np.count_nonzero((probability < 1) & (tokens > 0))),
        "downsample_total": int((probability * tokens).sum()),
        "num_retained_words": kept,
    }


class _Places:
    """Where the pseudo-words and the stop words are among the keys.

    Attributes
    ----------
    pseudo : ndarray of int64
        Row of each pseudo-word, -1 where the corpus has not got it.
    stop : ndarray of int64
        Rows of the stop words that the corpus has.
    free : ndarray of bool, (len(keys),)
        The others, among which words are chosen.
    """

    def __init__(self, keys: Keys, pseudo: list[Hashable], stop_words: Collection[Hashable]) -> None:
        wanted = dict.fromkeys([*pseudo, *stop_words], -1)
        if wanted:  # the words of a file are only made when they are looked at
            wanted.update((key, row) for row, key in enumerate(keys) if key in wanted)
        self.pseudo = np.array([wanted[word] for word in pseudo], np.int64)
        self.stop = np.array([wanted[word] for word in stop_words if wanted[word] >= 0], np.int64)
        self.free = np.ones(len(keys), bool)
        self.free[self.pseudo[self.pseudo >= 0]] = self.free[self.stop] = False

    def own_counts(self, counts: Rows, pseudo: list[Hashable]) -> Rows:
        """Counts of the pseudo-words: the null word is there once at least, so that it can be drawn as noise."""
        least = [int(word == NULL_WORD) for word in pseudo]
        own = [counts[row] if row >= 0 else 0 for row in self.pseudo]
        return np.maximum(np.array(least, np.int64), np.array(own, np.int64))

    def left_out(self, counts: Rows, kept: Rows) -> int:
        """Occurrences of words that are neither kept, nor stop words, nor pseudo-words."""
        lost = self.free.copy()
        lost[kept] = False
        return int(counts[lost].sum())


def _linked(vocabulary: Vocabulary, keys: Keys, source: Rows, places: _Places, rules: Rules) -> Vocabulary:
    vocabulary.source_ids, vocabulary.source_stops, vocabulary.origin = source, places.stop, keys.origin
    vocabulary.unk, vocabulary.stop_words = rules.unk, rules.stop_words
    return vocabulary


def _choose(keys: Keys, counts: Rows, rules: Rules, free: NDArray[np.bool_]) -> tuple[Rows, int]:
    """Rows of the free keys that are kept, rising, and the count that it took."""
    enough, forced = counts >= rules.min_count, np.zeros(len(keys), bool)
    if rules.trim_rule is None:  # then rare words need no look: there are many, and they come last anyway
        rows = np.flatnonzero(free & enough)
    else:
        rows = np.flatnonzero(free)
        verdicts = _verdicts(rules.trim_rule, keys.take(rows), counts[rows], rules.min_count)
        forced[rows[verdicts == RULE_KEEP]] = True
        rows = rows[verdicts != RULE_DISCARD]
    rows = _first(rows, [-counts, ~forced], rules.max_vocab_size)
    rows = rows[forced[rows] | enough[rows]]
    kept = _first(rows, [-counts, ~forced], rules.max_final_vocab)
    if len(kept) == len(rows):
        return kept, rules.min_count
    dropped = counts[np.setdiff1d(rows, kept)].max()
    by_count = counts[kept[~forced[kept]]]
    least = min(int(by_count.min()), int(dropped) + 1) if by_count.size else int(dropped) + 1
    return kept, max(rules.min_count, least)


def _first(rows: Rows, keys: list[NDArray[Any]], limit: int | None) -> Rows:
    """The first `limit` of rising rows by the last of the keys, then the one before it, then the row; rising."""
    if limit is None or len(rows) <= limit:
        return rows
    order = np.lexsort((rows, *(key[rows] for key in keys)))
    return np.sort(rows[order[:limit]])


def _verdicts(rule: Callable[..., Any], words: list[Hashable], counts: Rows, min_count: int) -> NDArray[np.int64]:
    result = np.zeros(len(words), np.int64)
    for i, (word, count) in enumerate(zip(words, counts.tolist(), strict=True)):
        try:
            verdict = rule(word, count, min_count)
        except Exception as error:
            error.add_note(f"cw2v: raised by trim_rule({word!r}, {count}, {min_count})")
            raise
        is_rule = isinstance(verdict, numbers.Integral) and not isinstance(verdict, bool)
        if verdict is not None and not (is_rule and 0 <= verdict <= RULE_KEEP):
            raise ParameterError(f"trim_rule({word!r}, {count}, {min_count}) must return RULE_DEFAULT, RULE_DISCARD or "
                                 f"RULE_KEEP (0, 1, 2), got {verdict!r}")
        result[i] = verdict or RULE_DEFAULT
    return result


def _others(rules: Rules) -> str:
    """What else than `min_count` may have left words out."""
    names = ("stop_words", "trim_rule", "max_vocab_size", "max_final_vocab")
    return ", ".join(name for name in names if getattr(rules, name) not in (None, ()))

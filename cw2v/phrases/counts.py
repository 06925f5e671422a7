"""How often words and candidates were seen: arrays that grow with each corpus."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cw2v.errors import CorpusError, FileFormatError
from cw2v.io.keys import pack_keys, unpack_keys
from cw2v.phrases.pairs import Heads, count_candidates, pieces, sorted_items, tables_of

__all__ = ["Entries", "PhraseCounts"]

Ints = NDArray[np.int64]
LIMIT = 1 << 30
"""Words, and heads, that a key has room for."""


class Entries(NamedTuple):
    """What the scorers are given, for every candidate seen.

    Attributes
    ----------
    a, b, ab : ndarray of int64, (P,)
        Counts of the first word, the last word and the whole.
    n : int
        Different texts among words and candidates.
    """

    a: Ints
    b: Ints
    ab: Ints
    n: int


class PhraseCounts:
    """Counts of words and of candidates.

    Words and candidates are told apart by their text alone, as gensim does it: where a word has the delimiter in
    it, "new_york" the word and "new" + "york" the candidate are one entry with one count.

    Parameters
    ----------
    delimiter : str
    connector_words : frozenset of str

    Attributes
    ----------
    words : list of str
        Connector words among them, which have no counts.
    word_counts : ndarray of int64, (V,)
    keys, key_counts : ndarray of int64, (P,)
        Candidates, rising, and their counts; see :mod:`cw2v.phrases.pairs`.
    n_words : int
        Words of all corpora, connector words included.
    min_reduce : int
        Entries seen this often or less are dropped next, when there are too many.
    """

    def __init__(self, delimiter: str, connector_words: frozenset[str]) -> None:
        self.delimiter, self.connector_words = delimiter, connector_words
        self.words: list[str] = []
        self._index_made: dict[str, int] = {}
        self.word_counts = np.zeros(0, np.int64)
        self.heads = Heads()
        self.keys, self.key_counts = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.n_words, self.min_reduce = 0, 1

    def __len__(self) -> int:
        return int(np.count_nonzero(self.word_counts)) + len(self.keys)

    @property
    def _index(self) -> dict[str, int]:
        """Row of each word; made when it is asked for first."""
        if len(self._index_made) != len(self.words):
            self._index_made = dict(zip(self.words, range(len(self.words)), strict=True))
        return self._index_made

    # -- growing

    def add(
        self, words: list[str], counts: Ints, ids: NDArray[np.int32], offsets: Ints, max_size: int, workers: int = 1
    ) -> None:
        """Count a corpus.

        Parameters
        ----------
        words : list of str, (v,)
            Its different words.
        counts : ndarray of int64, (v,)
        ids : ndarray of int32, (N,)
            Rows of `words`.
        offsets : ndarray of int64, (S + 1,)
        max_size : int
            Entries to keep: above that the rarest candidates are dropped after each 4 million words, and at the end
            also the rarest words.
        workers : int
            Threads; changes no result.
        """
        if len(self.words) + len(words) > LIMIT:
            raise CorpusError(f"phrases of more than {LIMIT} different words cannot be counted")
        before = self.word_counts, self.keys, self.key_counts, self.n_words, self.min_reduce
        try:
            self._add(words, counts, ids, offsets, max_size, workers)
        except BaseException:  # Ctrl-C, or no memory: all as it was, but for words that were never seen
            self.word_counts, self.keys, self.key_counts, self.n_words, self.min_reduce = before
            self.word_counts = np.pad(self.word_counts, (0, len(self.words) - len(self.word_counts)))
            raise
        if len(self) > max_size:
            self._reduce(max_size, True)
            self._compact()

    def _add(
        self, words: list[str], counts: Ints, ids: NDArray[np.int32], offsets: Ints, max_size: int, workers: int
    ) -> None:
        rows = self._rows(words)
        if not np.array_equal(rows, np.arange(len(rows))):
            ids = rows.astype(np.int32)[ids]
        is_connector = self.are_connectors()
        seen = np.pad(self.word_counts, (0, len(self.words) - len(self.word_counts)))
        seen[rows] += np.where(is_connector[rows], 0, counts)
        self.word_counts = seen
        self.n_words += len(ids)
        self._count(ids, offsets, is_connector, max_size, workers)

    def _count(
        self, ids: NDArray[np.int32], offsets: Ints, is_connector: NDArray[np.bool_], max_size: int, workers: int
    ) -> None:
        tables = tables_of(self.keys, self.key_counts, workers)
        n_words = int(np.count_nonzero(self.word_counts))
        for n, piece in enumerate(pieces(ids, offsets, is_connector, self.heads)):
            if n and n_words + sum(map(len, tables)) > max_size:
                self.keys, self.key_counts = sorted_items(tables)
                self._reduce(max_size, False)
                tables = tables_of(self.keys, self.key_counts, workers)
            count_candidates(tables, *piece)
        self.keys, self.key_counts = sorted_items(tables)

    def are_connectors(self) -> NDArray[np.bool_]:
        """Which words are connector words, bool (V,)."""
        if not self.connector_words:
            return np.zeros(len(self.words), bool)
        return np.fromiter(map(self.connector_words.__contains__, self.words), bool, len(self.words))

    def _rows(self, words: list[str]) -> Ints:
        if not self.words:
            self.words = list(words)
            return np.arange(len(words))
        index = self._index
        new = [word for word in words if word not in index]
        index.update(zip(new, range(len(self.words), len(self.words) + len(new)), strict=True))
        self.words.extend(new)
        return np.fromiter(map(index.__getitem__, words), np.int64, len(words))

    # -- shrinking

    def _reduce(self, max_size: int, words_too: bool) -> None:
        while len(self) > max_size and (len(self.keys) or words_too):
            kept = self.key_counts > self.min_reduce
            self.keys, self.key_counts = self.keys[kept], self.key_counts[kept]
            if words_too:
                self.word_counts = np.where(self.word_counts > self.min_reduce, self.word_counts, 0)
            self.min_reduce += 1

    def _compact(self) -> None:
        """Forget the heads that no candidate begins with, and the words that are nowhere."""
        packed = self.heads.packed()
        heads, last = self.keys >> 32, self.keys & 0xFFFFFFFF
        head_used = np.zeros(len(packed), bool)
        found = heads[heads & 1 == 1] >> 1
        while len(found):
            head_used[found] = True
            above = packed[found] >> 32
            found = above[above & 1 == 1] >> 1
        used = self.word_counts > 0
        above, within = packed[head_used] >> 32, packed[head_used] & 0xFFFFFFFF
        for rows in (last, heads[heads & 1 == 0] >> 1, within, above[above & 1 == 0] >> 1):
            used[rows] = True
        row, head_row = np.cumsum(used) - 1, np.cumsum(head_used) - 1

        self.words = [word for word, is_used in zip(self.words, used.tolist(), strict=True) if is_used]
        self._index_made = {}
        self.word_counts = self.word_counts[used]
        self.heads = Heads((_moved(above, row, head_row) << 32) | row[within])
        keys = (_moved(heads, row, head_row) << 32) | row[last]
        order = np.argsort(keys, kind="stable")
        self.keys, self.key_counts = keys[order], self.key_counts[order]

    # -- asking

    def texts(self, rows: Ints) -> list[tuple[str, ...]]:
        """The words of the candidates in some rows of `keys`, int64 (n,)."""
        words_of, words = self.heads.reader(), self.words
        return [(*(words[word] for word in words_of(key >> 32)), words[key & 0xFFFFFFFF])
                for key in self.keys[rows].tolist()]  # fmt: skip

    def vocab(self) -> dict[str, int]:
        """Text and count of every entry."""
        counts = {word: n for word, n in zip(self.words, self.word_counts.tolist(), strict=True) if n}
        for words, n in zip(self.texts(np.arange(len(self.keys))), self.key_counts.tolist(), strict=True):
            text = self.delimiter.join(words)
            counts[text] = counts.get(text, 0) + n
        return counts

    def entries(self) -> Entries:
        """The counts that candidates are scored by."""
        heads, last = self.keys >> 32, self.keys & 0xFFFFFFFF
        word_counts, ab, n = self.word_counts, self.key_counts, len(self)
        first = heads >> 1
        longer = np.flatnonzero(heads & 1)
        first[longer] = self.heads.first_words()[first[longer]]
        # Texts can only meet where a word has something of the delimiter in it.
        odd = np.zeros(len(self.words), bool)
        for mark in set(self.delimiter):
            odd |= np.array([mark in word for word in self.words], bool)
        if odd.any():
            word_counts, ab, n = self._meeting(odd, heads, last)
        return Entries(word_counts[first], word_counts[last], ab, n)

    def _meeting(self, odd: NDArray[np.bool_], heads: Ints, last: Ints) -> tuple[Ints, Ints, int]:
        """Counts of words and candidates, where those of one text are added up, and the number of texts."""
        odd_heads = self.heads.any_of(odd)
        is_odd = odd[last]
        plain = heads & 1 == 0
        is_odd[plain] |= odd[heads[plain] >> 1]
        is_odd[~plain] |= odd_heads[heads[~plain] >> 1]
        rows, odd_words = np.flatnonzero(is_odd), np.flatnonzero(odd & (self.word_counts > 0))
        texts = [self.delimiter.join(words) for words in self.texts(rows)]
        total = {self.words[word]: int(self.word_counts[word]) for word in odd_words.tolist()}
        for text, count in zip(texts, self.key_counts[rows].tolist(), strict=True):
            total[text] = total.get(text, 0) + count
        # A candidate of ordinary words may have the text of one of these.
        plain_rows = {text: self._row_of(text.split(self.delimiter)) for text in total}
        met = {text: row for text, row in plain_rows.items() if row >= 0 and not is_odd[row]}
        ab, word_counts = self.key_counts.copy(), self.word_counts.copy()
        for text, row in met.items():
            total[text] += int(ab[row])
            ab[row] = total[text]
        ab[rows] = [total[text] for text in texts]
        word_counts[odd_words] = [total[self.words[word]] for word in odd_words.tolist()]
        return word_counts, ab, len(self) - (len(odd_words) + len(rows) - len(total)) - len(met)

    def _row_of(self, words: list[str]) -> int:
        """Row of `keys` of a candidate, or -1."""
        ids = [self._index.get(word, -1) for word in words]
        if len(ids) < 2 or min(ids) < 0:
            return -1
        key = self.heads.key(ids)
        row = int(np.searchsorted(self.keys, key))
        return row if row < len(self.keys) and self.keys[row] == key else -1

    # -- files

    def to_sections(self) -> dict[str, NDArray[Any]]:
        """Everything but the settings, as arrays."""
        return {**pack_keys(self.words), "word_counts": self.word_counts, "heads": self.heads.packed(),
                "keys": self.keys, "key_counts": self.key_counts}  # fmt: skip

    def from_sections(self, arrays: dict[str, NDArray[Any]]) -> None:
        """Take what :meth:`to_sections` returned.

        Raises
        ------
        FileFormatError
            The arrays contradict each other.
        KeyError
            One is missing.
        """
        words = unpack_keys(arrays)
        counts, heads, keys, key_counts = (arrays[name] for name in ("word_counts", "heads", "keys", "key_counts"))
        n, n_heads = len(words), len(heads)
        integers = all(array.ndim == 1 and array.dtype == np.int64 for array in (counts, heads, keys, key_counts))
        if not integers or counts.shape != (n,) or key_counts.shape != keys.shape or (counts < 0).any():
            raise FileFormatError("counts and words differ in length or have wrong types")
        if len(set(words)) < n or not all(isinstance(word, str) for word in words):
            raise FileFormatError("a word stands twice, or is none")
        # Every head is a word or a head before this one; every last word is there.
        for packed, rows in ((heads, np.arange(n_heads)), (keys, np.full(len(keys), n_heads))):
            above = packed >> 32
            limit = np.where(above & 1, rows, n)
            if (packed < 0).any() or (above >> 1 >= limit).any() or (packed & 0xFFFFFFFF >= n).any():
                raise FileFormatError("a candidate names a word that is not there")
        if (np.diff(keys) <= 0).any() or len(np.unique(heads)) < n_heads or (key_counts <= 0).any():
            raise FileFormatError("candidates stand twice, are out of order or were never seen")
        self.words, self._index_made = words, {}
        self.word_counts, self.heads, self.keys, self.key_counts = counts, Heads(heads), keys, key_counts


def _moved(heads: Ints, rows: Ints, head_rows: Ints) -> Ints:
    """Heads after words and heads got other numbers."""
    moved = np.empty_like(heads)
    longer = heads & 1 == 1
    moved[longer] = 2 * head_rows[heads[longer] >> 1] + 1
    moved[~longer] = 2 * rows[heads[~longer] >> 1]
    return moved

# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Candidates and phrases: thin calls into csrc/phrases, and the loop that joins lists of tokens.

Tables grow here: C says that one is full, and is called again with a larger one.
"""
from cpython.object cimport PyObject

import numpy as np

from cw2v.errors import check_status

cdef extern from "Python.h":
    # A borrowed reference, without Cython's look at the error after each call: NULL is looked at instead.
    PyObject *PyDict_GetItemWithError(dict d, object key)
    PyObject *PyList_GetItem(list items, Py_ssize_t place)  # borrowed

cdef extern from *:
    void __builtin_prefetch(const void *address) nogil

cdef enum:
    _AHEAD = 8  # tokens of a list

_FIRST_PAIRS = 1 << 10


class TooManyHeads(Exception):
    """There are more heads with connector words than int32 can number."""


cdef class PairTable:
    """From 64-bit keys to integers that are not 0.

    Parameters
    ----------
    part, n_parts : int, default 0 and 1
        Of the keys that it is given it takes only those whose hash falls to this part, so that each of several
        threads can count the same corpus with a table of its own.
    """

    cdef cw2v_pair_table table
    cdef cw2v_part part
    cdef int64_t[:, ::1] slots
    cdef object slots_array

    def __init__(self, uint32_t part=0, uint32_t n_parts=1):
        if part >= n_parts:
            raise ValueError("part must be below n_parts")
        self.part.part, self.part.n_parts = part, n_parts
        self._set_size(_FIRST_PAIRS)

    def __len__(self):
        return self.table.n_pairs

    cdef _set_size(self, int64_t max_pairs):
        # Moves to a table for so many pairs: at most 3/4 of its slots are filled.
        cdef cw2v_pair_table table
        array = np.zeros((1 << (4 * max_pairs // 3 - 1).bit_length(), 2), np.int64)
        cdef int64_t[:, ::1] slots = array
        table.slots, table.mask = <cw2v_pair *>&slots[0, 0], slots.shape[0] - 1
        table.n_pairs, table.max_pairs = 0, slots.shape[0] * 3 // 4
        if self.slots_array is not None:
            with nogil:
                cw2v_move_pairs(&self.table, &table)
        self.table, self.slots, self.slots_array = table, slots, array

    def items(self):
        """Keys and values, two of int64 (n,), in no order."""
        array = np.empty((2, self.table.n_pairs + 1), np.int64)
        cdef int64_t[:, ::1] out = array
        with nogil:
            cw2v_list_pairs(&self.table, &out[0, 0], &out[1, 0])
        return array[0, :-1], array[1, :-1]

    def count(self, const int32_t[::1] heads not None, const int32_t[::1] ids not None):
        """Add 1 for each pair (heads[i], ids[i]) with heads[i] >= 0; both int32 (n,)."""
        cdef int64_t position = 0, n = ids.shape[0]
        cdef int status
        if heads.shape[0] != n:
            raise ValueError("heads and ids must be equally long")
        while n:
            with nogil:
                status = cw2v_count_pairs(&self.table, self.part, &heads[0], &ids[0], n, &position)
            if status == CW2V_OK:
                break
            self._grow(status)

    def add(self, const int64_t[::1] keys not None, const int64_t[::1] values not None):
        """Add values[i], above 0, to that of keys[i]; both int64 (n,)."""
        cdef int64_t position = 0, n = keys.shape[0]
        cdef int status
        if values.shape[0] != n:
            raise ValueError("keys and values must be equally long")
        if n and np.min(values) < 1:
            raise ValueError("values must be above 0")
        while n:
            with nogil:
                status = cw2v_add_pairs(&self.table, self.part, &keys[0], &values[0], n, &position)
            if status == CW2V_OK:
                break
            self._grow(status)

    cdef _grow(self, int status):
        if status != CW2V_EFULL:
            check_status(status, "filling a table of pairs")
        self._set_size(2 * self.table.max_pairs)


cdef class HeadTable:
    """The heads that have connector words, as a tree: each is a shorter head and one word.

    Parameters
    ----------
    packed : ndarray of int64, (H,), optional
        ``parent << 32 | word`` of each, all different; a parent stands before its children.
    """

    cdef cw2v_heads tree
    cdef PairTable numbers
    cdef int64_t[::1] packed_view
    cdef object packed_array

    def __init__(self, packed=None):
        self.numbers = PairTable()
        given = np.zeros(0, np.int64) if packed is None else np.ascontiguousarray(packed, np.int64)
        self.numbers.add(given, np.arange(1, len(given) + 1))
        if len(self.numbers) != len(given):
            raise ValueError("heads must be different")
        self._set_packed(given)

    cdef _set_packed(self, filled):
        # Makes room for as many as the table has.
        self.tree.numbers = self.numbers.table
        self.packed_array = np.empty(self.tree.numbers.max_pairs, np.int64)
        self.packed_array[:len(filled)] = filled
        self.packed_view = self.packed_array
        self.tree.packed = &self.packed_view[0]

    def __len__(self):
        return self.tree.numbers.n_pairs

    def __reduce__(self):
        return type(self), (self.packed(),)

    def packed(self):
        """``parent << 32 | word`` of each head, int64 (H,)."""
        return self.packed_array[:self.tree.numbers.n_pairs].copy()

    def find(self, int32_t head, int32_t word):
        """The head that is `head` and one more word, or -1."""
        return cw2v_find_head(&self.tree, head, word)

    cdef _grow(self):
        filled = self.packed()
        if len(filled) >= CW2V_MAX_HEADS:
            raise TooManyHeads()
        self.numbers.table = self.tree.numbers
        self.numbers._set_size(2 * self.tree.numbers.max_pairs)
        self._set_packed(filled)


def _check_corpus(ids, offsets, n_words):
    if len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != len(ids) or np.any(np.diff(offsets) < 0):
        raise ValueError("offsets must rise from 0 to the number of tokens")
    if len(ids) and (np.min(ids) < 0 or np.max(ids) >= n_words):
        raise ValueError("ids must be at least 0 and below the number of words")


cdef class HeadReader:
    """Reads the candidates of a corpus, piece by piece from its beginning.

    Parameters
    ----------
    ids : ndarray of int32, (N,)
        Below V, which is at most 2**30.
    offsets : ndarray of int64, (S + 1,)
    is_connector : ndarray of bool, (V,)
    tree : HeadTable
        Gets the heads that are new.
    """

    cdef cw2v_reader reader
    cdef HeadTable tree
    cdef int64_t n_ids
    cdef object _alive

    def __init__(self, const int32_t[::1] ids not None, const int64_t[::1] offsets not None, is_connector,
                 HeadTable tree not None):
        cdef const uint8_t[::1] connectors = np.ascontiguousarray(is_connector, np.bool_).view(np.uint8)
        cdef Py_ssize_t n = ids.shape[0], v = connectors.shape[0]
        _check_corpus(np.asarray(ids), np.asarray(offsets), v)
        if v > CW2V_MAX_HEADS:
            raise ValueError("there must be at most 2**30 words")
        self._alive, self.tree, self.n_ids = (ids, offsets, connectors), tree, n
        self.reader.ids = &ids[0] if n else NULL
        self.reader.offsets = &offsets[0]
        self.reader.is_connector = &connectors[0] if np.any(connectors) else NULL
        self.reader.position = self.reader.sentence = 0
        self.reader.previous = -1

    def read(self, int64_t n):
        """The head of the candidate that ends at each of the next `n` places, int32 (n,).

        Returns
        -------
        ndarray
            -1 where none ends, -2 at a connector word; shorter than `n` at the end of the corpus.

        Raises
        ------
        TooManyHeads
        """
        cdef int64_t base = self.reader.position, end = min(base + n, self.n_ids)
        cdef int32_t[::1] heads
        cdef int status
        array = np.empty(max(end - base, 0), np.int32)
        heads = array
        while self.reader.position < end:
            with nogil:
                status = cw2v_read_heads(&self.reader, &self.tree.tree, base, end, &heads[0])
            if status == CW2V_EFULL:
                self.tree._grow()
            else:
                check_status(status, "reading candidates")
        return array


cdef class Matcher:
    """Finds phrases in a corpus, piece by piece from its beginning; no word is in two of them.

    Parameters
    ----------
    phrases : PairTable
        From candidates, ``head << 32 | last word``, to integers above 0.
    """

    cdef PairTable phrases
    cdef cw2v_matches matches
    cdef int64_t base

    def __init__(self, PairTable phrases not None):
        self.phrases = phrases
        self.matches.previous, self.matches.done, self.base = -1, 0, 0

    def match(self, const int32_t[::1] heads not None, const int32_t[::1] ids not None):
        """Find the phrases in the next piece.

        Parameters
        ----------
        heads : ndarray of int32, (n,)
            From :meth:`HeadReader.read`.
        ids : ndarray of int32, (n,)

        Returns
        -------
        first, last, value : ndarray of int64, (m,)
            Places of the first and the last words in the corpus, and what the table has for the candidate.
        """
        cdef int64_t n = ids.shape[0]
        if heads.shape[0] != n:
            raise ValueError("heads and ids must be equally long")
        array = np.empty((3, n // 2 + 1), np.int64)
        cdef int64_t[:, ::1] out = array
        self.matches.first, self.matches.last, self.matches.value = &out[0, 0], &out[1, 0], &out[2, 0]
        self.matches.n = 0
        if n:
            with nogil:
                cw2v_match(&self.phrases.table, &heads[0], &ids[0], self.base, n, &self.matches)
        self.base += n
        return tuple(array[:, :self.matches.n].copy())


cdef inline uint64_t _hash(word) except? 0:
    return <uint64_t><Py_hash_t>hash(word)


cdef inline uint64_t _pair(uint64_t first, uint64_t last) noexcept:
    # Of the hashes of two words; its highest bits are used. 2^64 / golden ratio.
    return (first * <uint64_t>0x9e3779b97f4a7c15 ^ last) * <uint64_t>0x9e3779b97f4a7c15


cdef class TokenJoiner:
    """Joins the phrases in lists of tokens.

    Parameters
    ----------
    seconds : dict
        For each word that phrases of two words begin with, a dict from the second words to the phrase's text.
    ends : collection of (str, str)
        The first and the last word of each longer phrase.
    connector_words : set of str
    find : callable
        From a tuple of words to (text, score), or None where they are no phrase.
    """

    cdef dict seconds
    cdef frozenset connectors
    cdef object find
    # Filters, by hashes: a bit for each first and last word, and for each connector word. Most words are none of
    # these, which is known here without a look at the dicts.
    cdef uint8_t[::1] bits
    cdef uint8_t[::1] marks
    cdef int shift

    def __init__(self, dict seconds not None, ends, connector_words, find):
        self.seconds, self.connectors, self.find = seconds, frozenset(connector_words), find
        self.marks = np.zeros(1 << 8, np.uint8)
        for word in self.connectors:
            self.marks[_hash(word) & 255] = 1
        self.shift = 64 - max((16 * (sum(map(len, seconds.values())) + len(ends))).bit_length(), 10)
        self.bits = np.zeros(1 << (64 - self.shift - 3), np.uint8)
        for first, after in seconds.items():
            for second in <dict>after:
                self._set(_pair(_hash(first), _hash(second)))
        for first, last in ends:
            self._set(_pair(~_hash(first), _hash(last)))

    cdef inline void _set(self, uint64_t pair) noexcept:
        self.bits[pair >> self.shift >> 3] |= 1 << (pair >> self.shift & 7)

    cdef inline bint _has(self, uint64_t pair) noexcept:
        return self.bits[pair >> self.shift >> 3] >> (pair >> self.shift & 7) & 1

    cdef object _phrase(self, list tokens, Py_ssize_t first, Py_ssize_t last):
        # The text of the phrase from tokens[first] to tokens[last], None where they are none.
        if last == first + 1:
            after = self.seconds.get(tokens[first])
            return None if after is None else (<dict>after).get(tokens[last])
        phrase = self.find(tuple(tokens[first:last + 1]))
        return None if phrase is None else phrase[0]

    def join(self, list tokens not None, dict found=None):
        """The tokens with their phrases joined, a list of its own.

        Parameters
        ----------
        tokens : list of str
        found : dict, optional
            Gets the words of each phrase, a tuple, as a key.

        Raises
        ------
        TypeError
            A token is no str.
        """
        cdef Py_ssize_t place = -1, first = -1, done = 0
        cdef uint64_t mark, pair, first_mark = 0
        cdef list joined = None
        for token in tokens:
            place += 1
            if place + _AHEAD < len(tokens):
                __builtin_prefetch(PyList_GetItem(tokens, place + _AHEAD))
            if not isinstance(token, str):
                raise TypeError("a token is no str")
            mark = _hash(token)
            if self.marks[mark & 255] and token in self.connectors:
                continue
            text = None
            if first >= 0:
                pair = _pair(first_mark if first == place - 1 else ~first_mark, mark)
                if self._has(pair):
                    text = self._phrase(tokens, first, place)
            if text is None:
                first, first_mark = place, mark
                continue
            if joined is None:
                joined = []
            if first > done:
                joined += tokens[done:first]
            joined.append(text)
            if found is not None:
                found[tuple(tokens[first:place + 1])] = None
            done, first = place + 1, -1
        if joined is None:
            return tokens[:]
        joined += tokens[done:]
        return joined


cdef class Lines:
    """A corpus of word ids as UTF-8 text, a line a sentence.

    Parameters
    ----------
    words : list of str, (V,)
    ids : ndarray of int32, (N,)
    offsets : ndarray of int64, (S + 1,)
    """

    cdef cw2v_lines lines
    cdef int64_t n_sentences
    cdef object _alive

    def __init__(self, list words not None, const int32_t[::1] ids not None, const int64_t[::1] offsets not None):
        _check_corpus(np.asarray(ids), np.asarray(offsets), len(words))
        encoded = [word.encode() for word in words]
        cdef const uint8_t[::1] text = b"".join(encoded) + b"\n"  # never empty, so that it can be pointed at
        cdef const int64_t[::1] begins = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
        self._alive, self.n_sentences = (text, begins, ids, offsets), offsets.shape[0] - 1
        self.lines.text, self.lines.begins, self.lines.offsets = &text[0], &begins[0], &offsets[0]
        self.lines.ids = &ids[0] if ids.shape[0] else NULL

    def text(self, int64_t first, int64_t last):
        """The sentences from `first` to before `last`, uint8 (n,)."""
        if not 0 <= first <= last <= self.n_sentences:
            raise ValueError("sentences must lie in the corpus")
        array = np.empty(cw2v_lines_size(&self.lines, first, last), np.uint8)
        cdef uint8_t[::1] out = array
        if first < last:
            with nogil:
                cw2v_write_lines(&self.lines, first, last, &out[0])
        return array

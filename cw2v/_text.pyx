# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Text to word ids: thin wrappers over csrc/text, and the loop that encodes lists of tokens.

Every wrapper checks its buffers, takes pointers, makes one call without the GIL and checks the status.
"""
from cpython.exc cimport PyErr_CheckSignals, PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred
from cpython.long cimport PyLong_AsLong
from cpython.object cimport PyObject

import mmap

import numpy as np

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char *text, Py_ssize_t size, const char *errors)
    bytes PyUnicode_AsUTF8String(object text)
    # A borrowed reference, without Cython's look at the error after each call: NULL is looked at instead.
    PyObject *PyDict_GetItemWithError(dict d, object key)
    # Borrowed references, which stay so: the loop over them neither takes nor gives back one of its own.
    PyObject *PyList_GetItem(PyObject *items, Py_ssize_t place)
    PyObject *PyTuple_GetItem(PyObject *items, Py_ssize_t place)
    Py_ssize_t PyList_Size(PyObject *items)
    Py_ssize_t PyTuple_Size(PyObject *items)
    bint PyList_CheckExact(PyObject *item)
    bint PyTuple_CheckExact(PyObject *item)
    bint PyUnicode_CheckExact(PyObject *item)
    int PyUnicode_Compare(PyObject *a, PyObject *b)  # -1 also for an error
    Py_hash_t PyObject_Hash(PyObject *item) except? -1

cdef extern from *:
    void __builtin_prefetch(const void *address) nogil

# Word ids are int32.
MAX_WORDS = 2**31 - 1

_BLOCK_TOKENS = 1 << 20
# Tokens of a text whose ids share one allocation: of 32 MiB, which the system may give in large pages.
_SLAB_TOKENS = 1 << 23
_FIRST_WORDS = 1 << 14
_MANY_WORDS = 1 << 17  # as many for large pages
_FIRST_BYTES = 1 << 17
_FIRST_LINE_ENDS = 1 << 12

_LIST_ITERATOR = type(iter([]))

cdef enum:
    _BATCH = 512  # tokens of lists that are encoded in one go; at most _FIRST_WORDS
    _TOGETHER = 32  # of these are looked up together
    _SENTENCES = 32  # of a list, that are read ahead
    _AHEAD = 8  # tokens, where they are looked up one by one


class InvalidUtf8(Exception):
    """A word is not UTF-8. args: (offset of the word in the chunk, offset of its first bad byte)."""


class TooManyWords(Exception):
    """There are more distinct words than an int32 id can number."""


cdef int _check(int status) except -1:
    # These statuses can only come from a mistake in this module: every size is computed here.
    if status != CW2V_OK:
        raise SystemError(f"cw2v._text: a buffer or an id is outside its contract (status {status})")
    return 0


cdef class Scanner:
    """One thread's word table and scratch buffers. It keeps nothing of a text but its words."""

    cdef object words_array, bytes_array, ids_array, line_ends_array
    cdef uint64_t[:, ::1] slots
    cdef uint64_t[:, ::1] words
    cdef uint8_t[::1] bytes
    cdef int32_t[::1] ids
    cdef int64_t[::1] line_ends
    cdef cw2v_word_table table

    def __init__(self):
        self.table.n_words = self.table.n_bytes = 0
        self._set_bytes(np.empty(_FIRST_BYTES, np.uint8))
        self._set_words(np.empty((_FIRST_WORDS, 4), np.uint64))
        self._set_ids(np.empty(0, np.int32))
        self._set_line_ends(np.empty(_FIRST_LINE_ENDS, np.int64))

    cdef _set_words(self, array):
        # Moves to a larger table; entries are already in `array`.
        cdef Py_ssize_t n = array.shape[0]
        self.words_array = array
        self.words = array
        self.slots = None  # given back first: what the system has at hand is cheaper than what it has to fetch
        self.slots = _empty_slots(n)
        self.table.words = <cw2v_word *>&self.words[0, 0]
        self.table.max_words = n
        self.table.slots = <cw2v_slot *>&self.slots[0, 0]
        self.table.mask = self.slots.shape[0] - 1
        with nogil:
            cw2v_table_rehash(&self.table)

    cdef _set_bytes(self, array):
        self.bytes_array = array
        self.bytes = array
        self.table.bytes, self.table.max_bytes = &self.bytes[0], array.shape[0]

    cdef _set_ids(self, array):
        # The ids of the next tokens are written here; those of the chunks before are in front of them.
        self.ids_array = array
        self.ids = array

    cdef _set_line_ends(self, array):
        self.line_ends_array = array
        self.line_ends = array

    cdef _make_room(self, cw2v_scanner *scanner):
        # Doubles whichever buffers are full. Geometric growth: every token is moved a constant number of times.
        if self.table.n_words == self.table.max_words:
            if self.table.n_words == MAX_WORDS:
                raise TooManyWords()
            self._set_words(_grown(self.words_array, min(max(2 * self.table.max_words, _MANY_WORDS), MAX_WORDS)))
        if self.table.max_bytes - self.table.n_bytes < scanner.new_bytes:
            self._set_bytes(_grown(self.bytes_array, 2 * self.table.max_bytes + scanner.new_bytes))
        if scanner.n_ids == scanner.max_ids:
            self._set_ids(_grown(self.ids_array, 2 * scanner.max_ids))
        if scanner.n_line_ends == scanner.max_line_ends:
            self._set_line_ends(_grown(self.line_ends_array, 2 * scanner.max_line_ends))

    def scan(self, const uint8_t[::1] text not None):
        """Tokenize a chunk of text and count its words.

        Parameters
        ----------
        text : buffer of bytes
            Whole words: a word that reaches the end of the chunk ends there.

        Returns
        -------
        ids : ndarray of int32, (n,)
            This scanner's word id of each token.
        line_ends : ndarray of int64, (m,)
            Number of tokens before each line end; see ``cw2v_scanner`` in csrc/text/tokenizer.h.

        Raises
        ------
        InvalidUtf8, TooManyWords
        """
        cdef cw2v_scanner scanner
        cdef int status
        scanner.text = &text[0] if text.shape[0] else NULL
        scanner.size, scanner.position = text.shape[0], 0
        scanner.n_ids = scanner.n_line_ends = 0
        scanner.bad_byte = scanner.new_bytes = 0
        if self.ids.shape[0] <= min(text.shape[0] // 2, _BLOCK_TOKENS):
            self._set_ids(np.empty(_SLAB_TOKENS, np.int32))
        while True:
            scanner.ids, scanner.max_ids = &self.ids[0], self.ids.shape[0]
            scanner.line_ends, scanner.max_line_ends = &self.line_ends[0], self.line_ends.shape[0]
            with nogil:
                status = cw2v_scan(&scanner, &self.table)
            if status == CW2V_EUTF8:
                raise InvalidUtf8(scanner.position, scanner.bad_byte)
            if status != CW2V_EFULL:
                _check(status)
                break
            self._make_room(&scanner)
        ids = self.ids_array[:scanner.n_ids]
        self._set_ids(self.ids_array[scanner.n_ids:])
        return ids, self.line_ends_array[:scanner.n_line_ends].copy()

    @property
    def n_words(self):
        """Distinct words so far."""
        return self.table.n_words

    def words_so_far(self):
        """The words, valid until the next scan.

        Returns
        -------
        entries : ndarray of uint64, (n, 4)
            Offset among `text`, length, second eight bytes, count.
        text : ndarray of uint8
            The words, a space behind each.
        """
        return self.words_array[:self.table.n_words], self.bytes_array[:self.table.n_bytes]


def _empty_slots(n_words):
    """Slots for so many words."""
    # Not np.zeros: what comes from np.empty may be in large pages, which are fetched, and found, at less cost.
    slots = np.empty((1 << (2 * n_words - 1).bit_length(), 2), np.uint64)
    slots.fill(0)
    return slots


def _grown(array, n_rows):
    """A copy of `array` with room for `n_rows`."""
    larger = np.empty((n_rows, *array.shape[1:]), array.dtype)
    larger[:len(array)] = array
    return larger


def merge_words(const uint8_t[::1] text not None, const uint64_t[:, ::1] words not None,
                const int64_t[::1] order not None):
    """Merge several scanners' words into one table.

    Parameters
    ----------
    text : buffer of bytes
        What the entries point into.
    words : ndarray of uint64, (n, 4)
        Entries of all scanners, one behind the other.
    order : ndarray of int64, (n,)
        The order to add them in.

    Returns
    -------
    merged : ndarray of uint64, (m, 4)
        Distinct words in the order of their first addition, with summed counts.
    merged_text : ndarray of uint8
        What `merged` points into.
    ids : ndarray of int32, (n,)
        Row in `merged` of each row of `words`.

    Raises
    ------
    TooManyWords
    """
    cdef Py_ssize_t n = words.shape[0]
    cdef int status
    cdef cw2v_word_table table
    cdef cw2v_entries entries
    if order.shape[0] != n or words.shape[1] != 4:
        raise ValueError("words must be (n, 4) and order (n,)")
    if n > MAX_WORDS:
        raise TooManyWords()
    merged_array, ids_array = np.empty((n, 4), np.uint64), np.empty(n, np.int32)
    text_array = np.empty(text.shape[0], np.uint8)
    if n == 0:
        return merged_array, text_array[:0], ids_array
    if text.shape[0] == 0:
        raise ValueError("text must not be empty where there are words")
    cdef uint64_t[:, ::1] merged = merged_array
    cdef uint8_t[::1] merged_text = text_array
    cdef uint64_t[:, ::1] slots = _empty_slots(n)
    cdef int32_t[::1] ids = ids_array
    entries.text, entries.text_size = &text[0], text.shape[0]
    entries.words, entries.order, entries.n = <const cw2v_word *>&words[0, 0], &order[0], n
    table.bytes, table.n_bytes, table.max_bytes = &merged_text[0], 0, text.shape[0]
    table.slots, table.mask = <cw2v_slot *>&slots[0, 0], slots.shape[0] - 1
    table.words, table.n_words, table.max_words = <cw2v_word *>&merged[0, 0], 0, n
    with nogil:
        status = cw2v_table_merge(&table, &entries, &ids[0])
    _check(status)
    return merged_array[:table.n_words].copy(), text_array[:table.n_bytes].copy(), ids_array


def count_newlines(const uint8_t[::1] text not None):
    """Line ends in a buffer of bytes, counted without the GIL."""
    cdef int64_t n = 0
    if text.shape[0]:
        with nogil:
            n = cw2v_count_newlines(&text[0], text.shape[0])
    return n


def decode_words(const uint8_t[::1] text not None, const uint64_t[:, ::1] words not None,
                 const int64_t[::1] rows not None):
    """The words of the given rows as a list of str. words: uint64 (n, 4); rows: int64 (k,)."""
    cdef Py_ssize_t i, row
    cdef uint64_t size = text.shape[0]
    result = []
    for i in range(rows.shape[0]):
        row = rows[i]
        if not 0 <= row < words.shape[0] or words[row, 0] + words[row, 1] > size:
            raise IndexError(f"row {row} is outside the table or the text")
        result.append(PyUnicode_DecodeUTF8(<const char *>&text[words[row, 0]], words[row, 1], "strict"))
    return result


cdef class SentenceCutter:
    """Turns the line ends of a text's chunks, given in order, into sentence offsets.

    Parameters
    ----------
    max_words : int
        Longest sentence; a longer line is cut into several.
    """

    cdef cw2v_cutter cutter
    cdef list parts

    def __init__(self, int64_t max_words):
        if max_words < 1:
            raise ValueError("max_words must be at least 1")
        self.cutter.max_words = max_words
        self.cutter.position = self.cutter.open_words = 0
        self.parts = [np.zeros(1, np.int64)]

    def add(self, const int64_t[::1] line_ends not None, int64_t n_tokens):
        """Take in one chunk: its line ends, int64 (m,), and its number of tokens."""
        cdef Py_ssize_t n_lines = line_ends.shape[0]
        cdef int status
        cdef const int64_t *lines = &line_ends[0] if n_lines else NULL
        ends_array = np.empty(n_lines + n_tokens // self.cutter.max_words + 1, np.int64)
        cdef int64_t[::1] ends = ends_array
        self.cutter.ends, self.cutter.n_ends, self.cutter.max_ends = &ends[0], 0, ends.shape[0]
        with nogil:
            status = cw2v_cut_lines(&self.cutter, lines, n_lines, n_tokens)
        _check(status)
        self.parts.append(ends_array[:self.cutter.n_ends].copy())

    def take(self):
        """The offsets found since the last call, a list of int64 arrays; `finish` leaves them out then."""
        parts, self.parts = self.parts, []
        return parts

    def finish(self):
        """End the last line and return the offsets: int64 (S + 1,), the first one 0."""
        self.add(np.zeros(1, np.int64), 0)
        return np.concatenate(self.parts)


cdef class Remapper:
    """Translates provisional ids, given block by block in order, and drops unknown words.

    Parameters
    ----------
    n_kept : int
        How many tokens will be kept.
    offsets : ndarray of int64, (S + 1,)
        Sentence offsets among all tokens; translated in place to offsets among the kept ones.
    out : ndarray of int32, (n_kept,), optional
        Where the kept ids go.
    """

    cdef cw2v_remapper remapper
    cdef object out_array
    cdef int32_t[::1] out
    cdef int64_t[::1] offsets

    def __init__(self, int64_t n_kept, int64_t[::1] offsets not None, out=None):
        self.out_array = np.empty(n_kept, np.int32) if out is None else out
        if len(self.out_array) != n_kept:
            raise ValueError("out must have room for n_kept ids")
        self.out, self.offsets = self.out_array, offsets
        self.remapper.out = &self.out[0] if n_kept else NULL
        self.remapper.offsets = &self.offsets[0] if offsets.shape[0] else NULL
        self.remapper.max_out, self.remapper.n_offsets = n_kept, offsets.shape[0]
        self.remapper.n_out = self.remapper.next_offset = self.remapper.position = 0

    def add(self, const int32_t[::1] ids not None, const int32_t[::1] id_map not None):
        """Take in one block of provisional ids, int32 (n,); id_map, int32 (m,): the new id or -1."""
        cdef Py_ssize_t n = ids.shape[0], n_map = id_map.shape[0]
        cdef const int32_t *source = &ids[0] if n else NULL
        cdef const int32_t *table = &id_map[0] if n_map else NULL
        cdef int status
        with nogil:
            status = cw2v_remap(&self.remapper, source, n, table, n_map)
        _check(status)

    def finish(self):
        """The kept ids: int32 (n_kept,)."""
        if self.remapper.n_out != self.remapper.max_out:
            raise SystemError(f"cw2v._text: {self.remapper.max_out} words should be kept, "
                              f"{self.remapper.n_out} were")
        return self.out_array


cdef struct _KeySlot:  # 16 bytes
    PyObject *key  # NULL: the slot is empty
    uint32_t tag  # the upper half of the key's hash
    int32_t id


cdef class ListEncoder:
    """Encodes sentences of hashable tokens, ids in the order of first appearance.

    Plain str, of which most corpora are made, are found through a hash table that is asked for many tokens at once, so
    that their memory is on its way while others are looked up. While it is, no code of Python's runs, and nothing that
    is borrowed from a list can go. From the first token of another type on it is a dict that finds them.

    Parameters
    ----------
    open_sentence : callable
        (sentence, its 1-based number) -> iterable; called for what is not a list or tuple. Raises for bad ones.
    check_token : callable
        (token, 1-based number of the sentence, 1-based number of the token) -> token to store; called for new tokens
        that are not plain str, and for those that are unhashable. Raises for bad ones.
    max_words : int
        Longest sentence; a longer one is cut into several.
    n_read : int, default 0
        Sentences that came before, for messages.
    """

    cdef readonly list blocks
    cdef readonly int64_t n_read  # sentences as they came, before cutting
    cdef list words  # None after the first token that is no plain str
    cdef dict key_to_id  # None before it
    cdef object slots_array
    cdef _KeySlot *slots  # at least twice as many as counts
    cdef uint64_t mask
    cdef object open_sentence, check_token
    cdef object block_array, counts_array, ends_array
    cdef int32_t[::1] block
    cdef int64_t[::1] counts
    cdef int64_t[::1] ends
    cdef int64_t n_block, n_tokens, n_ends, max_words
    cdef int64_t cut_at  # token of the sentence behind which it is cut next
    cdef int64_t number  # tokens of the sentence that have been read
    cdef PyObject *tokens[_BATCH]  # borrowed
    cdef int64_t sizes[_SENTENCES]

    def __init__(self, open_sentence, check_token, int64_t max_words, int64_t n_read=0):
        self.words, self.key_to_id, self.blocks = [], None, []
        self.open_sentence, self.check_token = open_sentence, check_token
        self.max_words = self.cut_at = max_words
        self.n_read = n_read
        self.n_block = self.n_tokens = self.number = 0
        self._set_block()
        self.counts_array = np.zeros(_FIRST_WORDS, np.int64)
        self.counts = self.counts_array
        self._set_slots()
        self.ends_array = np.zeros(_FIRST_LINE_ENDS, np.int64)
        self.ends = self.ends_array
        self.n_ends = 1  # the first offset is 0

    cdef _set_block(self):
        # A mapping, not from the heap: the system has it back as soon as it is encoded.
        self.block_array = np.frombuffer(
            mmap.mmap(-1, 4 * _BLOCK_TOKENS, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), np.int32)
        self.block = self.block_array

    cdef _set_slots(self):
        # Slots for as many words as there is room for counts, filled with the words that are known.
        cdef uint64_t[:, ::1] slots = _empty_slots(self.counts.shape[0])
        cdef PyObject *key
        cdef PyObject *words = <PyObject *>self.words
        cdef uint64_t hash, at
        cdef int32_t i
        self.slots_array, self.slots, self.mask = slots, <_KeySlot *>&slots[0, 0], slots.shape[0] - 1
        for i in range(len(self.words)):
            key = PyList_GetItem(words, i)
            hash = PyObject_Hash(key)
            at = hash & self.mask
            while self.slots[at].key != NULL:
                at = (at + 1) & self.mask
            self.slots[at].key, self.slots[at].tag, self.slots[at].id = key, hash >> 32, i

    cdef int _flush(self) except -1:
        # A full block goes to the list; the smaller last one as a copy, so that no memory is held for nothing.
        if self.n_block == self.block.shape[0]:
            self.blocks.append(self.block_array)
            self._set_block()
        elif self.n_block:
            self.blocks.append(self.block_array[:self.n_block].copy())
        self.n_block = 0
        return 0

    cdef int _end_sentence(self) except -1:
        if self.n_ends == self.ends.shape[0]:
            self.ends_array = _grown(self.ends_array, 2 * self.n_ends)
            self.ends = self.ends_array
        self.ends[self.n_ends] = self.n_tokens
        self.n_ends += 1
        return 0

    cdef int _make_room(self, int64_t n_new) except -1:
        # For the counts of so many new words, and for their slots.
        cdef int64_t n = len(self.key_to_id if self.words is None else self.words), size = self.counts.shape[0]
        if n + n_new <= size:
            return 0
        larger = np.zeros(2 * size, np.int64)
        larger[:n] = self.counts_array[:n]
        self.counts_array = larger
        self.counts = larger
        if self.words is not None:
            if 2 * size > MAX_WORDS:
                self._leave_plain()
            else:
                self._set_slots()
        return 0

    # -- plain str

    cdef int _leave_plain(self) except -1:
        self.key_to_id = dict(zip(self.words, range(len(self.words))))
        self.words = self.slots_array = None
        return 0

    cdef inline int _find_plain(self, PyObject *token, uint64_t hash) except -2:
        # The id of a plain str, in the table from now on; -1: only check_token knows what is wrong with it.
        cdef uint64_t at = hash & self.mask
        cdef uint32_t tag = hash >> 32
        cdef PyObject *key = self.slots[at].key
        while key != NULL:
            if self.slots[at].tag == tag:
                if key == token or PyUnicode_Compare(key, token) == 0:
                    return self.slots[at].id
                if PyErr_Occurred() != NULL:
                    return -2
            at = (at + 1) & self.mask
            key = self.slots[at].key
        return self._add_plain(token, tag, at)

    cdef int _add_plain(self, PyObject *token, uint32_t tag, uint64_t at) except -2:
        try:
            PyUnicode_AsUTF8String(<object>token)
        except UnicodeEncodeError:
            return -1
        self.slots[at].key, self.slots[at].tag, self.slots[at].id = token, tag, len(self.words)
        self.words.append(<object>token)
        return self.slots[at].id

    cdef Py_ssize_t _borrow(self, list chunk, Py_ssize_t row, Py_ssize_t max_tokens) except -1:
        # The next tokens, from sentence `row` on, to self.tokens; the length of each sentence to self.sizes.
        cdef Py_ssize_t n = 0, i = self.number, size, end
        cdef PyObject *sentence
        cdef bint is_list
        while row < len(chunk) and n < max_tokens:
            sentence = PyList_GetItem(<PyObject *>chunk, row)
            is_list = PyList_CheckExact(sentence)
            if not is_list and not PyTuple_CheckExact(sentence):
                break
            size = PyList_Size(sentence) if is_list else PyTuple_Size(sentence)
            self.sizes[row] = max(size, i)  # a list may have become shorter
            end = min(size, i + max_tokens - n)
            while i < end:
                self.tokens[n] = PyList_GetItem(sentence, i) if is_list else PyTuple_GetItem(sentence, i)
                n += 1
                i += 1
            row += 1
            i = 0
        return n

    cdef Py_ssize_t _encode_batch(self, Py_ssize_t n) except -1:
        # The ids of self.tokens to the block; returns how many there are before one that is not plain.
        cdef uint64_t hashes[_TOGETHER]
        cdef int32_t *ids = &self.block[self.n_block]
        cdef Py_ssize_t begin, end, i
        cdef int word_id
        for i in range(min(n, _TOGETHER)):
            __builtin_prefetch(self.tokens[i])
        for begin in range(0, n, _TOGETHER):
            end = min(begin + _TOGETHER, n)
            for i in range(begin, end):
                if i + _TOGETHER < n:
                    __builtin_prefetch(self.tokens[i + _TOGETHER])
                if not PyUnicode_CheckExact(self.tokens[i]):
                    n = end = i
                    break
                hashes[i - begin] = PyObject_Hash(self.tokens[i])
                __builtin_prefetch(&self.slots[hashes[i - begin] & self.mask])
            for i in range(begin, end):
                __builtin_prefetch(self.slots[hashes[i - begin] & self.mask].key)
            for i in range(begin, end):
                word_id = self._find_plain(self.tokens[i], hashes[i - begin])
                if word_id < 0:
                    return i
                ids[i] = word_id
                self.counts[word_id] += 1
            if end == n:
                break
        return n

    cdef Py_ssize_t _add_plain_lists(self, list chunk, Py_ssize_t row) except -1:
        # The sentences from `row` on, up to the first that is neither list nor tuple or has a token that is not plain,
        # or a batch of their tokens; returns the sentence that is next.
        cdef Py_ssize_t n, n_plain
        self._make_room(_BATCH)
        if self.words is None:
            return row
        n = self._borrow(chunk, row, min(_BATCH, self.block.shape[0] - self.n_block))
        n_plain = self._encode_batch(n)
        self.n_block += n_plain
        if self.n_block == self.block.shape[0]:
            self._flush()
        if n_plain < n:
            self._leave_plain()
        return self._pass(chunk, row, n_plain)

    cdef Py_ssize_t _pass(self, list chunk, Py_ssize_t row, int64_t n) except -1:
        # Ends the sentences that are complete with the next `n` tokens; returns the one that is next.
        cdef int64_t step
        while True:
            step = min(self.sizes[row] - self.number, n, self.cut_at - self.number)
            self.number += step
            self.n_tokens += step
            n -= step
            self._count_up()
            if self.number == self.sizes[row]:
                self._end_last()
                row += 1
            if n == 0:
                return row

    # -- any token

    cdef long _new_word(self, token) except -1:
        # A token that the dict has not got, or cannot look up.
        cdef PyObject *found
        cdef bytes encoded
        cdef bint plain = type(token) is str
        if plain:
            try:
                encoded = PyUnicode_AsUTF8String(token)
            except UnicodeEncodeError:
                plain = False
        if not plain:
            token = self.check_token(token, self.n_read + 1, self.number + 1)
            found = PyDict_GetItemWithError(self.key_to_id, token)
            if found != NULL:  # e.g. a NumPy scalar whose Python value is known
                return PyLong_AsLong(<object>found)
        cdef long new_id = len(self.key_to_id)
        if new_id == MAX_WORDS:
            raise TooManyWords()
        self._make_room(1)
        self.key_to_id[token] = new_id
        return new_id

    cdef long _look_up_slowly(self, token) except -1:
        # The dict has not got the token, or an error is set.
        if PyErr_Occurred() != NULL:
            if not PyErr_ExceptionMatches(TypeError):
                return -1  # stays set and goes to the caller
            PyErr_Clear()  # unhashable: check_token says so
        return self._new_word(token)

    cdef long _id_of(self, token) except -1:
        cdef PyObject *found
        cdef long word_id = -1
        if self.words is not None:
            self._make_room(1)
        if self.words is not None:
            if type(token) is str:
                word_id = self._find_plain(<PyObject *>token, PyObject_Hash(<PyObject *>token))
            if word_id >= 0:
                return word_id
            self._leave_plain()
        found = PyDict_GetItemWithError(self.key_to_id, token)
        return self._look_up_slowly(token) if found == NULL else PyLong_AsLong(<object>found)

    cdef int _append(self, token) except -1:
        cdef long word_id = self._id_of(token)
        self.block[self.n_block] = word_id
        self.n_block += 1
        self.counts[word_id] += 1
        self.n_tokens += 1
        self.number += 1
        if self.n_block == self.block.shape[0]:
            self._flush()
        return self._count_up()

    cdef int _count_up(self) except -1:
        # After a token of a sentence: is it time to cut?
        if self.number == self.cut_at:
            self._end_sentence()
            self.cut_at += self.max_words
            PyErr_CheckSignals()  # a sentence may have no end
        return 0

    cdef int _end_last(self) except -1:
        # After the last token: end the sentence, unless the last token was a place to cut.
        if self.number == 0 or self.number != self.cut_at - self.max_words:
            self._end_sentence()
        self.cut_at = self.max_words
        self.number = 0
        self.n_read += 1
        return 0

    cdef int _add_sentence(self, sentence) except -1:
        # From the first token that has not been read.
        if type(sentence) is list:
            while self.number < len(<list>sentence):
                # Tokens lie all over the memory: fetch one ahead. The list may change its length while it is read.
                if self.number + _AHEAD < len(<list>sentence):
                    __builtin_prefetch(PyList_GetItem(<PyObject *>sentence, self.number + _AHEAD))
                self._append((<list>sentence)[self.number])
        else:
            for token in sentence if self.number == 0 else sentence[self.number:]:
                self._append(token)
        return self._end_last()

    cdef int _add_chunk(self, list chunk) except -1:
        cdef Py_ssize_t row = 0
        while row < len(chunk):
            sentence = chunk[row]
            if type(sentence) is not list and type(sentence) is not tuple:
                self._add_sentence(self.open_sentence(sentence, self.n_read + 1))
                row += 1
            elif self.words is not None:
                row = self._add_plain_lists(chunk, row)
            else:
                self._add_sentence(sentence)
                row += 1
        return 0

    cdef list _next_chunk(self, sentences, int64_t max_tokens, Py_ssize_t max_sentences):
        cdef list chunk = []
        for sentence in sentences:
            chunk.append(sentence)
            if type(sentence) is list:
                max_tokens -= len(<list>sentence) + 1
            elif type(sentence) is tuple:
                max_tokens -= len(<tuple>sentence) + 1
            else:
                break
            if max_tokens <= 0 or len(chunk) == max_sentences:
                break
        return chunk

    def feed(self, sentences, int64_t max_tokens):
        """Take in sentences until about `max_tokens` tokens have come (an empty sentence counts as one).

        Parameters
        ----------
        sentences : iterator of sentences
            That of a list is read some sentences ahead, but no further than this call takes in.
        max_tokens : int

        Returns
        -------
        bool
            Whether the iterator may have more.
        """
        cdef int64_t budget = max_tokens, before
        cdef Py_ssize_t max_sentences = _SENTENCES if type(sentences) is _LIST_ITERATOR else 1
        while True:
            chunk = self._next_chunk(sentences, budget, max_sentences)
            if not chunk:
                return False
            before = self.n_tokens
            self._add_chunk(chunk)
            budget -= self.n_tokens - before + len(chunk)
            if budget <= 0:
                return True

    def keys(self):
        """The different tokens in the order of their ids, a list."""
        return list(self.key_to_id) if self.words is None else self.words[:]

    def take_ends(self):
        """The sentence offsets found since the last call, int64; `finish` leaves them out then."""
        ends, self.n_ends = self.ends_array[:self.n_ends].copy(), 0
        return ends

    def finish(self):
        """End of the corpus: counts, int64 (V,), and sentence offsets, int64 (S + 1,). `blocks` is then complete."""
        self._flush()
        n_words = len(self.key_to_id if self.words is None else self.words)
        return self.counts_array[:n_words].copy(), self.ends_array[:self.n_ends].copy()

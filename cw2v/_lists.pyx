# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Lists of tokens to ids: the loop over Python's objects, which no C without Python can do."""
from cpython.exc cimport PyErr_CheckSignals, PyErr_Clear, PyErr_ExceptionMatches, PyErr_Occurred
from cpython.long cimport PyLong_AsLong
from cpython.object cimport PyObject
from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t

import mmap

import numpy as np

from cw2v._text import MAX_WORDS, TooManyWords, empty_slots, grown

cdef extern from "Python.h":
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

_BLOCK_TOKENS = 1 << 20
_FIRST_WORDS = 1 << 14
_FIRST_ENDS = 1 << 12

_LIST_ITERATOR = type(iter([]))

cdef enum:
    _BATCH = 512  # tokens of lists that are encoded in one go; at most _FIRST_WORDS
    _TOGETHER = 32  # of these are looked up together
    _SENTENCES = 32  # of a list, that are read ahead
    _AHEAD = 8  # tokens, where they are looked up one by one


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
        self.ends_array = np.zeros(_FIRST_ENDS, np.int64)
        self.ends = self.ends_array
        self.n_ends = 1  # the first offset is 0

    cdef _set_block(self):
        # A mapping, not from the heap: the system has it back as soon as it is encoded.
        self.block_array = np.frombuffer(
            mmap.mmap(-1, 4 * _BLOCK_TOKENS, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS), np.int32)
        self.block = self.block_array

    cdef _set_slots(self):
        # Slots for as many words as there is room for counts, filled with the words that are known.
        cdef uint64_t[:, ::1] slots = empty_slots(self.counts.shape[0])
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
            self.ends_array = grown(self.ends_array, 2 * self.n_ends)
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

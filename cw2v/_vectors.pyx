# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Rows of word2vec's files: thin calls into csrc/vectors, which check their buffers before."""

import numpy as np
from libc.string cimport memcpy

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char *text, Py_ssize_t size, const char *errors)
    object PyUnicode_Decode(const char *text, Py_ssize_t size, const char *encoding, const char *errors)


class WordDecodeError(Exception):
    """A word is not in the encoding. args: (its row, the UnicodeDecodeError)."""


cdef cw2v_block _block(const uint8_t[::1] text, int64_t[:, ::1] word, int64_t dim) except *:
    cdef cw2v_block block
    if dim < 1 or word.shape[1] != 2:
        raise ValueError("there must be at least one dimension, and a beginning and an end of each word")
    block.text = &text[0] if text.shape[0] else NULL
    block.size, block.n_rows, block.dim = text.shape[0], word.shape[0], dim
    block.word = <cw2v_span *>&word[0, 0] if word.shape[0] else NULL
    block.values, block.doubles, block.n_odd, block.first_odd = NULL, 0, 0, 0
    return block


cdef void *_first_value(values, int64_t n_rows, int64_t dim, bint doubles) except? NULL:
    # The address of a C-contiguous array that the caller keeps alive.
    cdef float[:, ::1] singles
    cdef double[:, ::1] wide
    if values.shape != (n_rows, dim):
        raise ValueError("values must have a row for each word")
    if n_rows == 0:
        return NULL
    if doubles:
        wide = values
        return &wide[0, 0]
    singles = values
    return &singles[0, 0]


cdef int _check_words(const uint8_t[::1] text, const int64_t[:, ::1] word) except -1:
    places = np.asarray(word)
    if word.shape[1] != 2 or (word.shape[0] and (
            places[:, 0].min() < 0 or places[:, 1].max() > text.shape[0] or (places[:, 0] > places[:, 1]).any())):
        raise ValueError("words must lie in the text")
    return 0


def cut_lines(const uint8_t[::1] text not None, bint is_last, int64_t[::1] line not None):
    cdef int64_t n
    if line.shape[0] < 1 or not 0 <= line[0] <= text.shape[0]:
        raise ValueError("the first line must begin in the text")
    if text.shape[0] == 0:
        return 0
    with nogil:
        n = cw2v_cut_lines(&text[0], text.shape[0], is_last, &line[0], line.shape[0] - 1)
    return n


def read_text(const uint8_t[::1] text not None, const int64_t[::1] line not None, int64_t[:, ::1] word not None,
              values, int64_t[:, ::1] unsure not None):
    cdef cw2v_block block = _block(text, word, values.shape[1])
    cdef cw2v_text_rows rows
    cdef cw2v_status status
    cdef int64_t n
    block.doubles = values.dtype == np.float64
    block.values = _first_value(values, block.n_rows, block.dim, block.doubles)
    if line.shape[0] != block.n_rows + 1 or unsure.shape[0] < block.dim or unsure.shape[1] != 3:
        raise ValueError("line must have one more than the words, and unsure room for a row")
    if line[0] < 0 or line[block.n_rows] > block.size or (np.diff(line) < 0).any():
        raise ValueError("lines must rise within the text")
    rows.line, rows.unsure, rows.n_unsure, rows.max_unsure = &line[0], <cw2v_unsure *>&unsure[0, 0], 0, unsure.shape[0]
    with nogil:
        n = cw2v_read_text_rows(&block, &rows, &status)
    return n, status == CW2V_EINVAL, rows.n_unsure, block.n_odd, block.first_odd


def cut_binary(const uint8_t[::1] text not None, int64_t position, int64_t dim, int64_t[:, ::1] word not None):
    cdef cw2v_block block = _block(text, word, dim)
    cdef int64_t n
    if not 0 <= position <= block.size:
        raise ValueError("position must lie in the text")
    with nogil:
        n = cw2v_cut_binary_rows(&block, &position)
    return n, position


def read_binary(const uint8_t[::1] text not None, int64_t[:, ::1] word not None, values):
    cdef cw2v_block block = _block(text, word, values.shape[1])
    _check_words(text, word)
    if block.n_rows and np.max(word) + 1 + 4 * block.dim > block.size:
        raise ValueError("rows must lie in the text")
    block.values = _first_value(values, block.n_rows, block.dim, False)
    with nogil:
        cw2v_read_binary_rows(&block)
    return block.n_odd, block.first_odd


def gather_words(const uint8_t[::1] text not None, const int64_t[:, ::1] word not None):
    cdef int64_t row, size, at = 0
    _check_words(text, word)
    places = np.asarray(word)
    sizes = places[:, 1] - places[:, 0]
    cdef uint8_t[::1] out = np.empty(sizes.sum(), np.uint8)
    with nogil:
        for row in range(word.shape[0]):
            size = word[row, 1] - word[row, 0]
            if size:
                memcpy(&out[at], &text[word[row, 0]], size)
            at += size
    return np.asarray(out), sizes


def decode_words(const uint8_t[::1] text not None, const int64_t[:, ::1] word not None, str encoding not None,
                 str errors not None):
    cdef bytes encoding_name = encoding.encode(), errors_name = errors.encode()
    cdef const char *encoding_text = encoding_name
    cdef const char *errors_text = errors_name
    cdef const char *first = encoding_text  # of an empty text no byte is looked at
    cdef bint is_utf8 = encoding in ("utf8", "utf-8")  # what PyUnicode_Decode would look up for each word
    cdef int64_t row, size
    cdef list words = []
    _check_words(text, word)
    if text.shape[0]:
        first = <const char *>&text[0]
    try:
        for row in range(word.shape[0]):
            size = word[row, 1] - word[row, 0]
            if is_utf8:
                words.append(PyUnicode_DecodeUTF8(first + word[row, 0], size, errors_text))
            else:
                words.append(PyUnicode_Decode(first + word[row, 0], size, encoding_text, errors_text))
    except UnicodeDecodeError as error:
        raise WordDecodeError(row, error) from None
    return words


cdef class KeyTable:
    cdef cw2v_key_table table
    cdef readonly int64_t first_twin
    cdef readonly bint is_utf8
    cdef object _alive

    def __init__(self, const uint8_t[::1] text not None, const int64_t[::1] begin not None):
        cdef int64_t row, n = begin.shape[0] - 1
        if n < 0 or n >= 2**32 - 1 or begin[0] != 0 or begin[n] != text.shape[0] or (np.diff(begin) < 0).any():
            raise ValueError("begin must rise from 0 to the end of the text")
        cdef uint64_t[::1] slots = np.zeros(1 << (2 * n).bit_length(), np.uint64)
        self._alive = text, begin, slots
        # Of an empty text no byte is looked at.
        self.table.bytes = &text[0] if text.shape[0] else <const uint8_t *>&slots[0]
        self.table.begin, self.table.n_keys, self.table.slots = &begin[0], n, &slots[0]
        self.table.mask = slots.shape[0] - 1
        with nogil:
            self.first_twin = cw2v_key_table_fill(&self.table)
            self.is_utf8 = cw2v_utf8_valid(self.table.bytes, begin[n]) == <uint64_t>begin[n]
            for row in range(n):  # all together may be UTF-8 where a key ends within a character
                self.is_utf8 &= begin[row] == begin[n] or text[begin[row]] & 0xC0 != 0x80

    def __len__(self):
        return self.table.n_keys

    def find(self, key):
        cdef bytes encoded = key.encode("utf-8", "surrogatepass")
        return cw2v_key_table_find(&self.table, <const uint8_t *><const char *>encoded, len(encoded))

    def key(self, int64_t row):
        if not 0 <= row < self.table.n_keys:
            raise IndexError(f"row {row} is not one of {self.table.n_keys}")
        cdef int64_t begin = self.table.begin[row]
        return PyUnicode_DecodeUTF8(<const char *>self.table.bytes + begin, self.table.begin[row + 1] - begin,
                                    "surrogatepass")


cdef class WordList:
    cdef const uint8_t[::1] text
    cdef int64_t[::1] end

    def __init__(self, const uint8_t[::1] text not None, int64_t n_words, bint binary):
        cdef int is_sound = 0
        if n_words < 0:
            raise ValueError("n_words must be at least 0")
        self.text, self.end = text, np.zeros(n_words + 1, np.int64)
        if text.shape[0]:
            with nogil:
                is_sound = cw2v_check_words(&self.text[0], self.text.shape[0], binary, n_words, &self.end[0])
        if not is_sound and (n_words or text.shape[0]):
            raise ValueError("a word cannot be written")

    def write(self, const int64_t[::1] row not None, values, bint binary, room=None):
        cdef cw2v_written w
        cdef int64_t n
        cdef uint8_t[::1] out
        w.n_rows, w.dim = row.shape[0], values.shape[1]
        if w.n_rows == 0:
            return np.empty(0, np.uint8)
        if np.min(row) < 0 or np.max(row) >= self.end.shape[0] - 1 or w.dim < 1:
            raise ValueError("row must be one of the words")
        w.values = <const float *>_first_value(values, w.n_rows, w.dim, False)
        w.text, w.end, w.row = &self.text[0], &self.end[0], &row[0]
        n = cw2v_written_size(&w)
        if room is None or len(room) < n:
            room = np.empty(n, np.uint8)
        out = room
        with nogil:
            n = cw2v_write_binary_rows(&w, &out[0]) if binary else cw2v_write_text_rows(&w, &out[0])
        return room[:n]

# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Text to word ids: thin wrappers over csrc/text.

Every wrapper checks its buffers, takes pointers, makes one call without the GIL and checks the status.
"""
import numpy as np

cdef extern from "Python.h":
    object PyUnicode_DecodeUTF8(const char *text, Py_ssize_t size, const char *errors)

# Word ids are int32.
MAX_WORDS = 2**31 - 1

_BLOCK_TOKENS = 1 << 20
# Tokens of a text whose ids share one allocation: of 32 MiB, which the system may give in large pages.
_SLAB_TOKENS = 1 << 23
_FIRST_WORDS = 1 << 14
_MANY_WORDS = 1 << 17  # as many for large pages
_FIRST_BYTES = 1 << 17
_FIRST_LINE_ENDS = 1 << 12


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
        self.slots = empty_slots(n)
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
            self._set_words(grown(self.words_array, min(max(2 * self.table.max_words, _MANY_WORDS), MAX_WORDS)))
        if self.table.max_bytes - self.table.n_bytes < scanner.new_bytes:
            self._set_bytes(grown(self.bytes_array, 2 * self.table.max_bytes + scanner.new_bytes))
        if scanner.n_ids == scanner.max_ids:
            self._set_ids(grown(self.ids_array, 2 * scanner.max_ids))
        if scanner.n_line_ends == scanner.max_line_ends:
            self._set_line_ends(grown(self.line_ends_array, 2 * scanner.max_line_ends))

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


def empty_slots(n_words):
    """Slots for so many words."""
    # Not np.zeros: what comes from np.empty may be in large pages, which are fetched, and found, at less cost.
    slots = np.empty((1 << (2 * n_words - 1).bit_length(), 2), np.uint64)
    slots.fill(0)
    return slots


def grown(array, n_rows):
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
    cdef uint64_t[:, ::1] slots = empty_slots(n)
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

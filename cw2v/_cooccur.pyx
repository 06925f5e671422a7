# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Co-occurrence counts and sparse products: thin calls into csrc/cooccur, which check their buffers before."""

import numpy as np

from cw2v.errors import check_status

# Positions are uint32.
MAX_STREAM = 2**32 - 1


def _check_offsets(offsets, n_ids):
    if len(offsets) < 1 or offsets[0] != 0 or (n_ids >= 0 and offsets[-1] != n_ids) or (np.diff(offsets) < 0).any():
        raise ValueError("offsets must rise from 0 to the number of tokens")


def stream_size(const int64_t[::1] offsets, bint boundaries):
    _check_offsets(np.asarray(offsets), -1)
    return cw2v_cooccur_stream_size(&offsets[0], offsets.shape[0] - 1, boundaries)


cdef class Scratch:
    cdef cw2v_cooccur_scratch scratch
    cdef int32_t n_words
    cdef object _arrays
    cdef readonly int64_t nbytes

    def __init__(self, int32_t n_words):
        cdef int64_t[::1] sums = np.zeros(max(n_words, 1), np.int64)
        cdef uint64_t[::1] column = np.zeros(n_words // 64 + 1, np.uint64)
        cdef uint64_t[::1] group = np.zeros(n_words // 4096 + 1, np.uint64)
        self._arrays, self.n_words = (sums, column, group), n_words
        self.nbytes = 8 * (sums.shape[0] + column.shape[0] + group.shape[0])
        self.scratch.sum, self.scratch.column, self.scratch.group = &sums[0], &column[0], &group[0]


cdef class PairCounter:
    cdef cw2v_cooccur c
    cdef object _alive, _loaded, _result
    cdef int64_t[::1] size
    cdef int64_t[::1] indptr
    cdef int32_t[::1] indices
    cdef double[::1] data
    cdef readonly object occurrences

    def __init__(self, const int32_t[::1] ids, const int64_t[::1] offsets, int32_t n_words, bint boundaries,
                 const int64_t[::1] weight, double unit, bint directed):
        cdef int32_t v = n_words + 2 * boundaries, start = CW2V_NO_WORD, end = CW2V_NO_WORD
        # Both may lie in a file that somebody writes into: what is used is a copy, which is checked.
        cdef const int64_t[::1] ends = np.array(offsets)
        cdef int64_t n_stream = stream_size(ends, boundaries)
        _check_offsets(np.asarray(ends), ids.shape[0])
        if n_stream > MAX_STREAM or weight.shape[0] < 1 or np.min(weight) < 1 or not unit > 0 or v < 0:
            raise ValueError("the corpus, the weights or the number of words are outside their range")
        if boundaries:
            start, end = n_words, n_words + 1
        outside = "ids must be at least 0 and below the number of words"
        if ids.shape[0] and (np.min(ids) < 0 or np.max(ids) >= n_words):
            raise ValueError(outside)
        cdef int32_t[::1] stream = np.empty(n_stream, np.int32)
        cdef int64_t[::1] occurrences = np.zeros(max(v, 1), np.int64)
        cdef const int32_t *first_id = &ids[0] if ids.shape[0] else NULL
        with nogil:
            cw2v_cooccur_stream(first_id, &ends[0], ends.shape[0] - 1, start, end, &stream[0])
        if np.min(stream) < CW2V_NO_WORD or np.max(stream) >= v:
            raise ValueError(outside)
        with nogil:
            cw2v_cooccur_count(&stream[0], n_stream, &occurrences[0])
        self._alive = stream, weight
        self.occurrences = np.asarray(occurrences)[:v]
        self.size = np.zeros(max(v, 1), np.int64)
        self.c.stream, self.c.n_stream, self.c.n_words = &stream[0], n_stream, v
        self.c.weight, self.c.window, self.c.unit, self.c.directed = &weight[0], weight.shape[0], unit, directed

    @property
    def n_words(self):
        return self.c.n_words

    @property
    def loaded(self):
        return self.c.first_row, self.c.last_row

    def load(self, int32_t first, int32_t last):
        if not 0 <= first <= last <= self.c.n_words:
            raise ValueError("rows must lie in the matrix")
        self.unload()
        begin_array = np.concatenate([[0], np.cumsum(self.occurrences[first:last])]).astype(np.int64)
        cdef int64_t[::1] begin = begin_array, cursor = begin_array.copy()
        cdef uint32_t[::1] position = np.empty(max(begin_array[-1], 1), np.uint32)
        with nogil:
            cw2v_cooccur_index(self.c.stream, self.c.n_stream, first, last, &cursor[0], &position[0])
        self._loaded = begin, position
        self.c.first_row, self.c.last_row, self.c.begin, self.c.position = first, last, &begin[0], &position[0]

    def unload(self):
        self.c.first_row = self.c.last_row = 0
        self._loaded = None

    def measure(self, int32_t first, int32_t last, Scratch scratch):
        cdef int status
        self._check_scratch(scratch)
        with nogil:
            status = cw2v_cooccur_sizes(&self.c, first, last, &scratch.scratch, &self.size[0])
        check_status(status, "counting the columns of rows")

    def n_pairs(self):
        return int(np.sum(self.size))

    def allocate(self):
        n = self.n_pairs()
        self.indptr = np.concatenate([[0], np.cumsum(np.asarray(self.size)[:self.c.n_words])]).astype(np.int64)
        # One element more, so that there is a first one to point at.
        self.indices, self.data = np.empty(n + 1, np.int32), np.empty(n + 1, np.float64)

    def fill(self, int32_t first, int32_t last, Scratch scratch):
        cdef int status
        self._check_scratch(scratch)
        if self.indptr is None:
            raise ValueError("the result must be allocated first")
        with nogil:
            status = cw2v_cooccur_rows(&self.c, first, last, &scratch.scratch, &self.indptr[0], &self.indices[0],
                                       &self.data[0])
        check_status(status, "filling rows")

    def result(self):
        return np.asarray(self.indptr), np.asarray(self.indices)[:-1], np.asarray(self.data)[:-1]

    cdef _check_scratch(self, Scratch scratch):
        if scratch.n_words < self.c.n_words:
            raise ValueError("scratch is too small")


cdef class Csr:
    cdef cw2v_csr a
    cdef object _alive

    def __init__(self, const int64_t[::1] indptr, const int32_t[::1] indices, const double[::1] data,
                 int32_t n_columns):
        _check_offsets(np.asarray(indptr), indices.shape[0])
        if indices.shape[0] != data.shape[0] or n_columns < 0 or indptr.shape[0] > 2**31 - 1:
            raise ValueError("indices and data must be equally long, and the shape must fit int32")
        if indices.shape[0] and (np.min(indices) < 0 or np.max(indices) >= n_columns):
            raise ValueError("indices must be at least 0 and below the number of columns")
        self._alive = indptr, indices, data
        self.a.n_rows, self.a.n_columns, self.a.indptr = <int32_t>(indptr.shape[0] - 1), n_columns, &indptr[0]
        self.a.indices = &indices[0] if indices.shape[0] else NULL
        self.a.data = &data[0] if data.shape[0] else NULL

    def times(self, int32_t first, int32_t last, const double[:, ::1] x, double[:, ::1] y):
        cdef int64_t k = x.shape[1]
        if x.shape[0] != self.a.n_columns or y.shape[0] != self.a.n_rows or y.shape[1] != k:
            raise ValueError("x must be (n_columns, k) and y (n_rows, k)")
        if not 0 <= first <= last <= self.a.n_rows:
            raise ValueError("rows must lie in the matrix")
        if first == last or k == 0:
            return
        cdef const double *from_ = &x[0, 0] if x.shape[0] else NULL
        with nogil:
            cw2v_csr_times(&self.a, first, last, from_, k, &y[0, 0])

    def transposed_times(self, int64_t first, int64_t last, const double[:, ::1] x, double[:, ::1] y):
        cdef int64_t k = x.shape[1]
        if x.shape[0] != self.a.n_rows or y.shape[0] != self.a.n_columns or y.shape[1] != k:
            raise ValueError("x must be (n_rows, k) and y (n_columns, k)")
        if not 0 <= first <= last <= k:
            raise ValueError("columns must lie in the matrix")
        if first == last or x.shape[0] == 0 or y.shape[0] == 0:
            return
        with nogil:
            cw2v_csr_transposed_times(&self.a, first, last, &x[0, 0], k, &y[0, 0])

    def transpose(self):
        counts = np.zeros(self.a.n_columns + 1, np.int64)
        n = self.a.indptr[self.a.n_rows]
        cdef int64_t[::1] cursor = counts
        cdef int32_t[::1] indices = np.empty(n + 1, np.int32)
        cdef double[::1] data = np.empty(n + 1, np.float64)
        cdef int64_t i
        with nogil:
            for i in range(self.a.indptr[self.a.n_rows]):
                cursor[self.a.indices[i] + 1] += 1
        np.cumsum(counts, out=counts)
        indptr = counts.copy()
        with nogil:
            cw2v_csr_transpose(&self.a, &cursor[0], &indices[0], &data[0])
        return indptr, np.asarray(indices)[:-1], np.asarray(data)[:-1]

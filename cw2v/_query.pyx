# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False
"""Nearest rows and cosines: thin calls into csrc/query, which check their buffers before."""

from libc.stdint cimport uintptr_t

import numpy as np

from cw2v._core cimport _table as chosen_simd

FORMS = {"cosine": CW2V_FORM_COSINE, "sum": CW2V_FORM_SUM, "product": CW2V_FORM_PRODUCT}
MAX_QUERIES = 2**16


cdef _aligned_zeros(int64_t n):
    # Floats on a 64-byte boundary; shorter than cw2v._core.aligned_zeros, since a question is short too.
    raw = np.zeros(n + 16, np.float32)
    cdef float[::1] floats = raw
    cdef int64_t begin = (-<int64_t><uintptr_t>&floats[0] & 63) // 4
    return raw[begin:begin + n]


cdef _check_parts(const int64_t[::1] begin, int64_t n, int64_t size, str name):
    cdef bint sound = begin.shape[0] == n + 1 and begin[0] == 0 and begin[n] == size
    cdef int64_t i
    for i in range(n if sound else 0):
        sound = sound and begin[i] <= begin[i + 1]
    if not sound:
        raise ValueError(f"{name} must rise from 0 to {size} in {n + 1} steps")


cdef class Answers:
    cdef cw2v_answers best
    cdef readonly object count, scores, rows
    cdef object _alive

    def __init__(self, int32_t n_questions, int32_t most):
        if n_questions < 1 or most < 1:
            raise ValueError("n_questions and most must be at least 1")
        cdef int32_t[::1] count = np.zeros(n_questions, np.int32)
        cdef float[:, ::1] scores = np.full((n_questions, most), -np.inf, np.float32)
        cdef int64_t[:, ::1] rows = np.full((n_questions, most), np.iinfo(np.int64).max)
        self.best.most, self.best.n, self.best.score, self.best.row = most, &count[0], &scores[0, 0], &rows[0, 0]
        self.count, self.scores, self.rows = np.asarray(count), np.asarray(scores), np.asarray(rows)


cdef class Questions:
    cdef cw2v_questions q
    cdef const float[:, ::1] queries
    cdef int32_t dim
    cdef object _alive

    def __init__(self, const float[:, :] queries, str form="cosine", terms=None, left_out=None,
                 float least=-np.inf):
        cdef const int64_t[::1] begin, negative, left_begin, left_rows
        cdef const int32_t[::1] term
        cdef int64_t n = queries.shape[0], dim = queries.shape[1]
        if not 1 <= n <= MAX_QUERIES or not 1 <= dim < 2**31 - 16:
            raise ValueError(f"queries must be 1 to {MAX_QUERIES} vectors")
        padded = _aligned_zeros(n * cw2v_query_stride(<int32_t>dim)).reshape(n, -1)
        padded[:, :dim] = queries
        self.queries, self.dim = padded, <int32_t>dim
        self.q.form, self.q.least, self.q.n = FORMS[form], least, <int32_t>n
        if self.q.form != CW2V_FORM_COSINE:
            begin, negative, term = terms
            _check_parts(begin, begin.shape[0] - 1, term.shape[0], "begin")
            n = begin.shape[0] - 1
            if n < 1 or n >= 2**31 or negative.shape[0] != n or (np.asarray(negative) < begin[:n]).any() or (
                    np.asarray(negative) > begin[1:]).any():
                raise ValueError("negative must lie within each question's terms")
            if term.shape[0] and not 0 <= np.min(term) <= np.max(term) < queries.shape[0]:
                raise ValueError("terms must be indices of queries")
            self.q.n, self.q.begin, self.q.negative = <int32_t>n, &begin[0], &negative[0]
            self.q.term = &term[0] if term.shape[0] else NULL
        left_begin, left_rows = left_out or (np.zeros(n + 1, np.int64), np.zeros(0, np.int64))
        _check_parts(left_begin, n, left_rows.shape[0], "left_out")
        self.q.left_begin, self.q.left_out = &left_begin[0], &left_rows[0] if left_rows.shape[0] else NULL
        self._alive = terms, left_begin, left_rows

    def __len__(self):
        return self.q.n

    @property
    def n_queries(self):
        return self.queries.shape[0]

    @property
    def nbytes(self):
        """Bytes of scratch that a search needs."""
        return 4 * cw2v_search_scratch(self.dim, <int32_t>self.queries.shape[0])


cdef class Search:
    cdef cw2v_search s
    cdef Questions questions
    cdef int64_t n_places
    cdef object _alive

    def __init__(self, const float[:, ::1] vectors, Questions questions, int64_t offset=0,
                 const int64_t[::1] among=None, name=None):
        cdef int64_t n = vectors.shape[0]
        if vectors.shape[1] != questions.dim or n < 1:
            raise ValueError("vectors must be at least one, of the queries' dimensions")
        if among is not None and among.shape[0] and (
                among[0] < 0 or among[among.shape[0] - 1] >= n or (np.diff(among) <= 0).any()):
            raise ValueError("among must be rows, rising")
        cdef float[::1] scratch = _aligned_zeros(
            cw2v_search_scratch(questions.dim, <int32_t>questions.queries.shape[0]))
        self._alive, self.questions = (vectors, among, scratch), questions
        self.n_places = n if among is None else among.shape[0]
        self.s.simd, self.s.vectors, self.s.offset, self.s.dim = chosen_simd(name), &vectors[0, 0], offset, questions.dim
        self.s.among = &among[0] if among is not None and among.shape[0] else NULL
        self.s.queries, self.s.n_queries = &questions.queries[0, 0], <int32_t>questions.queries.shape[0]
        self.s.scratch = &scratch[0]

    cdef _check_places(self, int64_t first, int64_t last):
        if not 0 <= first <= last <= self.n_places:
            raise ValueError("first and last must be places of rows")

    def best(self, int64_t first, int64_t last, Answers answers):
        self._check_places(first, last)
        if answers.count.shape[0] != self.questions.q.n:
            raise ValueError("answers must be to as many questions")
        with nogil:
            cw2v_search_best(&self.s, &self.questions.q, first, last, &answers.best)

    def cosines(self, int64_t first, int64_t last, float[:, ::1] out):
        self._check_places(first, last)
        if out.shape[0] != self.s.n_queries or out.shape[1] < last or last == first:
            raise ValueError("out must have a row for each query and a column for each place")
        with nogil:
            cw2v_search_cosines(&self.s, first, last, &out[0, first], out.shape[1])


cdef class Sketch:
    cdef cw2v_sketch s
    cdef int64_t n_rows
    cdef readonly int64_t nbytes
    cdef object _alive

    def __init__(self, int64_t n_rows, int32_t dim):
        if n_rows < 1 or not 1 <= dim < 2**31 - 16:
            raise ValueError("there must be at least one row of at least one dimension")
        cdef int8_t[:, ::1] codes = np.empty((n_rows, cw2v_code_stride(dim)), np.int8)
        cdef float[:, ::1] numbers = np.empty((2, n_rows), np.float32)
        self._alive = codes, numbers
        self.s.codes, self.s.scale, self.s.error, self.s.dim = &codes[0, 0], &numbers[0, 0], &numbers[1, 0], dim
        self.n_rows, self.nbytes = n_rows, codes.nbytes + numbers.nbytes

    cdef _check_rows(self, int64_t first, int64_t last):
        if not 0 <= first <= last <= self.n_rows:
            raise ValueError("first and last must be rows")

    def make(self, const float[:, ::1] vectors, int64_t first, int64_t last, name=None):
        cdef const cw2v_simd *simd = chosen_simd(name)
        self._check_rows(first, last)
        if vectors.shape[0] != self.n_rows or vectors.shape[1] != self.s.dim:
            raise ValueError("vectors must be those that there is room for")
        with nogil:
            cw2v_sketch_make(simd, &self.s, &vectors[0, 0], first, last)


cdef class Candidates:
    cdef cw2v_candidates c
    cdef cw2v_sketch_query query
    cdef const cw2v_simd *simd
    cdef Sketch sketch
    cdef object _rows, _alive

    def __init__(self, Sketch sketch not None, const int16_t[::1] code, float scale, float error, int32_t most,
                 int64_t max_rows, name=None):
        if code.shape[0] != cw2v_code_stride(sketch.s.dim) or np.abs(code, dtype=np.int64).sum() >= 2**24:
            raise ValueError("code must be as long as those of the rows, and of a sum below 2^24")
        if most < 1 or max_rows < 1:
            raise ValueError("most and max_rows must be at least 1")
        cdef float[::1] lower = np.empty(most, np.float32), upper = np.empty(max_rows, np.float32)
        cdef int64_t[::1] row = np.empty(max_rows, np.int64)
        self.query.code, self.query.scale, self.query.error = &code[0], scale, error
        self.c.most, self.c.n, self.c.lower = most, 0, &lower[0]
        self.c.max_rows, self.c.n_rows, self.c.row, self.c.upper = max_rows, 0, &row[0], &upper[0]
        self.simd, self.sketch, self._rows, self._alive = chosen_simd(name), sketch, np.asarray(row), (code, lower, upper)

    @property
    def rows(self):
        return self._rows[:self.c.n_rows]

    def scan(self, int64_t first, int64_t last):
        cdef int is_enough
        self.sketch._check_rows(first, last)
        with nogil:
            is_enough = cw2v_sketch_scan(self.simd, &self.sketch.s, &self.query, first, last, &self.c)
        return bool(is_enough)

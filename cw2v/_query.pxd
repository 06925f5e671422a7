"""What csrc/query declares, word for word."""

from libc.stdint cimport int8_t, int16_t, int32_t, int64_t

from cw2v._core cimport cw2v_simd


cdef extern from "query/search.h" nogil:
    int CW2V_FORM_COSINE
    int CW2V_FORM_SUM
    int CW2V_FORM_PRODUCT
    int CW2V_PANEL

    ctypedef struct cw2v_search:
        const cw2v_simd *simd
        const float *vectors
        int64_t offset
        const int64_t *among
        const float *queries
        int32_t dim
        int32_t n_queries
        float *scratch

    ctypedef struct cw2v_questions:
        int form
        int32_t n
        const int64_t *begin
        const int64_t *negative
        const int32_t *term
        const int64_t *left_begin
        const int64_t *left_out
        float least

    ctypedef struct cw2v_answers:
        int32_t most
        int32_t *n
        float *score
        int64_t *row

    int64_t cw2v_query_stride(int32_t dim)
    int64_t cw2v_search_scratch(int32_t dim, int32_t n_queries)
    void cw2v_search_best(const cw2v_search *s, const cw2v_questions *q, int64_t first, int64_t last,
                          cw2v_answers *best)
    void cw2v_search_cosines(const cw2v_search *s, int64_t first, int64_t last, float *out, int64_t stride)


cdef extern from "query/sketch.h" nogil:
    ctypedef struct cw2v_sketch:
        int8_t *codes
        float *scale
        float *error
        int32_t dim

    ctypedef struct cw2v_sketch_query:
        const int16_t *code
        float scale
        float error

    ctypedef struct cw2v_candidates:
        int32_t most
        int32_t n
        float *lower
        int64_t max_rows
        int64_t n_rows
        int64_t *row
        float *upper

    int64_t cw2v_code_stride(int32_t dim)
    void cw2v_sketch_make(const cw2v_simd *simd, const cw2v_sketch *sketch, const float *vectors, int64_t first,
                          int64_t last)
    int cw2v_sketch_scan(const cw2v_simd *simd, const cw2v_sketch *sketch, const cw2v_sketch_query *query,
                         int64_t first, int64_t last, cw2v_candidates *c)

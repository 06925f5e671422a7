"""What csrc/query declares, word for word."""

from libc.stdint cimport int32_t, int64_t

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

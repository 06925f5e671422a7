"""What csrc/cooccur declares, word for word."""

from libc.stdint cimport int32_t, int64_t, uint32_t, uint64_t


cdef extern from "cooccur/cooccur.h" nogil:
    int32_t CW2V_NO_WORD

    ctypedef struct cw2v_cooccur:
        const int32_t *stream
        int64_t n_stream
        int32_t n_words
        int32_t window
        int directed
        const int64_t *weight
        double unit
        int32_t first_row
        int32_t last_row
        const int64_t *begin
        const uint32_t *position

    ctypedef struct cw2v_cooccur_scratch:
        int64_t *sum
        uint64_t *column
        uint64_t *group

    int64_t cw2v_cooccur_stream_size(const int64_t *offsets, int64_t n_sentences, int boundaries)
    void cw2v_cooccur_stream(const int32_t *ids, const int64_t *offsets, int64_t n_sentences, int32_t start,
                             int32_t end, int32_t *out)
    void cw2v_cooccur_count(const int32_t *stream, int64_t n_stream, int64_t *count)
    void cw2v_cooccur_index(const int32_t *stream, int64_t n_stream, int32_t first_row, int32_t last_row,
                            int64_t *cursor, uint32_t *position)
    int cw2v_cooccur_sizes(const cw2v_cooccur *c, int32_t first, int32_t last, cw2v_cooccur_scratch *scratch,
                           int64_t *size)
    int cw2v_cooccur_rows(const cw2v_cooccur *c, int32_t first, int32_t last, cw2v_cooccur_scratch *scratch,
                          const int64_t *indptr, int32_t *indices, double *data)


cdef extern from "cooccur/sparse.h" nogil:
    ctypedef struct cw2v_csr:
        int32_t n_rows
        int32_t n_columns
        const int64_t *indptr
        const int32_t *indices
        const double *data

    void cw2v_csr_times(const cw2v_csr *a, int32_t first, int32_t last, const double *x, int64_t k, double *y)
    void cw2v_csr_transposed_times(const cw2v_csr *a, int64_t first, int64_t last, const double *x, int64_t k,
                                   double *y)
    void cw2v_csr_transpose(const cw2v_csr *a, int64_t *cursor, int32_t *indices, double *data)

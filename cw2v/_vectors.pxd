"""What csrc/vectors declares, word for word."""

from libc.stdint cimport int64_t, uint8_t, uint64_t


cdef extern from "status.h" nogil:
    ctypedef enum cw2v_status:
        CW2V_OK
        CW2V_EINVAL
        CW2V_EFULL


cdef extern from "vectors/rows.h" nogil:
    ctypedef struct cw2v_span:
        int64_t begin
        int64_t end

    ctypedef struct cw2v_unsure:
        int64_t index
        cw2v_span text

    ctypedef struct cw2v_block:
        const uint8_t *text
        int64_t size
        int64_t n_rows
        int64_t dim
        cw2v_span *word
        void *values
        int doubles
        int64_t n_odd
        int64_t first_odd

    ctypedef struct cw2v_text_rows:
        const int64_t *line
        cw2v_unsure *unsure
        int64_t n_unsure
        int64_t max_unsure

    ctypedef struct cw2v_written:
        const uint8_t *text
        const int64_t *end
        const int64_t *row
        const float *values
        int64_t n_rows
        int64_t dim

    int64_t cw2v_cut_lines(const uint8_t *text, int64_t size, int is_last, int64_t *line, int64_t n_rows)
    int64_t cw2v_read_text_rows(cw2v_block *block, cw2v_text_rows *rows, cw2v_status *status)
    int64_t cw2v_cut_binary_rows(const cw2v_block *block, int64_t *position)
    void cw2v_read_binary_rows(cw2v_block *block)
    int64_t cw2v_written_size(const cw2v_written *w)
    int64_t cw2v_write_text_rows(const cw2v_written *w, uint8_t *out)
    int64_t cw2v_write_binary_rows(const cw2v_written *w, uint8_t *out)
    int cw2v_check_words(const uint8_t *text, int64_t size, int binary, int64_t n_words, int64_t *end)


cdef extern from "vectors/key_table.h" nogil:
    ctypedef struct cw2v_key_table:
        const uint8_t *bytes
        const int64_t *begin
        int64_t n_keys
        uint64_t *slots
        uint64_t mask

    int64_t cw2v_key_table_fill(cw2v_key_table *table)
    int64_t cw2v_key_table_find(const cw2v_key_table *table, const uint8_t *key, int64_t size)


cdef extern from "text/utf8.h" nogil:
    uint64_t cw2v_utf8_valid(const uint8_t *bytes, uint64_t length)

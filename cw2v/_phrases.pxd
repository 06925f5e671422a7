# Mirrors csrc/phrases/*.h. Meanings, shapes and contracts are written there.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t


cdef extern from "status.h" nogil:
    int CW2V_OK
    int CW2V_EFULL


cdef extern from "phrases/pair_table.h" nogil:
    int CW2V_PAIR_BATCH

    ctypedef struct cw2v_pair:
        int64_t key
        int64_t value

    ctypedef struct cw2v_pair_table:
        cw2v_pair *slots
        uint64_t mask
        int64_t n_pairs
        int64_t max_pairs

    ctypedef struct cw2v_part:
        uint32_t part
        uint32_t n_parts

    int cw2v_count_pairs(cw2v_pair_table *table, cw2v_part part, const int32_t *heads, const int32_t *ids,
                         int64_t n, int64_t *position)
    int cw2v_add_pairs(cw2v_pair_table *table, cw2v_part part, const int64_t *keys, const int64_t *values,
                       int64_t n, int64_t *position)
    void cw2v_move_pairs(const cw2v_pair_table *table, cw2v_pair_table *larger)
    void cw2v_list_pairs(const cw2v_pair_table *table, int64_t *keys, int64_t *values)


cdef extern from "phrases/candidates.h" nogil:
    int CW2V_MAX_HEADS

    ctypedef struct cw2v_heads:
        cw2v_pair_table numbers
        int64_t *packed

    ctypedef struct cw2v_reader:
        const int32_t *ids
        const int64_t *offsets
        const uint8_t *is_connector
        int64_t position
        int64_t sentence
        int64_t previous

    int cw2v_read_heads(cw2v_reader *reader, cw2v_heads *tree, int64_t base, int64_t end, int32_t *heads)
    int32_t cw2v_find_head(const cw2v_heads *tree, int32_t head, int32_t word)

    ctypedef struct cw2v_matches:
        int64_t previous
        int64_t done
        int64_t *first
        int64_t *last
        int64_t *value
        int64_t n

    void cw2v_match(const cw2v_pair_table *phrases, const int32_t *heads, const int32_t *ids, int64_t base,
                    int64_t n, cw2v_matches *matches)


cdef extern from "phrases/lines.h" nogil:
    ctypedef struct cw2v_lines:
        const uint8_t *text
        const int64_t *begins
        const int32_t *ids
        const int64_t *offsets

    int64_t cw2v_lines_size(const cw2v_lines *lines, int64_t first, int64_t last)
    void cw2v_write_lines(const cw2v_lines *lines, int64_t first, int64_t last, uint8_t *out)

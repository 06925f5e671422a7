# Mirrors csrc/text/*.h. Meanings, shapes and contracts are written there.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint32_t, uint64_t


cdef extern from "status.h" nogil:
    int CW2V_OK
    int CW2V_EINVAL
    int CW2V_EFULL
    int CW2V_EUTF8


cdef extern from "text/word_table.h" nogil:
    ctypedef struct cw2v_word:
        uint64_t offset
        uint64_t length
        uint64_t second
        int64_t count

    ctypedef struct cw2v_slot:
        uint64_t first
        uint32_t tag
        uint32_t id1

    ctypedef struct cw2v_word_table:
        uint8_t *bytes
        uint64_t n_bytes
        uint64_t max_bytes
        cw2v_slot *slots
        uint64_t mask
        cw2v_word *words
        int64_t n_words
        int64_t max_words

    void cw2v_table_rehash(cw2v_word_table *table)

    ctypedef struct cw2v_entries:
        const uint8_t *text
        uint64_t text_size
        const cw2v_word *words
        const int64_t *order
        int64_t n

    int cw2v_table_merge(cw2v_word_table *table, const cw2v_entries *entries, int32_t *ids)


cdef extern from "text/bytes.h" nogil:
    int64_t cw2v_count_newlines(const uint8_t *text, uint64_t size)


cdef extern from "text/tokenizer.h" nogil:
    ctypedef struct cw2v_scanner:
        const uint8_t *text
        uint64_t size
        uint64_t position
        int32_t *ids
        int64_t n_ids
        int64_t max_ids
        int64_t *line_ends
        int64_t n_line_ends
        int64_t max_line_ends
        uint64_t bad_byte
        uint64_t new_bytes

    int cw2v_scan(cw2v_scanner *scanner, cw2v_word_table *table)


cdef extern from "text/sentences.h" nogil:
    ctypedef struct cw2v_cutter:
        int64_t max_words
        int64_t position
        int64_t open_words
        int64_t *ends
        int64_t n_ends
        int64_t max_ends

    int cw2v_cut_lines(cw2v_cutter *cutter, const int64_t *line_ends, int64_t n_line_ends, int64_t n_tokens)

    ctypedef struct cw2v_remapper:
        int32_t *out
        int64_t n_out
        int64_t max_out
        int64_t *offsets
        int64_t n_offsets
        int64_t next_offset
        int64_t position

    int cw2v_remap(cw2v_remapper *remapper, const int32_t *ids, int64_t n_ids, const int32_t *map, int64_t n_map)

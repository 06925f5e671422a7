# Mirrors csrc/: simd/simd.h, rng/alias.h, model/model.h, step/step.h, train/*.h.
from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t


cdef extern from "status.h":
    ctypedef enum cw2v_status:
        CW2V_OK


cdef extern from "simd/simd.h":
    int CW2V_ROW_ALIGN
    int CW2V_MAX_CONTEXTS
    ctypedef struct cw2v_window:
        float **context
        const float *context_weight
        float **target
        const float *sign
        const float *gain
        float *gradient
        double *loss
        const float *times
        int32_t n_contexts
        int32_t n_targets
        int32_t dim
        int32_t columns
        int32_t n_next
    ctypedef struct cw2v_softmax:
        float **context
        const int32_t *target
        const float *weight
        float *rows
        float *gradient
        double *loss
        float alpha
        int32_t n_contexts, n_words, dim
    int64_t cw2v_softmax_scratch(int32_t) noexcept nogil
    ctypedef struct cw2v_simd:
        const char *name
        float (*dot)(const float *, const float *, int64_t) noexcept nogil
        void (*axpy)(float, const float *, float *, int64_t) noexcept nogil
        void (*sigmoid)(const float *, float *, int64_t) noexcept nogil
        void (*window)(const cw2v_window *, float *) noexcept nogil
        void (*softmax)(const cw2v_softmax *, float *) noexcept nogil
        void (*gather)(float **, int32_t, float, float *, int64_t) noexcept nogil
        void (*scatter)(float **, int32_t, float, const float *, int64_t) noexcept nogil
        void (*merge)(float *, float *, float *, int64_t) noexcept nogil
    int32_t cw2v_window_column(int32_t) noexcept nogil
    int32_t cw2v_window_stride(int32_t) noexcept nogil
    int64_t cw2v_window_scratch(int32_t) noexcept nogil
    const cw2v_simd *cw2v_simd_available(int) noexcept nogil
    const cw2v_simd *cw2v_simd_find(const char *) noexcept nogil


cdef extern from "rng/alias.h":
    ctypedef struct cw2v_alias_slot:
        uint32_t accept
        int32_t other
    cw2v_status cw2v_alias_build(const double *, int32_t, cw2v_alias_slot *, double *) noexcept nogil


cdef extern from "rng/rng.h":
    ctypedef enum cw2v_stream:
        CW2V_STREAM_TOKEN
        CW2V_STREAM_NOISE
        CW2V_STREAM_ORDER
    uint64_t cw2v_random(uint64_t, uint64_t) noexcept nogil
    void cw2v_random_order(uint64_t, int64_t, int64_t *) noexcept nogil
    uint64_t cw2v_stream_key(uint64_t, uint64_t, cw2v_stream) noexcept nogil


cdef extern from "model/huffman.h":
    int CW2V_MAX_PATH
    ctypedef struct cw2v_paths:
        const int64_t *begin
        const int32_t *node
        const uint8_t *code
    cw2v_status cw2v_huffman_build(const int64_t *, int32_t, int32_t *, uint8_t *, int64_t *,
                                   int32_t *) noexcept nogil
    cw2v_status cw2v_huffman_lengths(const int32_t *, int32_t, int64_t *) noexcept nogil
    void cw2v_huffman_paths(const int32_t *, const uint8_t *, int32_t, const int64_t *, int32_t *, uint8_t *) noexcept nogil


cdef extern from "model/model.h":
    int CW2V_RING
    int CW2V_DRAW_BATCH
    int CW2V_MOST_COUNTED
    int CW2V_UPDATE
    int CW2V_LANES
    int CW2V_OBJECTIVES
    int CW2V_PATTERNS
    int32_t cw2v_max_targets(int32_t) noexcept nogil
    int CW2V_MAX_NEGATIVE
    ctypedef struct cw2v_params:
        const cw2v_simd *simd
        int32_t n_words, dim, columns, window_left, window_right, shrink_windows, architecture, cbow_mean, cbow_exact
        int32_t softmax, hs
        cw2v_paths paths
        int32_t negative, shared_negatives, measure_loss, fused
        uint64_t token_key, noise_key
        const uint32_t *keep
        int32_t n_subsampled
        const cw2v_alias_slot *noise
        const float *lock
        double start_alpha, end_alpha, progress_begin, progress_step
    ctypedef struct cw2v_corpus:
        const int32_t *ids
        const int64_t *offsets
        const int64_t *blocks
        int64_t n_blocks
        const int64_t *order
        const int64_t *before
        int64_t first, last, largest_block
    ctypedef struct cw2v_pairs:
        const int32_t *input
        const int32_t *target
        const float *weight
        int64_t n_pairs
    ctypedef struct cw2v_hot_rows:
        float *shared
        float *local
        float *base
        int32_t *allowance
        int32_t *limit
        int32_t *noise
        int32_t *due
        int32_t n_rows
        int32_t *slot
        int32_t *taken
        int32_t *updates
    int32_t cw2v_hot_rows_size(int32_t n_rows)
    ctypedef struct cw2v_scratch:
        cw2v_hot_rows input
        cw2v_hot_rows output
        int32_t counted
        cw2v_hot_rows nodes
        int32_t *kept
        int32_t *kept_position
        int32_t *left
        int32_t *right
        int32_t *twin
        int32_t *repeat
        int32_t *last
        int32_t *noise
        uint64_t *bits
        uint64_t *counter
        int32_t *coincides
        float **noise_rows
        float **input_rows
        float *window
        float *pattern
        float *hidden
        float *gradient
        float *locked
        float *logits
        float *batch
        float **context_rows
        float **target_rows
        const float **next_rows
        int64_t n_changed
    ctypedef struct cw2v_control:
        pass
    ctypedef struct cw2v_tally:
        int64_t trained, subsampled, pairs
        double loss[3]


cdef extern from "step/step.h":
    void cw2v_step_generic(const cw2v_simd *, const cw2v_window *, float *, float *) noexcept nogil
    void cw2v_softmax_generic(const cw2v_simd *, const cw2v_softmax *, float *) noexcept nogil


cdef extern from "train/sample.h":
    int32_t cw2v_sample_block(const cw2v_params *, const cw2v_corpus *, int64_t, cw2v_scratch *) noexcept nogil
    void cw2v_draw_noise(const cw2v_params *, uint64_t, int32_t *) noexcept nogil


cdef extern from "train/train.h":
    void cw2v_train_blocks(const cw2v_params *, const cw2v_corpus *, cw2v_control *, cw2v_scratch *,
                           cw2v_tally *) noexcept nogil
    void cw2v_train_pairs(const cw2v_params *, const cw2v_pairs *, cw2v_control *, cw2v_scratch *,
                          cw2v_tally *) noexcept nogil
    void cw2v_control_reset(cw2v_control *, int64_t, int64_t) noexcept nogil
    void cw2v_control_stop(cw2v_control *) noexcept nogil
    void cw2v_control_pause(cw2v_control *) noexcept nogil
    int64_t cw2v_control_next(cw2v_control *) noexcept nogil
    int64_t cw2v_control_words(cw2v_control *) noexcept nogil


cdef extern from "train/lanes.h":
    ctypedef struct cw2v_lane:
        cw2v_scratch *scratch
        cw2v_tally tally
    ctypedef struct cw2v_lanes:
        cw2v_lane lane[8]
    int64_t cw2v_lane_rows(const cw2v_params *, int64_t) noexcept nogil
    void cw2v_lanes_begin(cw2v_lanes *, const cw2v_params *) noexcept nogil
    void cw2v_train_lanes(const cw2v_params *, const cw2v_corpus *, cw2v_control *, cw2v_lanes *) noexcept nogil


cdef class Control:
    cdef cw2v_control control


cdef class Epoch:
    cdef cw2v_params params
    cdef cw2v_corpus corpus
    cdef readonly int64_t largest_block
    cdef readonly object order
    cdef readonly object before
    cdef object _kept_alive
    cdef _check(self, const int32_t[::1], const int64_t[::1], const int64_t[::1], const uint32_t[::1],
                const uint32_t[:, ::1], int, int, int, int, object)
    cdef _set_paths(self, const int64_t[::1], const int32_t[::1], const uint8_t[::1])
    cdef _set_lock(self, const float[::1])
    cdef _set_order(self, object, bint, uint64_t)


cdef class Pairs:
    cdef cw2v_pairs pairs
    cdef int64_t largest
    cdef object _kept_alive


cdef class Worker:
    cdef cw2v_scratch scratch
    cdef int64_t room
    cdef int64_t width
    cdef int64_t lane_rows[3]
    cdef int32_t dim
    cdef int32_t negative
    cdef int32_t n_words
    cdef bint has_nodes
    cdef bint has_softmax
    cdef list _kept_alive
    cdef _allocate(self, Epoch)
    cdef _hot(self, cw2v_hot_rows *, float[:, ::1], object, object share=*)
    cdef _lane(self, cw2v_hot_rows *, float[:, ::1], int32_t[:, ::1], int, int64_t)
    cdef _check(self, Epoch)


cdef class Lanes:
    cdef cw2v_lanes *lanes
    cdef list _workers
    cdef Epoch _epoch


# The kernels that CW2V_SIMD or `name` chooses; for other compiled modules too.
cdef const cw2v_simd *_table(object name) except NULL

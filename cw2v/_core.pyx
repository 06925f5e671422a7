# cython: language_level=3, boundscheck=False, wraparound=False, initializedcheck=False, embedsignature=True
"""The compiled training core: thin calls into csrc/. Each checks its buffers, takes pointers and calls C once."""

from libc.stdint cimport INT32_MAX, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t, uintptr_t
from libc.stdlib cimport calloc, free
from libc.string cimport memset

import os

import numpy as np

from cw2v.errors import CorpusError, ParameterError, check_status

ROW_ALIGN = CW2V_ROW_ALIGN
DRAW_BATCH, MOST_COUNTED = CW2V_DRAW_BATCH, CW2V_MOST_COUNTED
MAX_CONTEXTS = CW2V_MAX_CONTEXTS
LANES = CW2V_LANES
OBJECTIVES = CW2V_OBJECTIVES
MAX_NEGATIVE = CW2V_MAX_NEGATIVE


cdef const cw2v_simd *_find_simd(name) except NULL:
    cdef bytes encoded = (name or "").encode()
    cdef const cw2v_simd *table = cw2v_simd_find(encoded)
    if table == NULL:
        raise ParameterError(
            f"instruction set {name!r} (CW2V_SIMD) is not one this machine runs: {', '.join(simd_available())}")
    return table


def simd_available():
    cdef int i = 0
    names = []
    while cw2v_simd_available(i) != NULL:
        names.append(cw2v_simd_available(i).name.decode())
        i += 1
    return tuple(names)


# What CW2V_SIMD names is looked up now and used from then on; a wrong name is reported by the first use, as any error.
_chosen = os.environ.get("CW2V_SIMD", "")


cdef const cw2v_simd *_table(name) except NULL:
    return _find_simd(_chosen if name is None else name)


def simd():
    return _table(None).name.decode()


def aligned_zeros(shape, dtype=np.float32):
    size = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    raw = np.zeros(size + 64, dtype=np.uint8)
    begin = -raw.ctypes.data % 64
    return raw[begin:begin + size].view(dtype).reshape(shape)


cdef float *_rows(float[:, ::1] rows, int32_t dim) except? NULL:
    # Pointer to aligned rows of `dim` floats; NULL for no rows.
    if rows.shape[0] == 0:
        return NULL
    if rows.shape[1] != dim or dim % CW2V_ROW_ALIGN != 0 or <uintptr_t>&rows[0, 0] % 64 != 0:
        raise ValueError(f"rows must be 64-byte aligned and {dim} floats long, a multiple of {CW2V_ROW_ALIGN}")
    return &rows[0, 0]


def alias_table(double[::1] weights):
    cdef int32_t n = <int32_t>weights.shape[0]
    table = np.zeros((n, 2), dtype=np.uint32)
    cdef uint32_t[:, ::1] slots = table
    cdef double[::1] work = np.zeros(max(2 * n, 2))
    if n == 0:
        raise ValueError("weights must have at least one element")
    check_status(cw2v_alias_build(&weights[0], n, <cw2v_alias_slot *>&slots[0, 0], &work[0]),
                 "noise distribution (weights must be finite, not negative, and not all zero)")
    return table


def random_uint64(uint64_t key, uint64_t counter):
    return cw2v_random(key, counter)


def stream_key(uint64_t seed, uint64_t epoch, str purpose):
    purposes = {"token": CW2V_STREAM_TOKEN, "noise": CW2V_STREAM_NOISE, "order": CW2V_STREAM_ORDER}
    return cw2v_stream_key(seed, epoch, purposes[purpose])


cdef class Control:
    def __cinit__(self):
        cw2v_control_reset(&self.control, 0, 0)

    def reset(self, int64_t next_place=0, int64_t words_done=0):
        if next_place < 0:
            raise ValueError("next_place must not be negative")
        cw2v_control_reset(&self.control, next_place, words_done)

    def stop(self):
        cw2v_control_stop(&self.control)

    def pause(self):
        cw2v_control_pause(&self.control)

    @property
    def next_place(self):
        return cw2v_control_next(&self.control)

    @property
    def words_done(self):
        return cw2v_control_words(&self.control)


def huffman_paths(const int64_t[::1] counts):
    cdef int32_t n = <int32_t>counts.shape[0]
    if n == 0:
        raise ValueError("there must be words")
    cdef int32_t[::1] parent = np.full(2 * n, -1, dtype=np.int32)
    cdef uint8_t[::1] side = np.zeros(2 * n, dtype=np.uint8)
    cdef int64_t[::1] weight = np.zeros(2 * n, dtype=np.int64)
    cdef int32_t[::1] scratch = np.zeros(n, dtype=np.int32)
    begin = np.zeros(n + 1, dtype=np.int64)
    cdef int64_t[::1] begins = begin
    check_status(cw2v_huffman_build(&counts[0], n, &parent[0], &side[0], &weight[0], &scratch[0]),
                 "Huffman tree (counts must not be negative)")
    check_status(cw2v_huffman_lengths(&parent[0], n, &begins[0]), "Huffman tree (a path is too long)")
    node, code = np.zeros(begin[n], dtype=np.int32), np.zeros(begin[n], dtype=np.uint8)
    cdef int32_t[::1] nodes = node
    cdef uint8_t[::1] codes = code
    if begin[n] > 0:
        cw2v_huffman_paths(&parent[0], &side[0], n, &begins[0], &nodes[0], &codes[0])
    return begin, node, code


_CHECKED_AT_ONCE = 1 << 20  # ids or offsets; then the pages of a mapped corpus may go


cdef class Epoch:
    def __init__(self, *, const int32_t[::1] ids, const int64_t[::1] offsets, const int64_t[::1] blocks,
                 const uint32_t[::1] keep, const uint32_t[:, ::1] noise, int dim, window, bint shrink_windows,
                 int negative, bint shared_negatives, uint64_t seed, uint64_t epoch, double start_alpha,
                 double end_alpha, double progress_begin, double progress_step, bint sg=True, bint cbow_mean=True,
                 bint cbow_exact=False, paths=None, bint softmax=False, lock=None, bint measure_loss=False, simd=None,
                 bint fused=True, bint shuffle=False, relax=None, columns=None):
        cdef cw2v_params *p = &self.params
        left, right = window if isinstance(window, tuple) else (window, window)
        self._check(ids, offsets, blocks, keep, noise, dim, left, right, negative, relax)
        self._kept_alive = (ids, offsets, blocks, keep, noise, paths, lock)
        p.simd = _table(simd)
        p.n_words = <int32_t>keep.shape[0]
        p.columns = dim if columns is None else columns
        if not 0 < p.columns <= dim:
            raise ValueError("columns must be from 1 to dim")
        p.dim, p.window_left, p.window_right, p.shrink_windows = dim, left, right, shrink_windows
        p.architecture, p.cbow_mean, p.cbow_exact = not sg, cbow_mean, cbow_exact
        p.negative, p.shared_negatives, p.measure_loss, p.fused = negative, shared_negatives, measure_loss, fused
        p.softmax, p.hs = softmax, paths is not None
        if p.hs:
            self._set_paths(paths[0], paths[1], paths[2])
        if softmax + (p.hs or negative > 0) != 1:
            raise ValueError("either softmax, or paths or negative or both, must be trained")
        if lock is not None:
            self._set_lock(lock)
        p.token_key = cw2v_stream_key(seed, epoch, CW2V_STREAM_TOKEN)
        p.noise_key = cw2v_stream_key(seed, epoch, CW2V_STREAM_NOISE)
        p.keep = &keep[0]
        subsampled = np.flatnonzero(np.asarray(keep)[:-1] != 0xFFFFFFFF)
        p.n_subsampled = subsampled[-1] + 1 if len(subsampled) else 0
        p.noise = <const cw2v_alias_slot *>&noise[0, 0]
        p.start_alpha, p.end_alpha = start_alpha, end_alpha
        p.progress_begin, p.progress_step = progress_begin, progress_step
        # C indexes ids by position, and those of a chunk begin at its first offset.
        self.corpus.first = offsets[0]
        self.corpus.last, self.corpus.largest_block = self.corpus.first + ids.shape[0], self.largest_block
        self.corpus.ids = &ids[0] - self.corpus.first if ids.shape[0] else NULL
        self.corpus.offsets = &offsets[0]
        self.corpus.blocks = &blocks[0]
        self.corpus.n_blocks = blocks.shape[0] - 1
        self._set_order(np.diff(np.asarray(offsets)[np.asarray(blocks)]), shuffle,
                        cw2v_stream_key(seed, epoch, CW2V_STREAM_ORDER) + <uint64_t>self.corpus.first)
        self.before += self.corpus.first

    cdef _set_order(self, lengths, bint shuffle, uint64_t key):
        n = len(lengths)
        # One entry more than there are blocks, so that there is one to point at.
        cdef int64_t[::1] order = np.arange(n + 1, dtype=np.int64), before = np.zeros(n + 1, dtype=np.int64)
        if shuffle:
            if n >= 2**32:
                raise ValueError("there are too many blocks to shuffle")
            cw2v_random_order(key, n, &order[0])
        self.order, self.before = np.asarray(order)[:n], np.asarray(before)
        np.cumsum(lengths[self.order], out=self.before[1:])
        self.corpus.order, self.corpus.before = &order[0], &before[0]

    cdef _set_lock(self, const float[::1] lock):
        if lock.shape[0] != self.params.n_words or not np.isfinite(lock).all():
            raise ValueError("lock must be one finite number for each word")
        self.params.lock = &lock[0]

    cdef _set_paths(self, const int64_t[::1] begin, const int32_t[::1] node, const uint8_t[::1] code):
        cdef int32_t v = self.params.n_words
        lengths = np.diff(np.asarray(begin))
        if begin.shape[0] != v + 1 or begin[0] != 0 or begin[v] != node.shape[0] or node.shape[0] != code.shape[0]:
            raise ValueError("paths must be one for each word")
        if (lengths < 0).any() or lengths.max() > CW2V_MAX_PATH:
            raise ValueError("paths must be at most CW2V_MAX_PATH long")
        if node.shape[0] and (np.min(node) < 0 or np.max(node) >= v - 1):
            raise ValueError("paths must run over the V - 1 inner nodes")
        self.params.paths.begin = &begin[0]
        self.params.paths.node = &node[0] if node.shape[0] else NULL
        self.params.paths.code = &code[0] if code.shape[0] else NULL

    cdef _check(self, const int32_t[::1] ids, const int64_t[::1] offsets, const int64_t[::1] blocks,
                const uint32_t[::1] keep, const uint32_t[:, ::1] noise, int dim, int left, int right, int negative,
                relax):
        # What C will index with is proved here, once an epoch, so that no input can make it leave its arrays.
        o, b, i = np.asarray(offsets), np.asarray(blocks), np.asarray(ids)
        if len(o) < 1 or o[0] < 0 or o[len(o) - 1] - o[0] != len(i):
            raise ValueError("offsets must rise from the first position by the number of tokens")
        for begin in range(0, len(o) - 1, _CHECKED_AT_ONCE):
            part = o[begin:begin + _CHECKED_AT_ONCE + 1]
            if (part[1:] < part[:-1]).any():
                raise ValueError("offsets must rise")
            if relax is not None:
                relax()
        if len(b) < 1 or b[0] != 0 or b[len(b) - 1] != len(o) - 1 or (np.diff(b) < 0).any():
            raise ValueError("blocks must rise from 0 to the number of sentences")
        for begin in range(0, len(i), _CHECKED_AT_ONCE):
            part = i[begin:begin + _CHECKED_AT_ONCE]
            if part.min() < 0 or part.max() >= keep.shape[0]:
                raise ValueError("ids must be at least 0 and below the number of words")
            if relax is not None:
                relax()
        if keep.shape[0] == 0 or noise.shape[0] != keep.shape[0] or noise.shape[1] != 2:
            raise ValueError("keep and noise must have one entry for each word")
        if np.asarray(noise)[:, 1].max() >= keep.shape[0]:
            raise ValueError("noise must hold word ids")
        if not (0 <= negative <= CW2V_MAX_NEGATIVE and dim > 0 and dim % CW2V_ROW_ALIGN == 0):
            raise ValueError("negative or dim is outside its range")
        if not (0 <= left <= 2**20 and 0 <= right <= 2**20 and left + right >= 1):
            raise ValueError("window is outside its range")
        self.largest_block = int(np.diff(o[b]).max(initial=0))
        if self.largest_block >= 2**31 - 1:
            raise ValueError("a block must have fewer than 2^31 tokens")


cdef class Pairs:
    def __init__(self, const int32_t[::1] input, const int32_t[::1] target, const float[::1] weight=None):
        n = input.shape[0]
        if target.shape[0] != n or (weight is not None and weight.shape[0] != n):
            raise ValueError("input, target and weight must have the same length")
        if weight is not None and not np.isfinite(weight).all():
            raise ValueError("weight must be finite")
        if n and (np.min(input) < 0 or np.min(target) < 0):
            raise ValueError("input and target must be word ids")
        self.largest = max(np.max(input), np.max(target)) if n else -1
        self._kept_alive = (input, target, weight)
        self.pairs.input = &input[0] if n else NULL
        self.pairs.target = &target[0] if n else NULL
        self.pairs.weight = &weight[0] if n and weight is not None else NULL
        self.pairs.n_pairs = n


cdef int _check_scratch(cw2v_scratch *scratch) except -1:
    n_changed, scratch.n_changed = scratch.n_changed, 0
    if n_changed:
        raise CorpusError("word ids were changed while they were trained; nothing may write into a corpus that is in use")
    return 0


cdef _account(cw2v_tally *tally):
    return tally.trained, tally.subsampled, tally.pairs, tuple(tally.loss[i] for i in range(CW2V_OBJECTIVES))


cdef int64_t _width(Epoch epoch):
    return <int64_t>epoch.params.window_left + epoch.params.window_right


cdef _lane_rows(Epoch epoch, int64_t *rows):
    # Rows of input, output and nodes that a lane can meet in a round.
    cdef int32_t v = epoch.params.n_words
    rows[0], rows[1], rows[2] = cw2v_lane_rows(&epoch.params, 0), 0, 0
    if epoch.params.negative:
        rows[1] = cw2v_lane_rows(&epoch.params, epoch.params.negative + 1)
    if epoch.params.hs:
        begin = np.asarray(<const int64_t[:v + 1]>epoch.params.paths.begin)
        rows[2] = cw2v_lane_rows(&epoch.params, np.diff(begin).max())


def noise_share(Epoch epoch, n_rows):
    # The share of the noise that each of the first words is, from the alias table.
    cdef int32_t v = epoch.params.n_words
    _, _, _, _, noise, _, _ = epoch._kept_alive
    table = np.asarray(noise)
    kept = table[:, 0] / 2.0**32
    return (kept[:n_rows] + np.bincount(table[:, 1], weights=1.0 - kept, minlength=v)[:n_rows]) / v


cdef class Worker:
    def __init__(self, Epoch epoch, float[:, ::1] input, float[:, ::1] output, limits=None,
                 float[:, ::1] nodes=None, slots=None, int lane=0, int counted=CW2V_DRAW_BATCH):
        cdef cw2v_scratch *s = &self.scratch
        cdef int32_t v = epoch.params.n_words, negative = epoch.params.negative
        self.room, self.dim, self.negative, self.n_words = max(epoch.largest_block, 1), epoch.params.dim, negative, v
        self.has_nodes, self.has_softmax = nodes is not None, epoch.params.softmax
        self.width = min(_width(epoch), self.room)
        outputs = v if negative or epoch.params.softmax else 0
        if input.shape[0] != v or output.shape[0] != outputs or (nodes is not None and nodes.shape[0] != v - 1):
            raise ValueError("input and output must have one row for each word (output none without noise), nodes one less")
        limits = np.ascontiguousarray(() if limits is None else limits, dtype=np.uint16)
        if limits.ndim != 1 or len(limits) > v or (limits == 0).any():
            raise ValueError("limits must be numbers from 1 to 65535 for the first rows")
        self._allocate(epoch)
        if counted % CW2V_DRAW_BATCH or not CW2V_DRAW_BATCH <= counted <= CW2V_MOST_COUNTED:
            raise ValueError("counted must be a multiple of DRAW_BATCH from there to MOST_COUNTED")
        s.counted = counted
        if slots is None:
            self._hot(&s.input, input, limits)
            private = limits[:0 if epoch.params.softmax else outputs]
            self._hot(&s.output, output, private, noise_share(epoch, len(private)) if len(private) else None)
            if nodes is not None:
                self._hot(&s.nodes, nodes, limits[:nodes.shape[0]])
            return
        if epoch.params.softmax:
            raise ValueError("lanes do not train the full softmax")
        _lane_rows(epoch, self.lane_rows)
        self._lane(&s.input, input, slots[0], lane, self.lane_rows[0])
        if negative:
            self._lane(&s.output, output, slots[1], lane, self.lane_rows[1])
        if nodes is not None:
            self._lane(&s.nodes, nodes, slots[2], lane, self.lane_rows[2])

    cdef _allocate(self, Epoch epoch):
        cdef cw2v_scratch *s = &self.scratch
        cdef int32_t dim = epoch.params.dim, negative = epoch.params.negative, most = cw2v_max_targets(negative)
        cdef int64_t width = min(<int64_t>epoch.params.window_left + epoch.params.window_right, self.room)
        cdef int64_t logits = cw2v_softmax_scratch(epoch.params.n_words) if epoch.params.softmax else 16
        cdef int32_t[:, ::1] tokens = np.zeros((7, self.room + CW2V_DRAW_BATCH), dtype=np.int32)
        cdef int32_t[::1] noise = np.zeros(CW2V_RING * max(negative, 1), dtype=np.int32)
        cdef uint64_t[:, ::1] bits = np.zeros((3, CW2V_DRAW_BATCH * max(negative, 1)), dtype=np.uint64)
        cdef float[::1] window = aligned_zeros(cw2v_window_scratch(most)), logit = aligned_zeros(logits)
        cdef float[::1] pattern = aligned_zeros(CW2V_PATTERNS * 2 * cw2v_window_stride(most))
        cdef float[:, ::1] rows = aligned_zeros((3 * CW2V_MAX_CONTEXTS + 3, dim))
        cdef uint64_t[::1] pointers = np.zeros(2 * most + 3 + negative + width, dtype=np.uint64)
        cdef uint64_t[::1] input_rows = np.zeros(self.room + CW2V_DRAW_BATCH, dtype=np.uint64)
        cdef uint64_t[:, ::1] noise_rows = np.zeros((CW2V_RING, negative + 2), dtype=np.uint64)
        cdef int32_t[::1] coincides = np.zeros(CW2V_RING, dtype=np.int32)
        self._kept_alive = [tokens, noise, bits, window, logit, pattern, rows, pointers, input_rows, noise_rows, coincides]
        s.input_rows, s.noise_rows = <float **>&input_rows[0], <float **>&noise_rows[0, 0]
        s.coincides = &coincides[0]
        s.kept, s.kept_position, s.left = &tokens[0, 0], &tokens[1, 0], &tokens[2, 0]
        s.right, s.twin, s.repeat, s.last = &tokens[3, 0], &tokens[4, 0], &tokens[5, 0], &tokens[6, 0]
        s.noise, s.bits, s.counter = &noise[0], &bits[0, 0], &bits[2, 0]
        s.window, s.pattern, s.logits = &window[0], &pattern[0], &logit[0]
        s.gradient, s.locked = &rows[0, 0], &rows[CW2V_MAX_CONTEXTS, 0]
        s.batch, s.hidden = &rows[2 * CW2V_MAX_CONTEXTS, 0], &rows[3 * CW2V_MAX_CONTEXTS, 0]
        s.target_rows, s.next_rows = <float **>&pointers[0], <const float **>&pointers[most]
        s.context_rows = <float **>&pointers[2 * most + 2 + negative]

    cdef _hot(self, cw2v_hot_rows *hot, float[:, ::1] shared, limits, share=None):
        # share: of the noise that is each private row's word; None: no noise updates the matrix.
        n_rows = len(limits)
        cdef float[:, ::1] local = aligned_zeros((n_rows, self.dim)), base = aligned_zeros((n_rows, self.dim))
        tables = np.zeros((4, cw2v_hot_rows_size(n_rows) + CW2V_MOST_COUNTED), dtype=np.int32)
        tables[:2, :] = INT32_MAX
        tables[1, :n_rows] = limits.astype(np.int32) * CW2V_UPDATE
        if share is not None:
            tables[2, :n_rows] = np.rint(share * (CW2V_UPDATE * self.scratch.counted * self.negative))
        cdef int32_t[:, ::1] table = tables
        self._kept_alive += [shared, local, base, table]
        hot.shared, hot.local, hot.base = _rows(shared, self.dim), _rows(local, self.dim), _rows(base, self.dim)
        hot.allowance, hot.limit, hot.due, hot.n_rows = &table[0, 0], &table[1, 0], &table[3, 0], n_rows
        hot.noise = NULL if share is None else &table[2, 0]

    cdef _lane(self, cw2v_hot_rows *hot, float[:, ::1] shared, int32_t[:, ::1] slots, int lane, int64_t n_rows):
        cdef float[:, ::1] local = aligned_zeros((n_rows, self.dim))
        cdef int32_t[::1] updates = np.zeros(n_rows, dtype=np.int32)
        cdef int32_t[:, ::1] taken = np.zeros((CW2V_LANES, n_rows), dtype=np.int32)
        if slots.shape[0] < shared.shape[0] or slots.shape[1] != CW2V_LANES or not 0 <= lane < CW2V_LANES:
            raise ValueError("slots must have a row for each word and a column for each lane")
        self._kept_alive += [shared, local, updates, taken, slots]
        hot.shared, hot.local, hot.updates = _rows(shared, self.dim), _rows(local, self.dim), &updates[0]
        hot.slot, hot.taken, hot.n_rows = &slots[0, lane], &taken[0, 0], n_rows

    cdef _check(self, Epoch epoch):
        cdef int64_t rows[3]
        if self.scratch.input.slot != NULL:
            _lane_rows(epoch, rows)
            if any(rows[i] > self.lane_rows[i] for i in range(3)):
                raise ValueError("these lanes were made for an epoch of another shape")
        if (epoch.largest_block > self.room or min(_width(epoch), epoch.largest_block) > self.width
                or epoch.params.dim != self.dim
                or epoch.params.negative != self.negative or epoch.params.n_words != self.n_words
                or epoch.params.hs != self.has_nodes or epoch.params.softmax != self.has_softmax):
            raise ValueError("this worker was made for an epoch of another shape")

    def train(self, Epoch epoch, Control control, Pairs pairs=None):
        cdef cw2v_tally tally
        self._check(epoch)
        if pairs is not None and pairs.largest >= epoch.params.n_words:
            raise ValueError("input and target must be below the number of words")
        memset(&tally, 0, sizeof(tally))
        with nogil:
            if pairs is None:
                cw2v_train_blocks(&epoch.params, &epoch.corpus, &control.control, &self.scratch, &tally)
            else:
                cw2v_train_pairs(&epoch.params, &pairs.pairs, &control.control, &self.scratch, &tally)
        _check_scratch(&self.scratch)
        return _account(&tally)

    def sample(self, Epoch epoch, int64_t block):
        cdef int32_t n
        self._check(epoch)
        if not 0 <= block < epoch.corpus.n_blocks:
            raise IndexError(block)
        n = cw2v_sample_block(&epoch.params, &epoch.corpus, block, &self.scratch)
        _check_scratch(&self.scratch)
        tokens = np.asarray(self._kept_alive[0])
        return {name: tokens[i, :n].copy() for i, name in enumerate(("kept", "position", "left", "right", "twin"))}


cdef class Lanes:
    def __cinit__(self, *args, **kwargs):
        self.lanes = <cw2v_lanes *>calloc(1, sizeof(cw2v_lanes))
        if self.lanes == NULL:
            raise MemoryError

    def __dealloc__(self):
        free(self.lanes)

    def __init__(self, Epoch epoch, float[:, ::1] input, float[:, ::1] output, float[:, ::1] nodes=None):
        cdef Worker worker
        slots = [np.full((epoch.params.n_words, CW2V_LANES), -1, dtype=np.int32) for _ in range(3)]
        self._workers = [Worker(epoch, input, output, nodes=nodes, slots=slots, lane=i) for i in range(CW2V_LANES)]
        for i in range(CW2V_LANES):
            worker = self._workers[i]
            self.lanes.lane[i].scratch = &worker.scratch

    def begin(self, Epoch epoch):
        cdef Worker worker
        for worker in self._workers:
            worker._check(epoch)
        self._epoch = epoch  # the lanes keep pointers to its parameters
        cw2v_lanes_begin(self.lanes, &epoch.params)

    def train(self, Epoch epoch, Control control):
        if epoch is not self._epoch:
            raise ValueError("begin has not been called with this epoch")
        with nogil:
            cw2v_train_lanes(&epoch.params, &epoch.corpus, &control.control, self.lanes)
        for i in range(CW2V_LANES):
            _check_scratch(self.lanes.lane[i].scratch)

    def accounts(self):
        return [_account(&self.lanes.lane[i].tally) for i in range(CW2V_LANES)]


def noise_words(Epoch epoch, uint64_t number):
    out = np.zeros(epoch.params.negative, dtype=np.int32)
    cdef int32_t[::1] words = out
    cw2v_draw_noise(&epoch.params, number, &words[0])
    return out


# What follows lets tests run each kernel of each instruction set by itself.

cdef int64_t _same_length(float[::1] x, float[::1] y) except -1:
    if x.shape[0] != y.shape[0] or x.shape[0] == 0 or x.shape[0] % CW2V_ROW_ALIGN:
        raise ValueError(f"x and y must have the same length, a multiple of {CW2V_ROW_ALIGN}")
    if <uintptr_t>&x[0] % 64 or <uintptr_t>&y[0] % 64:
        raise ValueError("x and y must be 64-byte aligned")
    return x.shape[0]


def dot(float[::1] x, float[::1] y, simd=None):
    return _table(simd).dot(&x[0], &y[0], _same_length(x, y))


def axpy(float a, float[::1] x, float[::1] y, simd=None):
    _table(simd).axpy(a, &x[0], &y[0], _same_length(x, y))


def sigmoid(float[::1] x, float[::1] y, simd=None):
    _table(simd).sigmoid(&x[0], &y[0], _same_length(x, y))


def merge(float[::1] shared, float[::1] local, float[::1] base, simd=None):
    _same_length(shared, base)
    _table(simd).merge(&shared[0], &local[0], &base[0], _same_length(shared, local))


def step(float[:, ::1] context, float[:, ::1] target, const float[::1] sign, const float[::1] gain,
         const float[::1] weight=None, simd=None, bint fused=True):
    cdef cw2v_window w
    cdef int32_t n = <int32_t>context.shape[0], m = <int32_t>target.shape[0], dim = <int32_t>context.shape[1]
    cdef int32_t stride = cw2v_window_stride(m), i
    cdef const cw2v_simd *table = _table(simd)
    if not 1 <= n <= CW2V_MAX_CONTEXTS or m < 1 or sign.shape[0] != m or gain.shape[0] != m:
        raise ValueError("1 to 16 contexts, and a sign and a gain for each target, are needed")
    if weight is not None and weight.shape[0] != n:
        raise ValueError("weight must have one element for each context")
    _rows(context, dim)
    _rows(target, dim)
    cdef uint64_t[::1] pointers = np.zeros(n + m, dtype=np.uint64)
    cdef float[::1] scratch = aligned_zeros(cw2v_window_scratch(m))
    cdef float[:, ::1] gradient = aligned_zeros((CW2V_MAX_CONTEXTS, dim))
    cdef float[:, ::1] pattern = aligned_zeros((2, 2 * stride))
    for i in range(n):
        pointers[i] = <uint64_t><uintptr_t>&context[i, 0]
    for i in range(m):
        pointers[n + i] = <uint64_t><uintptr_t>&target[i, 0]
        for begin in (0, stride):
            pattern[0, begin + cw2v_window_column(i)] = sign[i]
            pattern[1, begin + cw2v_window_column(i)] = gain[i]
    w.context, w.target = <float **>&pointers[0], <float **>&pointers[n]
    w.context_weight = NULL if weight is None else &weight[0]
    w.gradient, w.loss, w.times = NULL, NULL, NULL
    w.sign, w.gain = &pattern[0, 0], &pattern[1, 0]
    w.n_contexts, w.n_targets, w.dim, w.columns, w.n_next = n, m, dim, dim, 0
    if fused:
        table.window(&w, &scratch[0])
    else:
        cw2v_step_generic(table, &w, &scratch[0], &gradient[0, 0])


def softmax_step(float[:, ::1] context, float[:, ::1] rows, const int32_t[::1] target, float alpha,
                 const float[::1] weight=None, simd=None, bint fused=True):
    cdef cw2v_softmax s
    cdef double loss = 0.0
    cdef int32_t n = <int32_t>context.shape[0], dim = <int32_t>context.shape[1], i
    cdef const cw2v_simd *table = _table(simd)
    if not 1 <= n <= CW2V_MAX_CONTEXTS or target.shape[0] != n or (weight is not None and weight.shape[0] != n):
        raise ValueError("1 to 16 contexts, and a target and a weight for each, are needed")
    if rows.shape[0] < 1 or np.min(target) < 0 or np.max(target) >= rows.shape[0]:
        raise ValueError("targets must be rows")
    _rows(context, dim)
    cdef uint64_t[::1] pointers = np.zeros(n, dtype=np.uint64)
    cdef float[::1] logits = aligned_zeros(cw2v_softmax_scratch(<int32_t>rows.shape[0]))
    gradients = aligned_zeros((n, dim))
    cdef float[:, ::1] gradient = gradients
    for i in range(n):
        pointers[i] = <uint64_t><uintptr_t>&context[i, 0]
    s.context, s.target, s.weight = <float **>&pointers[0], &target[0], NULL if weight is None else &weight[0]
    s.rows, s.gradient, s.loss, s.alpha = _rows(rows, dim), &gradient[0, 0], &loss, alpha
    s.n_contexts, s.n_words, s.dim = n, <int32_t>rows.shape[0], dim
    with nogil:
        if fused:
            table.softmax(&s, &logits[0])
        else:
            cw2v_softmax_generic(table, &s, &logits[0])
    return gradients, loss

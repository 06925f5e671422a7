/* What test_train.c trains: a run of random tables, corpus and weights, and scratch with every buffer as small as model.h
 * allows. */
#ifndef CW2V_TESTS_RUN_H
#define CW2V_TESTS_RUN_H

#include "check.h"
#include "rng/alias.h"
#include "simd/simd.h"
#include "train/lanes.h"
#include "train/train.h"

enum { DIM = 32, MATRICES = 3 };

typedef struct shape {
  int32_t n_words, window, negative, shared, shrink, n_hot, merge_every;
  int64_t n_tokens, n_sentences, n_blocks;
} shape;

typedef struct variant {
  int cbow, hs, softmax, locked;
} variant;

typedef struct run {
  shape shape;
  cw2v_params params;
  cw2v_corpus corpus;
  cw2v_pairs pairs;
  cw2v_control control;
  float *matrix[MATRICES], *start[MATRICES]; /* (V, DIM) input, output, nodes: now, and before training */
  int64_t largest_block;
} run;

/* ---- a run ---- */

static int compare_int64(const void *x, const void *y) {
  const int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
  return (a > b) - (a < b);
}

/* n + 1 rising numbers from 0 to `last`, some of them equal. */
static int64_t *random_cuts(int64_t n, int64_t last) {
  int64_t *cuts = buffer((size_t)(n + 1) * sizeof(int64_t));
  for (int64_t i = 1; i < n; i++) cuts[i] = random_below((int32_t)last + 1);
  cuts[n] = last;
  qsort(cuts, (size_t)n + 1, sizeof(int64_t), compare_int64);
  return cuts;
}

static int32_t *random_ids(int64_t n, int32_t n_words) {
  int32_t *ids = buffer((size_t)n * sizeof(int32_t));
  for (int64_t i = 0; i < n; i++) ids[i] = random_below(1 + random_below(n_words));
  return ids;
}

static void make_paths(run *r) {
  const int32_t n = r->params.n_words;
  int64_t *counts = buffer((size_t)n * 8), *weight = buffer(2 * (size_t)n * 8), *begin = buffer(((size_t)n + 1) * 8);
  int32_t *parent = buffer(2 * (size_t)n * 4), *order = buffer((size_t)n * 4);
  uint8_t *side = buffer(2 * (size_t)n);
  for (int32_t i = 0; i < n; i++) {
    order[i] = i;
    counts[i] = n - i;
  }
  CHECK(cw2v_huffman_build(counts, n, parent, side, weight, order) == CW2V_OK);
  CHECK(cw2v_huffman_lengths(parent, n, begin) == CW2V_OK);
  int32_t *node = buffer((size_t)begin[n] * 4);
  uint8_t *code = buffer((size_t)begin[n]);
  cw2v_huffman_paths(parent, side, n, begin, node, code);
  for (int64_t i = 0; i < begin[n]; i++) CHECK(0 <= node[i] && node[i] < n - 1 && code[i] <= 1);
  r->params.paths = (cw2v_paths){begin, node, code};
}

/* The tables of V words. Locks are 0, 1/2, 1 and 3/2. */
static void make_tables(run *r, int locked) {
  const int32_t n = r->params.n_words;
  uint32_t *keep = buffer((size_t)n * sizeof(uint32_t));
  cw2v_alias_slot *noise = buffer((size_t)n * sizeof(cw2v_alias_slot));
  double *weight = buffer((size_t)n * sizeof(double)), *work = buffer(2 * (size_t)n * sizeof(double));
  float *lock = locked ? buffer((size_t)n * sizeof(float)) : NULL;
  for (int32_t i = 0; i < n; i++) {
    keep[i] = i % 3 == 0 ? UINT32_MAX / 2 : UINT32_MAX;
    weight[i] = i + 1;
    if (locked) lock[i] = 0.5f * (float)(i % 4);
  }
  CHECK(cw2v_alias_build(weight, n, noise, work) == CW2V_OK);
  r->params.keep = keep;
  r->params.n_subsampled = n - 1;
  r->params.noise = noise;
  r->params.lock = lock;
  if (r->params.hs) make_paths(r);
  for (int i = 0; i < MATRICES; i++) {
    r->matrix[i] = random_floats((int64_t)n * DIM);
    r->start[i] = copy_floats(r->matrix[i], (int64_t)n * DIM);
  }
}

static void make_corpus(run *r, const shape *s) {
  int64_t *offsets = random_cuts(s->n_sentences, s->n_tokens), *blocks = random_cuts(s->n_blocks, s->n_sentences);
  int64_t *order = buffer((size_t)s->n_blocks * sizeof(int64_t));
  int64_t *before = buffer((size_t)(s->n_blocks + 1) * sizeof(int64_t));
  cw2v_random_order(cw2v_stream_key(1, 2, CW2V_STREAM_ORDER), s->n_blocks, order);
  before[0] = 0;
  for (int64_t place = 0; place < s->n_blocks; place++) {
    const int64_t b = order[place], n = offsets[blocks[b + 1]] - offsets[blocks[b]];
    CHECK(0 <= b && b < s->n_blocks);
    before[place + 1] = before[place] + n;
    if (n > r->largest_block) r->largest_block = n;
  }
  CHECK(before[s->n_blocks] == s->n_tokens);
  r->corpus = (cw2v_corpus){random_ids(s->n_tokens, s->n_words), offsets, blocks, s->n_blocks, order, before, 0,
                            s->n_tokens, r->largest_block};
}

static void make_run(run *r, const shape *s, const variant *v, const cw2v_simd *simd) {
  memset(r, 0, sizeof(*r));
  r->shape = *s;
  r->params = (cw2v_params){.simd = simd, .n_words = s->n_words, .dim = DIM, .columns = DIM, .window_left = s->window,
    .window_right = s->window, .architecture = v->cbow ? CW2V_CBOW : CW2V_SKIP_GRAM, .cbow_mean = 1,
    .cbow_exact = v->locked, .hs = v->hs && s->n_words > 1, .measure_loss = v->hs != v->locked,
    .softmax = v->softmax, .shrink_windows = s->shrink, .negative = v->softmax ? 0 : s->negative,
    .shared_negatives = s->shared, .fused = 1, .token_key = cw2v_stream_key(1, 2, CW2V_STREAM_TOKEN),
    .noise_key = cw2v_stream_key(1, 2, CW2V_STREAM_NOISE), .start_alpha = 0.05, .end_alpha = 0.001,
    .progress_step = 1.0 / (double)(s->n_tokens + 1)};
  make_tables(r, v->locked);
  make_corpus(r, s);
}

/* Everything as before training. */
static void restart(run *r, int fused, const cw2v_simd *simd) {
  for (int i = 0; i < MATRICES; i++)
    memcpy(r->matrix[i], r->start[i], sizeof(float) * DIM * (size_t)r->params.n_words);
  r->params.fused = fused;
  r->params.simd = simd;
  cw2v_control_reset(&r->control, 0, 0);
}

typedef struct weights {
  float *matrix[MATRICES];
} weights;

static weights copy_weights(const run *r) {
  weights w;
  for (int i = 0; i < MATRICES; i++) w.matrix[i] = copy_floats(r->matrix[i], (int64_t)r->params.n_words * DIM);
  return w;
}

static int same_weights(const run *r, const weights *w) {
  const size_t bytes = sizeof(float) * DIM * (size_t)r->params.n_words;
  for (int i = 0; i < MATRICES; i++)
    if (memcmp(r->matrix[i], w->matrix[i], bytes) != 0) return 0;
  return 1;
}

static int close_weights(const run *r, const weights *w, double tolerance) {
  for (int i = 0; i < MATRICES; i++)
    if (!close_floats(r->matrix[i], w->matrix[i], (int64_t)r->params.n_words * DIM, tolerance)) return 0;
  return 1;
}

/* All weights are finite, what is not trained and what is locked is as it was. */
static void check_weights(const run *r) {
  const cw2v_params *p = &r->params;
  const size_t row = sizeof(float) * DIM;
  for (int i = 0; i < MATRICES; i++)
    CHECK(close_floats(r->matrix[i], r->start[i], (int64_t)p->n_words * DIM, 1e6)); /* finite */
  if (p->negative == 0 && !p->softmax) CHECK(memcmp(r->matrix[1], r->start[1], row * (size_t)p->n_words) == 0);
  if (!p->hs) CHECK(memcmp(r->matrix[2], r->start[2], row * (size_t)p->n_words) == 0);
  for (int32_t i = 0; p->lock != NULL && i < p->n_words; i += 4)
    CHECK(memcmp(r->matrix[0] + (ptrdiff_t)i * DIM, r->start[0] + (ptrdiff_t)i * DIM, row) == 0);
}

/* ---- scratch ---- */

static cw2v_hot_rows make_hot_rows(const run *r, float *shared, int32_t most, int has_noise) {
  const int32_t rows = r->shape.n_hot < most ? r->shape.n_hot : most, size = cw2v_hot_rows_size(rows);
  const size_t bytes = (size_t)rows * DIM * sizeof(float), table = (size_t)size * sizeof(int32_t);
  cw2v_hot_rows hot = {
    .shared = shared, .local = buffer(bytes), .base = buffer(bytes), .allowance = buffer(table), .limit = buffer(table),
    .noise = has_noise ? buffer(table) : NULL, .due = buffer(table + CW2V_MOST_COUNTED * sizeof(int32_t)), .n_rows = rows};
  for (int32_t i = 0; i < size; i++) {
    hot.allowance[i] = hot.limit[i] = i < rows ? r->shape.merge_every * CW2V_UPDATE : INT32_MAX;
    if (has_noise) hot.noise[i] = i < rows ? random_below(2 * CW2V_UPDATE) : 0;
  }
  return hot;
}

static cw2v_hot_rows make_lane_rows(const run *r, float *shared, int32_t *slots, int lane, int64_t targets) {
  const int64_t rows = cw2v_lane_rows(&r->params, targets);
  return (cw2v_hot_rows){.shared = shared, .local = buffer((size_t)rows * DIM * sizeof(float)),
                         .updates = buffer((size_t)rows * sizeof(int32_t)), .n_rows = (int32_t)rows,
                         .slot = slots + lane, .taken = buffer(CW2V_LANES * (size_t)rows * sizeof(int32_t))};
}

/* All but the rows. */
static cw2v_scratch make_buffers(const run *r) {
  const cw2v_params *p = &r->params;
  const size_t tokens = ((size_t)r->largest_block + CW2V_DRAW_BATCH) * sizeof(int32_t), k = (size_t)p->negative;
  const size_t batch = CW2V_MAX_CONTEXTS * DIM * sizeof(float);
  const int32_t most = cw2v_max_targets(p->negative), cbow = p->architecture == CW2V_CBOW;
  const int64_t width = (int64_t)p->window_left + p->window_right;
  const int64_t contexts = width < r->largest_block ? width : r->largest_block;
  return (cw2v_scratch){
    .kept = buffer(tokens), .kept_position = buffer(tokens), .left = buffer(tokens), .right = buffer(tokens),
    .twin = buffer(tokens), .repeat = buffer(tokens), .last = p->softmax ? buffer(tokens) : NULL,
    .noise = buffer(CW2V_RING * k * sizeof(int32_t)), .bits = buffer(2 * CW2V_DRAW_BATCH * k * sizeof(uint64_t)),
    .counter = buffer(CW2V_DRAW_BATCH * k * sizeof(uint64_t)), .coincides = buffer(CW2V_RING * sizeof(int32_t)),
    .noise_rows = buffer(CW2V_RING * (k + 2) * sizeof(float *)), .counted = (1 + r->shape.merge_every / 6 % 4) * CW2V_DRAW_BATCH,
    .input_rows = buffer(((size_t)r->largest_block + CW2V_DRAW_BATCH) * sizeof(float *)),
    .window = buffer((size_t)cw2v_window_scratch(most) * sizeof(float)),
    .pattern = buffer(CW2V_PATTERNS * 2 * (size_t)cw2v_window_stride(most) * sizeof(float)),
    .hidden = buffer(3 * DIM * sizeof(float)), .gradient = buffer(batch),
    .locked = p->lock != NULL ? buffer(batch) : NULL,
    .logits = p->softmax ? buffer((size_t)cw2v_softmax_scratch(p->n_words) * sizeof(float)) : NULL,
    .batch = cbow ? buffer(batch) : NULL,
    .context_rows = cbow ? buffer((size_t)contexts * sizeof(float *)) : NULL,
    .target_rows = buffer((size_t)most * sizeof(float *)),
    .next_rows = buffer((k + 2 + CW2V_MAX_PATH) * sizeof(float *))};
}

static cw2v_scratch make_scratch(const run *r) {
  cw2v_scratch s = make_buffers(r);
  const int32_t v = r->params.n_words;
  s.input = make_hot_rows(r, r->matrix[0], v, 0);
  s.output = make_hot_rows(r, r->matrix[1], r->params.softmax ? 0 : v, 1);
  s.nodes = make_hot_rows(r, r->matrix[2], v - 1, 0);
  return s;
}

#endif

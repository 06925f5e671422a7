/* The C core by itself, meant to run under the address and undefined-behaviour sanitizers (make ctest): kernels of
 * every instruction set, alias tables, sampling, and training with one and two threads on corpora of odd shapes. Numbers are
 * proved in tests/ against cw2v.reference; here they are compared with double precision or with the scalar kernels. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include <math.h>
#include <pthread.h>

#include "check.h"
#include "rng/alias.h"
#include "simd/simd.h"
#include "step/step.h"
#include "train/sample.h"
#include "train/train.h"

static float *random_floats(int64_t n) {
  float *x = buffer((size_t)n * sizeof(float));
  for (int64_t i = 0; i < n; i++) x[i] = random_float();
  return x;
}

static float *copy_floats(const float *x, int64_t n) {
  float *y = buffer((size_t)n * sizeof(float));
  memcpy(y, x, (size_t)n * sizeof(float));
  return y;
}

/* Equal within `tolerance` times the largest of them. */
static int close_floats(const float *x, const float *y, int64_t n, double tolerance) {
  double largest = 1.0;
  for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)y[i]));
  for (int64_t i = 0; i < n; i++)
    if (!(fabs((double)x[i] - y[i]) <= tolerance * largest)) return 0;
  return 1;
}

/* ---- kernels ---- */

static void test_rows(const cw2v_simd *simd, int64_t n) {
  float *x = random_floats(n), *y = random_floats(n), *z = random_floats(n), *old = copy_floats(y, n);
  double sum = 0.0;
  for (int64_t i = 0; i < n; i++) sum += (double)x[i] * y[i];
  CHECK(fabs(simd->dot(x, y, n) - sum) < 1e-4);

  simd->axpy(0.3f, x, y, n);
  for (int64_t i = 0; i < n; i++) CHECK(fabs(y[i] - (old[i] + 0.3 * x[i])) < 1e-6);

  memcpy(old, y, (size_t)n * sizeof(float));
  simd->merge(y, x, z, n); /* y += x - z; x = z = y: z is lost, so check by what must agree */
  for (int64_t i = 0; i < n; i++) CHECK(x[i] == y[i] && z[i] == y[i]);

  for (int64_t i = 0; i < n; i++) x[i] = 30.0f * random_float();
  x[0] = INFINITY, x[1] = -INFINITY, x[2] = 3e38f, x[3] = -3e38f;
  simd->sigmoid(x, y, n);
  for (int64_t i = 0; i < n; i++) CHECK(fabs(y[i] - 1.0 / (1.0 + exp(-(double)x[i]))) < 2e-7);
  simd->sigmoid(x, x, n); /* in place */
  CHECK(memcmp(x, y, (size_t)n * sizeof(float)) == 0);
  guard_check();
}

static void test_window(const cw2v_simd *simd, int32_t n, int32_t m, int32_t dim) {
  const int32_t stride = cw2v_window_stride(m);
  float *context = random_floats((int64_t)n * dim), *target = random_floats((int64_t)m * dim);
  float *context2 = copy_floats(context, (int64_t)n * dim), *target2 = copy_floats(target, (int64_t)m * dim);
  float *sign = buffer(2 * sizeof(float) * (size_t)stride), *gain = buffer(2 * sizeof(float) * (size_t)stride);
  float *scratch = buffer(sizeof(float) * (size_t)cw2v_window_scratch(m)), *weight = random_floats(n);
  float *gradient = buffer(sizeof(float) * CW2V_MAX_CONTEXTS * (size_t)dim);
  float **rows = buffer(2 * sizeof(float *) * (size_t)(n + m));
  const float *next[2] = {context2, target2};
  for (int32_t j = 0; j < n; j++) {
    rows[j] = context + (ptrdiff_t)j * dim;
    rows[n + m + j] = context2 + (ptrdiff_t)j * dim;
  }
  for (int32_t o = 0; o < m; o++) {
    const int32_t c = cw2v_window_column(o);
    rows[n + o] = target + (ptrdiff_t)o * dim;
    rows[2 * n + m + o] = target2 + (ptrdiff_t)o * dim;
    sign[c] = sign[stride + c] = o == 0 ? 1.0f : -1.0f;
    gain[c] = gain[stride + c] = 0.2f * random_float();
  }
  cw2v_window w = {.context = rows, .target = rows + n, .context_weight = m % 2 ? weight : NULL, .sign = sign,
                   .gain = gain, .n_contexts = n, .n_targets = m, .dim = dim, .next = next, .n_next = 2};
  simd->window(&w, scratch);
  w.context = rows + n + m, w.target = rows + 2 * n + m;
  cw2v_step_generic(&cw2v_simd_scalar, &w, scratch, gradient);
  CHECK(close_floats(context, context2, (int64_t)n * dim, 2e-5));
  CHECK(close_floats(target, target2, (int64_t)m * dim, 2e-5));
  guard_check();
}

static void test_kernels(void) {
  const cw2v_simd *simd;
  for (int i = 0; (simd = cw2v_simd_available(i)) != NULL; i++) {
    CHECK(cw2v_simd_find(simd->name) == simd);
    for (int64_t n = 16; n <= 304; n += 16) test_rows(simd, n);
    for (int32_t n = 1; n <= CW2V_MAX_CONTEXTS; n++)
      for (int32_t m = 1; m <= 26; m++) test_window(simd, n, m, 16 + 16 * ((n + m) % 3));
  }
  CHECK(cw2v_simd_find("") == cw2v_simd_available(0) && cw2v_simd_find("mmx") == NULL);
  CHECK(cw2v_simd_available(-1) == NULL);
}

/* ---- alias tables ---- */

static void test_alias(int32_t n, int kind) {
  double *weight = buffer((size_t)n * sizeof(double)), *work = buffer(2 * (size_t)n * sizeof(double));
  double *probability = buffer((size_t)n * sizeof(double)), sum = 0.0;
  cw2v_alias_slot *table = buffer((size_t)n * sizeof(cw2v_alias_slot));
  for (int32_t i = 0; i < n; i++) {
    weight[i] = kind == 0 ? 1.0 : kind == 1 ? pow(i + 1, -2.0) : random_below(3) == 0 ? 0.0 : fabs(random_float());
    if (i == n - 1) weight[i] += kind == 3 ? 1e6 : 1e-3;
    sum += weight[i];
  }
  CHECK(cw2v_alias_build(weight, n, table, work) == CW2V_OK);
  for (int32_t i = 0; i < n; i++) {
    CHECK(table[i].other >= 0 && table[i].other < n);
    probability[i] += table[i].accept / 4294967296.0 / n;
    probability[table[i].other] += (1.0 - table[i].accept / 4294967296.0) / n;
  }
  for (int32_t i = 0; i < n; i++) {
    CHECK(fabs(probability[i] - weight[i] / sum) < 1e-9);
    CHECK(weight[i] > 0.0 || probability[i] == 0.0);
  }
  for (int i = 0; i < 1000; i++) CHECK(weight[cw2v_alias_draw(table, (uint32_t)n, random_bits())] > 0.0);
  weight[n / 2] = -1.0;
  CHECK(cw2v_alias_build(weight, n, table, work) == CW2V_EINVAL);
  weight[n / 2] = NAN;
  CHECK(cw2v_alias_build(weight, n, table, work) == CW2V_EINVAL);
  memset(weight, 0, (size_t)n * sizeof(double));
  CHECK(cw2v_alias_build(weight, n, table, work) == CW2V_EINVAL);
  CHECK(cw2v_alias_build(weight, 0, table, work) == CW2V_EINVAL);
  guard_check();
}

/* ---- training ---- */

typedef struct shape {
  int32_t n_words, window, negative, shared, shrink, n_hot, merge_every;
  int64_t n_tokens, n_sentences, n_blocks;
} shape;

typedef struct run {
  shape shape;
  cw2v_params params;
  cw2v_corpus corpus;
  cw2v_control control;
  float *input, *output, *nodes; /* (V, dim) */
  int64_t largest_block;
} run;

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

static int mode; /* 0, 1: skip-gram, CBOW with negative sampling; 2, 3: with the hierarchical softmax besides */

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

static void make_run(run *r, const shape *s, const cw2v_simd *simd) {
  int32_t *ids = buffer((size_t)s->n_tokens * sizeof(int32_t));
  uint32_t *keep = buffer((size_t)s->n_words * sizeof(uint32_t));
  cw2v_alias_slot *noise = buffer((size_t)s->n_words * sizeof(cw2v_alias_slot));
  double *weight = buffer((size_t)s->n_words * sizeof(double)), *work = buffer(2 * (size_t)s->n_words * sizeof(double));
  int64_t *offsets = random_cuts(s->n_sentences, s->n_tokens), *blocks = random_cuts(s->n_blocks, s->n_sentences);
  memset(r, 0, sizeof(*r));
  for (int64_t i = 0; i < s->n_tokens; i++) ids[i] = random_below(1 + random_below(s->n_words));
  for (int32_t i = 0; i < s->n_words; i++) {
    keep[i] = i % 3 == 0 ? UINT32_MAX / 2 : UINT32_MAX;
    weight[i] = i + 1;
  }
  CHECK(cw2v_alias_build(weight, s->n_words, noise, work) == CW2V_OK);
  r->shape = *s;
  r->params = (cw2v_params){.simd = simd, .n_words = s->n_words, .dim = 32, .window_left = s->window,
    .window_right = s->window, .architecture = mode % 2 ? CW2V_CBOW : CW2V_SKIP_GRAM, .cbow_mean = 1,
    .hs = mode >= 2 && s->n_words > 1, .measure_loss = mode == 2,
    .shrink_windows = s->shrink, .negative = s->negative, .shared_negatives = s->shared, .fused = 1,
    .token_key = cw2v_stream_key(1, 2, CW2V_STREAM_TOKEN), .noise_key = cw2v_stream_key(1, 2, CW2V_STREAM_NOISE),
    .keep = keep, .noise = noise, .start_alpha = 0.05, .end_alpha = 0.001,
    .progress_step = 1.0 / (double)(s->n_tokens + 1)};
  r->corpus = (cw2v_corpus){ids, offsets, blocks, s->n_blocks};
  for (int64_t b = 0; b < s->n_blocks; b++) {
    const int64_t n = offsets[blocks[b + 1]] - offsets[blocks[b]];
    if (n > r->largest_block) r->largest_block = n;
  }
  if (r->params.hs) make_paths(r);
  r->nodes = random_floats((int64_t)s->n_words * 32);
  r->input = random_floats((int64_t)s->n_words * 32);
  r->output = random_floats((int64_t)s->n_words * 32);
  cw2v_control_reset(&r->control, 0, 0);
}

static cw2v_hot_rows make_hot_rows(const run *r, float *shared, int32_t most) {
  const int32_t rows = r->shape.n_hot < most ? r->shape.n_hot : most;
  const size_t n = (size_t)rows, bytes = n * 32 * sizeof(float);
  cw2v_row_count *count = buffer(n * sizeof(cw2v_row_count));
  for (int32_t i = 0; i < rows; i++) count[i].limit = (uint16_t)r->shape.merge_every;
  return (cw2v_hot_rows){.shared = shared, .local = buffer(bytes), .base = buffer(bytes), .count = count,
                         .n_rows = rows};
}

/* Every buffer as small as model.h allows. */
static cw2v_scratch make_scratch(const run *r) {
  const size_t tokens = (size_t)r->largest_block * sizeof(int32_t), k = (size_t)r->params.negative;
  const int32_t most = cw2v_max_targets((int32_t)k), v = r->params.n_words;
  const int64_t width = (int64_t)r->params.window_left + r->params.window_right;
  return (cw2v_scratch){
    .input = make_hot_rows(r, r->input, v), .output = make_hot_rows(r, r->output, v),
    .nodes = make_hot_rows(r, r->nodes, v - 1),
    .kept = buffer(tokens), .kept_position = buffer(tokens), .left = buffer(tokens), .right = buffer(tokens),
    .twin = buffer(tokens), .noise = buffer(CW2V_RING * k * sizeof(int32_t)),
    .window = buffer((size_t)cw2v_window_scratch(most) * sizeof(float)),
    .pattern = buffer(CW2V_PATTERNS * 2 * (size_t)cw2v_window_stride(most) * sizeof(float)),
    .hidden = buffer(3 * 32 * sizeof(float)), .gradient = buffer(CW2V_MAX_CONTEXTS * 32 * sizeof(float)),
    .context_rows = buffer((size_t)(width < r->largest_block ? width : r->largest_block) * sizeof(float *)),
    .target_rows = buffer((size_t)most * sizeof(float *)),
    .next_rows = buffer((k + 2 + CW2V_MAX_PATH) * sizeof(float *))};
}

static void test_sample(run *r, cw2v_scratch *s) {
  for (int64_t block = 0; block < r->corpus.n_blocks; block++) {
    const int64_t first = r->corpus.offsets[r->corpus.blocks[block]];
    const int32_t n = cw2v_sample_block(&r->params, &r->corpus, block, s);
    for (int32_t t = 0; t < n; t++) {
      CHECK(s->kept[t] == r->corpus.ids[first + s->kept_position[t]]);
      CHECK(t == 0 || s->kept_position[t] > s->kept_position[t - 1]);
      CHECK(0 <= s->left[t] && s->left[t] <= t && t <= s->right[t] && s->right[t] < n);
      CHECK(t - s->left[t] <= r->params.window_left && s->right[t] - t <= r->params.window_right);
      CHECK(s->twin[t] == -1 || (s->twin[t] < t && s->kept[s->twin[t]] == s->kept[t]));
    }
  }
}

typedef struct job {
  run *run;
  cw2v_scratch scratch;
  cw2v_tally tally;
} job;

static void *work_on(void *argument) {
  job *j = argument;
  cw2v_train_blocks(&j->run->params, &j->run->corpus, &j->run->control, &j->scratch, &j->tally);
  return NULL;
}

static void test_training(const shape *s, const cw2v_simd *simd) {
  run r;
  make_run(&r, s, simd);
  const int64_t n = (int64_t)s->n_words * 32;
  float *input = copy_floats(r.input, n), *output = copy_floats(r.output, n), *nodes = copy_floats(r.nodes, n);
  job jobs[2] = {{.run = &r, .scratch = make_scratch(&r)}, {.run = &r, .scratch = make_scratch(&r)}};
  test_sample(&r, &jobs[0].scratch);

  work_on(&jobs[0]); /* one thread, fused; then the generic step from the same weights */
  CHECK(jobs[0].tally.trained + jobs[0].tally.subsampled == s->n_tokens);
  CHECK(cw2v_control_words(&r.control) == s->n_tokens);
  float *fused_in = copy_floats(r.input, n), *fused_out = copy_floats(r.output, n);
  memcpy(r.input, input, (size_t)n * sizeof(float));
  memcpy(r.output, output, (size_t)n * sizeof(float));
  memcpy(r.nodes, nodes, (size_t)n * sizeof(float));
  r.params.fused = 0;
  r.params.simd = &cw2v_simd_scalar;
  cw2v_control_reset(&r.control, 0, 0);
  work_on(&jobs[0]);
  CHECK(close_floats(r.input, fused_in, n, 2e-5) && close_floats(r.output, fused_out, n, 2e-5));

  pthread_t other; /* two threads on the same weights */
  r.params.fused = 1;
  r.params.simd = simd;
  cw2v_control_reset(&r.control, 0, 0);
  jobs[0].tally = (cw2v_tally){0};
  CHECK(pthread_create(&other, NULL, work_on, &jobs[1]) == 0);
  work_on(&jobs[0]);
  CHECK(pthread_join(other, NULL) == 0);
  CHECK(jobs[0].tally.trained + jobs[0].tally.subsampled + jobs[1].tally.trained + jobs[1].tally.subsampled ==
        s->n_tokens);
  for (int64_t i = 0; i < n; i++) CHECK(isfinite(r.input[i]) && isfinite(r.output[i]));

  cw2v_control_reset(&r.control, 0, 0); /* a stopped control trains nothing */
  cw2v_control_stop(&r.control);
  jobs[0].tally = (cw2v_tally){0};
  work_on(&jobs[0]);
  CHECK(jobs[0].tally.trained == 0 && cw2v_control_words(&r.control) == 0);
  guard_check();
}

static const shape shapes[] = {
  /* words window negative shared shrink hot merge tokens sentences blocks */
  {50, 5, 5, 1, 1, 0, 1, 900, 40, 9},   {50, 5, 5, 0, 1, 0, 1, 900, 40, 9},   {50, 5, 5, 1, 1, 50, 64, 900, 40, 9},
  {60, 20, 5, 1, 0, 7, 1, 700, 3, 3},   {60, 20, 6, 0, 0, 7, 3, 300, 3, 1},   {8, 3, 6, 1, 1, 0, 1, 400, 9, 4},
  {8, 3, 25, 1, 1, 3, 2, 200, 9, 4},    {2, 1, 1, 1, 1, 1, 1, 100, 60, 60},   {1, 5, 5, 1, 1, 1, 1, 60, 2, 2},
  {1, 5, 7, 0, 0, 0, 1, 60, 2, 2},      {30, 100000, 5, 1, 0, 0, 1, 90, 1, 1}, {3000, 5, 1000, 1, 1, 30, 9, 20, 1, 1},
  {5, 5, 5, 1, 1, 5, 1, 0, 3, 2},       {5, 5, 5, 1, 1, 0, 1, 0, 0, 0},       {5, 5, 5, 1, 1, 0, 1, 1, 1, 1},
};

int main(void) {
  const cw2v_simd *simd;
  test_kernels();
  for (int kind = 0; kind < 4; kind++)
    for (int32_t n = 1; n < 400; n = n * 3 + 1) test_alias(n, kind);
  for (mode = 0; mode < 4; mode++)
    for (int i = 0; (simd = cw2v_simd_available(i)) != NULL; i++)
      for (size_t s = 0; s < sizeof(shapes) / sizeof(shapes[0]); s++) test_training(&shapes[s], simd);
  puts("test_core: kernels, alias tables, sampling and training are sound");
  return 0;
}

/* The C core by itself, meant to run under the address and undefined-behaviour sanitizers (make ctest): kernels of every
 * instruction set; tables are in test_tables.c, training in test_train.c. Numbers are proved in tests/ against cw2v.reference; here
 * they are compared with double precision or with the scalar kernels. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include <math.h>

#include "check.h"
#include "rng/alias.h"
#include "simd/simd.h"
#include "step/step.h"

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

/* Rows of which the first `columns` floats are used. */
static void test_window(const cw2v_simd *simd, int32_t n, int32_t m, int32_t dim, int32_t columns) {
  const int32_t stride = cw2v_window_stride(m);
  float *context = random_floats((int64_t)n * dim), *target = random_floats((int64_t)m * dim);
  for (int32_t i = 0; i < (n + m) * dim; i++)
    if (i % dim >= columns) *(i < n * dim ? context + i : target + i - n * dim) = 0.0f;
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
                   .gain = gain, .n_contexts = n, .n_targets = m, .dim = dim, .columns = columns, .next = next, .n_next = 2};
  simd->window(&w, scratch);
  w.context = rows + n + m, w.target = rows + 2 * n + m;
  cw2v_step_generic(&cw2v_simd_scalar, &w, scratch, gradient);
  CHECK(close_floats(context, context2, (int64_t)n * dim, 2e-5));
  CHECK(close_floats(target, target2, (int64_t)m * dim, 2e-5));
  guard_check();
}

/* The window of CBOW: its context stays, the gradient has a row of its own. */
static void test_hidden(const cw2v_simd *simd, int32_t m, int32_t dim, int measures) {
  const int32_t stride = cw2v_window_stride(m);
  float *context = random_floats(dim), *target = random_floats((int64_t)m * dim), *target2 = copy_floats(target, (int64_t)m * dim);
  float *gradient = random_floats(dim), *gradient2 = random_floats(dim), weight = random_float();
  float *pattern = buffer(6 * sizeof(float) * (size_t)stride), *sign = pattern, *gain = sign + 2 * stride, *times = gain + 2 * stride;
  float *scratch = buffer(sizeof(float) * (size_t)cw2v_window_scratch(m)), **rows = buffer(2 * sizeof(float *) * (size_t)m);
  double loss = 0.0, loss2 = 0.0;
  for (int32_t o = 0; o < m; o++) {
    const int32_t c = cw2v_window_column(o);
    rows[o] = target + (ptrdiff_t)o * dim, rows[m + o] = target2 + (ptrdiff_t)o * dim;
    sign[c] = sign[stride + c] = o == 0 ? 1.0f : -1.0f;
    gain[c] = gain[stride + c] = 0.2f * random_float();
    times[c] = times[stride + c] = 1.0f;
  }
  memset(scratch, 0xff, sizeof(float) * (size_t)cw2v_window_scratch(m)); /* not a number */
  cw2v_window w = {.context = &context, .target = rows, .context_weight = m % 2 ? &weight : NULL, .sign = sign, .gain = gain,
                   .gradient = gradient, .loss = measures ? &loss : NULL, .times = times, .n_contexts = 1, .n_targets = m,
                   .dim = dim, .columns = dim};
  simd->window(&w, scratch);
  w.target = rows + m, w.gradient = gradient2, w.loss = measures ? &loss2 : NULL;
  cw2v_step_generic(&cw2v_simd_scalar, &w, scratch, gradient2);
  CHECK(close_floats(target, target2, (int64_t)m * dim, 2e-5) && close_floats(gradient, gradient2, dim, 2e-5));
  CHECK(fabs(loss - loss2) < 1e-5 * (1.0 + fabs(loss2)) && (loss != 0.0) == (measures != 0));
  guard_check();
}

/* Rows may come more than once: each time counts. */
static void test_gather_and_scatter(const cw2v_simd *simd, int32_t n_rows, int64_t n) {
  float *x = random_floats(4 * n), *y = copy_floats(x, 4 * n), *out = random_floats(n), *rows[12];
  for (int32_t j = 0; j < n_rows; j++) rows[j] = x + n * random_below(3);
  simd->gather(rows, n_rows, 0.3f, out, n);
  for (int64_t k = 0; k < n; k++) {
    double sum = 0.0;
    for (int32_t j = 0; j < n_rows; j++) sum += rows[j][k];
    CHECK(fabs(out[k] - 0.3f * sum) < 1e-5);
  }
  simd->scatter(rows, n_rows, 0.7f, x + 3 * n, n);
  for (int32_t j = 0; j < n_rows; j++)
    for (int64_t k = 0; k < n; k++) y[rows[j] - x + k] += 0.7f * y[3 * n + k];
  CHECK(close_floats(x, y, 4 * n, 1e-5));
  guard_check();
}

/* One softmax of each kind from the same values: the kernel, and the generic form with scalar vectors. */
static void test_softmax(const cw2v_simd *simd, int32_t n, int32_t n_words, int32_t dim) {
  const int64_t context_size = (int64_t)n * dim, size = (int64_t)n_words * dim;
  float *context = random_floats(context_size), *rows = random_floats(size);
  float *context2 = copy_floats(context, context_size), *rows2 = copy_floats(rows, size), *weight = random_floats(n);
  float *gradient = random_floats(context_size), *gradient2 = random_floats(context_size);
  const size_t bytes = sizeof(float) * (size_t)cw2v_softmax_scratch(n_words);
  float *logits = buffer(bytes), **list = buffer(sizeof(float *) * (size_t)n);
  int32_t *target = buffer(sizeof(int32_t) * (size_t)n);
  double loss = 0.0, loss2 = 0.0;
  for (int32_t j = 0; j < n; j++) {
    list[j] = context + (ptrdiff_t)j * dim;
    target[j] = random_below(n_words);
  }
  cw2v_softmax s = {.context = list, .target = target, .weight = n_words % 2 ? weight : NULL, .rows = rows,
                    .gradient = gradient, .loss = n % 3 ? &loss : NULL, .alpha = 0.3f, .n_contexts = n,
                    .n_words = n_words, .dim = dim};
  memset(logits, 0xff, bytes); /* not a number: columns without a word must not be read as they are */
  simd->softmax(&s, logits);
  s.rows = rows2, s.gradient = gradient2, s.loss = n % 3 ? &loss2 : NULL;
  memset(logits, 0xff, bytes);
  cw2v_softmax_generic(&cw2v_simd_scalar, &s, logits);
  CHECK(close_floats(rows, rows2, size, 1e-5) && close_floats(gradient, gradient2, context_size, 1e-5));
  CHECK(fabs(loss - loss2) < 1e-5 * (1.0 + fabs(loss2)) * n && (n % 3 || loss == 0.0));
  CHECK(memcmp(context, context2, sizeof(float) * (size_t)context_size) == 0);
  guard_check();
}

static void test_random(const cw2v_simd *simd, int32_t n) {
  uint64_t *counter = buffer((size_t)n * sizeof(uint64_t)), *bits = buffer((size_t)n * sizeof(uint64_t));
  const uint64_t key = random_bits();
  for (int32_t i = 0; i < n; i++) counter[i] = i == 0 ? UINT64_MAX : random_bits();
  simd->random(key, counter, n, bits);
  for (int32_t i = 0; i < n; i++) CHECK(bits[i] == cw2v_random(key, counter[i]));
  guard_check();
}

static void test_draw(const cw2v_simd *simd, int32_t n, int32_t n_words) {
  cw2v_alias_slot *table = buffer((size_t)n_words * sizeof(cw2v_alias_slot));
  uint64_t *bits = buffer((size_t)n * sizeof(uint64_t));
  int32_t *drawn = buffer((size_t)n * sizeof(int32_t));
  for (int32_t i = 0; i < n_words; i++) table[i] = (cw2v_alias_slot){(uint32_t)random_bits(), random_below(n_words)};
  for (int32_t i = 0; i < n; i++) bits[i] = i == 0 ? UINT64_MAX : random_bits();
  for (int32_t i = 0; i < n; i += 7) table[cw2v_below((uint32_t)(bits[i] >> 32), (uint32_t)n_words)].accept = (uint32_t)bits[i];
  simd->draw(table, (uint32_t)n_words, bits, n, drawn);
  for (int32_t i = 0; i < n; i++) CHECK(drawn[i] == cw2v_alias_draw(table, (uint32_t)n_words, bits[i]));
  guard_check();
}

static void test_locate(const cw2v_simd *simd, int32_t n, int32_t n_local) {
  enum { WORDS = 1000, ROW = 16 };
  float *shared = buffer(WORDS * ROW * sizeof(float)), *local = buffer((size_t)n_local * ROW * sizeof(float));
  float **row = buffer((size_t)n * sizeof(float *));
  int32_t *word_id = buffer((size_t)n * sizeof(int32_t));
  for (int32_t i = 0; i < n; i++) word_id[i] = random_below(i % 2 ? WORDS : n_local + 2);
  simd->locate(word_id, n, shared, local, n_local, ROW, row);
  for (int32_t i = 0; i < n; i++) CHECK(row[i] == (word_id[i] < n_local ? local : shared) + (ptrdiff_t)word_id[i] * ROW);
  guard_check();
}

static void test_twins(const cw2v_simd *simd, int32_t begin, int32_t end, int32_t width) {
  int32_t *word_id = buffer((size_t)end * sizeof(int32_t)), *twin = buffer((size_t)end * sizeof(int32_t));
  for (int32_t t = 0; t < end; t++) word_id[t] = random_below(1 + end / 4);
  simd->twins(word_id, begin, end, width, twin);
  for (int32_t t = begin; t < end; t++) {
    int32_t found = -1;
    for (int32_t j = t - width < begin ? begin : t - width; j < t; j++)
      if (word_id[j] == word_id[t]) found = j;
    CHECK(twin[t] == found);
  }
  guard_check();
}

static void test_select(const cw2v_simd *simd, int32_t n, int32_t end) {
  const size_t size = (size_t)n * sizeof(int32_t);
  int32_t *word_id = buffer(size), *value = buffer(size), *selected = buffer(size), *selected_value = buffer(size), k = 0;
  for (int32_t i = 0; i < n; i++) word_id[i] = i % 5 == 0 ? INT32_MAX : random_below(40), value[i] = (int32_t)random_bits();
  const int32_t n_selected = simd->select(word_id, value, n, end, selected, selected_value);
  for (int32_t i = 0; i < n; i++) {
    if (word_id[i] >= end) continue;
    CHECK(k < n_selected && selected[k] == word_id[i] && selected_value[k] == value[i]);
    k++;
  }
  CHECK(k == n_selected);
  guard_check();
}

static void test_spend(const cw2v_simd *simd, int32_t n, int32_t most) {
  const size_t size = (size_t)n * sizeof(int32_t);
  int32_t *allowance = buffer(size), *cost = buffer(size), *before = buffer(size), *spent = buffer(size), k = 0;
  for (int32_t i = 0; i < n; i++) before[i] = allowance[i] = i % 7 ? random_below(most) : INT32_MAX, cost[i] = random_below(100);
  const int32_t n_spent = simd->spend(allowance, cost, n, spent);
  for (int32_t i = 0; i < n; i++) {
    CHECK(allowance[i] == before[i] - cost[i]);
    if (allowance[i] < 0) CHECK(k < n_spent && spent[k++] == i);
  }
  CHECK(k == n_spent);
  guard_check();
}

static void test_kernels(void) {
  const cw2v_simd *simd;
  for (int i = 0; (simd = cw2v_simd_available(i)) != NULL; i++) {
    CHECK(cw2v_simd_find(simd->name) == simd);
    for (int64_t n = 16; n <= 304; n += 16) test_rows(simd, n);
    for (int32_t n = 1; n <= 40; n++) test_random(simd, n);
    for (int32_t n = 0; n <= 40; n++)
      for (int32_t width = 1; width <= 12; width++) test_twins(simd, n / 3, n, width);
    test_twins(simd, 5, 4500, 30);
    test_twins(simd, 5, 300, 1000);
    for (int32_t n = 0; n <= 5 * CW2V_DRAWN_AT_ONCE; n += CW2V_DRAWN_AT_ONCE) {
      test_draw(simd, n, 1 + 40 * n);
      for (int32_t most = 0; most <= 40; most += 8) test_locate(simd, n, most);
      for (int32_t most = 0; most <= 40; most += 8) test_select(simd, n, most);
      for (int32_t most = 1; most <= 1000; most *= 10) test_spend(simd, n, most);
    }
    for (int32_t n = 1; n <= CW2V_MAX_CONTEXTS; n++)
      for (int32_t m = 1; m <= 26; m++) for (int32_t unused = 0; unused < 16; unused += 5) {
          const int32_t dim = 16 + 16 * ((n + m + unused) % 4);
          test_window(simd, n, m, dim, dim - unused);
        }
    for (int32_t dim = 16; dim <= 320; dim += 16) {
      for (int32_t n = 0; n <= 12; n += 3) test_gather_and_scatter(simd, n, dim);
      for (int32_t m = 1; m <= 26; m++) test_hidden(simd, m, dim, m % 3 == 0);
    }
    for (int32_t n = 1; n <= CW2V_MAX_CONTEXTS; n++)
      for (int32_t v = 1; v <= 40; v++) test_softmax(simd, n, v, 16 + 16 * ((n + v) % 3));
    test_softmax(simd, CW2V_MAX_CONTEXTS, 5000, 32); /* more than one stretch of exponentials */
  }
  CHECK(cw2v_simd_find("") == cw2v_simd_available(0) && cw2v_simd_find("mmx") == NULL);
  CHECK(cw2v_simd_available(-1) == NULL);
}

int main(void) {
  test_kernels();
  puts("test_core: kernels are sound");
  return 0;
}

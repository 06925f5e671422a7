/* Tables of the C core under the sanitizers (make ctest): alias tables, counts of private rows' updates. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include <math.h>

#include "check.h"
#include "rng/alias.h"
#include "train/hot_rows.h"

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

/* Updates of private rows, counted ahead: a row is due when they would be more than its limit, and counted anew then. */
static void test_counting(const cw2v_simd *simd) {
  enum { DIM = 16, ROWS = 20, LIMIT = 9 * CW2V_UPDATE };
  const cw2v_params params = {.simd = simd, .dim = DIM};
  const size_t size = (size_t)cw2v_hot_rows_size(ROWS) * sizeof(int32_t), row = DIM * sizeof(float);
  cw2v_hot_rows hot = {.shared = random_floats(2 * ROWS * DIM), .local = buffer(ROWS * row), .base = buffer(ROWS * row),
                       .allowance = buffer(size), .limit = buffer(size), .noise = buffer(size), .n_rows = ROWS,
                       .due = buffer(size + CW2V_MOST_COUNTED * sizeof(int32_t))};
  int32_t updates[ROWS] = {0}, n_merges = 0;
  for (int32_t i = 0; i < cw2v_hot_rows_size(ROWS); i++) {
    hot.allowance[i] = hot.limit[i] = i < ROWS ? LIMIT : INT32_MAX;
    hot.noise[i] = i < ROWS ? random_below(2 * CW2V_UPDATE) : 0;
  }
  cw2v_hot_rows_begin(&hot, DIM);
  for (int round = 0; round < 200; round++) {
    int32_t words[CW2V_DRAW_BATCH], each[CW2V_DRAW_BATCH], due[ROWS] = {0}, n = random_below(CW2V_DRAW_BATCH + 1);
    for (int32_t i = 0; i < n; i++) words[i] = random_below(ROWS), each[i] = random_below(12);
    cw2v_hot_rows_count_ahead(&hot, words, each, n);
    cw2v_hot_rows_look_ahead(&hot, &params);
    for (int32_t i = 0; i < n; i++) {
      int32_t *sum = &updates[words[i]], used = each[i] * CW2V_UPDATE;
      if (*sum > 0 && *sum + used > LIMIT) due[words[i]]++, *sum = 0;
      *sum += used;
    }
    for (int32_t i = 0; i < hot.n_due; i++) due[hot.due[i]]--, n_merges++;
    for (int32_t w = 0; w < ROWS; w++) {
      if ((updates[w] += hot.noise[w]) > LIMIT) due[w]++, updates[w] = 0;
      CHECK(due[w] == 0);
    }
    cw2v_hot_rows_merge_due(&hot, &params);
  }
  CHECK(n_merges > 200);
  memcpy(hot.allowance, hot.limit, size); /* updates that nobody counted are not lost */
  hot.local[3 * DIM + 5] += 1.0f;
  const float expected = hot.shared[3 * DIM + 5] + 1.0f;
  cw2v_hot_rows_end(&hot, &params);
  CHECK(fabsf(hot.shared[3 * DIM + 5] - expected) < 1e-6f);
  guard_check();
}

int main(void) {
  const cw2v_simd *simd;
  for (int32_t i = 0; (simd = cw2v_simd_available(i)) != NULL; i++) test_counting(simd);
  for (int kind = 0; kind < 4; kind++)
    for (int32_t n = 1; n < 400; n = n * 3 + 1) test_alias(n, kind);
  puts("test_tables: alias tables and counts of updates are sound");
  return 0;
}

/* Counting pairs and sparse products by themselves, meant to run under the sanitizers (make ctest): small random corpora
 * in exact-size buffers, all of which must be used and none left, against a count of a few lines. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include "check.h"
#include "cooccur/cooccur.h"
#include "cooccur/sparse.h"

enum { MAX_SENTENCES = 8, MAX_WORDS = 9000 };

typedef struct corpus {
  int32_t *ids, n_words, n_rows;
  int64_t *offsets, n_sentences;
  int boundaries;
} corpus;

static corpus make_corpus(void) {
  corpus c = {.n_sentences = random_below(MAX_SENTENCES), .boundaries = random_below(2)};
  /* Sometimes so many words that their bits need several groups; then only few of them occur. */
  c.n_words = random_below(4) ? 1 + random_below(6) : 1 + random_below(MAX_WORDS);
  c.n_rows = c.n_words + 2 * c.boundaries;
  c.offsets = buffer((size_t)(c.n_sentences + 1) * sizeof(int64_t));
  for (int64_t s = 0; s < c.n_sentences; s++) c.offsets[s + 1] = c.offsets[s] + random_below(12);
  c.ids = buffer((size_t)c.offsets[c.n_sentences] * sizeof(int32_t));
  for (int64_t i = 0; i < c.offsets[c.n_sentences]; i++) c.ids[i] = random_below(c.n_words);
  return c;
}

/* Word at place i of sentence s, boundary tokens included; CW2V_NO_WORD outside. */
static int32_t word_at(const corpus *c, int64_t s, int64_t i) {
  const int64_t n = c->offsets[s + 1] - c->offsets[s];
  if (n == 0) return CW2V_NO_WORD;
  if (c->boundaries && i == -1) return c->n_words;
  if (c->boundaries && i == n) return c->n_words + 1;
  return i >= 0 && i < n ? c->ids[c->offsets[s] + i] : CW2V_NO_WORD;
}

static int64_t plain_sum(const corpus *c, const cw2v_cooccur *p, int32_t row, int32_t column) {
  int64_t sum = 0;
  for (int64_t s = 0; s < c->n_sentences; s++)
    for (int64_t i = -1; i <= c->offsets[s + 1] - c->offsets[s]; i++)
      for (int32_t d = 1; d <= p->window && word_at(c, s, i) == row; d++) {
        if (word_at(c, s, i + d) == column) sum += p->weight[d - 1];
        if (!p->directed && word_at(c, s, i - d) == column) sum += p->weight[d - 1];
      }
  return sum;
}

static int is_clear(const uint64_t *x, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    if (x[i]) return 0;
  return 1;
}

static cw2v_cooccur_scratch make_scratch(int64_t n) {
  return (cw2v_cooccur_scratch){buffer((size_t)n * 8), buffer((size_t)((n + 63) / 64) * 8),
                                buffer((size_t)((n + 4095) / 4096) * 8)};
}

/* Lists the positions of rows first to last in a buffer of just their number. */
static void load(cw2v_cooccur *p, const int64_t *count, int32_t first, int32_t last) {
  int64_t *begin = buffer((size_t)(last - first + 1) * 8), *cursor = buffer((size_t)(last - first) * 8);
  for (int32_t row = first; row < last; row++) {
    cursor[row - first] = begin[row - first];
    begin[row - first + 1] = begin[row - first] + count[row];
  }
  uint32_t *position = buffer((size_t)begin[last - first] * sizeof(uint32_t));
  cw2v_cooccur_index(p->stream, p->n_stream, first, last, cursor, position);
  p->first_row = first, p->last_row = last, p->begin = begin, p->position = position;
}

static void test_counts(void) {
  const corpus c = make_corpus();
  const int32_t n = c.n_rows, cut = random_below(n + 1);
  const int64_t n_stream = cw2v_cooccur_stream_size(c.offsets, c.n_sentences, c.boundaries);
  int32_t *stream = buffer((size_t)n_stream * sizeof(int32_t));
  cw2v_cooccur_stream(c.ids, c.offsets, c.n_sentences, c.boundaries ? c.n_words : CW2V_NO_WORD,
                      c.boundaries ? c.n_words + 1 : CW2V_NO_WORD, stream);
  CHECK(stream[0] == CW2V_NO_WORD && stream[n_stream - 1] == CW2V_NO_WORD);
  cw2v_cooccur p = {.stream = stream, .n_stream = n_stream, .n_words = n, .window = 1 + random_below(14),
                    .directed = random_below(2), .unit = 4.0};
  int64_t *weight = buffer((size_t)p.window * 8), *count = buffer((size_t)n * 8), *size = buffer((size_t)n * 8);
  for (int32_t d = 0; d < p.window; d++) weight[d] = 1 + random_below(9);
  p.weight = weight;
  cw2v_cooccur_count(stream, n_stream, count);
  cw2v_cooccur_scratch scratch = make_scratch(n);
  const int32_t parts[3] = {0, cut, n};
  for (int k = 0; k < 2; k++) {
    load(&p, count, parts[k], parts[k + 1]);
    CHECK(cw2v_cooccur_sizes(&p, parts[k], parts[k + 1], &scratch, size) == CW2V_OK);
    if (parts[k + 1] < n) CHECK(cw2v_cooccur_sizes(&p, parts[k], parts[k + 1] + 1, &scratch, size) == CW2V_EINVAL);
  }
  int64_t *indptr = buffer((size_t)(n + 1) * 8);
  for (int32_t row = 0; row < n; row++) indptr[row + 1] = indptr[row] + size[row];
  int32_t *indices = buffer((size_t)indptr[n] * sizeof(int32_t));
  double *data = buffer((size_t)indptr[n] * sizeof(double));
  for (int k = 0; k < 2; k++) {
    load(&p, count, parts[k], parts[k + 1]);
    CHECK(cw2v_cooccur_rows(&p, parts[k], parts[k + 1], &scratch, indptr, indices, data) == CW2V_OK);
  }
  CHECK(is_clear((uint64_t *)scratch.sum, n) && is_clear(scratch.column, (n + 63) / 64));
  CHECK(is_clear(scratch.group, (n + 4095) / 4096));
  for (int32_t row = 0; row < n; row++)
    for (int64_t i = indptr[row]; i < indptr[row + 1]; i++) {
      CHECK(i == indptr[row] || indices[i] > indices[i - 1]);
      CHECK(data[i] > 0.0 && data[i] == (double)plain_sum(&c, &p, row, indices[i]) / 4.0);
    }
  double total = 0.0, expected = 0.0; /* nothing is left out: the sum over all pairs of places */
  for (int64_t i = 0; i < indptr[n]; i++) total += data[i];
  for (int64_t s = 0; s < c.n_sentences; s++)
    for (int64_t i = -1; i <= c.offsets[s + 1] - c.offsets[s]; i++)
      for (int32_t d = 1; d <= p.window; d++)
        if (word_at(&c, s, i) >= 0 && word_at(&c, s, i + d) >= 0) expected += (p.directed ? 1 : 2) * weight[d - 1] / 4.0;
  CHECK(total == expected);
  guard_check();
}

static void test_products(void) {
  const int32_t n = random_below(12), m = 1 + random_below(12), k = random_below(40), cut = random_below(n + 1);
  const int32_t half = random_below(k + 1);
  int64_t *indptr = buffer((size_t)(n + 1) * 8), *cursor = buffer((size_t)(m + 1) * 8);
  double *dense = buffer((size_t)(n * m) * sizeof(double));
  for (int32_t i = 0; i < n * m; i++) dense[i] = random_below(3) ? 0.0 : (double)random_float();
  for (int32_t row = 0; row < n; row++) {
    indptr[row + 1] = indptr[row];
    for (int32_t j = 0; j < m; j++) indptr[row + 1] += dense[row * m + j] != 0.0;
  }
  int32_t *indices = buffer((size_t)indptr[n] * 4), *turned = buffer((size_t)indptr[n] * 4);
  double *data = buffer((size_t)indptr[n] * 8), *turned_data = buffer((size_t)indptr[n] * 8);
  for (int32_t i = 0, at = 0; i < n * m; i++)
    if (dense[i] != 0.0) indices[at] = i % m, data[at++] = dense[i], cursor[i % m + 1]++;
  for (int32_t j = 0; j < m; j++) cursor[j + 1] += cursor[j];
  const cw2v_csr a = {.n_rows = n, .n_columns = m, .indptr = indptr, .indices = indices, .data = data};
  double *x = buffer((size_t)(m * k) * 8), *y = buffer((size_t)(n * k) * 8), *z = buffer((size_t)(m * k) * 8);
  for (int32_t i = 0; i < m * k; i++) x[i] = (double)random_float();
  cw2v_csr_times(&a, 0, cut, x, k, y);
  cw2v_csr_times(&a, cut, n, x, k, y);
  cw2v_csr_transposed_times(&a, 0, half, y, k, z);
  cw2v_csr_transposed_times(&a, half, k, y, k, z);
  cw2v_csr_transpose(&a, cursor, turned, turned_data);
  for (int32_t t = 0; t < k; t++) {
    for (int32_t row = 0; row < n; row++) {
      double sum = 0.0;
      for (int32_t j = 0; j < m; j++) sum += dense[row * m + j] * x[j * k + t];
      CHECK(fabs(sum - y[row * k + t]) < 1e-12);
    }
    for (int32_t j = 0; j < m; j++) {
      double sum = 0.0;
      for (int32_t row = 0; row < n; row++) sum += dense[row * m + j] * y[row * k + t];
      CHECK(fabs(sum - z[j * k + t]) < 1e-12);
    }
  }
  for (int32_t j = 0, at = 0; j < m; j++) /* columns of A in order, each by rising rows */
    for (int32_t row = 0; row < n; row++)
      if (dense[row * m + j] != 0.0) {
        CHECK(turned[at] == row && turned_data[at] == dense[row * m + j]);
        at++;
      }
  guard_check();
}

int main(void) {
  for (int i = 0; i < 1500; i++) test_counts();
  for (int i = 0; i < 500; i++) test_products();
  puts("test_cooccur: counts and sparse products are sound");
  return 0;
}

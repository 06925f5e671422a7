/* Searching by itself, meant to run under the sanitizers (make ctest): random small matrices in exact-size buffers, on
 * every instruction set, against all scores in double and a sort. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include "check.h"
#include "query/search.h"
#include "query/sketch.h"

enum { MAX_ROWS = 160, MAX_DIM = 70, MAX_ASKED = 9 };

typedef struct problem {
  cw2v_search s;
  cw2v_questions q;
  int64_t n_rows, n_places;
  int64_t *among;
  double *exact; /* (n_queries, n_rows) cosines */
} problem;

static float *make_rows(int64_t n, int32_t dim) {
  float *rows = random_floats(n * dim);
  for (int64_t i = 0; i < n; i++) {
    const int32_t kind = random_below(12);
    const float factor = kind == 0 ? 0.0f : kind == 1 ? 1e-38f : kind == 2 ? 1e37f : 1.0f;
    for (int32_t k = 0; k < dim; k++) rows[i * dim + k] *= factor;
    if (kind == 3) rows[i * dim + random_below(dim)] = random_below(2) ? NAN : INFINITY;
    if (kind == 4 && i) memcpy(rows + i * dim, rows + (i - 1) * dim, (size_t)dim * sizeof(float)); /* a tie */
  }
  return rows;
}

static double exact_cosine(const float *x, const float *y, int32_t dim) {
  double xy = 0.0, yy = 0.0;
  for (int32_t k = 0; k < dim; k++) xy += (double)x[k] * y[k], yy += (double)y[k] * y[k];
  return !isfinite(yy) || isnan(xy) ? NAN : yy > 0.0 ? xy / sqrt(yy) : 0.0;
}

static void make_questions(problem *p) {
  const int32_t n = p->s.n_queries, asked = 1 + random_below(MAX_ASKED);
  p->q.form = (cw2v_form)random_below(3);
  p->q.n = p->q.form == CW2V_FORM_COSINE ? n : asked;
  p->q.least = random_below(3) ? -INFINITY : random_float();
  int64_t *begin = buffer((size_t)(p->q.n + 1) * 8), *negative = buffer((size_t)p->q.n * 8);
  int64_t *left_begin = buffer((size_t)(p->q.n + 1) * 8);
  for (int32_t i = 0; i < p->q.n; i++) {
    negative[i] = begin[i] + 1 + random_below(3);
    begin[i + 1] = negative[i] + random_below(3);
    left_begin[i + 1] = left_begin[i] + random_below(3);
  }
  int32_t *term = buffer((size_t)begin[p->q.n] * 4);
  int64_t *left_out = buffer((size_t)left_begin[p->q.n] * 8);
  for (int64_t j = 0; j < begin[p->q.n]; j++) term[j] = random_below(n);
  for (int32_t i = 0; i < p->q.n; i++)
    for (int64_t j = left_begin[i], row = 0; j < left_begin[i + 1]; j++)
      left_out[j] = row = row + 1 + random_below((int32_t)p->n_rows) + (j == left_begin[i] ? p->s.offset - 1 : 0);
  p->q.begin = begin, p->q.negative = negative, p->q.term = term;
  p->q.left_begin = left_begin, p->q.left_out = left_out;
}

static problem make_problem(void) {
  problem p = {.n_rows = 1 + random_below(MAX_ROWS)};
  const int32_t dim = 1 + random_below(MAX_DIM), n = 1 + random_below(MAX_ASKED);
  const int64_t stride = cw2v_query_stride(dim);
  p.s.dim = dim, p.s.n_queries = n, p.s.offset = random_below(100), p.s.vectors = make_rows(p.n_rows, dim);
  float *queries = buffer((size_t)(n * stride) * sizeof(float));
  p.exact = buffer((size_t)(n * p.n_rows) * sizeof(double));
  for (int32_t i = 0; i < n; i++) {
    double square = 0.0;
    for (int32_t k = 0; k < dim; k++) {
      const float x = queries[i * stride + k] = random_float();
      square += (double)x * x;
    }
    for (int32_t k = 0; k < dim; k++) queries[i * stride + k] /= (float)sqrt(square);
    for (int64_t r = 0; r < p.n_rows; r++)
      p.exact[i * p.n_rows + r] = exact_cosine(queries + i * stride, p.s.vectors + r * dim, dim);
  }
  p.s.queries = queries, p.n_places = p.n_rows;
  if (random_below(2)) {
    p.among = buffer((size_t)p.n_rows * 8), p.n_places = 0;
    for (int64_t r = 0; r < p.n_rows; r++)
      if (random_below(3)) p.among[p.n_places++] = r;
    p.s.among = p.among;
  }
  p.s.scratch = buffer((size_t)cw2v_search_scratch(dim, n) * sizeof(float));
  make_questions(&p);
  return p;
}

static double exact_score(const problem *p, int32_t question, int64_t row) {
  const cw2v_questions *q = &p->q;
  if (q->form == CW2V_FORM_COSINE) return p->exact[question * p->n_rows + row];
  double sum = 0.0, above = 1.0, below = 1.0;
  for (int64_t j = q->begin[question]; j < q->begin[question + 1]; j++) {
    const double c = p->exact[q->term[j] * p->n_rows + row];
    if (j < q->negative[question]) sum += c, above *= (1 + c) / 2;
    else sum -= c, below *= (1 + c) / 2;
  }
  return q->form == CW2V_FORM_SUM ? sum : above / (below + (double)CW2V_COSMUL_EPSILON);
}

static int is_left_out(const problem *p, int32_t question, int64_t row) {
  for (int64_t j = p->q.left_begin[question]; j < p->q.left_begin[question + 1]; j++)
    if (p->q.left_out[j] == row + p->s.offset) return 1;
  return 0;
}

/* Each answer has its score; none is better than the worst that was found, but for rounding. */
static void check_answers(const problem *p, const cw2v_answers *best, int32_t i) {
  const float *score = best->score + i * best->most;
  const int64_t *row = best->row + i * best->most;
  for (int32_t j = 0; j < best->n[i]; j++) {
    const double exact = exact_score(p, i, row[j] - p->s.offset);
    CHECK(fabs(score[j] - exact) <= 3e-6 * fmax(1.0, fabs(exact) * 4) * (p->q.form == CW2V_FORM_PRODUCT ? 1e4 : 1.0));
    CHECK(score[j] >= p->q.least && !is_left_out(p, i, row[j] - p->s.offset));
    for (int32_t k = 0; k < j; k++) CHECK(row[k] != row[j]);
  }
  for (int64_t place = 0; place < p->n_places; place++) {
    const int64_t r = p->among ? p->among[place] : place;
    const double exact = exact_score(p, i, r);
    if (isnan(exact) || is_left_out(p, i, r) || !(exact >= (double)p->q.least + 1e-4 * fabs(exact) + 1e-5)) continue;
    int found = 0, better = 0;
    for (int32_t j = 0; j < best->n[i]; j++) {
      found |= row[j] == r + p->s.offset;
      better += (double)score[j] >= exact - 1e-5 - 1e-3 * fabs(exact) * (p->q.form == CW2V_FORM_PRODUCT);
    }
    CHECK(found || better == best->most);
  }
}

static void test_search(const cw2v_simd *simd) {
  problem p = make_problem();
  p.s.simd = simd;
  const int64_t cut = random_below((int32_t)p.n_places + 1);
  cw2v_answers best = {.most = 1 + random_below(12)};
  best.n = buffer((size_t)p.q.n * 4);
  best.score = buffer((size_t)(p.q.n * best.most) * 4), best.row = buffer((size_t)(p.q.n * best.most) * 8);
  cw2v_search_best(&p.s, &p.q, 0, cut, &best);
  cw2v_search_best(&p.s, &p.q, cut, p.n_places, &best);
  for (int32_t i = 0; i < p.q.n; i++) check_answers(&p, &best, i);
  float *out = buffer((size_t)(p.s.n_queries * p.n_places) * 4);
  cw2v_search_cosines(&p.s, 0, cut, out, p.n_places);
  cw2v_search_cosines(&p.s, cut, p.n_places, out + cut, p.n_places);
  for (int32_t i = 0; i < p.s.n_queries; i++)
    for (int64_t place = 0; place < p.n_places; place++) {
      const double exact = p.exact[i * p.n_rows + (p.among ? p.among[place] : place)];
      const float found = out[i * p.n_places + place];
      CHECK(isnan(exact) ? isnan(found) : fabs(found - exact) < 2e-6);
    }
  guard_check();
}

/* Every row that is finite and among the `most` nearest is a candidate. */
static void test_sketch(const cw2v_simd *simd) {
  const int64_t n_rows = 1 + random_below(MAX_ROWS), cut = random_below((int32_t)n_rows + 1);
  const int32_t dim = 1 + random_below(MAX_DIM), most = 1 + random_below(12);
  const int64_t stride = cw2v_code_stride(dim);
  float *vectors = make_rows(n_rows, dim), *query = random_floats(dim);
  cw2v_sketch s = {buffer((size_t)(n_rows * stride)), buffer((size_t)n_rows * 4), buffer((size_t)n_rows * 4), dim};
  cw2v_sketch_make(simd, &s, vectors, 0, cut);
  cw2v_sketch_make(simd, &s, vectors, cut, n_rows);
  int16_t *code = buffer((size_t)stride * 2);
  double length = 0.0, rest = 0.0;
  for (int32_t k = 0; k < dim; k++) length += (double)query[k] * query[k];
  length = sqrt(length);
  if (!(length > 1e-3)) return;
  for (int32_t k = 0; k < dim; k++) {
    const double exact = query[k] / length;
    query[k] = (float)exact;
    code[k] = (int16_t)lrint(exact * 20000);
    rest += pow(exact - code[k] / 20000.0, 2);
  }
  const cw2v_sketch_query q = {code, 1 / 20000.0f, (float)(2 * sqrt(rest) + 1e-4)};
  cw2v_candidates c = {.most = most, .max_rows = n_rows};
  c.lower = buffer((size_t)most * 4), c.row = buffer((size_t)n_rows * 8), c.upper = buffer((size_t)n_rows * 4);
  CHECK(cw2v_sketch_scan(simd, &s, &q, 0, cut, &c) && cw2v_sketch_scan(simd, &s, &q, cut, n_rows, &c));
  int64_t at = 0;
  for (int64_t row = 0; row < n_rows; row++) {
    const double cosine = exact_cosine(query, vectors + row * dim, dim);
    int32_t n_better = 0;
    for (int64_t other = 0; other < n_rows; other++) n_better += exact_cosine(query, vectors + other * dim, dim) > cosine;
    while (at < c.n_rows && c.row[at] < row) at++;
    if (!isnan(cosine) && n_better < most) CHECK(at < c.n_rows && c.row[at] == row);
    if (at < c.n_rows && c.row[at] == row) CHECK(!isnan(cosine));
  }
  guard_check();
}

int main(void) {
  const cw2v_simd *simd;
  for (int i = 0; i < 1000; i++)
    for (int k = 0; (simd = cw2v_simd_available(k)) != NULL; k++) test_search(simd), test_sketch(simd);
  puts("test_query: nearest rows are sound");
  return 0;
}

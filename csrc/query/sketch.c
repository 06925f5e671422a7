#include "query/sketch.h"

#include <math.h>
#include <string.h>

enum { MOST_CODE = 127, AT_ONCE = 64 };

/* Bits of the greatest size of an element: floats without a sign are in the order of their bits. */
static int32_t greatest(const float *row, int32_t dim) {
  int32_t most = 0;
  for (int32_t k = 0; k < dim; k++) {
    int32_t bits;
    memcpy(&bits, row + k, 4);
    bits &= INT32_MAX;
    most = bits > most ? bits : most;
  }
  return most;
}

static void make_row(const cw2v_simd *simd, const cw2v_sketch *s, const float *row, int64_t at) {
  int8_t *code = s->codes + at * cw2v_code_stride(s->dim);
  float left[AT_ONCE] __attribute__((aligned(64))), copy[AT_ONCE] __attribute__((aligned(64))), most;
  double square = 0, rest = 0;
  const int32_t bits = greatest(row, s->dim);
  memcpy(&most, &bits, 4);
  memset(code, 0, (size_t)cw2v_code_stride(s->dim));
  s->scale[at] = 0;
  s->error[at] = isfinite(most) ? 0 : NAN;
  if (!isfinite(most) || most == 0) return;
  int exponent; /* brings the greatest to between 1/2 and 1, so that no square is too great or too small */
  most = frexpf(most, &exponent);
  const float near_one = ldexpf(1, exponent < -125 ? 125 : -exponent);
  const float further = ldexpf(1, exponent < -125 ? -exponent - 125 : 0);
  const float to_code = MOST_CODE / most, step = most / MOST_CODE;
  for (int32_t begin = 0; begin < s->dim; begin += AT_ONCE) {
    const int32_t n = s->dim - begin < AT_ONCE ? s->dim - begin : AT_ONCE;
    for (int32_t k = 0; k < n; k++) {
      const float x = row[begin + k] * near_one * further, exact = x * to_code;
      const int32_t rounded = (int32_t)(exact + copysignf(0.5f, exact));
      code[begin + k] = (int8_t)rounded;
      left[k] = x - (float)rounded * step;
      copy[k] = x;
    }
    int32_t padded = n;
    for (; padded % CW2V_ROW_ALIGN != 0; padded++) left[padded] = copy[padded] = 0;
    square += simd->dot(copy, copy, padded);
    rest += simd->dot(left, left, padded);
  }
  s->scale[at] = (float)(step / sqrt(square));
  s->error[at] = (float)(sqrt(rest / square) * 1.0001 + 1e-6); /* what float32 may be wrong by */
}

void cw2v_sketch_make(const cw2v_simd *simd, const cw2v_sketch *s, const float *vectors, int64_t first, int64_t last) {
  for (int64_t at = first; at < last; at++) make_row(simd, s, vectors + at * s->dim, at);
}

/* Puts a bound into the heap in the place of the least. */
static void replace_least(float *heap, int32_t n, float bound) {
  int32_t at = 0;
  for (int32_t child = 1; child < n; child = 2 * at + 1) {
    if (child + 1 < n && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= bound) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = bound;
}

static void add_bound(cw2v_candidates *c, float lower) {
  while (c->n < c->most) c->lower[c->n++] = -INFINITY;
  if (lower > c->lower[0]) replace_least(c->lower, c->n, lower);
}

/* Leaves out what the bounds have overtaken since. */
static void compact(cw2v_candidates *c) {
  int64_t n = 0;
  for (int64_t i = 0; i < c->n_rows; i++)
    if (c->upper[i] >= c->lower[0]) c->row[n] = c->row[i], c->upper[n++] = c->upper[i];
  c->n_rows = n;
}

int cw2v_sketch_scan(const cw2v_simd *simd, const cw2v_sketch *s, const cw2v_sketch_query *q, int64_t first,
                     int64_t last, cw2v_candidates *c) {
  const int64_t stride = cw2v_code_stride(s->dim);
  int32_t product[AT_ONCE];
  for (int64_t begin = first; begin < last; begin += AT_ONCE) {
    const int32_t n = (int32_t)(last - begin < AT_ONCE ? last - begin : AT_ONCE);
    simd->codes(s->codes + begin * stride, n, stride, q->code, product);
    for (int32_t r = 0; r < n; r++) {
      const float error = s->error[begin + r] + q->error;
      const float score = (float)product[r] * (s->scale[begin + r] * q->scale);
      if (c->n == c->most && !(score + error >= c->lower[0])) continue;
      if (!(error >= 0)) continue;
      add_bound(c, score - error);
      if (c->n_rows == c->max_rows) compact(c);
      if (c->n_rows == c->max_rows) return 0;
      c->row[c->n_rows] = begin + r;
      c->upper[c->n_rows++] = score + error;
    }
  }
  compact(c);
  return 1;
}

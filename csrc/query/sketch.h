/* Rows in 8 bits, a quarter of a matrix' bytes, which tell the rows that may be among the nearest to a query: all others
 * are surely not, whatever float32 makes of their cosines. For unit rows u = scale * code + rest and a unit query
 * x = scale_x * code_x + rest_x,
 *   |<u, x> - scale scale_x <code, code_x>|  <=  |rest| |x| + |scale code| |rest_x|       (Cauchy and Schwarz). */
#ifndef CW2V_SKETCH_H
#define CW2V_SKETCH_H

#include <stdint.h>

#include "simd/simd.h"

typedef struct cw2v_sketch {
  int8_t *codes; /* (V, cw2v_code_stride(dim)) */
  float *scale;  /* (V) */
  float *error;  /* (V) at least |rest|; NaN: the row is not finite, and never an answer */
  int32_t dim;
} cw2v_sketch;

/* Sketches the rows from `first` to `last` of vectors: (V, dim). */
void cw2v_sketch_make(const cw2v_simd *simd, const cw2v_sketch *sketch, const float *vectors, int64_t first,
                      int64_t last);

typedef struct cw2v_sketch_query {
  const int16_t *code; /* (cw2v_code_stride(dim)); the sum of their sizes is below 2^24 */
  float scale;
  float error; /* at least |scale code| |rest_x| and what float32 may be wrong by */
} cw2v_sketch_query;

/* The `most` greatest lower bounds of cosines so far, a heap with the least first, and the rows whose upper bounds are
 * not below it. */
typedef struct cw2v_candidates {
  int32_t most, n; /* at least 1 */
  float *lower;    /* (most) */
  int64_t max_rows, n_rows;
  int64_t *row;    /* (max_rows) */
  float *upper;    /* (max_rows) */
} cw2v_candidates;

/* Looks at the rows from `first` to `last`; calls in rising order add up. 0: there are more candidates than max_rows. */
int cw2v_sketch_scan(const cw2v_simd *simd, const cw2v_sketch *sketch, const cw2v_sketch_query *query, int64_t first,
                     int64_t last, cw2v_candidates *c);

#endif

/* The nearest rows to many queries in one pass over a matrix: cosines of a panel of rows with all queries, and of those
 * that beat a question's worst answer so far an insertion into its heap. Lengths of rows are made in the same pass, so
 * they belong to the matrix as it is now.
 *
 * A question is a query by itself, or a formula over the cosines c of several (Levy & Goldberg 2014):
 *   sum       sum_j c_j - sum_i c_i                                            (3CosAdd)
 *   product   prod_j (1 + c_j) / 2  /  (prod_i (1 + c_i) / 2 + epsilon)        (3CosMul)
 * with j over its positive and i over its negative terms. A row of zeros has cosine 0; one that is not finite has NaN,
 * and is never an answer. Of equal scores the lower row is better. */
#ifndef CW2V_SEARCH_H
#define CW2V_SEARCH_H

#include <stdint.h>

#include "simd/simd.h"
#include "status.h"

#define CW2V_COSMUL_EPSILON 1e-6f

typedef enum cw2v_form { CW2V_FORM_COSINE = 0, CW2V_FORM_SUM = 1, CW2V_FORM_PRODUCT = 2 } cw2v_form;

/* Matrix and queries. Rows are named by their place in `vectors` plus `offset`. */
typedef struct cw2v_search {
  const cw2v_simd *simd;
  const float *vectors; /* (V, dim) */
  int64_t offset;
  const int64_t *among; /* rows of `vectors` to look at, rising; or NULL for all */
  const float *queries; /* (n_queries, cw2v_query_stride(dim)), of length 1 */
  int32_t dim;
  int32_t n_queries;
  float *scratch; /* cw2v_search_scratch floats for each thread, 64-byte aligned */
} cw2v_search;

typedef struct cw2v_questions {
  cw2v_form form;
  int32_t n;                 /* with CW2V_FORM_COSINE n_queries, and the next three are unused */
  const int64_t *begin;      /* (n + 1) where each one's terms begin */
  const int64_t *negative;   /* (n) where those begin that are subtracted or divided by */
  const int32_t *term;       /* indices of queries */
  const int64_t *left_begin; /* (n + 1) */
  const int64_t *left_out;   /* rows that are no answer, rising for each question */
  float least;               /* scores below are no answer */
} cw2v_questions;

/* The best answers so far, a heap for each question with the worst first. */
typedef struct cw2v_answers {
  int32_t most; /* >= 1 */
  int32_t *n;   /* (n_questions) how many there are */
  float *score; /* (n_questions, most) */
  int64_t *row; /* (n_questions, most) */
} cw2v_answers;

/* Panel of cosines, lengths of its rows, and scaled copies of those with extreme ones. */
static inline int64_t cw2v_search_scratch(int32_t dim, int32_t n_queries) {
  return (int64_t)CW2V_PANEL * (n_queries + cw2v_query_stride(dim) + 1);
}

/* Looks at the places from `first` to `last` of `among`, or at these rows; calls in rising order add up. */
void cw2v_search_best(const cw2v_search *s, const cw2v_questions *q, int64_t first, int64_t last, cw2v_answers *best);

/* Cosines of all queries with the same rows: out[i * stride + place - first]. */
void cw2v_search_cosines(const cw2v_search *s, int64_t first, int64_t last, float *out, int64_t stride);

#endif

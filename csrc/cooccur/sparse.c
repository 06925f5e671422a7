#include "cooccur/sparse.h"

enum { TILE = 16 }; /* sums that stay in registers with the vector registers that every x86-64 and AArch64 has */

/* TILE columns of a row, from column t on. */
static void row_tile(const cw2v_csr *a, int32_t row, const double *x, int64_t k, int64_t t, double *y) {
  double sum[TILE] = {0};
  for (int64_t i = a->indptr[row]; i < a->indptr[row + 1]; i++) {
    const double *from = x + a->indices[i] * k + t, value = a->data[i];
    for (int j = 0; j < TILE; j++) sum[j] += value * from[j];
  }
  for (int j = 0; j < TILE; j++) y[row * k + t + j] = sum[j];
}

void cw2v_csr_times(const cw2v_csr *a, int32_t first, int32_t last, const double *x, int64_t k, double *y) {
  for (int32_t row = first; row < last; row++) {
    int64_t t = 0;
    for (; t + TILE <= k; t += TILE) row_tile(a, row, x, k, t, y);
    for (; t < k; t++) {
      double sum = 0.0;
      for (int64_t i = a->indptr[row]; i < a->indptr[row + 1]; i++) sum += a->data[i] * x[a->indices[i] * k + t];
      y[row * k + t] = sum;
    }
  }
}

void cw2v_csr_transposed_times(const cw2v_csr *a, int64_t first, int64_t last, const double *x, int64_t k, double *y) {
  for (int32_t row = 0; row < a->n_rows; row++) {
    const double *restrict from = x + row * k;
    for (int64_t i = a->indptr[row]; i < a->indptr[row + 1]; i++) {
      double *restrict to = y + a->indices[i] * k;
      const double value = a->data[i];
      for (int64_t j = first; j < last; j++) to[j] += value * from[j];
    }
  }
}

void cw2v_csr_transpose(const cw2v_csr *a, int64_t *cursor, int32_t *indices, double *data) {
  for (int32_t row = 0; row < a->n_rows; row++)
    for (int64_t i = a->indptr[row]; i < a->indptr[row + 1]; i++) {
      const int64_t to = cursor[a->indices[i]]++;
      indices[to] = row;
      data[to] = a->data[i];
    }
}

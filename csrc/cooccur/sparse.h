/* A sparse matrix by rows (CSR), times dense ones. Each sum is made by one thread in the order of the matrix, so results
 * do not depend on how rows or columns are shared out. */
#ifndef CW2V_SPARSE_H
#define CW2V_SPARSE_H

#include <stdint.h>

typedef struct cw2v_csr {
  int32_t n_rows, n_columns;
  const int64_t *indptr;  /* (n_rows + 1) rising from 0 */
  const int32_t *indices; /* (indptr[n_rows]) below n_columns */
  const double *data;     /* (indptr[n_rows]) */
} cw2v_csr;

/* y = A x for the rows from `first` to `last`. x: (n_columns, k); y: (n_rows, k). */
void cw2v_csr_times(const cw2v_csr *a, int32_t first, int32_t last, const double *x, int64_t k, double *y);

/* y += A^T x for the columns of x and y from `first` to `last`. x: (n_rows, k); y: (n_columns, k). */
void cw2v_csr_transposed_times(const cw2v_csr *a, int64_t first, int64_t last, const double *x, int64_t k, double *y);

/* A^T: cursor (n_columns) is where each of its rows begins and is moved to its end; indices and data as large as A's. */
void cw2v_csr_transpose(const cw2v_csr *a, int64_t *cursor, int32_t *indices, double *data);

#endif

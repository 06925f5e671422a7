/* Private copies of the most frequent rows, so that cores do not fight over their cache lines.
 *
 * A thread updates its own copy; after as many updates as the row's limit says, the difference since the last merge goes
 * into the shared row:
 *
 *   shared += local - base;   local = base = shared
 *
 * With T threads a copy misses at most (T - 1) * limit updates of the others, and those of a batch of centres: windows count
 * the updates of a batch ahead, and merge between batches. Those of noise are counted by their expectation. Quality and
 * loss hold while that is a small part of what the row is updated in all (docs/performance.md), which is what the caller
 * chooses the limits by. */
#ifndef CW2V_HOT_ROWS_H
#define CW2V_HOT_ROWS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "model/model.h"

static inline void cw2v_hot_rows_begin(cw2v_hot_rows *hot, int32_t dim) {
  if (hot->slot != NULL) return;
  hot->n_due = 0;
  const size_t bytes = (size_t)hot->n_rows * (size_t)dim * sizeof(float);
  if (bytes == 0) return;
  memcpy(hot->local, hot->shared, bytes);
  memcpy(hot->base, hot->local, bytes); /* not from shared again: another thread may have merged in between */
  memcpy(hot->allowance, hot->limit, (size_t)hot->n_rows * sizeof(int32_t));
}

static inline void cw2v_hot_rows_merge(cw2v_hot_rows *hot, int32_t word_id, const cw2v_params *params) {
  const size_t row = (size_t)word_id * (size_t)params->dim;
  params->simd->merge(hot->shared + row, hot->local + row, hot->base + row, params->dim);
}

/* Merges what was put off; what has been counted since is still to come. */
static inline void cw2v_hot_rows_merge_due(cw2v_hot_rows *hot, const cw2v_params *params) {
  for (int32_t i = 0; i < hot->n_due; i++) cw2v_hot_rows_merge(hot, hot->due[i], params);
  hot->n_due = 0;
}

static inline void cw2v_hot_rows_end(cw2v_hot_rows *hot, const cw2v_params *params) {
  if (hot->slot != NULL) return;
  cw2v_hot_rows_merge_due(hot, params);
  /* By what has changed, not by what was counted: of noise no row's own updates are known. */
  for (int32_t word_id = 0; word_id < hot->n_rows; word_id++) {
    const size_t row = (size_t)word_id * (size_t)params->dim, bytes = (size_t)params->dim * sizeof(float);
    if (memcmp(hot->local + row, hot->base + row, bytes) != 0) cw2v_hot_rows_merge(hot, word_id, params);
  }
}

/* A lane's copy of a row, made when it is first asked for in a round; counts the update. */
static inline float *cw2v_hot_rows_copy(cw2v_hot_rows *hot, int32_t word_id, int32_t dim) {
  int32_t *slot = hot->slot + (size_t)word_id * CW2V_LANES;
  if (*slot < 0) {
    const int32_t part = word_id % CW2V_LANES;
    *slot = hot->n_local++;
    hot->taken[(size_t)part * (size_t)hot->n_rows + (size_t)hot->n_taken[part]++] = word_id;
    hot->updates[*slot] = 0;
    memcpy(hot->local + (size_t)*slot * (size_t)dim, hot->shared + (size_t)word_id * (size_t)dim,
           (size_t)dim * sizeof(float));
  }
  hot->updates[*slot]++;
  return hot->local + (size_t)*slot * (size_t)dim;
}

/* `local` if the row is private, else `shared`; without a branch: which it is nobody can foresee. */
static inline float *cw2v_hot_rows_choose(const cw2v_hot_rows *hot, int32_t word_id, int32_t dim) {
  const uintptr_t shared = (uintptr_t)hot->shared, local = (uintptr_t)hot->local;
  const uintptr_t rows = shared ^ ((shared ^ local) & (0 - (uintptr_t)(word_id < hot->n_rows)));
  return (float *)rows + (size_t)word_id * (size_t)dim;
}

/* Counts an update of a row, and merges it first when that is due. Not for lanes. */
static inline void cw2v_hot_rows_count(cw2v_hot_rows *hot, int32_t word_id, const cw2v_params *params) {
  int32_t *allowance = &hot->allowance[word_id < hot->n_rows ? word_id : hot->n_rows];
  if (*allowance < CW2V_UPDATE) {
    cw2v_hot_rows_merge(hot, word_id, params);
    *allowance = hot->limit[word_id];
  }
  *allowance -= CW2V_UPDATE & -(word_id < hot->n_rows);
}

/* Asks for what the merge of a row takes: the shared row may be far away. */
static inline void cw2v_hot_rows_prefetch(const cw2v_hot_rows *hot, int32_t word_id, int32_t dim) {
  const size_t row = (size_t)word_id * (size_t)dim;
  for (int32_t k = 0; k < dim; k += CW2V_ROW_ALIGN) {
    __builtin_prefetch(hot->shared + row + (size_t)k, 1, 3);
    __builtin_prefetch(hot->base + row + (size_t)k, 1, 3);
  }
}

/* Counts `each` coming updates, NULL for one, of a batch of words, all of them private, ahead of them. Which rows are due nobody can
 * foresee, and no branch depends on it. */
static inline void cw2v_hot_rows_count_ahead(cw2v_hot_rows *hot, const int32_t *word_id, const int32_t *each, int32_t n) {
  int32_t n_due = hot->n_due;
  for (int32_t i = 0; i < n; i++) {
    const int32_t limit = hot->limit[word_id[i]], before = hot->allowance[word_id[i]];
    const int32_t used = (each == NULL ? 1 : each[i]) * CW2V_UPDATE, is_due = (before < used) & (before < limit);
    hot->allowance[word_id[i]] = before - used + ((limit - before) & -is_due);
    hot->due[n_due] = word_id[i];
    n_due += is_due;
  }
  hot->n_due = n_due;
}

/* The same of a batch's noise, which is known by its expectation; then asks for what the merges take. */
static inline void cw2v_hot_rows_look_ahead(cw2v_hot_rows *hot, const cw2v_params *params) {
  int32_t *noise_due = hot->due + hot->n_due;
  if (hot->noise != NULL) {
    const int32_t n = params->simd->spend(hot->allowance, hot->noise, cw2v_hot_rows_size(hot->n_rows), noise_due);
    for (int32_t i = 0; i < n; i++) hot->allowance[noise_due[i]] = hot->limit[noise_due[i]];
    hot->n_due += n;
  }
  for (int32_t i = 0; i < hot->n_due; i++) cw2v_hot_rows_prefetch(hot, hot->due[i], params->dim);
}

/* Rows of n words, a multiple of CW2V_DRAWN_AT_ONCE. Not for lanes: here a row stays where it is. */
static inline void cw2v_hot_rows_list(const cw2v_hot_rows *hot, const int32_t *word_id, int32_t n, const cw2v_params *params,
                                      float **row) {
  params->simd->locate(word_id, n, hot->shared, hot->local, hot->n_rows, params->dim, row);
}

/* The row to update; counts the update. */
static inline float *cw2v_hot_rows_get(cw2v_hot_rows *hot, int32_t word_id, const cw2v_params *params) {
  if (hot->slot != NULL) return cw2v_hot_rows_copy(hot, word_id, params->dim);
  if (hot->n_rows == 0) return hot->shared + (size_t)word_id * (size_t)params->dim;
  cw2v_hot_rows_count(hot, word_id, params);
  return cw2v_hot_rows_choose(hot, word_id, params->dim);
}

/* The row as it is now, without counting an update: for prefetching, or when it has been counted. */
static inline float *cw2v_hot_rows_find(const cw2v_hot_rows *hot, int32_t word_id, int32_t dim) {
  if (hot->slot != NULL) {
    const int32_t slot = hot->slot[(size_t)word_id * CW2V_LANES];
    return slot < 0 ? hot->shared + (size_t)word_id * (size_t)dim : hot->local + (size_t)slot * (size_t)dim;
  }
  return cw2v_hot_rows_choose(hot, word_id, dim);
}

#endif

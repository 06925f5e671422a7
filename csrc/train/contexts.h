/* The contexts of a centre word: their rows, and what happens where a word is among them twice. */
#ifndef CW2V_CONTEXTS_H
#define CW2V_CONTEXTS_H

#include "train/run.h"

/* Skip-gram of any window, in lanes and with locks too: one row after the other. Repeated words are counted each time, at most CW2V_MAX_CONTEXTS at a
 * time, as a step of many more from the same old values can run away. The targets must be chosen. */
void cw2v_train_any_window(cw2v_run *run, int32_t t, int objective);

/* rows: those of centre t's contexts, and undefined ones behind them, up to a multiple of CW2V_ROWS_AT_ONCE on either side
 * of the centre; returns how many there are. Their updates must have been counted. Not for lanes or locks. */
static inline int32_t cw2v_list_contexts(cw2v_run *r, int32_t t, float **rows) {
  cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], right = scratch->right[t];
  float *const *from = scratch->input_rows, **behind = rows + (t - left);
  for (int32_t i = 0; i < t - left; i += CW2V_ROWS_AT_ONCE)
    memcpy(rows + i, from + left + i, CW2V_ROWS_AT_ONCE * sizeof(*rows));
  for (int32_t i = 0; i < right - t; i += CW2V_ROWS_AT_ONCE)
    memcpy(behind + i, from + t + 1 + i, CW2V_ROWS_AT_ONCE * sizeof(*rows));
  return right - left;
}

/* The same of a window of at most CW2V_MAX_CONTEXTS in which a word may come twice: its row once, weighted by how often. */
static inline int32_t cw2v_list_distinct_contexts(cw2v_run *r, int32_t t, float **rows, float *weights) {
  cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], right = scratch->right[t];
  int32_t place[CW2V_MAX_CONTEXTS + 1], n = 0;
  for (int32_t j = left; j <= right; j++) {
    if (j == t) continue;
    const int32_t twin = scratch->twin[j] == t ? scratch->twin[t] : scratch->twin[j];
    const int again = twin >= left;
    const int32_t i = again ? place[twin - left] : n;
    place[j - left] = i;
    rows[i] = scratch->input_rows[j];
    weights[i] = again ? weights[i] + 1.0f : 1.0f;
    n += !again;
  }
  return n;
}

#endif

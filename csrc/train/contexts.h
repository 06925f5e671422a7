/* The contexts of a centre word: their rows, and what happens where a word is among them twice. */
#ifndef CW2V_CONTEXTS_H
#define CW2V_CONTEXTS_H

#include "train/run.h"

/* Skip-gram of any window, in lanes and with locks too: one row after the other. Repeated words are counted each time, at most CW2V_MAX_CONTEXTS at a
 * time, as a step of many more from the same old values can run away. The targets must be chosen. */
void cw2v_train_any_window(cw2v_run *run, int32_t t, int objective);

/* Sets the run to centre t, which is 0, or one more than at the last call: the row of the one before takes the place of
 * its own. */
static inline void cw2v_set_centre(cw2v_run *r, int32_t t) {
  if (t == 0) return;
  float **row = r->scratch->input_rows + t - 1, *own = *row;
  *row = r->centre_row;
  r->centre_row = own;
}

/* (right[t] - left[t]) the rows of centre t's contexts. Their updates must have been counted. Not for lanes or locks. */
static inline float *const *cw2v_contexts(const cw2v_run *r, int32_t t) {
  return r->scratch->input_rows + r->scratch->left[t];
}

/* The same of a window of at most CW2V_MAX_CONTEXTS in which a word may come twice: its row once, weighted by how often.
 * Returns how many there are then. */
static inline int32_t cw2v_list_distinct_contexts(const cw2v_run *r, int32_t t, float **rows, float *weights) {
  const cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], right = scratch->right[t];
  float *const *row = cw2v_contexts(r, t);
  int32_t place[CW2V_MAX_CONTEXTS + 1], n = 0;
  for (int32_t j = left; j <= right; j++) {
    if (j == t) continue;
    const int32_t twin = scratch->twin[j] == t ? scratch->twin[t] : scratch->twin[j];
    const int again = twin >= left;
    const int32_t i = again ? place[twin - left] : n;
    place[j - left] = i;
    rows[i] = *row++;
    weights[i] = again ? weights[i] + 1.0f : 1.0f;
    n += !again;
  }
  return n;
}

#endif

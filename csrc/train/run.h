/* What the functions of this folder hand on: a thread's, or a lane's, state within a block. */
#ifndef CW2V_RUN_H
#define CW2V_RUN_H

#include <stddef.h>
#include <string.h>

#include "step/step.h"
#include "train/hot_rows.h"
#include "train/targets.h"

typedef struct cw2v_run {
  const cw2v_params *params;
  cw2v_scratch *scratch;
  cw2v_tally *tally;
  cw2v_targets targets;
  cw2v_window window;
  int64_t first;     /* position of the block's first token */
  int64_t before;    /* tokens of the blocks before: its learning rate does */
  float *centre_row; /* the input row that is not in scratch->input_rows */
  int32_t n;         /* kept tokens */
  int32_t moves;     /* rows are not stepped on where they are: there are locks or lanes */
  int32_t n_pending; /* predictions of the full softmax that wait for their step; see train/softmax.h */
  int32_t pending[CW2V_MAX_CONTEXTS];        /* their centres: word_id of skip-gram's and pairs', index into kept of CBOW's */
  int32_t pending_input[CW2V_MAX_CONTEXTS];  /* word_id whose row each predicts from, but for CBOW */
  float pending_weight[CW2V_MAX_CONTEXTS];
} cw2v_run;

/* Lays out *run for its scratch and tally. */
void cw2v_run_begin(cw2v_run *run, const cw2v_params *params, cw2v_scratch *scratch, cw2v_tally *tally);

/* Samples the block in a place of the order for cw2v_run_train. */
void cw2v_run_take(cw2v_run *run, const cw2v_corpus *corpus, int64_t place);

/* Trains the kept tokens [begin, end) of the block; a block's tokens are to be trained in order. Returns the first that it
 * did not get to: end, unless control is not NULL and is stopped. */
int32_t cw2v_run_train(cw2v_run *run, int32_t begin, int32_t end, cw2v_control *control);

/* Position of kept token t in the corpus: its random numbers depend on it. */
static inline int64_t cw2v_run_position(const cw2v_run *run, int32_t t) {
  return run->first + run->scratch->kept_position[t];
}

static inline void cw2v_run_step(cw2v_run *run, int objective) {
  const cw2v_params *params = run->params;
  run->window.loss = params->measure_loss ? &run->tally->loss[objective] : NULL;
  if (params->fused) params->simd->window(&run->window, run->scratch->window);
  else cw2v_step_generic(params->simd, &run->window, run->scratch->window, run->scratch->gradient);
}

/* Locks: a word whose lock is not 1 is stepped on a copy of its row, and gets that share of the copy's change. */
static inline float cw2v_lock_of(const cw2v_params *params, int32_t word_id) {
  return params->lock == NULL ? 1.0f : params->lock[word_id];
}

/* The row to step on for the i-th context of a step. */
static inline float *cw2v_run_input(cw2v_run *run, int32_t word_id, int32_t i) {
  float *row = cw2v_hot_rows_get(&run->scratch->input, word_id, run->params);
  if (cw2v_lock_of(run->params, word_id) == 1.0f) return row;
  float *copy = run->scratch->locked + (ptrdiff_t)i * run->params->dim;
  memcpy(copy, row, sizeof(float) * (size_t)run->params->dim);
  return copy;
}

/* After the step: row = (1 - lock) row + lock copy. */
static inline void cw2v_run_unlock(cw2v_run *run, int32_t word_id, const float *copy) {
  const cw2v_params *params = run->params;
  const float lock = cw2v_lock_of(params, word_id);
  if (lock == 1.0f || lock == 0.0f) return;
  float *row = cw2v_hot_rows_find(&run->scratch->input, word_id, params->dim);
  params->simd->axpy(-lock, row, row, params->dim);
  params->simd->axpy(lock, copy, row, params->dim);
}

/* Adds scale * gradient to a word's input row, after its lock. */
static inline void cw2v_run_add(cw2v_run *run, int32_t word_id, float scale, const float *gradient) {
  float *row = cw2v_hot_rows_get(&run->scratch->input, word_id, run->params);
  run->params->simd->axpy(scale * cw2v_lock_of(run->params, word_id), gradient, row, run->params->dim);
}

#endif

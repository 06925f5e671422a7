/* One prediction by itself: a word's input row against a target, with noise drawn for it alone. */
#ifndef CW2V_PAIRS_H
#define CW2V_PAIRS_H

#include "train/run.h"
#include "train/sample.h"
#include "train/softmax.h"

/* How many pairs a thread takes at a time; a stop is looked for between them. */
#define CW2V_PAIR_BLOCK 1024

static inline void cw2v_run_pair_step(cw2v_run *run, int32_t input, int objective) {
  float *row = cw2v_run_input(run, input, 0);
  run->window.context = &row;
  cw2v_run_step(run, objective);
  if (run->params->lock != NULL) cw2v_run_unlock(run, input, row);
}

/* The word `input` predicts `target`, both with the hierarchical softmax and with negative sampling if both are trained.
 * weight: NULL, or how often the pair counts; noise_set numbers its noise (cw2v_draw_noise). */
static inline void cw2v_run_pair(cw2v_run *run, int32_t input, int32_t target, const float *weight, uint64_t noise_set) {
  const cw2v_params *params = run->params;
  cw2v_scratch *scratch = run->scratch;
  run->window.context_weight = weight;
  run->window.n_contexts = 1;
  if (params->hs) {
    cw2v_choose_path(&run->window, &run->targets, params, scratch, target);
    if (run->window.n_targets > 0) cw2v_run_pair_step(run, input, CW2V_HIERARCHICAL_SOFTMAX);
  }
  if (params->negative > 0) {
    cw2v_draw_noise(params, noise_set, scratch->noise);
    cw2v_choose_noise(&run->window, &run->targets, params, scratch, target, scratch->noise);
    cw2v_run_pair_step(run, input, CW2V_NEGATIVE_SAMPLING);
  }
}

/* Pair i of a list; its place is its position: of the learning rate and of its noise. */
static inline void cw2v_run_explicit_pair(cw2v_run *run, const cw2v_pairs *pairs, int64_t i) {
  const float *weight = pairs->weight == NULL ? NULL : pairs->weight + i;
  cw2v_targets_set_alpha(&run->targets, run->params, i);
  if (run->params->softmax) cw2v_softmax_add_pair(run, pairs->input[i], pairs->target[i], weight == NULL ? 1.0f : *weight);
  else cw2v_run_pair(run, pairs->input[i], pairs->target[i], weight, (uint64_t)i);
}

#endif

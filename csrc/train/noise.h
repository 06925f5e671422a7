/* Noise words of the coming centres of a block, one set a centre, and where their rows are. */
#ifndef CW2V_NOISE_H
#define CW2V_NOISE_H

#include "train/run.h"

/* Draws the first centres' noise. */
void cw2v_noise_begin(cw2v_run *run);

/* Before centre t is trained, where t is a multiple of CW2V_DRAW_BATCH: noise is then drawn of all centres before
 * t + 2 CW2V_DRAW_BATCH. */
void cw2v_noise_advance(cw2v_run *run, int32_t t);

/* (K, CW2V_DRAW_BATCH) the words of the batch that begins at t. */
static inline int32_t *cw2v_noise_batch(const cw2v_run *run, int32_t t) {
  return run->scratch->noise + (ptrdiff_t)(t % CW2V_RING) * run->params->negative;
}

/* Word k of centre t's noise. */
static inline int32_t cw2v_noise_word(const cw2v_run *run, int32_t t, int32_t k) {
  const int32_t c = t % CW2V_DRAW_BATCH;
  return cw2v_noise_batch(run, t - c)[k * CW2V_DRAW_BATCH + c];
}

/* (K + 2) centre t's rows; see cw2v_scratch. */
static inline float **cw2v_noise_rows(const cw2v_run *run, int32_t t) {
  return run->scratch->noise_rows + (ptrdiff_t)(t % CW2V_RING) * (run->params->negative + 2);
}

#endif

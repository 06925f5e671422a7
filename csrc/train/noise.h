/* Noise words of the coming centres of a block, one set a centre. */
#ifndef CW2V_NOISE_H
#define CW2V_NOISE_H

#include "train/run.h"

/* Draws the first centres' noise. */
void cw2v_noise_begin(cw2v_run *run);

/* Before centre t is trained, where t is a multiple of CW2V_DRAW_BATCH: noise is then drawn of all centres before
 * t + 2 CW2V_DRAW_BATCH. */
void cw2v_noise_advance(cw2v_run *run, int32_t t);

/* (K) the words of centre t. */
static inline int32_t *cw2v_noise_of(const cw2v_run *run, int32_t t) {
  return run->scratch->noise + (ptrdiff_t)(t % CW2V_RING) * run->params->negative;
}

#endif

/* Which tokens train, with which windows, against which noise: everything random about a block. */
#ifndef CW2V_SAMPLE_H
#define CW2V_SAMPLE_H

#include "model/model.h"

/* Sub-samples block b and finds each kept token's window. Fills kept, kept_position, left, right, with skip-gram
 * twin and repeat, with the full softmax last of the scratch; returns how many tokens were kept;
 * adds to n_changed. Reference: cw2v.reference.sample_tokens, window_bounds. */
int32_t cw2v_sample_block(const cw2v_params *params, const cw2v_corpus *corpus, int64_t block, cw2v_scratch *scratch);

/* The number of a centre's noise set, by its position. Where negatives are shared, a set serves CW2V_NOISE_USES centres, since
 * its rows are in this core's cache then; so far apart that their windows share no word, but for what sub-sampling takes
 * out between them: of sets that neighbours share, the vectors are worse (docs/performance.md). Reference:
 * cw2v.reference.noise_set. */
#define CW2V_NOISE_USES 4
#define CW2V_NOISE_APART 32 /* tokens, at least: a power of two, as CW2V_NOISE_USES is */
static inline uint64_t cw2v_noise_set(const cw2v_params *params, uint64_t position) {
  const uint64_t width = (uint64_t)params->window_left + (uint64_t)params->window_right;
  uint64_t apart = CW2V_NOISE_APART;
  while (apart <= width) apart *= 2;
  return params->shared_negatives ? position & ~(apart * (CW2V_NOISE_USES - 1)) : position;
}

/* Noise words of one set: noise[k] for k < negative. `set` numbers the sets of an epoch: see above, or with noise per pair
 * the centre's position * (2 window + 1) + slot. Reference: cw2v.reference.noise_words. */
static inline void cw2v_draw_noise(const cw2v_params *params, uint64_t set, int32_t *noise) {
  const uint64_t first = set * (uint64_t)params->negative;
  for (int32_t k = 0; k < params->negative; k++)
    noise[k] = cw2v_alias_draw(params->noise, (uint32_t)params->n_words,
                               cw2v_random(params->noise_key, first + (uint64_t)k));
}

#endif

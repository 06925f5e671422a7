#include "train/noise.h"

/* A batch of centres begins at t, a multiple of its size; how many there are of it. */
static inline int32_t batch_size(const cw2v_run *r, int32_t t) {
  return r->n - t < CW2V_DRAW_BATCH ? r->n - t : CW2V_DRAW_BATCH;
}

static inline uint64_t *bits_of(const cw2v_run *r, int32_t t) {
  return r->scratch->bits + (ptrdiff_t)(t % (2 * CW2V_DRAW_BATCH)) * r->params->negative;
}

/* Random bits of a batch; asks for the table's slots that they choose, which are on their way until it is drawn. */
static void choose(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  const int32_t size = batch_size(r, t), negative = params->negative;
  uint64_t *bits = bits_of(r, t), *counter = r->scratch->counter;
  if (size <= 0) return;
  for (int32_t i = 0; i < size; i++) {
    const uint64_t set = (uint64_t)cw2v_run_position(r, t + i);
    for (int32_t k = 0; k < negative; k++) *counter++ = set * (uint64_t)negative + (uint64_t)k;
  }
  params->simd->random(params->noise_key, r->scratch->counter, size * negative, bits);
  for (int32_t i = 0; i < size * negative; i++)
    __builtin_prefetch(params->noise + cw2v_below((uint32_t)(bits[i] >> 32), (uint32_t)params->n_words), 0, 3);
}

static void draw(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  const int32_t n = batch_size(r, t) * params->negative;
  const uint64_t *bits = bits_of(r, t);
  int32_t *noise = cw2v_noise_of(r, t);
  for (int32_t i = 0; i < n; i++) noise[i] = cw2v_alias_draw(params->noise, (uint32_t)params->n_words, bits[i]);
}

void cw2v_noise_begin(cw2v_run *run) {
  choose(run, 0);
  draw(run, 0);
  choose(run, CW2V_DRAW_BATCH);
}

void cw2v_noise_advance(cw2v_run *run, int32_t t) {
  draw(run, t + CW2V_DRAW_BATCH);
  choose(run, t + 2 * CW2V_DRAW_BATCH);
}

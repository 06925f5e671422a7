#include "train/noise.h"

#include "train/sample.h"

/* A batch of centres begins at t, a multiple of its size; how many there are of it. */
static inline int32_t batch_size(const cw2v_run *r, int32_t t) {
  return r->n - t < CW2V_DRAW_BATCH ? r->n - t : CW2V_DRAW_BATCH;
}

static inline uint64_t *bits_of(const cw2v_run *r, int32_t t) {
  return r->scratch->bits + (ptrdiff_t)(t % (2 * CW2V_DRAW_BATCH)) * r->params->negative;
}

/* Random bits of a batch; asks for the table's slots that they choose, which are on their way until it is drawn. Those of
 * a batch's missing centres are drawn too, and not used. */
static void choose(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  const int32_t size = batch_size(r, t), negative = params->negative, n = CW2V_DRAW_BATCH * negative;
  uint64_t *bits = bits_of(r, t), *counter = r->scratch->counter;
  if (size <= 0) return;
  uint64_t first[CW2V_DRAW_BATCH] = {0};
  for (int32_t c = 0; c < size; c++) first[c] = cw2v_noise_set(params, (uint64_t)cw2v_run_position(r, t + c)) * (uint64_t)negative;
  for (int32_t k = 0; k < negative; k++)
    for (int32_t c = 0; c < CW2V_DRAW_BATCH; c++) *counter++ = first[c] + (uint64_t)k;
  params->simd->random(params->noise_key, r->scratch->counter, n, bits);
  for (int32_t i = 0; i < n; i++)
    __builtin_prefetch(params->noise + cw2v_below((uint32_t)(bits[i] >> 32), (uint32_t)params->n_words), 0, 3);
}

/* coincides[c]: whether the noise of centre c has a word twice, or the centre. All centres of a batch at once, in vectors. */
static void find_coincidences(const int32_t *centre, const int32_t *noise, int32_t negative, int32_t *coincides) {
  int32_t found[CW2V_DRAW_BATCH] = {0};
  for (int32_t k = 0; k < negative; k++) {
    const int32_t *words = noise + (ptrdiff_t)k * CW2V_DRAW_BATCH;
    for (int32_t c = 0; c < CW2V_DRAW_BATCH; c++) found[c] |= words[c] == centre[c];
    for (int32_t j = 0; j < k; j++)
      for (int32_t c = 0; c < CW2V_DRAW_BATCH; c++) found[c] |= words[c] == noise[(ptrdiff_t)j * CW2V_DRAW_BATCH + c];
  }
  for (int32_t c = 0; c < CW2V_DRAW_BATCH; c++) coincides[c] = found[c];
}

/* The rows of a batch: see cw2v_scratch. */
static void list_rows(cw2v_run *r, int32_t t, const int32_t *centre, const int32_t *noise) {
  const cw2v_params *params = r->params;
  const cw2v_scratch *scratch = r->scratch;
  const int32_t negative = params->negative, stride = negative + 2, reach = params->window_right;
  int32_t entering[CW2V_DRAW_BATCH];
  float *row[CW2V_DRAW_BATCH];
  for (int32_t c = 0; c < CW2V_DRAW_BATCH; c++)
    entering[c] = scratch->kept[t + c + reach < r->n ? t + c + reach : r->n - 1];
  for (int32_t k = 0; k < stride; k++) {
    float **to = cw2v_noise_rows(r, t) + k;
    const int32_t *ids = k == 0 ? centre : k <= negative ? noise + (ptrdiff_t)(k - 1) * CW2V_DRAW_BATCH : entering;
    cw2v_hot_rows_list(k <= negative ? &scratch->output : &scratch->input, ids, CW2V_DRAW_BATCH, params, row);
    for (int32_t c = 0; c < CW2V_DRAW_BATCH; c++, to += stride) *to = row[c];
  }
}

static void draw(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  const int32_t size = batch_size(r, t), n = CW2V_DRAW_BATCH * params->negative;
  const uint64_t *bits = bits_of(r, t);
  int32_t *noise = cw2v_noise_batch(r, t), centre[CW2V_DRAW_BATCH] = {0};
  if (size <= 0) return;
  params->simd->draw(params->noise, (uint32_t)params->n_words, bits, n, noise);
  for (int32_t c = 0; c < size; c++) centre[c] = scratch->kept[t + c];
  find_coincidences(centre, noise, params->negative, scratch->coincides + t % CW2V_RING);
  if (scratch->output.slot == NULL) list_rows(r, t, centre, noise);
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

/* What a centre word is predicted against: itself and noise, or the path to it through the Huffman tree. */
#ifndef CW2V_TARGETS_H
#define CW2V_TARGETS_H

#include "model/model.h"
#include "train/hot_rows.h"

enum { CW2V_TILE_KEYS = 2 << CW2V_TILE };

/* Signs, gains and multiplicities by slot and twice over, as cw2v_window wants them, in the thread's pattern memory. */
typedef struct cw2v_targets {
  float *sign;          /* negative sampling: the true word +1, noise -1 */
  float *gain, *times;  /* all targets distinct, the usual case */
  float *special_gain, *special_times; /* a window in which noise words coincide */
  float *path_sign, *path_gain, *path_times;
  /* A tile of a path by its key: the tile's code bits, the first turn's lowest, and a 1 above the last. */
  float turn_sign[CW2V_TILE_KEYS][CW2V_TILE_SLOT], turn_gain[CW2V_TILE_KEYS][CW2V_TILE_SLOT];
  int32_t sign_stride;  /* the stride that sign is laid out for */
  float alpha;
  int64_t alpha_bucket; /* the learning rate's interval of tokens; -1: none yet */
} cw2v_targets;

void cw2v_targets_begin(cw2v_targets *t, const cw2v_params *params, const cw2v_scratch *scratch);

/* Learning rate after so many tokens of the epoch; it depends on nothing else. Reference: cw2v.reference.alpha_at. */
void cw2v_targets_set_alpha(cw2v_targets *t, const cw2v_params *params, int64_t before);

/* Lays out sign for a stride. Only the true word's slot is positive; a window in which noise coincides may have fewer
 * tiles than usual, and then that slot comes round sooner. */
void cw2v_targets_set_signs(cw2v_targets *t, int32_t stride);

/* The rare case: noise equal to the centre word is skipped, as word2vec does; a noise word drawn m times counts m
 * times. */
void cw2v_choose_special_noise(cw2v_window *w, cw2v_targets *t, const cw2v_params *params, cw2v_scratch *scratch,
                               int32_t centre, const int32_t *noise);

static inline int cw2v_noise_coincides(int32_t centre, const int32_t *noise, int32_t n) {
  int same = 0;
  for (int32_t k = 0; k < n; k++) {
    same |= noise[k] == centre;
    for (int32_t j = 0; j < k; j++) same |= noise[j] == noise[k];
  }
  return same;
}

/* The targets in `rows`: the true word and noise, all of them distinct. */
static inline void cw2v_choose_rows(cw2v_window *w, cw2v_targets *t, const cw2v_params *params, float **rows) {
  const int32_t stride = cw2v_window_stride(params->negative + 1);
  if (stride != t->sign_stride) cw2v_targets_set_signs(t, stride);
  w->target = rows;
  w->sign = t->sign;
  w->gain = t->gain;
  w->times = t->times;
  w->n_targets = params->negative + 1;
}

/* Negative sampling: the centre and its noise words. Rows go to scratch->target_rows, the rest into *w. */
static inline void cw2v_choose_noise(cw2v_window *w, cw2v_targets *t, const cw2v_params *params, cw2v_scratch *scratch,
                                     int32_t centre, const int32_t *noise) {
  scratch->target_rows[0] = cw2v_hot_rows_get(&scratch->output, centre, params);
  if (cw2v_noise_coincides(centre, noise, params->negative)) {
    cw2v_choose_special_noise(w, t, params, scratch, centre, noise);
    return;
  }
  for (int32_t k = 0; k < params->negative; k++)
    scratch->target_rows[k + 1] = cw2v_hot_rows_get(&scratch->output, noise[k], params);
  cw2v_choose_rows(w, t, params, scratch->target_rows);
}

/* Hierarchical softmax: the inner nodes above the centre; code 0 is the positive turn, as in word2vec.c. */
void cw2v_choose_path(cw2v_window *w, cw2v_targets *t, const cw2v_params *params, cw2v_scratch *scratch,
                      int32_t centre);

#endif

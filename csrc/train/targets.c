#include "train/targets.h"

#include <string.h>

/* The learning rate is constant over this many tokens. */
#define ALPHA_TOKENS 1024

static float alpha_at(const cw2v_params *params, int64_t before) {
  const double progress = params->progress_begin + (double)before * params->progress_step;
  const double alpha = params->start_alpha + (params->end_alpha - params->start_alpha) * progress;
  if (params->end_alpha <= params->start_alpha) return (float)(alpha < params->end_alpha ? params->end_alpha : alpha);
  return (float)(alpha > params->end_alpha ? params->end_alpha : alpha);
}

static void set_slot(float *pattern, int32_t stride, int32_t target, float value) {
  pattern[cw2v_window_column(target)] = value;
  pattern[stride + cw2v_window_column(target)] = value;
}

static void clear(float *pattern, int32_t stride) {
  for (int32_t c = 0; c < 2 * stride; c++) pattern[c] = 0.0f;
}

void cw2v_targets_set_signs(cw2v_targets *t, int32_t stride) {
  for (int32_t c = 0; c < 2 * stride; c++) t->sign[c] = c % stride == 0 ? 1.0f : -1.0f;
  t->sign_stride = stride;
}

static void set_turns(cw2v_targets *t) {
  memset(t->turn_sign, 0, sizeof t->turn_sign);
  memset(t->turn_gain, 0, sizeof t->turn_gain);
  for (uint32_t key = 1; key < CW2V_TILE_KEYS; key++)
    for (int32_t o = 0; key >> (o + 1) != 0; o++) t->turn_sign[key][o] = key >> o & 1 ? -1.0f : 1.0f;
}

void cw2v_targets_begin(cw2v_targets *t, const cw2v_params *params, const cw2v_scratch *scratch) {
  const int32_t stride = cw2v_window_stride(params->negative + 1);
  const int64_t size = 2 * (int64_t)cw2v_window_stride(cw2v_max_targets(params->negative));
  float **patterns[CW2V_PATTERNS] = {&t->sign,         &t->gain,      &t->times,     &t->special_gain,
                                     &t->special_times, &t->path_sign, &t->path_gain, &t->path_times};
  for (int i = 0; i < CW2V_PATTERNS; i++) *patterns[i] = scratch->pattern + i * size;
  cw2v_targets_set_signs(t, stride);
  clear(t->gain, stride);
  clear(t->times, stride);
  for (int32_t o = 0; o <= params->negative; o++) set_slot(t->times, stride, o, 1.0f);
  const int32_t longest = cw2v_window_stride(cw2v_max_targets(params->negative));
  clear(t->path_sign, longest);
  clear(t->path_gain, longest);
  clear(t->path_times, longest);
  if (params->hs) set_turns(t);
  t->alpha_bucket = -1;
}

void cw2v_targets_set_alpha(cw2v_targets *t, const cw2v_params *params, int64_t before) {
  const int64_t bucket = before / ALPHA_TOKENS;
  if (bucket == t->alpha_bucket) return;
  const int32_t stride = cw2v_window_stride(params->negative + 1);
  t->alpha_bucket = bucket;
  t->alpha = alpha_at(params, bucket * ALPHA_TOKENS);
  set_slot(t->gain, stride, 0, t->alpha);
  for (int32_t o = 1; o <= params->negative; o++) set_slot(t->gain, stride, o, -t->alpha);
  if (!params->hs) return;
  for (int32_t key = 0; key < CW2V_TILE_KEYS; key++)
    for (int32_t o = 0; o < CW2V_TILE; o++) t->turn_gain[key][o] = t->turn_sign[key][o] * t->alpha;
}

void cw2v_choose_special_noise(cw2v_window *w, cw2v_targets *t, const cw2v_params *params, cw2v_scratch *scratch,
                               int32_t centre, const int32_t *noise) {
  int32_t ids[CW2V_MAX_NEGATIVE];
  float times[CW2V_MAX_NEGATIVE];
  int32_t n = 0;
  for (int32_t k = 0; k < params->negative; k++) {
    int32_t i = 0;
    if (noise[k] == centre) continue;
    while (i < n && ids[i] != noise[k]) i++;
    if (i == n) {
      ids[n] = noise[k];
      times[n++] = 0.0f;
    }
    times[i] += 1.0f;
  }
  const int32_t stride = cw2v_window_stride(n + 1);
  if (stride != t->sign_stride) cw2v_targets_set_signs(t, stride);
  clear(t->special_gain, stride);
  clear(t->special_times, stride);
  set_slot(t->special_gain, stride, 0, t->alpha);
  set_slot(t->special_times, stride, 0, 1.0f);
  for (int32_t i = 0; i < n; i++) {
    set_slot(t->special_gain, stride, i + 1, -t->alpha * times[i]);
    set_slot(t->special_times, stride, i + 1, times[i]);
    scratch->target_rows[i + 1] = cw2v_hot_rows_get(&scratch->output, ids[i], params);
  }
  w->target = scratch->target_rows;
  w->sign = t->sign;
  w->gain = t->special_gain;
  w->times = t->special_times;
  w->n_targets = n + 1;
}

static void copy_slot(float *pattern, int32_t stride, const float *slot) {
  memcpy(pattern, slot, CW2V_TILE_SLOT * sizeof(float));
  memcpy(pattern + stride, slot, CW2V_TILE_SLOT * sizeof(float));
}

void cw2v_choose_path(cw2v_window *w, cw2v_targets *t, const cw2v_params *params, cw2v_scratch *scratch,
                      int32_t centre) {
  const int64_t begin = params->paths.begin[centre];
  const int32_t n = (int32_t)(params->paths.begin[centre + 1] - begin);
  const int32_t stride = cw2v_window_stride(n);
  const int32_t *node = params->paths.node + begin;
  const uint8_t *code = params->paths.code + begin;
  for (int32_t i = 0, c = 0; i < n; i += CW2V_TILE, c += CW2V_TILE_SLOT) {
    uint32_t key = 1;
    for (int32_t o = (n - i < CW2V_TILE ? n - i : CW2V_TILE) - 1; o >= 0; o--) key = key << 1 | code[i + o];
    copy_slot(t->path_sign + c, stride, t->turn_sign[key]);
    copy_slot(t->path_gain + c, stride, t->turn_gain[key]);
  }
  if (params->measure_loss) /* once for a turn, not at all for an unused slot */
    for (int32_t c = 0; c < 2 * stride; c++) t->path_times[c] = t->path_sign[c] * t->path_sign[c];
  for (int32_t i = 0; i < n; i++) scratch->target_rows[i] = cw2v_hot_rows_get(&scratch->nodes, node[i], params);
  w->target = scratch->target_rows;
  w->sign = t->path_sign;
  w->gain = t->path_gain;
  w->times = t->path_times;
  w->n_targets = n;
}

#include "train/train.h"

#include <stddef.h>

#include "step/step.h"
#include "train/hot_rows.h"
#include "train/sample.h"

/* How many centres before a window its noise table's slots and its rows are asked for, and its noise is drawn. Long
 * enough for memory to answer, short enough for the answers to stay in the first cache. */
#ifndef SLOT_AHEAD
#define SLOT_AHEAD 12
#define DRAW_AHEAD 8
#define ROW_AHEAD 4
#endif
/* The learning rate is constant over this many positions, so that it depends on the position alone. */
#define ALPHA_POSITIONS 1024

/* The signs and step sizes of a window's targets, by slot and twice over, as cw2v_window wants them. */
typedef struct targets {
  float *sign, *gain; /* (2 * stride of K + 1 targets): all targets distinct, the usual case */
  float *special;     /* likewise: gains of a window in which noise words coincide */
  int32_t sign_stride; /* the stride that sign is laid out for */
  float alpha;
  int64_t alpha_bucket;
} targets;

static float alpha_at(const cw2v_params *params, int64_t position) {
  const double progress = params->progress_begin + (double)position * params->progress_step;
  const double alpha = params->start_alpha + (params->end_alpha - params->start_alpha) * progress;
  if (params->end_alpha <= params->start_alpha) return (float)(alpha < params->end_alpha ? params->end_alpha : alpha);
  return (float)(alpha > params->end_alpha ? params->end_alpha : alpha);
}

static void set_gain(float *gain, int32_t stride, int32_t target, float value) {
  gain[cw2v_window_column(target)] = value;
  gain[stride + cw2v_window_column(target)] = value;
}

/* Only the true word's slot is positive. A window in which noise coincides may have fewer tiles than usual, and then
 * that slot comes round sooner. */
static void set_signs(targets *t, int32_t stride) {
  for (int32_t c = 0; c < 2 * stride; c++) t->sign[c] = c % stride == 0 ? 1.0f : -1.0f;
  t->sign_stride = stride;
}

static void targets_begin(targets *t, const cw2v_params *params, const cw2v_scratch *scratch) {
  const int32_t stride = cw2v_window_stride(params->negative + 1);
  t->sign = scratch->pattern;
  t->gain = t->sign + 2 * stride;
  t->special = t->gain + 2 * stride;
  set_signs(t, stride);
  for (int32_t c = 0; c < 2 * stride; c++) t->gain[c] = 0.0f;
  t->alpha_bucket = -1;
}

static inline void targets_set_alpha(targets *t, const cw2v_params *params, int64_t position) {
  const int64_t bucket = position / ALPHA_POSITIONS;
  if (bucket == t->alpha_bucket) return;
  const int32_t stride = cw2v_window_stride(params->negative + 1);
  t->alpha_bucket = bucket;
  t->alpha = alpha_at(params, bucket * ALPHA_POSITIONS);
  set_gain(t->gain, stride, 0, t->alpha);
  for (int32_t o = 1; o <= params->negative; o++) set_gain(t->gain, stride, o, -t->alpha);
}

static inline int noise_coincides(int32_t centre, const int32_t *noise, int32_t n) {
  int same = 0;
  for (int32_t k = 0; k < n; k++) {
    same |= noise[k] == centre;
    for (int32_t j = 0; j < k; j++) same |= noise[j] == noise[k];
  }
  return same;
}

/* The rare case: noise equal to the centre word is skipped, as word2vec does; a noise word drawn m times counts m
 * times. */
static void choose_special_targets(cw2v_window *w, targets *t, const cw2v_params *params, cw2v_scratch *scratch,
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
  if (stride != t->sign_stride) set_signs(t, stride);
  for (int32_t c = 0; c < 2 * stride; c++) t->special[c] = 0.0f;
  set_gain(t->special, stride, 0, t->alpha);
  for (int32_t i = 0; i < n; i++) {
    set_gain(t->special, stride, i + 1, -t->alpha * times[i]);
    scratch->target_rows[i + 1] = cw2v_hot_rows_get(&scratch->output, ids[i], params);
  }
  w->gain = t->special;
  w->n_targets = n + 1;
}

static inline void choose_targets(cw2v_window *w, targets *t, const cw2v_params *params, cw2v_scratch *scratch,
                                  int32_t centre, const int32_t *noise) {
  scratch->target_rows[0] = cw2v_hot_rows_get(&scratch->output, centre, params);
  w->sign = t->sign;
  if (noise_coincides(centre, noise, params->negative)) {
    choose_special_targets(w, t, params, scratch, centre, noise);
    return;
  }
  for (int32_t k = 0; k < params->negative; k++)
    scratch->target_rows[k + 1] = cw2v_hot_rows_get(&scratch->output, noise[k], params);
  const int32_t stride = cw2v_window_stride(params->negative + 1);
  if (stride != t->sign_stride) set_signs(t, stride);
  w->gain = t->gain;
  w->n_targets = params->negative + 1;
}

static inline void step(const cw2v_window *w, const cw2v_params *params, cw2v_scratch *scratch) {
  if (params->fused) params->simd->window(w, scratch->window);
  else cw2v_step_generic(params->simd, w, scratch->window, scratch->gradient);
}

/* All contexts of centre t against one set of targets, at most CW2V_MAX_CONTEXTS at a time. */
static inline void train_window_shared(cw2v_window *w, const cw2v_params *params, cw2v_scratch *scratch, int32_t t) {
  float *rows[CW2V_MAX_CONTEXTS], weights[CW2V_MAX_CONTEXTS];
  int32_t ids[CW2V_MAX_CONTEXTS];
  const int32_t left = scratch->left[t], right = scratch->right[t];
  int32_t n = 0;
  w->context = rows;
  w->context_weight = NULL;
  for (int32_t j = left; j <= right; j++) {
    if (j == t) continue;
    const int32_t word_id = scratch->kept[j];
    const int32_t twin = scratch->twin[j] == t ? scratch->twin[t] : scratch->twin[j];
    if (twin >= left) { /* the word may already be among these contexts: then it counts once more */
      int32_t i = 0;
      while (i < n && ids[i] != word_id) i++;
      if (i < n) {
        if (w->context_weight == NULL)
          for (int32_t m = 0; m < CW2V_MAX_CONTEXTS; m++) weights[m] = 1.0f;
        w->context_weight = weights;
        weights[i] += 1.0f;
        continue;
      }
    }
    if (n == CW2V_MAX_CONTEXTS) {
      w->n_contexts = n;
      step(w, params, scratch);
      w->context_weight = NULL;
      n = 0;
    }
    ids[n] = word_id;
    rows[n++] = cw2v_hot_rows_get(&scratch->input, word_id, params);
  }
  w->n_contexts = n;
  if (n > 0) step(w, params, scratch);
}

/* Noise of its own for each pair, as word2vec.c: every context of centre t is a window of one. */
static void train_window_pairs(cw2v_window *w, targets *tg, const cw2v_params *params, cw2v_scratch *scratch, int32_t t,
                               int64_t position) {
  const int32_t left = scratch->left[t], right = scratch->right[t], reach = params->window;
  float *row;
  w->context = &row;
  w->context_weight = NULL;
  w->n_contexts = 1;
  for (int32_t j = left; j <= right; j++) {
    if (j == t) continue;
    const uint64_t slot = (uint64_t)(j - t + reach);
    cw2v_draw_noise(params, (uint64_t)position * (uint64_t)(2 * reach + 1) + slot, scratch->noise);
    choose_targets(w, tg, params, scratch, scratch->kept[t], scratch->noise);
    row = cw2v_hot_rows_get(&scratch->input, scratch->kept[j], params);
    step(w, params, scratch);
  }
}

/* Shared noise runs through a pipeline of three stages, each ahead of the next by enough centres to hide one access to
 * memory: the table slots of a centre's draws are asked for, the draws are made, the rows drawn are asked for. */
static inline int32_t *noise_of(const cw2v_params *params, cw2v_scratch *scratch, int32_t t) {
  return scratch->noise + (ptrdiff_t)(t % CW2V_RING) * params->negative;
}

static inline void prefetch_draws(const cw2v_params *params, const cw2v_scratch *scratch, int64_t first, int32_t t,
                                  int32_t n) {
  if (t >= n) return;
  const uint64_t set = (uint64_t)(first + scratch->kept_position[t]) * (uint64_t)params->negative;
  for (int32_t k = 0; k < params->negative; k++) {
    const uint64_t bits = cw2v_random(params->noise_key, set + (uint64_t)k);
    __builtin_prefetch(params->noise + cw2v_below((uint32_t)(bits >> 32), (uint32_t)params->n_words), 0, 3);
  }
}

static inline void draw(const cw2v_params *params, cw2v_scratch *scratch, int64_t first, int32_t t, int32_t n) {
  if (t >= n) return;
  cw2v_draw_noise(params, (uint64_t)(first + scratch->kept_position[t]), noise_of(params, scratch, t));
}

/* Lists the rows of centre t, and the context that enters its window last, for the kernel to prefetch. */
static inline void list_next(cw2v_window *w, const cw2v_params *params, cw2v_scratch *scratch, int32_t t, int32_t n) {
  const float **next = scratch->next_rows;
  int32_t i = 0;
  if (t + params->window < n)
    next[i++] = cw2v_hot_rows_peek(&scratch->input, scratch->kept[t + params->window], params->dim);
  if (t < n) {
    const int32_t *noise = noise_of(params, scratch, t);
    next[i++] = cw2v_hot_rows_peek(&scratch->output, scratch->kept[t], params->dim);
    for (int32_t k = 0; k < params->negative; k++)
      next[i++] = cw2v_hot_rows_peek(&scratch->output, noise[k], params->dim);
  }
  w->next = next;
  w->n_next = i;
}

/* Trains the kept tokens of a block. Returns how many centres it got through before a stop. */
static int32_t train_kept(const cw2v_params *params, cw2v_control *control, cw2v_scratch *scratch, targets *tg,
                          int64_t first, int32_t n) {
  cw2v_window w = {.target = scratch->target_rows, .dim = params->dim};
  if (params->shared_negatives)
    for (int32_t t = 0; t < DRAW_AHEAD; t++) draw(params, scratch, first, t, n);
  for (int32_t t = 0; t < n; t++) {
    const int64_t position = first + scratch->kept_position[t];
    if (t % CW2V_RING == 0 && atomic_load_explicit(&control->stop, memory_order_relaxed)) return t;
    targets_set_alpha(tg, params, position);
    if (!params->shared_negatives) {
      train_window_pairs(&w, tg, params, scratch, t, position);
      continue;
    }
    prefetch_draws(params, scratch, first, t + SLOT_AHEAD, n);
    draw(params, scratch, first, t + DRAW_AHEAD, n);
    if (scratch->left[t] == scratch->right[t]) continue; /* alone in its sentence */
    list_next(&w, params, scratch, t + ROW_AHEAD, n);
    choose_targets(&w, tg, params, scratch, scratch->kept[t], noise_of(params, scratch, t));
    train_window_shared(&w, params, scratch, t);
  }
  return n;
}

void cw2v_train_blocks(const cw2v_params *params, const cw2v_corpus *corpus, cw2v_control *control,
                       cw2v_scratch *scratch, cw2v_tally *tally) {
  targets tg;
  targets_begin(&tg, params, scratch);
  cw2v_hot_rows_begin(&scratch->input, params->dim);
  cw2v_hot_rows_begin(&scratch->output, params->dim);
  while (!atomic_load_explicit(&control->stop, memory_order_relaxed)) {
    const int64_t block = atomic_fetch_add_explicit(&control->next_block, 1, memory_order_relaxed);
    if (block >= corpus->n_blocks) break;
    const int64_t first = corpus->offsets[corpus->blocks[block]];
    const int64_t n_tokens = corpus->offsets[corpus->blocks[block + 1]] - first;
    const int32_t n = cw2v_sample_block(params, corpus, block, scratch);
    const int32_t done = train_kept(params, control, scratch, &tg, first, n);
    tally->trained += done;
    if (done < n) break; /* stopped: the block's tokens are not accounted for as done */
    tally->subsampled += n_tokens - n;
    atomic_fetch_add_explicit(&control->words_done, n_tokens, memory_order_relaxed);
  }
  cw2v_hot_rows_end(&scratch->input, params);
  cw2v_hot_rows_end(&scratch->output, params);
}

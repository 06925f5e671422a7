#include "train/train.h"

#include <stddef.h>

#include "step/step.h"
#include "train/hot_rows.h"
#include "train/sample.h"
#include "train/targets.h"

/* How many centres before a window its noise table's slots and its rows are asked for, and its noise is drawn. Long
 * enough for memory to answer, short enough for the answers to stay in the first cache. */
#define SLOT_AHEAD 12
#define DRAW_AHEAD 8
#define ROW_AHEAD 4

/* What the functions below hand on: a thread's state within a block. */
typedef struct run {
  const cw2v_params *params;
  cw2v_scratch *scratch;
  cw2v_tally *tally;
  cw2v_targets targets;
  cw2v_window window;
  int64_t first; /* position of the block's first token */
  int32_t n;     /* kept tokens */
} run;

enum { NOISE, PATH };

static inline void step(run *r, int objective) {
  const cw2v_params *params = r->params;
  r->window.loss = params->measure_loss ? &r->tally->loss[objective] : NULL;
  if (params->fused) params->simd->window(&r->window, r->scratch->window);
  else cw2v_step_generic(params->simd, &r->window, r->scratch->window, r->scratch->gradient);
}

/* Skip-gram: all contexts of centre t against one set of targets, at most CW2V_MAX_CONTEXTS at a time, repeated words
 * counted each time: a step of many more from the same old values can run away. */
static inline void train_contexts(run *r, int32_t t, int objective) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  cw2v_window *w = &r->window;
  float *rows[CW2V_MAX_CONTEXTS], weights[CW2V_MAX_CONTEXTS];
  int32_t ids[CW2V_MAX_CONTEXTS];
  const int32_t left = scratch->left[t], right = scratch->right[t];
  int32_t n = 0, n_occurrences = 0;
  w->context = rows;
  w->context_weight = NULL;
  for (int32_t j = left; j <= right; j++) {
    if (j == t) continue;
    if (n_occurrences++ == CW2V_MAX_CONTEXTS) {
      w->n_contexts = n;
      step(r, objective);
      w->context_weight = NULL;
      n = 0;
      n_occurrences = 1;
    }
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
    ids[n] = word_id;
    rows[n++] = cw2v_hot_rows_get(&scratch->input, word_id, params);
  }
  w->n_contexts = n;
  if (n > 0) step(r, objective);
}

static inline int32_t *noise_of(const run *r, int32_t t) {
  return r->scratch->noise + (ptrdiff_t)(t % CW2V_RING) * r->params->negative;
}

static inline int64_t position_of(const run *r, int32_t t) { return r->first + r->scratch->kept_position[t]; }

static inline void train_skip_gram(run *r, int32_t t) {
  const int32_t centre = r->scratch->kept[t];
  if (r->params->hs) {
    cw2v_choose_path(&r->window, &r->targets, r->params, r->scratch, centre);
    if (r->window.n_targets > 0) train_contexts(r, t, PATH);
  }
  if (r->params->negative > 0) {
    cw2v_choose_noise(&r->window, &r->targets, r->params, r->scratch, centre, noise_of(r, t));
    train_contexts(r, t, NOISE);
  }
}

/* Skip-gram with noise of its own for each pair, as word2vec.c: every context of centre t is a window of one. */
static void train_skip_gram_pairs(run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], right = scratch->right[t], centre = scratch->kept[t];
  const uint64_t width = (uint64_t)params->window_left + (uint64_t)params->window_right + 1;
  float *row;
  r->window.context = &row;
  r->window.context_weight = NULL;
  r->window.n_contexts = 1;
  for (int32_t j = left; j <= right; j++) {
    if (j == t) continue;
    if (params->hs) {
      cw2v_choose_path(&r->window, &r->targets, params, scratch, centre);
      row = cw2v_hot_rows_get(&scratch->input, scratch->kept[j], params);
      if (r->window.n_targets > 0) step(r, PATH);
    }
    if (params->negative > 0) {
      const uint64_t slot = (uint64_t)(j - t + params->window_left);
      cw2v_draw_noise(params, (uint64_t)position_of(r, t) * width + slot, scratch->noise);
      cw2v_choose_noise(&r->window, &r->targets, params, scratch, centre, scratch->noise);
      row = cw2v_hot_rows_get(&scratch->input, scratch->kept[j], params);
      step(r, NOISE);
    }
  }
}

/* CBOW (Mikolov et al. 2013a): the mean or the sum h of the contexts predicts the centre; each context gets the gradient of
 * h, as word2vec.c has it, or divided by their number, which is the gradient of the mean (Irsoy et al. 2021). */
static void train_cbow(run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  float *hidden = scratch->hidden, *gradient = hidden + params->dim, *second = gradient + params->dim;
  int32_t n = 0;
  for (int32_t j = scratch->left[t]; j <= scratch->right[t]; j++)
    if (j != t) scratch->context_rows[n++] = cw2v_hot_rows_get(&scratch->input, scratch->kept[j], params);
  const float share = 1.0f / (float)n;
  params->simd->gather(scratch->context_rows, n, params->cbow_mean ? share : 1.0f, hidden, params->dim);
  r->window.context = &hidden;
  r->window.context_weight = NULL;
  r->window.n_contexts = 1;
  r->window.gradient = gradient;
  if (params->hs) {
    cw2v_choose_path(&r->window, &r->targets, params, scratch, scratch->kept[t]);
    if (r->window.n_targets > 0) step(r, PATH);
    else params->simd->gather(NULL, 0, 0.0f, gradient, params->dim);
  }
  if (params->negative > 0) {
    if (params->hs) r->window.gradient = second;
    cw2v_choose_noise(&r->window, &r->targets, params, scratch, scratch->kept[t], noise_of(r, t));
    step(r, NOISE);
    if (params->hs) params->simd->axpy(1.0f, second, gradient, params->dim);
  }
  params->simd->scatter(scratch->context_rows, n, params->cbow_exact && params->cbow_mean ? share : 1.0f, gradient,
                        params->dim);
}

/* Noise runs through a pipeline of three stages, each ahead of the next by enough centres to hide one access to memory:
 * the table slots of a centre's draws are asked for, the draws are made, the rows drawn are asked for. */
static inline void prefetch_draws(const run *r, int32_t t) {
  const cw2v_params *params = r->params;
  if (t >= r->n) return;
  const uint64_t set = (uint64_t)position_of(r, t) * (uint64_t)params->negative;
  for (int32_t k = 0; k < params->negative; k++) {
    const uint64_t bits = cw2v_random(params->noise_key, set + (uint64_t)k);
    __builtin_prefetch(params->noise + cw2v_below((uint32_t)(bits >> 32), (uint32_t)params->n_words), 0, 3);
  }
}

static inline void draw(const run *r, int32_t t) {
  if (t < r->n) cw2v_draw_noise(r->params, (uint64_t)position_of(r, t), noise_of(r, t));
}

/* Lists the rows of centre t, and the context that enters its window last, for the kernel to prefetch. */
static inline void list_next(run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  const float **next = scratch->next_rows;
  int32_t i = 0;
  if (t + params->window_right < r->n)
    next[i++] = cw2v_hot_rows_peek(&scratch->input, scratch->kept[t + params->window_right], params->dim);
  if (t < r->n && params->negative > 0) {
    const int32_t *noise = noise_of(r, t);
    next[i++] = cw2v_hot_rows_peek(&scratch->output, scratch->kept[t], params->dim);
    for (int32_t k = 0; k < params->negative; k++)
      next[i++] = cw2v_hot_rows_peek(&scratch->output, noise[k], params->dim);
  }
  if (t < r->n && params->hs) {
    const cw2v_paths *paths = &params->paths;
    for (int64_t at = paths->begin[scratch->kept[t]]; at < paths->begin[scratch->kept[t] + 1]; at++)
      next[i++] = cw2v_hot_rows_peek(&scratch->nodes, paths->node[at], params->dim);
  }
  r->window.next = next;
  r->window.n_next = i;
}

/* Trains the kept tokens of a block. Returns how many centres it got through before a stop. */
static int32_t train_kept(run *r, cw2v_control *control) {
  const cw2v_params *params = r->params;
  const cw2v_scratch *scratch = r->scratch;
  const int cbow = params->architecture == CW2V_CBOW;
  const int pairs = !cbow && !params->shared_negatives;
  if (!pairs)
    for (int32_t t = 0; t < DRAW_AHEAD; t++) draw(r, t);
  for (int32_t t = 0; t < r->n; t++) {
    if (t % CW2V_RING == 0 && atomic_load_explicit(&control->stop, memory_order_relaxed)) return t;
    cw2v_targets_set_alpha(&r->targets, params, position_of(r, t));
    if (!pairs) {
      prefetch_draws(r, t + SLOT_AHEAD);
      draw(r, t + DRAW_AHEAD);
    }
    const int32_t n_contexts = scratch->right[t] - scratch->left[t];
    if (n_contexts == 0) continue; /* alone in its sentence */
    r->tally->pairs += cbow ? 1 : n_contexts;
    if (pairs) {
      train_skip_gram_pairs(r, t);
    } else {
      list_next(r, t + ROW_AHEAD);
      if (cbow) train_cbow(r, t);
      else train_skip_gram(r, t);
    }
  }
  return r->n;
}

void cw2v_train_blocks(const cw2v_params *params, const cw2v_corpus *corpus, cw2v_control *control,
                       cw2v_scratch *scratch, cw2v_tally *tally) {
  cw2v_hot_rows *hot[] = {&scratch->input, &scratch->output, &scratch->nodes};
  run r = {.params = params, .scratch = scratch, .tally = tally};
  r.window = (cw2v_window){.target = scratch->target_rows, .dim = params->dim};
  cw2v_targets_begin(&r.targets, params, scratch);
  for (int i = 0; i < 3; i++) cw2v_hot_rows_begin(hot[i], params->dim);
  while (!atomic_load_explicit(&control->stop, memory_order_relaxed)) {
    const int64_t block = atomic_fetch_add_explicit(&control->next_block, 1, memory_order_relaxed);
    if (block >= corpus->n_blocks) break;
    r.first = corpus->offsets[corpus->blocks[block]];
    r.n = cw2v_sample_block(params, corpus, block, scratch);
    const int64_t n_tokens = corpus->offsets[corpus->blocks[block + 1]] - r.first;
    const int32_t done = train_kept(&r, control);
    tally->trained += done;
    if (done < r.n) break; /* stopped: the block's tokens are not accounted for as done */
    tally->subsampled += n_tokens - r.n;
    atomic_fetch_add_explicit(&control->words_done, n_tokens, memory_order_relaxed);
  }
  for (int i = 0; i < 3; i++) cw2v_hot_rows_end(hot[i], params);
}

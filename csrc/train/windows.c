/* Architectures: which rows a centre word's windows are made of. Objectives choose the targets (targets.c, softmax.c). */
#include <stddef.h>

#include "train/contexts.h"
#include "train/noise.h"
#include "train/pairs.h"
#include "train/run.h"
#include "train/sample.h"
#include "train/softmax.h"

/* How many centres before a window its rows are asked for, and what tells which they are. Long enough for memory to
 * answer, short enough for the answers to stay in the first cache. */
#define PATH_BEGIN_AHEAD 12
#define PATH_AHEAD 8
#define ROW_AHEAD 4
/* The tree's first nodes are on so many paths that their rows never leave the caches. */
#define NEAR_NODES 64

/* Skip-gram: all contexts of centre t against one set of targets. */
static inline void train_contexts(cw2v_run *r, int32_t t, int objective) {
  const cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], n = scratch->right[t] - left;
  float *rows[CW2V_MAX_CONTEXTS], weights[CW2V_MAX_CONTEXTS];
  if (n > CW2V_MAX_CONTEXTS || r->moves) {
    cw2v_train_any_window(r, t, objective);
    return;
  }
  r->window.context = cw2v_contexts(r, t);
  r->window.context_weight = NULL;
  r->window.n_contexts = n;
  if (scratch->repeat[left + n] >= left) {
    r->window.n_contexts = cw2v_list_distinct_contexts(r, t, rows, weights);
    r->window.context = rows;
    r->window.context_weight = weights;
  }
  cw2v_run_step(r, objective);
}

/* Negative sampling's targets of centre t, from what was drawn for it. */
static inline void choose_noise(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  cw2v_hot_rows *output = &scratch->output;
  if (output->slot != NULL || scratch->coincides[t % CW2V_RING]) {
    int32_t noise[CW2V_MAX_NEGATIVE];
    for (int32_t k = 0; k < params->negative; k++) noise[k] = cw2v_noise_word(r, t, k);
    cw2v_choose_noise(&r->window, &r->targets, params, scratch, scratch->kept[t], noise);
    return;
  }
  cw2v_choose_rows(&r->window, &r->targets, params, cw2v_noise_rows(r, t));
}

static inline void train_skip_gram(cw2v_run *r, int32_t t) {
  const int32_t centre = r->scratch->kept[t];
  if (r->params->hs) {
    cw2v_choose_path(&r->window, &r->targets, r->params, r->scratch, centre);
    if (r->window.n_targets > 0) train_contexts(r, t, CW2V_HIERARCHICAL_SOFTMAX);
  }
  if (r->params->negative > 0) {
    choose_noise(r, t);
    train_contexts(r, t, CW2V_NEGATIVE_SAMPLING);
  }
}

/* Skip-gram with noise of its own for each pair, as word2vec.c: every context of centre t is a window of one. */
static void train_skip_gram_pairs(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  const cw2v_scratch *scratch = r->scratch;
  const uint64_t width = (uint64_t)params->window_left + (uint64_t)params->window_right + 1;
  const uint64_t first_set = (uint64_t)cw2v_run_position(r, t) * width;
  for (int32_t j = scratch->left[t]; j <= scratch->right[t]; j++) {
    const uint64_t slot = (uint64_t)((int64_t)j - t + params->window_left);
    if (j != t) cw2v_run_pair(r, scratch->kept[j], scratch->kept[t], NULL, first_set + slot);
  }
}

/* With locks: each row that the hidden layer was made of, and whose update was counted then, gets its word's share. */
static void add_to_contexts(const cw2v_run *r, int32_t t, float *const *row, float scale, const float *gradient) {
  const cw2v_scratch *scratch = r->scratch;
  for (int32_t j = scratch->left[t]; j <= scratch->right[t]; j++)
    if (j != t)
      r->params->simd->axpy(scale * cw2v_lock_of(r->params, scratch->kept[j]), gradient, *row++, r->params->dim);
}

/* CBOW (Mikolov et al. 2013a): the mean or the sum h of the contexts predicts the centre; each context gets the gradient of
 * h, as word2vec.c has it, or divided by their number, which is the gradient of the mean (Irsoy et al. 2021). */
static void train_cbow(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  float *hidden = scratch->hidden, *gradient = hidden + params->dim, *second = gradient + params->dim;
  float *const *rows = cw2v_contexts(r, t), **copy = scratch->context_rows;
  const int32_t n = scratch->right[t] - scratch->left[t];
  if (scratch->input.slot != NULL) {
    rows = copy;
    for (int32_t j = scratch->left[t]; j <= scratch->right[t]; j++)
      if (j != t) *copy++ = cw2v_hot_rows_get(&scratch->input, scratch->kept[j], params);
  }
  const float share = 1.0f / (float)n;
  params->simd->gather(rows, n, params->cbow_mean ? share : 1.0f, hidden, params->dim);
  r->window.context = &hidden;
  r->window.context_weight = NULL;
  r->window.n_contexts = 1;
  r->window.gradient = gradient;
  if (params->hs) {
    cw2v_choose_path(&r->window, &r->targets, params, scratch, scratch->kept[t]);
    if (r->window.n_targets > 0) cw2v_run_step(r, CW2V_HIERARCHICAL_SOFTMAX);
    else params->simd->gather(NULL, 0, 0.0f, gradient, params->dim);
  }
  if (params->negative > 0) {
    if (params->hs) r->window.gradient = second;
    choose_noise(r, t);
    cw2v_run_step(r, CW2V_NEGATIVE_SAMPLING);
    if (params->hs) params->simd->axpy(1.0f, second, gradient, params->dim);
  }
  const float scale = params->cbow_exact && params->cbow_mean ? share : 1.0f;
  if (params->lock == NULL) params->simd->scatter(rows, n, scale, gradient, params->dim);
  else add_to_contexts(r, t, rows, scale, gradient);
}

/* A path is asked for in three stages, each ahead of the next by enough centres to hide one access to memory: where it
 * begins, its nodes, their rows; noise likewise (noise.c, then list_next). Inlined by force: GCC 12 takes a function that
 * only prefetches for one without effect, and removes its calls. */
static inline __attribute__((always_inline)) void prefetch_path(const cw2v_run *r, int32_t t, int32_t begin_ahead) {
  const cw2v_paths *paths = &r->params->paths;
  const int32_t *kept = r->scratch->kept;
  if (t + begin_ahead < r->n) __builtin_prefetch(paths->begin + kept[t + begin_ahead], 0, 3);
  if (t >= r->n) return;
  const int64_t at = paths->begin[kept[t]];
  __builtin_prefetch(paths->node + at, 0, 3);
  __builtin_prefetch(paths->node + at + 15, 0, 3);
  __builtin_prefetch(paths->code + at, 0, 3);
}

/* Lists the rows of centre t, and the context that enters its window last, for the kernel to prefetch. */
static inline void list_next(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  cw2v_scratch *scratch = r->scratch;
  const float **next = scratch->next_rows;
  int32_t i = 0;
  if (scratch->input.slot == NULL && params->negative > 0 && !params->hs) {
    r->window.next = (const float *const *)cw2v_noise_rows(r, t);
    r->window.n_next = t < r->n ? params->negative + 2 : 0;
    return;
  }
  if (t + params->window_right < r->n)
    next[i++] = cw2v_hot_rows_find(&scratch->input, scratch->kept[t + params->window_right], params->dim);
  if (t < r->n && params->negative > 0) {
    next[i++] = cw2v_hot_rows_find(&scratch->output, scratch->kept[t], params->dim);
    for (int32_t k = 0; k < params->negative; k++)
      next[i++] = cw2v_hot_rows_find(&scratch->output, cw2v_noise_word(r, t, k), params->dim);
  }
  if (t < r->n && params->hs) {
    const cw2v_paths *paths = &params->paths;
    for (int64_t at = paths->begin[scratch->kept[t]]; at < paths->begin[scratch->kept[t] + 1]; at++)
      if (paths->node[at] >= NEAR_NODES)
        next[i++] = cw2v_hot_rows_find(&scratch->nodes, paths->node[at], params->dim);
  }
  r->window.next = next;
  r->window.n_next = i;
}

/* The full softmax: predictions wait until a step has enough of them, but never beyond their sentence, so that a step does not
 * depend on how the corpus was cut into blocks. */
static void train_softmax(cw2v_run *r, int32_t t) {
  const cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], right = scratch->right[t];
  if (r->params->architecture == CW2V_CBOW) {
    if (left < right) cw2v_softmax_add_window(r, t);
  } else {
    for (int32_t j = left; j <= right; j++)
      if (j != t) cw2v_softmax_add_pair(r, scratch->kept[j], scratch->kept[t], 1.0f);
  }
  if (t == scratch->last[t]) cw2v_softmax_step(r);
}

static void train_centre(cw2v_run *r, int32_t t) {
  const cw2v_params *params = r->params;
  if (!params->shared_negatives && params->architecture == CW2V_SKIP_GRAM) {
    train_skip_gram_pairs(r, t);
    return;
  }
  list_next(r, t + ROW_AHEAD);
  if (params->architecture == CW2V_CBOW) train_cbow(r, t);
  else train_skip_gram(r, t);
}

void cw2v_run_begin(cw2v_run *r, const cw2v_params *params, cw2v_scratch *scratch, cw2v_tally *tally) {
  *r = (cw2v_run){.params = params, .scratch = scratch, .tally = tally};
  r->moves = params->lock != NULL || scratch->input.slot != NULL;
  r->window = (cw2v_window){.target = scratch->target_rows, .dim = params->dim, .columns = params->columns};
  cw2v_targets_begin(&r->targets, params, scratch);
}

void cw2v_run_take(cw2v_run *r, const cw2v_corpus *corpus, int64_t place) {
  const int64_t block = corpus->order[place];
  r->first = corpus->offsets[corpus->blocks[block]];
  r->before = corpus->before[place];
  r->n = cw2v_sample_block(r->params, corpus, block, r->scratch);
  if (r->scratch->input.slot != NULL || r->n == 0) return;
  const cw2v_scratch *scratch = r->scratch;
  r->centre_row = cw2v_hot_rows_choose(&scratch->input, scratch->kept[0], r->params->dim);
  const int32_t n = (r->n - 1 + CW2V_DRAW_BATCH - 1) / CW2V_DRAW_BATCH * CW2V_DRAW_BATCH;
  cw2v_hot_rows_list(&scratch->input, scratch->kept + 1, n, r->params, scratch->input_rows);
}

/* Counts the updates of the private rows that a batch of centres' contexts and targets are. A word is in about as many
 * windows as its own has contexts. */
static void count_batch(cw2v_run *r, int32_t t) {
  cw2v_scratch *scratch = r->scratch;
  const int32_t n = r->n - t < scratch->counted ? r->n - t : scratch->counted;
  const int32_t whole = (n + CW2V_DRAW_BATCH - 1) / CW2V_DRAW_BATCH * CW2V_DRAW_BATCH; /* what vectors want */
  int32_t words[CW2V_MOST_COUNTED], windows[CW2V_MOST_COUNTED];
  int32_t private[CW2V_MOST_COUNTED], private_windows[CW2V_MOST_COUNTED];
  for (int32_t i = 0; i < whole; i++) words[i] = i < n ? scratch->kept[t + i] : INT32_MAX;
  for (int32_t i = 0; i < whole; i++) {
    const int32_t n_windows = scratch->right[t + i] - scratch->left[t + i];
    windows[i] = n_windows < UINT16_MAX ? n_windows : UINT16_MAX;
  }
  const int32_t n_private =
    r->params->simd->select(words, windows, whole, scratch->input.n_rows, private, private_windows);
  cw2v_hot_rows_count_ahead(&scratch->input, private, private_windows, n_private);
  cw2v_hot_rows_look_ahead(&scratch->input, r->params);
  if (r->params->negative == 0) return;
  cw2v_hot_rows_count_ahead(&scratch->output, private, NULL, n_private);
  cw2v_hot_rows_look_ahead(&scratch->output, r->params);
}

static void merge_due(cw2v_run *r) {
  cw2v_hot_rows_merge_due(&r->scratch->input, r->params);
  cw2v_hot_rows_merge_due(&r->scratch->output, r->params);
}

/* Before centre t, the first of a batch: merges what is due, and counts the updates of the batch after it, so that what they
 * will merge is on its way meanwhile. */
static void count_ahead(cw2v_run *r, int32_t t) {
  merge_due(r);
  if (t == 0) {
    count_batch(r, t);
    merge_due(r);
  }
  if (t + r->scratch->counted < r->n) count_batch(r, t + r->scratch->counted);
}

int32_t cw2v_run_train(cw2v_run *r, int32_t begin, int32_t end, cw2v_control *control) {
  const cw2v_params *params = r->params;
  const cw2v_scratch *scratch = r->scratch;
  const int cbow = params->architecture == CW2V_CBOW;
  const int lanes = scratch->input.slot != NULL;
  const int counts = scratch->input.n_rows > 0 && !lanes && !params->softmax &&
                     (cbow || params->shared_negatives);
  const int draws = params->negative > 0 && (cbow || params->shared_negatives);
  if (draws && begin == 0) cw2v_noise_begin(r);
  for (int32_t t = begin; t < end; t++) {
    const int looks = control != NULL && (t % CW2V_RING == 0 || params->softmax);
    if (looks && atomic_load_explicit(&control->stop, memory_order_relaxed)) {
      if (params->softmax) cw2v_softmax_step(r);
      return t;
    }
    cw2v_targets_set_alpha(&r->targets, params, r->before + scratch->kept_position[t]);
    if (!lanes) cw2v_set_centre(r, t);
    if (draws && t % CW2V_DRAW_BATCH == 0) cw2v_noise_advance(r, t);
    if (counts && t % scratch->counted == 0) count_ahead(r, t);
    if (params->hs) prefetch_path(r, t + PATH_AHEAD, PATH_BEGIN_AHEAD - PATH_AHEAD);
    const int32_t n_contexts = scratch->right[t] - scratch->left[t];
    r->tally->pairs += cbow ? n_contexts > 0 : n_contexts;
    if (params->softmax) train_softmax(r, t);
    else if (n_contexts > 0) train_centre(r, t); /* it may be alone in its sentence */
  }
  return end;
}

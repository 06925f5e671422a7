/* Architectures: which rows a centre word's windows are made of. Objectives choose the targets (targets.c, softmax.c). */
#include <stddef.h>

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

static inline void step_contexts(cw2v_run *r, const int32_t *ids, int32_t n, int objective) {
  r->window.n_contexts = n;
  cw2v_run_step(r, objective);
  if (r->params->lock == NULL) return;
  for (int32_t i = 0; i < n; i++) cw2v_run_unlock(r, ids[i], r->window.context[i]);
}

/* Contexts of centre t, whose window has a word twice or more of them than fit a step: repeated words are counted each
 * time, at most CW2V_MAX_CONTEXTS at a time, as a step of many more from the same old values can run away. */
static void train_repeated_contexts(cw2v_run *r, int32_t t, int objective) {
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
      step_contexts(r, ids, n, objective);
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
    rows[n] = cw2v_run_input(r, word_id, n);
    n++;
  }
  if (n > 0) step_contexts(r, ids, n, objective);
}

/* Skip-gram: all contexts of centre t against one set of targets. */
static inline void train_contexts(cw2v_run *r, int32_t t, int objective) {
  const cw2v_scratch *scratch = r->scratch;
  const int32_t left = scratch->left[t], n = scratch->right[t] - left;
  float *rows[CW2V_MAX_CONTEXTS];
  int32_t ids[CW2V_MAX_CONTEXTS];
  if (n > CW2V_MAX_CONTEXTS || scratch->repeat[left + n] >= left) {
    train_repeated_contexts(r, t, objective);
    return;
  }
  for (int32_t i = 0; i < n; i++) {
    ids[i] = scratch->kept[left + i + (left + i >= t)];
    rows[i] = cw2v_run_input(r, ids[i], i);
  }
  r->window.context = rows;
  r->window.context_weight = NULL;
  step_contexts(r, ids, n, objective);
}

static inline void train_skip_gram(cw2v_run *r, int32_t t) {
  const int32_t centre = r->scratch->kept[t];
  if (r->params->hs) {
    cw2v_choose_path(&r->window, &r->targets, r->params, r->scratch, centre);
    if (r->window.n_targets > 0) train_contexts(r, t, CW2V_HIERARCHICAL_SOFTMAX);
  }
  if (r->params->negative > 0) {
    cw2v_choose_noise(&r->window, &r->targets, r->params, r->scratch, centre, cw2v_noise_of(r, t));
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
static void add_to_contexts(const cw2v_run *r, int32_t t, float scale, const float *gradient) {
  const cw2v_scratch *scratch = r->scratch;
  float *const *row = scratch->context_rows;
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
    if (r->window.n_targets > 0) cw2v_run_step(r, CW2V_HIERARCHICAL_SOFTMAX);
    else params->simd->gather(NULL, 0, 0.0f, gradient, params->dim);
  }
  if (params->negative > 0) {
    if (params->hs) r->window.gradient = second;
    cw2v_choose_noise(&r->window, &r->targets, params, scratch, scratch->kept[t], cw2v_noise_of(r, t));
    cw2v_run_step(r, CW2V_NEGATIVE_SAMPLING);
    if (params->hs) params->simd->axpy(1.0f, second, gradient, params->dim);
  }
  const float scale = params->cbow_exact && params->cbow_mean ? share : 1.0f;
  if (params->lock == NULL) params->simd->scatter(scratch->context_rows, n, scale, gradient, params->dim);
  else add_to_contexts(r, t, scale, gradient);
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
  if (t + params->window_right < r->n)
    next[i++] = cw2v_hot_rows_find(&scratch->input, scratch->kept[t + params->window_right], params->dim);
  if (t < r->n && params->negative > 0) {
    const int32_t *noise = cw2v_noise_of(r, t);
    next[i++] = cw2v_hot_rows_find(&scratch->output, scratch->kept[t], params->dim);
    for (int32_t k = 0; k < params->negative; k++)
      next[i++] = cw2v_hot_rows_find(&scratch->output, noise[k], params->dim);
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
  r->window = (cw2v_window){.target = scratch->target_rows, .dim = params->dim};
  cw2v_targets_begin(&r->targets, params, scratch);
}

void cw2v_run_take(cw2v_run *r, const cw2v_corpus *corpus, int64_t place) {
  const int64_t block = corpus->order[place];
  r->first = corpus->offsets[corpus->blocks[block]];
  r->before = corpus->before[place];
  r->n = cw2v_sample_block(r->params, corpus, block, r->scratch);
}

int32_t cw2v_run_train(cw2v_run *r, int32_t begin, int32_t end, cw2v_control *control) {
  const cw2v_params *params = r->params;
  const cw2v_scratch *scratch = r->scratch;
  const int cbow = params->architecture == CW2V_CBOW;
  const int draws = params->negative > 0 && (cbow || params->shared_negatives);
  if (draws && begin == 0) cw2v_noise_begin(r);
  for (int32_t t = begin; t < end; t++) {
    if (control != NULL && (t % CW2V_RING == 0 || params->softmax) && atomic_load_explicit(&control->stop, memory_order_relaxed)) {
      if (params->softmax) cw2v_softmax_step(r);
      return t;
    }
    cw2v_targets_set_alpha(&r->targets, params, r->before + scratch->kept_position[t]);
    if (draws && t % CW2V_DRAW_BATCH == 0) cw2v_noise_advance(r, t);
    if (params->hs) prefetch_path(r, t + PATH_AHEAD, PATH_BEGIN_AHEAD - PATH_AHEAD);
    const int32_t n_contexts = scratch->right[t] - scratch->left[t];
    r->tally->pairs += cbow ? n_contexts > 0 : n_contexts;
    if (params->softmax) train_softmax(r, t);
    else if (n_contexts > 0) train_centre(r, t); /* it may be alone in its sentence */
  }
  return end;
}

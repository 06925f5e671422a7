#define _POSIX_C_SOURCE 200809L /* sched_yield */
#include "train/lanes.h"

#include <sched.h>
#include <stddef.h>

#define TASKS (2 * CW2V_LANES) /* of a round: the lanes, then as many parts of the matrices */

int64_t cw2v_lane_rows(const cw2v_params *params, int64_t targets) {
  const int64_t width = (int64_t)params->window_left + params->window_right;
  const int64_t each = params->shared_negatives || params->architecture == CW2V_CBOW ? targets : targets * width;
  const int64_t most = targets == 0 ? CW2V_LANE_CENTRES + width : CW2V_LANE_CENTRES * each;
  return most < params->n_words ? most : params->n_words;
}

void cw2v_lanes_begin(cw2v_lanes *lanes, const cw2v_params *params) {
  atomic_store(&lanes->ticket, 0);
  atomic_store(&lanes->done, 0);
  atomic_store(&lanes->merged, 0);
  atomic_store(&lanes->busy, 0);
  atomic_store(&lanes->finished, 0);
  for (int i = 0; i < CW2V_LANES; i++) {
    cw2v_lane *lane = &lanes->lane[i];
    lane->tally = (cw2v_tally){0};
    lane->place = -1;
    cw2v_run_begin(&lane->run, params, lane->scratch, &lane->tally);
  }
}

/* Waits until `tasks` tasks are done; 0 if the run has ended meanwhile. Threads may outnumber processors: after a moment
 * they give theirs away. */
static int wait_for(cw2v_lanes *lanes, int64_t tasks) {
  for (int spins = 0; atomic_load_explicit(&lanes->done, memory_order_acquire) < tasks; spins++) {
    if (atomic_load_explicit(&lanes->finished, memory_order_relaxed)) return 0;
    if (spins > 1000) sched_yield();
  }
  return !atomic_load_explicit(&lanes->finished, memory_order_relaxed);
}

static void train_lane(const cw2v_corpus *corpus, cw2v_control *control, cw2v_lanes *lanes, int i) {
  cw2v_lane *lane = &lanes->lane[i];
  const int64_t place = atomic_load_explicit(&control->next_place, memory_order_relaxed) + i;
  if (place >= corpus->n_blocks) return;
  if (lane->place != place) {
    lane->place = place;
    lane->next = 0;
    cw2v_run_take(&lane->run, corpus, place);
    lane->tally.subsampled += corpus->before[place + 1] - corpus->before[place] - lane->run.n;
  }
  const int32_t left = lane->run.n - lane->next;
  const int32_t n = left < CW2V_LANE_CENTRES ? left : CW2V_LANE_CENTRES;
  cw2v_run_train(&lane->run, lane->next, lane->next + n, NULL);
  lane->next += n;
  lane->tally.trained += n;
  if (lane->next < lane->run.n) atomic_fetch_add_explicit(&lanes->busy, 1, memory_order_relaxed);
}

/* The copies of one matrix in all lanes. */
typedef struct copies {
  cw2v_hot_rows *of[CW2V_LANES];
  const cw2v_params *params;
  int32_t limit; /* updates in a round that a row takes up in full */
} copies;

/* One row takes up its copies, which are given free. */
static void merge_row(const copies *c, int32_t word_id) {
  const cw2v_params *params = c->params;
  const ptrdiff_t dim = params->dim;
  float *shared = c->of[0]->shared + word_id * dim, *rows[CW2V_LANES + 1], share = 1.0f;
  int32_t n = 0, updates = 0;
  for (int i = 0; i < CW2V_LANES; i++) {
    int32_t *slot = c->of[i]->slot + (ptrdiff_t)word_id * CW2V_LANES;
    if (*slot < 0) continue;
    rows[n++] = c->of[i]->local + *slot * dim;
    updates += c->of[i]->updates[*slot];
    *slot = -1;
  }
  if (n == 0) return; /* merged with an earlier lane's list */
  if (updates > c->limit) share = (float)c->limit / (float)updates;
  if (share < 1.0f / (float)n) share = 1.0f / (float)n;
  if (n == 1) { /* share is 1 */
    memcpy(shared, rows[0], (size_t)dim * sizeof(float));
    return;
  }
  params->simd->axpy(-1.0f, shared, rows[0], dim); /* the sum of changes gathers in the first copy */
  for (int32_t i = 1; i < n; i++) {
    params->simd->axpy(-1.0f, shared, rows[i], dim);
    params->simd->axpy(1.0f, rows[i], rows[0], dim);
  }
  params->simd->axpy(share, rows[0], shared, dim);
}

static void merge_part(const cw2v_params *params, cw2v_lanes *lanes, int matrix, int part) {
  copies c = {.params = params};
  for (int i = 0; i < CW2V_LANES; i++) {
    cw2v_scratch *s = lanes->lane[i].scratch;
    c.of[i] = matrix == 0 ? &s->input : matrix == 1 ? &s->output : &s->nodes;
  }
  const int by_window = matrix == 1 && params->shared_negatives && params->architecture == CW2V_SKIP_GRAM;
  const int32_t contexts = by_window ? params->window_left + params->window_right : 1;
  c.limit = contexts < CW2V_LANE_UPDATES ? CW2V_LANE_UPDATES / contexts : 1;
  if (c.of[0]->slot == NULL) return; /* a matrix that is not trained */
  for (int i = 0; i < CW2V_LANES; i++) {
    cw2v_hot_rows *hot = c.of[i];
    const int32_t *taken = hot->taken + (ptrdiff_t)part * hot->n_rows;
    for (int32_t k = 0; k < hot->n_taken[part]; k++) merge_row(&c, taken[k]);
    hot->n_taken[part] = 0;
  }
}

/* After the last merge of a round, by one thread while the others wait: copies are free again, and the next generation
 * begins when no lane has tokens left. */
static void end_round(const cw2v_corpus *corpus, cw2v_control *control, cw2v_lanes *lanes) {
  for (int i = 0; i < CW2V_LANES; i++) {
    cw2v_scratch *s = lanes->lane[i].scratch;
    s->input.n_local = s->output.n_local = s->nodes.n_local = 0;
  }
  atomic_store_explicit(&lanes->merged, 0, memory_order_relaxed);
  if (atomic_exchange_explicit(&lanes->busy, 0, memory_order_relaxed) == 0) {
    const int64_t first = atomic_load_explicit(&control->next_place, memory_order_relaxed);
    const int64_t rest = corpus->n_blocks - first, next = first + (rest < CW2V_LANES ? rest : CW2V_LANES);
    atomic_fetch_add_explicit(&control->words_done, corpus->before[next] - corpus->before[first], memory_order_relaxed);
    atomic_store_explicit(&control->next_place, next, memory_order_relaxed);
    if (next >= corpus->n_blocks || atomic_load_explicit(&control->pause, memory_order_relaxed))
      atomic_store_explicit(&lanes->finished, 1, memory_order_relaxed);
  }
  if (atomic_load_explicit(&control->stop, memory_order_relaxed))
    atomic_store_explicit(&lanes->finished, 1, memory_order_relaxed);
}

void cw2v_train_lanes(const cw2v_params *params, const cw2v_corpus *corpus, cw2v_control *control, cw2v_lanes *lanes) {
  if (atomic_load_explicit(&control->next_place, memory_order_relaxed) >= corpus->n_blocks) return;
  for (;;) {
    const int64_t ticket = atomic_fetch_add_explicit(&lanes->ticket, 1, memory_order_relaxed);
    const int task = (int)(ticket % TASKS), part = task - CW2V_LANES;
    if (!wait_for(lanes, part < 0 ? ticket - task : ticket - part)) return;
    if (part < 0) {
      train_lane(corpus, control, lanes, task);
    } else {
      for (int matrix = 0; matrix < 3; matrix++) merge_part(params, lanes, matrix, part);
      if (atomic_fetch_add_explicit(&lanes->merged, 1, memory_order_acq_rel) == CW2V_LANES - 1)
        end_round(corpus, control, lanes);
    }
    atomic_fetch_add_explicit(&lanes->done, 1, memory_order_acq_rel);
  }
}

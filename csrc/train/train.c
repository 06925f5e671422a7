#include "train/train.h"

#include "train/pairs.h"
#include "train/run.h"

static void begin(cw2v_scratch *scratch, const cw2v_params *params) {
  cw2v_hot_rows *hot[] = {&scratch->input, &scratch->output, &scratch->nodes};
  for (int i = 0; i < 3; i++) cw2v_hot_rows_begin(hot[i], params->dim);
}

static void end(cw2v_scratch *scratch, const cw2v_params *params) {
  cw2v_hot_rows *hot[] = {&scratch->input, &scratch->output, &scratch->nodes};
  for (int i = 0; i < 3; i++) cw2v_hot_rows_end(hot[i], params);
}

/* The next place, or -1 if this thread is to return. Takes none when paused: all before next_place are then done. */
static int64_t next_place(cw2v_control *control, int64_t n_places) {
  if (atomic_load_explicit(&control->stop, memory_order_relaxed)) return -1;
  if (atomic_load_explicit(&control->pause, memory_order_relaxed)) return -1;
  int64_t place = atomic_load_explicit(&control->next_place, memory_order_relaxed);
  do {
    if (place >= n_places) return -1;
  } while (!atomic_compare_exchange_weak_explicit(&control->next_place, &place, place + 1, memory_order_relaxed,
                                                  memory_order_relaxed));
  return place;
}

void cw2v_train_blocks(const cw2v_params *params, const cw2v_corpus *corpus, cw2v_control *control,
                       cw2v_scratch *scratch, cw2v_tally *tally) {
  cw2v_run run;
  int64_t place;
  cw2v_run_begin(&run, params, scratch, tally);
  begin(scratch, params);
  while ((place = next_place(control, corpus->n_blocks)) >= 0) {
    const int64_t n_tokens = corpus->before[place + 1] - corpus->before[place];
    cw2v_run_take(&run, corpus, place);
    const int32_t done = cw2v_run_train(&run, 0, run.n, control);
    tally->trained += done;
    if (done < run.n) break; /* stopped: the block's tokens are not accounted for as done */
    tally->subsampled += n_tokens - run.n;
    atomic_fetch_add_explicit(&control->words_done, n_tokens, memory_order_relaxed);
  }
  end(scratch, params);
}

void cw2v_train_pairs(const cw2v_params *params, const cw2v_pairs *pairs, cw2v_control *control, cw2v_scratch *scratch,
                      cw2v_tally *tally) {
  const int64_t n_blocks = (pairs->n_pairs + CW2V_PAIR_BLOCK - 1) / CW2V_PAIR_BLOCK;
  cw2v_run run;
  int64_t place;
  cw2v_run_begin(&run, params, scratch, tally);
  begin(scratch, params);
  while ((place = next_place(control, n_blocks)) >= 0) {
    const int64_t from = place * CW2V_PAIR_BLOCK, rest = pairs->n_pairs - from;
    const int64_t n = rest < CW2V_PAIR_BLOCK ? rest : CW2V_PAIR_BLOCK;
    int64_t i = from;
    for (; i < from + n; i++) {
      if (i % CW2V_MAX_CONTEXTS == 0 && atomic_load_explicit(&control->stop, memory_order_relaxed)) break;
      cw2v_run_explicit_pair(&run, pairs, i);
    }
    if (params->softmax) cw2v_softmax_step(&run);
    tally->trained += i - from;
    tally->pairs += i - from;
    if (i < from + n) break;
    atomic_fetch_add_explicit(&control->words_done, n, memory_order_relaxed);
  }
  end(scratch, params);
}

/* Training over blocks of the encoded corpus. */
#ifndef CW2V_TRAIN_H
#define CW2V_TRAIN_H

#include "model/model.h"

/* Takes blocks from control->next_place until none is left or control is stopped or paused, and adds what it did to *tally.
 * Any number of threads may run it on the same params, corpus and control, each with its own scratch and tally; the
 * weights behind scratch->input and scratch->output are shared and updated without locks (Hogwild: Niu et al. 2011). */
void cw2v_train_blocks(const cw2v_params *params, const cw2v_corpus *corpus, cw2v_control *control,
                       cw2v_scratch *scratch, cw2v_tally *tally);

/* The same over explicit pairs, in blocks of CW2V_PAIR_BLOCK. */
void cw2v_train_pairs(const cw2v_params *params, const cw2v_pairs *pairs, cw2v_control *control, cw2v_scratch *scratch,
                      cw2v_tally *tally);

/* The control block, for callers whose language has no atomics. */
static inline void cw2v_control_reset(cw2v_control *control, int64_t next_place, int64_t words_done) {
  atomic_store(&control->next_place, next_place);
  atomic_store(&control->words_done, words_done);
  atomic_store(&control->stop, 0);
  atomic_store(&control->pause, 0);
}
static inline void cw2v_control_pause(cw2v_control *control) { atomic_store(&control->pause, 1); }
static inline int64_t cw2v_control_next(cw2v_control *control) { return atomic_load(&control->next_place); }
static inline void cw2v_control_stop(cw2v_control *control) { atomic_store(&control->stop, 1); }
static inline int64_t cw2v_control_words(cw2v_control *control) { return atomic_load(&control->words_done); }

#endif

/* Training that gives the same bits for any number of threads.
 *
 * CW2V_LANES logical threads, the lanes, train in rounds. In a round every lane trains CW2V_LANE_CENTRES tokens of its block
 * on copies of the rows it meets, all made from the weights before the round; then each row that was copied takes up its
 * lanes' changes, in the order of the lanes:
 *
 *   row += share * sum_lane (copy_lane - row)
 *   share = 1 while the row got at most CW2V_LANE_UPDATES updates in the round, then falls in proportion, to 1 / lanes at
 *           least, which is their mean: lanes that see many updates each have come as far as one of them would alone.
 *           An update of an output row by a whole window's contexts counts as window_left + window_right
 *
 * The block in place p of the order belongs to lane p mod CW2V_LANES; a generation is one block of each lane. Which thread does a lane's or a row's
 * work in a round decides nothing. Reference: cw2v.reference.train_lanes. */
#ifndef CW2V_TRAIN_LANES_H
#define CW2V_TRAIN_LANES_H

#include "train/run.h"

#define CW2V_LANE_CENTRES 128
#define CW2V_LANE_UPDATES 128

/* What a lane keeps between rounds. */
typedef struct cw2v_lane {
  cw2v_run run;
  cw2v_scratch *scratch; /* its rows have slot != NULL, and n_rows of at least cw2v_lane_rows */
  cw2v_tally tally;
  int64_t place;  /* of its block; -1: none yet */
  int32_t next;   /* kept token it trains next */
} cw2v_lane;

/* What the threads of a run share. */
typedef struct cw2v_lanes {
  cw2v_lane lane[CW2V_LANES];
  _Atomic int64_t ticket; /* the next task: of each round first the lanes, then the parts of the matrices to merge */
  _Atomic int64_t done;   /* tasks done */
  _Atomic int32_t merged; /* of this round's merges */
  _Atomic int32_t busy;   /* lanes with tokens left in their block */
  _Atomic int32_t finished;
} cw2v_lanes;

/* Rows of one matrix that a lane can meet in a round: `targets` a prediction of the output matrix (0: the input matrix). */
int64_t cw2v_lane_rows(const cw2v_params *params, int64_t targets);

/* Lays out *lanes; each lane's scratch must be set. */
void cw2v_lanes_begin(cw2v_lanes *lanes, const cw2v_params *params);

/* Trains from control->next_place, a multiple of CW2V_LANES, until no block is left or control is stopped or paused; any
 * number of threads may run it together. Pauses between generations. */
void cw2v_train_lanes(const cw2v_params *params, const cw2v_corpus *corpus, cw2v_control *control, cw2v_lanes *lanes);

#endif

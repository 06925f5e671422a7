/* Batches of the full softmax: since each step reads the whole matrix of words, up to CW2V_MAX_CONTEXTS predictions share
 * one, all from the values before it. Reference: cw2v.reference.softmax_epoch. */
#ifndef CW2V_TRAIN_SOFTMAX_H
#define CW2V_TRAIN_SOFTMAX_H

#include "train/run.h"

/* The word `input` predicts `target`, counted `weight` times. Makes the step if that fills the batch. */
void cw2v_softmax_add_pair(cw2v_run *run, int32_t input, int32_t target, float weight);

/* CBOW: the window of kept token t predicts it. */
void cw2v_softmax_add_window(cw2v_run *run, int32_t t);

/* Makes the step of the predictions that wait, if there are any. */
void cw2v_softmax_step(cw2v_run *run);

#endif

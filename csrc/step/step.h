/* The update of word2vec, written once. */
#ifndef CW2V_STEP_H
#define CW2V_STEP_H

#include "simd/simd.h"

/* One step on a window (formula: cw2v_window in simd/simd.h), from dot and axpy. This is the plain form; simd->window is
 * the fused one and must equal it but for rounding. gradient is scratch of (CW2V_MAX_CONTEXTS, dim) floats and window
 * scratch that of cw2v_window_scratch, both 64-byte aligned. Reference: cw2v.reference.step. */
void cw2v_step_generic(const cw2v_simd *simd, const cw2v_window *w, float *scratch, float *gradient);

/* The full softmax (formula: cw2v_softmax in simd/simd.h) likewise; simd->softmax is the fused form. */
void cw2v_softmax_generic(const cw2v_simd *simd, const cw2v_softmax *softmax, float *logits);

#endif

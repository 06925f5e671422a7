#include "step/step.h"

#include <stddef.h>
#include <string.h>

/* Every dot product sees the old rows: gradients of the contexts are kept until the targets have been updated. */
void cw2v_step_generic(const cw2v_simd *simd, const cw2v_window *w, float *scratch, float *gradient) {
  const int32_t stride = cw2v_window_stride(w->n_targets);
  float *g = scratch;                          /* (stride) of one context at a time; rounded up to 16 */
  float *sizes = scratch + 2 * (ptrdiff_t)stride; /* (n_contexts, n_targets) */

  for (int32_t j = 0; j < w->n_contexts; j++) {
    const float weight = w->context_weight ? w->context_weight[j] : 1.0f;
    float *e = gradient + (ptrdiff_t)j * w->dim;
    memset(g, 0, 2 * sizeof(float) * (size_t)stride);
    for (int32_t o = 0; o < w->n_targets; o++) {
      const int32_t c = cw2v_window_column(o);
      g[c] = -w->sign[c] * simd->dot(w->context[j], w->target[o], w->dim);
    }
    simd->sigmoid(g, g, 2 * (int64_t)stride);
    memset(e, 0, sizeof(float) * (size_t)w->dim);
    for (int32_t o = 0; o < w->n_targets; o++) {
      const int32_t c = cw2v_window_column(o);
      const float size = weight * w->gain[c] * g[c];
      sizes[(ptrdiff_t)j * w->n_targets + o] = size;
      simd->axpy(size, w->target[o], e, w->dim);
    }
  }
  for (int32_t o = 0; o < w->n_targets; o++)
    for (int32_t j = 0; j < w->n_contexts; j++)
      simd->axpy(sizes[(ptrdiff_t)j * w->n_targets + o], w->context[j], w->target[o], w->dim);
  for (int32_t j = 0; j < w->n_contexts; j++)
    simd->axpy(1.0f, gradient + (ptrdiff_t)j * w->dim, w->context[j], w->dim);
}

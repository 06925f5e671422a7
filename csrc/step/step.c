#include "step/step.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* softplus(z) = log(1 + exp(z)), in double. */
static double softplus(double z) { return (z > 0 ? z : 0) + log1p(exp(z > 0 ? -z : z)); }

/* Step sizes of one context against all targets, from the old rows, and its gradient. */
static void step_sizes(const cw2v_simd *simd, const cw2v_window *w, int32_t j, float *g, float *sizes, float *gradient) {
  const int32_t stride = cw2v_window_stride(w->n_targets);
  const float weight = w->context_weight ? w->context_weight[j] : 1.0f;
  memset(g, 0, 2 * sizeof(float) * (size_t)stride);
  for (int32_t o = 0; o < w->n_targets; o++) {
    const int32_t c = cw2v_window_column(o);
    g[c] = -w->sign[c] * simd->dot(w->context[j], w->target[o], w->dim);
    if (w->loss != NULL) *w->loss += (double)weight * (double)w->times[c] * softplus((double)g[c]);
  }
  simd->sigmoid(g, g, 2 * (int64_t)stride);
  memset(gradient, 0, sizeof(float) * (size_t)w->dim);
  for (int32_t o = 0; o < w->n_targets; o++) {
    const int32_t c = cw2v_window_column(o);
    sizes[o] = weight * w->gain[c] * g[c];
    simd->axpy(sizes[o], w->target[o], gradient, w->dim);
  }
}

/* Every dot product sees the old rows: gradients of the contexts are kept until the targets have been updated. */
void cw2v_step_generic(const cw2v_simd *simd, const cw2v_window *w, float *scratch, float *gradient) {
  float *g = scratch; /* (2 * stride) of one context at a time: a multiple of 16 floats */
  float *sizes = scratch + 2 * (ptrdiff_t)cw2v_window_stride(w->n_targets); /* (n_contexts, n_targets) */
  for (int32_t j = 0; j < w->n_contexts; j++)
    step_sizes(simd, w, j, g, sizes + (ptrdiff_t)j * w->n_targets,
               w->gradient != NULL ? w->gradient : gradient + (ptrdiff_t)j * w->dim);
  for (int32_t o = 0; o < w->n_targets; o++)
    for (int32_t j = 0; j < w->n_contexts; j++)
      simd->axpy(sizes[(ptrdiff_t)j * w->n_targets + o], w->context[j], w->target[o], w->dim);
  if (w->gradient != NULL) return;
  for (int32_t j = 0; j < w->n_contexts; j++)
    simd->axpy(1.0f, gradient + (ptrdiff_t)j * w->dim, w->context[j], w->dim);
}

/* Logits and step sizes context by context, then both updates word by word: a row is read before it is written. */
void cw2v_softmax_generic(const cw2v_simd *simd, const cw2v_softmax *s, float *logits) {
  const int64_t stride = cw2v_softmax_stride(s->n_words);
  for (int32_t j = 0; j < s->n_contexts; j++) {
    float *x = logits + j * stride;
    const float weight = s->weight ? s->weight[j] : 1.0f;
    float largest = -INFINITY;
    double total = 0.0;
    for (int32_t o = 0; o < s->n_words; o++) {
      x[o] = simd->dot(s->context[j], s->rows + (ptrdiff_t)o * s->dim, s->dim);
      largest = x[o] > largest ? x[o] : largest;
    }
    for (int32_t o = 0; o < s->n_words; o++) total += exp((double)(x[o] - largest));
    if (s->loss != NULL) *s->loss += (double)weight * (log(total) + (double)largest - (double)x[s->target[j]]);
    for (int32_t o = 0; o < s->n_words; o++) {
      const double p = exp((double)(x[o] - largest)) / total;
      x[o] = s->alpha * weight * (float)((o == s->target[j]) - p);
    }
  }
  memset(s->gradient, 0, sizeof(float) * (size_t)s->n_contexts * (size_t)s->dim);
  for (int32_t o = 0; o < s->n_words; o++) {
    float *row = s->rows + (ptrdiff_t)o * s->dim;
    for (int32_t j = 0; j < s->n_contexts; j++)
      simd->axpy(logits[j * stride + o], row, s->gradient + (ptrdiff_t)j * s->dim, s->dim);
    for (int32_t j = 0; j < s->n_contexts; j++) simd->axpy(logits[j * stride + o], s->context[j], row, s->dim);
  }
}

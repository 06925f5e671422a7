#include "train/softmax.h"

#include <stddef.h>

static float *hidden_of(const cw2v_run *run, int32_t i) {
  return run->scratch->batch + (ptrdiff_t)i * run->params->dim;
}

/* CBOW's factors: of the hidden layer, and of what each context gets of its gradient. */
static float hidden_scale(const cw2v_params *params, int32_t n_contexts) {
  return params->cbow_mean ? 1.0f / (float)n_contexts : 1.0f;
}
static float update_scale(const cw2v_params *params, int32_t n_contexts) {
  return params->cbow_exact ? hidden_scale(params, n_contexts) : 1.0f;
}

void cw2v_softmax_add_pair(cw2v_run *run, int32_t input, int32_t target, float weight) {
  run->pending_input[run->n_pending] = input;
  run->pending[run->n_pending] = target;
  run->pending_weight[run->n_pending] = weight;
  if (++run->n_pending == CW2V_MAX_CONTEXTS) cw2v_softmax_step(run);
}

void cw2v_softmax_add_window(cw2v_run *run, int32_t t) {
  const cw2v_params *params = run->params;
  cw2v_scratch *scratch = run->scratch;
  int32_t n = 0;
  for (int32_t j = scratch->left[t]; j <= scratch->right[t]; j++)
    if (j != t) scratch->context_rows[n++] = cw2v_hot_rows_find(&scratch->input, scratch->kept[j], params->dim);
  params->simd->gather(scratch->context_rows, n, hidden_scale(params, n), hidden_of(run, run->n_pending), params->dim);
  run->pending_input[run->n_pending] = -1;
  run->pending[run->n_pending] = t;
  run->pending_weight[run->n_pending] = 1.0f;
  if (++run->n_pending == CW2V_MAX_CONTEXTS) cw2v_softmax_step(run);
}

/* Adds prediction i's gradient to the rows it was made from. */
static void update_input(cw2v_run *run, int32_t i, const float *gradient) {
  const cw2v_scratch *scratch = run->scratch;
  const int32_t t = run->pending[i];
  if (run->pending_input[i] >= 0) {
    cw2v_run_add(run, run->pending_input[i], 1.0f, gradient);
    return;
  }
  const float scale = update_scale(run->params, scratch->right[t] - scratch->left[t]);
  for (int32_t j = scratch->left[t]; j <= scratch->right[t]; j++)
    if (j != t) cw2v_run_add(run, scratch->kept[j], scale, gradient);
}

void cw2v_softmax_step(cw2v_run *run) {
  const cw2v_params *params = run->params;
  const cw2v_scratch *scratch = run->scratch;
  const int32_t n = run->n_pending;
  float *rows[CW2V_MAX_CONTEXTS];
  int32_t target[CW2V_MAX_CONTEXTS];
  if (n == 0) return;
  for (int32_t i = 0; i < n; i++) {
    const int pair = run->pending_input[i] >= 0;
    target[i] = pair ? run->pending[i] : scratch->kept[run->pending[i]];
    rows[i] = pair ? cw2v_hot_rows_find(&scratch->input, run->pending_input[i], params->dim) : hidden_of(run, i);
  }
  const cw2v_softmax step = {
    .context = rows, .target = target, .weight = run->pending_weight, .rows = scratch->output.shared,
    .gradient = scratch->gradient, .loss = params->measure_loss ? &run->tally->loss[CW2V_FULL_SOFTMAX] : NULL,
    .alpha = run->targets.alpha, .n_contexts = n, .n_words = params->n_words, .dim = params->dim};
  if (params->fused) params->simd->softmax(&step, scratch->logits);
  else cw2v_softmax_generic(params->simd, &step, scratch->logits);
  for (int32_t i = 0; i < n; i++) update_input(run, i, scratch->gradient + (ptrdiff_t)i * params->dim);
  run->n_pending = 0;
}

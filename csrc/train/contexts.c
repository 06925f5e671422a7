#include "train/contexts.h"

static void step_contexts(cw2v_run *r, const int32_t *ids, int32_t n, int objective) {
  r->window.n_contexts = n;
  cw2v_run_step(r, objective);
  if (r->params->lock == NULL) return;
  for (int32_t i = 0; i < n; i++) cw2v_run_unlock(r, ids[i], r->window.context[i]);
}

void cw2v_train_any_window(cw2v_run *r, int32_t t, int objective) {
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

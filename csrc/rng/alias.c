#include "rng/alias.h"

#include <math.h>

static uint32_t to_accept(double probability) {
  const double scaled = probability * 4294967296.0; /* bits < accept holds with accept / 2^32 */
  if (scaled >= 4294967295.0) return UINT32_MAX;
  return scaled <= 0.0 ? 0 : (uint32_t)scaled;
}

/* Vose: pair each slot that has too little with one that has too much. The two index stacks grow towards each other
 * in one array of n integers, which lives in the second half of work. */
cw2v_status cw2v_alias_build(const double *weights, int32_t n, cw2v_alias_slot *table, double *work) {
  double *share = work;
  int32_t *stack = (int32_t *)(work + n);
  double sum = 0.0;
  if (n <= 0) return CW2V_EINVAL;
  for (int32_t i = 0; i < n; i++) {
    if (!(weights[i] >= 0.0) || !isfinite(weights[i])) return CW2V_EINVAL;
    sum += weights[i];
  }
  if (!(sum > 0.0) || !isfinite(sum)) return CW2V_EINVAL;

  int32_t n_small = 0, n_large = 0;
  int32_t *small = stack, *large = stack + n; /* large grows downwards */
  for (int32_t i = 0; i < n; i++) {
    share[i] = weights[i] / sum * n;
    if (share[i] < 1.0) small[n_small++] = i;
    else large[-++n_large] = i;
  }
  while (n_small > 0 && n_large > 0) {
    const int32_t poor = small[--n_small];
    const int32_t rich = large[-n_large];
    table[poor].accept = to_accept(share[poor]);
    table[poor].other = rich;
    share[rich] -= 1.0 - share[poor];
    if (share[rich] < 1.0) { /* its place in the large stack is freed, so the small one has room */
      n_large--;
      small[n_small++] = rich;
    }
  }
  /* What is left has a share of one but for rounding. A slot of weight zero must not win by it. */
  int32_t heaviest = 0;
  for (int32_t i = 1; i < n; i++)
    if (weights[i] > weights[heaviest]) heaviest = i;
  while (n_large > 0 || n_small > 0) {
    const int32_t i = n_large > 0 ? large[-n_large--] : small[--n_small];
    table[i].accept = UINT32_MAX;
    table[i].other = i;
    if (weights[i] == 0.0) table[i] = (cw2v_alias_slot){0, heaviest};
  }
  return CW2V_OK;
}

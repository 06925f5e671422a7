#include "model/huffman.h"

/* Two queues: words from the rarest up, and inner nodes, which are made in the order of rising weight. The lightest node
 * is at the head of one of them (van Leeuwen 1976). Equal weights: the word goes first, which keeps the tree flat. */
cw2v_status cw2v_huffman_build(const int64_t *counts, int32_t n, int32_t *parent, uint8_t *side, int64_t *weight,
                               const int32_t *order) {
  if (n < 1) return CW2V_EINVAL;
  for (int32_t i = 0; i < n; i++) {
    if (counts[i] < 0) return CW2V_EINVAL;
    weight[i] = counts[i];
  }
  int32_t word = n - 1, inner = n; /* heads of the two queues */
  for (int32_t made = n; made < 2 * n - 1; made++) {
    int32_t lightest[2];
    for (int pick = 0; pick < 2; pick++) {
      if (word >= 0 && (inner >= made || weight[order[word]] <= weight[inner])) lightest[pick] = order[word--];
      else lightest[pick] = inner++;
    }
    weight[made] = weight[lightest[0]] + weight[lightest[1]];
    parent[lightest[0]] = parent[lightest[1]] = made;
    side[lightest[0]] = 1; /* the lighter one */
    side[lightest[1]] = 0;
  }
  parent[2 * n - 2] = -1;
  return CW2V_OK;
}

cw2v_status cw2v_huffman_lengths(const int32_t *parent, int32_t n, int64_t *begin) {
  begin[0] = 0;
  for (int32_t word_id = 0; word_id < n; word_id++) {
    int64_t length = 0;
    for (int32_t node = parent[word_id]; node >= 0; node = parent[node]) length++;
    if (length > CW2V_MAX_PATH) return CW2V_EINVAL;
    begin[word_id + 1] = begin[word_id] + length;
  }
  return CW2V_OK;
}

void cw2v_huffman_paths(const int32_t *parent, const uint8_t *side, int32_t n, const int64_t *begin, int32_t *node,
                        uint8_t *code) {
  for (int32_t word_id = 0; word_id < n; word_id++) {
    int64_t at = begin[word_id + 1];
    for (int32_t below = word_id; parent[below] >= 0; below = parent[below]) {
      at--;
      node[at] = 2 * n - 2 - parent[below]; /* the root was made last: it becomes 0 */
      code[at] = side[below];
    }
  }
}

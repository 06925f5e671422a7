#include "train/sample.h"

/* Index of the last earlier occurrence of each kept word within reach of one window (its width back), or -1: two tokens
 * further apart never share a window. The inner loop has no early exit so that it vectorises. */
static void find_twins(const int32_t *kept, int32_t begin, int32_t end, int32_t width, int32_t *twin) {
  for (int32_t t = begin; t < end; t++) {
    const int32_t reach = t - begin < width ? begin : t - width;
    const int32_t word_id = kept[t];
    int32_t found = -1;
    for (int32_t j = reach; j < t; j++) found = kept[j] == word_id ? j : found;
    twin[t] = found;
  }
}

/* How far a window reaches to one side: from 1 to its most, or nowhere where that is 0. Both sides share the draw. */
static inline int32_t reach_of(uint32_t bits, int32_t most, int32_t shrink) {
  return !shrink || most == 0 ? most : 1 + (int32_t)cw2v_below(bits, (uint32_t)most);
}

int32_t cw2v_sample_block(const cw2v_params *params, const cw2v_corpus *corpus, int64_t block, cw2v_scratch *scratch) {
  const int64_t first = corpus->offsets[corpus->blocks[block]];
  const int32_t most_left = params->window_left, most_right = params->window_right;
  int32_t *kept = scratch->kept, *left = scratch->left, *right = scratch->right;
  int32_t n = 0;

  for (int64_t sentence = corpus->blocks[block]; sentence < corpus->blocks[block + 1]; sentence++) {
    const int32_t begin = n;
    for (int64_t position = corpus->offsets[sentence]; position < corpus->offsets[sentence + 1]; position++) {
      const uint64_t bits = cw2v_random(params->token_key, (uint64_t)position);
      const int32_t word_id = corpus->ids[position];
      kept[n] = word_id; /* overwritten by the next token unless it stays: no branch to mispredict */
      scratch->kept_position[n] = (int32_t)(position - first);
      left[n] = reach_of((uint32_t)bits, most_left, params->shrink_windows);
      right[n] = reach_of((uint32_t)bits, most_right, params->shrink_windows);
      n += (uint32_t)(bits >> 32) <= params->keep[word_id];
    }
    for (int32_t t = begin; t < n; t++) {
      left[t] = t - begin < left[t] ? begin : t - left[t];
      right[t] = n - 1 - t < right[t] ? n - 1 : t + right[t];
    }
    if (params->architecture == CW2V_SKIP_GRAM) find_twins(kept, begin, n, most_left + most_right, scratch->twin);
    if (params->softmax)
      for (int32_t t = begin; t < n; t++) scratch->last[t] = n - 1;
  }
  return n;
}

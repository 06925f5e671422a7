#include "train/sample.h"

#define DRAWN_AT_ONCE 64 /* tokens */

/* Read once, whatever the compiler would like: see cw2v_corpus. */
static inline int32_t read_id(const int32_t *ids, int64_t position) { return ((const volatile int32_t *)ids)[position]; }
static inline int64_t read_offset(const int64_t *offsets, int64_t i) { return ((const volatile int64_t *)offsets)[i]; }

/* twin: index of the last earlier occurrence of each kept word within reach of one window (its width back), or -1: two tokens
 * further apart never share a window; repeat: the largest of them so far. */
static void find_twins(const cw2v_params *params, const int32_t *kept, int32_t begin, int32_t end, int32_t *twin,
                       int32_t *repeat) {
  int32_t largest = -1;
  params->simd->twins(kept, begin, end, params->window_left + params->window_right, twin);
  for (int32_t t = begin; t < end; t++) {
    largest = twin[t] > largest ? twin[t] : largest;
    repeat[t] = largest;
  }
}

/* How far a window reaches to one side: from 1 to its most, or nowhere where that is 0. Both sides share the draw. */
static inline int32_t reach_of(uint32_t bits, int32_t most, int32_t shrink) {
  return !shrink || most == 0 ? most : 1 + (int32_t)cw2v_below(bits, (uint32_t)most);
}

/* Sub-samples one sentence behind n kept tokens; left and right become how far windows may reach. Returns how many are
 * kept then. An id that is none is dropped. */
static int32_t sample_sentence(const cw2v_params *params, const int32_t *ids, int64_t begin, int64_t end, int64_t first,
                               int32_t n, cw2v_scratch *scratch) {
  int32_t *kept = scratch->kept, *left = scratch->left, *kept_position = scratch->kept_position;
  const uint32_t *keep = params->keep;
  const uint32_t n_words = (uint32_t)params->n_words, n_subsampled = (uint32_t)params->n_subsampled;
  uint64_t counter[DRAWN_AT_ONCE], bits[DRAWN_AT_ONCE];
  while (begin < end) {
    const int32_t size = end - begin < DRAWN_AT_ONCE ? (int32_t)(end - begin) : DRAWN_AT_ONCE;
    int32_t n_words_seen = 0;
    for (int32_t i = 0; i < size; i++) counter[i] = (uint64_t)(begin + i);
    params->simd->random(params->token_key, counter, size, bits);
    for (int32_t i = 0; i < size; i++) { /* which tokens stay nobody can foresee: no branch depends on it */
      const uint32_t id = (uint32_t)read_id(ids, begin + i), is_word = id < n_words, word_id = id & (0 - is_word);
      const uint32_t subsampled = word_id < n_subsampled;
      const uint32_t most = keep[n_subsampled ^ ((word_id ^ n_subsampled) & (0 - subsampled))];
      n_words_seen += (int32_t)is_word;
      kept[n] = (int32_t)word_id; /* overwritten by the next token unless it stays */
      kept_position[n] = (int32_t)(begin + i - first);
      left[n] = (int32_t)(uint32_t)bits[i];
      n += (int32_t)(is_word & ((uint32_t)(bits[i] >> 32) <= most));
    }
    scratch->n_changed += size - n_words_seen;
    begin += size;
  }
  return n;
}

int32_t cw2v_sample_block(const cw2v_params *params, const cw2v_corpus *corpus, int64_t block, cw2v_scratch *scratch) {
  const int64_t first = read_offset(corpus->offsets, corpus->blocks[block]);
  int64_t sentence_begin = first;
  int32_t *kept = scratch->kept, *left = scratch->left, *right = scratch->right;
  int32_t n = 0;

  for (int64_t sentence = corpus->blocks[block]; sentence < corpus->blocks[block + 1]; sentence++) {
    const int32_t begin = n;
    const int64_t sentence_end = read_offset(corpus->offsets, sentence + 1);
    if (sentence_begin < corpus->first || sentence_end < sentence_begin || sentence_end > corpus->last ||
        sentence_end - first > corpus->largest_block) {
      scratch->n_changed++;
      return n;
    }
    n = sample_sentence(params, corpus->ids, sentence_begin, sentence_end, first, n, scratch);
    sentence_begin = sentence_end;
    for (int32_t t = begin; t < n; t++) {
      const uint32_t bits = (uint32_t)left[t];
      left[t] = reach_of(bits, params->window_left, params->shrink_windows);
      right[t] = reach_of(bits, params->window_right, params->shrink_windows);
    }
    for (int32_t t = begin; t < n; t++) {
      left[t] = t - begin < left[t] ? begin : t - left[t];
      right[t] = n - 1 - t < right[t] ? n - 1 : t + right[t];
    }
    if (params->architecture == CW2V_SKIP_GRAM) find_twins(params, kept, begin, n, scratch->twin, scratch->repeat);
    if (params->softmax)
      for (int32_t t = begin; t < n; t++) scratch->last[t] = n - 1;
  }
  return n;
}

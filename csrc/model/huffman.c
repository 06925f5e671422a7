#include "model/huffman.h"

/* A binary heap of tree nodes by weight. Which of equal weights comes first is left to the way it is kept, which is that
 * of Python's heapq: gensim's trees are made with that, and these are the same. It matters: the two-queue method (van
 * Leeuwen 1976) puts rare words that first appeared near each other under one node, and CBOW's vectors lose a point of
 * SimLex by it. */
typedef struct cw2v_heap {
  const int64_t *weight;
  int32_t *items;
  int32_t n;
} cw2v_heap;

/* Put `item` where items[place] is, or above it as long as it is lighter, but not above `top`. */
static void rise(cw2v_heap *heap, int32_t top, int32_t place, int32_t item) {
  while (place > top) {
    const int32_t above = (place - 1) / 2;
    if (heap->weight[item] >= heap->weight[heap->items[above]]) break;
    heap->items[place] = heap->items[above];
    place = above;
  }
  heap->items[place] = item;
}

/* Put `item` into the gap at `top`: lighter children move up to the leaves, and from there it rises. */
static void settle(cw2v_heap *heap, int32_t top, int32_t item) {
  int64_t place = top, child; /* 64 bits: 2 * place + 1 may not fit into 32 */
  while ((child = 2 * place + 1) < heap->n) {
    if (child + 1 < heap->n && heap->weight[heap->items[child]] >= heap->weight[heap->items[child + 1]]) child++;
    heap->items[place] = heap->items[child];
    place = child;
  }
  rise(heap, top, (int32_t)place, item);
}

static int32_t pop(cw2v_heap *heap) {
  const int32_t lightest = heap->items[0], last = heap->items[--heap->n];
  if (heap->n > 0) settle(heap, 0, last);
  return lightest;
}

cw2v_status cw2v_huffman_build(const int64_t *counts, int32_t n, int32_t *parent, uint8_t *side, int64_t *weight,
                               int32_t *scratch) {
  cw2v_heap heap = {weight, scratch, n};
  if (n < 1) return CW2V_EINVAL;
  for (int32_t i = 0; i < n; i++) {
    if (counts[i] < 0) return CW2V_EINVAL;
    weight[i] = counts[i] > 0 ? counts[i] : 1; /* equal weights of 0 would make paths without end */
    scratch[i] = i;
  }
  for (int32_t i = n / 2 - 1; i >= 0; i--) settle(&heap, i, scratch[i]);
  for (int32_t made = n; made < 2 * n - 1; made++) {
    const int32_t first = pop(&heap), second = pop(&heap);
    weight[made] = weight[first] + weight[second];
    parent[first] = parent[second] = made;
    side[first] = 0;
    side[second] = 1;
    rise(&heap, 0, heap.n++, made);
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

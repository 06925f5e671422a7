/* Huffman tree of a vocabulary: the binary code of each word and the inner nodes on the way to it.
 *
 * Words with many occurrences have short codes (Huffman 1952; its use for the softmax: Morin and Bengio 2005, Mnih and
 * Hinton 2009). Inner nodes are numbered from the root, 0, by falling count, so that the nodes that most updates meet are
 * the first rows of their matrix; word2vec.c and gensim number them the other way round: theirs is V - 2 - node. Otherwise the tree is gensim's, to the bit.
 * Reference: cw2v.mathematics.huffman_paths. */
#ifndef CW2V_HUFFMAN_H
#define CW2V_HUFFMAN_H

#include <stdint.h>

#include "status.h"

/* A path is at most this long: a longer one needs more occurrences than int64 counts, by the Fibonacci numbers. */
#define CW2V_MAX_PATH 96

/* Paths of V words as one array: word w's nodes and code bits are at begin[w] .. begin[w + 1), root first. */
typedef struct cw2v_paths {
  const int64_t *begin; /* (V + 1) */
  const int32_t *node;  /* (begin[V]) inner nodes, 0 .. V - 2 */
  const uint8_t *code;  /* (begin[V]) 0: turn to the less frequent half, 1: to the more frequent */
} cw2v_paths;

/* Builds the tree over counts (n). parent (2 n) and side (2 n) are the result, by tree node: words 0 .. n - 1 as given, then
 * inner nodes in the order of their making. weight (2 n) and scratch (n) are scratch. A word that was never
 * seen counts as seen once. CW2V_EINVAL: n < 1 or a negative count. */
cw2v_status cw2v_huffman_build(const int64_t *counts, int32_t n, int32_t *parent, uint8_t *side, int64_t *weight,
                               int32_t *scratch);

/* Lengths of the paths as begin (n + 1), then, once node and code have begin[n] elements, the paths themselves.
 * CW2V_EINVAL: a path is longer than CW2V_MAX_PATH. */
cw2v_status cw2v_huffman_lengths(const int32_t *parent, int32_t n, int64_t *begin);
void cw2v_huffman_paths(const int32_t *parent, const uint8_t *side, int32_t n, const int64_t *begin, int32_t *node,
                        uint8_t *code);

#endif

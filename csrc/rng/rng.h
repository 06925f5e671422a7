/* Counter-based random numbers: the value at a counter depends on nothing but (key, counter).
 *
 *   random(key, counter) = mix(key + (counter + 1) * gamma)          gamma = 2^64 / golden ratio, odd
 *
 * That is SplitMix64 read at a position (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014;
 * the constants of mix are Stafford's variant 13). Training uses the token's position in the corpus as its counter, so a
 * draw depends neither on the thread nor on how the corpus was cut into blocks.
 * Reference: cw2v.reference.random_uint64, stream_key. */
#ifndef CW2V_RNG_H
#define CW2V_RNG_H

#include <stdint.h>

#define CW2V_GAMMA UINT64_C(0x9e3779b97f4a7c15)

/* What a stream is for; streams of one seed and epoch differ by it. */
typedef enum cw2v_stream {
  CW2V_STREAM_TOKEN = 1, /* one number a token: high half sub-samples, low half shrinks the window */
  CW2V_STREAM_NOISE = 2, /* noise words, numbered by set and place */
  CW2V_STREAM_ORDER = 3, /* the order of the corpus' blocks */
} cw2v_stream;

static inline uint64_t cw2v_mix64(uint64_t z) {
  z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static inline uint64_t cw2v_random(uint64_t key, uint64_t counter) {
  return cw2v_mix64(key + (counter + 1) * CW2V_GAMMA);
}

/* Key of the stream (seed, epoch, purpose). */
static inline uint64_t cw2v_stream_key(uint64_t seed, uint64_t epoch, cw2v_stream purpose) {
  uint64_t key = cw2v_mix64(seed + CW2V_GAMMA);
  key = cw2v_mix64(key ^ (epoch + CW2V_GAMMA));
  return cw2v_mix64(key ^ ((uint64_t)purpose * CW2V_GAMMA));
}

/* Maps 32 random bits to 0 .. n-1 without a division (Lemire, 2019); the bias is below n / 2^32. */
static inline uint32_t cw2v_below(uint32_t bits, uint32_t n) {
  return (uint32_t)(((uint64_t)bits * n) >> 32);
}

/* A random order of 0 .. n-1 (Fisher and Yates; Durstenfeld 1964), for n < 2^32. Reference: cw2v.reference.random_order. */
static inline void cw2v_random_order(uint64_t key, int64_t n, int64_t *order) {
  for (int64_t i = 0; i < n; i++) {
    const int64_t j = cw2v_below((uint32_t)(cw2v_random(key, (uint64_t)i) >> 32), (uint32_t)(i + 1));
    order[i] = order[j];
    order[j] = i;
  }
}

#endif

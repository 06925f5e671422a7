/* What the C tests share: a check that says where it failed, buffers with guard zones, a few random numbers.
 *
 * Under the address sanitizer a buffer has exactly the size asked for and the sanitizer watches its ends. Without it,
 * each buffer lies between two zones of a known pattern, which guard_check looks at. */
#ifndef CW2V_TESTS_CHECK_H
#define CW2V_TESTS_CHECK_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rng/rng.h"

#define CHECK(condition)                                                             \
  do {                                                                               \
    if (!(condition)) {                                                              \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition);        \
      exit(1);                                                                       \
    }                                                                                \
  } while (0)

#if defined(__SANITIZE_ADDRESS__)
#define GUARD 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARD 0
#endif
#endif
#ifndef GUARD
#define GUARD 128 /* bytes, a multiple of 64 */
#endif

enum { MAX_BUFFERS = 1024 };
static struct { unsigned char *raw; size_t size; } buffers[MAX_BUFFERS];
static int n_buffers;

/* `size` bytes of zeros on a 64-byte boundary. */
static void *buffer(size_t size) {
  void *raw = NULL;
  CHECK(n_buffers < MAX_BUFFERS);
  CHECK(posix_memalign(&raw, 64, size + 2 * GUARD ? size + 2 * GUARD : 1) == 0);
  memset(raw, 0xa5, size + 2 * GUARD);
  memset((unsigned char *)raw + GUARD, 0, size);
  buffers[n_buffers].raw = raw;
  buffers[n_buffers++].size = size;
  return (unsigned char *)raw + GUARD;
}

/* Looks at every buffer's guard zones, then frees all buffers. */
static void guard_check(void) {
  while (n_buffers > 0) {
    unsigned char *raw = buffers[--n_buffers].raw;
    const size_t size = buffers[n_buffers].size;
    for (int i = 0; i < GUARD; i++) CHECK(raw[i] == 0xa5 && raw[GUARD + size + (size_t)i] == 0xa5);
    free(raw);
  }
}

static uint64_t random_counter;
static inline uint64_t random_bits(void) { return cw2v_random(42, random_counter++); }
static inline int32_t random_below(int32_t n) { return (int32_t)cw2v_below((uint32_t)random_bits(), (uint32_t)n); }
static inline float random_float(void) { /* -1 .. 1 */
  return (float)((double)(random_bits() >> 11) / 4503599627370496.0 - 1.0);
}

static inline float *random_floats(int64_t n) {
  float *x = buffer((size_t)n * sizeof(float));
  for (int64_t i = 0; i < n; i++) x[i] = random_float();
  return x;
}

static inline float *copy_floats(const float *x, int64_t n) {
  float *y = buffer((size_t)n * sizeof(float));
  memcpy(y, x, (size_t)n * sizeof(float));
  return y;
}

/* Equal within `tolerance` times the largest of them. */
static inline int close_floats(const float *x, const float *y, int64_t n, double tolerance) {
  double largest = 1.0;
  for (int64_t i = 0; i < n; i++) largest = fmax(largest, fabs((double)y[i]));
  for (int64_t i = 0; i < n; i++)
    if (!(fabs((double)x[i] - y[i]) <= tolerance * largest)) return 0;
  return 1;
}

#endif

#include <math.h>
#include <string.h>

#include "vectors/decimal.h"

enum { MOST_DIGITS = 19 }; /* that a uint64 holds */
#define EXACT ((uint64_t)1 << 53)      /* a float64 holds all whole numbers up to this */
#define FAR_EXPONENT 1000000000000000 /* more digits than any file has bytes */

static inline int is_digit(uint8_t c) { return (uint8_t)(c - '0') < 10; }

/* Eight digits at a time: a byte is a digit if its upper half is 3, also with 6 added; neighbours are then joined to
 * pairs, pairs to fours, fours to eight. */
static inline int are_eight_digits(uint64_t v) {
  return ((v & 0xf0f0f0f0f0f0f0f0u) | (((v + 0x0606060606060606u) & 0xf0f0f0f0f0f0f0f0u) >> 4)) == 0x3333333333333333u;
}

static inline uint32_t eight_digits(uint64_t v) {
  v = (v & 0x0f0f0f0f0f0f0f0fu) * 2561 >> 8;
  v = (v & 0x00ff00ff00ff00ffu) * 6553601 >> 16;
  return (uint32_t)((v & 0x0000ffff0000ffffu) * 42949672960001u >> 32);
}

static inline uint64_t load_little_endian(const uint8_t *p) {
  uint64_t v;
  memcpy(&v, p, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  v = __builtin_bswap64(v);
#endif
  return v;
}

/* Appends the digits at p to *digits, which wraps when there are too many. */
static inline const uint8_t *read_digits(const uint8_t *p, const uint8_t *end, uint64_t *digits) {
  while (end - p >= 8) {
    const uint64_t v = load_little_endian(p);
    if (!are_eight_digits(v)) break;
    *digits = *digits * 100000000u + eight_digits(v);
    p += 8;
  }
  for (; p < end && is_digit(*p); p++) *digits = *digits * 10 + (uint64_t)(*p - '0');
  return p;
}

/* The first 19 digits of a number, from the first that is not 0; the point is stepped over. */
static void read_long(const uint8_t *p, const uint8_t *end, cw2v_decimal *number) {
  int n = 0;
  number->digits = 0;
  number->exponent = 0;
  for (int behind_point = 0; p < end; p++) {
    if (*p == '.') {
      behind_point = 1;
    } else if (n < MOST_DIGITS) {
      number->digits = number->digits * 10 + (uint64_t)(*p - '0');
      n += number->digits != 0;
      number->exponent -= behind_point;
    } else {
      number->more = 1;
      number->exponent += !behind_point;
    }
  }
}

/* Behind "e": where it ends, or p itself if no digits follow, so that the number ends before the "e". */
static const uint8_t *read_exponent(const uint8_t *p, const uint8_t *end, int64_t *exponent) {
  const uint8_t *q = p + 1;
  int64_t n = 0;
  const int negative = q < end && *q == '-';
  if (q < end && (*q == '-' || *q == '+')) q++;
  if (q == end || !is_digit(*q)) return p;
  for (; q < end && is_digit(*q); q++)
    if (n < FAR_EXPONENT) n = n * 10 + (*q - '0');
  *exponent += negative ? -n : n;
  return q;
}

static const uint8_t *skip_name(const uint8_t *p, const uint8_t *end, const char *name) {
  for (; *name; p++, name++)
    if (p == end || (*p | 0x20) != (uint8_t)*name) return NULL;
  return p;
}

static const uint8_t *read_name(const uint8_t *p, const uint8_t *end, cw2v_decimal *number) {
  const uint8_t *q = skip_name(p, end, "nan");
  number->kind = q ? CW2V_NAN : CW2V_INFINITE;
  if (q == NULL) q = skip_name(p, end, "infinity");
  return q ? q : skip_name(p, end, "inf");
}

const uint8_t *cw2v_read_decimal(const uint8_t *p, const uint8_t *end, cw2v_decimal *number) {
  *number = (cw2v_decimal){.kind = CW2V_FINITE};
  if (p < end && (*p == '-' || *p == '+')) number->negative = *p++ == '-';
  const uint8_t *begin = p;
  p = read_digits(p, end, &number->digits);
  int64_t n = p - begin;
  if (p < end && *p == '.') {
    const uint8_t *point = p;
    p = read_digits(p + 1, end, &number->digits);
    number->exponent = point + 1 - p;
    n -= number->exponent;
  }
  if (n == 0) return read_name(begin, end, number);
  if (n > MOST_DIGITS) read_long(begin, p, number);
  return p < end && (*p | 0x20) == 'e' ? read_exponent(p, end, &number->exponent) : p;
}

static const double POWER[] = {
  1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
  1e18, 1e19, 1e20, 1e21, 1e22, 1e23, 1e24, 1e25, 1e26, 1e27, 1e28, 1e29, 1e30, 1e31, 1e32, 1e33, 1e34, 1e35,
  1e36, 1e37, 1e38, 1e39, 1e40, 1e41, 1e42, 1e43, 1e44, 1e45, 1e46, 1e47, 1e48, 1e49, 1e50, 1e51, 1e52, 1e53,
  1e54, 1e55, 1e56, 1e57, 1e58, 1e59, 1e60, 1e61, 1e62, 1e63, 1e64, 1e65, 1e66, 1e67};
enum { LAST_POWER = 67 };

/* Not finite, or 0, or so far out that it is one of them. */
static int is_extreme(const cw2v_decimal *number, int64_t smallest, int64_t largest, double *value) {
  double size = 0.0;
  if (number->kind == CW2V_NAN) size = NAN;
  else if (number->kind == CW2V_INFINITE || (number->digits != 0 && number->exponent > largest)) size = INFINITY;
  else if (number->digits != 0 && number->exponent >= smallest) return 0;
  *value = number->negative ? -size : size;
  return 1;
}

/* A whole number half way between two float32, as the shortest decimals of large ones are at times. */
static int is_tie(const cw2v_decimal *number, float *value) {
  uint64_t digits = number->digits;
  int64_t exponent = number->exponent;
  for (; exponent < 0 && digits % 10 == 0; exponent++) digits /= 10;
  if (number->more || exponent < 0 || digits > EXACT) return 0;
  for (; exponent > 0 && digits <= EXACT / 10; exponent--) digits *= 10;
  if (exponent > 0) return 0;
  *value = number->negative ? -(float)digits : (float)digits;
  return 1;
}

int cw2v_decimal_to_float(const cw2v_decimal *number, float *value) {
  double size;
  /* 10^39 is above the largest float32, and 10^19 * 10^-66 below half of the smallest. */
  if (is_extreme(number, -LAST_POWER + 2, 38, &size)) {
    *value = (float)size;
    return 1;
  }
  /* Digits, power and their product are each rounded once, and digits that are left out weigh less than 2^-59: the true
   * value is within 2^-50 of this one. Where both ends of that become the same float32, so does the true value. */
  size = (double)number->digits;
  size = number->exponent < 0 ? size / POWER[-number->exponent] : size * POWER[number->exponent];
  const float low = (float)(size - size * 0x1p-50), high = (float)(size + size * 0x1p-50);
  *value = number->negative ? -low : low;
  return low == high || is_tie(number, value);
}

int cw2v_decimal_to_double(const cw2v_decimal *number, double *value) {
  if (is_extreme(number, -343, 308, value)) return 1;
  /* Clinger's fast path: both operands are exact, so the quotient or product is rounded once. */
  const int exact = !number->more && number->digits <= EXACT && -22 <= number->exponent && number->exponent <= 22;
  double size = (double)number->digits;
  if (exact) size = number->exponent < 0 ? size / POWER[-number->exponent] : size * POWER[number->exponent];
  *value = number->negative ? -size : size;
  return exact;
}

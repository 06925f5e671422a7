/* The shortest decimal of a float32, by R. Giulietti's Schubfach ("The Schubfach way to render doubles", 2020): of the
 * decimals in the interval that rounds to the number, one with the fewest digits is found with three products by a
 * power of ten, whose fraction is kept as a sticky bit. */
#include <string.h>

#include "vectors/decimal.h"

enum { MOST_DIGITS = 9, LONGEST_WHOLE = 16 };
enum { FIRST_POWER = -31, FRACTION_BITS = 23, LOWEST_EXPONENT = -149 };

/* 10^k for k from -31 to 45, scaled to 64 bits and rounded up. */
static const uint64_t POWER[] = {
  0x81ceb32c4b43fcf5, 0xa2425ff75e14fc32, 0xcad2f7f5359a3b3f, 0xfd87b5f28300ca0e,
  0x9e74d1b791e07e49, 0xc612062576589ddb, 0xf79687aed3eec552, 0x9abe14cd44753b53,
  0xc16d9a0095928a28, 0xf1c90080baf72cb2, 0x971da05074da7bef, 0xbce5086492111aeb,
  0xec1e4a7db69561a6, 0x9392ee8e921d5d08, 0xb877aa3236a4b44a, 0xe69594bec44de15c,
  0x901d7cf73ab0acda, 0xb424dc35095cd810, 0xe12e13424bb40e14, 0x8cbccc096f5088cc,
  0xafebff0bcb24aaff, 0xdbe6fecebdedd5bf, 0x89705f4136b4a598, 0xabcc77118461cefd,
  0xd6bf94d5e57a42bd, 0x8637bd05af6c69b6, 0xa7c5ac471b478424, 0xd1b71758e219652c,
  0x83126e978d4fdf3c, 0xa3d70a3d70a3d70b, 0xcccccccccccccccd, 0x8000000000000000,
  0xa000000000000000, 0xc800000000000000, 0xfa00000000000000, 0x9c40000000000000,
  0xc350000000000000, 0xf424000000000000, 0x9896800000000000, 0xbebc200000000000,
  0xee6b280000000000, 0x9502f90000000000, 0xba43b74000000000, 0xe8d4a51000000000,
  0x9184e72a00000000, 0xb5e620f480000000, 0xe35fa931a0000000, 0x8e1bc9bf04000000,
  0xb1a2bc2ec5000000, 0xde0b6b3a76400000, 0x8ac7230489e80000, 0xad78ebc5ac620000,
  0xd8d726b7177a8000, 0x878678326eac9000, 0xa968163f0a57b400, 0xd3c21bcecceda100,
  0x84595161401484a0, 0xa56fa5b99019a5c8, 0xcecb8f27f4200f3a, 0x813f3978f8940985,
  0xa18f07d736b90be6, 0xc9f2c9cd04674edf, 0xfc6f7c4045812297, 0x9dc5ada82b70b59e,
  0xc5371912364ce306, 0xf684df56c3e01bc7, 0x9a130b963a6c115d, 0xc097ce7bc90715b4,
  0xf0bdc21abb48db21, 0x96769950b50d88f5, 0xbc143fa4e250eb32, 0xeb194f8e1ae525fe,
  0x92efd1b8d0cf37bf, 0xb7abc627050305ae, 0xe596b7b0c643c71a, 0x8f7e32ce7bea5c70,
  0xb35dbf821ae4f38c,
};

/* floor(log10(2^q)), of 3/4 of that, and floor(log2(10^k)); exact for every float32. */
static inline int32_t floor_log10(int32_t q, int three_quarters) { return (q * 1262611 - three_quarters * 524031) >> 22; }
static inline int32_t floor_log2(int32_t k) { return (k * 1741647) >> 19; }

/* The upper 32 of 96 bits of a product; the lowest bit is set if there is anything below. */
static inline uint32_t round_to_odd(uint64_t power, uint32_t c) {
  const uint64_t low = (power & 0xffffffffu) * c, high = (power >> 32) * c + (low >> 32);
  return (uint32_t)(high >> 32) | ((uint32_t)high > 1);
}

/* Value = digits * 10^exponent, of c * 2^q; `narrow`: the neighbour below is half as far away as that above. */
static uint32_t shortest(uint32_t c, int32_t q, int narrow, int32_t *exponent) {
  const int32_t k = floor_log10(q, narrow), h = q + floor_log2(-k) + 1;
  const uint64_t power = POWER[-k - FIRST_POWER];
  const uint32_t odd = c & 1; /* both ends of the interval round to an even number */
  const uint32_t lower = round_to_odd(power, (4 * c - 2 + (uint32_t)narrow) << h) + odd;
  const uint32_t value = round_to_odd(power, (4 * c) << h);
  const uint32_t upper = round_to_odd(power, (4 * c + 2) << h) - odd;
  /* Both answers are made and one is chosen: which it is nobody can foresee, and a wrong guess costs more. */
  const uint32_t s = value / 4, t = s / 10; /* all three are in quarters of 10^k */
  const int t_below = lower <= 40 * t, t_above = 40 * t + 40 <= upper;
  const int s_below = lower <= 4 * s, s_above = 4 * s + 4 <= upper;
  const uint32_t middle = 4 * s + 2;
  const int up = (value > middle) | ((value == middle) & (int)s & 1);
  const int fewer = (s >= 10) & (t_below ^ t_above); /* a digit less */
  const uint32_t all = s + (uint32_t)((s_below ^ s_above) ? s_above : up), less = t + (uint32_t)t_above;
  *exponent = k + fewer;
  return all ^ ((all ^ less) & (0u - (uint32_t)fewer));
}

/* A number of n digits as text, without zeros at its end: the first, and eight more, zeros behind the last of the n. They
 * stay in a register: what has just been stored bytewise cannot be loaded as a whole without a stall. */
typedef struct digits {
  char first;
  uint64_t rest;
  int n;
} digits;

static inline uint64_t eight_digits(uint32_t number) {
  uint64_t v = number / 10000 | (uint64_t)(number % 10000) << 32, tens;
  tens = v * 10486 >> 20 & 0x7f0000007fu; /* v / 100, v below 10000 */
  v = tens | (v - tens * 100) << 16;
  tens = v * 103 >> 10 & 0xf000f000f000fu; /* v / 10, v below 100 */
  return (tens | (v - tens * 10) << 8) + 0x3030303030303030u;
}

/* point: where the decimal point is behind the first digit, as `number` has `exponent` zeros behind it */
static inline digits split_digits(uint32_t number, int32_t exponent, int32_t *point) {
  static const uint32_t power[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  int n = 1;
  for (int i = 1; i < MOST_DIGITS; i++) n += number >= power[i];
  *point = n + exponent;
  number *= power[MOST_DIGITS - n];
  const uint64_t rest = eight_digits(number % power[8]), not_zero = rest ^ 0x3030303030303030u;
  return (digits){(char)('0' + number / power[8]), rest, not_zero ? 9 - (__builtin_clzll(not_zero) >> 3) : 1};
}

static inline void store_little_endian(uint64_t v, uint8_t *p) {
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  v = __builtin_bswap64(v);
#endif
  memcpy(p, &v, 8);
}

static inline int write_scientific(const digits *d, int32_t exponent, uint8_t *out) {
  uint8_t *p = out;
  *p++ = (uint8_t)d->first;
  if (d->n > 1) {
    *p++ = '.';
    store_little_endian(d->rest, p);
    p += d->n - 1;
  }
  *p++ = 'e';
  *p++ = exponent < 0 ? '-' : '+';
  if (exponent < 0) exponent = -exponent;
  *p++ = (uint8_t)('0' + exponent / 10);
  *p++ = (uint8_t)('0' + exponent % 10);
  return (int)(p - out);
}

/* point: how many of the digits stand before the point; from -3 to LONGEST_WHOLE */
static inline int write_positional(const digits *d, int32_t point, uint8_t *out) {
  if (point <= 0) {
    memcpy(out, "0.000", 5);
    out[2 - point] = (uint8_t)d->first;
    store_little_endian(d->rest, out + 3 - point);
    return 2 - point + d->n;
  }
  out[0] = (uint8_t)d->first;
  store_little_endian(d->rest, out + 1);
  memset(out + MOST_DIGITS, '0', LONGEST_WHOLE + 2 - MOST_DIGITS);
  if (point < MOST_DIGITS) store_little_endian(d->rest >> 8 * (point - 1), out + point + 1);
  out[point] = '.';
  return d->n > point ? d->n + 1 : point + 2;
}

static int write_text(const char *text, uint8_t *out) {
  const size_t n = strlen(text);
  memcpy(out, text, n);
  return (int)n;
}

int cw2v_write_float(float value, uint8_t *out) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  const uint32_t fraction = bits & 0x7fffffu, exponent_bits = bits >> FRACTION_BITS & 0xffu;
  if (exponent_bits == 0xff && fraction != 0) return write_text("nan", out);
  const int sign = (int)(bits >> 31);
  *out = '-';
  out += sign;
  if (exponent_bits == 0xff) return sign + write_text("inf", out);
  if ((bits & 0x7fffffffu) == 0) return sign + write_text("0.0", out);
  int32_t exponent, q = LOWEST_EXPONENT + (exponent_bits == 0 ? 0 : (int32_t)exponent_bits - 1);
  const uint32_t c = exponent_bits == 0 ? fraction : fraction | 1u << FRACTION_BITS;
  const uint32_t all = shortest(c, q, fraction == 0 && exponent_bits > 1, &exponent);
  int32_t point;
  const digits d = split_digits(all, exponent, &point);
  if (-4 < point && point <= LONGEST_WHOLE) return sign + write_positional(&d, point, out);
  return sign + write_scientific(&d, point - 1, out);
}

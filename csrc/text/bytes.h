/* Eight, sixteen or sixty-four bytes of text at a time: loading them safely and finding white space in them.
 *
 * A "block" is a uint64_t that holds eight bytes of text, the first one in the lowest bits on every machine. "Bits" are
 * a uint64_t with a bit for each of 64 bytes, the first one in the lowest.
 */
#ifndef CW2V_TEXT_BYTES_H
#define CW2V_TEXT_BYTES_H

#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define CW2V_BYTES(b) (UINT64_C(0x0101010101010101) * (b)) /* the byte b, eight times */

/* ASCII white space: space, \t \n \v \f \r. The same set as Python's bytes.split(). */
static inline int cw2v_is_space(uint8_t c) {
  return (c == ' ') | ((uint8_t)(c - '\t') < 5);
}

/* Eight bytes as a block. */
static inline uint64_t cw2v_load_block(const uint8_t *text) {
  uint64_t block;
  memcpy(&block, text, 8);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  block = __builtin_bswap64(block);
#endif
  return block;
}

/* The first `length` (0 to 8) bytes of text as a block with zeros behind them; nothing behind them is read. */
static inline uint64_t cw2v_load_part(const uint8_t *text, uint64_t length) {
  uint8_t padded[8] = {0};
  memcpy(padded, text, (size_t)length);
  return cw2v_load_block(padded);
}

static inline int64_t cw2v_count_newlines(const uint8_t *text, uint64_t size) {
  int64_t n = 0;
  uint64_t at, end;
  for (at = 0; at < size; at = end) {
    uint8_t some = 0; /* of at most 192 bytes, so that compilers count in vectors of bytes */
    end = size - at < 192 ? size : at + 192;
    for (; at < end; at++)
      some = (uint8_t)(some + (text[at] == '\n'));
    n += some;
  }
  return n;
}

/* What cw2v_find_spaces finds in 64 bytes. */
typedef struct cw2v_spaces {
  uint64_t any;     /* bits: white space */
  uint64_t control; /* bits: those that are not the space itself, line ends among them */
} cw2v_spaces;

#if defined(__SSE2__)

static inline cw2v_spaces cw2v_find_spaces(const uint8_t text[64]) {
  cw2v_spaces found = {0, 0};
  int i;
  for (i = 0; i < 64; i += 16) {
    const __m128i bytes = _mm_loadu_si128((const __m128i *)(text + i));
    const __m128i from_tab = _mm_sub_epi8(bytes, _mm_set1_epi8('\t'));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(from_tab, _mm_set1_epi8(4)), from_tab);
    const __m128i space = _mm_cmpeq_epi8(bytes, _mm_set1_epi8(' '));
    found.control |= (uint64_t)(unsigned)_mm_movemask_epi8(control) << i;
    found.any |= (uint64_t)(unsigned)_mm_movemask_epi8(_mm_or_si128(control, space)) << i;
  }
  return found;
}

#else

/* One bit for each byte, from its highest. */
static inline uint64_t cw2v_high_bits(uint64_t block) {
  return ((block & CW2V_BYTES(0x80)) >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static inline cw2v_spaces cw2v_find_spaces(const uint8_t text[64]) {
  cw2v_spaces found = {0, 0};
  int i;
  for (i = 0; i < 64; i += 8) {
    const uint64_t block = cw2v_load_block(text + i);
    /* Exact in each byte: the sums run over seven bits, so that no carry reaches the next byte. */
    const uint64_t seven = block & CW2V_BYTES(0x7f);
    const uint64_t from_tab = seven + CW2V_BYTES(0x80 - 0x09);               /* bit 7: byte >= \t */
    const uint64_t past_return = seven + CW2V_BYTES(0x80 - 0x0e);            /* bit 7: byte > \r */
    const uint64_t not_space = (seven ^ CW2V_BYTES(' ')) + CW2V_BYTES(0x7f); /* bit 7: byte != ' ' */
    const uint64_t control = from_tab & ~past_return & ~block;
    found.control |= cw2v_high_bits(control) << i;
    found.any |= cw2v_high_bits(control | (~not_space & ~block)) << i;
  }
  return found;
}

#endif

#endif

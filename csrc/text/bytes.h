/* Eight bytes of text at a time: loading them safely and finding white space in them.
 *
 * A "block" is a uint64_t that holds eight bytes of text, the first one in the lowest bits on every machine.
 */
#ifndef CW2V_TEXT_BYTES_H
#define CW2V_TEXT_BYTES_H

#include <stdint.h>
#include <string.h>

#define CW2V_BYTES(b) (UINT64_C(0x0101010101010101) * (b)) /* the byte b, eight times */

/* ASCII white space: space, \t \n \v \f \r. The same set as Python's bytes.split(). */
static inline int cw2v_is_space(uint8_t c) {
  return (c == ' ') | ((uint8_t)(c - '\t') < 5);
}

/* The block at text[position]. Bytes at or past `size` are never read; they come back as spaces, so that a
 * word at the very end of the text ends there. */
static inline uint64_t cw2v_load_block(const uint8_t *text, uint64_t position, uint64_t size) {
  uint64_t block = CW2V_BYTES(' ');
  if (size - position >= 8)
    memcpy(&block, text + position, 8);
  else
    memcpy(&block, text + position, (size_t)(size - position));
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  block = __builtin_bswap64(block);
#endif
  return block;
}

/* 0x80 in every byte of the block that is white space, 0 elsewhere. Exact in each byte: the sums run over
 * seven bits, so that no carry reaches the next byte. */
static inline uint64_t cw2v_space_mask(uint64_t block) {
  const uint64_t seven = block & CW2V_BYTES(0x7f);
  const uint64_t from_tab = seven + CW2V_BYTES(0x80 - 0x09);           /* bit 7: byte >= \t */
  const uint64_t past_return = seven + CW2V_BYTES(0x80 - 0x0e);        /* bit 7: byte > \r */
  const uint64_t not_space = (seven ^ CW2V_BYTES(' ')) + CW2V_BYTES(0x7f); /* bit 7: byte != ' ' */
  return ((from_tab & ~past_return) | ~not_space) & ~block & CW2V_BYTES(0x80);
}

/* Number of bytes before the first white space; the mask must not be 0. */
static inline unsigned cw2v_first_space(uint64_t mask) {
  return (unsigned)__builtin_ctzll(mask) >> 3;
}

/* The first `length` bytes (0 to 7) of a block, zeros behind them. */
static inline uint64_t cw2v_keep_bytes(uint64_t block, unsigned length) {
  return block & ((UINT64_C(1) << (8 * length)) - 1);
}

#endif

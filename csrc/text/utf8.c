#include "text/utf8.h"

#include <string.h>

/* Length of the well-formed sequence at `b`, which has `left` bytes; 0 if it is not well formed.
 * The table is Unicode's "Well-Formed UTF-8 Byte Sequences" (chapter 3, table 3-7): only the second byte has
 * a range that depends on the first. */
static uint64_t sequence_length(const uint8_t *b, uint64_t left) {
  const uint8_t lead = b[0];
  uint8_t low = 0x80, high = 0xbf;
  uint64_t length, i;
  if (lead < 0x80)
    return 1;
  if (lead < 0xc2) /* a continuation byte, or an overlong form of ASCII */
    return 0;
  if (lead < 0xe0) {
    length = 2;
  } else if (lead < 0xf0) {
    length = 3;
    if (lead == 0xe0) low = 0xa0;  /* below: overlong */
    if (lead == 0xed) high = 0x9f; /* above: surrogates */
  } else if (lead < 0xf5) {
    length = 4;
    if (lead == 0xf0) low = 0x90;  /* below: overlong */
    if (lead == 0xf4) high = 0x8f; /* above: past U+10FFFF */
  } else {
    return 0;
  }
  if (left < length || b[1] < low || b[1] > high)
    return 0;
  for (i = 2; i < length; i++)
    if ((b[i] & 0xc0) != 0x80)
      return 0;
  return length;
}

uint64_t cw2v_utf8_valid(const uint8_t *bytes, uint64_t length) {
  uint64_t at = 0;
  while (at < length) {
    uint64_t block, step;
    /* Eight ASCII bytes in one look: most words are nothing else. */
    while (length - at >= 8) {
      memcpy(&block, bytes + at, 8);
      if (block & UINT64_C(0x8080808080808080))
        break;
      at += 8;
    }
    if (at == length)
      break;
    step = sequence_length(bytes + at, length - at);
    if (step == 0)
      return at;
    at += step;
  }
  return length;
}

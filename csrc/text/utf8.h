/* Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. */
#ifndef CW2V_TEXT_UTF8_H
#define CW2V_TEXT_UTF8_H

#include <stdint.h>

/* Number of leading bytes that are valid UTF-8: `length` if all are, otherwise the place of the first byte of
 * the first bad sequence (what Python's UnicodeDecodeError calls start). */
uint64_t cw2v_utf8_valid(const uint8_t *bytes, uint64_t length);

#endif

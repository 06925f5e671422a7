/* From text to word ids: splits at ASCII white space, notes where lines end, counts the words. */
#ifndef CW2V_TEXT_TOKENIZER_H
#define CW2V_TEXT_TOKENIZER_H

#include <stdint.h>

#include "text/word_table.h"

/* Where a scan stands and where it writes. Buffers are the caller's. */
typedef struct cw2v_scanner {
  const uint8_t *text; /* (size,) a chunk; a word that reaches its end ends there */
  uint64_t size;
  uint64_t position; /* in: where to begin, never inside a word; out: where to go on */

  int32_t *ids; /* (max_ids,) out: a word id for each token */
  int64_t n_ids;
  int64_t max_ids;

  /* (max_line_ends,) out: number of tokens of this chunk before each line end. Lines without tokens are left
   * out; only the first may be 0, when the line began in the chunk before. */
  int64_t *line_ends;
  int64_t n_line_ends;
  int64_t max_line_ends;

  uint64_t bad_byte;  /* out, with CW2V_EUTF8: offset of the first byte of the bad sequence */
  uint64_t new_bytes; /* out, with CW2V_EFULL: bytes that the last new word took, or needs */
} cw2v_scanner;

/* Scan text[position .. size).
 * CW2V_EFULL: a buffer is full (words, ids or line ends: those whose n equals their max; the bytes of the words
 * where they have no room for new_bytes more); enlarge it and call again with the same structs.
 * CW2V_EUTF8: `position` is the start of a word that is not UTF-8, see bad_byte. */
int cw2v_scan(cw2v_scanner *scanner, cw2v_word_table *table);

#endif

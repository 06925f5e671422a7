/* Sentence boundaries, and the step from provisional word ids to those of a vocabulary. */
#ifndef CW2V_TEXT_SENTENCES_H
#define CW2V_TEXT_SENTENCES_H

#include <stdint.h>

#include "status.h"

/* Cut lines into sentences. One struct goes through the chunks of a text in order. */
typedef struct cw2v_cutter {
  int64_t max_words;  /* longest sentence, at least 1 */
  int64_t position;   /* tokens of the chunks before this one; begin with 0 */
  int64_t open_words; /* tokens since the last boundary; begin with 0 */
  int64_t *ends;      /* (max_ends,) out: token positions where sentences end */
  int64_t n_ends;
  int64_t max_ends; /* n_line_ends + n_tokens / max_words + 1 more than n_ends is always enough */
} cw2v_cutter;

/* Take in one chunk of n_tokens tokens with its line ends (see cw2v_scanner). At the end of the text call it with
 * n_tokens = 0 and one line end at 0. CW2V_EFULL: `ends` was too small (the chunk is then only half done). */
int cw2v_cut_lines(cw2v_cutter *cutter, const int64_t *line_ends, int64_t n_line_ends, int64_t n_tokens);

/* Translate ids and leave out those that the map drops. One struct goes through the blocks of a corpus in order. */
typedef struct cw2v_remapper {
  int32_t *out; /* (max_out,) word ids that are kept; may be the source itself */
  int64_t n_out;
  int64_t max_out;
  int64_t *offsets; /* (n_offsets,) rising token positions, translated in place */
  int64_t n_offsets;
  int64_t next_offset; /* first one not yet translated; begin with 0 */
  int64_t position;    /* tokens taken in so far; begin with 0 */
} cw2v_remapper;

/* Take in one block. map (n_map,): new id of each provisional id, -1 to drop it.
 * CW2V_EINVAL: an id is not in 0..n_map. CW2V_EFULL: more tokens are kept than `out` holds. */
int cw2v_remap(cw2v_remapper *remapper, const int32_t *ids, int64_t n_ids, const int32_t *map, int64_t n_map);

#endif

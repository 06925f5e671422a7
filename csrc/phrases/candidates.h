/* Candidates for phrases in a corpus of word ids, and those of them that are phrases.
 *
 * A candidate is two words that are no connector words, in one sentence, with nothing or only connector words between
 * them. What begins it, the first word with the connector words after it, is its head: the even number 2 w is the word
 * w by itself, the odd number 2 h + 1 is entry h of a tree whose entries are a shorter head and one more word. So a
 * candidate is a pair of integers, its head and its last word.
 */
#ifndef CW2V_PHRASES_CANDIDATES_H
#define CW2V_PHRASES_CANDIDATES_H

#include <stdint.h>

#include "phrases/pair_table.h"
#include "status.h"

/* In the place of a head: */
enum { CW2V_NO_CANDIDATE = -1 /* none ends here */, CW2V_CONNECTOR = -2 /* this is a connector word */ };

enum { CW2V_MAX_HEADS = 1 << 30 }; /* of the tree; also words: heads are int32 */

/* The heads with connector words. */
typedef struct cw2v_heads {
  cw2v_pair_table numbers; /* from a pair (shorter head, word) to h + 1 */
  int64_t *packed;         /* (numbers.max_pairs,) the pair of each h */
} cw2v_heads;

/* Reads a corpus from its beginning. */
typedef struct cw2v_reader {
  const int32_t *ids;          /* (N,) */
  const int64_t *offsets;      /* (S + 1,) from 0 to N */
  const uint8_t *is_connector; /* (V,) or NULL where there are none */
  int64_t position;            /* begin with 0 */
  int64_t sentence;            /* offsets[sentence] is the next one not passed; begin with 0 */
  int64_t previous;            /* place of the last word of this sentence that is no connector word; begin with -1 */
} cw2v_reader;

/* The head of the candidate that ends at each place from reader->position to `end`, or why there is none.
 *   heads  (end - the position at the first call,) out, beginning with that of place `base`
 * CW2V_EFULL: there must be room for one more head; enlarge and call again with the same base. */
int cw2v_read_heads(cw2v_reader *reader, cw2v_heads *tree, int64_t base, int64_t end, int32_t *heads);

/* The entry of the tree that is `head` and one more word, as a head, or -1. */
int32_t cw2v_find_head(const cw2v_heads *tree, int32_t head, int32_t word);

/* Phrases that were found. */
typedef struct cw2v_matches {
  int64_t previous; /* as in the reader, over all sentences; begin with -1 */
  int64_t done;     /* place behind the last phrase; begin with 0 */
  int64_t *first;   /* (max,) out: place of the first word */
  int64_t *last;    /* (max,) out: that of the last word */
  int64_t *value;   /* (max,) out: the phrase's value in the table */
  int64_t n;        /* never more than half of the places, and one */
} cw2v_matches;

/* Find the phrases at places base .. base + n, from the left, no word in two of them.
 *   phrases  from (head, last word) to the value of the phrase
 *   heads    (n,) from cw2v_read_heads
 *   ids      (n,) of the same places */
void cw2v_match(const cw2v_pair_table *phrases, const int32_t *heads, const int32_t *ids, int64_t base, int64_t n,
                cw2v_matches *matches);

#endif

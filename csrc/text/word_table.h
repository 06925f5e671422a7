/* A hash table from words to ids 0, 1, 2, ... in the order of their first appearance.
 *
 * Each word is copied once, when it is new, so that a text may go when it has been scanned.
 * Ownership: all buffers are the caller's. Threads: a table belongs to one thread at a time.
 */
#ifndef CW2V_TEXT_WORD_TABLE_H
#define CW2V_TEXT_WORD_TABLE_H

#include <stdint.h>

#include "status.h"
#include "text/bytes.h"

/* One word, 32 bytes; Python sees an array of them as uint64 (n, 4). */
typedef struct cw2v_word {
  uint64_t offset; /* where its bytes begin among the table's */
  uint64_t length; /* bytes */
  uint64_t second; /* its second eight bytes, zeros behind a shorter one; the first eight are in the slot */
  int64_t count;   /* occurrences */
} cw2v_word;

/* One slot, 16 bytes; all zeros is an empty slot. */
typedef struct cw2v_slot {
  uint64_t first; /* the first eight bytes of the word, zeros behind a shorter one */
  uint32_t tag;   /* 24 bits of the hash, then min(length, 255) */
  uint32_t id1;   /* word id + 1; 0: the slot is empty */
} cw2v_slot;

typedef struct cw2v_word_table {
  uint8_t *bytes; /* (max_bytes,) the words, a space behind each: what the entries' offsets point into */
  uint64_t n_bytes;
  uint64_t max_bytes;
  cw2v_slot *slots; /* (mask + 1,) a power of two, at least 2 * max_words */
  uint64_t mask;
  cw2v_word *words; /* (max_words,) by word id */
  int64_t n_words;
  int64_t max_words; /* at most 2^31 - 1 */
} cw2v_word_table;

/* A word as it stands in the text, with what a look-up needs. */
typedef struct cw2v_token {
  const uint8_t *bytes; /* (length,) */
  uint64_t length, first, second, hash;
} cw2v_token;

/* The word text[offset .. offset + length); no byte at or past `size` is read. */
static inline void cw2v_read_token(cw2v_token *token, const uint8_t *text, uint64_t size, uint64_t offset,
  uint64_t length);

/* The slot of the word, or the empty slot where it belongs. */
static inline cw2v_slot *cw2v_find_slot(const cw2v_word_table *table, const cw2v_token *token);

/* Put a word into the empty slot that cw2v_find_slot gave, with a count of 0.
 * CW2V_EFULL: n_words is max_words, or max_bytes is less than n_bytes + length + 1. */
int cw2v_table_insert(cw2v_word_table *table, cw2v_slot *slot, const cw2v_token *token);

/* Fill empty (zeroed) slots from words[0 .. n_words): after the caller has moved to larger buffers. */
void cw2v_table_rehash(cw2v_word_table *table);

/* Entries of other tables, as they are merged into one. */
typedef struct cw2v_entries {
  const uint8_t *text; /* (text_size,) the bytes of all those tables, one behind the other; offsets point into it */
  uint64_t text_size;
  const cw2v_word *words; /* (n,) */
  const int64_t *order;   /* (n,) the order to add them in, which becomes that of their ids */
  int64_t n;
} cw2v_entries;

/* Add other tables' words to `table`, counts included, in the order given.
 *   ids  (n,) out: the id of words[i] in `table`
 * CW2V_EFULL: `table` has no room (max_words >= n and max_bytes >= text_size are enough); CW2V_EINVAL: an order entry is
 * not in 0..n, or a word is not in the text. */
int cw2v_table_merge(cw2v_word_table *table, const cw2v_entries *entries, int32_t *ids);

/* ---- below: the inner loop, in the header so that it is compiled into its callers ---- */

static inline uint64_t cw2v_hash_step(uint64_t hash, uint64_t block) {
  hash = (hash ^ block) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
  return hash ^ (hash >> 32);
}

static inline uint32_t cw2v_tag(const cw2v_token *token) {
  return (uint32_t)(token->hash >> 40) << 8 | (uint32_t)(token->length < 255 ? token->length : 255);
}

/* The first min(length, 16) bytes as two blocks with zeros behind them, without a branch on the length, which nobody can
 * foresee. */
static inline void cw2v_read_first(cw2v_token *token, uint64_t readable) {
  static const uint8_t keep[32] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
  const uint64_t length = token->length < 16 ? token->length : 16;
  if (readable >= 16) {
    token->first = cw2v_load_block(token->bytes) & cw2v_load_block(keep + 16 - length);
    token->second = cw2v_load_block(token->bytes + 8) & cw2v_load_block(keep + 24 - length);
  } else {
    token->first = cw2v_load_part(token->bytes, length < 8 ? length : 8);
    token->second = length < 8 ? 0 : cw2v_load_part(token->bytes + 8, length - 8);
  }
}

static inline void cw2v_read_token(cw2v_token *token, const uint8_t *text, uint64_t size, uint64_t offset,
  uint64_t length) {
  uint64_t at;
  token->bytes = text + offset;
  token->length = length;
  cw2v_read_first(token, size - offset);
  token->hash = cw2v_hash_step(cw2v_hash_step(0, token->first), token->second);
  for (at = 16; at < length; at += 8)
    token->hash = cw2v_hash_step(token->hash, cw2v_load_part(token->bytes + at, length - at < 8 ? length - at : 8));
}

static inline cw2v_slot *cw2v_find_slot(const cw2v_word_table *table, const cw2v_token *token) {
  const uint32_t tag = cw2v_tag(token);
  uint64_t at = token->hash & table->mask;
  for (;; at = (at + 1) & table->mask) {
    cw2v_slot *slot = &table->slots[at];
    if (slot->first == token->first && slot->tag == tag && slot->id1 != 0) {
      const cw2v_word *word;
      /* Up to eight bytes, the first block and the length in the tag are the whole word. */
      if (token->length <= 8)
        return slot;
      word = &table->words[slot->id1 - 1];
      if (word->second == token->second && word->length == token->length
        && (token->length <= 16
          || memcmp(table->bytes + word->offset + 16, token->bytes + 16, (size_t)token->length - 16) == 0))
        return slot;
    } else if (slot->id1 == 0) {
      return slot;
    }
  }
}

#endif

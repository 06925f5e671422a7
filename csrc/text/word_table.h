/* A hash table from words to ids 0, 1, 2, ... in the order of their first appearance.
 *
 * Words are not copied: an entry says where its word stands in the text, which must stay where it is.
 * Ownership: both buffers are the caller's. Threads: a table belongs to one thread at a time.
 */
#ifndef CW2V_TEXT_WORD_TABLE_H
#define CW2V_TEXT_WORD_TABLE_H

#include <stdint.h>

#include "status.h"
#include "text/bytes.h"

/* One word, 32 bytes; Python sees an array of them as uint64 (n, 4). */
typedef struct cw2v_word {
  uint64_t offset; /* byte of its first occurrence in the text */
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
  const uint8_t *text; /* (text_size,) what the entries' offsets point into */
  uint64_t text_size;
  cw2v_slot *slots; /* (mask + 1,) a power of two, at least 2 * max_words */
  uint64_t mask;
  cw2v_word *words; /* (max_words,) by word id */
  int64_t n_words;
  int64_t max_words; /* at most 2^31 - 1 */
} cw2v_word_table;

/* A word as it stands in the text, with what a look-up needs. */
typedef struct cw2v_token {
  uint64_t offset, length, first, second, hash;
} cw2v_token;

/* Read the word that begins at `offset`: up to white space or the end of the text. */
static inline void cw2v_read_token(cw2v_token *token, const uint8_t *text, uint64_t offset, uint64_t size);

/* The slot of the word, or the empty slot where it belongs. */
static inline cw2v_slot *cw2v_find_slot(const cw2v_word_table *table, const cw2v_token *token);

/* Put a word into the empty slot that cw2v_find_slot gave, with a count of 0. There must be room for it. */
void cw2v_table_insert(cw2v_word_table *table, cw2v_slot *slot, const cw2v_token *token);

/* Fill empty (zeroed) slots from words[0 .. n_words): after the caller has moved to larger buffers. */
void cw2v_table_rehash(cw2v_word_table *table);

/* Add other tables' words to `table`, counts included, in the order given.
 *   words  (n,) entries over the same text
 *   order  (n,) the order to add them in; by rising offset gives ids by first appearance in the text
 *   ids    (n,) out: the id of words[i] in `table`
 * CW2V_EFULL: `table` has no room (it needs max_words >= n to be safe); CW2V_EINVAL: an order entry is not in 0..n,
 * or a word is not in the text. */
int cw2v_table_merge(cw2v_word_table *table, const cw2v_word *words, const int64_t *order, int64_t n, int32_t *ids);

/* ---- below: the inner loop, in the header so that it is compiled into its callers ---- */

static inline uint64_t cw2v_hash_step(uint64_t hash, uint64_t block) {
  hash = (hash ^ block) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
  return hash ^ (hash >> 32);
}

static inline uint64_t cw2v_hash_end(uint64_t hash, uint64_t length) {
  hash = (hash ^ length) * UINT64_C(0xd6e8feb86659fd93); /* Pelle Evensen's rrmxmx multiplier */
  return hash ^ (hash >> 32);
}

static inline uint32_t cw2v_tag(const cw2v_token *token) {
  return (uint32_t)(token->hash >> 40) << 8 | (uint32_t)(token->length < 255 ? token->length : 255);
}

/* The rest of a token whose first eight bytes have no white space. */
static inline void cw2v_read_long(cw2v_token *token, const uint8_t *text, uint64_t size) {
  uint64_t position = token->offset + 8;
  uint64_t hash = cw2v_hash_step(0, token->first);
  token->second = 0;
  while (position < size) {
    uint64_t block = cw2v_load_block(text, position, size);
    const uint64_t spaces = cw2v_space_mask(block);
    const unsigned n = spaces ? cw2v_first_space(spaces) : 8;
    if (n == 0)
      break; /* nothing is left: the hash must be that of the same word at the very end of the text */
    if (spaces)
      block = cw2v_keep_bytes(block, n);
    hash = cw2v_hash_step(hash, block);
    if (position == token->offset + 8)
      token->second = block;
    position += n;
    if (spaces)
      break;
  }
  token->length = position - token->offset;
  token->hash = cw2v_hash_end(hash, token->length);
}

static inline void cw2v_read_token(cw2v_token *token, const uint8_t *text, uint64_t offset, uint64_t size) {
  const uint64_t block = cw2v_load_block(text, offset, size);
  const uint64_t spaces = cw2v_space_mask(block);
  token->offset = offset;
  if (spaces) { /* up to seven bytes: most words of most languages */
    token->length = cw2v_first_space(spaces);
    token->first = cw2v_keep_bytes(block, (unsigned)token->length);
    token->second = 0;
    token->hash = cw2v_hash_end(cw2v_hash_step(0, token->first), token->length);
  } else {
    token->first = block;
    cw2v_read_long(token, text, size);
  }
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
          || memcmp(table->text + word->offset + 16, table->text + token->offset + 16,
                (size_t)token->length - 16) == 0))
        return slot;
    } else if (slot->id1 == 0) {
      return slot;
    }
  }
}

#endif

/* A hash table from pairs of int32, as one 64-bit key, to integers.
 *
 * Ownership: the slots are the caller's. Threads: a table belongs to one thread at a time; several threads count one
 * corpus with a table each, every table taking the keys whose hash falls to it, so that none need be merged.
 */
#ifndef CW2V_PHRASES_PAIR_TABLE_H
#define CW2V_PHRASES_PAIR_TABLE_H

#include <stdint.h>

#include "status.h"

/* One slot, 16 bytes; Python sees an array of them as int64 (n, 2). */
typedef struct cw2v_pair {
  int64_t key;
  int64_t value; /* 0: the slot is empty */
} cw2v_pair;

typedef struct cw2v_pair_table {
  cw2v_pair *slots; /* (mask + 1,) a power of two, more than max_pairs */
  uint64_t mask;
  int64_t n_pairs;
  int64_t max_pairs;
} cw2v_pair_table;

/* Which keys a table takes: those of part `part` of `n_parts`. */
typedef struct cw2v_part {
  uint32_t part, n_parts;
} cw2v_part;

enum { CW2V_PAIR_BATCH = 32 }; /* keys looked up together; CW2V_EFULL comes when there is not room for so many */

/* Add 1 for each pair (heads[i], ids[i]) with heads[i] >= 0 that falls to the part.
 *   position  in: the first i; out: where to go on
 * CW2V_EFULL: enlarge the table and call again. */
int cw2v_count_pairs(cw2v_pair_table *table, cw2v_part part, const int32_t *heads, const int32_t *ids, int64_t n,
                     int64_t *position);

/* Add values[i], not 0, to the value of keys[i], for the keys that fall to the part. Otherwise as above. */
int cw2v_add_pairs(cw2v_pair_table *table, cw2v_part part, const int64_t *keys, const int64_t *values, int64_t n,
                   int64_t *position);

/* Put all pairs into an empty table with room for them. */
void cw2v_move_pairs(const cw2v_pair_table *table, cw2v_pair_table *larger);

/* Write out all keys and values, in the order of the slots.
 *   keys, values  (n_pairs + 1,) out; the last of each is scratch */
void cw2v_list_pairs(const cw2v_pair_table *table, int64_t *keys, int64_t *values);

/* ---- below: the inner loop, in the header so that it is compiled into its callers ---- */

static inline int64_t cw2v_pair_key(int32_t first, int32_t second) {
  return (int64_t)((uint64_t)(uint32_t)first << 32 | (uint32_t)second);
}

static inline uint64_t cw2v_pair_hash(int64_t key) {
  const uint64_t hash = (uint64_t)key * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
  return hash ^ hash >> 32;
}

/* The slot of the key, or the empty slot where it belongs. */
static inline cw2v_pair *cw2v_find_pair(const cw2v_pair_table *table, int64_t key, uint64_t hash) {
  uint64_t at = hash & table->mask;
  while (table->slots[at].value != 0 && table->slots[at].key != key) at = (at + 1) & table->mask;
  return &table->slots[at];
}

#endif

/* Which row a key has, by a hash table over the bytes of all keys, which stay where they are. */
#ifndef CW2V_VECTORS_KEY_TABLE_H
#define CW2V_VECTORS_KEY_TABLE_H

#include <stdint.h>

typedef struct cw2v_key_table {
  const uint8_t *bytes; /* all keys, one behind the other */
  const int64_t *begin; /* (n_keys + 1) key i is bytes[begin[i]] to bytes[begin[i + 1] - 1] */
  int64_t n_keys;       /* below 2^32 - 1 */
  uint64_t *slots;      /* (mask + 1) upper half: of the hash; lower half: row + 1; 0: empty */
  uint64_t mask;        /* a power of two, at least 2 * n_keys, less 1 */
} cw2v_key_table;

/* Fills the slots, all zero. Returns the first row whose key an earlier one has, or -1; it and what follows are not in
 * the table then. */
int64_t cw2v_key_table_fill(cw2v_key_table *table);

/* The row of a key of `size` bytes, or -1. */
int64_t cw2v_key_table_find(const cw2v_key_table *table, const uint8_t *key, int64_t size);

#endif

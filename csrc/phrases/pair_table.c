#include "phrases/pair_table.h"

/* Keys whose slots are on their way to the cache while others are added. */
typedef struct batch {
  int64_t key[CW2V_PAIR_BATCH], value[CW2V_PAIR_BATCH];
  uint64_t hash[CW2V_PAIR_BATCH];
  int n;
} batch;

static inline void put(batch *b, const cw2v_pair_table *table, cw2v_part part, int64_t key, int64_t value) {
  const uint64_t hash = cw2v_pair_hash(key);
  if (part.n_parts > 1 && (uint32_t)((hash >> 32) * part.n_parts >> 32) != part.part) return;
  __builtin_prefetch(&table->slots[hash & table->mask], 1);
  b->key[b->n] = key;
  b->value[b->n] = value;
  b->hash[b->n++] = hash;
}

static inline void add_batch(cw2v_pair_table *table, const batch *b) {
  for (int i = 0; i < b->n; i++) {
    cw2v_pair *slot = cw2v_find_pair(table, b->key[i], b->hash[i]);
    if (slot->value == 0) {
      slot->key = b->key[i];
      table->n_pairs++;
    }
    slot->value += b->value[i];
  }
}

static inline int has_room(const cw2v_pair_table *table) {
  return table->max_pairs - table->n_pairs >= CW2V_PAIR_BATCH;
}

int cw2v_count_pairs(cw2v_pair_table *table, cw2v_part part, const int32_t *heads, const int32_t *ids, int64_t n,
                     int64_t *position) {
  while (*position < n) {
    const int64_t begin = *position, end = n - begin < CW2V_PAIR_BATCH ? n : begin + CW2V_PAIR_BATCH;
    batch b;
    if (!has_room(table)) return CW2V_EFULL;
    b.n = 0;
    for (int64_t i = begin; i < end; i++)
      if (heads[i] >= 0) put(&b, table, part, cw2v_pair_key(heads[i], ids[i]), 1);
    add_batch(table, &b);
    *position = end;
  }
  return CW2V_OK;
}

int cw2v_add_pairs(cw2v_pair_table *table, cw2v_part part, const int64_t *keys, const int64_t *values, int64_t n,
                   int64_t *position) {
  while (*position < n) {
    const int64_t begin = *position, end = n - begin < CW2V_PAIR_BATCH ? n : begin + CW2V_PAIR_BATCH;
    batch b;
    if (!has_room(table)) return CW2V_EFULL;
    b.n = 0;
    for (int64_t i = begin; i < end; i++) put(&b, table, part, keys[i], values[i]);
    add_batch(table, &b);
    *position = end;
  }
  return CW2V_OK;
}

void cw2v_move_pairs(const cw2v_pair_table *table, cw2v_pair_table *larger) {
  /* In the order of the slots, so that those of the larger table come nearly in order too. */
  for (uint64_t at = 0; at <= table->mask; at++) {
    const cw2v_pair pair = table->slots[at];
    if (pair.value) *cw2v_find_pair(larger, pair.key, cw2v_pair_hash(pair.key)) = pair;
  }
  larger->n_pairs = table->n_pairs;
}

void cw2v_list_pairs(const cw2v_pair_table *table, int64_t *keys, int64_t *values) {
  int64_t n = 0;
  for (uint64_t at = 0; at <= table->mask; at++) { /* write always, move on where a pair is: no branch on the slot */
    keys[n] = table->slots[at].key;
    values[n] = table->slots[at].value;
    n += values[n] != 0;
  }
}

#include "vectors/key_table.h"

#include <string.h>

static uint64_t mixed(uint64_t hash, uint64_t block) {
  hash = (hash ^ block) * UINT64_C(0x9e3779b97f4a7c15); /* 2^64 / golden ratio */
  return hash ^ hash >> 32;
}

static uint64_t hash_of(const uint8_t *key, int64_t size) {
  uint64_t hash = (uint64_t)size, block = 0;
  for (; size >= 8; key += 8, size -= 8) {
    memcpy(&block, key, 8);
    hash = mixed(hash, block);
  }
  block = 0;
  memcpy(&block, key, (size_t)size);
  return mixed(mixed(hash, block), 0);
}

/* The slot of a key, or the empty one where it belongs. */
static uint64_t *slot_of(const cw2v_key_table *t, const uint8_t *key, int64_t size, uint64_t hash) {
  for (uint64_t at = hash;; at++) {
    uint64_t *slot = &t->slots[at & t->mask];
    if (*slot == 0) return slot;
    if (*slot >> 32 != hash >> 32) continue;
    const int64_t row = (int64_t)(*slot & UINT32_MAX) - 1, begin = t->begin[row];
    if (t->begin[row + 1] - begin == size && memcmp(t->bytes + begin, key, (size_t)size) == 0) return slot;
  }
}

enum { AHEAD = 16 }; /* keys whose slots are asked for before they are needed: nearly each is far away */

int64_t cw2v_key_table_fill(cw2v_key_table *t) {
  uint64_t hashes[AHEAD];
  for (int64_t row = -AHEAD; row < t->n_keys; row++) {
    const int64_t next = row + AHEAD;
    const uint64_t hash = row < 0 ? 0 : hashes[row % AHEAD];
    if (next < t->n_keys) {
      hashes[next % AHEAD] = hash_of(t->bytes + t->begin[next], t->begin[next + 1] - t->begin[next]);
      __builtin_prefetch(&t->slots[hashes[next % AHEAD] & t->mask], 1);
    }
    if (row < 0) continue;
    const uint8_t *key = t->bytes + t->begin[row];
    const int64_t size = t->begin[row + 1] - t->begin[row];
    uint64_t *slot = slot_of(t, key, size, hash);
    if (*slot != 0) return row;
    *slot = hash >> 32 << 32 | (uint64_t)(row + 1);
  }
  return -1;
}

int64_t cw2v_key_table_find(const cw2v_key_table *t, const uint8_t *key, int64_t size) {
  return (int64_t)(*slot_of(t, key, size, hash_of(key, size)) & UINT32_MAX) - 1;
}

#include "phrases/candidates.h"

static int32_t head_of(const cw2v_pair *slot) { return (int32_t)(2 * (slot->value - 1) + 1); }

int32_t cw2v_find_head(const cw2v_heads *tree, int32_t head, int32_t word) {
  const int64_t key = cw2v_pair_key(head, word);
  const cw2v_pair *slot = cw2v_find_pair(&tree->numbers, key, cw2v_pair_hash(key));
  return slot->value ? head_of(slot) : -1;
}

/* The head of the words from `first` to before `last`, in the tree from now on; -1: there is no room. */
static int32_t read_head(const int32_t *ids, int64_t first, int64_t last, cw2v_heads *tree) {
  cw2v_pair_table *numbers = &tree->numbers;
  int32_t head = 2 * ids[first];
  for (int64_t i = first + 1; i < last; i++) {
    const int64_t key = cw2v_pair_key(head, ids[i]);
    cw2v_pair *slot = cw2v_find_pair(numbers, key, cw2v_pair_hash(key));
    if (slot->value == 0) {
      if (numbers->n_pairs == numbers->max_pairs) return -1;
      tree->packed[numbers->n_pairs] = slot->key = key;
      slot->value = ++numbers->n_pairs;
    }
    head = head_of(slot);
  }
  return head;
}

/* Words whose slots are on their way to the cache. */
enum { AHEAD = 12 };

static inline void fetch_slot(const cw2v_pair_table *table, int32_t head, int32_t word) {
  __builtin_prefetch(&table->slots[cw2v_pair_hash(cw2v_pair_key(head, word)) & table->mask]);
}

/* Fetch the slot of the head that the words at `place` and behind it may be. */
static inline void fetch_head(const cw2v_reader *r, const cw2v_heads *tree, int64_t place, int64_t end) {
  if (r->is_connector && place + 1 < end && r->is_connector[r->ids[place + 1]])
    fetch_slot(&tree->numbers, 2 * r->ids[place], r->ids[place + 1]);
}

int cw2v_read_heads(cw2v_reader *reader, cw2v_heads *tree, int64_t base, int64_t end, int32_t *heads) {
  cw2v_reader r = *reader;
  for (; r.position < end; r.position++) {
    int32_t *head = &heads[r.position - base];
    fetch_head(&r, tree, r.position + AHEAD, end);
    for (; r.offsets[r.sentence] <= r.position; r.sentence++) r.previous = -1;
    if (r.is_connector && r.is_connector[r.ids[r.position]]) {
      *head = CW2V_CONNECTOR;
      continue;
    }
    *head = CW2V_NO_CANDIDATE;
    if (r.previous >= 0) {
      *head = read_head(r.ids, r.previous, r.position, tree);
      if (*head < 0) {
        *reader = r;
        return CW2V_EFULL;
      }
    }
    r.previous = r.position;
  }
  *reader = r;
  return CW2V_OK;
}

void cw2v_match(const cw2v_pair_table *phrases, const int32_t *heads, const int32_t *ids, int64_t base, int64_t n,
                cw2v_matches *matches) {
  cw2v_matches m = *matches;
  for (int64_t i = 0; i < n; i++) {
    if (i + AHEAD < n && heads[i + AHEAD] >= 0) fetch_slot(phrases, heads[i + AHEAD], ids[i + AHEAD]);
    if (heads[i] == CW2V_CONNECTOR) continue;
    if (heads[i] >= 0 && m.previous >= m.done) {
      const int64_t key = cw2v_pair_key(heads[i], ids[i]);
      const cw2v_pair *slot = cw2v_find_pair(phrases, key, cw2v_pair_hash(key));
      if (slot->value) {
        m.first[m.n] = m.previous;
        m.last[m.n] = base + i;
        m.value[m.n++] = slot->value;
        m.done = base + i + 1;
      }
    }
    m.previous = base + i;
  }
  *matches = m;
}

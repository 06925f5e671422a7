/* Phrases by themselves, meant to run under the sanitizers (make ctest): small random corpora in exact-size buffers, read
 * in pieces with tables that grow one pair at a time, against a plain reading of a few lines. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include "check.h"
#include "phrases/candidates.h"
#include "phrases/lines.h"

enum { MAX_WORDS = 12, MAX_PARTS = 3 };

typedef struct corpus {
  int32_t *ids, n_words;
  int64_t *offsets, n_sentences, n;
  uint8_t *is_connector;
} corpus;

static corpus make_corpus(void) {
  corpus c = {.n_sentences = random_below(6), .n_words = 1 + random_below(MAX_WORDS)};
  c.offsets = buffer((size_t)(c.n_sentences + 1) * sizeof(int64_t));
  for (int64_t s = 0; s < c.n_sentences; s++) c.offsets[s + 1] = c.offsets[s] + random_below(14);
  c.n = c.offsets[c.n_sentences];
  c.ids = buffer((size_t)c.n * sizeof(int32_t));
  for (int64_t i = 0; i < c.n; i++) c.ids[i] = random_below(c.n_words);
  c.is_connector = buffer((size_t)c.n_words);
  for (int32_t w = 0; w < c.n_words; w++) c.is_connector[w] = random_below(3) == 0;
  return c;
}

/* Place of the first word of the candidate that ends at `last`, or -1. */
static int64_t begin_of(const corpus *c, int64_t last) {
  if (c->is_connector[c->ids[last]]) return -1;
  for (int64_t i = last - 1; i >= 0; i--) {
    for (int64_t s = 0; s <= c->n_sentences; s++)
      if (c->offsets[s] == i + 1) return -1;
    if (!c->is_connector[c->ids[i]]) return i;
  }
  return -1;
}

static int same_words(const corpus *c, int64_t i, int64_t j, int64_t n) {
  return memcmp(c->ids + i, c->ids + j, (size_t)n * sizeof(int32_t)) == 0;
}

/* A table with room for `max_pairs`, holding what `from` has. */
static cw2v_pair_table make_table(int64_t max_pairs, const cw2v_pair_table *from) {
  cw2v_pair_table t = {.mask = 0, .max_pairs = max_pairs};
  while ((int64_t)t.mask < max_pairs) t.mask = 2 * t.mask + 1;
  t.slots = buffer((size_t)(t.mask + 1) * sizeof(cw2v_pair));
  for (uint64_t at = 0; from && at <= from->mask; at++) {
    if (!from->slots[at].value) continue;
    *cw2v_find_pair(&t, from->slots[at].key, cw2v_pair_hash(from->slots[at].key)) = from->slots[at];
    t.n_pairs++;
  }
  return t;
}

static cw2v_heads make_tree(int64_t max_pairs, const cw2v_heads *from) {
  cw2v_heads tree = {make_table(max_pairs, from ? &from->numbers : NULL), buffer((size_t)max_pairs * sizeof(int64_t))};
  for (int64_t h = 0; h < tree.numbers.n_pairs; h++) tree.packed[h] = from->packed[h];
  return tree;
}

/* Reads the whole corpus in pieces. */
static cw2v_heads read_all(const corpus *c, int32_t *heads) {
  cw2v_heads tree = make_tree(0, NULL);
  cw2v_reader r = {.ids = c->ids, .offsets = c->offsets, .is_connector = c->is_connector, .previous = -1};
  while (r.position < c->n) {
    const int64_t base = r.position, left = c->n - base, end = base + 1 + random_below((int32_t)left);
    while (cw2v_read_heads(&r, &tree, base, end, heads + base) == CW2V_EFULL)
      tree = make_tree(tree.numbers.max_pairs + 1, &tree);
    CHECK(r.position == end);
  }
  return tree;
}

/* The words of a head must be those at the places first .. last. */
static void check_words(const corpus *c, const cw2v_heads *tree, int32_t head, int64_t first, int64_t last) {
  for (; head & 1; last--) {
    const int64_t key = tree->packed[head >> 1];
    CHECK(last > first + 1 && (int32_t)(key & INT32_MAX) == c->ids[last - 1]);
    CHECK(cw2v_find_head(tree, (int32_t)(key >> 32), c->ids[last - 1]) == head);
    head = (int32_t)(key >> 32);
  }
  CHECK(last == first + 1 && head >> 1 == c->ids[first]);
}

static void check_heads(const corpus *c, const cw2v_heads *tree, const int32_t *heads) {
  for (int64_t i = 0; i < c->n; i++) {
    const int64_t first = begin_of(c, i);
    if (c->is_connector[c->ids[i]]) CHECK(heads[i] == CW2V_CONNECTOR);
    else if (first < 0) CHECK(heads[i] == CW2V_NO_CANDIDATE);
    else check_words(c, tree, heads[i], first, i);
  }
}

/* A larger table with the same pairs must list them all. */
static void check_moved(const cw2v_pair_table *table) {
  const size_t size = (size_t)(table->n_pairs + 1) * 8;
  int64_t *keys = buffer(size), *values = buffer(size), n = 0;
  cw2v_pair_table larger = make_table(2 * table->max_pairs, NULL);
  cw2v_move_pairs(table, &larger);
  cw2v_list_pairs(&larger, keys, values);
  CHECK(larger.n_pairs == table->n_pairs);
  for (int64_t i = 0; i < larger.n_pairs; i++) {
    CHECK(values[i] && cw2v_find_pair(table, keys[i], cw2v_pair_hash(keys[i]))->value == values[i]);
    for (n = 0; n < i; n++) CHECK(keys[n] != keys[i]);
  }
}

/* Candidates that end before a place are added with the value 2, those behind it are counted. */
static void check_counts(const corpus *c, const int32_t *heads) {
  const uint32_t n_parts = 1 + (uint32_t)random_below(MAX_PARTS);
  const int64_t begin = random_below((int32_t)c->n + 1);
  int64_t *keys = buffer((size_t)begin * 8), *values = buffer((size_t)begin * 8), n = 0, n_pairs = 0, n_different = 0;
  cw2v_pair_table part[MAX_PARTS];
  for (int64_t i = 0; i < begin; i++) {
    if (heads[i] < 0) continue;
    keys[n] = cw2v_pair_key(heads[i], c->ids[i]);
    values[n++] = 2;
  }
  for (uint32_t p = 0; p < n_parts; p++) {
    const cw2v_part which = {p, n_parts};
    int64_t counted = begin, added = 0;
    part[p] = make_table(random_below(2 * CW2V_PAIR_BATCH), NULL);
    while (cw2v_count_pairs(&part[p], which, heads, c->ids, c->n, &counted) == CW2V_EFULL)
      part[p] = make_table(part[p].max_pairs + CW2V_PAIR_BATCH, &part[p]);
    while (cw2v_add_pairs(&part[p], which, keys, values, n, &added) == CW2V_EFULL)
      part[p] = make_table(part[p].max_pairs + CW2V_PAIR_BATCH, &part[p]);
    CHECK(counted == c->n && added == n);
    n_pairs += part[p].n_pairs;
  }
  for (int64_t i = 0; i < c->n; i++) {
    const int64_t key = heads[i] < 0 ? -1 : cw2v_pair_key(heads[i], c->ids[i]);
    int64_t expected = 0, found = 0, before = 0;
    for (int64_t j = 0; j < c->n && key >= 0; j++) {
      if (heads[j] != heads[i] || c->ids[j] != c->ids[i]) continue;
      expected += j < begin ? 2 : 1;
      before += j < i;
    }
    for (uint32_t p = 0; p < n_parts; p++) found += cw2v_find_pair(&part[p], key, cw2v_pair_hash(key))->value;
    CHECK(found == expected);
    n_different += key >= 0 && before == 0;
  }
  CHECK(n_pairs == n_different);
  for (uint32_t p = 0; p < n_parts; p++) check_moved(&part[p]);
}

/* Some candidates are phrases, with the place of their last word as value. */
static void check_matches(const corpus *c, const int32_t *heads) {
  cw2v_pair_table phrases = make_table(c->n, NULL);
  cw2v_matches m = {.previous = -1};
  for (int64_t i = 0; i < c->n; i++) {
    if (heads[i] < 0 || random_below(3)) continue;
    const int64_t key = cw2v_pair_key(heads[i], c->ids[i]);
    cw2v_pair *slot = cw2v_find_pair(&phrases, key, cw2v_pair_hash(key));
    phrases.n_pairs += slot->value == 0;
    slot->key = key;
    slot->value = i + 1;
  }
  for (int64_t base = 0, done = 0, n; base < c->n; base += n) {
    n = 1 + random_below((int32_t)(c->n - base));
    m.first = buffer((size_t)(n / 2 + 1) * 8), m.last = buffer((size_t)(n / 2 + 1) * 8);
    m.value = buffer((size_t)(n / 2 + 1) * 8), m.n = 0;
    cw2v_match(&phrases, heads + base, c->ids + base, base, n, &m);
    int64_t k = 0;
    for (int64_t i = base; i < base + n; i++) {
      const int64_t first = begin_of(c, i), key = first < 0 ? -1 : cw2v_pair_key(heads[i], c->ids[i]);
      const int64_t value = first < done ? 0 : cw2v_find_pair(&phrases, key, cw2v_pair_hash(key))->value;
      if (!value) continue;
      CHECK(k < m.n && m.first[k] == first && m.last[k] == i && m.value[k] == value);
      CHECK(same_words(c, value - 1 - (i - first), first, i - first + 1));
      done = i + 1, k++;
    }
    CHECK(k == m.n);
  }
}

static void check_lines(const corpus *c) {
  int64_t *begins = buffer((size_t)(c->n_words + 1) * 8), first = random_below((int32_t)c->n_sentences + 1), at = 0;
  for (int32_t w = 0; w < c->n_words; w++) begins[w + 1] = begins[w] + random_below(20);
  uint8_t *text = buffer((size_t)begins[c->n_words]);
  for (int64_t i = 0; i < begins[c->n_words]; i++) text[i] = (uint8_t)('a' + random_below(26));
  const cw2v_lines lines = {text, begins, c->ids, c->offsets};
  const int64_t size = cw2v_lines_size(&lines, first, c->n_sentences);
  uint8_t *out = buffer((size_t)size);
  cw2v_write_lines(&lines, first, c->n_sentences, out);
  for (int64_t s = first; s < c->n_sentences; s++) {
    for (int64_t i = c->offsets[s]; i < c->offsets[s + 1]; i++) {
      const int64_t n = begins[c->ids[i] + 1] - begins[c->ids[i]];
      CHECK(at + n < size && (n == 0 || memcmp(out + at, text + begins[c->ids[i]], (size_t)n) == 0));
      at += n;
      CHECK(i + 1 == c->offsets[s + 1] || out[at++] == ' ');
    }
    CHECK(at < size && out[at++] == '\n');
  }
  CHECK(at == size);
}

int main(void) {
  for (int round = 0; round < 20000; round++) {
    const corpus c = make_corpus();
    int32_t *heads = buffer((size_t)c.n * sizeof(int32_t));
    const cw2v_heads tree = read_all(&c, heads);
    check_heads(&c, &tree, heads);
    check_counts(&c, heads);
    check_matches(&c, heads);
    check_lines(&c);
    guard_check();
  }
  puts("test_phrases: candidates, counts, phrases and lines are sound");
  return 0;
}

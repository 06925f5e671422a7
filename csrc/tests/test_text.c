/* The tokenizer by itself, meant to run under the sanitizers (make ctest): random texts in exact-size buffers, scanned
 * in chunks with buffers that grow one by one, against a tokenizer of a few lines. */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include "check.h"
#include "text/sentences.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

enum { MAX_TEXT = 6000 };

/* Random bytes of which many are white space, and words that share beginnings and cross the 8 and 16 byte steps. One
 * text in eight is long and has fewer spaces, so that words are longer than what is cut at a time. */
static uint64_t make_text(uint8_t *text) {
  static const char spaces[] = " \t\n\v\f\r";
  const int32_t is_long = random_below(8) == 0;
  const int32_t size = random_below(is_long ? MAX_TEXT : 400), kinds = is_long ? 4 << random_below(12) : 24;
  for (int32_t i = 0; i < size; i++) {
    const int32_t kind = random_below(kinds);
    text[i] = kind == 0 ? '\n' : kind < 3 ? (uint8_t)spaces[random_below(6)] : kind == 3 ? 0 : "aab"[random_below(3)];
  }
  return (uint64_t)size;
}

/* Offsets and lengths of the words of a text, and at which words lines end; the plain way. */
static int64_t plain_words(const uint8_t *text, uint64_t size, uint64_t *offset, uint64_t *length) {
  int64_t n = 0;
  for (uint64_t i = 0; i < size;) {
    if (cw2v_is_space(text[i])) {
      i++;
      continue;
    }
    offset[n] = i;
    while (i < size && !cw2v_is_space(text[i])) i++;
    length[n] = i - offset[n];
    n++;
  }
  return n;
}

static void grow(cw2v_word_table *table, int64_t max_words) {
  uint64_t n_slots = 2;
  cw2v_word *words = buffer((size_t)max_words * sizeof(cw2v_word));
  while (n_slots < 2 * (uint64_t)max_words) n_slots *= 2;
  if (table->n_words) memcpy(words, table->words, (size_t)table->n_words * sizeof(cw2v_word));
  table->words = words;
  table->max_words = max_words;
  table->slots = buffer(n_slots * sizeof(cw2v_slot));
  table->mask = n_slots - 1;
  cw2v_table_rehash(table);
}

/* Room for `more` bytes of words, and not one more. */
static void grow_bytes(cw2v_word_table *table, uint64_t more) {
  uint8_t *bytes = buffer((size_t)(table->n_bytes + more));
  if (table->n_bytes) memcpy(bytes, table->bytes, (size_t)table->n_bytes);
  table->bytes = bytes;
  table->max_bytes = table->n_bytes + more;
}

/* A copy with room for `n` eight-byte or four-byte numbers. */
static void *larger(const void *from, int64_t n_from, int64_t n, size_t size) {
  void *to = buffer((size_t)n * size);
  if (n_from) memcpy(to, from, (size_t)n_from * size);
  return to;
}

static void make_room(cw2v_scanner *scanner, cw2v_word_table *table) {
  if (scanner->n_ids == scanner->max_ids) {
    scanner->max_ids += 1 + scanner->max_ids / 2;
    scanner->ids = larger(scanner->ids, scanner->n_ids, scanner->max_ids, sizeof(int32_t));
  } else if (scanner->n_line_ends == scanner->max_line_ends) {
    scanner->max_line_ends += 1 + scanner->max_line_ends / 2;
    scanner->line_ends = larger(scanner->line_ends, scanner->n_line_ends, scanner->max_line_ends, sizeof(int64_t));
  } else if (table->n_words == table->max_words) {
    grow(table, 2 * table->max_words);
  } else {
    CHECK(table->max_bytes - table->n_bytes < scanner->new_bytes);
    grow_bytes(table, scanner->new_bytes);
  }
}

/* Scans in chunks of about `step` bytes, each in a buffer of its own; what is full is enlarged. */
static void scan_all(cw2v_scanner *scanner, cw2v_word_table *table, const uint8_t *text, uint64_t size, uint64_t step) {
  for (uint64_t begin = 0, end; begin < size; begin = end) {
    int status;
    for (end = begin + step; end < size && !cw2v_is_space(text[end - 1]);) end++;
    if (end > size) end = size;
    uint8_t *chunk = buffer((size_t)(end - begin));
    memcpy(chunk, text + begin, (size_t)(end - begin));
    scanner->text = chunk, scanner->size = end - begin, scanner->position = 0;
    while ((status = cw2v_scan(scanner, table)) == CW2V_EFULL) make_room(scanner, table);
    CHECK(status == CW2V_OK && scanner->position == scanner->size);
    memset(chunk, '?', (size_t)(end - begin)); /* the table may not look at it again */
  }
}

/* The line ends of a text, without those of lines that have no words. */
static void check_line_ends(const cw2v_scanner *scanner, const uint8_t *text, uint64_t size, const uint64_t *offset) {
  int64_t n = 0, word = 0, newlines = 0;
  for (uint64_t i = 0; i < size; i++) {
    while (word < scanner->n_ids && offset[word] < i) word++;
    if (text[i] != '\n') continue;
    newlines++;
    if (n && scanner->line_ends[n - 1] == word) continue;
    CHECK(n < scanner->n_line_ends && scanner->line_ends[n] == word);
    n++;
  }
  CHECK(n == scanner->n_line_ends);
  CHECK(newlines == cw2v_count_newlines(text, size));
}

static void test_scan(void) {
  static uint8_t draft[MAX_TEXT];
  static uint64_t offset[MAX_TEXT], length[MAX_TEXT];
  const uint64_t size = make_text(draft);
  uint8_t *text = buffer((size_t)size);
  if (size) memcpy(text, draft, (size_t)size);
  const int64_t n = plain_words(text, size, offset, length);
  cw2v_word_table table = {.bytes = buffer(0)};
  cw2v_scanner scanner = {.ids = buffer(0), .line_ends = buffer(0)};
  int64_t total = 0;
  grow(&table, 1);
  scan_all(&scanner, &table, text, size, 1 + size / 200 + (uint64_t)random_below(60));
  CHECK(scanner.n_ids == n);
  for (int64_t i = 0; i < n; i++) {
    const cw2v_word *word = &table.words[scanner.ids[i]];
    CHECK(word->length == length[i] && memcmp(table.bytes + word->offset, text + offset[i], (size_t)length[i]) == 0);
  }
  for (int64_t i = 0; i < table.n_words; i++) total += table.words[i].count;
  CHECK(total == n);
  check_line_ends(&scanner, text, size, offset);

  /* Sentences of at most three words hold every token. */
  cw2v_cutter cutter = {.max_words = 3, .ends = buffer((size_t)(2 * n + 2) * sizeof(int64_t)), .max_ends = 2 * n + 2};
  const int64_t at_end[1] = {0};
  CHECK(cw2v_cut_lines(&cutter, scanner.line_ends, scanner.n_line_ends, n) == CW2V_OK);
  CHECK(cw2v_cut_lines(&cutter, at_end, 1, 0) == CW2V_OK);
  for (int64_t i = 0, from = 0; i < cutter.n_ends; from = cutter.ends[i++])
    CHECK(cutter.ends[i] > from && cutter.ends[i] - from <= 3);
  CHECK(n == 0 || cutter.ends[cutter.n_ends - 1] == n);
  guard_check();
}

static void test_bad_bytes(void) {
  static const char *const bad[] = {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80", "\xe2\x82", "\xff"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    for (size_t before = 0; before < 20; before++) { /* the bad sequence is the end of the buffer */
      const size_t size = before + strlen(bad[i]);
      uint8_t *text = buffer(size);
      memset(text, 'a', before);
      memcpy(text + before, bad[i], strlen(bad[i]));
      CHECK(cw2v_utf8_valid(text, size) == before);
      int32_t *ids = buffer(sizeof(int32_t));
      cw2v_word_table table = {.bytes = buffer(0)};
      cw2v_scanner scanner = {.text = text, .size = size, .ids = ids, .max_ids = 1};
      grow(&table, 1);
      CHECK(cw2v_scan(&scanner, &table) == CW2V_EUTF8 && scanner.bad_byte == before && scanner.position == 0);
      guard_check();
    }
}

static void test_remap(void) {
  int32_t *ids = buffer(5 * sizeof(int32_t)), *map = buffer(3 * sizeof(int32_t)), *out = buffer(3 * sizeof(int32_t));
  int64_t *offsets = buffer(3 * sizeof(int64_t));
  const int32_t given[5] = {0, 1, 2, 1, 0}, to[3] = {1, -1, 0}, wanted[3] = {1, 0, 1};
  memcpy(ids, given, sizeof(given));
  memcpy(map, to, sizeof(to));
  offsets[1] = 2, offsets[2] = 5;
  cw2v_remapper remapper = {.out = out, .max_out = 3, .offsets = offsets, .n_offsets = 3};
  CHECK(cw2v_remap(&remapper, ids, 5, map, 3) == CW2V_OK && remapper.n_out == 3);
  CHECK(memcmp(out, wanted, sizeof(wanted)) == 0 && offsets[0] == 0 && offsets[1] == 1 && offsets[2] == 3);
  CHECK(cw2v_remap(&remapper, ids, 1, map, 3) == CW2V_EFULL);
  ids[0] = 3;
  CHECK(cw2v_remap(&remapper, ids, 1, map, 3) == CW2V_EINVAL);
  guard_check();
}

int main(void) {
  for (int i = 0; i < 2000; i++) test_scan();
  test_bad_bytes();
  test_remap();
  puts("test_text: scanning, cutting, UTF-8 and remapping are sound");
  return 0;
}

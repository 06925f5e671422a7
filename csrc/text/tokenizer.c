#include "text/tokenizer.h"

#include "text/bytes.h"
#include "text/utf8.h"

/* Text that is cut into words at a time. The words are read ahead of their look-ups, which gives the processor time to
 * fetch the slots: a vocabulary's table is larger than the near caches. */
enum { WINDOW = 1024, MAX_TOKENS = WINDOW / 2 };

/* Where the words of a window begin and end, from where it begins. */
typedef struct window {
  uint64_t begin[MAX_TOKENS];
  uint64_t end[MAX_TOKENS];
  int64_t n_begins;
  int64_t n_ends; /* n_begins - 1 while the last word goes on */
} window;

/* 64 bytes, those at and past `size` being spaces. */
static cw2v_spaces find_spaces(const uint8_t *text, uint64_t size) {
  uint8_t padded[64];
  if (size >= 64)
    return cw2v_find_spaces(text);
  memset(padded, ' ', sizeof padded);
  memcpy(padded, text, (size_t)size);
  return cw2v_find_spaces(padded);
}

static int64_t count_bits(uint64_t bits) {
  int64_t n = 0;
  for (; bits; bits &= bits - 1)
    n++;
  return n;
}

/* Note the line ends among 64 bytes. `before` words of the chunk begin before these, and more at `begins`.
 * CW2V_EFULL: no room for one, whose place in the 64 is left in *stop. */
static int note_line_ends(cw2v_scanner *scanner, const uint8_t *text, uint64_t control, int64_t before, uint64_t begins,
  unsigned *stop) {
  for (; control; control &= control - 1) {
    const unsigned at = (unsigned)__builtin_ctzll(control);
    const int64_t n_words = before + count_bits(begins & ((UINT64_C(1) << at) - 1));
    if (text[at] != '\n' || (scanner->n_line_ends && scanner->line_ends[scanner->n_line_ends - 1] == n_words))
      continue; /* equal: a line without words */
    if (scanner->n_line_ends == scanner->max_line_ends) {
      *stop = at;
      return CW2V_EFULL;
    }
    scanner->line_ends[scanner->n_line_ends++] = n_words;
  }
  return CW2V_OK;
}

/* Cut `size` bytes at the scanner's position into words, and note the line ends.
 * CW2V_EFULL: there is no room for a line end; *size bytes are good, which end before it. */
static int cut(cw2v_scanner *scanner, window *found, uint64_t *size) {
  const uint8_t *text = scanner->text + scanner->position;
  uint64_t at, in_word = 0;
  found->n_begins = found->n_ends = 0;
  for (at = 0; at < *size; at += 64) {
    const cw2v_spaces spaces = find_spaces(text + at, *size - at);
    const uint64_t behind_word = ~spaces.any << 1 | in_word;
    uint64_t begins = ~spaces.any & ~behind_word, ends = spaces.any & behind_word;
    unsigned stop = 0;
    int status = CW2V_OK;
    if (spaces.control)
      status = note_line_ends(scanner, text + at, spaces.control, scanner->n_ids + found->n_begins, begins, &stop);
    if (status == CW2V_EFULL) {
      begins &= (UINT64_C(1) << stop) - 1;
      ends &= (UINT64_C(2) << stop) - 1;
      *size = at + stop;
    }
    for (; begins; begins &= begins - 1)
      found->begin[found->n_begins++] = at + (unsigned)__builtin_ctzll(begins);
    for (; ends; ends &= ends - 1)
      found->end[found->n_ends++] = at + (unsigned)__builtin_ctzll(ends);
    if (status == CW2V_EFULL)
      return status;
    in_word = ~spaces.any >> 63;
  }
  return CW2V_OK;
}

/* Cut the text at the scanner's position, and go on to where the words that were found end.
 * CW2V_EFULL: as of `cut`. */
static int read_window(cw2v_scanner *scanner, window *found) {
  const uint64_t rest = scanner->size - scanner->position;
  uint64_t size = rest < WINDOW ? rest : WINDOW;
  const int status = cut(scanner, found, &size);
  if (found->n_ends < found->n_begins) { /* the last word goes on behind the window, or ends with the text */
    if (size < rest && found->begin[found->n_begins - 1] > 0) {
      size = found->begin[--found->n_begins]; /* the next window begins with it */
    } else {
      while (size < rest && !cw2v_is_space(scanner->text[scanner->position + size]))
        size++;
      found->end[found->n_ends++] = size;
    }
  }
  scanner->position += size;
  return status;
}

/* Add a word that the table has not got. The only place where UTF-8 is checked. */
static int insert(cw2v_scanner *scanner, cw2v_word_table *table, cw2v_slot *slot, const cw2v_token *token) {
  const uint64_t valid = cw2v_utf8_valid(token->bytes, token->length);
  if (valid != token->length) {
    scanner->bad_byte = (uint64_t)(token->bytes - scanner->text) + valid;
    return CW2V_EUTF8;
  }
  scanner->new_bytes = token->length + 1;
  return cw2v_table_insert(table, slot, token);
}

/* Back to the start of a token that was read but could not be added: forget the line ends behind it. */
static void rewind_to(cw2v_scanner *scanner, const uint8_t *token) {
  scanner->position = (uint64_t)(token - scanner->text);
  while (scanner->n_line_ends && scanner->line_ends[scanner->n_line_ends - 1] > scanner->n_ids)
    scanner->n_line_ends--;
}

/* Ids and counts of the words of a window that begins at `text`.
 * CW2V_EFULL, CW2V_EUTF8: as of cw2v_scan; the position is that of the first word that was not added. */
static int look_up(cw2v_scanner *scanner, cw2v_word_table *table, const window *found, const uint8_t *text) {
  cw2v_token tokens[MAX_TOKENS];
  const uint64_t size = (uint64_t)(scanner->text + scanner->size - text);
  const int64_t room = scanner->max_ids - scanner->n_ids;
  const int64_t n = found->n_ends < room ? found->n_ends : room;
  int32_t *ids = scanner->ids + scanner->n_ids;
  int64_t i, n_known;
  int status = CW2V_OK;
  for (i = 0; i < n; i++) {
    cw2v_read_token(&tokens[i], text, size, found->begin[i], found->end[i] - found->begin[i]);
    __builtin_prefetch(&table->slots[tokens[i].hash & table->mask]);
  }
  for (n_known = 0; n_known < n; n_known++) {
    cw2v_slot *slot = cw2v_find_slot(table, &tokens[n_known]);
    if (slot->id1 == 0) {
      status = insert(scanner, table, slot, &tokens[n_known]);
      if (status != CW2V_OK)
        break;
    }
    ids[n_known] = (int32_t)(slot->id1 - 1);
    __builtin_prefetch(&table->words[ids[n_known]], 1);
  }
  for (i = 0; i < n_known; i++)
    table->words[ids[i]].count++;
  scanner->n_ids += n_known;
  if (status == CW2V_OK && n_known < found->n_ends)
    status = CW2V_EFULL; /* no room for more ids */
  if (status != CW2V_OK)
    rewind_to(scanner, text + found->begin[n_known]);
  return status;
}

int cw2v_scan(cw2v_scanner *scanner, cw2v_word_table *table) {
  window found;
  scanner->new_bytes = 0;
  while (scanner->position < scanner->size) {
    const uint8_t *text = scanner->text + scanner->position;
    const int read = read_window(scanner, &found);
    const int looked_up = look_up(scanner, table, &found, text);
    if (looked_up != CW2V_OK)
      return looked_up;
    if (read != CW2V_OK)
      return read;
  }
  return CW2V_OK;
}

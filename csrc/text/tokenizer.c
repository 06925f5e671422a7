#include "text/tokenizer.h"

#include "text/bytes.h"
#include "text/utf8.h"

/* Tokens that are read ahead of their look-ups. A vocabulary's table is larger than the near caches; reading ahead
 * gives the processor time to fetch the slots (measured: 21 ns a word without). */
enum { BATCH = 32 };

/* Read up to BATCH tokens and the line ends before and between them. Their ids will be n_ids, n_ids + 1, ...
 * CW2V_EFULL: stopped because ids or line ends are full; the tokens read until then are good. */
static int read_batch(cw2v_scanner *scanner, const cw2v_word_table *table, cw2v_token *batch, int *n_batch) {
  const uint8_t *text = scanner->text;
  const uint64_t size = scanner->size;
  const int64_t room = scanner->max_ids - scanner->n_ids;
  uint64_t position = scanner->position;
  int64_t last_end = scanner->n_line_ends ? scanner->line_ends[scanner->n_line_ends - 1] : -1;
  int n = 0, status = CW2V_OK;

  while (position < size) {
    const uint8_t c = text[position];
    if (!cw2v_is_space(c)) {
      if (n == BATCH)
        break;
      if (n == room) {
        status = CW2V_EFULL;
        break;
      }
      cw2v_read_token(&batch[n], text, position, size);
      __builtin_prefetch(&table->slots[batch[n].hash & table->mask]);
      position += batch[n++].length;
      continue;
    }
    if (c == '\n' && scanner->n_ids + n != last_end) { /* equal: a line without tokens */
      if (scanner->n_line_ends == scanner->max_line_ends) {
        status = CW2V_EFULL;
        break;
      }
      last_end = scanner->n_ids + n;
      scanner->line_ends[scanner->n_line_ends++] = last_end;
    }
    position++;
  }
  scanner->position = position;
  *n_batch = n;
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
static void rewind_to(cw2v_scanner *scanner, const cw2v_token *token) {
  scanner->position = (uint64_t)(token->bytes - scanner->text);
  while (scanner->n_line_ends && scanner->line_ends[scanner->n_line_ends - 1] > scanner->n_ids)
    scanner->n_line_ends--;
}

/* Ids and counts of a batch. The counts come in a second pass, when the entries have arrived in the cache. */
static int look_up_batch(cw2v_scanner *scanner, cw2v_word_table *table, const cw2v_token *batch, int n_batch) {
  int32_t *ids = scanner->ids + scanner->n_ids;
  int i, n, status = CW2V_OK;
  for (n = 0; n < n_batch; n++) {
    cw2v_slot *slot = cw2v_find_slot(table, &batch[n]);
    if (slot->id1 == 0) {
      status = insert(scanner, table, slot, &batch[n]);
      if (status != CW2V_OK)
        break;
    }
    ids[n] = (int32_t)(slot->id1 - 1);
    __builtin_prefetch(&table->words[ids[n]], 1);
  }
  for (i = 0; i < n; i++)
    table->words[ids[i]].count++;
  scanner->n_ids += n;
  if (status != CW2V_OK)
    rewind_to(scanner, &batch[n]);
  return status;
}

int cw2v_scan(cw2v_scanner *scanner, cw2v_word_table *table) {
  cw2v_token batch[BATCH];
  int n_batch, read = CW2V_OK;
  scanner->new_bytes = 0;
  while (read == CW2V_OK && scanner->position < scanner->size) {
    int looked_up;
    read = read_batch(scanner, table, batch, &n_batch);
    looked_up = look_up_batch(scanner, table, batch, n_batch);
    if (looked_up != CW2V_OK)
      return looked_up;
  }
  return read;
}

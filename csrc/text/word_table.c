#include "text/word_table.h"

static void fill_slot(cw2v_slot *slot, const cw2v_token *token, int64_t id) {
  slot->first = token->first;
  slot->tag = cw2v_tag(token);
  slot->id1 = (uint32_t)id + 1;
}

int cw2v_table_insert(cw2v_word_table *table, cw2v_slot *slot, const cw2v_token *token) {
  const int64_t id = table->n_words;
  cw2v_word *word;
  if (id == table->max_words || table->max_bytes - table->n_bytes <= token->length)
    return CW2V_EFULL;
  word = &table->words[id];
  word->offset = table->n_bytes;
  word->length = token->length;
  word->second = token->second;
  word->count = 0;
  memcpy(table->bytes + table->n_bytes, token->bytes, (size_t)token->length);
  table->n_bytes += token->length;
  table->bytes[table->n_bytes++] = ' ';
  table->n_words++;
  fill_slot(slot, token, id);
  return CW2V_OK;
}

void cw2v_table_rehash(cw2v_word_table *table) {
  int64_t id;
  for (id = 0; id < table->n_words; id++) {
    cw2v_token token;
    uint64_t at;
    cw2v_read_token(&token, table->bytes, table->n_bytes, table->words[id].offset, table->words[id].length);
    /* The words are distinct, so the first empty slot is the right one. */
    for (at = token.hash & table->mask; table->slots[at].id1 != 0;)
      at = (at + 1) & table->mask;
    fill_slot(&table->slots[at], &token, id);
  }
}

/* Tokens that are read ahead of their look-ups, so that the processor has time to fetch the slots. */
enum { AHEAD = 32 };

/* Read entries order[begin .. begin + n), as of cw2v_table_merge. */
static int read_entries(const cw2v_entries *entries, int64_t begin, int64_t n, cw2v_token *tokens) {
  int64_t i;
  for (i = 0; i < n; i++) {
    const int64_t from = entries->order[begin + i];
    const cw2v_word *word;
    if (from < 0 || from >= entries->n)
      return CW2V_EINVAL;
    word = &entries->words[from];
    if (word->offset > entries->text_size || word->length > entries->text_size - word->offset)
      return CW2V_EINVAL;
    cw2v_read_token(&tokens[i], entries->text, entries->text_size, word->offset, word->length);
  }
  return CW2V_OK;
}

int cw2v_table_merge(cw2v_word_table *table, const cw2v_entries *entries, int32_t *ids) {
  cw2v_token tokens[AHEAD];
  int64_t begin, i;
  for (begin = 0; begin < entries->n; begin += AHEAD) {
    const int64_t n = entries->n - begin < AHEAD ? entries->n - begin : AHEAD;
    if (read_entries(entries, begin, n, tokens) != CW2V_OK)
      return CW2V_EINVAL;
    for (i = 0; i < n; i++)
      __builtin_prefetch(&table->slots[tokens[i].hash & table->mask]);
    for (i = 0; i < n; i++) {
      const int64_t from = entries->order[begin + i];
      cw2v_slot *slot = cw2v_find_slot(table, &tokens[i]);
      if (slot->id1 == 0 && cw2v_table_insert(table, slot, &tokens[i]) != CW2V_OK)
        return CW2V_EFULL;
      table->words[slot->id1 - 1].count += entries->words[from].count;
      ids[from] = (int32_t)(slot->id1 - 1);
    }
  }
  return CW2V_OK;
}

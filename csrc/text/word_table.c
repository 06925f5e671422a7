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

int cw2v_table_merge(cw2v_word_table *table, const cw2v_entries *entries, int32_t *ids) {
  int64_t i;
  for (i = 0; i < entries->n; i++) {
    const int64_t from = entries->order[i];
    const cw2v_word *word;
    cw2v_token token;
    cw2v_slot *slot;
    if (from < 0 || from >= entries->n)
      return CW2V_EINVAL;
    word = &entries->words[from];
    if (word->offset > entries->text_size || word->length > entries->text_size - word->offset)
      return CW2V_EINVAL;
    cw2v_read_token(&token, entries->text, entries->text_size, word->offset, word->length);
    slot = cw2v_find_slot(table, &token);
    if (slot->id1 == 0 && cw2v_table_insert(table, slot, &token) != CW2V_OK)
      return CW2V_EFULL;
    table->words[slot->id1 - 1].count += word->count;
    ids[from] = (int32_t)(slot->id1 - 1);
  }
  return CW2V_OK;
}

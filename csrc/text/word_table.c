#include "text/word_table.h"

static void fill_slot(cw2v_slot *slot, const cw2v_token *token, int64_t id) {
  slot->first = token->first;
  slot->tag = cw2v_tag(token);
  slot->id1 = (uint32_t)id + 1;
}

void cw2v_table_insert(cw2v_word_table *table, cw2v_slot *slot, const cw2v_token *token) {
  const int64_t id = table->n_words++;
  cw2v_word *word = &table->words[id];
  word->offset = token->offset;
  word->length = token->length;
  word->second = token->second;
  word->count = 0;
  fill_slot(slot, token, id);
}

void cw2v_table_rehash(cw2v_word_table *table) {
  int64_t id;
  for (id = 0; id < table->n_words; id++) {
    cw2v_token token;
    uint64_t at;
    cw2v_read_token(&token, table->text, table->words[id].offset, table->text_size);
    /* The words are distinct, so the first empty slot is the right one. */
    for (at = token.hash & table->mask; table->slots[at].id1 != 0;)
      at = (at + 1) & table->mask;
    fill_slot(&table->slots[at], &token, id);
  }
}

int cw2v_table_merge(cw2v_word_table *table, const cw2v_word *words, const int64_t *order, int64_t n, int32_t *ids) {
  int64_t i;
  for (i = 0; i < n; i++) {
    const int64_t from = order[i];
    cw2v_token token;
    cw2v_slot *slot;
    if (from < 0 || from >= n || words[from].offset >= table->text_size)
      return CW2V_EINVAL;
    cw2v_read_token(&token, table->text, words[from].offset, table->text_size);
    slot = cw2v_find_slot(table, &token);
    if (slot->id1 == 0) {
      if (table->n_words == table->max_words)
        return CW2V_EFULL;
      cw2v_table_insert(table, slot, &token);
    }
    table->words[slot->id1 - 1].count += words[from].count;
    ids[from] = (int32_t)(slot->id1 - 1);
  }
  return CW2V_OK;
}

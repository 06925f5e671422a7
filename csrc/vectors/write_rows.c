#include <string.h>

#include "vectors/decimal.h"
#include "vectors/rows.h"

static inline int64_t word_size(const cw2v_written *w, int64_t i) { return w->end[w->row[i] + 1] - 1 - w->end[w->row[i]]; }

int64_t cw2v_written_size(const cw2v_written *w) {
  int64_t size = w->n_rows * (w->dim * (1 + CW2V_LONGEST_DECIMAL) + 2) + CW2V_DECIMAL_BYTES;
  for (int64_t i = 0; i < w->n_rows; i++) size += word_size(w, i);
  return size;
}

static uint8_t *write_word(const cw2v_written *w, int64_t i, uint8_t *p) {
  const int64_t size = word_size(w, i);
  memcpy(p, w->text + w->end[w->row[i]], (size_t)size);
  return p + size;
}

int64_t cw2v_write_text_rows(const cw2v_written *w, uint8_t *out) {
  uint8_t *p = out;
  for (int64_t i = 0; i < w->n_rows; i++) {
    p = write_word(w, i, p);
    for (int64_t j = 0; j < w->dim; j++) {
      *p++ = ' ';
      p += cw2v_write_float(w->values[i * w->dim + j], p);
    }
    *p++ = '\n';
  }
  return p - out;
}

int64_t cw2v_write_binary_rows(const cw2v_written *w, uint8_t *out) {
  uint8_t *p = out;
  for (int64_t i = 0; i < w->n_rows; i++) {
    p = write_word(w, i, p);
    *p++ = ' ';
    for (int64_t j = 0; j < w->dim; j++) {
      uint32_t bits;
      memcpy(&bits, w->values + i * w->dim + j, 4);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
      bits = __builtin_bswap32(bits);
#endif
      memcpy(p, &bits, 4);
      p += 4;
    }
    *p++ = '\n';
  }
  return p - out;
}

int cw2v_check_words(const uint8_t *text, int64_t size, int binary, int64_t n_words, int64_t *end) {
  int64_t n = 0;
  end[0] = 0;
  for (int64_t i = 0; i < size; i++) {
    const uint8_t c = text[i];
    if (c == '\n') {
      if (n == n_words || i == end[n]) return 0;
      end[++n] = i + 1;
    } else if (c == ' ' || (!binary && (uint8_t)(c - '\t') < 5)) {
      return 0;
    }
  }
  return n == n_words;
}

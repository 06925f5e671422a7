#include <math.h>
#include <string.h>

#include "vectors/decimal.h"
#include "vectors/rows.h"

static inline int is_space(uint8_t c) { return c == ' ' || (uint8_t)(c - '\t') < 5; }

int64_t cw2v_cut_lines(const uint8_t *text, int64_t size, int is_last, int64_t *line, int64_t n_rows) {
  int64_t n = 0;
  while (n < n_rows && line[n] < size) {
    const uint8_t *found = memchr(text + line[n], '\n', (size_t)(size - line[n]));
    if (found == NULL && !is_last) break;
    line[++n] = found ? found + 1 - text : size;
  }
  return n;
}

/* What the loops over the values of a row share. */
typedef struct reader {
  const cw2v_block *block;
  cw2v_text_rows *rows;
  int64_t first; /* index of the row's first value */
} reader;

/* Value `i` of the row, which must end at white space or at `end`. NULL: there is none. */
static inline const uint8_t *read_value(const reader *r, int64_t i, const uint8_t *p, const uint8_t *end) {
  cw2v_decimal number;
  const uint8_t *begin = p;
  p = cw2v_read_decimal(p, end, &number);
  if (p == NULL || (p < end && !is_space(*p))) return NULL;
  const int64_t index = r->first + i;
  const int certain = r->block->doubles ? cw2v_decimal_to_double(&number, (double *)r->block->values + index)
                                        : cw2v_decimal_to_float(&number, (float *)r->block->values + index);
  if (!certain)
    r->rows->unsure[r->rows->n_unsure++] =
      (cw2v_unsure){index, {begin - r->block->text, p - r->block->text}};
  return p;
}

static inline const uint8_t *trim(const uint8_t *begin, const uint8_t *end) {
  while (end > begin && is_space(end[-1])) end--;
  return end;
}

/* A row as it nearly always is: a space before each value. */
static int read_plain(const reader *r, const uint8_t *begin, const uint8_t *end, cw2v_span *word) {
  const uint8_t *p = memchr(begin, ' ', (size_t)(end - begin));
  if (p == NULL) return 0;
  *word = (cw2v_span){begin - r->block->text, p - r->block->text};
  for (int64_t i = 0; i < r->block->dim; i++) {
    if (p == end || *p != ' ') return 0;
    p = read_value(r, i, p + 1, end);
    if (p == NULL) return 0;
  }
  return p == end;
}

static int is_number(const uint8_t *begin, const uint8_t *end) {
  cw2v_decimal number;
  return cw2v_read_decimal(begin, end, &number) == end;
}

static const uint8_t *field_begin(const uint8_t *begin, const uint8_t *end) {
  while (end > begin && !is_space(end[-1])) end--;
  return end;
}

/* Any other row: the values are the last `dim` fields. */
static int read_from_right(const reader *r, const uint8_t *begin, const uint8_t *end, cw2v_span *word) {
  const uint8_t *p = end;
  while (begin < end && is_space(*begin)) begin++;
  for (int64_t i = 0; i < r->block->dim; i++) {
    p = field_begin(begin, p);
    if (p == begin) return 0;
    p = trim(begin, p);
  }
  *word = (cw2v_span){begin - r->block->text, p - r->block->text};
  const uint8_t *last = field_begin(begin, p);
  if (last > begin && is_number(last, p)) return 0; /* a value too many rather than a word such as "1 2" */
  for (int64_t i = 0; i < r->block->dim; i++) {
    while (is_space(*p)) p++;
    p = read_value(r, i, p, end);
    if (p == NULL) return 0;
  }
  return 1;
}

static int is_odd(const cw2v_block *b, int64_t row) {
  int odd = 0;
  if (b->doubles) {
    const double *x = (const double *)b->values + row * b->dim;
    for (int64_t i = 0; i < b->dim; i++) odd |= !(fabs(x[i]) <= 1.7976931348623157e308);
  } else {
    const float *x = (const float *)b->values + row * b->dim;
    for (int64_t i = 0; i < b->dim; i++) odd |= !(fabsf(x[i]) <= 3.40282347e38f);
  }
  return odd;
}

static void count_odd(cw2v_block *b, int64_t row) {
  if (!is_odd(b, row)) return;
  if (b->n_odd++ == 0) b->first_odd = row;
}

int64_t cw2v_read_text_rows(cw2v_block *b, cw2v_text_rows *rows, cw2v_status *status) {
  b->n_odd = rows->n_unsure = 0;
  *status = CW2V_OK;
  for (int64_t row = 0; row < b->n_rows; row++) {
    if (rows->n_unsure + b->dim > rows->max_unsure) {
      *status = CW2V_EFULL;
      return row;
    }
    const reader r = {b, rows, row * b->dim};
    const uint8_t *begin = b->text + rows->line[row], *end = trim(begin, b->text + rows->line[row + 1]);
    const int64_t n_unsure = rows->n_unsure;
    if (!read_plain(&r, begin, end, &b->word[row])) {
      rows->n_unsure = n_unsure;
      if (!read_from_right(&r, begin, end, &b->word[row])) {
        *status = CW2V_EINVAL;
        return row;
      }
    }
    count_odd(b, row);
  }
  return b->n_rows;
}

int64_t cw2v_cut_binary_rows(const cw2v_block *b, int64_t *position) {
  const int64_t width = b->dim * 4;
  int64_t n = 0, p = *position;
  for (; n < b->n_rows; n++) {
    while (p < b->size && b->text[p] == '\n') p++;
    const uint8_t *space = p < b->size ? memchr(b->text + p, ' ', (size_t)(b->size - p)) : NULL;
    if (space == NULL) break;
    const int64_t end = space - b->text;
    if (b->size - end - 1 < width || memchr(b->text + p, '\n', (size_t)(end - p)) != NULL) break;
    b->word[n] = (cw2v_span){p, end};
    *position = p = end + 1 + width;
  }
  return n;
}

void cw2v_read_binary_rows(cw2v_block *b) {
  b->n_odd = 0;
  for (int64_t row = 0; row < b->n_rows; row++) {
    uint8_t *out = (uint8_t *)((float *)b->values + row * b->dim);
    memcpy(out, b->text + b->word[row].end + 1, (size_t)b->dim * 4);
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int64_t i = 0; i < b->dim; i++) {
      uint32_t bits;
      memcpy(&bits, out + 4 * i, 4);
      bits = __builtin_bswap32(bits);
      memcpy(out + 4 * i, &bits, 4);
    }
#endif
    count_odd(b, row);
  }
}

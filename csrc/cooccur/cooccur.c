#include "cooccur/cooccur.h"

enum { AHEAD = 12 }; /* positions between a prefetch and its use: a miss takes as long as some ten windows */

int64_t cw2v_cooccur_stream_size(const int64_t *offsets, int64_t n_sentences, int boundaries) {
  int64_t n_filled = 0;
  for (int64_t s = 0; s < n_sentences; s++) n_filled += offsets[s + 1] > offsets[s];
  return 1 + offsets[n_sentences] + n_filled * (boundaries ? 3 : 1);
}

void cw2v_cooccur_stream(const int32_t *ids, const int64_t *offsets, int64_t n_sentences, int32_t start, int32_t end,
                         int32_t *out) {
  *out++ = CW2V_NO_WORD;
  for (int64_t s = 0; s < n_sentences; s++) {
    if (offsets[s + 1] == offsets[s]) continue;
    if (start >= 0) *out++ = start;
    for (int64_t i = offsets[s]; i < offsets[s + 1]; i++) *out++ = ids[i];
    if (end >= 0) *out++ = end;
    *out++ = CW2V_NO_WORD;
  }
}

void cw2v_cooccur_count(const int32_t *stream, int64_t n_stream, int64_t *count) {
  for (int64_t p = 0; p < n_stream; p++)
    if (stream[p] >= 0) count[stream[p]]++;
}

void cw2v_cooccur_index(const int32_t *stream, int64_t n_stream, int32_t first_row, int32_t last_row, int64_t *cursor,
                        uint32_t *position) {
  for (int64_t p = 0; p < n_stream; p++)
    if (stream[p] >= first_row && stream[p] < last_row) position[cursor[stream[p] - first_row]++] = (uint32_t)p;
}

static inline void mark(cw2v_cooccur_scratch *s, int32_t column) {
  s->column[column >> 6] |= 1ULL << (column & 63);
  s->group[column >> 12] |= 1ULL << (column >> 6 & 63);
}

/* The first word of a window's side beyond `p`, and where the side of a position begins in the stream. */
static inline const int32_t *centre_of(const cw2v_cooccur *c, int64_t i, int64_t end) {
  if (i + AHEAD < end) __builtin_prefetch(c->stream + c->position[i + AHEAD]);
  return c->stream + c->position[i];
}

static void mark_row(const cw2v_cooccur *c, int32_t row, cw2v_cooccur_scratch *s) {
  const int64_t end = c->begin[row - c->first_row + 1];
  for (int64_t i = c->begin[row - c->first_row]; i < end; i++) {
    const int32_t *centre = centre_of(c, i, end);
    for (int32_t d = 1; d <= c->window && centre[d] >= 0; d++) mark(s, centre[d]);
    if (c->directed) continue;
    for (int32_t d = 1; d <= c->window && centre[-d] >= 0; d++) mark(s, centre[-d]);
  }
}

static inline void add(cw2v_cooccur_scratch *s, int32_t column, int64_t weight) {
  if (s->sum[column] == 0) mark(s, column);
  s->sum[column] += weight;
}

static void sum_row(const cw2v_cooccur *c, int32_t row, cw2v_cooccur_scratch *s) {
  const int64_t end = c->begin[row - c->first_row + 1];
  for (int64_t i = c->begin[row - c->first_row]; i < end; i++) {
    const int32_t *centre = centre_of(c, i, end);
    for (int32_t d = 1; d <= c->window && centre[d] >= 0; d++) add(s, centre[d], c->weight[d - 1]);
    if (c->directed) continue;
    for (int32_t d = 1; d <= c->window && centre[-d] >= 0; d++) add(s, centre[-d], c->weight[d - 1]);
  }
}

/* Takes the marked columns of a row in rising order, and clears the scratch. indices may be NULL: they are only
 * counted. */
static int64_t take_columns(const cw2v_cooccur *c, cw2v_cooccur_scratch *s, int32_t *indices, double *data) {
  const int32_t n_groups = (int32_t)(((int64_t)c->n_words + 4095) / 4096);
  int64_t n = 0;
  for (int32_t g = 0; g < n_groups; g++) {
    for (uint64_t words = s->group[g]; words; words &= words - 1) {
      const int32_t w = g * 64 + __builtin_ctzll(words);
      uint64_t bits = s->column[w];
      s->column[w] = 0;
      if (!indices) {
        n += __builtin_popcountll(bits);
        continue;
      }
      for (; bits; bits &= bits - 1) {
        const int32_t column = w * 64 + __builtin_ctzll(bits);
        indices[n] = column;
        data[n++] = (double)s->sum[column] / c->unit;
        s->sum[column] = 0;
      }
    }
    s->group[g] = 0;
  }
  return n;
}

static int rows_are_there(const cw2v_cooccur *c, int32_t first, int32_t last) {
  return c->window >= 1 && c->first_row <= first && first <= last && last <= c->last_row && c->last_row <= c->n_words;
}

cw2v_status cw2v_cooccur_sizes(const cw2v_cooccur *c, int32_t first, int32_t last, cw2v_cooccur_scratch *scratch,
                               int64_t *size) {
  if (!rows_are_there(c, first, last)) return CW2V_EINVAL;
  for (int32_t row = first; row < last; row++) {
    mark_row(c, row, scratch);
    size[row] = take_columns(c, scratch, 0, 0);
  }
  return CW2V_OK;
}

cw2v_status cw2v_cooccur_rows(const cw2v_cooccur *c, int32_t first, int32_t last, cw2v_cooccur_scratch *scratch,
                              const int64_t *indptr, int32_t *indices, double *data) {
  if (!rows_are_there(c, first, last)) return CW2V_EINVAL;
  for (int32_t row = first; row < last; row++) {
    sum_row(c, row, scratch);
    if (take_columns(c, scratch, indices + indptr[row], data + indptr[row]) != indptr[row + 1] - indptr[row])
      return CW2V_EINVAL;
  }
  return CW2V_OK;
}

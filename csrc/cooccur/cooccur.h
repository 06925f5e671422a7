/* Counting which words stand near each other, row by row of the matrix.
 *
 * A row is the sum over all positions of its word, so each row is made by one thread, in the order of the corpus, and the
 * matrix does not depend on the number of threads. Weights are integers (the caller divides by their unit at the end):
 * integer sums do not depend on their order either, so that a symmetric count is symmetric to the last bit. */
#ifndef CW2V_COOCCUR_H
#define CW2V_COOCCUR_H

#include <stdint.h>

#include "status.h"

enum { CW2V_NO_WORD = -1 };

/* What is counted. The stream is the corpus with its boundary tokens, if there are any, and a CW2V_NO_WORD before,
 * between and behind the sentences: a window ends there, and no position needs to know its sentence. */
typedef struct cw2v_cooccur {
  const int32_t *stream;    /* (n_stream) */
  int64_t n_stream;         /* below 2^32 */
  int32_t n_words;          /* V: words, boundary tokens included */
  int32_t window;           /* at least 1 */
  int directed;             /* columns are the words behind the row's only, not those on both sides */
  const int64_t *weight;    /* (window) of distance 1, 2, ...: at least 1; no sum of a cell may exceed int64 */
  double unit;              /* sums are divided by it */
  int32_t first_row, last_row; /* rows whose positions are there: first_row <= row < last_row */
  const int64_t *begin;     /* (last_row - first_row + 1) where the positions of each row begin */
  const uint32_t *position; /* (begin[last]) places in the stream, rising within a row */
} cw2v_cooccur;

/* Scratch of one thread: all zero before and after each call. */
typedef struct cw2v_cooccur_scratch {
  int64_t *sum;     /* (V) */
  uint64_t *column; /* (ceil(V / 64)) a bit for each column that has a sum */
  uint64_t *group;  /* (ceil(V / 4096)) a bit for each element of `column` that is not 0 */
} cw2v_cooccur_scratch;

/* Length of the stream of a corpus. */
int64_t cw2v_cooccur_stream_size(const int64_t *offsets, int64_t n_sentences, int boundaries);

/* Writes the stream. ids: (offsets[n_sentences]); start, end: words to put around each sentence that has words, or
 * CW2V_NO_WORD twice; out: (cw2v_cooccur_stream_size). */
void cw2v_cooccur_stream(const int32_t *ids, const int64_t *offsets, int64_t n_sentences, int32_t start, int32_t end,
                         int32_t *out);

/* Adds each word's occurrences in the stream to count (V). */
void cw2v_cooccur_count(const int32_t *stream, int64_t n_stream, int64_t *count);

/* Lists the positions of the words from first_row to last_row. cursor: (last_row - first_row), what `begin` of the
 * struct has; it is moved to the ends. position: (begin[last]). */
void cw2v_cooccur_index(const int32_t *stream, int64_t n_stream, int32_t first_row, int32_t last_row, int64_t *cursor,
                        uint32_t *position);

/* Columns that each of the rows from `first` to `last` has, into size[row] (V). EINVAL for rows whose positions are not
 * there. */
cw2v_status cw2v_cooccur_sizes(const cw2v_cooccur *c, int32_t first, int32_t last, cw2v_cooccur_scratch *scratch,
                               int64_t *size);

/* Fills the rows from `first` to `last`, columns rising. indptr: (V + 1), the sums of the sizes above. */
cw2v_status cw2v_cooccur_rows(const cw2v_cooccur *c, int32_t first, int32_t last, cw2v_cooccur_scratch *scratch,
                              const int64_t *indptr, int32_t *indices, double *data);

#endif

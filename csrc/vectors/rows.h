/* Rows of word2vec's files: a word and its D values, as text or binary.
 *
 * A file is worked on in blocks: first the place of each row is found (cut), which goes from row to row; then the rows
 * are read, by any thread. All positions are offsets into `text`, which may be a piece of the file. */
#ifndef CW2V_VECTORS_ROWS_H
#define CW2V_VECTORS_ROWS_H

#include <stdint.h>

#include "status.h"

typedef struct cw2v_span {
  int64_t begin, end;
} cw2v_span;

/* A value that is not certain: the caller settles it from its text. */
typedef struct cw2v_unsure {
  int64_t index; /* in values */
  cw2v_span text;
} cw2v_unsure;

typedef struct cw2v_block {
  const uint8_t *text; /* (size) */
  int64_t size;
  int64_t n_rows, dim; /* at least 0, at least 1 */
  cw2v_span *word;     /* (n_rows) */
  void *values;        /* (n_rows, dim) float32, or float64 if `doubles` is set */
  int doubles;         /* text only */
  int64_t n_odd;       /* out: rows with values that are infinite or not numbers */
  int64_t first_odd;   /* out: the first of them, if there are any */
} cw2v_block;

/* Finds up to n_rows lines. line: (n_rows + 1) where each begins; line[0] is given. A line without an end is the last
 * one if `is_last` is set, and else none. Returns how many were found. */
int64_t cw2v_cut_lines(const uint8_t *text, int64_t size, int is_last, int64_t *line, int64_t n_rows);

/* Reads rows from lines. Each is a word and `dim` numbers, with white space between; the word may have white space
 * within it unless a number follows that. unsure: (max_unsure >= dim). Returns how many rows were read: fewer than all
 * if the next is no row (EINVAL in *status), or if the next might have more uncertain values than there is room for
 * (EFULL). */
typedef struct cw2v_text_rows {
  const int64_t *line; /* (n_rows + 1) */
  cw2v_unsure *unsure; /* (max_unsure) */
  int64_t n_unsure, max_unsure;
} cw2v_text_rows;
int64_t cw2v_read_text_rows(cw2v_block *block, cw2v_text_rows *rows, cw2v_status *status);

/* Finds up to n_rows binary rows, beginning at *position, which is moved behind them: line feeds, the word, a space and
 * dim float32. Returns how many were found; the next is cut short, or has a line feed in its word. */
int64_t cw2v_cut_binary_rows(const cw2v_block *block, int64_t *position);

/* Copies the values behind the words that cw2v_cut_binary_rows found, and turns the bytes on a big-endian machine. */
void cw2v_read_binary_rows(cw2v_block *block);

/* What is written: rows of words and their values. */
typedef struct cw2v_written {
  const uint8_t *text;    /* all words */
  const int64_t *end;     /* (V + 1) word i is text[end[i]] to text[end[i + 1] - 1]; a byte between words is left out */
  const int64_t *row;     /* (n_rows) which rows */
  const float *values;    /* (n_rows, dim) of these */
  int64_t n_rows, dim;
} cw2v_written;

/* Bytes that n_rows rows need at most. */
int64_t cw2v_written_size(const cw2v_written *w);
/* Write rows to out: (cw2v_written_size). Return how many bytes they are. */
int64_t cw2v_write_text_rows(const cw2v_written *w, uint8_t *out);
int64_t cw2v_write_binary_rows(const cw2v_written *w, uint8_t *out);

/* Looks at words with a line feed behind each. end: (n_words + 1) where each begins; 0: one of them is empty or has
 * white space in it (`binary`: a space), or there are not n_words. */
int cw2v_check_words(const uint8_t *text, int64_t size, int binary, int64_t n_words, int64_t *end);

#endif

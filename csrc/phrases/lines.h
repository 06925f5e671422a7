/* From word ids back to text: a line a sentence. */
#ifndef CW2V_PHRASES_LINES_H
#define CW2V_PHRASES_LINES_H

#include <stdint.h>

typedef struct cw2v_lines {
  const uint8_t *text;    /* the words, one behind the other */
  const int64_t *begins;  /* (V + 1,) where each begins; the last is the end of the text */
  const int32_t *ids;     /* (N,) below V */
  const int64_t *offsets; /* (S + 1,) sentences */
} cw2v_lines;

/* Bytes of the sentences first .. last. */
int64_t cw2v_lines_size(const cw2v_lines *lines, int64_t first, int64_t last);

/* Write them into as many bytes: words with a blank between them, a line feed behind each sentence. */
void cw2v_write_lines(const cw2v_lines *lines, int64_t first, int64_t last, uint8_t *out);

#endif

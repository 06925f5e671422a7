#include "phrases/lines.h"

#include <string.h>

int64_t cw2v_lines_size(const cw2v_lines *lines, int64_t first, int64_t last) {
  int64_t size = 0;
  for (int64_t s = first; s < last; s++) {
    size += lines->offsets[s] == lines->offsets[s + 1];
    for (int64_t i = lines->offsets[s]; i < lines->offsets[s + 1]; i++)
      size += lines->begins[lines->ids[i] + 1] - lines->begins[lines->ids[i]] + 1;
  }
  return size;
}

void cw2v_write_lines(const cw2v_lines *lines, int64_t first, int64_t last, uint8_t *out) {
  for (int64_t s = first; s < last; s++) {
    for (int64_t i = lines->offsets[s]; i < lines->offsets[s + 1]; i++) {
      const int64_t begin = lines->begins[lines->ids[i]], length = lines->begins[lines->ids[i] + 1] - begin;
      if (i > lines->offsets[s]) *out++ = ' ';
      if (length) memcpy(out, lines->text + begin, (size_t)length);
      out += length;
    }
    *out++ = '\n';
  }
}

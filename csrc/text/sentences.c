#include "text/sentences.h"

/* Move on by `n` tokens of one line, ending a sentence whenever it has max_words. */
static int advance(cw2v_cutter *cutter, int64_t n) {
  while (cutter->open_words + n >= cutter->max_words) {
    const int64_t step = cutter->max_words - cutter->open_words;
    if (cutter->n_ends == cutter->max_ends)
      return CW2V_EFULL;
    cutter->position += step;
    cutter->ends[cutter->n_ends++] = cutter->position;
    cutter->open_words = 0;
    n -= step;
  }
  cutter->position += n;
  cutter->open_words += n;
  return CW2V_OK;
}

int cw2v_cut_lines(cw2v_cutter *cutter, const int64_t *line_ends, int64_t n_line_ends, int64_t n_tokens) {
  int64_t line, done = 0;
  for (line = 0; line < n_line_ends; line++) {
    if (line_ends[line] < done || line_ends[line] > n_tokens)
      return CW2V_EINVAL;
    if (advance(cutter, line_ends[line] - done) != CW2V_OK)
      return CW2V_EFULL;
    done = line_ends[line];
    if (cutter->open_words > 0) { /* 0: a line without words, or one that was just cut at its end */
      if (cutter->n_ends == cutter->max_ends)
        return CW2V_EFULL;
      cutter->ends[cutter->n_ends++] = cutter->position;
      cutter->open_words = 0;
    }
  }
  return advance(cutter, n_tokens - done);
}

int cw2v_remap(cw2v_remapper *remapper, const int32_t *ids, int64_t n_ids, const int32_t *map, int64_t n_map) {
  int32_t *out = remapper->out;
  int64_t n_out = remapper->n_out, i = 0;
  const int64_t begin = remapper->position, max_out = remapper->max_out;
  for (;;) {
    /* Up to the next sentence boundary or the end of the block. */
    int64_t stop = n_ids;
    const int has_offset = remapper->next_offset < remapper->n_offsets;
    if (has_offset && remapper->offsets[remapper->next_offset] - begin < n_ids)
      stop = remapper->offsets[remapper->next_offset] - begin;
    for (; i < stop; i++) {
      int32_t id;
      if ((uint32_t)ids[i] >= (uint64_t)n_map)
        return CW2V_EINVAL;
      id = map[ids[i]];
      if (n_out < max_out) { /* write always, move on only if kept: no branch on the word */
        out[n_out] = id;
        n_out += id >= 0;
      } else if (id >= 0) {
        return CW2V_EFULL;
      }
    }
    if (!has_offset || remapper->offsets[remapper->next_offset] - begin > n_ids)
      break;
    remapper->offsets[remapper->next_offset++] = n_out;
  }
  remapper->n_out = n_out;
  remapper->position = begin + n_ids;
  return CW2V_OK;
}

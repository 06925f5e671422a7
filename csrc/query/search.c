#include "query/search.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Squares of lengths between these can be trusted; other rows are brought near 1 by a power of two first. */
#define SMALLEST 1e-30f
#define LARGEST 1e30f

/* A copy of a row whose largest element is between 1/2 and 1; NULL if that is 0 or not finite. */
static const float *scaled_row(const float *row, int32_t dim, float *copy) {
  float most = 0.0f;
  int exponent;
  for (int32_t k = 0; k < dim; k++) {
    if (!isfinite(row[k])) return NULL;
    most = fmaxf(most, fabsf(row[k]));
  }
  if (most == 0.0f) return NULL;
  frexpf(most, &exponent);
  for (int32_t k = 0; k < dim; k++) copy[k] = ldexpf(row[k], -exponent);
  return copy;
}

static int is_extreme(float square) { return !(square >= SMALLEST && square <= LARGEST); }

/* Takes scaled copies of the rows whose squares cannot be trusted; returns whether there are any. */
static int scale_extremes(cw2v_panel *panel, const float *square, float *copies) {
  int extreme = 0, copied = 0;
  for (int32_t r = 0; r < panel->n_rows; r++) extreme |= is_extreme(square[r]);
  if (!extreme) return 0;
  for (int32_t r = 0; r < panel->n_rows; r++) {
    if (!is_extreme(square[r])) continue;
    const float *copy = scaled_row(panel->row[r], panel->dim, copies + r * cw2v_query_stride(panel->dim));
    if (copy != NULL) panel->row[r] = copy, copied = 1;
  }
  return copied;
}

/* Cosines (n_queries, CW2V_PANEL) of all queries with up to a panel of rows, into the start of the scratch. */
static void panel_cosines(const cw2v_search *s, int64_t first, int32_t n) {
  float *cosine = s->scratch, *inverse = cosine + (ptrdiff_t)s->n_queries * CW2V_PANEL, *copies = inverse + CW2V_PANEL;
  cw2v_panel panel = {.n_rows = n, .dim = s->dim};
  for (int32_t r = 0; r < n + CW2V_TILE - 1 && r < CW2V_PANEL; r++) {
    const int64_t place = first + (r < n ? r : n - 1);
    panel.row[r] = s->vectors + (s->among ? s->among[place] : place) * s->dim;
  }
  s->simd->products(&panel, s->queries, s->n_queries, cosine, inverse);
  if (scale_extremes(&panel, inverse, copies)) s->simd->products(&panel, s->queries, s->n_queries, cosine, inverse);
  /* Of a row that is not finite the length is NaN, so that no product of one is 0. */
  for (int32_t r = 0; r < n; r++)
    inverse[r] = inverse[r] == 0.0f ? 0.0f : isfinite(inverse[r]) ? 1.0f / sqrtf(inverse[r]) : NAN;
  for (int32_t i = 0; i < s->n_queries; i++)
    for (int32_t r = 0; r < CW2V_PANEL; r++) cosine[i * CW2V_PANEL + r] *= inverse[r];
}

static const float *combined(const cw2v_search *s, const cw2v_questions *q, int32_t question, float *score) {
  const float *cosine = s->scratch;
  if (q->form == CW2V_FORM_COSINE) return cosine + (ptrdiff_t)question * CW2V_PANEL;
  const int64_t begin = q->begin[question], middle = q->negative[question], end = q->begin[question + 1];
  float below[CW2V_PANEL];
  if (q->form == CW2V_FORM_SUM) {
    for (int r = 0; r < CW2V_PANEL; r++) score[r] = 0.0f;
    for (int64_t j = begin; j < end; j++) {
      const float *c = cosine + (ptrdiff_t)q->term[j] * CW2V_PANEL;
      if (j < middle) for (int r = 0; r < CW2V_PANEL; r++) score[r] += c[r];
      else for (int r = 0; r < CW2V_PANEL; r++) score[r] -= c[r];
    }
    return score;
  }
  for (int r = 0; r < CW2V_PANEL; r++) score[r] = below[r] = 1.0f;
  for (int64_t j = begin; j < end; j++) {
    const float *c = cosine + (ptrdiff_t)q->term[j] * CW2V_PANEL;
    float *factor = j < middle ? score : below;
    for (int r = 0; r < CW2V_PANEL; r++) factor[r] *= (1.0f + c[r]) * 0.5f;
  }
  for (int r = 0; r < CW2V_PANEL; r++) score[r] /= below[r] + CW2V_COSMUL_EPSILON;
  return score;
}

static int is_left_out(const cw2v_questions *q, int32_t question, int64_t row) {
  int64_t low = q->left_begin[question], high = q->left_begin[question + 1];
  while (low < high) {
    const int64_t middle = low + (high - low) / 2;
    if (q->left_out[middle] == row) return 1;
    if (q->left_out[middle] < row) low = middle + 1;
    else high = middle;
  }
  return 0;
}

static int is_worse(float score, int64_t row, float than, int64_t than_row) {
  return score < than || (score == than && row > than_row);
}

/* Puts an answer where the heap has a gap at `at`, below which all is in order. */
static void sift_down(float *score, int64_t *row, int32_t n, int32_t at, float new_score, int64_t new_row) {
  for (;;) {
    int32_t child = 2 * at + 1;
    if (child >= n) break;
    if (child + 1 < n && is_worse(score[child + 1], row[child + 1], score[child], row[child])) child++;
    if (!is_worse(score[child], row[child], new_score, new_row)) break;
    score[at] = score[child], row[at] = row[child];
    at = child;
  }
  score[at] = new_score, row[at] = new_row;
}

static void sift_up(float *score, int64_t *row, int32_t at, float new_score, int64_t new_row) {
  for (; at > 0; at = (at - 1) / 2) {
    const int32_t parent = (at - 1) / 2;
    if (!is_worse(new_score, new_row, score[parent], row[parent])) break;
    score[at] = score[parent], row[at] = row[parent];
  }
  score[at] = new_score, row[at] = new_row;
}

/* Rows come in rising order, so one that equals the worst answer is not better. */
static void offer(cw2v_answers *best, int32_t question, float score, int64_t row) {
  float *scores = best->score + (ptrdiff_t)question * best->most;
  int64_t *rows = best->row + (ptrdiff_t)question * best->most;
  int32_t *n = best->n + question;
  if (*n < best->most) sift_up(scores, rows, (*n)++, score, row);
  else if (score > scores[0]) sift_down(scores, rows, *n, 0, score, row);
}

static float to_beat(const cw2v_questions *q, const cw2v_answers *best, int32_t question) {
  const int full = best->n[question] == best->most;
  return full ? best->score[(ptrdiff_t)question * best->most] : nextafterf(q->least, -INFINITY);
}

void cw2v_search_best(const cw2v_search *s, const cw2v_questions *q, int64_t first, int64_t last, cw2v_answers *best) {
  float space[CW2V_PANEL];
  for (int64_t place = first; place < last; place += CW2V_PANEL) {
    const int32_t n = (int32_t)(last - place < CW2V_PANEL ? last - place : CW2V_PANEL);
    panel_cosines(s, place, n);
    for (int32_t question = 0; question < q->n; question++) {
      const float *score = combined(s, q, question, space), least = to_beat(q, best, question);
      int32_t any = 0;
      for (int r = 0; r < CW2V_PANEL; r++) any |= score[r] > least;
      if (!any) continue;
      for (int32_t r = 0; r < n; r++) {
        if (!(score[r] > to_beat(q, best, question))) continue;
        const int64_t row = (s->among ? s->among[place + r] : place + r) + s->offset;
        if (!is_left_out(q, question, row)) offer(best, question, score[r], row);
      }
    }
  }
}

void cw2v_search_cosines(const cw2v_search *s, int64_t first, int64_t last, float *out, int64_t stride) {
  for (int64_t place = first; place < last; place += CW2V_PANEL) {
    const int32_t n = (int32_t)(last - place < CW2V_PANEL ? last - place : CW2V_PANEL);
    panel_cosines(s, place, n);
    for (int32_t i = 0; i < s->n_queries; i++)
      memcpy(out + i * stride + (place - first), s->scratch + (ptrdiff_t)i * CW2V_PANEL, (size_t)n * sizeof(float));
  }
}

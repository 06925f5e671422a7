/* The vector kernels, one table of functions an instruction set.
 *
 * Every table has the same functions with the same contract; scalar.c is the specification. Rows are float32, start on a
 * 64-byte boundary and are CW2V_ROW_ALIGN floats long or a multiple of it; the floats beyond the vector's dimensions are
 * zero and stay zero. No function allocates, calls out, or keeps anything. */
#ifndef CW2V_SIMD_H
#define CW2V_SIMD_H

#include <stdint.h>

#include "rng/alias.h"

#define CW2V_ROW_ALIGN 16 /* floats: 64 bytes, one cache line, one AVX-512 register */
#define CW2V_TILE 6       /* target rows that the fused kernel keeps in registers */
#define CW2V_TILE_SLOT 8  /* floats that one tile takes in a row of logits */
#define CW2V_MAX_CONTEXTS 16

/* A window: contexts and targets that are updated together, all from the values before the step.
 *
 *   x_jo = <context_j, target_o>
 *   g_jo = weight_j * gain_o * sigmoid(-sign_o * x_jo)
 *   context_j += sum_o g_jo * target_o        target_o += sum_j g_jo * context_j
 *
 * With sign +1 and gain +alpha for the true word, sign -1 and gain -alpha for a noise word this is one step of gradient
 * ascent on  log sigmoid(x_j0) + sum_o log sigmoid(-x_jo)  (Mikolov et al. 2013b, eq. 4) for every context j; n_contexts = 1
 * is the update of word2vec.c. Rows within each list are pairwise distinct: a row that occurs twice is listed once with
 * its weight or gain doubled, which is the same sum. */
typedef struct cw2v_window {
  float *const *context;       /* (n_contexts) rows of `dim` floats */
  const float *context_weight; /* (n_contexts), or NULL for all ones */
  float *const *target;        /* (n_targets) rows of `dim` floats */
  const float *sign;           /* (2 * stride), see cw2v_window_stride: by slot, the pattern twice over */
  const float *gain;           /* (2 * stride) likewise; zero in the unused slots */
  float *gradient; /* NULL, or a row for sum_o g_0o target_o: the one context is then read but not updated (CBOW) */
  double *loss;    /* NULL, or where sum_jo weight_j times_o softplus(-sign_o x_jo) is added: the windows' negative
                    * log-likelihood before the step */
  const float *times;          /* (2 * stride) with loss only: by slot, how often the target counts, unused slots 0 */
  int32_t n_contexts;          /* 1 .. CW2V_MAX_CONTEXTS */
  int32_t n_targets;           /* >= 1 */
  int32_t dim;                 /* multiple of CW2V_ROW_ALIGN */
  int32_t columns;             /* <= dim: floats of each row in use, those behind them are zero */
  int32_t n_next;
  /* (n_next) rows that a later window will write. A hint: the fused kernel asks for one cache line of each between its
   * own, since a burst of prefetches would fill the processor's queue of outstanding misses and stall it. */
  const float *const *next;
} cw2v_window;

/* Targets lie in tiles of CW2V_TILE, each tile in a slot of CW2V_TILE_SLOT floats: target o is at column
 * (o / CW2V_TILE) * CW2V_TILE_SLOT + o % CW2V_TILE of a row of logits. */
static inline int32_t cw2v_window_column(int32_t o) {
  return o / CW2V_TILE * CW2V_TILE_SLOT + o % CW2V_TILE;
}
static inline int32_t cw2v_window_stride(int32_t n_targets) {
  return (n_targets + CW2V_TILE - 1) / CW2V_TILE * CW2V_TILE_SLOT;
}
/* Floats of scratch that cw2v_simd.window needs: a logit for every pair, and two registers a context. */
static inline int64_t cw2v_window_scratch(int32_t n_targets) {
  return (int64_t)(CW2V_MAX_CONTEXTS + 2) * cw2v_window_stride(n_targets) + CW2V_MAX_CONTEXTS * 2 * CW2V_ROW_ALIGN;
}

/* The full softmax (Mikolov et al. 2013b, eq. 2): contexts predict one of all V words each, from the values before the step.
 *
 *   x_jo = <context_j, row_o>         p_jo = exp(x_jo) / sum_i exp(x_ji)
 *   g_jo = alpha * weight_j * ([o = target_j] - p_jo)
 *   gradient_j = sum_o g_jo row_o     row_o += sum_j g_jo context_j
 *
 * which is a step of gradient ascent on  sum_j weight_j log p_j,target_j. The contexts are read only: the caller adds the
 * gradients to what they came from. */
typedef struct cw2v_softmax {
  float *const *context; /* (n_contexts) rows of `dim` floats */
  const int32_t *target; /* (n_contexts) word_id */
  const float *weight;   /* (n_contexts), or NULL for all ones */
  float *rows;           /* (V, dim) */
  float *gradient;       /* (n_contexts, dim) */
  double *loss;          /* NULL, or where -sum_j weight_j log p_j,target_j is added */
  float alpha;
  int32_t n_contexts;    /* 1 .. CW2V_MAX_CONTEXTS */
  int32_t n_words;       /* V */
  int32_t dim;
} cw2v_softmax;

/* Floats between two contexts' logits, whole vectors of tiles; and the scratch that cw2v_simd.softmax needs. */
static inline int64_t cw2v_softmax_stride(int32_t n_words) {
  return ((int64_t)n_words + 2 * CW2V_TILE - 1) / (2 * CW2V_TILE) * (2 * CW2V_TILE_SLOT);
}
static inline int64_t cw2v_softmax_scratch(int32_t n_words) {
  return CW2V_MAX_CONTEXTS * cw2v_softmax_stride(n_words);
}

/* Some rows of a matrix that questions are asked of: of any length and at any address, unlike all others here. */
#define CW2V_PANEL (8 * CW2V_TILE) /* rows: 300 floats of each stay in the cache while all queries pass over them */

typedef struct cw2v_panel {
  const float *row[CW2V_PANEL]; /* rows of `dim` floats; from n_rows on to a whole tile the last one again */
  int32_t n_rows;               /* 1 .. CW2V_PANEL */
  int32_t dim;
} cw2v_panel;

/* Floats of a query of `dim` dimensions: queries are aligned and padded with zeros, as rows of weights are. */
static inline int64_t cw2v_query_stride(int32_t dim) {
  return ((int64_t)dim + CW2V_ROW_ALIGN - 1) / CW2V_ROW_ALIGN * CW2V_ROW_ALIGN;
}

/* 8-bit codes of a row of `dim` dimensions, zeros behind them. */
static inline int64_t cw2v_code_stride(int32_t dim) { return ((int64_t)dim + 31) / 32 * 32; }

#define CW2V_DRAWN_AT_ONCE 16 /* noise words */

typedef struct cw2v_simd {
  const char *name;
  float (*dot)(const float *x, const float *y, int64_t n);
  void (*axpy)(float a, const float *x, float *y, int64_t n); /* y += a x */
  /* y = 1 / (1 + exp(-x)), by element, saturating; n a multiple of 16. Absolute error below 1e-7; relative
   * below 1e-6 for |x| <= 16 (4e-6 towards -80, where x log2(e) is rounded). */
  void (*sigmoid)(const float *x, float *y, int64_t n);
  /* The fused form of cw2v_step_generic (step/step.h), which it must equal; scratch is 64-byte aligned. */
  void (*window)(const cw2v_window *window, float *scratch);
  /* The fused form of cw2v_softmax_generic; logits: cw2v_softmax_scratch(V) floats, 64-byte aligned. */
  void (*softmax)(const cw2v_softmax *softmax, float *logits);
  /* out = scale * sum_j row_j;  row_j += scale * x, one row after the other, so
   * that a row which is listed twice is updated twice. */
  void (*gather)(float *const *rows, int32_t n_rows, float scale, float *out, int64_t n);
  void (*scatter)(float *const *rows, int32_t n_rows, float scale, const float *x, int64_t n);
  /* shared += local - base; local = base = shared (train/hot_rows.h). */
  void (*merge)(float *shared, float *local, float *base, int64_t n);
  /* out[i * CW2V_PANEL + r] = <query_i, row_r> and squares[r] = <row_r, row_r>, for whole tiles of rows. A product does
   * not depend on what else is in the panel or among the queries, of which there is at least one. */
  void (*products)(const cw2v_panel *panel, const float *queries, int32_t n_queries, float *out, float *squares);
  /* out[r] = <rows[r], query>, of consecutive rows of `stride` codes; no sum of the sizes of products reaches 2^31. */
  void (*codes)(const int8_t *rows, int32_t n_rows, int64_t stride, const int16_t *query, int32_t *out);
  /* bits[i] = cw2v_random(key, counter[i]) (rng/rng.h). */
  void (*random)(uint64_t key, const uint64_t *counter, int32_t n, uint64_t *bits);
  /* drawn[i] = cw2v_alias_draw(table, n_words, bits[i]) (rng/alias.h); n a multiple of CW2V_DRAWN_AT_ONCE. */
  void (*draw)(const cw2v_alias_slot *table, uint32_t n_words, const uint64_t *bits, int32_t n, int32_t *drawn);
  /* twin[t] for begin <= t < end: the largest j < t, not below begin nor below t - width, with word_id[j] == word_id[t], or -1. */
  void (*twins)(const int32_t *word_id, int32_t begin, int32_t end, int32_t width, int32_t *twin);
  /* Those of n words, a multiple of CW2V_DRAWN_AT_ONCE, that are below `end`, with the value of each, in their order; returns
   * how many. What lies behind them in the n places is undefined. */
  int32_t (*select)(const int32_t *word_id, const int32_t *value, int32_t n, int32_t end, int32_t *selected,
                    int32_t *selected_value);
  /* allowance -= cost, of n, a multiple of CW2V_DRAWN_AT_ONCE; the indices of those that are negative then go to `spent`,
   * whose n places are undefined behind them. Returns how many there are. */
  int32_t (*spend)(int32_t *allowance, const int32_t *cost, int32_t n, int32_t *spent);
  /* row[i] = (word_id[i] < n_local ? local : shared) + word_id[i] * dim, of n words, a multiple of CW2V_DRAWN_AT_ONCE. */
  void (*locate)(const int32_t *word_id, int32_t n, float *shared, float *local, int32_t n_local, int32_t dim, float **row);
} cw2v_simd;

extern const cw2v_simd cw2v_simd_scalar;
extern const cw2v_simd cw2v_simd_sse2;
extern const cw2v_simd cw2v_simd_avx2;
extern const cw2v_simd cw2v_simd_avx512;
extern const cw2v_simd cw2v_simd_neon;

/* The i-th table this machine can run, best first; NULL past the last. The scalar one is always there. */
const cw2v_simd *cw2v_simd_available(int i);

/* The table of that name if this machine can run it, else NULL. NULL or "" names the best. */
const cw2v_simd *cw2v_simd_find(const char *name);

#endif

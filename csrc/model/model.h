/* What a training run is made of: constant hyper-parameters, the corpus, shared weights, per-thread scratch.
 *
 * All memory belongs to the caller. Names of integers say what they index: word_id a row of the weights, position a
 * token of the encoded corpus, sentence an entry of offsets, block an entry of blocks, place an entry of order. */
#ifndef CW2V_MODEL_H
#define CW2V_MODEL_H

#include <stdatomic.h>
#include <stdint.h>

#include "model/huffman.h"
#include "rng/alias.h"
#include "simd/simd.h"

typedef enum cw2v_architecture {
  CW2V_SKIP_GRAM = 0, /* each context by itself predicts the centre */
  CW2V_CBOW = 1,      /* the contexts' mean or sum predicts it */
} cw2v_architecture;

/* Objectives, as the places of their losses; a run has the full softmax, or one or both of the others. */
enum { CW2V_NEGATIVE_SAMPLING, CW2V_HIERARCHICAL_SOFTMAX, CW2V_FULL_SOFTMAX, CW2V_OBJECTIVES };

/* Hyper-parameters and tables of one epoch; const while it runs. V words, K noise words. */
typedef struct cw2v_params {
  const cw2v_simd *simd;
  int32_t n_words;         /* V */
  int32_t dim;             /* floats a row, a multiple of CW2V_ROW_ALIGN */
  int32_t columns;         /* of which so many are in use, and zeros behind them */
  int32_t window_left;     /* >= 0: contexts before the centre */
  int32_t window_right;    /* >= 0: contexts behind it; one of the two is at least 1 */
  int32_t shrink_windows;  /* draw each window's reach from 1 .. its most */
  int32_t architecture;    /* cw2v_architecture */
  int32_t cbow_mean;       /* CBOW's hidden layer: the contexts' mean, else their sum */
  int32_t cbow_exact;      /* CBOW's gradient: divided by the number of contexts if they are averaged, else word2vec.c's */
  int32_t softmax;         /* train the full softmax over all words, and no other objective */
  int32_t hs;              /* train the hierarchical softmax */
  cw2v_paths paths;        /* its tree */
  int32_t negative;        /* K >= 0; 0: no negative sampling */
  int32_t shared_negatives; /* one noise set a centre word, and for several of them; else one a pair, or CBOW's centre */
  int32_t measure_loss;
  int32_t fused;           /* use simd->window, else cw2v_step_generic: for tests */
  uint64_t token_key;      /* stream of sub-sampling and window sizes, counter: position */
  uint64_t noise_key;      /* stream of noise words */
  const uint32_t *keep;    /* (V) a token stays when its 32 random bits are <= keep[word_id] */
  int32_t n_subsampled;    /* < V: the words behind this one are kept as it is, nearly always all of them. With the frequent
                            * words first hardly any of keep is ever looked at, and the rest stays out of the caches */
  const cw2v_alias_slot *noise; /* (V) alias table of the noise distribution */
  const float *lock;       /* (V) share of its updates that each word's input row gets, or NULL: all of them */
  /* Learning rate of the token that `before` tokens of the epoch are trained before:
   * start_alpha + (end_alpha - start_alpha) * (progress_begin + before * progress_step), never below end_alpha when it falls. */
  double start_alpha, end_alpha, progress_begin, progress_step;
} cw2v_params;

/* Explicit pairs, for training without a corpus: the word `input` predicts the word `target`. */
typedef struct cw2v_pairs {
  const int32_t *input;  /* (n_pairs) word_id */
  const int32_t *target; /* (n_pairs) word_id */
  const float *weight;   /* (n_pairs) how often each pair counts, or NULL: once */
  int64_t n_pairs;
} cw2v_pairs;

typedef struct cw2v_corpus {
  const int32_t *ids;     /* (n_tokens) word_id of every token */
  const int64_t *offsets; /* (n_sentences + 1) positions: sentence s is ids[offsets[s] .. offsets[s + 1]) */
  const int64_t *blocks;  /* (n_blocks + 1) sentences: block b is sentences [blocks[b] .. blocks[b + 1]) */
  int64_t n_blocks;
  const int64_t *order;   /* (n_blocks) the block that is trained in each place: each once */
  const int64_t *before;  /* (n_blocks + 1) tokens of the blocks in the places before each */
  /* ids and offsets may lie in a file that somebody writes into, after they have been checked. So whoever reads them reads
   * each once, and holds it against these. */
  int64_t first, last;    /* offsets[0] and offsets[n_sentences] */
  int64_t largest_block;  /* tokens */
} cw2v_corpus;

/* The most targets that one step can have. */
static inline int32_t cw2v_max_targets(int32_t negative) {
  return negative + 1 > CW2V_MAX_PATH ? negative + 1 : CW2V_MAX_PATH;
}

/* A thread's private copies of the n_rows most frequent rows of one matrix; see train/hot_rows.h. n_rows 0: none.
 *
 * A lane of deterministic training (train/lanes.h) copies every row that it meets in a round instead: `slot` is not NULL
 * then, local has room for n_rows of them, and what merges between threads need is not used. */
#define CW2V_LANES 8
#define CW2V_UPDATE 256 /* an update, in the units in which they are counted: noise is counted by its expectation */
typedef struct cw2v_hot_rows {
  float *shared;      /* (V, dim) */
  float *local;       /* (n_rows, dim) */
  float *base;        /* (n_rows, dim) the shared row when it was last merged */
  int32_t *allowance; /* (H) updates that are left until a row's merge. H: cw2v_hot_rows_size(n_rows) */
  int32_t *limit;     /* (H) its allowance after a merge; INT32_MAX from n_rows on */
  int32_t *noise;     /* (H) updates to be expected of the noise of cw2v_scratch.counted centres, zeros from n_rows on; NULL: none */
  int32_t n_rows;
  int32_t n_due;
  int32_t *due;       /* (CW2V_MOST_COUNTED + H) rows whose merge has been put off until what it takes is here */
  int32_t *slot;      /* (V, CW2V_LANES) of all lanes, from this lane's column on: the row's place in local, or -1 */
  int32_t *taken;     /* (CW2V_LANES, n_rows) ids of the rows copied, by id modulo CW2V_LANES */
  int32_t *updates;   /* (n_rows) of lanes: how often each copy was updated in this round */
  int32_t n_taken[CW2V_LANES];
  int32_t n_local;    /* places of local in use */
} cw2v_hot_rows;

/* The last place, or more, is of all rows that are not private. */
static inline int32_t cw2v_hot_rows_size(int32_t n_rows) {
  return (n_rows + CW2V_DRAWN_AT_ONCE) / CW2V_DRAWN_AT_ONCE * CW2V_DRAWN_AT_ONCE;
}

/* Everything one thread writes besides the shared weights. B: tokens of the largest block, and CW2V_DRAW_BATCH more, so that whole
 * batches of them can be read. */
#define CW2V_MAX_NEGATIVE 1000 /* cw2v/parameters.py holds the same bound */
#define CW2V_PATTERNS 8
#define CW2V_DRAW_BATCH CW2V_DRAWN_AT_ONCE /* centres whose noise is drawn at once */
#define CW2V_MOST_COUNTED (4 * CW2V_DRAW_BATCH)
#define CW2V_RING (4 * CW2V_DRAW_BATCH) /* centres whose noise is remembered: train/noise.c is up to two batches ahead */
typedef struct cw2v_scratch {
  cw2v_hot_rows input;  /* rows of the word (input) matrix: contexts */
  cw2v_hot_rows output; /* rows of negative sampling's output matrix: centre and noise words as targets; as many are
                         * private as in input, or none where it is not trained */
  cw2v_hot_rows nodes;  /* rows of the hierarchical softmax' matrix: inner nodes as targets */
  int32_t counted;      /* centres whose updates of private rows are counted at once, and whose merges wait for the last of
                         * them: a multiple of CW2V_DRAW_BATCH, at most CW2V_MOST_COUNTED */
  int32_t *kept;        /* (B) word_id of the tokens that survive sub-sampling */
  int32_t *kept_position; /* (B) their positions, less the block's first */
  int32_t *left;        /* (B) first index into kept of their window */
  int32_t *right;       /* (B) last index */
  int32_t *twin;        /* (B) index of the same word's last occurrence within reach of a window, or -1 */
  int32_t *repeat;      /* (B) the largest twin up to there: a window whose last index's is below its first has no word twice */
  int32_t *last;        /* (B) index of the last token kept of its sentence; with the full softmax only */
  int32_t *noise;       /* (CW2V_RING / CW2V_DRAW_BATCH, K, CW2V_DRAW_BATCH) noise words of the coming centres, by batch */
  int32_t *coincides;   /* (CW2V_RING) not zero: a centre's noise has a word twice, or the centre */
  float **noise_rows;   /* (CW2V_RING, K + 2) rows of the coming centres: its output row, its noise words', and the input row
                         * of the word that enters its window last; not in lanes, where copies come and go */
  uint64_t *bits;       /* (2, K, CW2V_DRAW_BATCH) the random bits of the batches that are not drawn yet */
  uint64_t *counter;    /* (K, CW2V_DRAW_BATCH) their counters */
  float **input_rows;   /* (B) the input row of each token kept but the centre, whose contexts' are neighbours so; not in
                         * lanes */
  float *window;        /* cw2v_window_scratch(N) floats, 64-byte aligned; N: cw2v_max_targets(K) */
  float *pattern;       /* CW2V_PATTERNS * 2 * cw2v_window_stride(N) floats, 64-byte aligned; see train/targets.h */
  float *hidden;        /* (3, dim): CBOW's hidden layer, its gradient, the second objective's gradient */
  float *gradient;      /* (CW2V_MAX_CONTEXTS, dim) for the generic step and the full softmax, 64-byte aligned */
  float *locked;        /* (CW2V_MAX_CONTEXTS, dim) copies of the rows that get a share of their updates, if there are any */
  float *logits;        /* cw2v_softmax_scratch(V) floats, 64-byte aligned; with the full softmax only */
  float *batch;         /* (CW2V_MAX_CONTEXTS, dim) hidden layers of its pending windows; with CBOW */
  float **context_rows; /* (min(window_left + window_right, B)) for CBOW in lanes */
  float **target_rows;  /* (N) */
  const float **next_rows; /* (K + 2 + CW2V_MAX_PATH) rows to prefetch */
  int64_t n_changed;    /* ids and offsets that were not what had been checked; none of them was used */
} cw2v_scratch;

/* What the threads of a run share besides the weights. Nothing racy becomes an index: these are atomics. */
typedef struct cw2v_control {
  _Atomic int64_t next_place;
  _Atomic int64_t words_done; /* tokens of finished blocks, sub-sampled ones included: for progress */
  _Atomic int32_t stop;       /* not zero: return as soon as the current window is done */
  _Atomic int32_t pause;      /* not zero: take no further block; all in places before next_place are then done */
} cw2v_control;

/* What a thread did, counted once a token. */
typedef struct cw2v_tally {
  int64_t trained;    /* tokens kept and used as centres */
  int64_t subsampled; /* tokens dropped by sub-sampling */
  int64_t pairs;      /* predictions made: (centre, context) pairs, or windows with CBOW */
  double loss[CW2V_OBJECTIVES]; /* summed loss of each objective, if measured */
} cw2v_tally;

#endif

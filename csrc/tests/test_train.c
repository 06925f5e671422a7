/* Training by itself, under the sanitizers as test_core.c: sampling, both architectures and all objectives on corpora of odd
 * shapes and on explicit pairs, with one and two threads, with and without locks; and lanes, whose bits must be the same for
 * one thread and for two. With the argument "lanes" only these are trained: they, unlike the others, must be clean under
 * the thread sanitizer too (make races). */
#define _POSIX_C_SOURCE 200809L /* posix_memalign */
#include <pthread.h>

#include "check.h"
#include "run.h"
#include "simd/simd.h"
#include "train/lanes.h"
#include "train/pairs.h"
#include "train/sample.h"
#include "train/train.h"

/* ---- one and two workers ---- */

typedef struct job {
  run *run;
  cw2v_scratch scratch;
  cw2v_tally tally;
  cw2v_lanes *lanes;
} job;

static void *train_blocks(void *argument) {
  job *j = argument;
  cw2v_train_blocks(&j->run->params, &j->run->corpus, &j->run->control, &j->scratch, &j->tally);
  return NULL;
}

static void *train_pairs(void *argument) {
  job *j = argument;
  cw2v_train_pairs(&j->run->params, &j->run->pairs, &j->run->control, &j->scratch, &j->tally);
  return NULL;
}

static void *train_lanes(void *argument) {
  job *j = argument;
  cw2v_train_lanes(&j->run->params, &j->run->corpus, &j->run->control, j->lanes);
  return NULL;
}

static void two_threads(void *(*train)(void *), job *jobs) {
  pthread_t other;
  CHECK(pthread_create(&other, NULL, train, &jobs[1]) == 0);
  train(&jobs[0]);
  CHECK(pthread_join(other, NULL) == 0);
}

static void test_sample(run *r, cw2v_scratch *s) {
  for (int64_t block = 0; block < r->corpus.n_blocks; block++) {
    const int64_t first = r->corpus.offsets[r->corpus.blocks[block]];
    const int32_t n = cw2v_sample_block(&r->params, &r->corpus, block, s);
    for (int32_t t = 0; t < n; t++) {
      CHECK(s->kept[t] == r->corpus.ids[first + s->kept_position[t]]);
      CHECK(t == 0 || s->kept_position[t] > s->kept_position[t - 1]);
      CHECK(0 <= s->left[t] && s->left[t] <= t && t <= s->right[t] && s->right[t] < n);
      CHECK(t - s->left[t] <= r->params.window_left && s->right[t] - t <= r->params.window_right);
      if (r->params.architecture == CW2V_SKIP_GRAM)
        CHECK(s->twin[t] == -1 || (s->twin[t] < t && s->kept[s->twin[t]] == s->kept[t]));
      if (r->params.softmax) CHECK(s->right[t] <= s->last[t] && (s->last[t] == t || s->last[t + 1] == s->last[t]));
    }
  }
}

/* A control that is stopped or paused lets nothing be trained. */
static void test_stopped(run *r, void *(*train)(void *), job *j) {
  for (int pause = 0; pause < 2; pause++) {
    cw2v_control_reset(&r->control, 0, 0);
    if (pause) cw2v_control_pause(&r->control);
    else cw2v_control_stop(&r->control);
    j->tally = (cw2v_tally){0};
    train(j);
    CHECK(j->tally.trained == 0 && cw2v_control_words(&r->control) == 0 && cw2v_control_next(&r->control) == 0);
  }
}

/* `total` tokens or pairs: one thread fused, the generic step from the same weights, then two threads on one matrix. */
static void test_workers(run *r, void *(*train)(void *), job *jobs, int64_t total) {
  const cw2v_simd *simd = r->params.simd;
  jobs[0].tally = jobs[1].tally = (cw2v_tally){0};
  restart(r, 1, simd);
  train(&jobs[0]);
  const cw2v_tally fused = jobs[0].tally;
  const weights expected = copy_weights(r);
  CHECK(fused.trained + fused.subsampled == total && cw2v_control_words(&r->control) == total);
  check_weights(r);

  jobs[0].tally = (cw2v_tally){0};
  restart(r, 0, &cw2v_simd_scalar);
  train(&jobs[0]);
  CHECK(close_weights(r, &expected, 2e-5));
  CHECK(jobs[0].tally.trained == fused.trained && jobs[0].tally.pairs == fused.pairs);
  for (int i = 0; i < CW2V_OBJECTIVES; i++)
    CHECK(fabs(jobs[0].tally.loss[i] - fused.loss[i]) <= 1e-4 * (1.0 + fused.loss[i]));

  jobs[0].tally = (cw2v_tally){0};
  restart(r, 1, simd);
  two_threads(train, jobs);
  CHECK(jobs[0].tally.trained + jobs[0].tally.subsampled + jobs[1].tally.trained + jobs[1].tally.subsampled == total);
  check_weights(r);
  test_stopped(r, train, &jobs[0]);
}

/* Somebody writes into the corpus after it was checked: the buffers, which are as small as they may be, hold, and it is
 * noticed, if only in the block that was struck. */
static void test_changed(run *r, job *j) {
  int32_t *ids = (int32_t *)(uintptr_t)r->corpus.ids;
  int64_t *offsets = (int64_t *)(uintptr_t)r->corpus.offsets;
  const int64_t n_sentences = r->corpus.blocks[r->corpus.n_blocks], n_tokens = r->corpus.last;
  const int64_t wrong[] = {-1, INT32_MIN, INT32_MAX, r->params.n_words, INT64_MAX, INT64_MIN, n_tokens + 1};
  j->tally = (cw2v_tally){0};
  for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
    const int64_t position = (int64_t)(random_bits() % (uint64_t)n_tokens);
    const int64_t sentence = (int64_t)(random_bits() % (uint64_t)(n_sentences + 1));
    const int32_t id = ids[position];
    const int64_t offset = offsets[sentence];
    if (i < 4) {
      ids[position] = (int32_t)wrong[i];
      restart(r, 1, r->params.simd);
      train_blocks(j);
      CHECK(j->scratch.n_changed == 1);
      ids[position] = id;
    }
    offsets[sentence] = wrong[i];
    restart(r, 1, r->params.simd);
    train_blocks(j);
    offsets[sentence] = offset;
    j->scratch.n_changed = 0;
  }
  restart(r, 1, r->params.simd);
  train_blocks(j);
  CHECK(j->scratch.n_changed == 0);
  check_weights(r);
}

static void test_corpus(const shape *s, const variant *v, const cw2v_simd *simd) {
  run r;
  make_run(&r, s, v, simd);
  job jobs[2] = {{.run = &r, .scratch = make_scratch(&r)}, {.run = &r, .scratch = make_scratch(&r)}};
  test_sample(&r, &jobs[0].scratch);
  test_workers(&r, train_blocks, jobs, s->n_tokens);
  if (s->n_tokens > 0) test_changed(&r, &jobs[0]);
  guard_check();
}

static void test_pairs(const shape *s, const variant *v, const cw2v_simd *simd, int64_t n) {
  run r;
  make_run(&r, s, v, simd);
  r.pairs = (cw2v_pairs){.input = random_ids(n, s->n_words), .target = random_ids(n, s->n_words), .n_pairs = n};
  if (n % 2) {
    float *weight = random_floats(n);
    for (int64_t i = 0; i < n; i++) weight[i] = i % 3 == 0 ? 0.0f : 1.0f + weight[i];
    r.pairs.weight = weight;
  }
  job jobs[2] = {{.run = &r, .scratch = make_scratch(&r)}, {.run = &r, .scratch = make_scratch(&r)}};
  test_workers(&r, train_pairs, jobs, n);
  guard_check();
}

/* ---- lanes ---- */

static cw2v_lanes *make_lanes(run *r) {
  const cw2v_params *p = &r->params;
  const size_t slots = CW2V_LANES * (size_t)p->n_words;
  int32_t *slot[MATRICES], longest = 0;
  cw2v_lanes *lanes = buffer(sizeof(cw2v_lanes));
  cw2v_scratch *scratch = buffer(CW2V_LANES * sizeof(cw2v_scratch));
  for (int m = 0; m < MATRICES; m++) {
    slot[m] = buffer((m == 2 ? slots - CW2V_LANES : slots) * sizeof(int32_t));
    memset(slot[m], 0xff, (m == 2 ? slots - CW2V_LANES : slots) * sizeof(int32_t)); /* -1 */
  }
  for (int32_t i = 0; p->hs && i < p->n_words; i++) {
    const int32_t length = (int32_t)(p->paths.begin[i + 1] - p->paths.begin[i]);
    longest = length > longest ? length : longest;
  }
  for (int i = 0; i < CW2V_LANES; i++) {
    scratch[i] = make_buffers(r);
    scratch[i].input = make_lane_rows(r, r->matrix[0], slot[0], i, 0);
    if (p->negative > 0) scratch[i].output = make_lane_rows(r, r->matrix[1], slot[1], i, p->negative + 1);
    if (p->hs) scratch[i].nodes = make_lane_rows(r, r->matrix[2], slot[2], i, longest);
    lanes->lane[i].scratch = &scratch[i];
  }
  return lanes;
}

/* Trains on from where control is, with one thread or two; what all lanes did is added to *sum. */
static void run_lanes(run *r, cw2v_lanes *lanes, int n_threads, cw2v_tally *sum) {
  job jobs[2] = {{.run = r, .lanes = lanes}, {.run = r, .lanes = lanes}};
  cw2v_lanes_begin(lanes, &r->params);
  if (n_threads == 1) train_lanes(&jobs[0]);
  else two_threads(train_lanes, jobs);
  for (int i = 0; i < CW2V_LANES; i++) {
    const cw2v_tally *t = &lanes->lane[i].tally;
    sum->trained += t->trained;
    sum->subsampled += t->subsampled;
    sum->pairs += t->pairs;
    for (int o = 0; o < CW2V_OBJECTIVES; o++) sum->loss[o] += t->loss[o];
  }
}

static void test_lanes(const shape *s, const variant *v, const cw2v_simd *simd) {
  run r;
  cw2v_tally one = {0}, two = {0}, paused = {0};
  make_run(&r, s, v, simd);
  cw2v_lanes *lanes = make_lanes(&r);
  run_lanes(&r, lanes, 1, &one);
  const weights expected = copy_weights(&r);
  CHECK(one.trained + one.subsampled == s->n_tokens && cw2v_control_words(&r.control) == s->n_tokens);
  CHECK(cw2v_control_next(&r.control) == s->n_blocks);
  check_weights(&r);

  restart(&r, 1, simd);
  run_lanes(&r, lanes, 2, &two);
  CHECK(same_weights(&r, &expected) && memcmp(&one, &two, sizeof(one)) == 0);

  restart(&r, 1, simd); /* stopped after a round at most, and no copies left behind; then a pause after each generation */
  cw2v_control_stop(&r.control);
  run_lanes(&r, lanes, 2, &paused);
  CHECK(paused.trained <= CW2V_LANES * CW2V_LANE_CENTRES);
  paused = (cw2v_tally){0};
  restart(&r, 1, simd);
  cw2v_control_pause(&r.control);
  while (cw2v_control_next(&r.control) < s->n_blocks) {
    const int64_t before = cw2v_control_next(&r.control);
    run_lanes(&r, lanes, 2, &paused);
    CHECK(cw2v_control_next(&r.control) > before);
  }
  CHECK(same_weights(&r, &expected) && paused.trained == one.trained && paused.pairs == one.pairs);

  restart(&r, 0, &cw2v_simd_scalar);
  run_lanes(&r, lanes, 2, &two);
  CHECK(close_weights(&r, &expected, 1e-4));
  guard_check();
}

static const shape shapes[] = {
  /* words window negative shared shrink hot merge tokens sentences blocks */
  {50, 5, 5, 1, 1, 0, 1, 400, 20, 9},   {50, 5, 5, 0, 1, 0, 1, 400, 20, 9},   {50, 5, 5, 1, 1, 50, 64, 400, 20, 9},
  {60, 20, 5, 1, 0, 7, 1, 250, 3, 3},   {60, 20, 6, 0, 0, 7, 3, 100, 3, 1},   {8, 3, 6, 1, 1, 0, 1, 400, 9, 4},
  {8, 3, 25, 1, 1, 3, 2, 200, 9, 4},    {2, 1, 1, 1, 1, 1, 1, 100, 60, 60},   {1, 5, 5, 1, 1, 1, 1, 60, 2, 2},
  {1, 5, 7, 0, 0, 0, 1, 60, 2, 2},      {30, 100000, 5, 1, 0, 0, 1, 90, 1, 1}, {1100, 5, 1000, 1, 1, 30, 9, 20, 1, 1},
  {5, 5, 5, 1, 1, 5, 1, 0, 3, 2},       {5, 5, 5, 1, 1, 0, 1, 0, 0, 0},       {5, 5, 5, 1, 1, 0, 1, 1, 1, 1},
};

static const variant variants[] = {
  {0, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}, {0, 0, 1, 0}, {1, 0, 1, 0},
  {0, 0, 0, 1}, {1, 0, 0, 1}, {0, 1, 0, 1}, {1, 1, 0, 1}, {0, 0, 1, 1}, {1, 0, 1, 1},
};

/* Several rounds and generations, rows that few lanes meet and rows that all do. */
static const shape lane_shapes[] = {
  {700, 5, 5, 1, 1, 0, 1, 2500, 90, 11}, {700, 2, 3, 0, 1, 0, 1, 1500, 90, 9}, {9, 4, 5, 1, 0, 0, 1, 2500, 200, 19},
};

static void test_variant(const variant *v, const cw2v_simd *simd, int lanes_only) {
  const size_t n_shapes = sizeof(shapes) / sizeof(shapes[0]), n_lanes = sizeof(lane_shapes) / sizeof(lane_shapes[0]);
  const int64_t sizes[] = {0, 1, 16, 17, CW2V_PAIR_BLOCK + 5};
  for (size_t s = 0; s < n_shapes && !lanes_only; s++) {
    test_corpus(&shapes[s], v, simd);
    for (size_t i = 0; i < 5 && shapes[s].n_words < 1000; i++) test_pairs(&shapes[s], v, simd, sizes[i]);
  }
  for (size_t s = 0; s < n_shapes && !v->softmax; s++) test_lanes(&shapes[s], v, simd);
  for (size_t s = 0; s < n_lanes && !v->softmax; s++) test_lanes(&lane_shapes[s], v, simd);
}

int main(int argc, char **argv) {
  const int lanes_only = argc > 1 && strcmp(argv[1], "lanes") == 0;
  const cw2v_simd *simd;
  for (size_t v = 0; v < sizeof(variants) / sizeof(variants[0]); v++)
    for (int i = 0; (simd = cw2v_simd_available(i)) != NULL; i++) test_variant(&variants[v], simd, lanes_only);
  puts(lanes_only ? "test_train: lanes are sound" : "test_train: sampling, training, pairs, locks and lanes are sound");
  return 0;
}

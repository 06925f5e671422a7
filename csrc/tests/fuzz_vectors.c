/* Damaged inputs for the readers of vector files, run under the sanitizers: make -C csrc/tests fuzz.
 *
 * Inputs are changed at random; one that reaches a new edge of the readers' code (the compiler calls
 * __sanitizer_cov_trace_pc at each) joins those that are changed further. What is read is checked against the contract,
 * and numbers against strtof and strtod.
 *
 *     fuzz_vectors [inputs a reader [folder to keep the interesting ones in]] */
#define _POSIX_C_SOURCE 200809L
#include "check.h"
#include "vectors/decimal.h"
#include "vectors/key_table.h"
#include "vectors/rows.h"

enum { MAX_INPUT = 240, MAX_POOL = 512, N_EDGES = 1 << 14, MAX_ROWS = 64, MAX_DIM = 8 };

typedef struct input {
  int32_t size;
  uint8_t bytes[MAX_INPUT];
} input;

static uint8_t edges[N_EDGES];
static uintptr_t last_place;
static int n_new;

__attribute__((no_sanitize("address", "undefined"))) void __sanitizer_cov_trace_pc(void) {
  const uintptr_t place = (uintptr_t)__builtin_return_address(0);
  uint8_t *edge = &edges[(place ^ last_place << 1) % N_EDGES];
  n_new += *edge == 0;
  *edge = 1;
  last_place = place;
}

/* ---- readers; the first byte of an input says how it is read ---- */

static uint8_t *exact(const uint8_t *bytes, int32_t size) {
  uint8_t *copy = buffer((size_t)size);
  memcpy(copy, bytes, (size_t)size);
  return copy;
}

static void check_spans(const cw2v_block *b, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    CHECK(0 <= b->word[i].begin && b->word[i].begin <= b->word[i].end && b->word[i].end <= b->size);
}

static void fuzz_text(const uint8_t *bytes, int32_t size) {
  const int how = size > 0 ? bytes[0] : 0;
  const int64_t dim = 1 + how % MAX_DIM;
  size -= size > 0;
  uint8_t *text = exact(bytes + 1, size);
  int64_t line[MAX_ROWS + 1] = {0};
  cw2v_span word[MAX_ROWS];
  cw2v_unsure unsure[MAX_DIM];
  cw2v_block b = {.text = text, .size = size, .dim = dim, .word = word, .doubles = how >> 3 & 1};
  b.n_rows = cw2v_cut_lines(text, size, how >> 4 & 1, line, MAX_ROWS);
  CHECK(0 <= b.n_rows && b.n_rows <= MAX_ROWS && line[b.n_rows] <= size);
  const size_t width = b.doubles ? 8 : 4, n_values = (size_t)(b.n_rows * dim);
  uint8_t *values = buffer(n_values * width);
  int64_t done = 0;
  for (cw2v_status status = CW2V_OK; done < b.n_rows && status != CW2V_EINVAL;) {
    cw2v_block part = b;
    cw2v_text_rows rows = {line + done, unsure, 0, dim};
    part.n_rows -= done;
    part.word += done;
    part.values = values + (size_t)(done * dim) * width;
    const int64_t n = cw2v_read_text_rows(&part, &rows, &status);
    CHECK(0 <= n && n <= part.n_rows && 0 <= rows.n_unsure && rows.n_unsure <= dim && (n > 0 || status != CW2V_EFULL));
    CHECK(part.n_odd <= n && (part.n_odd == 0 || (0 <= part.first_odd && part.first_odd < n)));
    for (int64_t i = 0; i < rows.n_unsure; i++) {
      CHECK(0 <= unsure[i].index && unsure[i].index < part.n_rows * dim);
      CHECK(0 <= unsure[i].text.begin && unsure[i].text.begin < unsure[i].text.end && unsure[i].text.end <= size);
    }
    check_spans(&part, n);
    done += n;
  }
}

static void fuzz_binary(const uint8_t *bytes, int32_t size) {
  const int64_t dim = 1 + (size > 0 ? bytes[0] : 0) % MAX_DIM;
  size -= size > 0;
  uint8_t *text = exact(bytes + 1, size);
  cw2v_span word[MAX_ROWS];
  cw2v_block b = {.text = text, .size = size, .n_rows = MAX_ROWS, .dim = dim, .word = word};
  int64_t position = 0;
  b.n_rows = cw2v_cut_binary_rows(&b, &position);
  CHECK(0 <= b.n_rows && b.n_rows <= MAX_ROWS && 0 <= position && position <= size);
  check_spans(&b, b.n_rows);
  float *values = buffer((size_t)(b.n_rows * dim) * 4);
  b.values = values;
  cw2v_read_binary_rows(&b);
  for (int64_t i = 0; i < b.n_rows; i++)
    CHECK(memcmp(values + i * dim, text + word[i].end + 1, (size_t)dim * 4) == 0);
  CHECK(b.n_odd <= b.n_rows);
}

static void fuzz_decimal(const uint8_t *bytes, int32_t size) {
  uint8_t *text = exact(bytes, size);
  char terminated[MAX_INPUT + 1] = {0}, *end;
  cw2v_decimal number;
  const uint8_t *stop = cw2v_read_decimal(text, text + size, &number);
  if (stop != NULL) {
    CHECK(stop > text && stop <= text + size);
    memcpy(terminated, text, (size_t)(stop - text));
    float value, expected = strtof(terminated, &end);
    CHECK(end == terminated + (stop - text));
    if (cw2v_decimal_to_float(&number, &value))
      CHECK(memcmp(&value, &expected, 4) == 0 || (isnan(value) && isnan(expected)));
    double wide, wide_expected = strtod(terminated, &end);
    if (cw2v_decimal_to_double(&number, &wide))
      CHECK(memcmp(&wide, &wide_expected, 8) == 0 || (isnan(wide) && isnan(wide_expected)));
  }
}

/* Words that can be written, with numbers that are whatever the bytes are: what is written reads back. */
static void fuzz_written(const uint8_t *bytes, int32_t size) {
  const int binary = size > 0 && bytes[0] & 1;
  const int64_t dim = 1 + (size > 0 ? bytes[0] >> 1 : 0) % MAX_DIM;
  uint8_t *text = exact(bytes, size);
  int64_t n = 0, begin[MAX_INPUT + 1];
  for (int32_t i = 0; i < size; i++) n += text[i] == '\n';
  if (n > 0 && n <= MAX_ROWS && cw2v_check_words(text, size, binary, n, begin)) {
    float *values = buffer((size_t)(n * dim) * 4), *again = buffer((size_t)(n * dim) * 4);
    int64_t row[MAX_ROWS], line[MAX_ROWS + 1] = {0}, position = 0;
    for (int64_t i = 0; i < n * dim; i++) {
      const uint32_t bits = (uint32_t)random_bits();
      memcpy(values + i, &bits, 4);
    }
    for (int64_t i = 0; i < n; i++) row[i] = i;
    const cw2v_written w = {text, begin, row, values, n, dim};
    uint8_t *out = buffer((size_t)cw2v_written_size(&w));
    const int64_t written = binary ? cw2v_write_binary_rows(&w, out) : cw2v_write_text_rows(&w, out);
    CHECK(written <= cw2v_written_size(&w));
    cw2v_span word[MAX_ROWS];
    cw2v_unsure unsure[MAX_DIM];
    cw2v_text_rows rows = {line, unsure, 0, MAX_DIM};
    cw2v_block b = {.text = out, .size = written, .n_rows = n, .dim = dim, .word = word, .values = again};
    cw2v_status status = CW2V_OK;
    if (binary) {
      CHECK(cw2v_cut_binary_rows(&b, &position) == n);
      cw2v_read_binary_rows(&b);
    } else {
      CHECK(cw2v_cut_lines(out, written, 1, line, n) == n);
      for (int64_t i = 0; i < n; i++) { /* one by one: all of a row may be uncertain */
        cw2v_block one = b;
        one.n_rows = 1;
        one.word += i;
        one.values = again + i * dim;
        rows.line = line + i;
        CHECK(cw2v_read_text_rows(&one, &rows, &status) == 1);
      }
    }
    for (int64_t i = 0; i < n; i++) {
      CHECK(word[i].end - word[i].begin == begin[i + 1] - 1 - begin[i]);
      CHECK(memcmp(out + word[i].begin, text + begin[i], (size_t)(word[i].end - word[i].begin)) == 0);
    }
    for (int64_t i = 0; i < n * dim; i++) CHECK(memcmp(values + i, again + i, 4) == 0 || isnan(values[i]));
  }
}

/* Keys with a line feed behind each: each is found where it comes first, and nothing else is. */
static void fuzz_keys(const uint8_t *bytes, int32_t size) {
  uint8_t *text = exact(bytes, size);
  int64_t begin[MAX_INPUT + 1] = {0}, twin = -1, n = 0;
  for (int32_t i = 0; i < size; i++)
    if (text[i] == '\n') begin[++n] = i + 1;
  uint64_t mask = 1;
  while ((int64_t)mask + 1 < 2 * n) mask = 2 * mask + 1;
  cw2v_key_table t = {text, begin, n, buffer((size_t)(mask + 1) * 8), mask};
  for (int64_t i = 0; i < n && twin < 0; i++)
    for (int64_t j = 0; j < i; j++)
      if (begin[i + 1] - begin[i] == begin[j + 1] - begin[j]
          && memcmp(text + begin[i], text + begin[j], (size_t)(begin[i + 1] - begin[i])) == 0) twin = i;
  CHECK(cw2v_key_table_fill(&t) == twin);
  const int64_t n_there = twin < 0 ? n : twin;
  for (int64_t i = 0; i < n_there; i++) {
    CHECK(cw2v_key_table_find(&t, text + begin[i], begin[i + 1] - begin[i]) == i);
    CHECK(cw2v_key_table_find(&t, text + begin[i], begin[i + 1] - begin[i] - 1) == -1); /* its line feed is missing */
  }
}

/* ---- inputs ---- */

typedef struct reader {
  const char *name;
  void (*read)(const uint8_t *bytes, int32_t size);
  const char *seeds[6];
} reader;

static const reader READERS[] = {
  {"text", fuzz_text,
   {"\x11word 1.5 -0.25\nother 1e-5 2\n", "\x12. . . 1 2 3\na\t1 2 3\r\n", "\x10" "a nan\nb -inf\n",
    "\x19w 1.00000005960464477539062500001 7.0064923216240853e-46\n", "\x01w 1 2\n \nv 3 4\n", NULL}},
  {"binary", fuzz_binary, {"\x01word 12345678\nother abcdefgh\n", "\x02\n\na 123456789012b 123456789012", NULL}},
  {"decimals", fuzz_decimal,
   {"-1.2345678e-10", "0.000123456789012345678901234567890", "16777217.0", "infinity", "+.5E+01", NULL}},
  {"keys", fuzz_keys, {"one\ntwo\n", "12345678\n123456789\n\n", "a\nb\na\n", NULL}},
  {"written", fuzz_written, {"one\ntwo\n", "\x02w\xc3\xb6rd\n\n", "a b\tc\n", NULL}},
};
enum { N_READERS = sizeof(READERS) / sizeof(READERS[0]) };

static const char *const PIECES[] = {
  " ", "\n", "\t", ".", "-", "+", "e", "E-", "nan", "inf", "INFINITY", "0", "00000000", "12345678", "1e999", "1e-999",
  "e99999999999999999999", "3.4028236e38", "1.4e-45", "\r\n", "\xff", "16777217", " 1 2", "0x1p3", "_"};
enum { N_PIECES = sizeof(PIECES) / sizeof(PIECES[0]) };

static void insert(input *in, const uint8_t *bytes, int32_t size) {
  const int32_t at = random_below(in->size + 1);
  if (in->size + size > MAX_INPUT) return;
  memmove(in->bytes + at + size, in->bytes + at, (size_t)(in->size - at));
  memcpy(in->bytes + at, bytes, (size_t)size);
  in->size += size;
}

static void change(input *in, const input *other) {
  const int32_t at = in->size > 0 ? random_below(in->size) : 0, kind = random_below(8);
  if (kind < 2 && in->size > 0) {
    in->bytes[at] = (uint8_t)(kind ? random_bits() : in->bytes[at] ^ 1u << random_below(8));
  } else if (kind == 2 && in->size > 0) {
    const int32_t n = 1 + random_below(in->size - at);
    memmove(in->bytes + at, in->bytes + at + n, (size_t)(in->size - at - n));
    in->size -= n;
  } else if (kind == 3) {
    in->size = at;
  } else if (kind == 4 && other->size > 0) {
    const int32_t from = random_below(other->size);
    insert(in, other->bytes + from, 1 + random_below(other->size - from));
  } else if (kind == 5) {
    const uint8_t digit = (uint8_t)('0' + random_below(10));
    insert(in, &digit, 1);
  } else {
    const char *piece = PIECES[random_below(N_PIECES)];
    insert(in, (const uint8_t *)piece, (int32_t)strlen(piece));
  }
}

static input pool[MAX_POOL];

static int seed_pool(const reader *r) {
  int n = 0;
  for (; r->seeds[n] != NULL; n++) {
    pool[n].size = (int32_t)strlen(r->seeds[n]);
    memcpy(pool[n].bytes, r->seeds[n], (size_t)pool[n].size);
  }
  return n;
}

/* A line of hexadecimal digits for each input, in <folder>/<reader>.hex. */
static void keep(const reader *r, int n, const char *folder) {
  char path[1024];
  CHECK(snprintf(path, sizeof(path), "%s/%s.hex", folder, r->name) < (int)sizeof(path));
  FILE *file = fopen(path, "w");
  CHECK(file != NULL);
  for (int i = 0; i < n; i++) {
    for (int32_t j = 0; j < pool[i].size; j++) fprintf(file, "%02x", pool[i].bytes[j]);
    fputc('\n', file);
  }
  CHECK(fclose(file) == 0);
}

static int fuzz(const reader *r, int64_t n_inputs) {
  int n_pool = seed_pool(r);
  for (int i = 0; i < n_pool; i++) r->read(pool[i].bytes, pool[i].size);
  guard_check();
  for (int64_t i = 0; i < n_inputs; i++) {
    input in = pool[random_below(n_pool)];
    for (int32_t n = 1 + random_below(6); n > 0; n--) change(&in, &pool[random_below(n_pool)]);
    n_new = 0;
    last_place = 0;
    r->read(in.bytes, in.size);
    guard_check();
    if (n_new > 0 && n_pool < MAX_POOL) pool[n_pool++] = in;
  }
  return n_pool;
}

int main(int n_arguments, char **arguments) {
  const int64_t n_inputs = n_arguments > 1 ? strtoll(arguments[1], NULL, 10) : 20000;
  for (int i = 0; i < N_READERS; i++) {
    memset(edges, 0, sizeof(edges));
    const int n = fuzz(&READERS[i], n_inputs);
    if (n_arguments > 2) keep(&READERS[i], n, arguments[2]);
    printf("fuzz_vectors: %s survived %lld inputs, %d of them interesting\n", READERS[i].name, (long long)n_inputs, n);
  }
  return 0;
}

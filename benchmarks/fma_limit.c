/* How many float multiply-adds one core finishes a nanosecond with vectors of BITS bits.
 *
 * Built by machine.py with -DBITS=... and that instruction set's flags; prints the rate. The chains are independent and
 * enough to hide the latency (about 4 cycles on 2 units). They converge to 0.5, so that nothing overflows. Each is a
 * variable of its own, because compilers leave an array in memory. */
#include <stdio.h>
#include <time.h>

enum { LANES = BITS / 32, CHAINS = 12, BATCHES = 20, TURNS = 200000 };
#if BITS == 32
typedef float vector;
#define FILL(x) (x)
#define FIRST(v) (v)
#else
typedef float vector __attribute__((vector_size(BITS / 8)));
#define FILL(x) ((vector){0} + (x))
#define FIRST(v) ((v)[0])
#endif

#define EACH(DO) DO(a) DO(b) DO(c) DO(d) DO(e) DO(f) DO(g) DO(h) DO(i) DO(j) DO(k) DO(l)
#define BEGIN(v) vector v = FILL(start);
/* The barrier hides from the compiler that all chains are equal, and keeps it from vectorising across them. */
#define STEP(v) \
  v = v * factor + term; \
  __asm__ volatile("" : "+v"(v));
#define USE(v) keep += FIRST(v);

int main(void) {
  volatile float start = 1.0f, keep = 0.0f;
  const vector factor = FILL(start * 0.5f), term = FILL(start * 0.25f);
  double best = 0;
  EACH(BEGIN)
  for (int batch = 0; batch < BATCHES; batch++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int turn = 0; turn < TURNS; turn++) { EACH(STEP) }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ns = (to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec);
    double rate = (double)LANES * CHAINS * TURNS / ns;
    if (rate > best) best = rate;
  }
  EACH(USE)
  printf("%.2f\n", best);
  return 0;
}

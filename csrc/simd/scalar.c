/* Plain C, one float at a time: the specification that the others are tested against, and the fallback. */
#include <math.h>

#define CW2V_NAME scalar
typedef float vf;
enum { VL = 1, CW2V_WIDTH = 1 };

#define v_load(p) (*(p))
#define v_loadu(p) (*(p))
#define v_load_part(p, n) 0.0f /* there is never a part of one float */
#define v_store(p, v) (*(p) = (v))
#define v_pin(v) ((void)(v))
#define v_zero() 0.0f
#define v_set1(x) (x)
#define v_add(a, b) ((a) + (b))
#define v_sub(a, b) ((a) - (b))
#define v_mul(a, b) ((a) * (b))
#define v_div(a, b) ((a) / (b))
#define v_ratio(a, v) v_div((a), (v))
#define v_clamp(t, most) v_max(v_min((t), v_set1(most)), v_set1(-(most)))
#define v_min(a, b) ((a) < (b) ? (a) : (b))
#define v_max(a, b) ((a) > (b) ? (a) : (b))
#define v_fma(a, b, c) ((a) * (b) + (c))
#define v_exp2(t) exp2f(t)
#define v_sum(v) (v)

static inline void v_store_sums(const vf *a, float *d) {
  for (int o = 0; o < 6; o++) d[o] = a[o];
  d[6] = d[7] = 0.0f;
}

static inline void v_store_sums_apart(const vf *a, const vf *b, float *d, float *e) {
  v_store_sums(a, d);
  v_store_sums(b, e);
}

static inline void v_store_sums2(const vf *a, const vf *b, float *d) { v_store_sums_apart(a, b, d, d + 8); }

#include "simd/kernels.inc"

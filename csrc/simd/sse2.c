/* SSE2, the floor of x86-64: 4 floats a register, 16 registers, no fused multiply-add. */
#if defined(__SSE2__)
#include <emmintrin.h>

#define CW2V_NAME sse2
typedef __m128 vf;
enum { VL = 4, CW2V_WIDTH = 1 };

#define v_load(p) _mm_load_ps(p)
#define v_loadu(p) _mm_loadu_ps(p)
#define v_store(p, v) _mm_store_ps((p), (v))
#define v_pin(v) __asm__("" : "+x"(v))
#define v_zero() _mm_setzero_ps()
#define v_set1(x) _mm_set1_ps(x)
#define v_add(a, b) _mm_add_ps((a), (b))
#define v_sub(a, b) _mm_sub_ps((a), (b))
#define v_mul(a, b) _mm_mul_ps((a), (b))
#define v_div(a, b) _mm_div_ps((a), (b))
#define v_ratio(a, v) v_div((a), (v))
#define v_clamp(t, most) v_max(v_min((t), v_set1(most)), v_set1(-(most)))
#define v_min(a, b) _mm_min_ps((a), (b))
#define v_max(a, b) _mm_max_ps((a), (b))
#define v_fma(a, b, c) _mm_add_ps(_mm_mul_ps((a), (b)), (c))

#include "math/exp2.h"

static inline vf v_exp2(vf t) {
  const __m128i n = _mm_cvtps_epi32(t); /* rounds to nearest */
  const vf f = v_sub(t, _mm_cvtepi32_ps(n));
  vf p = v_set1(CW2V_EXP2_C5);
  p = v_fma(p, f, v_set1(CW2V_EXP2_C4));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C3));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C2));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C1));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C0));
  return v_mul(p, _mm_castsi128_ps(_mm_slli_epi32(_mm_add_epi32(n, _mm_set1_epi32(127)), 23)));
}

static inline vf v_load_part(const float *p, int n) {
  float part[VL] __attribute__((aligned(16))) = {0.0f};
  for (int i = 0; i < n; i++) part[i] = p[i];
  return v_load(part);
}

static inline float v_sum(vf v) {
  const vf t = _mm_add_ps(v, _mm_movehl_ps(v, v));
  return _mm_cvtss_f32(_mm_add_ss(t, _mm_shuffle_ps(t, t, 1)));
}

static inline void v_store_sums(const vf *a, float *d) {
  vf r0 = a[0], r1 = a[1], r2 = a[2], r3 = a[3];
  _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
  v_store(d, v_add(v_add(r0, r1), v_add(r2, r3)));
  r0 = a[4], r1 = a[5], r2 = v_zero(), r3 = v_zero();
  _MM_TRANSPOSE4_PS(r0, r1, r2, r3);
  v_store(d + 4, v_add(v_add(r0, r1), v_add(r2, r3)));
}

static inline void v_store_sums_apart(const vf *a, const vf *b, float *d, float *e) {
  v_store_sums(a, d);
  v_store_sums(b, e);
}

static inline void v_store_sums2(const vf *a, const vf *b, float *d) { v_store_sums_apart(a, b, d, d + 8); }

#include "simd/kernels.inc"
#else
typedef int cw2v_no_sse2; /* an empty translation unit is not C */
#endif

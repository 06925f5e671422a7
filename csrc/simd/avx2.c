/* AVX2 with FMA: 8 floats a register, 16 registers. */
#if defined(__AVX2__) && defined(__FMA__)
#include <immintrin.h>

#define CW2V_NAME avx2
typedef __m256 vf;
enum { VL = 8, CW2V_WIDTH = 1 };

#define v_load(p) _mm256_load_ps(p)
#define v_loadu(p) _mm256_loadu_ps(p)
#define v_store(p, v) _mm256_store_ps((p), (v))
#define v_pin(v) __asm__("" : "+x"(v))
#define v_zero() _mm256_setzero_ps()
#define v_set1(x) _mm256_set1_ps(x)
#define v_add(a, b) _mm256_add_ps((a), (b))
#define v_sub(a, b) _mm256_sub_ps((a), (b))
#define v_mul(a, b) _mm256_mul_ps((a), (b))
#define v_div(a, b) _mm256_div_ps((a), (b))
#define v_ratio(a, v) v_div((a), (v))
#define v_clamp(t, most) v_max(v_min((t), v_set1(most)), v_set1(-(most)))
#define v_min(a, b) _mm256_min_ps((a), (b))
#define v_max(a, b) _mm256_max_ps((a), (b))
#define v_fma(a, b, c) _mm256_fmadd_ps((a), (b), (c))

#include "math/exp2.h"

static inline vf v_exp2(vf t) {
  const vf whole = _mm256_round_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const vf f = v_sub(t, whole);
  vf p = v_set1(CW2V_EXP2_C5);
  p = v_fma(p, f, v_set1(CW2V_EXP2_C4));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C3));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C2));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C1));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C0));
  const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(whole), _mm256_set1_epi32(127));
  return v_mul(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

static inline vf v_load_part(const float *p, int n) {
  const __m256i place = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_maskload_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(n), place));
}

static inline float v_sum(vf v) {
  const __m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
  const __m128 t = _mm_add_ps(s, _mm_movehl_ps(s, s));
  return _mm_cvtss_f32(_mm_add_ss(t, _mm_movehdup_ps(t)));
}

/* Transposing additions: pairs, fours, then the two lanes. */
static inline void v_store_sums(const vf *a, float *d) {
  const vf h01 = _mm256_hadd_ps(a[0], a[1]), h23 = _mm256_hadd_ps(a[2], a[3]);
  const vf h45 = _mm256_hadd_ps(a[4], a[5]);
  const vf h0123 = _mm256_hadd_ps(h01, h23), h45zz = _mm256_hadd_ps(h45, v_zero());
  const vf low = _mm256_permute2f128_ps(h0123, h45zz, 0x20), high = _mm256_permute2f128_ps(h0123, h45zz, 0x31);
  v_store(d, v_add(low, high));
}

static inline void v_store_sums_apart(const vf *a, const vf *b, float *d, float *e) {
  v_store_sums(a, d);
  v_store_sums(b, e);
}

static inline void v_store_sums2(const vf *a, const vf *b, float *d) { v_store_sums_apart(a, b, d, d + 8); }

#include "simd/kernels.inc"
#else
typedef int cw2v_no_avx2; /* an empty translation unit is not C */
#endif

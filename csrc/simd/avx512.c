/* AVX-512 (F, DQ, BW, VL): 16 floats a register, 32 registers. */
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>

#define CW2V_NAME avx512
typedef __m512 vf;
enum { VL = 16 };

#define v_load(p) _mm512_load_ps(p)
#define v_store(p, v) _mm512_store_ps((p), (v))
#define v_zero() _mm512_setzero_ps()
#define v_set1(x) _mm512_set1_ps(x)
#define v_add(a, b) _mm512_add_ps((a), (b))
#define v_sub(a, b) _mm512_sub_ps((a), (b))
#define v_mul(a, b) _mm512_mul_ps((a), (b))
#define v_div(a, b) _mm512_div_ps((a), (b))
#define v_min(a, b) _mm512_min_ps((a), (b))
#define v_max(a, b) _mm512_max_ps((a), (b))
#define v_fma(a, b, c) _mm512_fmadd_ps((a), (b), (c))

#include "math/exp2.h"

static inline vf v_exp2(vf t) {
  const vf whole = _mm512_roundscale_ps(t, 0);
  const vf f = v_sub(t, whole);
  vf p = v_set1(CW2V_EXP2_C5);
  p = v_fma(p, f, v_set1(CW2V_EXP2_C4));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C3));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C2));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C1));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C0));
  return _mm512_scalef_ps(p, whole);
}

static inline float v_sum(vf v) { return _mm512_reduce_add_ps(v); }

/* Transposing additions. Each step halves what is left of every sum and packs two vectors into one:
 * 256-bit halves (a | b), 128-bit lanes (rows 0..3 | rows 4, 5, 0, 0), then pairs and single floats. */
static inline vf halves(vf a, vf b) {
  return v_add(_mm512_shuffle_f32x4(a, b, 0x44), _mm512_shuffle_f32x4(a, b, 0xee));
}

static inline void v_store_sums2(const vf *a, const vf *b, float *d) {
  const vf x0 = halves(a[0], b[0]), x1 = halves(a[1], b[1]), x2 = halves(a[2], b[2]);
  const vf x3 = halves(a[3], b[3]), x4 = halves(a[4], b[4]), x5 = halves(a[5], b[5]);
  /* lanes (0, 1 | 2, 3): low lane of each half gets x_k, high lane x_(k+4). */
  const vf y0 = v_add(_mm512_shuffle_f32x4(x0, x4, 0x88), _mm512_shuffle_f32x4(x0, x4, 0xdd));
  const vf y1 = v_add(_mm512_shuffle_f32x4(x1, x5, 0x88), _mm512_shuffle_f32x4(x1, x5, 0xdd));
  const vf z = v_zero();
  const vf y2 = v_add(_mm512_shuffle_f32x4(x2, z, 0x88), _mm512_shuffle_f32x4(x2, z, 0xdd));
  const vf y3 = v_add(_mm512_shuffle_f32x4(x3, z, 0x88), _mm512_shuffle_f32x4(x3, z, 0xdd));
  const __m512d lo01 = _mm512_unpacklo_pd(_mm512_castps_pd(y0), _mm512_castps_pd(y1));
  const __m512d hi01 = _mm512_unpackhi_pd(_mm512_castps_pd(y0), _mm512_castps_pd(y1));
  const __m512d lo23 = _mm512_unpacklo_pd(_mm512_castps_pd(y2), _mm512_castps_pd(y3));
  const __m512d hi23 = _mm512_unpackhi_pd(_mm512_castps_pd(y2), _mm512_castps_pd(y3));
  const vf p = v_add(_mm512_castpd_ps(lo01), _mm512_castpd_ps(hi01));
  const vf q = v_add(_mm512_castpd_ps(lo23), _mm512_castpd_ps(hi23));
  const vf sums = v_add(_mm512_shuffle_ps(p, q, 0x88), _mm512_shuffle_ps(p, q, 0xdd));
  /* Lanes now hold (a 0..3, b 0..3, a 4..7, b 4..7). */
  _mm512_storeu_ps(d, _mm512_shuffle_f32x4(sums, sums, 0xd8));
}

static inline void v_store_sums(const vf *a, float *d) {
  float both[16] __attribute__((aligned(64)));
  vf none[6];
  for (int o = 0; o < 6; o++) none[o] = v_zero();
  v_store_sums2(a, none, both);
  _mm256_store_ps(d, _mm256_load_ps(both));
}

#include "simd/kernels.inc"
#else
typedef int cw2v_no_avx512; /* an empty translation unit is not C */
#endif

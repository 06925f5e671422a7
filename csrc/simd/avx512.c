/* AVX-512 (F, DQ, BW, VL): 16 floats a register, 32 registers. */
#if defined(__AVX512F__) && defined(__AVX512DQ__)
#include <immintrin.h>
#include <stdint.h>

#define CW2V_NAME avx512
typedef __m512 vf;
enum { VL = 16, CW2V_WIDTH = 2 };

#define v_load(p) _mm512_load_ps(p)
#define v_loadu(p) _mm512_loadu_ps(p)
#define v_load_part(p, n) _mm512_maskz_loadu_ps((__mmask16)((1u << (n)) - 1u), (p))
#define v_store(p, v) _mm512_store_ps((p), (v))
#define v_pin(v) __asm__("" : "+v"(v))
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

/* By Estrin's scheme: nothing hides the latency of a window's last step sizes. */
static inline vf v_exp2(vf t) {
  const vf f = _mm512_reduce_ps(t, 0); /* t less the nearest integer, sooner than by that integer */
  const vf f2 = v_mul(f, f);
  const vf low = v_fma(v_set1(CW2V_EXP2_C1), f, v_set1(CW2V_EXP2_C0));
  const vf middle = v_fma(v_set1(CW2V_EXP2_C3), f, v_set1(CW2V_EXP2_C2));
  const vf high = v_fma(v_set1(CW2V_EXP2_C5), f, v_set1(CW2V_EXP2_C4));
  return _mm512_scalef_ps(v_fma(v_fma(high, f2, middle), f2, low), v_sub(t, f));
}

/* The smaller of two sizes, with the sign of t. */
static inline vf v_clamp(vf t, float most) { return _mm512_range_ps(t, v_set1(most), 0x2); }

/* The estimate of 1 / v is good to 14 bits, one step of Newton's makes the ratio float32's. */
static inline vf v_ratio(vf a, vf v) {
  const vf r = _mm512_rcp14_ps(v), q = v_mul(a, r);
  return v_fma(q, _mm512_fnmadd_ps(v, r, v_set1(1.0f)), q);
}

static inline float v_sum(vf v) { return _mm512_reduce_add_ps(v); }

/* (a0 + a2, a1 + a3, b0 + b2, b1 + b3) of 128-bit lanes. Of the two parts of each sum one is blended, which either of
 * two ports does, where shuffles have one. */
static inline vf halves(vf a, vf b) {
  return v_add(_mm512_mask_blend_ps(0xff00, a, b), _mm512_shuffle_f32x4(a, b, 0x4e));
}

/* (u0 + u1, u2 + u3, v0 + v1, v2 + v3) of 128-bit lanes. */
static inline vf lanes(vf u, vf v) {
  return v_add(_mm512_shuffle_f32x4(u, v, 0x88), _mm512_shuffle_f32x4(u, v, 0xdd));
}

/* Lanes (a, 0, b, 0), for targets without a partner four further on. */
static inline vf single(vf a, vf b) {
  const vf h = halves(a, b);
  return _mm512_maskz_add_ps(0x0f0f, h, _mm512_shuffle_f32x4(h, h, 0xb1));
}

/* Sums of neighbours: (p, q, p, q) within each lane. */
static inline vf pairs(vf p, vf q) {
  const __m512d x = _mm512_castps_pd(p), y = _mm512_castps_pd(q);
  return v_add(_mm512_castpd_ps(_mm512_mask_blend_pd(0xaa, x, y)), _mm512_castpd_ps(_mm512_shuffle_pd(x, y, 0x55)));
}

static inline vf last_sums(vf p, vf q) { return v_add(_mm512_shuffle_ps(p, q, 0x88), _mm512_shuffle_ps(p, q, 0xdd)); }

/* Transposing additions. Each step halves what is left of every sum and packs two vectors into one: 256-bit halves,
 * 128-bit lanes (a 0..3, a 4..5, b 0..3, b 4..5), then pairs and single floats. */
static inline vf sums2(const vf *a, const vf *b) {
  const vf y0 = lanes(halves(a[0], a[4]), halves(b[0], b[4])), y1 = lanes(halves(a[1], a[5]), halves(b[1], b[5]));
  return last_sums(pairs(y0, y1), pairs(single(a[2], b[2]), single(a[3], b[3])));
}

static inline void v_store_sums2(const vf *a, const vf *b, float *d) { v_store(d, sums2(a, b)); }

static inline void v_store_sums_apart(const vf *a, const vf *b, float *d, float *e) {
  const vf sums = sums2(a, b);
  _mm256_store_ps(d, _mm512_castps512_ps256(sums));
  _mm256_store_ps(e, _mm512_extractf32x8_ps(sums, 1));
}

static inline void v_store_sums(const vf *a, float *d) { _mm256_store_ps(d, _mm512_castps512_ps256(sums2(a, a))); }

#define CW2V_COMPRESSES /* rows.inc has these two in plain C for the others */
static int32_t kernel_select(const int32_t *word_id, const int32_t *value, int32_t n, int32_t end, int32_t *selected,
                             int32_t *selected_value) {
  const __m512i most = _mm512_set1_epi32(end);
  int32_t n_selected = 0;
  for (int32_t i = 0; i < n; i += 16) {
    const __m512i ids = _mm512_loadu_si512(word_id + i);
    const __mmask16 below = _mm512_cmplt_epi32_mask(ids, most);
    _mm512_storeu_si512(selected + n_selected, _mm512_maskz_compress_epi32(below, ids));
    _mm512_storeu_si512(selected_value + n_selected, _mm512_maskz_compress_epi32(below, _mm512_loadu_si512(value + i)));
    n_selected += __builtin_popcount(below);
  }
  return n_selected;
}

static int32_t kernel_spend(int32_t *allowance, const int32_t *cost, int32_t n, int32_t *spent) {
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  int32_t n_spent = 0;
  for (int32_t i = 0; i < n; i += 16) {
    const __m512i left = _mm512_sub_epi32(_mm512_loadu_si512(allowance + i), _mm512_loadu_si512(cost + i));
    const __mmask16 below = _mm512_movepi32_mask(left);
    _mm512_storeu_si512(allowance + i, left);
    _mm512_storeu_si512(spent + n_spent, _mm512_maskz_compress_epi32(below, _mm512_add_epi32(first, _mm512_set1_epi32(i))));
    n_spent += __builtin_popcount(below);
  }
  return n_spent;
}

#define CW2V_TAILS /* of the last register; see tails.inc */
#include "simd/kernels.inc"
#else
typedef int cw2v_no_avx512; /* an empty translation unit is not C */
#endif

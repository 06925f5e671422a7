/* NEON (AArch64): 4 floats a register, 32 registers. */
#if defined(__aarch64__)
#include <arm_neon.h>

#define CW2V_NAME neon
typedef float32x4_t vf;
enum { VL = 4, CW2V_WIDTH = 2 };

#define v_load(p) vld1q_f32(p)
#define v_loadu(p) vld1q_f32(p)
#define v_store(p, v) vst1q_f32((p), (v))
#define v_pin(v) __asm__("" : "+w"(v))
#define v_zero() vdupq_n_f32(0.0f)
#define v_set1(x) vdupq_n_f32(x)
#define v_add(a, b) vaddq_f32((a), (b))
#define v_sub(a, b) vsubq_f32((a), (b))
#define v_mul(a, b) vmulq_f32((a), (b))
#define v_div(a, b) vdivq_f32((a), (b))
#define v_ratio(a, v) v_div((a), (v))
#define v_clamp(t, most) v_max(v_min((t), v_set1(most)), v_set1(-(most)))
#define v_min(a, b) vminq_f32((a), (b))
#define v_max(a, b) vmaxq_f32((a), (b))
#define v_fma(a, b, c) vfmaq_f32((c), (a), (b))

#include "math/exp2.h"

static inline vf v_exp2(vf t) {
  const int32x4_t n = vcvtnq_s32_f32(t); /* rounds to nearest */
  const vf f = v_sub(t, vcvtq_f32_s32(n));
  vf p = v_set1(CW2V_EXP2_C5);
  p = v_fma(p, f, v_set1(CW2V_EXP2_C4));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C3));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C2));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C1));
  p = v_fma(p, f, v_set1(CW2V_EXP2_C0));
  return v_mul(p, vreinterpretq_f32_s32(vshlq_n_s32(vaddq_s32(n, vdupq_n_s32(127)), 23)));
}

static inline vf v_load_part(const float *p, int n) {
  float part[VL] __attribute__((aligned(16))) = {0.0f};
  for (int i = 0; i < n; i++) part[i] = p[i];
  return v_load(part);
}

static inline float v_sum(vf v) { return vaddvq_f32(v); }

static inline void v_store_sums(const vf *a, float *d) {
  const vf s01 = vpaddq_f32(a[0], a[1]), s23 = vpaddq_f32(a[2], a[3]), s45 = vpaddq_f32(a[4], a[5]);
  v_store(d, vpaddq_f32(s01, s23));
  v_store(d + 4, vpaddq_f32(s45, v_zero()));
}

static inline void v_store_sums_apart(const vf *a, const vf *b, float *d, float *e) {
  v_store_sums(a, d);
  v_store_sums(b, e);
}

static inline void v_store_sums2(const vf *a, const vf *b, float *d) { v_store_sums_apart(a, b, d, d + 8); }

#include "simd/kernels.inc"
#else
typedef int cw2v_no_neon; /* an empty translation unit is not C */
#endif

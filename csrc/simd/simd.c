#include "simd/simd.h"

#include <stddef.h>
#include <string.h>

#if defined(__x86_64__) || defined(_M_X64)
#define CW2V_X86 1
#endif
#if defined(__aarch64__) || defined(_M_ARM64)
#define CW2V_ARM 1
#endif

/* __builtin_cpu_supports also asks the operating system whether it saves the wide registers. */
static int runs_avx2(void) {
#if defined(CW2V_X86) && defined(__GNUC__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return 0;
#endif
}

static int runs_avx512(void) {
#if defined(CW2V_X86) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
#else
  return 0;
#endif
}

const cw2v_simd *cw2v_simd_available(int i) {
  const cw2v_simd *found[5];
  int n = 0;
#if defined(CW2V_X86) && defined(__GNUC__)
  if (runs_avx512()) found[n++] = &cw2v_simd_avx512;
  if (runs_avx2()) found[n++] = &cw2v_simd_avx2;
  found[n++] = &cw2v_simd_sse2;
#elif defined(CW2V_ARM)
  found[n++] = &cw2v_simd_neon;
#endif
  (void)runs_avx2;
  (void)runs_avx512;
  found[n++] = &cw2v_simd_scalar;
  return i >= 0 && i < n ? found[i] : NULL;
}

const cw2v_simd *cw2v_simd_find(const char *name) {
  const cw2v_simd *table;
  if (name == NULL || name[0] == '\0') return cw2v_simd_available(0);
  for (int i = 0; (table = cw2v_simd_available(i)) != NULL; i++)
    if (strcmp(table->name, name) == 0) return table;
  return NULL;
}

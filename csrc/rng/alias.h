/* Alias table: draws from any discrete distribution in O(1) (Walker 1977; construction by Vose 1991).
 * Reference: cw2v.reference.alias_table, alias_draw. */
#ifndef CW2V_ALIAS_H
#define CW2V_ALIAS_H

#include <stdint.h>

#include "rng/rng.h"
#include "status.h"

/* One slot: keep its own index when the low 32 random bits are below accept, else take `other`. A slot that always
 * keeps its index has it in `other` too, since accept cannot hold 2^32. */
typedef struct cw2v_alias_slot {
  uint32_t accept;
  int32_t other;
} cw2v_alias_slot;

/* Fills table (n) from weights (n), which are finite and not negative, with a positive sum.
 * work (2 n doubles) is scratch. Returns CW2V_EINVAL for weights outside that contract. */
cw2v_status cw2v_alias_build(const double *weights, int32_t n, cw2v_alias_slot *table, double *work);

/* The two of a slot that was copied as it lies in memory. */
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
static inline uint32_t cw2v_alias_accept(uint64_t slot) { return (uint32_t)(slot >> 32); }
static inline uint32_t cw2v_alias_other(uint64_t slot) { return (uint32_t)slot; }
#else
static inline uint32_t cw2v_alias_accept(uint64_t slot) { return (uint32_t)slot; }
static inline uint32_t cw2v_alias_other(uint64_t slot) { return (uint32_t)(slot >> 32); }
#endif

static inline int32_t cw2v_alias_draw(const cw2v_alias_slot *table, uint32_t n, uint64_t bits) {
  const uint32_t index = cw2v_below((uint32_t)(bits >> 32), n);
  const cw2v_alias_slot slot = table[index];
  /* By a mask, not a branch: half of the draws would be predicted wrongly. */
  const int32_t refuse = -(int32_t)((uint32_t)bits >= slot.accept);
  return (int32_t)index ^ (((int32_t)index ^ slot.other) & refuse);
}

#endif

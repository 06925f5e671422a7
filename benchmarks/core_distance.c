/* Time of a cache line's round trip between two processors. Built and run by machine.py, never shipped.
 *
 *   core_distance CPU_A CPU_B    prints nanoseconds
 *
 * One thread on each processor; they hand a counter back and forth. The fastest of several batches is the answer:
 * whatever else runs on the machine only adds time. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BATCHES = 20, TRIPS = 10000 };
static _Alignas(256) _Atomic int turn; /* even: A's; odd: B's */

static int pin(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  return pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

static void *answer(void *cpu) {
  if (pin(*(int *)cpu) != 0) exit(1);
  for (int i = 0; i < BATCHES * TRIPS; i++) {
    while (atomic_load_explicit(&turn, memory_order_acquire) != 2 * i + 1) continue;
    atomic_store_explicit(&turn, 2 * i + 2, memory_order_release);
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int a = atoi(argv[1]), b = atoi(argv[2]), i = 0;
  pthread_t other;
  double best = 1e18;
  if (pin(a) != 0 || pthread_create(&other, NULL, answer, &b) != 0) return 1;
  for (int batch = 0; batch < BATCHES; batch++) {
    struct timespec from, to;
    clock_gettime(CLOCK_MONOTONIC, &from);
    for (int trip = 0; trip < TRIPS; trip++, i++) {
      atomic_store_explicit(&turn, 2 * i + 1, memory_order_release);
      while (atomic_load_explicit(&turn, memory_order_acquire) != 2 * i + 2) continue;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    double ns = ((to.tv_sec - from.tv_sec) * 1e9 + (to.tv_nsec - from.tv_nsec)) / TRIPS;
    if (ns < best) best = ns;
  }
  pthread_join(other, NULL);
  printf("%.1f\n", best);
  return 0;
}

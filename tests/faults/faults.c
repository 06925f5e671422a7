/* Preloaded into a process: the system call number `at` after fault_arm, of those that save a file, fails with an error or
 * kills the process; a write that is killed has written half. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static long calls, fail_at;
static int fail_with; /* errno, or 0 to kill */

void fault_arm(long at, int error) {
  calls = 0;
  fail_at = at;
  fail_with = error;
}

long fault_disarm(void) {
  fail_at = 0;
  return calls;
}

static int is_time(void) {
  if (fail_at == 0) return 0;
  if (__atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST) != fail_at) return 0;
  if (fail_with == 0) return 1;
  errno = fail_with;
  return 1;
}

static void die(void) {
  kill(getpid(), SIGKILL);
  for (;;) pause();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define FAULT(call)                  \
  do {                               \
    if (is_time()) {                 \
      if (fail_with == 0) die();     \
      return -1;                     \
    }                                \
    return call;                     \
  } while (0)

ssize_t write(int fd, const void *data, size_t size) {
  if (!is_time()) return REAL(write)(fd, data, size);
  if (fail_with != 0) return -1;
  if (REAL(write)(fd, data, size / 2) >= 0) die();
  die();
  return -1;
}

int fsync(int fd) { FAULT(REAL(fsync)(fd)); }
int rename(const char *from, const char *to) { FAULT(REAL(rename)(from, to)); }
int renameat(int a, const char *from, int b, const char *to) { FAULT(REAL(renameat)(a, from, b, to)); }
int link(const char *from, const char *to) { FAULT(REAL(link)(from, to)); }
int linkat(int a, const char *from, int b, const char *to, int flags) { FAULT(REAL(linkat)(a, from, b, to, flags)); }
int fchmod(int fd, mode_t mode) { FAULT(REAL(fchmod)(fd, mode)); }
int ftruncate(int fd, off_t size) { FAULT(REAL(ftruncate)(fd, size)); }

int open64(const char *path, int flags, ...) {
  mode_t mode = 0;
  va_list rest;
  va_start(rest, flags);
  if (flags & (O_CREAT | O_TMPFILE)) mode = va_arg(rest, mode_t);
  va_end(rest);
  if ((flags & (O_WRONLY | O_RDWR)) == 0) return REAL(open64)(path, flags, mode);
  FAULT(REAL(open64)(path, flags, mode));
}

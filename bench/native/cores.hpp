#pragma once

#include <sched.h>

/// Where the two ends of a benchmark run; equal: on one core. -1: the machine lends no second one.
struct Cores {
  int near = -1;
  int far = -1;
};

/// The last core that the process may use for both, or with `areTwo` the first for the far end.
inline Cores benchCores(bool areTwo) noexcept {
  static const cpu_set_t allowed = [] {
    cpu_set_t set;
    CPU_ZERO(&set);
    (void)::sched_getaffinity(0, sizeof set, &set);
    return set;
  }();
  Cores cores;
  for (int core = CPU_SETSIZE - 1; core >= 0; --core) {
    if (!CPU_ISSET(core, &allowed)) continue;
    if (cores.near < 0) {
      cores.near = core;
      if (!areTwo) cores.far = core;
    } else if (areTwo) {
      cores.far = core;
    }
  }
  return cores;
}

/// Pins the calling thread, and the threads that it starts from here on, until the end of scope.
class Pinned {
 public:
  explicit Pinned(int core) noexcept {
    (void)::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(core, &set);
    (void)::sched_setaffinity(0, sizeof set, &set);
  }
  ~Pinned() { (void)::sched_setaffinity(0, sizeof before_, &before_); }
  Pinned(const Pinned&) = delete;
  Pinned& operator=(const Pinned&) = delete;

 private:
  cpu_set_t before_{};
};

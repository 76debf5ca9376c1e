#pragma once

#include <cstdio>
#include <cstdlib>

/// Ends the process when `condition` is false: for what only a bug in this library can break.
/// Never for outside input, which gets an error value.
#define HFT_CHECK(condition)                                                                   \
  do {                                                                                         \
    if (__builtin_expect(!(condition), 0)) {                                                   \
      (void)std::fprintf(stderr, "%s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                            \
    }                                                                                          \
  } while (false)

/// HFT_CHECK in debug builds only, where the check costs.
#ifdef NDEBUG
#define HFT_DCHECK(condition) ((void)0)
#else
#define HFT_DCHECK(condition) HFT_CHECK(condition)
#endif

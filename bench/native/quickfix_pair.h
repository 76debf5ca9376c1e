#pragma once

/* QuickFIX at both ends of a loopback connection, as a baseline: C, so that C++14 stays inside. */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HftQuickfixPair HftQuickfixPair;

typedef struct HftQuickfixOptions {
  int port;
  const char* fileStore; /* A folder, or empty for MemoryStore. */
  int buyerCore;         /* Where the threads of each end run. */
  int sellerCore;
} HftQuickfixOptions;

/* ThreadedSocketAcceptor and ThreadedSocketInitiator without dictionaries, logged on; nullptr when
 * they do not come to it. */
HftQuickfixPair* hftQuickfixOpen(HftQuickfixOptions options);
/* Sends `count` orders, `window` at a time, each answered by an ExecutionReport. `nanos` takes the
 * time of each round trip. */
void hftQuickfixRoundTrips(HftQuickfixPair* pair, int count, int window, long long* nanos);
void hftQuickfixClose(HftQuickfixPair* pair);

#ifdef __cplusplus
}
#endif

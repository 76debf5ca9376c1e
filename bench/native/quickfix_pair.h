#pragma once

/* QuickFIX at both ends of a loopback connection, as a baseline: C, so that C++14 stays inside. */

#ifdef __cplusplus
extern "C" {
#endif

typedef struct HftQuickfixPair HftQuickfixPair;

/* ThreadedSocketAcceptor and ThreadedSocketInitiator without dictionaries, logged on; nullptr when
 * they do not come to it. `fileStore`: a folder, or empty for MemoryStore. */
HftQuickfixPair* hftQuickfixOpen(int port, const char* fileStore);
/* Sends `count` orders, `window` at a time, each answered by an ExecutionReport. `nanos` takes the
 * time of each round trip. */
void hftQuickfixRoundTrips(HftQuickfixPair* pair, int count, int window, long long* nanos);
void hftQuickfixClose(HftQuickfixPair* pair);

#ifdef __cplusplus
}
#endif

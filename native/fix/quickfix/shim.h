#pragma once

/* The C interface of the session brain: what the C++20 side calls, and what it is called for.
 *
 * The shim is a module of its own (`hft_quickfix.so`), loaded on first use, because QuickFIX's
 * headers compile up to C++14 only and because the product must run where the library is not
 * installed. Nothing that is thrown inside leaves it. One engine belongs to one thread. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { kHftFixInterfaceVersion = 2 };

/* Takes bytes from the callee: a store's message, a logon field. */
// NOLINTBEGIN(modernize-use-using): this is C.
typedef void (*HftFixSink)(void* context, const char* bytes, size_t size);
typedef void (*HftFixFieldSink)(void* context, int tag, const char* bytes, size_t size);

enum HftFixLogKind { kHftFixIncoming = 0, kHftFixOutgoing = 1, kHftFixEvent = 2 };
enum HftFixReceive { kHftFixTaken = 0, kHftFixDrop = 1 };

/* An administrative message on its way out, as far as a hook may need it. */
struct HftFixOutgoing {
  const char* msgType;
  const char* msgSeqNum;
  const char* sendingTime;
  const char* senderCompID;
  const char* targetCompID;
};

typedef struct HftFixEngine HftFixEngine;
typedef struct HftFixPeer HftFixPeer;
// NOLINTEND(modernize-use-using)

/* What the C++20 side offers. `session` numbers the sessions from 0 in the order of `storeOpen`. */
struct HftFixHost {
  void* context;
  /* 0: taken. Anything else: the message goes nowhere now. */
  int (*send)(void* context, void* connection, const char* bytes, size_t size);
  void (*disconnect)(void* context, void* connection);
  /* 0, or the failure's text lies in `error`. The engine is still being made: only `setting` may
   * be called. */
  int (*storeOpen)(void* context, const HftFixEngine* engine, uint32_t session, char* error,
                   size_t errorSize);
  int (*storeSet)(void* context, uint32_t session, int number, const char* bytes, size_t size);
  int (*storeGet)(void* context, uint32_t session, int first, int last, HftFixSink sink,
                  void* sinkContext);
  int (*nextSender)(void* context, uint32_t session);
  int (*nextTarget)(void* context, uint32_t session);
  void (*setNextSender)(void* context, uint32_t session, int number);
  void (*setNextTarget)(void* context, uint32_t session, int number);
  /* Microseconds since the epoch. */
  int64_t (*creationTime)(void* context, uint32_t session);
  int (*storeReset)(void* context, uint32_t session);
  void (*log)(void* context, uint32_t session, int kind, const char* bytes, size_t size);
  void (*onLogon)(void* context, uint32_t session);
  void (*onLogout)(void* context, uint32_t session);
  /* A Logon on its way out: fields to add go to `sink`. */
  void (*toLogon)(void* context, uint32_t session, const struct HftFixOutgoing* message,
                  HftFixFieldSink sink, void* sinkContext);
  /* 1: the stored application message is sent again; 0: a gap fill stands for it. */
  int (*mayResend)(void* context, uint32_t session, const char* msgType, int msgSeqNum,
                   const char* sendingTime);
  void (*fromAdmin)(void* context, uint32_t session, const char* msgType, const char* bytes,
                    size_t size);
  void (*fromApp)(void* context, uint32_t session, const char* msgType, const char* bytes,
                  size_t size);
};

struct HftFixState {
  int isLoggedOn;
  int isEnabled;
  int isInitiator;
  int sentLogout;
  /* Nothing out of the ordinary is under way: no resend asked for, logged on, not leaving. */
  int isOrdinary;
  int heartBtInt;
  int wantsConnection;
};

struct HftFixInterface {
  int version;
  const char* library;
  HftFixEngine* (*create)(const struct HftFixHost* host, const char* settings, int echo,
                          char* error, size_t errorSize);
  void (*destroy)(HftFixEngine* engine);
  uint32_t (*sessionCount)(const HftFixEngine* engine);
  /* A setting of the session; its length, or -1 where there is none. */
  int (*setting)(const HftFixEngine* engine, uint32_t session, const char* key, char* into,
                 size_t size);
  /* A connection has come up; it belongs to no session until the first message says which. */
  HftFixPeer* (*openPeer)(HftFixEngine* engine, void* connection);
  /* Gives the connection to an initiator's session. */
  int (*attach)(HftFixPeer* peer, uint32_t session);
  /* The session of the peer, or -1. */
  int64_t (*sessionOf)(const HftFixPeer* peer);
  /* The connection is gone. */
  void (*closePeer)(HftFixPeer* peer);
  /* One message. */
  enum HftFixReceive (*receive)(HftFixPeer* peer, const char* bytes, size_t size);
  /* Heartbeats, time-outs, schedule: once a second or more often. */
  void (*tick)(HftFixEngine* engine, uint32_t session);
  /* 0: sent. -1: the text says why not. `bytes` is a whole message; header fields are replaced. */
  int (*send)(HftFixEngine* engine, uint32_t session, const char* bytes, size_t size, char* error,
              size_t errorSize);
  void (*state)(HftFixEngine* engine, uint32_t session, struct HftFixState* into);
  void (*logon)(HftFixEngine* engine, uint32_t session);
  void (*logout)(HftFixEngine* engine, uint32_t session, const char* reason);
  void (*reset)(HftFixEngine* engine, uint32_t session);
  /* The fast path has moved bytes: heartbeats are counted from here. */
  void (*touch)(HftFixEngine* engine, uint32_t session, int received, int sent);
};

/* The one exported function. */
const struct HftFixInterface* hftFixInterface(void);

#ifdef __cplusplus
}
#endif

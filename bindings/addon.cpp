#include <node_api.h>

#include "bindings/event_source.hpp"
#include "bindings/fix_emergency_exit.hpp"
#include "bindings/fix_sessions.hpp"
#include "bindings/journal.hpp"
#include "bindings/market_generator.hpp"
#include "bindings/matching_engine.hpp"
#include "bindings/order_book.hpp"
#include "bindings/order_entry.hpp"
#include "bindings/recording.hpp"
#include "bindings/stream_engine.hpp"
#include "bindings/trading/trading_core.hpp"
#include "bindings/vocabulary.hpp"
#include "bindings/websocket.hpp"

NAPI_MODULE_INIT() {
  hft::bindings::registerVocabulary(env, exports);
  hft::bindings::registerEventSource(env, exports);
  hft::bindings::registerFixEmergencyExit(env, exports);
  hft::bindings::registerFixSessions(env, exports);
  hft::bindings::registerJournal(env, exports);
  hft::bindings::registerMarketGenerator(env, exports);
  hft::bindings::registerMatchingEngine(env, exports);
  hft::bindings::registerOrderBook(env, exports);
  hft::bindings::registerOrderEntry(env, exports);
  hft::bindings::registerRecording(env, exports);
  hft::bindings::registerStreamEngine(env, exports);
  hft::bindings::registerTradingCore(env, exports);
  hft::bindings::registerWebSocket(env, exports);
  return exports;
}

#include "bindings/vocabulary.hpp"

#include <initializer_list>

#include "bindings/arguments.hpp"
#include "native/decode/decoder.hpp"
#include "native/event/book_state.hpp"
#include "native/event/feed_message.hpp"
#include "native/event/market_event.hpp"

namespace hft::bindings {
namespace {

struct Word {
  const char* name;
  int value;
};

template <typename E>
constexpr Word word(const char* name, E value) {
  return {name, static_cast<int>(value)};
}

void addWords(napi_env env, napi_value vocabulary, const char* name,
              std::initializer_list<Word> words) {
  napi_value object = makeObject(env);
  for (const Word& entry : words) {
    setMember(env, object, entry.name, static_cast<double>(entry.value));
  }
  setMember(env, vocabulary, name, object);
}

}  // namespace

void registerVocabulary(napi_env env, napi_value exports) {
  using decode::WireFormat;
  using event::BookReason;
  using event::BookState;
  using event::DecodeError;
  using event::EventKind;
  napi_value vocabulary = makeObject(env);
  addWords(env, vocabulary, "wireFormat",
           {word("binance-spot", WireFormat::BinanceSpot),
            word("binance-futures", WireFormat::BinanceFutures),
            word("coinbase-exchange", WireFormat::CoinbaseExchange),
            word("coinbase-advanced", WireFormat::CoinbaseAdvanced),
            word("kraken-v1", WireFormat::KrakenV1), word("kraken-v2", WireFormat::KrakenV2),
            word("alpaca-json", WireFormat::AlpacaJson),
            word("alpaca-msgpack", WireFormat::AlpacaMsgpack), word("itch", WireFormat::Itch50),
            word("lobster", WireFormat::Lobster), word("fix", WireFormat::Fix)});
  addWords(env, vocabulary, "eventKind",
           {word("None", EventKind::None), word("Book", EventKind::Book),
            word("Trade", EventKind::Trade), word("Quote", EventKind::Quote),
            word("Bar", EventKind::Bar), word("State", EventKind::State),
            word("Instrument", EventKind::Instrument), word("Status", EventKind::Status),
            word("Gap", EventKind::Gap), word("Order", EventKind::Order)});
  addWords(env, vocabulary, "bookState",
           {word("trusted", BookState::Trusted), word("suspect", BookState::Suspect),
            word("broken", BookState::Broken)});
  addWords(
      env, vocabulary, "bookReason",
      {word("none", BookReason::None), word("awaiting-snapshot", BookReason::AwaitingSnapshot),
       word("sequence-gap", BookReason::SequenceGap),
       word("checksum-mismatch", BookReason::ChecksumMismatch),
       word("crossed", BookReason::Crossed), word("stale", BookReason::Stale),
       word("clock-skew", BookReason::ClockSkew), word("disconnected", BookReason::Disconnected),
       word("decode-error", BookReason::DecodeError),
       word("capacity-exceeded", BookReason::CapacityExceeded),
       word("quote-mismatch", BookReason::QuoteMismatch),
       word("unknown-order", BookReason::UnknownOrder),
       word("resynchronising", BookReason::Resynchronising)});
  addWords(env, vocabulary, "decodeError",
           {word("ok", DecodeError::Ok), word("truncated", DecodeError::Truncated),
            word("malformed", DecodeError::Malformed), word("bad-number", DecodeError::BadNumber),
            word("too-many-decimals", DecodeError::TooManyDecimals),
            word("overflow", DecodeError::Overflow),
            word("capacity-exceeded", DecodeError::CapacityExceeded)});
  setMember(env, exports, "vocabulary", vocabulary);
}

}  // namespace hft::bindings

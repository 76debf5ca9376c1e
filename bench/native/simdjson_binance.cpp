#include "bench/native/simdjson_binance.hpp"

#if HFT_HAVE_SIMDJSON
#include <simdjson.h>

#include "native/decode/decimal.hpp"

namespace hft::bench {

using decode::DecodeContext;
using event::Frame;
using event::LevelRange;
using event::Message;
using event::MessageKind;

class SimdjsonBinance::Decoder {
 public:
  Decoder(const DecodeContext& context, bool isFutures)
      : context_(context), isFutures_(isFutures) {}

  bool decode(std::string_view text, Frame& out) {
    out.clear();
    namespace sj = simdjson;
    const sj::padded_string_view padded(text.data(), text.size(),
                                        text.size() + event::kFramePadding);
    sj::ondemand::document document;
    if (parser_.iterate(padded).get(document) != sj::SUCCESS) return false;
    std::string_view stream;
    sj::ondemand::object data;
    if (document.find_field("stream").get_string().get(stream) != sj::SUCCESS) return false;
    if (document.find_field("data").get_object().get(data) != sj::SUCCESS) return false;
    end_ = text.data() + text.size();
    switch (stream[stream.find('@') + 1]) {
      case 'd':
        return depth(data, out);
      case 'b':
        return quote(data, out);
      default:
        return trade(data, out);
    }
  }

 private:
  using Object = simdjson::ondemand::object;

  std::uint64_t integer(Object& data, const char* name) {
    std::uint64_t value = 0;
    failed_ |= data.find_field(name).get_uint64().get(value) != simdjson::SUCCESS;
    return value;
  }
  Nanos millis(Object& data, const char* name) {
    return static_cast<Nanos>(integer(data, name)) * 1'000'000;
  }
  template <typename Value>
  std::int64_t decimal(Value value, unsigned decimals) {
    simdjson::ondemand::raw_json_string raw;
    if (value.get_raw_json_string().get(raw) != simdjson::SUCCESS) {
      failed_ = true;
      return 0;
    }
    const auto scan = hft::decode::scanDecimal(raw.raw(), end_, decimals);
    failed_ |= scan.error != hft::decode::DecimalError::Ok || *scan.next != '"';
    return scan.value;
  }
  bool symbol(Object& data) {
    std::string_view name;
    if (data.find_field("s").get_string().get(name) != simdjson::SUCCESS) return false;
    instrument_ = context_.instruments.find(name);
    if (instrument_ == hft::kNoInstrument) return false;
    scale_ = context_.instruments[instrument_].scale;
    return true;
  }
  LevelRange levels(Object& data, const char* name, Frame& out) {
    LevelRange range{out.levelCount(), 0};
    simdjson::ondemand::array side;
    if (data.find_field(name).get_array().get(side) != simdjson::SUCCESS) failed_ = true;
    if (failed_) return range;
    for (auto item : side) {
      simdjson::ondemand::array pair;
      if (item.get_array().get(pair) != simdjson::SUCCESS) {
        failed_ = true;
        return range;
      }
      std::int64_t values[2] = {0, 0};
      int count = 0;
      for (auto value : pair) {
        if (count < 2) {
          values[count] = decimal(value, count == 0 ? scale_.priceDecimals : scale_.qtyDecimals);
        }
        ++count;
      }
      failed_ |= count != 2 || !out.addLevel(values[0], values[1]);
      ++range.count;
    }
    return range;
  }
  bool depth(Object& data, Frame& out) {
    failed_ = false;
    Nanos time = millis(data, "E");
    if (isFutures_) time = millis(data, "T");
    if (!symbol(data)) return false;
    Message* message = out.addMessage();
    message->kind = MessageKind::BookDelta;
    message->instrument = instrument_;
    message->exchangeTime = time;
    message->firstId = integer(data, "U");
    message->lastId = integer(data, "u");
    if (isFutures_) message->prevId = integer(data, "pu");
    message->book.bids = levels(data, "b", out);
    message->book.asks = levels(data, "a", out);
    return !failed_;
  }
  bool quote(Object& data, Frame& out) {
    failed_ = false;
    const std::uint64_t id = integer(data, "u");
    if (!symbol(data)) return false;
    Message* message = out.addMessage();
    message->kind = MessageKind::Quote;
    message->instrument = instrument_;
    message->firstId = id;
    message->lastId = id;
    message->quote.bid = decimal(data.find_field("b"), scale_.priceDecimals);
    message->quote.bidQty = decimal(data.find_field("B"), scale_.qtyDecimals);
    message->quote.ask = decimal(data.find_field("a"), scale_.priceDecimals);
    message->quote.askQty = decimal(data.find_field("A"), scale_.qtyDecimals);
    if (isFutures_) message->exchangeTime = millis(data, "T");
    return !failed_;
  }
  bool trade(Object& data, Frame& out) {
    failed_ = false;
    Nanos time = 0;
    if (isFutures_) time = millis(data, "T");
    if (!symbol(data)) return false;
    Message* message = out.addMessage();
    message->kind = MessageKind::Trade;
    message->instrument = instrument_;
    message->lastId = integer(data, "t");
    message->firstId = message->lastId;
    message->trade.price = decimal(data.find_field("p"), scale_.priceDecimals);
    message->trade.qty = decimal(data.find_field("q"), scale_.qtyDecimals);
    message->exchangeTime = isFutures_ ? time : millis(data, "T");
    bool isBuyerMaker = false;
    failed_ |= data.find_field("m").get_bool().get(isBuyerMaker) != simdjson::SUCCESS;
    message->side = isBuyerMaker ? Side::Sell : Side::Buy;
    return !failed_;
  }

  const DecodeContext& context_;
  bool isFutures_;
  simdjson::ondemand::parser parser_;
  const char* end_ = nullptr;
  hft::InstrumentId instrument_ = hft::kNoInstrument;
  hft::Scale scale_;
  bool failed_ = false;
};

SimdjsonBinance::SimdjsonBinance(const DecodeContext& context, bool isFutures)
    : decoder_(std::make_unique<Decoder>(context, isFutures)) {}
SimdjsonBinance::~SimdjsonBinance() = default;

bool SimdjsonBinance::runsHere() {
  return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("pclmul") != 0 &&
         __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
}

bool SimdjsonBinance::decode(std::string_view frame, Frame& out) {
  return decoder_->decode(frame, out);
}

}  // namespace hft::bench
#endif

#include "bench/native/simdjson_venues.hpp"

#if HFT_HAVE_SIMDJSON
#include <algorithm>
#include <simdjson.h>
#include <vector>

#include "native/decode/coinbase/coinbase.hpp"
#include "native/decode/layout_scanner.hpp"

namespace hft::bench {

using decode::DecodeContext;
using decode::LayoutScanner;
using event::Frame;
using event::Level;
using event::LevelRange;
using event::Message;
using event::MessageKind;
namespace od = simdjson::ondemand;

class SimdjsonVenues::Decoder {
 public:
  explicit Decoder(const DecodeContext& context) : context_(context) {}

  bool krakenBook(std::string_view text, Frame& out) {
    od::document document;
    if (!begin(text, out, document)) return false;
    asks_.clear();
    bids_.clear();
    std::uint64_t checksum = 0;
    std::string_view symbol;
    od::array elements;
    if (document.get_array().get(elements) != simdjson::SUCCESS) return false;
    std::size_t texts = 0;
    for (auto element : elements) {
      od::json_type type;
      if (element.type().get(type) != simdjson::SUCCESS) return false;
      if (type == od::json_type::object) {
        for (auto field : element.get_object()) {
          std::string_view key;
          if (field.unescaped_key().get(key) != simdjson::SUCCESS) return false;
          if (key == "c") {
            if (field.value().get_uint64_in_string().get(checksum) != simdjson::SUCCESS) {
              return false;
            }
          } else if (!rawLevels(field.value(), key == "a" ? asks_ : bids_)) {
            return false;
          }
        }
      } else if (type == od::json_type::string && ++texts == 2) {
        if (element.get_string().get(symbol) != simdjson::SUCCESS) return false;
      }
    }
    Message* message = add(symbol, MessageKind::BookDelta, out);
    if (message == nullptr) return false;
    message->book.bids = convert(bids_, *message, out);
    message->book.asks = convert(asks_, *message, out);
    message->hasChecksum = true;
    message->checksum = static_cast<std::uint32_t>(checksum);
    return !failed_;
  }

  bool coinbaseUpdate(std::string_view text, Frame& out) {
    od::document document;
    if (!begin(text, out, document)) return false;
    std::string_view type;
    std::string_view product;
    if (document.find_field("type").get_string().get(type) != simdjson::SUCCESS) return false;
    if (type != "l2update") return false;
    if (document.find_field("product_id").get_string().get(product) != simdjson::SUCCESS) {
      return false;
    }
    Message* message = add(product, MessageKind::BookDelta, out);
    if (message == nullptr) return false;
    decode::coinbase::SidedLevels levels(out);
    od::array changes;
    if (document.find_field("changes").get_array().get(changes) != simdjson::SUCCESS) return false;
    for (auto item : changes) {
      std::size_t index = 0;
      std::string_view side;
      Level level{};
      for (auto value : item.get_array()) {
        if (index == 0) failed_ |= value.get_string().get(side) != simdjson::SUCCESS;
        if (index == 1) level.price = decimal(raw(value), scale_.priceDecimals);
        if (index == 2) level.qty = decimal(raw(value), scale_.qtyDecimals);
        ++index;
      }
      failed_ |= !levels.add(side == "buy" ? Side::Buy : Side::Sell, level);
    }
    levels.finish(*message);
    message->exchangeTime = isoTime(raw(document.find_field("time")));
    return !failed_;
  }

  bool alpacaQuotes(std::string_view text, Frame& out) {
    od::document document;
    if (!begin(text, out, document)) return false;
    for (auto item : document.get_array()) {
      od::object quote;
      std::string_view type;
      std::string_view symbol;
      if (item.get_object().get(quote) != simdjson::SUCCESS) return false;
      if (quote.find_field("T").get_string().get(type) != simdjson::SUCCESS) return false;
      if (type != "q") return false;
      if (quote.find_field("S").get_string().get(symbol) != simdjson::SUCCESS) return false;
      Message* message = add(symbol, MessageKind::Quote, out);
      if (message == nullptr) return false;
      message->quote.bid = number(quote, "bp", scale_.priceDecimals);
      message->quote.bidQty = number(quote, "bs", scale_.qtyDecimals);
      message->quote.ask = number(quote, "ap", scale_.priceDecimals);
      message->quote.askQty = number(quote, "as", scale_.qtyDecimals);
      message->exchangeTime = isoTime(raw(quote.find_field("t")));
    }
    return !failed_;
  }

 private:
  /// A level whose scale is not known yet.
  struct RawLevel {
    const char* price;
    const char* qty;
    const char* time;
  };

  bool begin(std::string_view text, Frame& out, od::document& document) {
    out.clear();
    failed_ = false;
    end_ = text.data() + text.size();
    const simdjson::padded_string_view padded(text.data(), text.size(),
                                              text.size() + event::kFramePadding);
    return parser_.iterate(padded).get(document) == simdjson::SUCCESS;
  }

  Message* add(std::string_view symbol, MessageKind kind, Frame& out) {
    const InstrumentId instrument = context_.instruments.find(symbol);
    Message* message = instrument == kNoInstrument ? nullptr : out.addMessage();
    if (message == nullptr) return nullptr;
    scale_ = context_.instruments[instrument].scale;
    message->kind = kind;
    message->instrument = instrument;
    return message;
  }

  template <typename Value>
  const char* raw(Value value) {
    od::raw_json_string text;
    failed_ |= value.get_raw_json_string().get(text) != simdjson::SUCCESS;
    return failed_ ? "" : text.raw();
  }

  std::int64_t decimal(const char* text, unsigned decimals) {
    if (failed_) return 0;
    const auto scan = decode::scanDecimal(text, end_, decimals);
    failed_ |= scan.error != decode::DecimalError::Ok || *scan.next != '"';
    return scan.value;
  }

  std::int64_t number(od::object& object, const char* name, unsigned decimals) {
    std::string_view text;
    if (object.find_field(name).raw_json_token().get(text) != simdjson::SUCCESS) failed_ = true;
    if (failed_) return 0;
    const auto scan = decode::scanDecimal(text.data(), end_, decimals);
    failed_ |= scan.error != decode::DecimalError::Ok;
    return scan.value;
  }

  Nanos isoTime(const char* text) {
    if (failed_) return 0;
    LayoutScanner scan({text, static_cast<std::size_t>(end_ - text)});
    failed_ |= !scan.takesIsoTime();
    return scan.time();
  }

  template <typename Value>
  bool rawLevels(Value value, std::vector<RawLevel>& levels) {
    for (auto item : value.get_array()) {
      RawLevel level{};
      std::size_t index = 0;
      for (auto part : item.get_array()) {
        if (index == 0) level.price = raw(part);
        if (index == 1) level.qty = raw(part);
        if (index == 2) level.time = raw(part);
        ++index;
      }
      levels.push_back(level);
    }
    return !failed_;
  }

  LevelRange convert(const std::vector<RawLevel>& levels, Message& message, Frame& out) {
    const LevelRange range{out.levelCount(), static_cast<std::uint32_t>(levels.size())};
    for (const RawLevel& level : levels) {
      LayoutScanner scan({level.time, static_cast<std::size_t>(end_ - level.time)});
      failed_ |= !scan.takesSeconds();
      message.exchangeTime = std::max(message.exchangeTime, scan.time());
      failed_ |= !out.addLevel(decimal(level.price, scale_.priceDecimals),
                               decimal(level.qty, scale_.qtyDecimals));
    }
    return range;
  }

  const DecodeContext& context_;
  od::parser parser_;
  std::vector<RawLevel> asks_;
  std::vector<RawLevel> bids_;
  const char* end_ = nullptr;
  Scale scale_;
  bool failed_ = false;
};

SimdjsonVenues::SimdjsonVenues(const DecodeContext& context)
    : decoder_(std::make_unique<Decoder>(context)) {}
SimdjsonVenues::~SimdjsonVenues() = default;

bool SimdjsonVenues::runsHere() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");
#else
  return true;
#endif
}

bool SimdjsonVenues::krakenBook(std::string_view frame, Frame& out) {
  return decoder_->krakenBook(frame, out);
}
bool SimdjsonVenues::coinbaseUpdate(std::string_view frame, Frame& out) {
  return decoder_->coinbaseUpdate(frame, out);
}
bool SimdjsonVenues::alpacaQuotes(std::string_view frame, Frame& out) {
  return decoder_->alpacaQuotes(frame, out);
}

}  // namespace hft::bench
#endif

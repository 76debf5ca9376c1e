#include "bindings/market_generator.hpp"

#include <array>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "bindings/arguments.hpp"
#include "native/generate/days/itch_day.hpp"
#include "native/generate/frames/websocket_header.hpp"
#include "native/generate/market_generator.hpp"

namespace hft::bindings {
namespace {

using generate::FrameInfo;
using generate::GeneratorOptions;
using generate::MarketGenerator;
using generate::OptionsError;

constexpr napi_type_tag kGeneratorTag = {0x6866745f6d61726bULL, 0x65745f67656e3031ULL};
constexpr napi_type_tag kItchTag = {0x6866745f69746368ULL, 0x5f6461795f763031ULL};

enum class Framing : std::int64_t { Lines, WebSocket, Records };

/// The header of Framing::Records; `src/addon/market-generator.ts` has its offsets.
struct RecordHeader {
  std::uint32_t bytes;
  std::uint8_t type;
  std::uint8_t isBinary;
  std::uint16_t instrument;
  Nanos exchangeTime;
  Nanos receiveTime;
  std::uint64_t spare;
};
static_assert(sizeof(RecordHeader) == 32);

/// A generator with one frame looked ahead, so that a caller can stop before a time.
class FrameFiller {
 public:
  explicit FrameFiller(const GeneratorOptions& options)
      : generator_(options), start_(options.startTime), frame_(1 << 16) {}

  struct Result {
    std::size_t bytes = 0;
    std::uint64_t frames = 0;
    Nanos next = 0;
    std::size_t bytesNeeded = 0;
  };

  [[nodiscard]] MarketGenerator& generator() { return generator_; }

  Result fill(std::span<char> out, Framing framing, std::uint64_t framesMax, Nanos until) {
    Result result;
    while (result.frames < framesMax) {
      if (!lookAhead()) break;
      result.next = info_.receiveTime - start_;
      if (result.next > until || !append(out, framing, result)) break;
      frameBytes_ = 0;
    }
    return result;
  }

  Result settle(std::span<char> out, Framing framing) {
    Result result;
    // The frame that was looked ahead belongs to the present market too.
    while (frameBytes_ != 0 || settleNext()) {
      result.next = info_.receiveTime - start_;
      if (!append(out, framing, result)) break;
      frameBytes_ = 0;
    }
    return result;
  }

  /// The market as of the frames handed out: what was looked ahead is not among them yet.
  void beginSession() {
    frameBytes_ = 0;
    generator_.beginSession();
  }
  [[nodiscard]] bool hasLookedAhead() const { return frameBytes_ != 0; }

 private:
  bool lookAhead() {
    while (frameBytes_ == 0) {
      frameBytes_ = generator_.next(frame_, info_);
      if (frameBytes_ == 0 && info_.bytesNeeded <= frame_.size()) return false;
      if (frameBytes_ == 0) frame_.resize(info_.bytesNeeded);
    }
    return true;
  }

  bool settleNext() {
    while (true) {
      frameBytes_ = generator_.settle(frame_, info_);
      if (frameBytes_ != 0) return true;
      if (info_.bytesNeeded <= frame_.size()) return false;
      frame_.resize(info_.bytesNeeded);
    }
  }

  bool append(std::span<char> out, Framing framing, Result& result) {
    constexpr std::size_t kOverheadMax = sizeof(RecordHeader);
    const std::size_t need = frameBytes_ + kOverheadMax;
    if (out.size() - result.bytes < need) {
      if (result.frames == 0) result.bytesNeeded = need;
      return false;
    }
    result.bytes += write(out.subspan(result.bytes), framing);
    ++result.frames;
    return true;
  }

  std::size_t write(std::span<char> out, Framing framing) const {
    if (framing == Framing::Lines) {
      std::memcpy(out.data(), frame_.data(), frameBytes_);
      out[frameBytes_] = '\n';
      return frameBytes_ + 1;
    }
    if (framing == Framing::WebSocket) {
      const std::size_t header = frameBytes_ < 126 ? 2 : frameBytes_ <= 0xffff ? 4 : 10;
      std::memcpy(out.data() + header, frame_.data(), frameBytes_);
      return generate::putWebSocketFrame(out, header, frameBytes_, info_.isBinary);
    }
    const RecordHeader header{static_cast<std::uint32_t>(frameBytes_),
                              static_cast<std::uint8_t>(info_.type),
                              static_cast<std::uint8_t>(info_.isBinary ? 1 : 0),
                              static_cast<std::uint16_t>(info_.instrument),
                              info_.exchangeTime,
                              info_.receiveTime,
                              0};
    std::memcpy(out.data(), &header, sizeof header);
    std::memcpy(out.data() + sizeof header, frame_.data(), frameBytes_);
    return sizeof header + frameBytes_;
  }

  MarketGenerator generator_;
  Nanos start_;
  std::vector<char> frame_;
  std::size_t frameBytes_ = 0;
  FrameInfo info_;
};

bool readOptions(napi_env env, napi_value object, GeneratorOptions& options) {
  const auto integer = [&](const char* name, auto& field, std::int64_t max) {
    const auto value = integerMember(env, object, name, static_cast<std::int64_t>(field), 0, max);
    if (value) field = static_cast<std::remove_reference_t<decltype(field)>>(*value);
    return value.has_value();
  };
  constexpr std::int64_t kWordMax = 0xffffffff;
  std::int64_t format = -1;
  std::int64_t startMs = options.startTime / 1'000'000;
  if (!integer("format", format, 9) ||
      !integer("seed", options.seed, (std::int64_t{1} << 53) - 1) ||
      !integer("instrumentCount", options.instrumentCount, kWordMax) ||
      !integer("depthShare", options.mix.depth, kWordMax) ||
      !integer("tradeShare", options.mix.trade, kWordMax) ||
      !integer("tickerShare", options.mix.ticker, kWordMax) ||
      !integer("levelsPerDepth", options.levelsPerDepth, kWordMax) ||
      !integer("framesPerSecond", options.framesPerSecond, kWordMax) ||
      !integer("depth", options.depth, kWordMax) ||
      !integer("ordersPerInstrument", options.ordersPerInstrument, kWordMax) ||
      !integer("startTimeMs", startMs, 9'000'000'000'000)) {
    return false;
  }
  const auto tellsOrders = booleanMember(env, object, "tellsOrders", options.tellsOrders);
  if (!tellsOrders) return false;
  const auto aggregates = booleanMember(env, object, "aggregatesTrades", options.aggregatesTrades);
  if (!aggregates) return false;
  options.tellsOrders = *tellsOrders;
  options.aggregatesTrades = *aggregates;
  options.format = static_cast<decode::WireFormat>(format);
  options.startTime = startMs * 1'000'000;
  return true;
}

const char* describe(OptionsError error) {
  switch (error) {
    case OptionsError::BadFormat:
      return "format must be a wire format that can be generated";
    case OptionsError::BadInstrumentCount:
      return "instrumentCount must be at least 1 and no more than the generator knows";
    case OptionsError::BadMix:
      return "one of depthShare, tradeShare and tickerShare must be positive, none above a million";
    case OptionsError::BadTime:
      return "framesPerSecond must be from 1 to 10^9";
    case OptionsError::BadDepth:
      return "depth must be 1 to 1000, ordersPerInstrument 200 to 200000, levelsPerDepth at most "
             "10000";
    default:
      return "tellsOrders goes with coinbase-exchange, aggregatesTrades with Binance";
  }
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto object = arguments.object(0, "options");
  if (!object) return nullptr;
  GeneratorOptions options;
  if (!readOptions(env, *object, options)) return nullptr;
  const OptionsError error = generate::checkOptions(options);
  if (error != OptionsError::Ok) {
    throwArgument(env, describe(error));
    return nullptr;
  }
  wrap(env, arguments.self(), std::make_unique<FrameFiller>(options), kGeneratorTag);
  return arguments.self();
}

napi_value makeFill(napi_env env, const FrameFiller::Result& result) {
  napi_value object = makeObject(env);
  setMember(env, object, "bytes", static_cast<double>(result.bytes));
  setMember(env, object, "frames", static_cast<double>(result.frames));
  setMember(env, object, "nextNs", static_cast<double>(result.next));
  setMember(env, object, "bytesNeeded", static_cast<double>(result.bytesNeeded));
  return object;
}

std::span<char> textOf(std::span<std::byte> bytes) {
  return {reinterpret_cast<char*>(bytes.data()), bytes.size()};
}

napi_value fill(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* filler = unwrap<FrameFiller>(env, arguments.self(), kGeneratorTag);
  if (filler == nullptr) return nullptr;
  const auto buffer = arguments.bytes(0, "buffer");
  if (!buffer) return nullptr;
  const auto framing = arguments.integer(1, "framing", 0, 2);
  if (!framing) return nullptr;
  const auto framesMax = arguments.integer(2, "framesMax", 0, (std::int64_t{1} << 53) - 1);
  if (!framesMax) return nullptr;
  const auto until = arguments.number(3, "untilNs");
  if (!until) return nullptr;
  // Infinity, and whatever lies beyond the range of int64, means any time.
  const Nanos untilNs = *until < 9e18 ? static_cast<Nanos>(*until) : INT64_MAX;
  return makeFill(env, filler->fill(textOf(*buffer), static_cast<Framing>(*framing),
                                    static_cast<std::uint64_t>(*framesMax), untilNs));
}

napi_value settle(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* filler = unwrap<FrameFiller>(env, arguments.self(), kGeneratorTag);
  if (filler == nullptr) return nullptr;
  const auto buffer = arguments.bytes(0, "buffer");
  if (!buffer) return nullptr;
  const auto framing = arguments.integer(1, "framing", 0, 2);
  if (!framing) return nullptr;
  return makeFill(env, filler->settle(textOf(*buffer), static_cast<Framing>(*framing)));
}

std::optional<std::size_t> instrumentArgument(const Arguments& arguments, FrameFiller& filler) {
  const auto index = arguments.integer(
      0, "instrument", 0, static_cast<std::int64_t>(filler.generator().instrumentCount()) - 1);
  if (!index) return std::nullopt;
  return static_cast<std::size_t>(*index);
}

napi_value snapshot(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* filler = unwrap<FrameFiller>(env, arguments.self(), kGeneratorTag);
  if (filler == nullptr) return nullptr;
  const auto index = instrumentArgument(arguments, *filler);
  if (!index) return nullptr;
  const auto levels = arguments.integer(1, "levels", 1, 1'000'000);
  if (!levels) return nullptr;
  std::vector<char> body(filler->generator().snapshotBytesMax(*index));
  const std::size_t bytes =
      filler->generator().snapshot(*index, static_cast<std::size_t>(*levels), body);
  if (bytes == 0) return makeUndefined(env);
  napi_value buffer = nullptr;
  napi_create_buffer_copy(env, bytes, body.data(), nullptr, &buffer);
  return buffer;
}

napi_value beginSession(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* filler = unwrap<FrameFiller>(env, arguments.self(), kGeneratorTag);
  if (filler != nullptr) filler->beginSession();
  return nullptr;
}

napi_value instruments(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* filler = unwrap<FrameFiller>(env, arguments.self(), kGeneratorTag);
  if (filler == nullptr) return nullptr;
  const MarketGenerator& generator = filler->generator();
  napi_value array = nullptr;
  napi_create_array_with_length(env, generator.instrumentCount(), &array);
  for (std::uint32_t i = 0; i < generator.instrumentCount(); ++i) {
    const Scale scale = generator.scale(i);
    napi_value object = makeObject(env);
    setMember(env, object, "symbol", generator.symbol(i));
    setMember(env, object, "priceDecimals", static_cast<double>(scale.priceDecimals));
    setMember(env, object, "qtyDecimals", static_cast<double>(scale.qtyDecimals));
    setMember(env, object, "priceDigits", static_cast<double>(scale.priceDigits));
    setMember(env, object, "qtyDigits", static_cast<double>(scale.qtyDigits));
    napi_set_element(env, array, i, object);
  }
  return array;
}

napi_value makeSide(napi_env env, const generate::SimulatedBook& book, Side side,
                    std::size_t depth) {
  std::array<event::Level, 1000> levels;
  const std::size_t count = book.levels(side, std::span(levels).first(depth));
  napi_value array = nullptr;
  napi_create_array_with_length(env, count, &array);
  for (std::uint32_t i = 0; i < count; ++i) {
    napi_value pair = nullptr;
    napi_create_array_with_length(env, 2, &pair);
    napi_set_element(env, pair, 0, makeNumber(env, static_cast<double>(levels[i].price)));
    napi_set_element(env, pair, 1, makeNumber(env, static_cast<double>(levels[i].qty)));
    napi_set_element(env, array, i, pair);
  }
  return array;
}

napi_value truth(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* filler = unwrap<FrameFiller>(env, arguments.self(), kGeneratorTag);
  if (filler == nullptr) return nullptr;
  const auto index = instrumentArgument(arguments, *filler);
  if (!index) return nullptr;
  const auto depth = arguments.integer(1, "depth", 0, 1000);
  if (!depth) return nullptr;
  const MarketGenerator& generator = filler->generator();
  const generate::SimulatedBook& book = generator.book(*index);
  napi_value object = makeObject(env);
  setMember(env, object, "updateId", static_cast<double>(generator.updateId(*index)));
  const auto levels = static_cast<std::size_t>(*depth);
  setMember(env, object, "bids", makeSide(env, book, Side::Buy, levels));
  setMember(env, object, "asks", makeSide(env, book, Side::Sell, levels));
  return object;
}

napi_value constructDay(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto object = arguments.object(0, "options");
  if (!object) return nullptr;
  generate::ItchDayConfig config;
  const auto seed = integerMember(env, *object, "seed", 1, 0, (std::int64_t{1} << 53) - 1);
  if (!seed) return nullptr;
  const auto messages =
      integerMember(env, *object, "messages", 30'000'000, 1, std::int64_t{1} << 40);
  if (!messages) return nullptr;
  const auto symbols = integerMember(env, *object, "symbols", 8'900, 1, 65'535);
  if (!symbols) return nullptr;
  config.seed = static_cast<std::uint64_t>(*seed);
  config.messages = static_cast<std::uint64_t>(*messages);
  config.symbols = static_cast<std::uint32_t>(*symbols);
  wrap(env, arguments.self(), std::make_unique<generate::ItchDay>(config), kItchTag);
  return arguments.self();
}

napi_value writeDay(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* day = unwrap<generate::ItchDay>(env, arguments.self(), kItchTag);
  if (day == nullptr) return nullptr;
  const auto buffer = arguments.bytes(0, "buffer");
  if (!buffer) return nullptr;
  if (buffer->size() < 64) {
    throwArgument(env, "buffer must have at least 64 bytes");
    return nullptr;
  }
  auto* bytes = reinterpret_cast<std::uint8_t*>(buffer->data());
  return makeNumber(env, static_cast<double>(day->write({bytes, buffer->size()})));
}

napi_value messagesWritten(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* day = unwrap<generate::ItchDay>(env, arguments.self(), kItchTag);
  return day == nullptr ? nullptr : makeNumber(env, static_cast<double>(day->messagesWritten()));
}

}  // namespace

void registerMarketGenerator(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeMarketGenerator", construct,
              {{"fill", fill},
               {"settle", settle},
               {"snapshot", snapshot},
               {"beginSession", beginSession},
               {"instruments", instruments},
               {"truth", truth}});
  defineClass(env, exports, "NativeItchDay", constructDay,
              {{"write", writeDay}, {"messagesWritten", messagesWritten}});
}

}  // namespace hft::bindings

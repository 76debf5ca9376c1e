#include "bindings/order_book.hpp"

#include <array>
#include <memory>
#include <optional>

#include "bindings/arguments.hpp"
#include "native/book/l2/l2_book.hpp"

namespace hft::bindings {
namespace {

constexpr napi_type_tag kTag = {0x6866745f6f726465ULL, 0x72626f6f6b5f6c32ULL};
constexpr std::int64_t kExactMax = 9007199254740991;
constexpr std::size_t kDepthMax = 1000;

using book::L2Book;

std::optional<Side> sideArgument(const Arguments& arguments, std::size_t index) {
  const auto side = arguments.integer(index, "side", 1, 2);
  if (!side) return std::nullopt;
  return static_cast<Side>(*side);
}

const char* describe(book::BookError error) {
  switch (error) {
    case book::BookError::CapacityExceeded:
      return "the book is full: levelsMax is reached";
    case book::BookError::NegativeQty:
      return "qty must not be negative";
    default:
      return "price is out of range";
  }
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto levelsMax = arguments.integer(0, "levelsMax", 1, 1 << 22);
  if (!levelsMax) return nullptr;
  const auto levels = static_cast<std::size_t>(*levelsMax);
  wrap(env, arguments.self(), std::make_unique<L2Book>(book::L2Limits{levels, levels}), kTag);
  return arguments.self();
}

napi_value setLevel(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const auto side = sideArgument(arguments, 0);
  if (!side) return nullptr;
  const auto price = arguments.integer(1, "price", -kExactMax, kExactMax);
  if (!price) return nullptr;
  const auto qty = arguments.integer(2, "qty", 0, kExactMax);
  if (!qty) return nullptr;
  const auto result = book->setLevel(*side, *price, *qty);
  if (!result.ok()) {
    throwError(env, "HFT_CAPACITY", describe(result.error()));
    return nullptr;
  }
  return makeNumber(env, static_cast<double>(result.value()));
}

napi_value levelPair(napi_env env, const event::Level& level) {
  napi_value pair = nullptr;
  napi_create_array_with_length(env, 2, &pair);
  napi_set_element(env, pair, 0, makeNumber(env, static_cast<double>(level.price)));
  napi_set_element(env, pair, 1, makeNumber(env, static_cast<double>(level.qty)));
  return pair;
}

napi_value depth(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const auto side = sideArgument(arguments, 0);
  if (!side) return nullptr;
  const auto count = arguments.integer(1, "levels", 0, kDepthMax);
  if (!count) return nullptr;
  std::array<event::Level, kDepthMax> levels;
  const std::size_t found =
      book->depth(*side, std::span(levels).first(static_cast<std::size_t>(*count)));
  napi_value result = nullptr;
  napi_create_array_with_length(env, found, &result);
  for (std::size_t i = 0; i < found; ++i) {
    napi_set_element(env, result, static_cast<std::uint32_t>(i), levelPair(env, levels[i]));
  }
  return result;
}

napi_value best(napi_env env, napi_callback_info info, Side side) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const event::Level level = side == Side::Buy ? book->bestBid() : book->bestAsk();
  return level.price == kNoPrice ? makeUndefined(env) : levelPair(env, level);
}

napi_value bestBid(napi_env env, napi_callback_info info) { return best(env, info, Side::Buy); }
napi_value bestAsk(napi_env env, napi_callback_info info) { return best(env, info, Side::Sell); }

napi_value levelCount(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const auto side = sideArgument(arguments, 0);
  if (!side) return nullptr;
  return makeNumber(env, static_cast<double>(book->levelCount(*side)));
}

napi_value qtyAt(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const auto side = sideArgument(arguments, 0);
  if (!side) return nullptr;
  const auto price = arguments.integer(1, "price", -kExactMax, kExactMax);
  if (!price) return nullptr;
  return makeNumber(env, static_cast<double>(book->qtyAt(*side, *price)));
}

napi_value vwapToSize(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const auto side = sideArgument(arguments, 0);
  if (!side) return nullptr;
  const auto qty = arguments.integer(1, "qty", 1, kExactMax);
  if (!qty) return nullptr;
  return makeNumber(env, book->vwapToSize(*side, *qty));
}

napi_value imbalance(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  const auto levels = arguments.integer(0, "levels", 1, kDepthMax);
  if (!levels) return nullptr;
  return makeNumber(env, book->imbalance(static_cast<std::size_t>(*levels)));
}

/// A method without arguments that returns a number.
template <double (*Read)(const L2Book&)>
napi_value readNumber(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  return book == nullptr ? nullptr : makeNumber(env, Read(*book));
}

double readMid(const L2Book& book) { return book.mid(); }
double readMicroprice(const L2Book& book) { return book.microprice(); }
double readIsCrossed(const L2Book& book) { return book.isCrossed() ? 1 : 0; }

napi_value clear(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book != nullptr) book->clear();
  return nullptr;
}

napi_value stateHash(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* book = unwrap<L2Book>(env, arguments.self(), kTag);
  if (book == nullptr) return nullptr;
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, book->stateHash(), &result);
  return result;
}

}  // namespace

void registerOrderBook(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeOrderBook", construct,
              {{"setLevel", setLevel},
               {"depth", depth},
               {"bestBid", bestBid},
               {"bestAsk", bestAsk},
               {"levelCount", levelCount},
               {"qtyAt", qtyAt},
               {"vwapToSize", vwapToSize},
               {"imbalance", imbalance},
               {"mid", readNumber<readMid>},
               {"microprice", readNumber<readMicroprice>},
               {"isCrossed", readNumber<readIsCrossed>},
               {"clear", clear},
               {"stateHash", stateHash}});
}

}  // namespace hft::bindings

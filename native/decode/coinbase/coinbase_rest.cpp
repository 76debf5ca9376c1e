#include "native/decode/coinbase/coinbase.hpp"
#include "native/decode/order_ref_table.hpp"
#include "native/decode/scale_reader.hpp"

namespace hft::decode::coinbase {

using event::DecodeError;
using event::Message;
using event::MessageKind;

namespace {

enum BookField : std::size_t {
  kBids,
  kAsks,
  kSequence,
  kTime,
  kAuctionMode,
  kAuction,
  kBookFields
};

/// Whether the first level of a side ends in an order id, as those of level 3 do; in level 2 it
/// ends in a count, in either form of a number.
bool holdsOrders(std::string_view side) noexcept {
  if (!isJsonArray(side)) return false;
  JsonCursor cursor(side);
  if (!cursor.beginArray() || !cursor.nextElement()) return false;
  const auto level = readElements<3>(cursor);
  TextBuffer buffer;
  return cursor.ok() && uuidOrderKey(plainText(level[2], buffer)).has_value();
}

class RestBookReader {
 public:
  RestBookReader(const JsonMembers<kBookFields>& fields, std::uint64_t sequence,
                 const DecodeContext& context, event::Frame& out) noexcept
      : fields_(fields),
        sequence_(sequence),
        instrument_(context.instruments[context.frameInstrument]),
        refs_(context.orderRefs),
        scale_(instrument_),
        out_(out) {}

  [[nodiscard]] DecodeError readLevels() noexcept {
    Message* message = add(MessageKind::BookSnapshot);
    if (message == nullptr) return DecodeError::CapacityExceeded;
    message->book.bids = readSide(fields_[kBids]);
    message->book.asks = readSide(fields_[kAsks]);
    return scale_.finish(out_);
  }

  /// The orders of a level stand in the order of their priority.
  [[nodiscard]] DecodeError readOrders() noexcept {
    refs_->releaseInstrument(instrument_.id, sequence_);
    add(MessageKind::SnapshotBegin);
    readOrders(fields_[kBids], Side::Buy);
    readOrders(fields_[kAsks], Side::Sell);
    add(MessageKind::SnapshotEnd);
    return scale_.finish(out_);
  }

 private:
  Message* add(MessageKind kind) noexcept {
    Message* message = addMessage(out_, kind, instrument_.id);
    if (message == nullptr) {
      scale_.fail(DecodeError::CapacityExceeded);
      return nullptr;
    }
    message->firstId = sequence_;
    message->lastId = sequence_;
    message->exchangeTime = readIsoTime(fields_[kTime], out_);
    return message;
  }

  event::LevelRange readSide(std::string_view raw) noexcept {
    event::LevelRange range{out_.levelCount(), 0};
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale_.ok() && cursor.nextElement();) {
      const auto level = readElements<3>(cursor);
      if (!cursor.ok()) break;
      const Price price = scale_.bookPrice(level[0]);
      const Qty qty = scale_.bookQty(level[1]);
      if (!out_.addLevel(price, qty)) scale_.fail(DecodeError::CapacityExceeded);
    }
    if (!cursor.ok()) scale_.fail(cursor.error());
    range.count = out_.levelCount() - range.begin;
    return range;
  }

  void readOrders(std::string_view raw, Side side) noexcept {
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale_.ok() && cursor.nextElement();) {
      const auto order = readElements<3>(cursor);
      if (!cursor.ok()) break;
      TextBuffer buffer;
      const auto key = uuidOrderKey(plainText(order[2], buffer));
      if (!key) return scale_.fail(DecodeError::Malformed);
      const auto orderRef = refs_->intern(*key, instrument_.id, sequence_);
      Message* message = addMessage(out_, MessageKind::OrderAdd, instrument_.id);
      if (!orderRef.ok() || message == nullptr) return scale_.fail(DecodeError::CapacityExceeded);
      message->side = side;
      message->firstId = sequence_;
      message->lastId = sequence_;
      message->order = {orderRef.value(), 0, scale_.bookPrice(order[0]), scale_.bookQty(order[1])};
    }
    if (!cursor.ok()) scale_.fail(cursor.error());
  }

  const JsonMembers<kBookFields>& fields_;
  std::uint64_t sequence_;
  const Instrument& instrument_;
  OrderRefTable* refs_;
  ScaleReader scale_;
  event::Frame& out_;
};

}  // namespace

DecodeError readRestBook(std::string_view frame, const DecodeContext& context,
                         event::Frame& out) noexcept {
  static constexpr std::array<std::string_view, kBookFields> kNames = {
      "bids", "asks", "sequence", "time", "auction_mode", "auction"};
  JsonCursor cursor(frame);
  const auto fields = readMembers(cursor, kNames);
  if (const DecodeError error = cursor.finish(); error != DecodeError::Ok) return error;
  if (fields[kBids].empty() || fields[kAsks].empty()) {
    ++out.unknownCount;
    return DecodeError::Ok;
  }
  out.unknownFieldCount += fields.unknownCount;
  const bool isEmpty = fields[kBids] == "[]" && fields[kAsks] == "[]";
  const bool isLevel3 = holdsOrders(fields[kBids]) || holdsOrders(fields[kAsks]) ||
                        (isEmpty && context.orderRefs != nullptr);
  if (context.frameInstrument == kNoInstrument || (isLevel3 && context.orderRefs == nullptr)) {
    ++out.skippedCount;
    return DecodeError::Ok;
  }
  const auto sequence = readUnsigned(fields[kSequence]);
  if (!sequence.ok()) return sequence.error();
  RestBookReader reader(fields, sequence.value(), context, out);
  return isLevel3 ? reader.readOrders() : reader.readLevels();
}

}  // namespace hft::decode::coinbase

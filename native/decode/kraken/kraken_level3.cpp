#include <limits>

#include "native/decode/json/json_members.hpp"
#include "native/decode/kraken/kraken.hpp"
#include "native/decode/order_ref_table.hpp"
#include "native/decode/scale_reader.hpp"

namespace hft::decode::kraken {

namespace {

using event::DecodeError;
using event::Message;
using event::MessageKind;

/// Reads one element of `data`: the orders of both sides, and the checksum of the book after them.
class OrdersReader {
 public:
  OrdersReader(const Instrument& instrument, const DecodeContext& context,
               event::Frame& out) noexcept
      : instrument_(instrument), refs_(*context.orderRefs), scale_(instrument), out_(out) {}

  /// The whole book: it begins anew, and ids that aren't in it are free.
  void readSnapshot(std::string_view bids, std::string_view asks) noexcept {
    refs_.releaseInstrument(instrument_.id, 0);
    add(MessageKind::SnapshotBegin, Side::None);
    readOrders(bids, Side::Buy, true);
    readOrders(asks, Side::Sell, true);
    add(MessageKind::SnapshotEnd, Side::None);
  }

  void readUpdate(std::string_view bids, std::string_view asks) noexcept {
    readOrders(bids, Side::Buy, false);
    readOrders(asks, Side::Sell, false);
  }

  [[nodiscard]] ScaleReader& scale() noexcept { return scale_; }
  /// The last message that was added; nullptr if none was.
  [[nodiscard]] Message* last() const noexcept { return last_; }

 private:
  enum Field : std::size_t { kEvent, kOrderId, kPrice, kQty, kTime, kFields };

  Message* add(MessageKind kind, Side side) noexcept {
    Message* message = addMessage(out_, kind, instrument_.id);
    if (message == nullptr) {
      scale_.fail(DecodeError::CapacityExceeded);
      return nullptr;
    }
    message->side = side;
    last_ = message;
    return message;
  }

  void readOrders(std::string_view raw, Side side, bool isSnapshot) noexcept {
    static constexpr std::array<std::string_view, kFields> kNames = {
        "event", "order_id", "limit_price", "order_qty", "timestamp"};
    if (raw.empty()) return;
    JsonCursor cursor(raw);
    for (cursor.beginArray(); scale_.ok() && cursor.nextElement();) {
      const auto fields = readMembers(cursor, kNames);
      if (!cursor.ok()) break;
      out_.unknownFieldCount += fields.unknownCount;
      readOrder(fields, side, isSnapshot);
    }
    if (!cursor.ok()) scale_.fail(cursor.error());
  }

  void readOrder(const JsonMembers<kFields>& fields, Side side, bool isSnapshot) noexcept {
    TextBuffer buffer;
    const auto key = textOrderKey(plainText(fields[kOrderId], buffer));
    if (!key) return scale_.fail(DecodeError::Malformed);
    const bool isAdd = isSnapshot || isText(fields[kEvent], "add");
    const bool isDelete = !isAdd && isText(fields[kEvent], "delete");
    if (!isAdd && !isDelete && !isText(fields[kEvent], "modify")) {
      ++out_.unknownCount;
      return;
    }
    std::uint64_t orderRef = refs_.find(*key);
    if (isAdd) {
      const auto interned = refs_.intern(*key, instrument_.id, 0);
      if (!interned.ok()) return scale_.fail(DecodeError::CapacityExceeded);
      orderRef = interned.value();
    } else if (orderRef == 0) {
      // Below the depth that is kept: the checksum says whether the book lacks it.
      ++out_.skippedCount;
      return;
    }
    const MessageKind kind = isAdd      ? MessageKind::OrderAdd
                             : isDelete ? MessageKind::OrderDelete
                                        : MessageKind::OrderModify;
    Message* message = add(kind, side);
    if (message == nullptr) return;
    message->order = {orderRef, 0, 0, 0};
    message->exchangeTime = readIsoTime(fields[kTime], out_);
    if (isDelete) return refs_.release(*key);
    message->order.price = scale_.bookPrice(fields[kPrice]);
    message->order.qty = scale_.bookQty(fields[kQty]);
  }

  const Instrument& instrument_;
  OrderRefTable& refs_;
  ScaleReader scale_;
  event::Frame& out_;
  Message* last_ = nullptr;
};

}  // namespace

DecodeError readLevel3(std::string_view raw, bool isSnapshot, const DecodeContext& context,
                       event::Frame& out) noexcept {
  static constexpr std::array<std::string_view, 5> kNames = {"symbol", "bids", "asks", "checksum",
                                                             "timestamp"};
  JsonCursor cursor(raw);
  const auto fields = readMembers(cursor, kNames);
  if (!cursor.ok()) return cursor.error();
  if (context.orderRefs == nullptr) {
    ++out.skippedCount;
    return DecodeError::Ok;
  }
  out.unknownFieldCount += fields.unknownCount;
  const auto instrument = readInstrument(fields[0], context, out);
  if (!instrument.ok()) return instrument.error();
  if (instrument.value() == kNoInstrument) return DecodeError::Ok;
  OrdersReader reader(context.instruments[instrument.value()], context, out);
  if (isSnapshot) {
    reader.readSnapshot(fields[1], fields[2]);
  } else {
    reader.readUpdate(fields[1], fields[2]);
  }
  if (reader.last() != nullptr && !fields[3].empty()) {
    const auto checksum = readUnsigned(fields[3]);
    if (!checksum.ok()) {
      reader.scale().fail(checksum.error());
    } else if (checksum.value() > std::numeric_limits<std::uint32_t>::max()) {
      reader.scale().fail(DecodeError::Overflow);
    } else {
      reader.last()->hasChecksum = true;
      reader.last()->checksum = static_cast<std::uint32_t>(checksum.value());
    }
  }
  if (isSnapshot && reader.last() != nullptr && !fields[4].empty()) {
    reader.last()->exchangeTime = readIsoTime(fields[4], out);
  }
  return reader.scale().finish(out);
}

}  // namespace hft::decode::kraken

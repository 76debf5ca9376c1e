#include "native/decode/coinbase/coinbase.hpp"
#include "native/decode/order_ref_table.hpp"
#include "native/decode/scale_reader.hpp"

namespace hft::decode::coinbase {

using event::DecodeError;
using event::Message;
using event::MessageKind;

namespace {

/// Adds the messages of one OrderEvent, whose product and sequence are known.
class EventWriter {
 public:
  EventWriter(const OrderEvent& event, const Instrument& instrument, std::uint64_t sequence,
              const DecodeContext& context, event::Frame& out) noexcept
      : event_(event),
        instrument_(instrument),
        sequence_(sequence),
        refs_(context.orderRefs),
        scale_(instrument),
        out_(out) {}

  [[nodiscard]] DecodeError write() noexcept {
    time_ = readIsoTime(event_.time, out_);
    if (event_.kind == OrderEvent::Kind::Match) writeTrade();
    if (refs_ != nullptr) writeOrder();
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
    message->exchangeTime = time_;
    return message;
  }

  /// The side is the maker's: who took is on the other.
  void writeTrade() noexcept {
    Message* message = add(MessageKind::Trade);
    if (message == nullptr) return;
    message->lastId = readUnsigned(event_.tradeId).valueOr(0);
    message->side = opposite(sideOf(event_.side));
    if (message->side == Side::None && !event_.side.empty()) ++out_.unknownFieldCount;
    message->trade = {scale_.price(event_.price), scale_.qty(event_.size)};
  }

  void writeOrder() noexcept {
    if (event_.kind == OrderEvent::Kind::NoBook) {
      add(MessageKind::Heartbeat);
      return;
    }
    TextBuffer buffer;
    const auto key = uuidOrderKey(plainText(event_.orderId, buffer));
    if (!key) return scale_.fail(DecodeError::Malformed);
    if (event_.kind == OrderEvent::Kind::Open) return writeOpen(*key);
    // A change of funds: the book stays, the sequence counts.
    if (event_.kind == OrderEvent::Kind::Change && event_.size.empty()) {
      add(MessageKind::Heartbeat);
      return;
    }
    // Whether an order that nobody knows rests is for the book to say: before the snapshot this may
    // be one that the snapshot holds.
    const auto known = refs_->remember(*key, instrument_.id);
    if (!known.ok()) return scale_.fail(DecodeError::CapacityExceeded);
    const std::uint64_t orderRef = known.value();
    switch (event_.kind) {
      case OrderEvent::Kind::Done: {
        Message* message = add(MessageKind::OrderDelete);
        if (message != nullptr) message->order = {orderRef, 0, 0, 0};
        return refs_->release(*key);
      }
      case OrderEvent::Kind::Match:
        return writeSized(MessageKind::OrderReduce, orderRef);
      default:
        return writeSized(MessageKind::OrderModify, orderRef);
    }
  }

  void writeOpen(const OrderKey& key) noexcept {
    const Side side = sideOf(event_.side);
    if (side == Side::None) return scale_.fail(DecodeError::Malformed);
    const auto orderRef = refs_->intern(key, instrument_.id, sequence_);
    if (!orderRef.ok()) return scale_.fail(DecodeError::CapacityExceeded);
    writeSized(MessageKind::OrderAdd, orderRef.value());
  }

  void writeSized(MessageKind kind, std::uint64_t orderRef) noexcept {
    Message* message = add(kind);
    if (message == nullptr) return;
    message->side = sideOf(event_.side);
    message->order = {orderRef, 0, scale_.bookPrice(event_.price), scale_.bookQty(event_.size)};
    if (kind == MessageKind::OrderReduce) {
      message->code = static_cast<std::uint8_t>(event::ReduceCause::Execution);
    }
  }

  const OrderEvent& event_;
  const Instrument& instrument_;
  std::uint64_t sequence_;
  OrderRefTable* refs_;
  ScaleReader scale_;
  event::Frame& out_;
  Nanos time_ = 0;
};

}  // namespace

DecodeError addOrderEvent(const OrderEvent& event, const DecodeContext& context,
                          event::Frame& out) noexcept {
  if (context.orderRefs == nullptr && event.kind != OrderEvent::Kind::Match) {
    ++out.skippedCount;
    return DecodeError::Ok;
  }
  const auto instrument = readInstrument(event.product, context, out);
  if (!instrument.ok()) return instrument.error();
  if (instrument.value() == kNoInstrument) return DecodeError::Ok;
  const auto sequence = readUnsigned(event.sequence);
  // Only an order book depends on the sequence.
  if (!sequence.ok() && context.orderRefs != nullptr) return sequence.error();
  return EventWriter(event, context.instruments[instrument.value()], sequence.valueOr(0), context,
                     out)
      .write();
}

DecodeError readCompactOrder(std::string_view frame, const DecodeContext& context,
                             event::Frame& out) noexcept {
  JsonCursor cursor(frame);
  const auto e = readElements<8>(cursor);
  if (const DecodeError error = cursor.finish(); error != DecodeError::Ok) return error;
  out.unknownFieldCount += e.unknownCount;
  using Kind = OrderEvent::Kind;
  OrderEvent event{Kind::NoBook, e[1], e[2], {}, {}, {}, {}, {}, {}};
  if (isText(e[0], "open")) {
    event = {Kind::Open, e[1], e[2], e[3], e[4], e[5], e[6], {}, e[7]};
  } else if (isText(e[0], "done")) {
    event = {Kind::Done, e[1], e[2], e[3], {}, {}, {}, {}, e[4]};
  } else if (isText(e[0], "match")) {
    event = {Kind::Match, e[1], e[2], e[3], {}, e[5], e[6], {}, e[7]};
  } else if (isText(e[0], "change")) {
    event = {Kind::Change, e[1], e[2], e[3], {}, e[4], e[5], {}, e[6]};
  } else if (isText(e[0], "noop")) {
    event.time = e[3];
  } else {
    ++out.unknownCount;
    return DecodeError::Ok;
  }
  return addOrderEvent(event, context, out);
}

Side sideOf(std::string_view raw) noexcept {
  for (const std::string_view word : {"buy", "BUY", "bid"}) {
    if (isText(raw, word)) return Side::Buy;
  }
  for (const std::string_view word : {"sell", "SELL", "offer", "ask"}) {
    if (isText(raw, word)) return Side::Sell;
  }
  return Side::None;
}

}  // namespace hft::decode::coinbase

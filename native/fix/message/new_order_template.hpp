#pragma once

#include <array>
#include <span>
#include <string_view>

#include "native/core/result.hpp"
#include "native/fix/codec/message_header.hpp"
#include "native/fix/codec/message_template.hpp"
#include "native/fix/message/order_messages.hpp"

namespace hft::fix {

/// NewOrderSingles of one session that differ only in MsgSeqNum, times, ClOrdID, quantity and
/// price: one a (account, symbol, side, type, TimeInForce). Not thread-safe. No allocation.
class NewOrderTemplate {
 public:
  /// `header` must outlive it; texts of `order` are copied into the message.
  explicit NewOrderTemplate(const MessageHeader& header) noexcept : header_(header) {}

  /// Writes `order`, whose other fields are as at the last call of `restart`. Where a width
  /// changed (MsgSeqNum 9,999 to 10,000) it is written anew through `writer`, at three times the
  /// cost. The view lives until the next call.
  /// Errors: those of FixWriter.
  [[nodiscard]] Result<std::string_view, WriteError> write(FixWriter& writer,
                                                           const NewOrderSingle& order,
                                                           const HeaderState& state) noexcept {
    const bool isPlain = state.origSendingTime == 0 && !state.possResend;
    if (isTaken_ && isPlain && order.price.has_value() == hasPrice_ && order.orderQty) [[likely]] {
      template_.number(kMsgSeqNum, state.msgSeqNum);
      template_.timestamp(kSendingTime, state.sendingTime);
      template_.text(kClOrdID, order.clOrdID);
      template_.decimal(kOrderQty, order.orderQty->mantissa, order.orderQty->decimals);
      template_.timestamp(kTransactTime, order.transactTime);
      if (hasPrice_) template_.decimal(kPrice, order.price->mantissa, order.price->decimals);
      const std::string_view message = template_.finish();
      if (!message.empty()) [[likely]]
        return message;
    }
    return writeWhole(writer, order, state, isPlain);
  }

  /// The next order differs in other fields too.
  void restart() noexcept { isTaken_ = false; }

 private:
  enum SlotNumber : std::size_t {
    kMsgSeqNum,
    kSendingTime,
    kClOrdID,
    kOrderQty,
    kTransactTime,
    kPrice,
  };

  Result<std::string_view, WriteError> writeWhole(FixWriter& writer, const NewOrderSingle& order,
                                                  const HeaderState& state, bool isPlain) noexcept {
    constexpr std::array<std::uint32_t, 6> kTags{34, 52, 11, 38, 60, 44};
    header_.begin(writer, NewOrderSingle::kMsgType, state);
    writeBody(writer, order, header_.precision());
    const auto message = header_.finish(writer);
    hasPrice_ = order.price.has_value();
    const std::span<const std::uint32_t> tags(kTags.data(), hasPrice_ ? 6 : 5);
    isTaken_ =
        isPlain && message.ok() && template_.take(message.value(), tags, header_.precision());
    return message;
  }

  const MessageHeader& header_;
  MessageTemplate template_;
  bool isTaken_ = false;
  bool hasPrice_ = false;
};

}  // namespace hft::fix

#pragma once

#include <string>

#include "native/event/feed_message.hpp"

namespace hft::test {

/// All that a decoder said, as text: so that two results are compared, and shown, as one.
inline std::string frameText(event::DecodeError error, const event::Frame& frame) {
  std::string text = "error " + std::to_string(static_cast<int>(error));
  if (error == event::DecodeError::TooManyDecimals) {
    return text + " needs " + std::to_string(frame.neededInstrument) + " " +
           std::to_string(frame.neededPriceDecimals) + "/" +
           std::to_string(frame.neededQtyDecimals) + " printed " +
           std::to_string(frame.neededPriceDigits) + "/" + std::to_string(frame.neededQtyDigits);
  }
  if (error != event::DecodeError::Ok) return text;
  const auto add = [&](const char* name, auto value) {
    text += std::string(" ") + name + std::to_string(value);
  };
  add("skipped", frame.skippedCount);
  add("unknown", frame.unknownCount);
  const auto addLevels = [&](const char* name, event::LevelRange range) {
    text += std::string(" ") + name;
    for (const event::Level& level : frame.levels(range)) {
      text += "(" + std::to_string(level.price) + "," + std::to_string(level.qty) + ")";
    }
  };
  for (const event::Message& message : frame.messages()) {
    text += "\n kind " + std::to_string(static_cast<int>(message.kind));
    add("side", static_cast<int>(message.side));
    add("code", message.code);
    add("instrument", message.instrument);
    add("time", message.exchangeTime);
    add("ids ", message.firstId);
    add("", message.lastId);
    add("", message.prevId);
    if (message.hasChecksum) add("checksum", message.checksum);
    switch (message.kind) {
      case event::MessageKind::BookSnapshot:
      case event::MessageKind::BookDelta:
        addLevels("bids", message.book.bids);
        addLevels("asks", message.book.asks);
        break;
      case event::MessageKind::Quote:
        add("bid", message.quote.bid);
        add("x", message.quote.bidQty);
        add("ask", message.quote.ask);
        add("x", message.quote.askQty);
        break;
      case event::MessageKind::Trade:
        add("price", message.trade.price);
        add("qty", message.trade.qty);
        break;
      case event::MessageKind::Bar:
        add("o", message.bar.open);
        add("h", message.bar.high);
        add("l", message.bar.low);
        add("c", message.bar.close);
        add("v", message.bar.volume);
        break;
      default:
        break;
    }
  }
  return text;
}

}  // namespace hft::test

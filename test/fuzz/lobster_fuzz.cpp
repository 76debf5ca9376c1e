#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/book/l3/l3_lobster.hpp"
#include "native/core/check.hpp"
#include "native/decode/lobster/lobster.hpp"

namespace {

using namespace hft;

constexpr Scale kScale{.priceDecimals = 4, .qtyDecimals = 0, .priceDigits = 4, .qtyDigits = 0};

/// What the venue's bytes can do to a book, they do here: lines are taken as messages and rows.
void fuzzLines(std::string_view text) {
  InstrumentTable instruments(1);
  const InstrumentId id = instruments.add("FUZZ", kScale).valueOr(kNoInstrument);
  const decode::DecodeContext context{.instruments = instruments, .frameInstrument = id};
  book::L3LobsterSync sync({.ordersMax = 64, .levelsMax = 32});
  event::Frame frame(2, 2);
  decode::LobsterRow row;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    // An exact copy with the padding that a frame has.
    std::string line(text.substr(0, end));
    const std::size_t size = line.size();
    line.append(event::kFramePadding, '1');
    const std::string_view view(line.data(), size);
    const bool hasRow = readLobsterRow(view, kScale, row) == event::DecodeError::Ok;
    const book::L3Witness witness{row.bids(), row.asks(), row.depth};
    if (decodeLobster(view, context, frame) != event::DecodeError::Ok) {
      sync.onDecodeError(hasRow ? &witness : nullptr);
    } else if (!frame.messages().empty()) {
      sync.apply(frame.messages()[0], hasRow ? &witness : nullptr);
    }
    HFT_CHECK(sync.book().bestBidQty() >= 0 && sync.book().bestAskQty() >= 0);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzzLines({reinterpret_cast<const char*>(data), size});
  return 0;
}

#include "native/decode/alpaca/alpaca.hpp"

namespace hft::decode::alpaca {

KeyMeaning meaningOf(std::uint64_t word) noexcept {
  switch (word) {
    case keyWord("T"):
      return {Field::Type};
    case keyWord("S"):
      return {Field::Symbol};
    case keyWord("t"):
      return {Field::Time};
    case keyWord("p"):
      return {Field::Price};
    case keyWord("s"):
      return {Field::Size};
    case keyWord("i"):
      return {Field::Id};
    case keyWord("tks"):
      return {Field::TakerSide};
    case keyWord("bp"):
      return {Field::BidPrice};
    case keyWord("bs"):
      return {Field::BidSize};
    case keyWord("ap"):
      return {Field::AskPrice};
    case keyWord("as"):
      return {Field::AskSize};
    case keyWord("o"):
      return {Field::Open};
    case keyWord("h"):
      return {Field::High};
    case keyWord("l"):
      return {Field::Low};
    case keyWord("c"):
      return {Field::Close};
    case keyWord("v"):
      return {Field::Volume};
    case keyWord("b"):
      return {Field::Bids};
    case keyWord("a"):
      return {Field::Asks};
    case keyWord("r"):
      return {Field::Reset};
    case keyWord("sc"):
      return {Field::StatusCode};
    case keyWord("code"):
      return {Field::ErrorCode};
    // Exchanges, tapes, counts, averages, texts and reasons.
    case keyWord("x"):
    case keyWord("z"):
    case keyWord("bx"):
    case keyWord("ax"):
    case keyWord("n"):
    case keyWord("vw"):
    case keyWord("sm"):
    case keyWord("rc"):
    case keyWord("rm"):
    case keyWord("u"):
    case keyWord("d"):
    case keyWord("msg"):
      return {std::nullopt, true};
    default:
      return {std::nullopt, false};
  }
}

std::optional<event::TradingStatus> tradingStatus(std::string_view code) noexcept {
  using event::TradingStatus;
  // Source: UTP specification (H halt, P pause, Q quotation only, T resumption) and CTA
  // specification (2 halt, 3 resume, 4 no open or resume, 5 and 6 indications).
  if (code == "T" || code == "3") return TradingStatus::Trading;
  if (code == "H" || code == "P" || code == "2" || code == "4") return TradingStatus::Halted;
  if (code == "Q" || code == "5" || code == "6") return TradingStatus::Auction;
  return std::nullopt;
}

}  // namespace hft::decode::alpaca

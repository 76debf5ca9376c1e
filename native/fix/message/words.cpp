#include "native/fix/message/words.hpp"

#include <array>
#include <cstddef>

namespace hft::fix {
namespace {

template <typename Word>
struct Pair {
  Word word;
  char text;
};

constexpr std::array<Pair<OrdStatus>, 13> kOrdStatuses{{{OrdStatus::New, '0'},
                                                        {OrdStatus::PartiallyFilled, '1'},
                                                        {OrdStatus::Filled, '2'},
                                                        {OrdStatus::DoneForDay, '3'},
                                                        {OrdStatus::Canceled, '4'},
                                                        {OrdStatus::Replaced, '5'},
                                                        {OrdStatus::PendingCancel, '6'},
                                                        {OrdStatus::Stopped, '7'},
                                                        {OrdStatus::Rejected, '8'},
                                                        {OrdStatus::Suspended, '9'},
                                                        {OrdStatus::PendingNew, 'A'},
                                                        {OrdStatus::Expired, 'C'},
                                                        {OrdStatus::PendingReplace, 'E'}}};

constexpr std::array<Pair<ExecType>, 16> kExecTypes{{{ExecType::New, '0'},
                                                     {ExecType::DoneForDay, '3'},
                                                     {ExecType::Canceled, '4'},
                                                     {ExecType::Replaced, '5'},
                                                     {ExecType::PendingCancel, '6'},
                                                     {ExecType::Rejected, '8'},
                                                     {ExecType::Suspended, '9'},
                                                     {ExecType::PendingNew, 'A'},
                                                     {ExecType::Expired, 'C'},
                                                     {ExecType::Restated, 'D'},
                                                     {ExecType::PendingReplace, 'E'},
                                                     {ExecType::Trade, 'F'},
                                                     {ExecType::TradeCorrect, 'G'},
                                                     {ExecType::TradeCancel, 'H'},
                                                     {ExecType::OrderStatus, 'I'},
                                                     {ExecType::Triggered, 'L'}}};

template <typename Word, std::size_t N>
char textOf(const std::array<Pair<Word>, N>& pairs, Word word) noexcept {
  for (const auto& pair : pairs) {
    if (pair.word == word) return pair.text;
  }
  return '\0';
}

template <typename Word, std::size_t N>
Word wordOf(const std::array<Pair<Word>, N>& pairs, char text) noexcept {
  for (const auto& pair : pairs) {
    if (pair.text == text) return pair.word;
  }
  return Word::None;
}

}  // namespace

OrdStatus toOrdStatus(char text) noexcept { return wordOf(kOrdStatuses, text); }

char toText(OrdStatus ordStatus) noexcept { return textOf(kOrdStatuses, ordStatus); }

ExecType toExecType(char text, char execTransType) noexcept {
  switch (execTransType) {
    case '1':
      return ExecType::TradeCancel;
    case '2':
      return ExecType::TradeCorrect;
    case '3':
      return ExecType::OrderStatus;
    default:
      // Fills of FIX 4.2; no later version has 1 and 2.
      if (text == '1' || text == '2') return ExecType::Trade;
      return wordOf(kExecTypes, text);
  }
}

char toText(ExecType execType) noexcept { return textOf(kExecTypes, execType); }

char toText42(ExecType execType, OrdStatus ordStatus) noexcept {
  switch (execType) {
    case ExecType::Trade:
      return ordStatus == OrdStatus::Filled ? '2' : '1';
    case ExecType::TradeCorrect:
    case ExecType::TradeCancel:
    case ExecType::OrderStatus:
    case ExecType::Triggered:
      return toText(ordStatus);
    default:
      return toText(execType);
  }
}

char execTransTypeOf(ExecType execType) noexcept {
  switch (execType) {
    case ExecType::TradeCancel:
      return '1';
    case ExecType::TradeCorrect:
      return '2';
    case ExecType::OrderStatus:
      return '3';
    default:
      return '0';
  }
}

}  // namespace hft::fix

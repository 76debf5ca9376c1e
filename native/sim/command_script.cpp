#include "native/sim/command_script.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <utility>

namespace hft::sim {
namespace {

/// The next word of `text`, taken off its front; empty at the end.
std::string_view takeWord(std::string_view& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return text = {};
  text.remove_prefix(begin);
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text.remove_prefix(word.size());
  return word;
}

/// Reads a whole number; false where the next word is none.
template <typename Number>
bool takeNumber(std::string_view& text, Number& number) {
  const std::string_view word = takeWord(text);
  const char* begin = std::to_address(word.begin());
  const char* end = std::to_address(word.end());
  const auto [at, error] = std::from_chars(begin, end, number);
  return !word.empty() && error == std::errc{} && at == end;
}

/// References below 2^63 only: the directory keeps a bit for itself.
bool takeId(std::string_view& text, std::uint64_t& id) {
  return takeNumber(text, id) && id < std::uint64_t{1} << 62;
}

bool parseTimeInForce(std::string_view word, TimeInForce& timeInForce) {
  constexpr std::array<std::pair<std::string_view, TimeInForce>, 4> kWords = {
      {{"GTC", TimeInForce::GoodTillCancel},
       {"DAY", TimeInForce::Day},
       {"IOC", TimeInForce::ImmediateOrCancel},
       {"FOK", TimeInForce::FillOrKill}}};
  for (const auto& [name, value] : kWords) {
    if (name != word) continue;
    timeInForce = value;
    return true;
  }
  return false;
}

void write(std::string& out, std::string_view word, std::uint64_t id) {
  out += word;
  out += std::to_string(id);
}

}  // namespace

Result<std::string, ScriptError> CommandScript::play(std::string_view commands) {
  const auto lines =
      static_cast<std::size_t>(std::count(commands.begin(), commands.end(), '\n')) + 1;
  const MatchingConfig config{.ordersMax = lines,
                              .pagesMax = lines,
                              .eventsMax = 4096,
                              .ownersMax = 1,
                              .triggerBy = TriggerBy::LastTrade};
  Session session{MatchingEngine(config), OrderDirectory(lines), {}};
  session.events.reserve(commands.size());
  failedLine_ = 0;
  while (!commands.empty()) {
    ++failedLine_;
    std::string_view line = commands.substr(0, commands.find('\n'));
    commands.remove_prefix(std::min(commands.size(), line.size() + 1));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!playLine(line, session)) return ScriptError::Malformed;
  }
  failedLine_ = 0;
  return std::move(session.events);
}

bool CommandScript::playLine(std::string_view line, Session& session) {
  std::uint64_t step = 0;
  if (!takeNumber(line, step)) return false;
  write(session.events, "# ", step);
  session.events += '\n';
  const std::string_view verb = takeWord(line);
  if (verb == "NEW") return playNew(line, session);
  return verb == "CANCEL" && playCancel(line, session);
}

bool CommandScript::playNew(std::string_view rest, Session& session) {
  order::OrderRequest request;
  if (!takeId(rest, request.clOrdID)) return false;
  const std::string_view side = takeWord(rest);
  const std::string_view type = takeWord(rest);
  const bool isRead = (side == "B" || side == "S") && (type == "LIMIT" || type == "MARKET") &&
                      takeNumber(rest, request.price) && takeNumber(rest, request.orderQty) &&
                      parseTimeInForce(takeWord(rest), request.timeInForce) &&
                      takeWord(rest).empty();
  if (!isRead) return false;
  request.side = side == "B" ? Side::Buy : Side::Sell;
  request.ordType = type == "LIMIT" ? OrdType::Limit : OrdType::Market;
  if (session.directory.find(request.clOrdID) != kNoSlot) {
    write(session.events, "REJ ", request.clOrdID);
    session.events += '\n';
    return true;
  }
  const OrderSlot slot = session.engine.submit(request);
  if (slot != kNoSlot) session.directory.add(request.clOrdID, slot);
  writeEvents(session);
  return true;
}

bool CommandScript::playCancel(std::string_view rest, Session& session) {
  std::uint64_t id = 0;
  if (!takeId(rest, id) || !takeWord(rest).empty()) return false;
  session.engine.cancel(session.directory.find(id), id);
  writeEvents(session);
  return true;
}

void CommandScript::writeEvents(Session& session) {
  std::string& out = session.events;
  for (const MatchEvent& event : session.engine.events()) {
    switch (event.kind) {
      case MatchKind::Accepted:
        write(out, "ACK ", event.order);
        break;
      case MatchKind::Rejected:
        write(out, "REJ ", event.order);
        break;
      case MatchKind::Trade:
        write(out, "FILL ", event.order);
        write(out, " ", event.other);
        write(out, " ", static_cast<std::uint64_t>(event.qty));
        out += ' ' + std::to_string(event.price);
        if (event.otherLeaves == 0) session.directory.drop(event.other);
        break;
      case MatchKind::Canceled:
        write(out, "CXL ", event.order);
        session.directory.drop(event.order);
        break;
      case MatchKind::CancelRejected:
        write(out, "CXLREJ ", event.order);
        break;
      default:
        continue;
    }
    out += '\n';
  }
  session.engine.clearEvents();
}

}  // namespace hft::sim

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/core/result.hpp"
#include "native/sim/matching_engine.hpp"
#include "native/sim/order_directory.hpp"

namespace hft::sim {

enum class ScriptError : std::uint8_t { Ok, Malformed };

/// Plays command files through a MatchingEngine:
/// `step NEW id B|S LIMIT|MARKET price qty GTC|DAY|IOC|FOK` and `step CANCEL id`.
///
/// Writes `# step`, then `ACK id`, `REJ id`, `FILL taker maker qty price`, `CXL id`, `CXLREJ id`.
/// Blank lines are passed over. An id may be given again once its order is gone.
class CommandScript {
 public:
  /// The events of `commands`; on Malformed `failedLine` says where, counted from 1.
  Result<std::string, ScriptError> play(std::string_view commands);
  [[nodiscard]] std::size_t failedLine() const noexcept { return failedLine_; }

 private:
  struct Session {
    MatchingEngine engine;
    OrderDirectory directory;
    std::string events;
  };

  static bool playLine(std::string_view line, Session& session);
  static bool playNew(std::string_view rest, Session& session);
  static bool playCancel(std::string_view rest, Session& session);
  static void writeEvents(Session& session);

  std::size_t failedLine_ = 0;
};

}  // namespace hft::sim

#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "native/fix/codec/field_index.hpp"
#include "native/fix/dictionary/dictionary.hpp"
#include "native/fix/dictionary/layout_cache.hpp"
#include "native/fix/dictionary/validation.hpp"
#include "native/fix/session/session_config.hpp"

namespace hft::fix {

/// Decides which messages need no session brain: the strict, in-sequence, ordinary ones of the
/// hot types. What it takes the brain would have taken too, without an answer and with no effect
/// but the next expected number; everything else goes to the brain unchanged. Allocates only for
/// the first message of a layout.
class FastPath {
 public:
  /// Loads the session's dictionaries; without usable ones nothing is taken: `error()`.
  explicit FastPath(const SessionConfig& config);

  /// The MsgType of `message` where the session may take it without the brain; else empty.
  /// `expected`: the MsgSeqNum that is due. The session is logged on and nothing is under way.
  [[nodiscard]] std::string_view accepts(std::string_view message, std::uint32_t expected,
                                         Nanos now) noexcept;

  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  static constexpr std::size_t kFieldsMax = 1024;

  [[nodiscard]] bool headerFits(const FieldIndex& index, std::uint32_t expected,
                                Nanos now) const noexcept;

  const SessionConfig& config_;
  std::unique_ptr<const Dictionary> dictionary_;
  ValidationOptions options_;
  std::string error_;
  LayoutCache layouts_;
  FieldStorage<kFieldsMax> storage_{};
};

}  // namespace hft::fix

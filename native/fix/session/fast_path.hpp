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
  FastPath(const FastPath&) = delete;
  FastPath& operator=(const FastPath&) = delete;

  /// Whether the session may take `message`, a frame as `findFrame` finds it, without the brain.
  /// `expected`: the MsgSeqNum that is due. The session is logged on and nothing is under way.
  [[nodiscard]] bool accepts(std::string_view message, std::uint32_t expected, Nanos now) noexcept;

  /// The fields of the message that was accepted last; they live as long as its bytes.
  [[nodiscard]] const FieldIndex& fields() const noexcept { return index_; }

  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  static constexpr std::size_t kFieldsMax = 1024;

  [[nodiscard]] bool layoutFits() const noexcept;
  [[nodiscard]] bool headerFits(std::uint32_t expected, Nanos now) const noexcept;

  const SessionConfig& config_;
  std::unique_ptr<const Dictionary> dictionary_;
  ValidationOptions options_;
  std::string error_;
  LayoutCache layouts_;
  FieldStorage<kFieldsMax> storage_{};
  FieldIndex index_ = storage_.index();
  /// Where the values begin that `headerFits` does not check.
  std::size_t checkedFrom_ = 0;
};

}  // namespace hft::fix

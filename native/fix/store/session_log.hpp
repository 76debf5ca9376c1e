#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "native/core/units.hpp"
#include "native/fix/codec/timestamp_text.hpp"

namespace hft::fix {

struct LogOptions {
  /// The file; empty: nothing is written.
  std::string path;
  /// The file is renamed to `path.1` (and `path.1` to `path.2`, ...) beyond so many bytes.
  std::size_t bytesMax = 64 << 20;
  /// Old files kept beside the one in use.
  std::uint32_t filesMax = 4;
};

enum class LogKind : std::uint8_t { Incoming, Outgoing, Event };

/// The log of one session: a line a message, `<time> in|out|event <text>`, with the values of
/// secret fields masked and line breaks escaped.
///
/// Lines are gathered and written by `flush`: a killed process loses those since the last turn of
/// its loop; the store is what nothing is lost from. On a full disk lines are lost, `lost()` counts
/// them, and the session goes on; so does the log when there is room again. Not thread-safe.
class SessionLog {
 public:
  explicit SessionLog(const LogOptions& options);
  ~SessionLog();
  SessionLog(const SessionLog&) = delete;
  SessionLog& operator=(const SessionLog&) = delete;

  /// Empty, or why the file cannot be written.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

  void write(Nanos now, LogKind kind, std::string_view text);
  void flush() noexcept;

  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

  /// The errno that the last lines were lost for; 0 while the log is written.
  [[nodiscard]] int failure() const noexcept { return failure_; }

 private:
  void openFile() noexcept;
  void rotate() noexcept;

  LogOptions options_;
  int fd_ = -1;
  std::size_t written_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t lines_ = 0;
  int failure_ = 0;
  bool isTorn_ = false;  ///< The file ends within a line.
  TimestampText times_;
  std::string lineBuffer_;
  std::string error_;
};

/// Appends `message` with the values of passwords, keys, signatures and other secrets masked:
/// RawData(96), Signature(89), Username(553), Password(554), NewPassword(925), EncryptedPassword
/// (1402), EncryptedNewPassword(1404); bytes that would break a line become `\xNN`.
void appendMasked(std::string& into, std::string_view message);

}  // namespace hft::fix

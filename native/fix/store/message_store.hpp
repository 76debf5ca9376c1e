#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "native/core/result.hpp"
#include "native/core/units.hpp"
#include "native/net/tcp/error_text.hpp"

namespace hft::fix {

enum class StoreError : std::uint8_t {
  Ok,
  CannotOpen,  ///< The file or its folder.
  Locked,      ///< Another process, or another session of this one, has it.
  DiskFull,    ///< No room for the whole store; found when it is opened, never later.
  Damaged,     ///< Not a store, or of another version.
  TooLong,     ///< A message longer than half of the store.
};

struct StoreOptions {
  /// The file; empty: memory only, gone with the process.
  std::string path;
  /// Bytes kept of sent messages, at least 64 KB; the oldest make room.
  std::size_t dataBytes = 4 << 20;
  /// Sent messages kept, a power of two.
  std::uint32_t messagesMax = 16384;
};

/// Sequence numbers and sent messages of one session, in a mapped file.
///
/// What was written survives the death of the process (the kernel has the pages), and of the
/// machine as far as the kernel had written them. The room is taken when the file is opened, so a
/// full disk is an error then and never a fault while trading. Both sequence numbers share one
/// word: no crash can part them. When full, the oldest messages make room; what is gone is
/// answered by a gap fill. Not thread-safe.
class MessageStore {
 public:
  MessageStore() = default;
  ~MessageStore();
  MessageStore(const MessageStore&) = delete;
  MessageStore& operator=(const MessageStore&) = delete;

  /// Opens or makes the store. `now` becomes the creation time of a new one.
  /// Errors: CannotOpen, Locked, DiskFull, Damaged; `errorText()` has the details.
  [[nodiscard]] StoreError open(const StoreOptions& options, Nanos now) noexcept;

  /// Keeps a sent message. A message of the same number is replaced.
  /// Errors: TooLong. Cost: a copy of the bytes, about 20 ns.
  [[nodiscard]] StoreError append(std::uint32_t number, std::string_view message) noexcept;

  /// The message `number`, or an empty view where it was not kept; valid until the next `append`.
  [[nodiscard]] std::string_view find(std::uint32_t number) const noexcept;

  [[nodiscard]] std::uint32_t nextSender() const noexcept;
  [[nodiscard]] std::uint32_t nextTarget() const noexcept;
  void setNextSender(std::uint32_t number) noexcept;
  void setNextTarget(std::uint32_t number) noexcept;

  /// When the session began: since the last `reset`.
  [[nodiscard]] Nanos creationTime() const noexcept;

  /// Both numbers 1, no messages, creation time `now`.
  void reset(Nanos now) noexcept;

  /// The lowest number that may still be kept.
  [[nodiscard]] std::uint32_t firstKept() const noexcept;

  [[nodiscard]] bool isOpen() const noexcept { return head_ != nullptr; }
  [[nodiscard]] std::string_view errorText() const noexcept { return error_.view(); }

 private:
  struct Head;
  struct Entry;

  [[nodiscard]] StoreError openFile(const StoreOptions& options, bool& isNew) noexcept;
  [[nodiscard]] StoreError fail(StoreError error, std::string_view what, const std::string& path,
                                int code) noexcept;

  int fd_ = -1;
  std::size_t bytes_ = 0;
  Head* head_ = nullptr;
  Entry* entries_ = nullptr;
  char* data_ = nullptr;
  net::ErrorText error_;
};

/// `id` as a file name: everything but letters, digits, `.`, `_` and `-` becomes `%XX`.
[[nodiscard]] std::string fileNameOf(std::string_view id);

}  // namespace hft::fix

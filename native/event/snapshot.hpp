#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/event/journal_directory.hpp"

namespace hft::event {

/// A place in a journal: behind which record, and the chain there, which names the whole history
/// before it. A snapshot of a history that was lost in a power cut has another chain.
struct JournalPoint {
  std::uint64_t journalId = 0;
  std::uint64_t sequence = 0;
  std::uint64_t chain = 0;
  bool operator==(const JournalPoint&) const = default;
};

/// Why a snapshot cannot be written or read.
enum class SnapshotError : std::uint8_t {
  Ok = 0,
  BadName,       ///< The name of a section is empty, too long, or there already.
  TooMany,       ///< More than kSectionsMax sections.
  DiskFailed,    ///< It could not be made, written, flushed or renamed; nothing of it is left.
  Unreadable,    ///< There is no such file, or it cannot be mapped.
  Damaged,       ///< Not a snapshot, cut short, or its bytes do not match its SHA-256.
  OtherJournal,  ///< Of another journal, or of another point than its name says.
};

inline constexpr std::size_t kSectionsMax = 64;
inline constexpr std::size_t kSectionNameMax = 24;

/// Writes the state at one point of a journal to a file beside its segments.
///
/// Off the hot path: the owner of the state gives bytes, any one thread writes them. Until `commit`
/// has returned Ok the file is a draft that nobody reads; a writer that goes away without it leaves
/// nothing behind. Not thread-safe.
class SnapshotWriter {
 public:
  /// Begins the draft. `journalPath` is the directory of the journal, `createdTime` informs people.
  [[nodiscard]] static Result<SnapshotWriter, SnapshotError> begin(const std::string& journalPath,
                                                                   const JournalPoint& point,
                                                                   Nanos createdTime);
  SnapshotWriter() noexcept = default;
  ~SnapshotWriter() { discard(); }
  SnapshotWriter(SnapshotWriter&& other) noexcept { *this = std::move(other); }
  SnapshotWriter& operator=(SnapshotWriter&& other) noexcept;
  SnapshotWriter(const SnapshotWriter&) = delete;
  SnapshotWriter& operator=(const SnapshotWriter&) = delete;

  /// Adds a section; its bytes are opaque here.
  ///
  /// Errors: BadName; TooMany; DiskFailed, after which only DiskFailed follows.
  [[nodiscard]] SnapshotError add(std::string_view name, std::span<const std::byte> bytes);

  /// Flushes the file, gives it its name and makes that last; removes snapshots but the newest two.
  /// Returns the record that the owner appends to the journal.
  ///
  /// Call it once the point's sequence is durable in the journal: else a power cut leaves a
  /// snapshot of a future that never was, which recovery passes over.
  [[nodiscard]] Result<SnapshotMark, SnapshotError> commit();

 private:
  [[nodiscard]] bool put(std::span<const std::byte> bytes) noexcept;
  void discard() noexcept;

  int fd_ = -1;
  std::string directory_;
  std::string draft_;
  JournalPoint point_;
  std::vector<std::string> names_;
  Sha256 hash_;
  std::uint64_t sizeBytes_ = 0;
  bool hasFailed_ = false;
};

/// A snapshot that was proved whole. Its sections lie in the mapped file. Move-only.
class SnapshotReader {
 public:
  /// Maps and proves a file. Errors: Unreadable; Damaged.
  [[nodiscard]] static Result<SnapshotReader, SnapshotError> open(const std::string& path);

  [[nodiscard]] const JournalPoint& point() const noexcept { return point_; }
  [[nodiscard]] Nanos createdTime() const noexcept { return createdTime_; }
  /// The bytes of a section, 8-byte aligned; nothing where there is none of that name.
  [[nodiscard]] std::optional<std::span<const std::byte>> section(
      std::string_view name) const noexcept;
  [[nodiscard]] std::size_t sectionCount() const noexcept { return sections_.size(); }
  [[nodiscard]] std::uint64_t sizeBytes() const noexcept { return file_.sizeBytes(); }

 private:
  struct Section {
    std::string_view name;
    std::span<const std::byte> bytes;
  };

  MappedFile file_;
  JournalPoint point_;
  Nanos createdTime_ = 0;
  std::vector<Section> sections_;
};

/// A file that is named as a snapshot; nothing is said of its bytes.
struct SnapshotFile {
  std::uint64_t sequence = 0;
  std::string path;
};

/// The snapshots beside a journal, newest first.
[[nodiscard]] std::vector<SnapshotFile> listSnapshots(const std::string& journalPath);

/// What to give to `Journal::retainFrom`: the records behind the second newest snapshot, so that a
/// damaged newest one can be done without. 0 (keep all) while there are fewer than two.
[[nodiscard]] std::uint64_t retainableFrom(const std::string& journalPath);

/// The name of the snapshot at `sequence`.
[[nodiscard]] std::string snapshotPath(const std::string& journalPath, std::uint64_t sequence);

}  // namespace hft::event

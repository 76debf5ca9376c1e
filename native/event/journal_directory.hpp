#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "native/core/result.hpp"
#include "native/event/journal_audit.hpp"

namespace hft::event {

/// Why a journal cannot be opened or appended to.
enum class JournalError : std::uint8_t {
  Ok = 0,
  NoDirectory,  ///< The directory is missing, or cannot be made or read.
  Locked,       ///< Another process has it open for writing.
  Refused,      ///< The audit refused it: its report says where.
  Full,         ///< The space is used up but for the reserve (or wholly, for Reserve::Use).
  TooLong,      ///< A payload beyond kPayloadMax.
  DiskFailed,   ///< A flush failed: nothing after it may be believed to be on disk.
  Closed,
  TimedOut,
};

/// A mapped file; unmapped and closed with the object. Move-only.
class MappedFile {
 public:
  MappedFile() noexcept = default;
  MappedFile(int fd, std::byte* data, std::size_t sizeBytes) noexcept
      : fd_(fd), data_(data), sizeBytes_(sizeBytes) {}
  ~MappedFile() { release(); }
  MappedFile(MappedFile&& other) noexcept
      : fd_(std::exchange(other.fd_, -1)),
        data_(std::exchange(other.data_, nullptr)),
        sizeBytes_(std::exchange(other.sizeBytes_, 0)) {}
  MappedFile& operator=(MappedFile&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(data_, other.data_);
    std::swap(sizeBytes_, other.sizeBytes_);
    return *this;
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t sizeBytes() const noexcept { return sizeBytes_; }
  [[nodiscard]] bool isOpen() const noexcept { return fd_ >= 0; }
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return {data_, sizeBytes_}; }

  /// Writes the pages of [from, to) to the disk and waits for it. False when the disk failed.
  [[nodiscard]] bool sync(std::size_t from, std::size_t to) const noexcept;

 private:
  void release() noexcept;

  int fd_ = -1;
  std::byte* data_ = nullptr;
  std::size_t sizeBytes_ = 0;
};

/// Lets the whole pages of mapped bytes leave this process; the file keeps what they hold, and who
/// touches them gets them back.
void releasePages(std::span<const std::byte> bytes) noexcept;

/// The directory of a journal: HEAD, LOCK and the segments, mapped for reading.
class JournalDirectory {
 public:
  enum class Mode : std::uint8_t {
    Read,   ///< Changes nothing and takes no lock.
    Write,  ///< Makes the directory where it is missing, and locks it.
  };

  [[nodiscard]] static Result<JournalDirectory, JournalError> open(std::string path, Mode mode);

  JournalDirectory() noexcept = default;
  ~JournalDirectory();
  JournalDirectory(JournalDirectory&& other) noexcept;
  JournalDirectory& operator=(JournalDirectory&& other) noexcept;
  JournalDirectory(const JournalDirectory&) = delete;
  JournalDirectory& operator=(const JournalDirectory&) = delete;

  /// Proves the journal and calls `visit` for each sound record in order. Of segments that it has
  /// left, no page stays resident: a journal may be larger than the memory.
  template <typename Visit>
  [[nodiscard]] AuditReport audit(Visit&& visit) const {
    std::size_t segment = 0;
    return JournalAudit(image_, hasSameBoot()).run([&](const JournalRecord& record) {
      segment = releaseBehind(segment, record.payload.data());
      visit(record);
    });
  }

  /// Nothing of a journal is there yet.
  [[nodiscard]] bool isEmpty() const noexcept {
    return image_.head.empty() && image_.segments.empty();
  }
  [[nodiscard]] const JournalImage& image() const noexcept { return image_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  /// The machine has not restarted since the head was written.
  [[nodiscard]] bool hasSameBoot() const noexcept;

  [[nodiscard]] std::string segmentPath(std::uint64_t number) const;
  /// Makes the names of new and removed files last. False when the disk failed.
  [[nodiscard]] bool syncNames() const noexcept;
  /// Removes the segments that retention had let go when its process died. False when the disk
  /// failed. They are in no image.
  [[nodiscard]] bool removeForgotten() noexcept;
  /// Forces all of the file system to disk, every segment with it. False when the disk failed.
  [[nodiscard]] bool syncAll() const noexcept;
  /// Lets go of the mapped segments; the lock stays.
  void releaseImage() noexcept;

 private:
  [[nodiscard]] JournalError mapFiles();
  /// Releases the segments from number `segment` of the image up to the one that holds `at`;
  /// returns its number.
  [[nodiscard]] std::size_t releaseBehind(std::size_t segment, const std::byte* at) const noexcept {
    const auto holds = [&](std::span<const std::byte> bytes) {
      return at >= bytes.data() && at <= bytes.data() + bytes.size();
    };
    const std::vector<SegmentImage>& segments = image_.segments;
    while (segment + 1 < segments.size() && !holds(segments[segment].bytes)) [[unlikely]] {
      releasePages(segments[segment++].bytes);
    }
    return segment;
  }

  std::string path_;
  int fd_ = -1;
  int lock_ = -1;
  std::vector<MappedFile> files_;
  JournalImage image_;
  std::vector<std::uint64_t> forgotten_;  ///< Segments before the head's first.
};

/// Maps a file; `isWritable` shares the changes with it. Not open where it cannot be read.
[[nodiscard]] MappedFile mapFile(const std::string& path, bool isWritable) noexcept;
/// Makes a file of `sizeBytes` zeros whose space is taken on the disk, mapped. Not open where there
/// is no space; nothing is left behind then.
[[nodiscard]] MappedFile makeFile(const std::string& path, std::size_t sizeBytes) noexcept;
/// Has the file's pages made and mapped 2 MiB at a time, where the system can: before `populate`. A
/// flush then writes as much at once: for files that nobody flushes in small steps.
void preferHugePages(const MappedFile& file) noexcept;
/// Faults the pages of [from, to) in for writing, without changing them.
void populate(const MappedFile& file, std::size_t from, std::size_t to) noexcept;
/// What names this start of the machine.
[[nodiscard]] std::array<std::byte, 16> bootIdentity() noexcept;

}  // namespace hft::event

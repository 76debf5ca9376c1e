#include "native/event/snapshot.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "native/event/directory_entries.hpp"

namespace hft::event {
namespace {

constexpr std::uint64_t kSnapshotMagic = 0x3150414e53544648;  // "HFTSNAP1"
constexpr std::uint64_t kTrailerMagic = 0x31444e4553544648;   // "HFTSEND1"
/// The newest, and the one before in case that one is damaged.
constexpr std::size_t kSnapshotsKept = 2;
constexpr std::string_view kPrefix = "snapshot-";
constexpr std::string_view kSuffix = ".state";
constexpr std::string_view kDraftSuffix = ".new";
constexpr std::size_t kDigits = 20;

struct SnapshotHeader {
  std::uint64_t magic = kSnapshotMagic;
  std::uint64_t journalId = 0;
  std::uint64_t sequence = 0;
  std::uint64_t chain = 0;
  Nanos createdTime = 0;
  std::uint64_t spare[3] = {};
};
static_assert(sizeof(SnapshotHeader) == 64);

struct SectionHeader {
  std::uint64_t sizeBytes = 0;
  std::array<char, kSectionNameMax> name{};
};
static_assert(sizeof(SectionHeader) == 32);

struct SnapshotTrailer {
  std::uint64_t magic = kTrailerMagic;
  std::uint64_t sections = 0;
  std::uint64_t fileBytes = 0;
  Sha256Digest digest{};  ///< SHA-256 of everything before the trailer.
  std::uint64_t spare = 0;
};
static_assert(sizeof(SnapshotTrailer) == 64);

template <typename T>
T load(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

/// The sequence in a snapshot's file name; nothing for any other name.
std::optional<std::uint64_t> sequenceOf(std::string_view name) noexcept {
  if (name.size() != kPrefix.size() + kDigits + kSuffix.size()) return std::nullopt;
  if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : name.substr(kPrefix.size(), kDigits)) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (value > (~0ULL - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  return value;
}

/// Removes what processes that died have left of snapshots.
void removeDrafts(const std::string& journalPath) {
  std::vector<std::string> drafts;
  (void)forEachEntry(journalPath, [&](std::string_view name) {
    if (!name.ends_with(kDraftSuffix)) return;
    name.remove_suffix(kDraftSuffix.size());
    if (sequenceOf(name)) drafts.push_back(journalPath + '/' + std::string(name));
  });
  for (const std::string& path : drafts) (void)unlink((path + std::string(kDraftSuffix)).c_str());
}

bool syncDirectory(const std::string& path) noexcept {
  const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool isSynced = fd >= 0 && fsync(fd) == 0;
  if (fd >= 0) (void)::close(fd);
  return isSynced;
}

}  // namespace

std::string snapshotPath(const std::string& journalPath, std::uint64_t sequence) {
  std::string digits = std::to_string(sequence);
  digits.insert(0, kDigits - digits.size(), '0');
  return journalPath + '/' + std::string(kPrefix) + digits + std::string(kSuffix);
}

std::vector<SnapshotFile> listSnapshots(const std::string& journalPath) {
  std::vector<SnapshotFile> files;
  // One that is not seen is not used: recovery then takes an older one, or the whole journal.
  (void)forEachEntry(journalPath, [&](const char* name) {
    const auto sequence = sequenceOf(name);
    if (sequence) files.push_back({*sequence, journalPath + '/' + name});
  });
  std::sort(files.begin(), files.end(),
            [](const SnapshotFile& a, const SnapshotFile& b) { return a.sequence > b.sequence; });
  return files;
}

std::uint64_t retainableFrom(const std::string& journalPath) {
  const std::vector<SnapshotFile> files = listSnapshots(journalPath);
  return files.size() < kSnapshotsKept ? 0 : files[kSnapshotsKept - 1].sequence + 1;
}

Result<SnapshotWriter, SnapshotError> SnapshotWriter::begin(const std::string& journalPath,
                                                            const JournalPoint& point,
                                                            Nanos createdTime) {
  SnapshotWriter writer;
  writer.directory_ = journalPath;
  writer.draft_ = snapshotPath(journalPath, point.sequence) + std::string(kDraftSuffix);
  writer.point_ = point;
  // What a process that died left of a draft is overwritten.
  writer.fd_ = ::open(writer.draft_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (writer.fd_ < 0) return SnapshotError::DiskFailed;
  SnapshotHeader header;
  header.journalId = point.journalId;
  header.sequence = point.sequence;
  header.chain = point.chain;
  header.createdTime = createdTime;
  if (!writer.put(std::as_bytes(std::span(&header, 1)))) return SnapshotError::DiskFailed;
  return writer;
}

SnapshotWriter& SnapshotWriter::operator=(SnapshotWriter&& other) noexcept {
  if (this == &other) return *this;
  discard();
  fd_ = std::exchange(other.fd_, -1);
  directory_ = std::move(other.directory_);
  draft_ = std::move(other.draft_);
  point_ = other.point_;
  names_ = std::move(other.names_);
  hash_ = other.hash_;
  sizeBytes_ = other.sizeBytes_;
  hasFailed_ = other.hasFailed_;
  return *this;
}

void SnapshotWriter::discard() noexcept {
  if (fd_ < 0) return;
  (void)::close(std::exchange(fd_, -1));
  (void)unlink(draft_.c_str());
}

bool SnapshotWriter::put(std::span<const std::byte> bytes) noexcept {
  if (fd_ < 0 || hasFailed_) return false;
  hash_.update(bytes);
  sizeBytes_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      hasFailed_ = true;
      return false;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

SnapshotError SnapshotWriter::add(std::string_view name, std::span<const std::byte> bytes) {
  if (fd_ < 0 || hasFailed_) return SnapshotError::DiskFailed;
  if (name.empty() || name.size() > kSectionNameMax || name.find('\0') != name.npos ||
      std::find(names_.begin(), names_.end(), name) != names_.end()) {
    return SnapshotError::BadName;
  }
  if (names_.size() == kSectionsMax) return SnapshotError::TooMany;
  SectionHeader header;
  header.sizeBytes = bytes.size();
  std::copy(name.begin(), name.end(), header.name.begin());
  constexpr std::array<std::byte, 8> kZeros{};
  const std::size_t padding = (8 - bytes.size() % 8) % 8;
  if (!put(std::as_bytes(std::span(&header, 1))) || !put(bytes) ||
      !put(std::span(kZeros).first(padding))) {
    return SnapshotError::DiskFailed;
  }
  names_.emplace_back(name);
  return SnapshotError::Ok;
}

Result<SnapshotMark, SnapshotError> SnapshotWriter::commit() {
  SnapshotTrailer trailer;
  trailer.sections = names_.size();
  trailer.fileBytes = sizeBytes_ + sizeof trailer;
  trailer.digest = Sha256(hash_).finish();
  const std::string path = snapshotPath(directory_, point_.sequence);
  if (!put(std::as_bytes(std::span(&trailer, 1))) || fsync(fd_) != 0 ||
      std::rename(draft_.c_str(), path.c_str()) != 0) {
    hasFailed_ = true;
    discard();
    return SnapshotError::DiskFailed;
  }
  (void)::close(std::exchange(fd_, -1));
  if (!syncDirectory(directory_)) return SnapshotError::DiskFailed;
  removeDrafts(directory_);
  std::size_t kept = 0;
  for (const SnapshotFile& file : listSnapshots(directory_)) {
    // One beyond this point is of a history that a power cut took: it must not displace a sound
    // one.
    const bool isKept = file.sequence <= point_.sequence && kept < kSnapshotsKept;
    kept += isKept ? 1 : 0;
    if (!isKept) (void)unlink(file.path.c_str());
  }
  SnapshotMark mark;
  mark.sequence = point_.sequence;
  mark.sizeBytes = trailer.fileBytes;
  mark.sha256 = trailer.digest;
  return mark;
}

Result<SnapshotReader, SnapshotError> SnapshotReader::open(const std::string& path) {
  SnapshotReader reader;
  reader.file_ = mapFile(path, false);
  if (!reader.file_.isOpen()) return SnapshotError::Unreadable;
  const std::span<const std::byte> bytes = reader.file_.bytes();
  if (bytes.size() < sizeof(SnapshotHeader) + sizeof(SnapshotTrailer)) {
    return SnapshotError::Damaged;
  }
  const std::size_t end = bytes.size() - sizeof(SnapshotTrailer);
  const auto header = load<SnapshotHeader>(bytes, 0);
  const auto trailer = load<SnapshotTrailer>(bytes, end);
  if (header.magic != kSnapshotMagic || trailer.magic != kTrailerMagic || trailer.spare != 0 ||
      trailer.fileBytes != bytes.size() || trailer.sections > kSectionsMax ||
      trailer.digest != sha256(bytes.first(end))) {
    return SnapshotError::Damaged;
  }
  std::size_t at = sizeof header;
  while (at < end) {
    if (end - at < sizeof(SectionHeader)) return SnapshotError::Damaged;
    const auto section = load<SectionHeader>(bytes, at);
    at += sizeof section;
    if (section.sizeBytes > end - at) return SnapshotError::Damaged;
    const char* name =
        reinterpret_cast<const char*>(bytes.data() + at - sizeof section) + sizeof(std::uint64_t);
    reader.sections_.push_back(
        {{name, strnlen(name, kSectionNameMax)}, bytes.subspan(at, section.sizeBytes)});
    at += std::min((section.sizeBytes + 7) / 8 * 8, static_cast<std::uint64_t>(end - at));
  }
  if (reader.sections_.size() != trailer.sections) return SnapshotError::Damaged;
  reader.point_ = {header.journalId, header.sequence, header.chain};
  reader.createdTime_ = header.createdTime;
  return reader;
}

std::optional<std::span<const std::byte>> SnapshotReader::section(
    std::string_view name) const noexcept {
  for (const Section& each : sections_) {
    if (each.name == name) return each.bytes;
  }
  return std::nullopt;
}

}  // namespace hft::event

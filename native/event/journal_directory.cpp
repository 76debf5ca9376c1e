#include "native/event/journal_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/event/directory_entries.hpp"

namespace hft::event {
namespace {

constexpr std::size_t kPage = 4'096;
/// The number of a segment's file name, 0 for any other name.
std::uint64_t segmentNumber(const char* name) noexcept {
  char* end = nullptr;
  const std::uint64_t number = std::strtoull(name, &end, 10);
  return end - name == 12 && std::strcmp(end, ".journal") == 0 ? number : 0;
}

}  // namespace

bool MappedFile::sync(std::size_t from, std::size_t to) const noexcept {
  from = from / kPage * kPage;
  return from >= to || msync(data_ + from, to - from, MS_SYNC) == 0;
}

void MappedFile::release() noexcept {
  if (data_ != nullptr) (void)munmap(data_, sizeBytes_);
  if (fd_ >= 0) (void)::close(fd_);
  data_ = nullptr;
  fd_ = -1;
}

MappedFile mapFile(const std::string& path, bool isWritable) noexcept {
  const int fd = ::open(path.c_str(), (isWritable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
  if (fd < 0) return {};
  struct stat status{};
  if (fstat(fd, &status) != 0 || status.st_size == 0) return {fd, nullptr, 0};
  const auto size = static_cast<std::size_t>(status.st_size);
  void* data =
      mmap(nullptr, size, isWritable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
  if (data == MAP_FAILED) {
    (void)::close(fd);
    return {};
  }
  return {fd, static_cast<std::byte*>(data), size};
}

MappedFile makeFile(const std::string& path, std::size_t sizeBytes) noexcept {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return {};
  void* data = MAP_FAILED;
  if (posix_fallocate(fd, 0, static_cast<off_t>(sizeBytes)) == 0) {
    data = mmap(nullptr, sizeBytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  }
  if (data == MAP_FAILED) {
    (void)::close(fd);
    (void)unlink(path.c_str());
    return {};
  }
  return {fd, static_cast<std::byte*>(data), sizeBytes};
}

void preferHugePages(const MappedFile& file) noexcept {
#if defined(MADV_HUGEPAGE)
  // A file system that has none refuses.
  (void)madvise(file.data(), file.sizeBytes(), MADV_HUGEPAGE);
#endif
}

void populate(const MappedFile& file, std::size_t from, std::size_t to) noexcept {
#if defined(MADV_POPULATE_WRITE)
  from = from / kPage * kPage;
  to = std::min(to, file.sizeBytes());
  // An older kernel refuses; the pages then fault in when they are written.
  if (from < to) (void)madvise(file.data() + from, to - from, MADV_POPULATE_WRITE);
#endif
}

void releasePages(std::span<const std::byte> bytes) noexcept {
  const auto begin = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uintptr_t from = (begin + kPage - 1) / kPage * kPage;
  const std::uintptr_t to = (begin + bytes.size()) / kPage * kPage;
  if (from >= to) return;
  auto* const at = const_cast<std::byte*>(bytes.data() + (from - begin));
  (void)madvise(at, to - from, MADV_DONTNEED);
}

std::array<std::byte, 16> bootIdentity() noexcept {
  std::array<std::byte, 16> id{};
  std::array<char, 37> text{};
  std::FILE* file = std::fopen("/proc/sys/kernel/random/boot_id", "re");
  if (file == nullptr) return id;
  const std::size_t size = std::fread(text.data(), 1, 36, file);
  (void)std::fclose(file);
  for (std::size_t i = 0; i < size; ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    id[i % 16] ^= static_cast<std::byte>(unsigned{c} << i / 16 & 0xff);
  }
  return id;
}

Result<JournalDirectory, JournalError> JournalDirectory::open(std::string path, Mode mode) {
  JournalDirectory directory;
  directory.path_ = std::move(path);
  if (mode == Mode::Write && mkdir(directory.path_.c_str(), 0700) != 0 && errno != EEXIST) {
    return JournalError::NoDirectory;
  }
  directory.fd_ = ::open(directory.path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory.fd_ < 0) return JournalError::NoDirectory;
  if (mode == Mode::Write) {
    const std::string lock = directory.path_ + "/LOCK";
    directory.lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (directory.lock_ < 0) return JournalError::NoDirectory;
    if (flock(directory.lock_, LOCK_EX | LOCK_NB) != 0) return JournalError::Locked;
  }
  if (mode == Mode::Read) {
    const int lock = ::open((directory.path_ + "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
    directory.image_.isLive = lock >= 0 && flock(lock, LOCK_SH | LOCK_NB) != 0;
    if (lock >= 0) (void)::close(lock);
  }
  const JournalError error = directory.mapFiles();
  if (error != JournalError::Ok) return error;
  return directory;
}

JournalDirectory::~JournalDirectory() {
  if (lock_ >= 0) (void)::close(lock_);
  if (fd_ >= 0) (void)::close(fd_);
}

JournalDirectory::JournalDirectory(JournalDirectory&& other) noexcept { *this = std::move(other); }

JournalDirectory& JournalDirectory::operator=(JournalDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(lock_, other.lock_);
  std::swap(files_, other.files_);
  std::swap(image_, other.image_);
  std::swap(forgotten_, other.forgotten_);
  return *this;
}

JournalError JournalDirectory::mapFiles() {
  std::vector<std::uint64_t> numbers;
  const bool isWhole = forEachEntry(path_, [&](const char* name) {
    const std::uint64_t number = segmentNumber(name);
    if (number > 0) numbers.push_back(number);
  });
  if (!isWhole) return JournalError::NoDirectory;
  std::sort(numbers.begin(), numbers.end());
  files_.push_back(mapFile(path_ + "/HEAD", false));
  image_.head = files_.back().bytes();
  for (const std::uint64_t number : numbers) {
    MappedFile file = mapFile(segmentPath(number), false);
    if (number < newestHead(image_.head).firstSegment) {
      forgotten_.push_back(number);
      continue;
    }
    files_.push_back(std::move(file));
    if (!files_.back().isOpen()) return JournalError::NoDirectory;
    image_.segments.push_back({number, files_.back().bytes()});
  }
  return JournalError::Ok;
}

bool JournalDirectory::hasSameBoot() const noexcept {
  if (image_.head.size() < sizeof(HeadFile)) return false;
  HeadFile head;
  std::memcpy(&head, image_.head.data(), sizeof head);
  // Either slot: one may be in the making.
  const auto boot = bootIdentity();
  return head.slots[0].bootId == boot || head.slots[1].bootId == boot;
}

std::string JournalDirectory::segmentPath(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  digits.insert(0, 12 - std::min<std::size_t>(12, digits.size()), '0');
  return path_ + '/' + digits + ".journal";
}

bool JournalDirectory::syncNames() const noexcept { return fsync(fd_) == 0; }

bool JournalDirectory::removeForgotten() noexcept {
  for (const std::uint64_t number : forgotten_) {
    if (unlink(segmentPath(number).c_str()) != 0 && errno != ENOENT) return false;
  }
  forgotten_.clear();
  return true;
}

bool JournalDirectory::syncAll() const noexcept { return syncfs(fd_) == 0; }

void JournalDirectory::releaseImage() noexcept {
  image_ = {};
  files_.clear();
}

}  // namespace hft::event

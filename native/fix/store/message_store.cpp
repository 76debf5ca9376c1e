#include "native/fix/store/message_store.hpp"

#include <atomic>
#include <bit>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/core/check.hpp"

namespace hft::fix {

namespace {

constexpr std::uint64_t kMagic = 0x31586946'74666868ULL;
constexpr std::size_t kHeadBytes = 4096;
constexpr std::size_t kDataBytesMin = 64 * 1024;

/// The compiler must not move what a crash may part: the order of the stores is the order in
/// which a later process finds them.
inline void inOrder() noexcept { std::atomic_signal_fence(std::memory_order_seq_cst); }

}  // namespace

/// The first page of the file.
struct MessageStore::Head {
  std::uint64_t magic;
  std::uint32_t version;
  std::uint32_t messagesMax;
  std::uint64_t dataBytes;
  std::int64_t creationTime;
  /// Low half: next number to send; high half: next number expected.
  std::uint64_t numbers;
  /// Bytes ever written to the data, gaps at its end included.
  std::uint64_t written;
};

/// Where a message lies. `size` is written last: 0 is no message.
struct MessageStore::Entry {
  std::uint64_t position;
  std::uint32_t number;
  std::uint32_t size;
};

MessageStore::~MessageStore() {
  if (head_ != nullptr) ::munmap(head_, bytes_);
  if (fd_ >= 0) ::close(fd_);
}

StoreError MessageStore::fail(StoreError error, std::string_view what, const std::string& path,
                              int code) noexcept {
  std::array<char, 128> text{};
  error_ = what;
  error_ += " ";
  error_ += path;
  if (code != 0) {
    error_ += ": ";
    error_ += strerror_r(code, text.data(), text.size());
  }
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
  return error;
}

StoreError MessageStore::openFile(const StoreOptions& options, bool& isNew) noexcept {
  const std::string& path = options.path;
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd_ < 0) return fail(StoreError::CannotOpen, "cannot open the store", path, errno);
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    return fail(StoreError::Locked, "another process uses the store", path, 0);
  }
  struct stat status{};
  if (::fstat(fd_, &status) != 0) {
    return fail(StoreError::CannotOpen, "cannot look at the store", path, errno);
  }
  Head head{};
  isNew = ::pread(fd_, &head, sizeof head, 0) != sizeof head || head.magic == 0;
  if (!isNew) {
    const std::uint64_t expected =
        kHeadBytes + std::uint64_t{head.messagesMax} * sizeof(Entry) + head.dataBytes;
    if (head.magic != kMagic || head.version != 1 || !std::has_single_bit(head.messagesMax) ||
        head.dataBytes < kDataBytesMin || head.dataBytes > (std::uint64_t{1} << 40) ||
        static_cast<std::uint64_t>(status.st_size) != expected) {
      return fail(StoreError::Damaged, "not a message store, or a damaged one:", path, 0);
    }
    bytes_ = expected;
  }
  // Blocks, not a hole: a page that finds no room later would be a fault.
  const int code = ::posix_fallocate(fd_, 0, static_cast<off_t>(bytes_));
  if (code == ENOSPC || code == EDQUOT) {
    if (isNew) (void)::ftruncate(fd_, 0);
    return fail(StoreError::DiskFull, "no room on the disk for the store", path, code);
  }
  if (code != 0) return fail(StoreError::CannotOpen, "cannot size the store", path, code);
  return StoreError::Ok;
}

StoreError MessageStore::open(const StoreOptions& options, Nanos now) noexcept {
  HFT_CHECK(head_ == nullptr && std::has_single_bit(options.messagesMax));
  const std::size_t dataBytes =
      options.dataBytes < kDataBytesMin ? kDataBytesMin : options.dataBytes & ~std::size_t{4095};
  bytes_ = kHeadBytes + std::size_t{options.messagesMax} * sizeof(Entry) + dataBytes;
  bool isNew = true;
  if (!options.path.empty()) {
    const StoreError error = openFile(options, isNew);
    if (error != StoreError::Ok) return error;
  }
  const int flags = options.path.empty() ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
  void* const memory = ::mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, flags, fd_, 0);
  if (memory == MAP_FAILED) {
    return fail(StoreError::CannotOpen, "cannot map the store", options.path, errno);
  }
  head_ = static_cast<Head*>(memory);
  entries_ = reinterpret_cast<Entry*>(static_cast<char*>(memory) + kHeadBytes);
  if (isNew) {
    head_->messagesMax = options.messagesMax;
    head_->dataBytes = dataBytes;
    head_->version = 1;
    reset(now);
    inOrder();
    head_->magic = kMagic;
  }
  data_ = reinterpret_cast<char*>(entries_ + head_->messagesMax);
  return StoreError::Ok;
}

StoreError MessageStore::append(std::uint32_t number, std::string_view message) noexcept {
  const std::uint64_t dataBytes = head_->dataBytes;
  if (message.size() > dataBytes / 2) return StoreError::TooLong;
  std::uint64_t position = head_->written;
  const std::uint64_t offset = position & (dataBytes - 1);
  const bool isPowerOfTwo = std::has_single_bit(dataBytes);
  const std::uint64_t at = isPowerOfTwo ? offset : position % dataBytes;
  if (at + message.size() > dataBytes) position += dataBytes - at;
  Entry& entry = entries_[number & (head_->messagesMax - 1)];
  entry.size = 0;
  inOrder();
  // Before the bytes: from here on the messages that they overwrite count as gone.
  head_->written = position + message.size();
  inOrder();
  std::memcpy(data_ + (isPowerOfTwo ? position & (dataBytes - 1) : position % dataBytes),
              message.data(), message.size());
  entry.position = position;
  entry.number = number;
  inOrder();
  entry.size = static_cast<std::uint32_t>(message.size());
  return StoreError::Ok;
}

std::string_view MessageStore::find(std::uint32_t number) const noexcept {
  const Entry& entry = entries_[number & (head_->messagesMax - 1)];
  if (entry.size == 0 || entry.number != number) return {};
  // What lies further back than the data is long has been overwritten.
  if (entry.position + head_->dataBytes < head_->written) return {};
  const std::uint64_t offset = entry.position % head_->dataBytes;
  if (offset + entry.size > head_->dataBytes) return {};
  return {data_ + offset, entry.size};
}

std::uint32_t MessageStore::nextSender() const noexcept {
  return static_cast<std::uint32_t>(head_->numbers);
}

std::uint32_t MessageStore::nextTarget() const noexcept {
  return static_cast<std::uint32_t>(head_->numbers >> 32);
}

void MessageStore::setNextSender(std::uint32_t number) noexcept {
  inOrder();
  head_->numbers = (head_->numbers & ~std::uint64_t{0xffffffff}) | number;
}

void MessageStore::setNextTarget(std::uint32_t number) noexcept {
  inOrder();
  head_->numbers = (head_->numbers & 0xffffffff) | std::uint64_t{number} << 32;
}

Nanos MessageStore::creationTime() const noexcept { return head_->creationTime; }

void MessageStore::reset(Nanos now) noexcept {
  // First the messages: a number without its message is a gap fill, the reverse would send
  // messages of the day before again.
  std::memset(entries_, 0, std::size_t{head_->messagesMax} * sizeof(Entry));
  inOrder();
  head_->creationTime = now;
  head_->numbers = std::uint64_t{1} << 32 | 1;
}

std::uint32_t MessageStore::firstKept() const noexcept {
  const std::uint32_t next = nextSender();
  return next > head_->messagesMax ? next - head_->messagesMax : 1;
}

std::string fileNameOf(std::string_view id) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string name;
  for (const char c : id) {
    const auto byte = static_cast<unsigned char>(c);
    const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                         (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    if (isPlain) {
      name += c;
    } else {
      name += '%';
      name += kHex[byte >> 4];
      name += kHex[byte & 15];
    }
  }
  return name;
}

}  // namespace hft::fix

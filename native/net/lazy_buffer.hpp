#pragma once

#include <cstddef>
#include <sys/mman.h>
#include <utility>

#include "native/core/check.hpp"

namespace hft::net {

/// A buffer of fixed capacity whose pages the kernel gives on first touch and takes back at the
/// end: a high limit costs no memory until a message needs it.
///
/// Mapped by itself because malloc does neither for long: once such a block was freed it serves the
/// next from its heap, and 4,000 sockets one after another left 110 MB behind. Zeroed. A page that
/// nobody may touch follows, so that to read past the end is found out at once. Ends the process
/// when there is no address space left.
class LazyBuffer {
 public:
  explicit LazyBuffer(std::size_t bytes) noexcept : mappingBytes_(usableBytes(bytes) + kPageBytes) {
    mapping_ = ::mmap(nullptr, mappingBytes_, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    HFT_CHECK(mapping_ != MAP_FAILED);
    char* const guard = static_cast<char*>(mapping_) + usableBytes(bytes);
    HFT_CHECK(::mprotect(guard, kPageBytes, PROT_NONE) == 0);
    // The end of the buffer, up to its alignment, is the start of the guard.
    data_ = guard - (bytes + kAlignment - 1) / kAlignment * kAlignment;
  }
  ~LazyBuffer() {
    if (mapping_ != nullptr) ::munmap(mapping_, mappingBytes_);
  }
  LazyBuffer(LazyBuffer&& other) noexcept
      : mapping_(std::exchange(other.mapping_, nullptr)),
        mappingBytes_(other.mappingBytes_),
        data_(other.data_) {}
  LazyBuffer& operator=(LazyBuffer&& other) noexcept {
    std::swap(mapping_, other.mapping_);
    std::swap(mappingBytes_, other.mappingBytes_);
    std::swap(data_, other.data_);
    return *this;
  }

  [[nodiscard]] char* get() const noexcept { return data_; }

 private:
  /// The largest page of the systems that we run on, so that the guard starts a page on each.
  static constexpr std::size_t kPageBytes = 64 * 1024;
  static constexpr std::size_t kAlignment = 16;

  static constexpr std::size_t usableBytes(std::size_t bytes) noexcept {
    return (bytes + kPageBytes - 1) / kPageBytes * kPageBytes;
  }

  void* mapping_ = nullptr;
  std::size_t mappingBytes_;
  char* data_ = nullptr;
};

}  // namespace hft::net

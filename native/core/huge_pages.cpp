#include "native/core/huge_pages.hpp"

#include <cstdint>
#include <sys/mman.h>
#include <utility>

namespace hft {
namespace {

constexpr std::size_t kPageBytes = 4096;
constexpr std::size_t kHugePageBytes = std::size_t{2} << 20;

std::size_t roundUp(std::size_t value, std::size_t unit) noexcept {
  return (value + unit - 1) / unit * unit;
}

}  // namespace

HugeBlock::HugeBlock(std::size_t bytes) noexcept {
  if (bytes == 0) return;
  const bool isHuge = bytes >= kHugePageBytes;
  sizeBytes_ = roundUp(bytes, isHuge ? kHugePageBytes : kPageBytes);
  // One huge page more than asked for, so that the block can start on a huge-page boundary.
  mappingBytes_ = isHuge ? sizeBytes_ + kHugePageBytes : sizeBytes_;
  mapping_ =
      mmap(nullptr, mappingBytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  HFT_CHECK(mapping_ != MAP_FAILED);
  const auto address = reinterpret_cast<std::uintptr_t>(mapping_);
  const std::size_t offset = isHuge ? roundUp(address, kHugePageBytes) - address : 0;
  data_ = static_cast<std::byte*>(mapping_) + offset;
#ifdef MADV_HUGEPAGE
  // Advice: without transparent huge pages the block works with small ones.
  if (isHuge) (void)madvise(data_, sizeBytes_, MADV_HUGEPAGE);
#endif
  // Through a volatile, or the compiler sees that the pages are zero already.
  for (std::size_t at = 0; at < sizeBytes_; at += kPageBytes) {
    *static_cast<volatile std::byte*>(data_ + at) = std::byte{0};
  }
}

HugeBlock::~HugeBlock() { release(); }

HugeBlock::HugeBlock(HugeBlock&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      sizeBytes_(std::exchange(other.sizeBytes_, 0)),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mappingBytes_(std::exchange(other.mappingBytes_, 0)) {}

HugeBlock& HugeBlock::operator=(HugeBlock&& other) noexcept {
  if (this != &other) {
    release();
    data_ = std::exchange(other.data_, nullptr);
    sizeBytes_ = std::exchange(other.sizeBytes_, 0);
    mapping_ = std::exchange(other.mapping_, nullptr);
    mappingBytes_ = std::exchange(other.mappingBytes_, 0);
  }
  return *this;
}

void HugeBlock::release() noexcept {
  if (mapping_ != nullptr) munmap(mapping_, mappingBytes_);
}

}  // namespace hft

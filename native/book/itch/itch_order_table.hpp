#pragma once

#include <cstddef>
#include <cstdint>

#include "native/core/check.hpp"
#include "native/core/huge_pages.hpp"

namespace hft::book {

/// Records by order reference, for references that are near dense: those of one ITCH day.
///
/// A directory of pages of 64 references; a page whose last record goes is used again, so memory
/// follows the references that live, not those that ever were. `Record` is trivial, all-zero bytes
/// mean
/// "none". Fixed capacity, all memory touched at construction.
/// Not thread-safe.
template <typename Record>
class ItchOrderTable {
 public:
  /// References below `refsMax`, at most `pagesMax` pages of them at a time.
  ItchOrderTable(std::uint64_t refsMax, std::uint32_t pagesMax)
      : directorySize_((refsMax + kPageRefs - 1) >> kPageShift),
        pagesMax_(pagesMax),
        directoryBlock_(directorySize_ * sizeof(std::uint32_t)),
        recordBlock_(std::size_t{pagesMax} * kPageRefs * sizeof(Record)),
        liveBlock_(pagesMax),
        freeBlock_(std::size_t{pagesMax} * sizeof(std::uint32_t)),
        directory_(directoryBlock_.as<std::uint32_t>()),
        records_(recordBlock_.as<Record>()),
        liveCounts_(liveBlock_.as<std::uint8_t>()),
        freePages_(freeBlock_.as<std::uint32_t>()) {
    HFT_CHECK(directorySize_ > 0 && pagesMax > 0);
  }

  /// The record of `ref`, perhaps an empty one; nullptr where its page does not exist.
  [[nodiscard]] Record* find(std::uint64_t ref) const noexcept {
    const std::uint64_t entry = ref >> kPageShift;
    if (entry >= directorySize_) [[unlikely]]
      return nullptr;
    const std::uint32_t page = directory_[entry];
    if (page == 0) [[unlikely]]
      return nullptr;
    return &records_[std::size_t{page - 1} * kPageRefs + (ref & kRefMask)];
  }

  /// The empty record of `ref`, which is absent, for the caller to fill; nullptr when full.
  [[nodiscard]] Record* insert(std::uint64_t ref) noexcept {
    const std::uint64_t entry = ref >> kPageShift;
    if (entry >= directorySize_) [[unlikely]]
      return nullptr;
    if (directory_[entry] == 0) [[unlikely]] {
      if (freeCount_ == 0 && pagesUsed_ == pagesMax_) return nullptr;
      directory_[entry] = freeCount_ > 0 ? freePages_[--freeCount_] : ++pagesUsed_;
    }
    const std::uint32_t page = directory_[entry] - 1;
    ++liveCounts_[page];
    return &records_[std::size_t{page} * kPageRefs + (ref & kRefMask)];
  }

  /// Empties the record of `ref`, which is in use.
  void erase(std::uint64_t ref) noexcept {
    const std::uint64_t entry = ref >> kPageShift;
    const std::uint32_t page = directory_[entry];
    records_[std::size_t{page - 1} * kPageRefs + (ref & kRefMask)] = Record{};
    if (--liveCounts_[page - 1] > 0) return;
    // Every record of the page is zero again: it can be used as it is.
    directory_[entry] = 0;
    freePages_[freeCount_++] = page;
  }

  void prefetch(std::uint64_t ref) const noexcept {
    if (const Record* record = find(ref)) __builtin_prefetch(record, 1);
  }

  [[nodiscard]] std::uint32_t pagesInUse() const noexcept { return pagesUsed_ - freeCount_; }

 private:
  static constexpr unsigned kPageShift = 6;
  static constexpr std::size_t kPageRefs = std::size_t{1} << kPageShift;
  static constexpr std::uint64_t kRefMask = kPageRefs - 1;

  std::uint64_t directorySize_;
  std::uint32_t pagesMax_;
  std::uint32_t pagesUsed_ = 0;
  std::uint32_t freeCount_ = 0;
  HugeBlock directoryBlock_;
  HugeBlock recordBlock_;
  HugeBlock liveBlock_;
  HugeBlock freeBlock_;
  std::uint32_t* directory_;  ///< Page + 1; 0: none.
  Record* records_;
  std::uint8_t* liveCounts_;
  std::uint32_t* freePages_;
};

}  // namespace hft::book

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

#include "native/core/check.hpp"
#include "native/core/huge_pages.hpp"

namespace hft::order {

/// Stands for "no record".
inline constexpr std::uint32_t kNoRecord = 0xffffffffU;

/// A fixed number of records by dense index, recycled last in, first out.
///
/// `T` is trivially copyable; `Link` is a `std::uint32_t` of it that the pool uses while a record
/// is free. All memory is taken in the constructor. Not thread-safe.
template <typename T, std::uint32_t T::* Link>
class RecordPool {
 public:
  explicit RecordPool(std::uint32_t recordsMax)
      : recordsMax_(recordsMax),
        memory_(std::size_t{recordsMax} * sizeof(T)),
        records_(memory_.template as<T>()) {
    static_assert(std::is_trivially_copyable_v<T>);
  }

  /// A fresh record; kNoRecord when all are in use.
  [[nodiscard]] std::uint32_t take() noexcept {
    std::uint32_t index = free_;
    if (index != kNoRecord) {
      free_ = records_[index].*Link;
    } else if (touched_ < recordsMax_) {
      index = touched_++;
    } else {
      return kNoRecord;
    }
    ++used_;
    std::construct_at(&records_[index]);
    return index;
  }

  /// Takes back a record.
  void give(std::uint32_t index) noexcept {
    HFT_DCHECK(index < touched_ && used_ > 0);
    records_[index].*Link = free_;
    free_ = index;
    --used_;
  }

  [[nodiscard]] T& operator[](std::uint32_t index) noexcept { return records_[index]; }
  [[nodiscard]] const T& operator[](std::uint32_t index) const noexcept { return records_[index]; }

  [[nodiscard]] std::uint32_t capacity() const noexcept { return recordsMax_; }
  [[nodiscard]] std::uint32_t size() const noexcept { return used_; }
  /// Every record that was ever taken is below it.
  [[nodiscard]] std::uint32_t touched() const noexcept { return touched_; }
  [[nodiscard]] std::uint32_t available() const noexcept { return recordsMax_ - used_; }

 private:
  std::uint32_t recordsMax_;
  HugeBlock memory_;
  T* records_;
  std::uint32_t touched_ = 0;
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNoRecord;
};

}  // namespace hft::order

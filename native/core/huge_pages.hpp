#pragma once

#include <cstddef>
#include <type_traits>

#include "native/core/check.hpp"

namespace hft {

/// Zeroed memory that is mapped, touched and, from 2 MiB on, asked to lie in huge pages.
///
/// For tables that are taken once and hit at random: a first touch costs 0.5-2.7 us a page and a
/// random load 350 ns instead of 200 ns where 4 KiB pages miss the TLB. Move-only. Ends the process
/// when the system has no memory left: there is nothing to fall back to in a constructor.
class HugeBlock {
 public:
  HugeBlock() noexcept = default;
  explicit HugeBlock(std::size_t bytes) noexcept;
  ~HugeBlock();
  HugeBlock(HugeBlock&& other) noexcept;
  HugeBlock& operator=(HugeBlock&& other) noexcept;
  HugeBlock(const HugeBlock&) = delete;
  HugeBlock& operator=(const HugeBlock&) = delete;

  [[nodiscard]] std::byte* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t sizeBytes() const noexcept { return sizeBytes_; }

  /// The block as an array of `T`, whose all-zero bytes must be a valid value.
  template <typename T>
  [[nodiscard]] T* as() const noexcept {
    static_assert(std::is_trivially_destructible_v<T>);
    return reinterpret_cast<T*>(data_);
  }

 private:
  void release() noexcept;

  std::byte* data_ = nullptr;
  std::size_t sizeBytes_ = 0;
  void* mapping_ = nullptr;
  std::size_t mappingBytes_ = 0;
};

}  // namespace hft

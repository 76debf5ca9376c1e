#pragma once

#include <array>
#include <cstdint>

namespace hft::fix {

/// The byte that ends every field.
inline constexpr char kSoh = '\x01';

/// The tag of the data field whose length the field `tag` gives; 0 where `tag` gives none.
///
/// A data field may hold any byte, SOH and '=' included, so it is read by its length.
/// Source: FIX 5.0 SP2 vol. 6, fields of type Length that precede a field of type data.
[[nodiscard]] constexpr std::uint32_t dataTagOf(std::uint32_t tag) noexcept {
  switch (tag) {
    case 90:   // SecureDataLen
    case 95:   // RawDataLength
    case 212:  // XmlDataLen
    case 348:  // EncodedIssuerLen
    case 350:  // EncodedSecurityDescLen
    case 352:  // EncodedListExecInstLen
    case 354:  // EncodedTextLen
    case 356:  // EncodedSubjectLen
    case 358:  // EncodedHeadlineLen
    case 360:  // EncodedAllocTextLen
    case 362:  // EncodedUnderlyingIssuerLen
    case 364:  // EncodedUnderlyingSecurityDescLen
    case 445:  // EncodedListStatusTextLen
    case 618:  // EncodedLegIssuerLen
    case 621:  // EncodedLegSecurityDescLen
      return tag + 1;
    case 93:  // SignatureLength: the one whose data has the lower tag.
      return 89;
    case 1184:  // SecurityXMLLen
    case 1277:  // DerivativeEncodedIssuerLen
    case 1280:  // DerivativeEncodedSecurityDescLen
    case 1282:  // DerivativeSecurityXMLLen
    case 1401:  // EncryptedPasswordLen
    case 1403:  // EncryptedNewPasswordLen
      return tag + 1;
    default:
      return 0;
  }
}

namespace detail {

inline constexpr std::uint32_t kLengthTagsMax = 1408;

/// One bit a tag: whether it is the length of a data field. 176 bytes, three cache lines.
struct LengthTags {
  std::array<std::uint64_t, kLengthTagsMax / 64> words{};

  constexpr LengthTags() {
    for (std::uint32_t tag = 0; tag < kLengthTagsMax; ++tag) {
      if (dataTagOf(tag) != 0) words[tag / 64] |= std::uint64_t{1} << (tag % 64);
    }
  }
};
inline constexpr LengthTags kLengthTags{};

}  // namespace detail

/// Whether `tag` is the length of a data field that follows it.
[[nodiscard]] inline bool isLengthTag(std::uint32_t tag) noexcept {
  return tag < detail::kLengthTagsMax &&
         ((detail::kLengthTags.words[tag / 64] >> (tag % 64)) & 1U) != 0;
}

}  // namespace hft::fix

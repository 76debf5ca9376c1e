#include "native/decode/msgpack/msgpack_reader.hpp"

namespace hft::decode {

using event::DecodeError;

Result<MsgpackToken, DecodeError> MsgpackReader::tagged(std::uint8_t tag) noexcept {
  switch (tag) {
    case 0xc0:
      return MsgpackToken{MsgpackType::Nil, 0, 0, {}};
    case 0xc2:
    case 0xc3:
      return MsgpackToken{MsgpackType::Bool, 0, tag & 1U, {}};
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return sizedBlob(MsgpackType::Binary, std::size_t{1} << (tag - 0xc4));
    case 0xc7:
    case 0xc8:
    case 0xc9: {
      const std::size_t sizeBytes = std::size_t{1} << (tag - 0xc7);
      if (sizeBytes > left()) return DecodeError::Truncated;
      return extension(take(sizeBytes));
    }
    case 0xca:
      return number(MsgpackType::Float32, 4);
    case 0xcb:
      return number(MsgpackType::Float64, 8);
    case 0xcc:
    case 0xcd:
    case 0xce:
    case 0xcf:
      return number(MsgpackType::Unsigned, std::size_t{1} << (tag - 0xcc));
    case 0xd0:
    case 0xd1:
    case 0xd2:
    case 0xd3:
      return number(MsgpackType::Signed, std::size_t{1} << (tag - 0xd0));
    case 0xd4:
    case 0xd5:
    case 0xd6:
    case 0xd7:
    case 0xd8:
      return extension(std::uint64_t{1} << (tag - 0xd4));
    case 0xd9:
    case 0xda:
    case 0xdb:
      return sizedBlob(MsgpackType::String, std::size_t{1} << (tag - 0xd9));
    case 0xdc:
    case 0xdd:
      return sizedContainer(MsgpackType::Array, std::size_t{2} << (tag - 0xdc));
    case 0xde:
    case 0xdf:
      return sizedContainer(MsgpackType::Map, std::size_t{2} << (tag - 0xde));
    default:
      return DecodeError::Malformed;  // 0xc1 is never used.
  }
}

Result<MsgpackToken, DecodeError> MsgpackReader::number(MsgpackType type,
                                                        std::size_t size) noexcept {
  if (size > left()) return DecodeError::Truncated;
  std::uint64_t bits = take(size);
  if (type == MsgpackType::Signed) {
    const std::size_t unused = 64 - size * 8;
    bits = static_cast<std::uint64_t>(static_cast<std::int64_t>(bits << unused) >> unused);
    if (static_cast<std::int64_t>(bits) >= 0) type = MsgpackType::Unsigned;
  }
  return MsgpackToken{type, 0, bits, {}};
}

Result<MsgpackToken, DecodeError> MsgpackReader::sizedBlob(MsgpackType type,
                                                           std::size_t sizeBytes) noexcept {
  if (sizeBytes > left()) return DecodeError::Truncated;
  return blob(type, take(sizeBytes));
}

Result<MsgpackToken, DecodeError> MsgpackReader::sizedContainer(MsgpackType type,
                                                                std::size_t sizeBytes) noexcept {
  if (sizeBytes > left()) return DecodeError::Truncated;
  return container(type, take(sizeBytes));
}

Result<MsgpackToken, DecodeError> MsgpackReader::extension(std::uint64_t size) noexcept {
  if (left() == 0 || size > left() - 1) return DecodeError::Truncated;
  const auto extensionType = static_cast<std::int8_t>(*cursor_++);
  const std::string_view bytes(cursor_, static_cast<std::size_t>(size));
  cursor_ += size;
  return MsgpackToken{MsgpackType::Extension, extensionType, 0, bytes};
}

DecodeError MsgpackReader::skipAny() noexcept {
  const auto token = next();
  return token.ok() ? skipContents(token.value()) : token.error();
}

DecodeError MsgpackReader::skipContents(const MsgpackToken& token) noexcept {
  const auto itemsOf = [](const MsgpackToken& head) -> std::uint64_t {
    if (head.type == MsgpackType::Array) return head.bits;
    return head.type == MsgpackType::Map ? head.bits * 2 : 0;
  };
  // How many values are still to come at each depth.
  std::array<std::uint64_t, kDepthMax> pending{};
  std::size_t depth = 0;
  pending[0] = itemsOf(token);
  for (;;) {
    while (pending[depth] == 0) {
      if (depth == 0) return DecodeError::Ok;
      --depth;
    }
    --pending[depth];
    const auto item = next();
    if (!item.ok()) return item.error();
    const std::uint64_t items = itemsOf(item.value());
    if (items == 0) continue;
    if (++depth == kDepthMax) return DecodeError::Malformed;
    pending[depth] = items;
  }
}

Result<Nanos, DecodeError> msgpackTime(const MsgpackToken& token) noexcept {
  constexpr std::int64_t kSecond = 1'000'000'000;
  if (token.type != MsgpackType::Extension || token.extensionType != -1) {
    return DecodeError::Malformed;
  }
  const auto word = [&](std::size_t from, std::size_t size) {
    std::uint64_t value = 0;
    for (const char byte : token.bytes.substr(from, size)) {
      value = value << 8 | static_cast<std::uint8_t>(byte);
    }
    return value;
  };
  std::int64_t seconds = 0;
  std::uint64_t fraction = 0;
  switch (token.bytes.size()) {
    case 4:
      seconds = static_cast<std::int64_t>(word(0, 4));
      break;
    case 8:
      fraction = word(0, 8) >> 34;
      seconds = static_cast<std::int64_t>(word(0, 8) & 0x3'ffff'ffffU);
      break;
    case 12:
      fraction = word(0, 4);
      seconds = static_cast<std::int64_t>(word(4, 8));
      break;
    default:
      return DecodeError::Malformed;
  }
  if (fraction >= static_cast<std::uint64_t>(kSecond)) return DecodeError::Malformed;
  Nanos time = 0;
  if (__builtin_mul_overflow(seconds, kSecond, &time) ||
      __builtin_add_overflow(time, static_cast<std::int64_t>(fraction), &time)) {
    return DecodeError::Overflow;
  }
  return time;
}

}  // namespace hft::decode

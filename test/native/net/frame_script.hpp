#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "native/net/frame_reader.hpp"

namespace hft::net::test {

/// One frame as bytes, legal or not.
struct FrameSpec {
  int opcode = 1;
  bool isFinal = true;
  bool isCompressed = false;
  bool isMasked = false;
};

inline std::string frame(const FrameSpec& spec, std::string_view payload) {
  const MaskKey mask = {0xa1, 0x5c, 0x03, 0xee};
  std::array<char, kClientHeaderBytesMax> header{};
  const auto opcode = static_cast<Opcode>(spec.opcode);
  const std::size_t size =
      spec.isMasked ? encodeClientFrameHeader(header, opcode, payload.size(), mask, false)
                    : encodeServerFrameHeader(header, opcode, payload.size());
  if (!spec.isFinal) header[0] = static_cast<char>(header[0] & 0x7f);
  if (spec.isCompressed) header[0] = static_cast<char>(header[0] | 0x40);
  std::string bytes{header.data(), size};
  bytes += payload;
  if (spec.isMasked) applyMask({bytes.data() + size, payload.size()}, mask, 0);
  return bytes;
}

inline std::string text(std::string_view payload) { return frame({.opcode = 1}, payload); }
inline std::string binary(std::string_view payload) { return frame({.opcode = 2}, payload); }

/// One thing that a reader handed out: "T:..." text, "B:..." binary, "8:", "9:", "10:" control.
using Script = std::vector<std::string>;

/// Records everything, and stops after each `stopEvery` calls (0: never).
struct RecordingSink {
  Script script;
  std::size_t stopEvery = 0;
  Nanos lastTime = 0;

  Flow onMessage(std::string_view payload, bool isText, Nanos time) {
    lastTime = time;
    return add((isText ? "T:" : "B:") + std::string{payload});
  }
  Flow onControl(Opcode opcode, std::string_view payload, Nanos time) {
    lastTime = time;
    return add(std::to_string(static_cast<int>(opcode)) + ":" + std::string{payload});
  }

 private:
  Flow add(std::string entry) {
    script.push_back(std::move(entry));
    return stopEvery != 0 && script.size() % stopEvery == 0 ? Flow::Stop : Flow::Continue;
  }
};

/// Gives `bytes` to `reader` in pieces of at most `pieceBytes`, draining after each.
inline FrameReader::Status feed(FrameReader& reader, RecordingSink& sink, std::string_view bytes,
                                std::size_t pieceBytes) {
  FrameReader::Status status = FrameReader::Status::NeedMore;
  while (!bytes.empty() && status != FrameReader::Status::Failed) {
    const std::span<char> into = reader.writable();
    const std::size_t size = std::min({bytes.size(), pieceBytes, into.size()});
    std::memcpy(into.data(), bytes.data(), size);
    reader.commit(size);
    bytes.remove_prefix(size);
    do {
      status = reader.drain(sink, 1);
    } while (status == FrameReader::Status::Stopped);
  }
  return status;
}

}  // namespace hft::net::test

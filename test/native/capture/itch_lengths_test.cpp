#include <gtest/gtest.h>
#include <string>

#include "native/capture/itch_file_reader.hpp"
#include "native/decode/itch/itch_framing.hpp"
#include "native/generate/days/itch_day.hpp"

namespace hft::capture {
namespace {

std::string generatedDay() {
  generate::ItchDay day({.seed = 3, .messages = 400, .symbols = 3});
  std::string bytes(generate::ItchDay::bytesMax(400), '\0');
  std::size_t at = 0;
  while (true) {
    const std::size_t written =
        day.write({reinterpret_cast<std::uint8_t*>(bytes.data()) + at, bytes.size() - at});
    if (written == 0) break;
    at += written;
    if (bytes.size() - at < 64) break;
  }
  bytes.resize(at);
  return bytes;
}

std::string withoutLengths(std::string bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t next =
        at + decode::itch::framedBytes(reinterpret_cast<const std::uint8_t*>(bytes.data()) + at);
    bytes[at] = bytes[at + 1] = '\0';
    at = next;
  }
  return bytes;
}

std::string readInChunks(const std::string& bytes, std::size_t chunkBytes) {
  ItchFileReader reader(512);
  std::string played;
  std::string chunk;
  const auto drain = [&] {
    while (const CapturedFrame* frame = reader.next()) played += frame->payload;
  };
  for (std::size_t at = 0; at < bytes.size(); at += chunkBytes) {
    chunk = bytes.substr(at, chunkBytes);
    const std::size_t size = chunk.size();
    chunk.resize(size + event::kFramePadding);
    reader.push({chunk.data(), size});
    drain();
  }
  reader.finish();
  drain();
  EXPECT_EQ(reader.faults().total(), 0U);
  return played;
}

TEST(ItchFileReader, TakesFilesThatWriteNoLengths) {
  const std::string day = withoutLengths(generatedDay());
  for (const std::size_t chunkBytes : {1, 2, 3, 5, 17, 64, 1000, 100'000}) {
    EXPECT_EQ(readInChunks(day, chunkBytes), day) << "in chunks of " << chunkBytes;
  }
}

TEST(ItchFileReader, KeepsAZeroLengthThatEndsTheFile) {
  const std::string day = generatedDay() + std::string(2, '\0');
  for (const std::size_t chunkBytes : {1, 7, 100'000}) {
    EXPECT_EQ(readInChunks(day, chunkBytes), day) << "in chunks of " << chunkBytes;
  }
}

}  // namespace
}  // namespace hft::capture

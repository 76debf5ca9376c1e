// Fuzzes the FIX codec: framing with any split, the two scans beside the byte-by-byte one, typed
// messages and groups of whatever is accepted.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "native/core/check.hpp"
#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framer.hpp"
#include "native/fix/message/market_data_messages.hpp"
#include "native/fix/message/order_messages.hpp"
#include "native/fix/message/reference_messages.hpp"
#include "native/fix/message/report_messages.hpp"

namespace {

using namespace hft::fix;

constexpr std::size_t kBytesMax = 4096;

void readAll(const FieldIndex& index) {
  (void)readMessage<ExecutionReport>(index);
  (void)readMessage<NewOrderSingle>(index);
  const auto walk = [](const auto& entry) { (void)entry; };
  (void)readMessage<MarketDataIncremental>(index).message.entries.forEach(walk);
  (void)readMessage<MarketDataSnapshot>(index).message.entries.forEach(walk);
  (void)readMessage<SecurityList>(index).message.securities.forEach(walk);
}

/// A frame in memory of exactly its size, so that a read behind it is found.
void scanFrame(std::string_view bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  const std::string_view frame(exact.data(), exact.size());
  static FieldStorage<64> fastStorage;
  static FieldStorage<64> plainStorage;
  FieldIndex fast = fastStorage.index();
  FieldIndex plain = plainStorage.index();
  const FieldScan got = scanFields(frame, fast);
  const FieldScan baseline = scanFieldsBaseline(frame, plain);
  HFT_CHECK(got.error == baseline.error && got.offset == baseline.offset);
  const FieldScan wanted = scanFieldsScalar(frame, plain);
  HFT_CHECK(got.error == wanted.error && got.offset == wanted.offset);
  HFT_CHECK(got.checkSum == wanted.checkSum && fast.size() == plain.size());
  for (std::size_t at = 0; at < fast.size(); ++at) {
    HFT_CHECK(fast.tag(at) == plain.tag(at) && fast.value(at) == plain.value(at));
  }
  if (got.error == ScanError::Ok) readAll(fast);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  // Whatever precedes it, a body of the fuzzer's is sealed, or nothing would get past the sum.
  std::string sealed =
      "8=FIX.4.4\x01"
      "9=" +
      std::to_string(size + 1) + "\x01";
  sealed.append(rest);
  sealed +=
      "\x01"
      "10=";
  const std::string sum =
      std::to_string(countBytes(std::string_view(sealed).substr(0, sealed.size() - 3)).sum);
  sealed += std::string(3 - sum.size(), '0') + sum + "\x01";
  if (findFrame(sealed, kBytesMax).error == FrameError::Ok) scanFrame(sealed);
  while (!rest.empty()) {
    const FrameScan scan = findFrame(rest, kBytesMax);
    HFT_CHECK(scan.garbage + std::size_t{scan.size} <= rest.size());
    rest.remove_prefix(scan.garbage);
    if (scan.error == FrameError::NeedMore) break;
    HFT_CHECK(scan.size != 0);
    if (scan.error == FrameError::Ok) scanFrame(rest.substr(0, scan.size));
    rest.remove_prefix(scan.size);
  }
  return 0;
}

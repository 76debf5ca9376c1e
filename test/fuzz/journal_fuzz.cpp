// The audit of a journal on hostile bytes: no crash, no over-read, no record out of order.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "native/core/check.hpp"
#include "native/event/journal_audit.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hft::event;
  if (size < 2) return 0;
  const bool hasSameBoot = (data[0] & 1) != 0;
  // A head with sound checksums before the bytes of the input, so that the audit goes on.
  HeadFile head{};
  head.slots[0].generation = 1;
  head.slots[0].firstSegment = 1;
  head.slots[0].durableSequence = data[1];
  head.slots[0].crc = trailingCrc(head.slots[0]);
  head.slots[1].magic = 0;
  std::vector<std::byte> first(sizeof(SegmentHeader));
  SegmentHeader header;
  header.number = 1;
  header.firstSequence = 1;
  header.startChain = firstChain(0);
  header.crc = trailingCrc(header);
  std::memcpy(first.data(), &header, sizeof header);
  const auto body = std::as_bytes(std::span(data, size)).subspan(2);
  const std::size_t cut = std::min<std::size_t>(body.size(), data[0] >> 1 << 4);
  first.insert(first.end(), body.begin(), body.begin() + static_cast<std::ptrdiff_t>(cut));
  const std::vector<std::byte> second(body.begin() + static_cast<std::ptrdiff_t>(cut), body.end());
  JournalImage image{std::as_bytes(std::span(&head, 1)), {{1, first}, {2, second}}, false};
  std::uint64_t last = 0;
  const auto visit = [&](const JournalRecord& record) {
    HFT_CHECK(record.sequence == ++last && record.payload.size() <= kPayloadMax);
  };
  const AuditReport report = JournalAudit(image, hasSameBoot).run(visit);
  HFT_CHECK(report.lastSequence == last);
  // And the input as a head.
  image.head = body;
  (void)JournalAudit(image, hasSameBoot).run([](const JournalRecord&) {});
  return 0;
}

// Ten thousand crash images: a journal that is torn, that lost pages or has flipped bits gives a
// prefix of what was written, or is refused at a position; it never gives anything else in silence.
#include <algorithm>
#include <random>

#include "test/native/event/journal_lab.hpp"

namespace hft::event {
namespace {

constexpr std::size_t kPage = 4'096;

struct Copy {
  std::vector<std::byte> head;
  std::vector<std::vector<std::byte>> segments;

  [[nodiscard]] JournalImage image() const {
    JournalImage image{head, {}, false};
    for (std::size_t i = 0; i < segments.size(); ++i)
      image.segments.push_back({i + 1, segments[i]});
    return image;
  }
};

std::vector<std::byte> bytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

/// A journal of four segments, copied while it is open: a process that died.
const Copy& original() {
  static const Copy copy = [] {
    const LabDirectory lab;
    AuditReport report;
    std::vector<Told> told;
    JournalOptions options = smallOptions();
    auto opened = reopen(lab.journal(), options, report, told);
    EXPECT_TRUE(opened.ok());
    const auto journal = opened.take();
    for (std::uint64_t i = 1; i <= 620; ++i) {
      if (!tell(*journal, noteOf(i), Reserve::Use).ok()) {
        EXPECT_EQ(journal->waitDurable(i - 1, 10'000'000'000), JournalError::Ok);
        --i;
      }
      if (i == 600) {
        EXPECT_EQ(journal->waitDurable(i, 10'000'000'000), JournalError::Ok);
      }
    }
    Copy made;
    made.head = bytesOf(lab.journal() + "/HEAD");
    auto directory = JournalDirectory::open(lab.journal(), JournalDirectory::Mode::Read);
    for (const SegmentImage& segment : directory.value().image().segments) {
      made.segments.emplace_back(segment.bytes.begin(), segment.bytes.end());
    }
    return made;
  }();
  return copy;
}

AuditReport read(const Copy& copy, bool hasSameBoot, std::vector<Told>& told) {
  const JournalImage image = copy.image();
  return JournalAudit(image, hasSameBoot).run([&](const JournalRecord& record) {
    told.push_back({record.sequence,
                    record.kind,
                    {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()}});
  });
}

/// Damages `copy` in one of the ways of a crash or of a bad disk.
void damage(Copy& copy, std::mt19937_64& random) {
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  std::vector<std::byte>& file =
      below(12) == 0 ? copy.head : copy.segments[below(copy.segments.size())];
  if (file.empty()) return;
  switch (below(5)) {
    case 0:  // Flipped bits.
      for (std::size_t n = below(3) + 1; n > 0; --n) {
        file[below(file.size())] ^= static_cast<std::byte>(1U << below(8));
      }
      break;
    case 1: {  // A lost page.
      const std::size_t from = below(file.size()) / kPage * kPage;
      std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(from),
                  std::min(kPage, file.size() - from), std::byte{0});
      break;
    }
    case 2:  // Torn: everything behind a point is lost.
      std::fill(file.begin() + static_cast<std::ptrdiff_t>(below(file.size())), file.end(),
                std::byte{0});
      break;
    case 3:  // Cut short.
      file.resize(below(file.size()));
      break;
    default: {  // Old bytes in the place of new ones.
      const std::size_t size = std::min<std::size_t>(below(600) + 1, file.size());
      const std::size_t from = below(file.size() - size + 1);
      const std::size_t to = below(file.size() - size + 1);
      std::copy_n(std::vector<std::byte>(file).begin() + static_cast<std::ptrdiff_t>(from), size,
                  file.begin() + static_cast<std::ptrdiff_t>(to));
    }
  }
}

TEST(JournalDamage, TenThousandCrashImagesGiveAPrefixOrARefusalNeverSilence) {
  std::vector<Told> whole;
  ASSERT_EQ(read(original(), true, whole).fault, JournalFault::Ok);
  ASSERT_EQ(whole.size(), 620U);
  std::size_t refused = 0;
  std::size_t shortened = 0;
  for (std::uint64_t seed = 1; seed <= 10'000; ++seed) {
    std::mt19937_64 random(seed);
    const bool hasSameBoot = random() % 2 == 0;
    Copy copy = original();
    for (std::size_t n = random() % 2 + 1; n > 0; --n) damage(copy, random);
    std::vector<Told> told;
    const AuditReport report = read(copy, hasSameBoot, told);
    ASSERT_LE(told.size(), whole.size()) << "seed " << seed;
    ASSERT_TRUE(std::equal(told.begin(), told.end(), whole.begin())) << "seed " << seed;
    if (!report.isUsable()) {
      ++refused;
      continue;
    }
    if (told.size() == whole.size()) continue;
    // Shorter: only a power cut may do that, only behind what was durable, and it says so.
    ++shortened;
    ASSERT_FALSE(hasSameBoot) << "seed " << seed;
    ASSERT_EQ(report.fault, JournalFault::TornTail) << "seed " << seed;
    ASSERT_GE(told.size(), report.head.durableSequence) << "seed " << seed;
  }
  EXPECT_GT(refused, 1'000U);
  EXPECT_GT(shortened, 10U);
}

TEST(JournalDamage, NamesTheFileOffsetAndSequenceOfAnAlteredRecord) {
  Copy copy = original();
  const std::size_t second = sizeof(SegmentHeader) + recordBytes(noteOf(1).size());
  copy.segments[0][second + sizeof(RecordHeader) + 3] ^= std::byte{1};
  std::vector<Told> told;
  const AuditReport report = read(copy, true, told);
  EXPECT_EQ(report.fault, JournalFault::DamagedRecord);
  EXPECT_EQ(report.segment, 1U);
  EXPECT_EQ(report.offset, second);
  EXPECT_EQ(report.sequence, 2U);
  EXPECT_EQ(told.size(), 1U);
}

TEST(JournalDamage, FindsARecordThatWasForgedWithItsChecksum) {
  Copy copy = original();
  const std::size_t second = sizeof(SegmentHeader) + recordBytes(noteOf(1).size());
  const std::size_t size = recordBytes(noteOf(2).size());
  std::byte* at = copy.segments[0].data() + second;
  at[sizeof(RecordHeader)] ^= std::byte{1};
  const std::uint32_t crc = recordCrc(at, size);
  std::memcpy(at, &crc, sizeof crc);
  std::vector<Told> told;
  EXPECT_EQ(read(copy, true, told).fault, JournalFault::BrokenChain);
}

TEST(JournalDamage, FindsADroppedSegmentAndATruncatedTail) {
  Copy copy = original();
  std::vector<Told> told;
  JournalImage image = copy.image();
  image.segments.erase(image.segments.begin() + 1);
  EXPECT_EQ(JournalAudit(image, true).run([](const JournalRecord&) {}).fault,
            JournalFault::MissingSegment);
  image = copy.image();
  std::vector<std::byte>& first = copy.segments[0];
  const std::size_t second = sizeof(SegmentHeader) + recordBytes(noteOf(1).size());
  std::fill(first.begin() + static_cast<std::ptrdiff_t>(second), first.end(), std::byte{0});
  copy.segments.resize(1);
  EXPECT_EQ(read(copy, false, told).fault, JournalFault::MissingSegment);
}

/// Where the records of a segment begin, and behind them where they end.
std::vector<std::size_t> boundsOf(const std::vector<std::byte>& segment) {
  std::vector<std::size_t> bounds{sizeof(SegmentHeader)};
  RecordHeader header;
  while (bounds.back() + sizeof header <= segment.size()) {
    std::memcpy(&header, segment.data() + bounds.back(), sizeof header);
    if (header.mark != 0xa5) break;
    bounds.push_back(bounds.back() + recordBytes(header.payloadBytes));
  }
  return bounds;
}

enum class Surgery : std::uint8_t { Drop, Duplicate, Swap, Truncate, LoseSegment, SwapSegments };

/// Operates on whole records or segments, each with its own sound checksum. Returns the sequence of
/// the first record that is not where it was.
std::uint64_t operate(Copy& copy, Surgery surgery, std::mt19937_64& random) {
  // Those that were prepared and never begun lie behind the others.
  const auto begun = static_cast<std::size_t>(
      std::count_if(copy.segments.begin(), copy.segments.end(),
                    [](const auto& segment) { return boundsOf(segment).size() > 1; }));
  const std::size_t at = random() % (begun - 1);
  std::vector<std::byte>& file = copy.segments[at];
  SegmentHeader header;
  std::memcpy(&header, file.data(), sizeof header);
  if (surgery == Surgery::LoseSegment) {
    copy.segments.erase(copy.segments.begin() + static_cast<std::ptrdiff_t>(at));
    return header.firstSequence;
  }
  if (surgery == Surgery::SwapSegments) {
    std::swap(file, copy.segments[at + 1]);
    return header.firstSequence;
  }
  const std::vector<std::size_t> bounds = boundsOf(file);
  const std::size_t index = random() % (bounds.size() - 2);
  const auto place = [&](std::size_t bound) {
    return file.begin() + static_cast<std::ptrdiff_t>(bounds[bound]);
  };
  const std::vector<std::byte> record(place(index), place(index + 1));
  if (surgery == Surgery::Drop) file.erase(place(index), place(index + 1));
  if (surgery == Surgery::Duplicate) {
    file.insert(place(index + 1), record.begin(), record.end());
    return header.firstSequence + index + 1;
  }
  if (surgery == Surgery::Swap) std::rotate(place(index), place(index + 1), place(index + 2));
  if (surgery == Surgery::Truncate) file.resize(bounds[index]);
  return header.firstSequence + index;
}

TEST(JournalDamage, RefusesAnyRecordOrSegmentThatWasDroppedDoubledMovedOrCutOff) {
  for (std::uint64_t seed = 1; seed <= 1'200; ++seed) {
    std::mt19937_64 random(seed);
    const auto surgery = static_cast<Surgery>(seed % 6);
    Copy copy = original();
    const std::uint64_t first = operate(copy, surgery, random);
    std::vector<Told> told;
    const AuditReport report = read(copy, seed % 4 < 2, told);
    ASSERT_FALSE(report.isUsable()) << "seed " << seed;
    ASSERT_LT(told.size(), first) << "seed " << seed;
    ASSERT_EQ(report.sequence, told.size() + 1) << "seed " << seed;
    ASSERT_LE(report.sequence, first) << "seed " << seed;
    ASSERT_GT(report.segment, 0U) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hft::event

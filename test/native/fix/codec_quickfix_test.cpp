#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framer.hpp"
#include "native/fix/codec/tags.hpp"
#include "native/fix/dictionary/dictionary.hpp"
#include "native/fix/dictionary/validation.hpp"
#include "test/native/fix/codec_samples.hpp"
#if defined(HFT_HAVE_QUICKFIX)
#include "test/native/fix/oracle/quickfix_oracle.h"
#endif

namespace hft::fix {
namespace {

#if defined(HFT_HAVE_QUICKFIX)
using test::fixText;
using test::kSamples;
using test::seal;

/// Longer runs: HFT_FIX_MUTATIONS=1000000.
int mutations() {
  const char* text = std::getenv("HFT_FIX_MUTATIONS");
  return text == nullptr ? 60'000 : std::atoi(text);
}

constexpr std::uint32_t kSeed = 20260115;

/// A message with up to four bytes changed, dropped or doubled; half of them sealed anew, so that
/// length and sum say nothing about what lies within.
class Mutator {
 public:
  std::string next() {
    std::string text = fixText(kSamples[random_() % kSamples.size()]);
    const bool isSealed = random_() % 2 == 0;
    std::string body = text;
    if (isSealed) {
      body = text.substr(text.find("35="));
      body.resize(body.size() - kTrailerBytes);
    }
    for (std::uint32_t change = random_() % 5; change != 0; --change) mutate(body);
    return isSealed ? seal("FIX.4.4", body) : body;
  }

 private:
  void mutate(std::string& text) {
    static const std::string alphabet = std::string("0123456789=\x01.-AZYN ") + '\xff';
    if (text.empty()) return;
    const std::size_t at = random_() % text.size();
    switch (random_() % 6) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, alphabet[random_() % alphabet.size()]);
        break;
      case 2: {
        // A field twice.
        const std::size_t end = text.find(kSoh, at);
        if (end != std::string::npos) text.insert(end + 1, text.substr(at, end + 1 - at));
        break;
      }
      default:
        text[at] = alphabet[random_() % alphabet.size()];
    }
  }

  std::mt19937 random_{kSeed};
};

struct OurView {
  bool isAccepted = false;
  /// Data does not end at its length; without a dictionary QuickFIX knows no data.
  bool isBadData = false;
};

OurView look(const std::string& bytes, FieldIndex& index) {
  const FrameScan frame = findFrame(bytes, 65536);
  if (frame.error != FrameError::Ok || frame.garbage != 0 || frame.size != bytes.size()) return {};
  const ScanError error = scanFields(bytes, index).error;
  return {error == ScanError::Ok, error == ScanError::BadDataLength};
}

/// What it takes against the specification: tags of 0 and below where it has no dictionary, a
/// checksum of fewer than three digits, and BeginString, BodyLength or CheckSum again, which it
/// leaves out of its count. A session hands it whatever we refuse.
bool isLenience(const std::string& bytes) {
  const auto hasField = [&](const char* text) {
    return bytes.find(kSoh + std::string(text)) != std::string::npos;
  };
  const auto isTwice = [&](const char* text) {
    const std::string field = kSoh + std::string(text);
    return bytes.find(field) != bytes.rfind(field);
  };
  // A tag beyond an int wraps around there.
  std::size_t digits = 0;
  bool isWrapped = false;
  for (const char byte : bytes) {
    isWrapped = isWrapped || (byte == '=' && digits >= 10);
    digits = byte >= '0' && byte <= '9' ? digits + 1 : 0;
  }
  const std::size_t trailer = bytes.rfind(kSoh + std::string("10="));
  return isWrapped || hasField("-") || hasField("0") || hasField("8=") || isTwice("9=") ||
         isTwice("10=") || trailer == std::string::npos || bytes.size() - trailer != 8;
}

std::string shown(std::string text) {
  for (char& byte : text) byte = byte == kSoh ? '|' : byte;
  return text;
}

TEST(FixBesideQuickFix, CutsAndAcceptsTheSameMutatedMessages) {
  Mutator mutator;
  FieldStorage<128> storage;
  FieldIndex index = storage.index();
  int accepted = 0;
  for (int round = 0; round < mutations(); ++round) {
    const std::string bytes = mutator.next();
    const auto [ours, isBadData] = look(bytes, index);
    const bool theirs = oracleAccepts(bytes.data(), bytes.size()) == 1;
    accepted += ours ? 1 : 0;
    if (ours == theirs || (theirs && (isBadData || isLenience(bytes)))) continue;
    ADD_FAILURE() << "seed " << kSeed << " round " << round << ": " << shown(bytes) << "\nours "
                  << ours << " theirs " << theirs;
    return;
  }
  EXPECT_GT(accepted, mutations() / 20);
}

/// We look at the values within groups and for what the header requires, which QuickFIX 1.15 does
/// elsewhere or not at all: there we may refuse what it takes, and a session then asks it. What we
/// take it must take, always.
TEST(FixBesideQuickFix, FindsTheSameViolationsInMutatedMessages) {
  const std::string path = "dist/dictionaries/FIX44.xml";
  std::ifstream file(path);
  if (!file) GTEST_SKIP() << path << " is absent: npm run build";
  std::stringstream text;
  text << file.rdbuf();
  const std::vector<DictionarySource> sources{{path, text.str()}};
  const DictionaryLoad loaded = loadDictionary(sources);
  ASSERT_TRUE(loaded.dictionary) << loaded.fault.what;
  const std::unique_ptr<void, decltype(&oracleFreeDictionary)> oracle(
      oracleDictionary(path.c_str()), &oracleFreeDictionary);
  ASSERT_NE(oracle, nullptr);
  Mutator mutator;
  FieldStorage<128> storage;
  FieldIndex index = storage.index();
  int sound = 0;
  for (int round = 0; round < mutations(); ++round) {
    const std::string bytes = mutator.next();
    if (!bytes.starts_with("8=FIX.4.4\x01") || !look(bytes, index).isAccepted) continue;
    const Violation ours = validate(index, *loaded.dictionary, {});
    int tag = 0;
    const int theirs = oracleValidate(oracle.get(), bytes.data(), bytes.size(), &tag);
    sound += ours.ok() ? 1 : 0;
    const bool isHeader = ours.reason == SessionRejectReason::RequiredTagMissing &&
                          loaded.dictionary->header().find(ours.refTagID) != nullptr;
    // It takes a time that ends with the dot of decimals that do not follow.
    const bool isDotted = ours.reason == SessionRejectReason::IncorrectDataFormat &&
                          index.value(ours.position).ends_with('.');
    if (theirs == -1 && isDotted) continue;
    if (ours.ok() == (theirs == -1) || (theirs == -1 && (ours.isInGroup || isHeader))) continue;
    ADD_FAILURE() << "seed " << kSeed << " round " << round << ": " << shown(bytes) << "\nours "
                  << static_cast<int>(ours.reason) << " of " << ours.refTagID << ", theirs "
                  << theirs << " of " << tag;
    return;
  }
  EXPECT_GT(sound, mutations() / 50);
}
#else
TEST(FixBesideQuickFix, NeedsTheLibrary) { GTEST_SKIP() << "libquickfix-dev is absent"; }
#endif

}  // namespace
}  // namespace hft::fix

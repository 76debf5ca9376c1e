#include <gtest/gtest.h>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "native/fix/session/byte_ring.hpp"
#include "native/fix/session/logon_signer.hpp"
#include "native/fix/store/session_log.hpp"
#include "native/fix/transport/message_splitter.hpp"

namespace hft::fix {
namespace {

std::string soh(std::string text) {
  for (char& c : text) {
    if (c == '|') c = '\001';
  }
  return text;
}

const std::string kMessage = soh("8=FIX.4.4|9=5|35=0|10=163|");

TEST(MessageSplitter, FindsAMessageSplitAtEveryByte) {
  for (std::size_t size = 0; size < kMessage.size(); ++size) {
    const Split split = splitMessage(std::string_view(kMessage).substr(0, size), 4096);
    EXPECT_EQ(split.size, 0U) << size;
    EXPECT_EQ(split.garbage, 0U) << size;
  }
  EXPECT_EQ(splitMessage(kMessage, 4096).size, kMessage.size());
}

TEST(MessageSplitter, DropsGarbageInFrontOfAMessage) {
  const Split split = splitMessage("garbage" + kMessage, 4096);
  EXPECT_EQ(split.garbage, 7U);
  EXPECT_EQ(split.size, kMessage.size());
}

TEST(MessageSplitter, LetsALengthThatIsTooLongTakeTheNextMessage) {
  const std::string both = soh("8=FIX.4.4|9=9|35=0|10=163|") + kMessage;
  EXPECT_EQ(splitMessage(both, 4096).size, both.size());
}

TEST(MessageSplitter, TellsASoundFrameFromOneThatTheBrainMustJudge) {
  EXPECT_TRUE(splitMessage(kMessage + kMessage, 4096).isSound);
  for (const char* const bad : {"x8=FIX.4.4|9=5|35=0|10=163|", "8=FIX.4.4|9=4|35=0|10=163|",
                                "8=FIX.4.4|9=5|35=0|10=1x3|", "8=FIX.4.4|9=5|35=0|10=1|"}) {
    const Split split = splitMessage(soh(bad), 4096);
    EXPECT_FALSE(split.isSound) << bad;
    EXPECT_NE(split.size, 0U) << bad;
  }
}

TEST(MessageSplitter, PassesOverABeginningWhoseLengthIsNoNumberOrAbsurd) {
  for (const char* const length : {"x", "-5", "99999999999", "5000"}) {
    const std::string bad = soh("8=FIX.4.4|9=" + std::string(length) + "|35=0|");
    const Split split = splitMessage(bad + kMessage, 4096);
    EXPECT_EQ(split.garbage, bad.size()) << length;
  }
}

TEST(MessageSplitter, AlwaysMovesOnOrWaitsOnRandomBytes) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr std::string_view kAlphabet = "8=9\00110=5|a";
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (std::size_t count = random() % 80; count > 0; --count) {
      bytes += kAlphabet[random() % kAlphabet.size()];
    }
    std::string_view rest = bytes;
    for (int step = 0; step < 200; ++step) {
      const Split split = splitMessage(rest, 64);
      ASSERT_LE(split.garbage + split.size, rest.size());
      if (split.garbage + split.size == 0) break;
      rest.remove_prefix(split.garbage + split.size);
      ASSERT_LT(step, 199);
    }
  }
}

TEST(LogonSigner, SignsAsBinancePublishes) {
  // Source: Binance spot-api-docs, fix-api.md, Logon example.
  const std::string key = "MC4CAQAwBQYDK2VwBCIEIIJEYWtGBrhACmb9Dvy+qa8WEf0lQOl1s4CLIAB9m89u";
  EXPECT_EQ(
      signLogon(LogonSignature::Ed25519, key,
                {"1", "20240627-11:17:25.223", "EXAMPLE", "SPOT", ""}),
      "4MHXelVVcpkdwuLbl6n73HQUXUf1dse2PCgT1DYqW9w8AVZ1RACFGM+5UdlGPrQHrgtS3CvsRURC1oj73j8gCA==");
  const std::string pem = "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n";
  EXPECT_EQ(signLogon(LogonSignature::Ed25519, pem,
                      {"1", "20240627-11:17:25.223", "EXAMPLE", "SPOT", ""}),
            signLogon(LogonSignature::Ed25519, key,
                      {"1", "20240627-11:17:25.223", "EXAMPLE", "SPOT", ""}));
}

TEST(LogonSigner, SignsAsCoinbaseDescribes) {
  EXPECT_EQ(signLogon(LogonSignature::HmacSha256, "dmVudWUtZmFjdC1zaGVldC10ZXN0LXNlY3JldC0wMDAx",
                      {"1", "20240115-10:20:30.123", "my-api-key", "Coinbase", "my-pass"}),
            "L0wsRJAcr+Jd0JeYd+80jYuhteQC2yymyECqs+7lKHo=");
}

TEST(LogonSigner, SignsAsKrakenDescribes) {
  // Made with Python's hashlib and hmac by the formula of Kraken's page.
  EXPECT_EQ(
      signLogon(
          LogonSignature::HmacSha512, "a3Jha2VuLWZpeC10ZXN0LXNlY3JldC0wMDAx",
          {"1", "20230707-13:21:15.000", "MYCOMPID", "KRAKEN-TRD", "", "api-key", "1688736075072"}),
      "AEpKH9CQjNMZrJWnY/hVUMIbHZy+ToOKVOFDj4W4kTptEU43PP6YNQt6pgP3cVzBnT/BL+YHbtMS7BsvmHkTSg==");
}

TEST(LogonSigner, SignsNothingWithWhatIsNoKey) {
  EXPECT_EQ(signLogon(LogonSignature::Ed25519, "bm8=", {"1", "", "", "", ""}), "");
  EXPECT_EQ(signLogon(LogonSignature::HmacSha256, "%%%", {"1", "", "", "", ""}), "");
  EXPECT_EQ(signLogon(LogonSignature::HmacSha512, "%%%", {"1", "", "", "", ""}), "");
  EXPECT_EQ(signLogon(LogonSignature::None, "x", {"1", "", "", "", ""}), "");
}

std::string masked(const std::string& text) {
  std::string into;
  appendMasked(into, soh(text));
  for (char& c : into) {
    if (c == '\001') c = '|';
  }
  return into;
}

TEST(SessionLog, MasksEverySecret) {
  EXPECT_EQ(masked("8=FIX.4.4|35=A|553=me|554=pass|925=new|98=0|"),
            "8=FIX.4.4|35=A|553=***|554=***|925=***|98=0|");
  EXPECT_EQ(masked("93=3|89=abc|1401=2|1402=xy|1403=2|1404=zz|58=t|"),
            "93=3|89=***|1401=2|1402=***|1403=2|1404=***|58=t|");
}

TEST(SessionLog, MasksRawDataThatHoldsFieldEnds) {
  EXPECT_EQ(masked("95=7|96=ab|cd|e|98=0|"), "95=7|96=***|98=0|");
}

TEST(SessionLog, MasksASecretThatIsCutOff) {
  EXPECT_EQ(masked("35=A|554=pass"), "35=A|554=***");
  EXPECT_EQ(masked("95=900|96=ab"), "95=900|96=***");
}

TEST(SessionLog, LeavesNoLineBreakInALine) { EXPECT_EQ(masked("58=a\nb|"), "58=a\\x0ab|"); }

TEST(ByteRing, BringsEveryRecordInOrderToAnotherThread) {
  ByteRing ring(4096);
  constexpr std::uint32_t kRecords = 200'000;
  std::thread producer([&] {
    const std::string text(300, 'x');
    for (std::uint32_t number = 0; number < kRecords;) {
      RecordHead head;
      head.kind = number;
      if (ring.push(head, std::string_view(text).substr(0, number % 300), "!")) ++number;
    }
  });
  std::uint32_t expected = 0;
  bool isSound = true;
  while (expected < kRecords) {
    ring.drain(64, [&](const RecordHead& head, std::string_view bytes) {
      isSound = isSound && head.kind == expected && bytes.size() == expected % 300 + 1 &&
                bytes.back() == '!';
      ++expected;
      return true;
    });
  }
  producer.join();
  EXPECT_TRUE(isSound);
}

TEST(ByteRing, RefusesWhatDoesNotFitAndKeepsTheRest) {
  ByteRing ring(1024);
  const std::string text(200, 'x');
  std::size_t count = 0;
  while (ring.push({}, text, {})) ++count;
  EXPECT_EQ(count, 4U);
  EXPECT_FALSE(ring.push({}, std::string(1000, 'x'), {}));
  EXPECT_EQ(ring.drain(100, [](const RecordHead&, std::string_view) { return true; }), count);
  EXPECT_TRUE(ring.isEmpty());
}

}  // namespace
}  // namespace hft::fix

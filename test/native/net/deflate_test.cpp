#include "native/net/deflate.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace hft::net {
namespace {

using namespace std::string_literals;

std::string deflated(Deflater& deflater, std::string_view message) {
  std::string wire(deflater.bound(message.size()), '\0');
  const auto size = deflater.deflate(message, wire);
  EXPECT_TRUE(size.ok());
  wire.resize(size.valueOr(0));
  return wire;
}

std::string error(DeflateError code) {
  std::string text{'!'};
  text += std::to_string(static_cast<int>(code));
  return text;
}

/// The inflated message, or the error as "!code".
std::string inflated(Inflater& inflater, std::string_view wire, std::size_t bytesMax) {
  std::string out(bytesMax + 1, '\0');
  std::size_t size = 0;
  for (std::size_t at = 0; at < wire.size(); at += 7) {
    const auto fed = inflater.feed(wire.substr(at, 7), std::span(out).subspan(size));
    if (!fed.ok()) return error(fed.error());
    size += fed.value();
  }
  const auto rest = inflater.finish(std::span(out).subspan(size));
  if (!rest.ok()) return error(rest.error());
  out.resize(size + rest.value());
  return out;
}

TEST(Deflate, CarriesMessagesWithAndWithoutTheWindowOfEarlierOnes) {
  const std::uint64_t seed = 20260303;
  std::mt19937_64 random(seed);
  for (const bool forgets : {false, true}) {
    for (const std::uint8_t bits : {9, 12, 15}) {
      Deflater deflater(bits, forgets);
      Inflater inflater(bits, forgets);
      for (int round = 0; round < 200; ++round) {
        std::string message(random() % 3000, 'a');
        for (char& letter : message) letter = static_cast<char>('a' + random() % 4);
        if (round % 10 == 0) message.clear();
        ASSERT_EQ(inflated(inflater, deflated(deflater, message), 3000), message)
            << "seed " << seed << " bits " << int{bits} << " round " << round;
      }
    }
  }
}

TEST(Deflate, UsesTheWindowOfEarlierMessagesOnlyWhereAgreed) {
  const std::string message = "a message that comes again, word for word, 0123456789";
  Deflater keeps(15, false);
  Deflater forgets(15, true);
  const std::size_t first = deflated(keeps, message).size();
  EXPECT_LT(deflated(keeps, message).size(), first / 2);
  EXPECT_EQ(deflated(forgets, message), deflated(forgets, message));
}

TEST(Inflater, ReadsTheExamplesOfTheStandard) {
  // Source: RFC 7692 section 7.2.3.
  Inflater inflater(15, false);
  EXPECT_EQ(inflated(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s, 10), "Hello");
  EXPECT_EQ(inflated(inflater, "\xf2\x00\x11\x00\x00"s, 10), "Hello") << "with the window kept";
  EXPECT_EQ(inflated(inflater, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"s, 10), "Hello");
  EXPECT_EQ(inflated(inflater, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s, 10), "Hello") << "BFINAL";
  EXPECT_EQ(inflated(inflater, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"s, 10),
            "Hello")
      << "two blocks";
  EXPECT_EQ(inflated(inflater, "\x00"s, 10), "");
  EXPECT_EQ(inflated(inflater, ""s, 10), "");
  EXPECT_EQ(inflated(inflater, "\xf2\x48\xcd\xc9\xc9\x07\x00"s, 10), "Hello");
}

TEST(Inflater, KeepsTheWindowAcrossABlockThatSaysItIsTheLast) {
  Inflater inflater(15, false);
  EXPECT_EQ(inflated(inflater, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"s, 10), "Hello");
  EXPECT_EQ(inflated(inflater, "\xf2\x00\x11\x00\x00"s, 10), "Hello");
}

TEST(Inflater, RefusesMoreThanFits) {
  Deflater deflater(15, true);
  const std::string wire = deflated(deflater, std::string(1 << 20, 'b'));
  Inflater enough(15, true);
  EXPECT_EQ(inflated(enough, wire, 1 << 20).size(), std::size_t{1} << 20U);
  Inflater tight(15, true);
  EXPECT_EQ(inflated(tight, wire, (1 << 20) - 1), error(DeflateError::OutputFull));
}

TEST(Inflater, RefusesGarbageAndWhatEndsInsideABlock) {
  Inflater garbage(15, false);
  EXPECT_EQ(inflated(garbage, "\xff\xff\xff\xff"s, 10), error(DeflateError::BadData));
  Inflater cut(15, false);
  EXPECT_EQ(inflated(cut, "\xf2\x48\xcd"s, 10), error(DeflateError::BadData));
}

TEST(Inflater, RefusesAMessageOfManyLastBlocks) {
  std::string wire;
  for (int i = 0; i < 100; ++i) wire += "\x03\x00"s;
  Inflater inflater(15, false);
  EXPECT_EQ(inflated(inflater, wire, 10), error(DeflateError::BadData));
}

TEST(Inflater, RefusesDistancesBeyondTheAgreedWindow) {
  std::string message(2000, 'a');
  std::mt19937_64 random(7);
  for (char& letter : message) letter = static_cast<char>(random());
  message += message.substr(0, 500);  // A match 2000 bytes back.
  Deflater wide(15, true);
  const std::string wire = deflated(wide, message);
  ASSERT_LT(wire.size(), 2300U);
  Inflater narrow(9, true);
  EXPECT_EQ(inflated(narrow, wire, 4000), error(DeflateError::BadData));
}

TEST(Deflater, RefusesAnOutputBelowItsBound) {
  Deflater deflater(15, false);
  std::string out(deflater.bound(100) - 1, '\0');
  EXPECT_EQ(deflater.deflate(std::string(100, 'x'), out).error(), DeflateError::OutputFull);
}

TEST(DeflateOffer, NamesWhatIsWanted) {
  EXPECT_EQ(deflateOffer({}), "permessage-deflate; client_max_window_bits");
  EXPECT_EQ(deflateOffer({.serverNoContextTakeover = true,
                          .clientNoContextTakeover = true,
                          .serverMaxWindowBits = 10,
                          .clientMaxWindowBits = 11}),
            "permessage-deflate; client_max_window_bits=11; server_max_window_bits=10; "
            "server_no_context_takeover; client_no_context_takeover");
}

TEST(DeflateAnswer, ReadsEveryParameter) {
  const auto agreed = parseDeflateAnswer(
      "Permessage-Deflate ; server_no_context_takeover; client_no_context_takeover;"
      "server_max_window_bits=\"9\"; client_max_window_bits=12",
      {});
  ASSERT_TRUE(agreed.ok());
  EXPECT_EQ(agreed.value(), (DeflateParameters{.serverNoContextTakeover = true,
                                               .clientNoContextTakeover = true,
                                               .serverMaxWindowBits = 9,
                                               .clientMaxWindowBits = 12}));
  EXPECT_EQ(parseDeflateAnswer("permessage-deflate", {}).value(), DeflateParameters{});
}

TEST(DeflateAnswer, RefusesWhatTheStandardForbids) {
  const auto errorOf = [](std::string_view answer, const DeflateParameters& wanted) {
    return parseDeflateAnswer(answer, wanted).error();
  };
  EXPECT_EQ(errorOf("", {}), DeflateError::UnknownExtension);
  EXPECT_EQ(errorOf("x-webkit-deflate-frame", {}), DeflateError::UnknownExtension);
  EXPECT_EQ(errorOf("permessage-deflate, permessage-deflate", {}), DeflateError::UnknownExtension);
  EXPECT_EQ(errorOf("permessage-deflate; x", {}), DeflateError::UnknownParameter);
  EXPECT_EQ(errorOf("permessage-deflate;", {}), DeflateError::UnknownParameter);
  EXPECT_EQ(errorOf("permessage-deflate; server_max_window_bits=9; server_max_window_bits=9", {}),
            DeflateError::RepeatedParameter);
  for (const char* value : {"", "=", "=7", "=16", "=08", "=+9", "=1a", "=99999999999999"}) {
    EXPECT_EQ(errorOf("permessage-deflate; client_max_window_bits"s + value, {}),
              DeflateError::BadValue)
        << value;
  }
  EXPECT_EQ(errorOf("permessage-deflate; server_no_context_takeover=1", {}),
            DeflateError::BadValue);
  EXPECT_EQ(errorOf("permessage-deflate", {.serverNoContextTakeover = true}),
            DeflateError::NotWhatWasOffered);
  EXPECT_EQ(errorOf("permessage-deflate", {.serverMaxWindowBits = 10}),
            DeflateError::NotWhatWasOffered);
  EXPECT_EQ(errorOf("permessage-deflate; client_max_window_bits=12", {.clientMaxWindowBits = 11}),
            DeflateError::NotWhatWasOffered);
}

TEST(DeflateAnswer, HoldsUsToWhatWeOfferedForOurselves) {
  const auto agreed = parseDeflateAnswer(
      "permessage-deflate", {.clientNoContextTakeover = true, .clientMaxWindowBits = 10});
  ASSERT_TRUE(agreed.ok());
  EXPECT_TRUE(agreed.value().clientNoContextTakeover);
  EXPECT_EQ(agreed.value().clientMaxWindowBits, 10);
}

}  // namespace
}  // namespace hft::net

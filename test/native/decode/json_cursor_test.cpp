#include "native/decode/json/json_cursor.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "test/native/decode/padded_text.hpp"

namespace hft::decode {
namespace {

using event::DecodeError;
using test::PaddedText;

DecodeError validate(std::string_view text) {
  JsonCursor cursor(text);
  cursor.skipValue();
  return cursor.finish();
}

DecodeError validateCopy(std::string_view text) { return validate(PaddedText(text).text()); }

std::filesystem::path suite() {
  const char* root = std::getenv("HFT_FIXTURES");
  return std::filesystem::path(root != nullptr ? root : "../shared/data") / "jsontestsuite" /
         "test_parsing";
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(JsonCursor, AgreesWithJsonTestSuite) {
  if (!std::filesystem::exists(suite())) GTEST_SKIP() << "JSONTestSuite absent: " << suite();
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(suite())) {
    const std::string name = entry.path().filename();
    const DecodeError error = validateCopy(contents(entry.path()));
    if (name[0] == 'y') {
      EXPECT_EQ(error, DecodeError::Ok) << name;
    } else if (name[0] == 'n') {
      EXPECT_NE(error, DecodeError::Ok) << name;
    }
    ++files;
  }
  EXPECT_GT(files, 100);
}

const char* const kDocument =
    R"({"a":[1,-2.5e+3,"x\u00e9\n",{"b":null}],"c":true , "d" : {"e":[[],{}],"f":false},"g":"ü€😀"})";

TEST(JsonCursor, CallsEveryPrefixOfAnObjectTruncated) {
  const std::string_view text = kDocument;
  ASSERT_EQ(validateCopy(text), DecodeError::Ok);
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(validateCopy(text.substr(0, size)), DecodeError::Truncated) << size;
  }
}

TEST(JsonCursor, NeverLooksAtThePadding) {
  const std::string_view text = kDocument;
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(validate(PaddedText(text, size).text()), DecodeError::Truncated) << size;
  }
  for (const char padding : {'"', '}', ']', '7', ',', 'e', '\\', '\x80'}) {
    EXPECT_EQ(validate(PaddedText(text, padding).text()), DecodeError::Ok) << padding;
    EXPECT_EQ(validate(PaddedText("12", padding).text()), DecodeError::Ok) << padding;
  }
}

TEST(JsonCursor, RefusesWhatIsNoJson) {
  for (const char* text :
       {"{\"a\":1,}", "[1,]",      "[,1]",     "[1 2]", "{\"a\" 1}", "{a:1}",       "{1:2}",
        "nul!",       "NaN",       "Infinity", "-",     "01",        "1.",          ".5",
        "1e",         "+1",        "[1]x",     "'a'",   "\"\\x\"",   "\"\\u12g4\"", "\"\t\"",
        "[1}",        "{\"a\":1]", "tru",      "{}{}"}) {
    EXPECT_NE(validateCopy(text), DecodeError::Ok) << text;
  }
}

TEST(JsonCursor, RefusesInvalidUtf8) {
  for (const char* text :
       {"\"\x80\"", "\"\xc0\xaf\"", "\"\xc3\"", "\"\xed\xa0\x80\"", "\"\xf5\x80\x80\x80\"",
        "\"\xf0\x80\x80\x80\"", "\"\xe0\x80\x80\"", "\"\xf4\x90\x80\x80\"", "\xef\xbb\xbf{}"}) {
    EXPECT_NE(validateCopy(text), DecodeError::Ok) << text;
  }
  EXPECT_EQ(validateCopy("\"\xf4\x8f\xbf\xbf\xed\x9f\xbf\xc2\x80\""), DecodeError::Ok);
}

TEST(JsonCursor, LimitsTheDepth) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  EXPECT_EQ(validateCopy(nested(JsonCursor::kDepthMax)), DecodeError::Ok);
  EXPECT_EQ(validateCopy(nested(JsonCursor::kDepthMax + 1)), DecodeError::Malformed);
  EXPECT_EQ(validateCopy(std::string(1'000'000, '[')), DecodeError::Malformed);
}

TEST(JsonCursor, ReadsMembersAndElementsInOrder) {
  const PaddedText text(
      R"( { "id" : 7 , "names":["a","b\"c"], "on":true,"off":false,"none":null,"pu":{"x":1} } )");
  JsonCursor cursor(text.text());
  std::string seen;
  for (cursor.beginObject(); cursor.nextMember();) {
    switch (cursor.keyWord()) {
      case keyWord("id"):
        seen += cursor.number();
        break;
      case keyWord("names"):
        for (cursor.beginArray(); cursor.nextElement();)
          seen += std::string(cursor.string().raw) + ";";
        break;
      case keyWord("on"):
      case keyWord("off"):
        seen += cursor.boolean() ? "T" : "F";
        break;
      case keyWord("none"):
        seen += cursor.null() ? "N" : "?";
        break;
      default:
        seen += cursor.skipValue();
    }
  }
  EXPECT_EQ(cursor.finish(), DecodeError::Ok);
  EXPECT_EQ(seen, R"(7a;b\"c;TFN{"x":1})");
}

TEST(JsonCursor, KeepsTheKeyWhileAValueIsPassed) {
  const PaddedText text(R"({"outer":{"inner":{"deep":[1]}},"next":2})");
  JsonCursor cursor(text.text());
  ASSERT_TRUE(cursor.beginObject() && cursor.nextMember());
  EXPECT_EQ(cursor.skipValue(), R"({"inner":{"deep":[1]}})");
  EXPECT_TRUE(cursor.keyIs("outer"));
  ASSERT_TRUE(cursor.nextMember());
  EXPECT_TRUE(cursor.keyIs("next"));
}

TEST(JsonCursor, KnowsKeysThatAreWrittenWithEscapes) {
  const PaddedText text(R"({"\u0070\u0075":1,"last\u0055pdateId":2,"\ud83d":3})");
  JsonCursor cursor(text.text());
  ASSERT_TRUE(cursor.beginObject() && cursor.nextMember());
  EXPECT_EQ(cursor.keyWord(), keyWord("pu"));
  cursor.skipValue();
  ASSERT_TRUE(cursor.nextMember());
  EXPECT_EQ(cursor.keyWord(), 0U);
  EXPECT_TRUE(cursor.keyIs("lastUpdateId"));
  cursor.skipValue();
  ASSERT_TRUE(cursor.nextMember());
  EXPECT_EQ(cursor.keyWord(), 0U);
}

TEST(JsonCursor, FailsAtAValueOfAnotherType) {
  const PaddedText text(R"({"a":"1"})");
  const auto atValue = [&](auto read) {
    JsonCursor cursor(text.text());
    EXPECT_TRUE(cursor.beginObject() && cursor.nextMember());
    read(cursor);
    EXPECT_FALSE(cursor.nextMember());
    return cursor.finish();
  };
  EXPECT_EQ(atValue([](JsonCursor& cursor) { static_cast<void>(cursor.string()); }),
            DecodeError::Ok);
  EXPECT_EQ(atValue([](JsonCursor& cursor) { static_cast<void>(cursor.number()); }),
            DecodeError::Malformed);
  EXPECT_EQ(atValue([](JsonCursor& cursor) { cursor.boolean(); }), DecodeError::Malformed);
  EXPECT_EQ(atValue([](JsonCursor& cursor) { cursor.null(); }), DecodeError::Malformed);
  EXPECT_EQ(atValue([](JsonCursor& cursor) { cursor.beginObject(); }), DecodeError::Malformed);
  EXPECT_EQ(atValue([](JsonCursor& cursor) { cursor.beginArray(); }), DecodeError::Malformed);
}

TEST(JsonCursor, KeepsTheFirstError) {
  const PaddedText text("[1,2]");
  JsonCursor cursor(text.text());
  cursor.beginArray();
  cursor.fail(DecodeError::BadNumber);
  EXPECT_FALSE(cursor.nextElement());
  EXPECT_EQ(cursor.number(), "");
  EXPECT_EQ(cursor.finish(), DecodeError::BadNumber);
}

TEST(JsonCursor, EndsOnAnyBytes) {
  const std::uint64_t seed = 4;
  SCOPED_TRACE(seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200'000; ++round) {
    std::string text = kDocument;
    for (std::size_t flips = 1 + random() % 4; flips > 0; --flips) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const DecodeError error = validateCopy(text);
    ASSERT_EQ(error, validate(PaddedText(text, '"').text())) << text;
  }
}

std::string unescaped(std::string_view raw, std::size_t capacity) {
  std::vector<char> buffer(capacity);
  const auto text = unescape({raw, raw.find('\\') != std::string_view::npos}, buffer);
  if (text.error() == DecodeError::CapacityExceeded) return "(full)";
  return text.ok() ? std::string(text.value()) : "(malformed)";
}

TEST(Unescape, ResolvesEveryEscape) {
  EXPECT_EQ(unescaped(R"(plain)", 0), "plain");
  EXPECT_EQ(unescaped(R"(\"\\\/\b\f\n\r\t)", 64), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(unescaped(R"(\u0041\u00e9\u20AC\ud83d\ude00)", 64), "Aé€😀");
}

TEST(Unescape, RefusesLoneSurrogatesAndSmallBuffers) {
  EXPECT_EQ(unescaped(R"(\ud83d)", 64), "(malformed)");
  EXPECT_EQ(unescaped(R"(\ude00)", 64), "(malformed)");
  EXPECT_EQ(unescaped(R"(\ud83dxxxxxx)", 64), "(malformed)");
  EXPECT_EQ(unescaped(R"(\ud83d\u0041)", 64), "(malformed)");
  EXPECT_EQ(unescaped(R"(\u20AC)", 2), "(full)");
}

}  // namespace
}  // namespace hft::decode

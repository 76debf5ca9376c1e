#include "native/fix/dictionary/layout_cache.hpp"

#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/dictionary/validation.hpp"

namespace hft::fix {
namespace {

constexpr std::string_view kDictionary = R"(<fix type="FIX" major="4" minor="4">
  <header><field name="BeginString" required="Y"/><field name="BodyLength" required="Y"/>
    <field name="MsgType" required="Y"/></header>
  <messages><message name="Order" msgtype="D" msgcat="app">
    <field name="ClOrdID" required="Y"/><field name="Side" required="Y"/>
    <field name="Price" required="N"/><field name="ExecInst" required="N"/>
    <group name="NoParties" required="N"><field name="PartyID" required="Y"/>
      <group name="NoSubs" required="N"><field name="SubID" required="Y"/></group>
    </group></message></messages>
  <trailer><field name="CheckSum" required="Y"/></trailer>
  <components/>
  <fields><field number="8" name="BeginString" type="STRING"/>
    <field number="9" name="BodyLength" type="LENGTH"/>
    <field number="35" name="MsgType" type="STRING"/>
    <field number="10" name="CheckSum" type="STRING"/>
    <field number="11" name="ClOrdID" type="STRING"/>
    <field number="54" name="Side" type="CHAR"><value enum="1" description="BUY"/>
      <value enum="2" description="SELL"/></field>
    <field number="44" name="Price" type="PRICE"/>
    <field number="18" name="ExecInst" type="MULTIPLEVALUESTRING">
      <value enum="6" description="PASSIVE"/><value enum="G" description="AON"/></field>
    <field number="453" name="NoParties" type="INT"/>
    <field number="448" name="PartyID" type="STRING"/>
    <field number="802" name="NoSubs" type="NUMINGROUP"/>
    <field number="523" name="SubID" type="STRING"/></fields></fix>)";

class LayoutCacheTest : public ::testing::Test {
 protected:
  LayoutCacheTest() {
    const std::vector<DictionarySource> sources = {{"test", std::string(kDictionary)}};
    dictionary_ = loadDictionary(sources).dictionary;
  }

  FieldIndex scan(const std::string& body) {
    message_ = "8=FIX.4.4|9=1|35=D|" + body;
    unsigned sum = 0;
    for (char& c : message_) {
      if (c == '|') c = '\001';
      sum += static_cast<unsigned char>(c);
    }
    const std::string digits = std::to_string(1000 + sum % 256);
    message_ += "10=" + digits.substr(1) + "\001";
    FieldIndex index = storage_->index();
    const ScanError error = scanFields(message_, index).error;
    EXPECT_EQ(error, ScanError::Ok);
    return index;
  }
  bool learns(const std::string& body) {
    const FieldIndex index = scan(body);
    if (!validate(index, *dictionary_, options_).ok()) return false;
    cache_.learn(index, *dictionary_);
    return cache_.knows(index);
  }
  bool knows(const std::string& body) { return cache_.knows(scan(body)); }

  std::unique_ptr<const Dictionary> dictionary_;
  ValidationOptions options_;
  LayoutCache cache_;
  std::string message_;
  std::unique_ptr<FieldStorage<1024>> storage_ = std::make_unique<FieldStorage<1024>>();
};

TEST_F(LayoutCacheTest, KnowsALayoutWithOtherValuesThatFit) {
  ASSERT_NE(dictionary_, nullptr);
  EXPECT_FALSE(knows("11=a|54=1|44=10.5|"));
  ASSERT_TRUE(learns("11=a|54=1|44=10.5|"));
  EXPECT_TRUE(knows("11=other|54=2|44=11|"));
  EXPECT_FALSE(knows("11=a|54=3|44=10.5|"));
  EXPECT_FALSE(knows("11=a|54=12|44=10.5|"));
  EXPECT_FALSE(knows("11=a|54=1|44=ten|"));
  EXPECT_FALSE(knows("11=|54=1|44=10.5|"));
  EXPECT_FALSE(knows("54=1|11=a|44=10.5|"));
  EXPECT_FALSE(knows("11=a|54=1|"));
}

TEST_F(LayoutCacheTest, RemembersASoundValueOnlyWhole) {
  ASSERT_TRUE(learns("11=a|54=1|44=10.5|"));
  EXPECT_TRUE(knows("11=a|54=1|44=10.5|"));
  EXPECT_FALSE(knows("11=a|54=1|44=10.5x|"));
  EXPECT_TRUE(knows("11=a|54=1|44=00000000000010.50|"));
  EXPECT_FALSE(knows("11=a|54=1|44=00000000000010.5x|"));
  EXPECT_FALSE(knows("11=a|54=1|44=10x5|"));
}

TEST_F(LayoutCacheTest, ChecksSeveralValuesOfAField) {
  ASSERT_TRUE(learns("11=a|54=1|18=6 G|"));
  EXPECT_TRUE(knows("11=a|54=1|18=G|"));
  EXPECT_FALSE(knows("11=a|54=1|18=6 Z|"));
}

TEST_F(LayoutCacheTest, HoldsTheCountsOfGroupsToTheirEntries) {
  const std::string body = "11=a|54=1|453=2|448=x|802=1|523=s|448=y|";
  ASSERT_TRUE(learns(body));
  EXPECT_TRUE(knows("11=b|54=2|453=2|448=q|802=1|523=r|448=z|"));
  EXPECT_FALSE(knows("11=a|54=1|453=3|448=x|802=1|523=s|448=y|"));
  EXPECT_FALSE(knows("11=a|54=1|453=2|448=x|802=2|523=s|448=y|"));
}

TEST_F(LayoutCacheTest, KeepsTheNewestLayouts) {
  const std::string first = "11=a|54=1|44=1|";
  ASSERT_TRUE(learns(first));
  for (std::size_t parties = 1; parties <= LayoutCache::kLayoutsMax; ++parties) {
    std::string body = "11=a|54=1|453=" + std::to_string(parties) + "|";
    for (std::size_t at = 0; at < parties; ++at) body += "448=x|";
    ASSERT_TRUE(learns(body));
  }
  EXPECT_FALSE(knows(first));
  EXPECT_TRUE(knows("11=b|54=1|453=1|448=y|"));
}

TEST_F(LayoutCacheTest, NeverTakesWhatTheDictionaryRefuses) {
  constexpr std::array<std::string_view, 12> kFields = {"11=a|",  "54=1|",  "54=9|",  "44=1.5|",
                                                        "44=x|",  "18=6|",  "18=Q|",  "453=1|",
                                                        "453=2|", "448=p|", "802=1|", "523=s|"};
  std::mt19937 random(20260102);
  std::uniform_int_distribution<std::size_t> pick(0, kFields.size() - 1);
  std::uniform_int_distribution<std::size_t> length(2, 7);
  std::size_t known = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string body = "11=a|54=1|";
    for (std::size_t left = length(random); left > 0; --left) body += kFields[pick(random)];
    const FieldIndex index = scan(body);
    const bool isSound = validate(index, *dictionary_, options_).ok();
    if (cache_.knows(index)) {
      ++known;
      ASSERT_TRUE(isSound) << message_;
    } else if (isSound) {
      cache_.learn(index, *dictionary_);
    }
  }
  EXPECT_GT(known, 100U);
}

}  // namespace
}  // namespace hft::fix

#include "native/fix/dictionary/dictionary.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/dictionary/validation.hpp"
#include "native/fix/dictionary/xml_tree.hpp"
#include "test/native/fix/codec_samples.hpp"

namespace hft::fix {
namespace {

using test::fixText;
using test::seal;

constexpr const char* kSmall = R"(<?xml version="1.0"?>
<!-- a small version -->
<fix type="FIX" major="4" minor="4">
  <header>
    <field name="BeginString" required="Y"/>
    <field name="BodyLength" required="Y"/>
    <field name="MsgType" required="Y"/>
    <field name="MsgSeqNum" required="N"/>
  </header>
  <messages>
    <message name="Order" msgtype="D" msgcat="app">
      <field name="ClOrdID" required="Y"/>
      <field name="Side" required="N"/>
      <field name="OrderQty" required="N"/>
      <field name="ExecInst" required="N"/>
      <field name="PossFlag" required="N"/>
      <field name="TransactTime" required="N"/>
      <component name="Parties" required="N"/>
    </message>
    <message name="Heartbeat" msgtype="0" msgcat="admin"/>
  </messages>
  <trailer><field name="CheckSum" required="Y"/></trailer>
  <components>
    <component name="Parties">
      <group name="NoPartyIDs" required="N">
        <field name="PartyID" required="Y"/>
        <field name="PartyRole" required="N"/>
        <group name="NoSubs" required="N"><field name="SubID" required="N"/></group>
      </group>
    </component>
  </components>
  <fields>
    <field number="8" name="BeginString" type="STRING"/>
    <field number="9" name="BodyLength" type="LENGTH"/>
    <field number="10" name="CheckSum" type="STRING"/>
    <field number="11" name="ClOrdID" type="STRING"/>
    <field number="18" name="ExecInst" type="MULTIPLEVALUESTRING">
      <value enum="6" description="POST"/><value enum="G" description="AON &amp; more"/>
    </field>
    <field number="34" name="MsgSeqNum" type="SEQNUM"/>
    <field number="35" name="MsgType" type="STRING"/>
    <field number="38" name="OrderQty" type="QTY"/>
    <field number="43" name="PossFlag" type="BOOLEAN"/>
    <field number="54" name="Side" type="CHAR">
      <value enum="2" description="SELL"/><value enum="1" description="BUY"/>
    </field>
    <field number="60" name="TransactTime" type="UTCTIMESTAMP"/>
    <field number="99" name="StopPx" type="PRICE"/>
    <field number="447" name="SubID" type="STRING"/>
    <field number="448" name="PartyID" type="STRING"/>
    <field number="452" name="PartyRole" type="INT"/>
    <field number="453" name="NoPartyIDs" type="NUMINGROUP"/>
    <field number="802" name="NoSubs" type="NUMINGROUP"/>
  </fields>
</fix>)";

std::unique_ptr<const Dictionary> load(std::vector<std::string> texts) {
  std::vector<DictionarySource> sources;
  for (std::string& text : texts) sources.push_back({"test.xml", std::move(text)});
  DictionaryLoad loaded = loadDictionary(sources);
  EXPECT_TRUE(loaded.dictionary) << loaded.fault.line << ": " << loaded.fault.what;
  return std::move(loaded.dictionary);
}

struct Case {
  const char* body;
  SessionRejectReason reason;
  std::uint32_t tag;
};

void expectViolations(const Dictionary& dictionary, const ValidationOptions& options,
                      const std::vector<Case>& cases) {
  FieldStorage<64> storage;
  FieldIndex index = storage.index();
  for (const Case& entry : cases) {
    const std::string message = seal("FIX.4.4", fixText(entry.body));
    ASSERT_EQ(scanFields(message, index).error, ScanError::Ok) << entry.body;
    const Violation violation = validate(index, dictionary, options);
    EXPECT_EQ(violation.reason, entry.reason) << entry.body;
    EXPECT_EQ(violation.refTagID, entry.tag) << entry.body;
  }
}

TEST(FixDictionary, ReadsFieldsMessagesAndGroups) {
  const auto dictionary = load({kSmall});
  EXPECT_EQ(dictionary->beginString(), "FIX.4.4");
  EXPECT_EQ(dictionary->field(54)->valueOf("2")->description, "SELL");
  EXPECT_EQ(dictionary->field(18)->valueOf("G")->description, "AON & more");
  EXPECT_EQ(dictionary->field("PartyID")->tag, 448U);
  EXPECT_EQ(dictionary->field(1), nullptr);
  const MessageDefinition* order = dictionary->message("D");
  ASSERT_NE(order, nullptr);
  EXPECT_TRUE(dictionary->message("0")->isAdmin);
  EXPECT_EQ(dictionary->message("E"), nullptr);
  const Structure& body = dictionary->structure(order->structure);
  const Member* parties = body.find(453);
  ASSERT_NE(parties, nullptr);
  const Structure& entry = dictionary->structure(parties->group);
  EXPECT_EQ(entry.members.front().tag, 448U);
  EXPECT_NE(entry.find(802)->group, kNoGroup);
}

TEST(FixDictionary, ExtensionsAddFieldsValuesMembersAndMessages) {
  const auto dictionary = load({kSmall, R"(<fix major="4" minor="4">
    <header><field name="Nonce" required="N"/></header>
    <messages>
      <message name="Order" msgtype="D" msgcat="app">
        <field name="Window" required="N"/>
        <group name="NoPartyIDs" required="N"><field name="Window" required="N"/></group>
      </message>
      <message name="Own" msgtype="XX" msgcat="app"><field name="Window" required="Y"/></message>
    </messages>
    <fields>
      <field number="25000" name="Window" type="INT"/>
      <field number="5025" name="Nonce" type="STRING"/>
      <field number="54" name="Side" type="CHAR"><value enum="5" description="SHORT"/></field>
    </fields></fix>)"});
  EXPECT_EQ(dictionary->field(54)->values.size(), 3U);
  EXPECT_NE(dictionary->header().find(5025), nullptr);
  const Structure& body = dictionary->structure(dictionary->message("D")->structure);
  EXPECT_NE(body.find(25000), nullptr);
  EXPECT_NE(dictionary->structure(body.find(453)->group).find(25000), nullptr);
  EXPECT_EQ(dictionary->message("XX")->name, "Own");
}

TEST(FixDictionary, WritesItselfAsOneFileThatReadsTheSame) {
  const auto dictionary = load({kSmall});
  const std::string xml = dictionary->toXml();
  EXPECT_EQ(load({xml})->toXml(), xml);
}

TEST(FixDictionary, NamesFaultsWithFileAndLine) {
  struct Fault {
    const char* text;
    std::uint32_t line;
    const char* what;
  };
  for (const Fault fault :
       {Fault{"<fix major='4' minor='4'>\n<header>", 2, "not well-formed"},
        {"<other/>", 1, "root"},
        {"<fix major='4'/>", 1, "minor"},
        {"<fix major='4' minor='4'>\n<fields><field number='x' name='A'/></fields></fix>", 2,
         "number"},
        {"<fix major='4' minor='4'>\n<header>\n<field name='A'/></header></fix>", 3, "'A'"},
        {"<fix major='4' minor='4'><header>\n<component name='C'/></header></fix>", 2, "'C'"},
        {"<fix major='4' minor='4'><messages>\n<message name='M'/></messages></fix>", 2, "msgtype"},
        {"<fix major='4' minor='4'><header><component name='C'/></header><components>\n"
         "<component name='C'><component name='C'/></component></components></fix>",
         2, "circle"},
        {"<fix a='&unknown;'/>", 1, "entity"}}) {
    const std::vector<DictionarySource> sources{{"venue.xml", fault.text}};
    const DictionaryLoad loaded = loadDictionary(sources);
    EXPECT_EQ(loaded.dictionary, nullptr) << fault.text;
    EXPECT_EQ(loaded.fault.source, "venue.xml");
    EXPECT_EQ(loaded.fault.line, fault.line) << fault.text;
    EXPECT_NE(loaded.fault.what.find(fault.what), std::string::npos) << loaded.fault.what;
  }
}

TEST(FixXml, RefusesDepthWithoutEnd) {
  std::string text;
  for (int depth = 0; depth < 100; ++depth) text += "<a>";
  EXPECT_EQ(readXml(text).error, XmlError::TooDeep);
  EXPECT_EQ(readXml("<a b='1' b='2'/>").error, XmlError::Syntax);
  EXPECT_EQ(readXml("<a/><b/>").error, XmlError::Syntax);
  EXPECT_EQ(readXml("").error, XmlError::Syntax);
}

TEST(FixValidation, TellsEveryReason) {
  using enum SessionRejectReason;
  const auto dictionary = load({kSmall});
  expectViolations(*dictionary, {},
                   {{"35=D|11=a|", None, 0},
                    {"35=D|11=a|54=1|38=1.5|18=6 G|43=Y|60=20240115-10:20:31|", None, 0},
                    {"35=D|11=a|453=2|448=x|452=1|802=2|447=s|447=t|448=y|", None, 0},
                    {"35=D|11=a|453=0|", None, 0},
                    {"35=0|", None, 0},
                    {"35=D|54=1|", RequiredTagMissing, 11},
                    {"35=D|11=a|77=x|", InvalidTagNumber, 77},
                    {"35=D|11=a|5001=x|", InvalidTagNumber, 5001},
                    {"35=D|11=a|99=1|", TagNotDefinedForMessage, 99},
                    {"35=D|11=|", TagWithoutValue, 11},
                    {"35=D|11=a|54=3|", ValueIncorrect, 54},
                    {"35=D|11=a|18=6 X|", ValueIncorrect, 18},
                    {"35=D|11=a|38=1e5|", IncorrectDataFormat, 38},
                    {"35=D|11=a|54=12|", IncorrectDataFormat, 54},
                    {"35=D|11=a|43=y|", IncorrectDataFormat, 43},
                    {"35=D|11=a|60=20240115|", IncorrectDataFormat, 60},
                    {"35=E|11=a|", InvalidMsgType, 35},
                    {"35=D|11=a|11=b|", TagAppearsMoreThanOnce, 11},
                    {"35=D|11=a|34=2|", TagOutOfOrder, 34},
                    {"35=D|11=a|453=1|452=1|448=x|", GroupFieldsOutOfOrder, 452},
                    {"35=D|11=a|453=2|448=x|", IncorrectNumInGroup, 453},
                    {"35=D|11=a|453=1|448=x|448=y|", IncorrectNumInGroup, 453},
                    {"35=D|11=a|453=1|448=x|802=1|", IncorrectNumInGroup, 802},
                    {"35=D|11=a|453=1|448=x|452=1|452=2|", TagAppearsMoreThanOnce, 452}});
}

TEST(FixValidation, KeepsToItsSwitches) {
  using enum SessionRejectReason;
  const auto dictionary = load({kSmall});
  ValidationOptions options;
  options.checkUserDefinedFields = false;
  expectViolations(*dictionary, options,
                   {{"35=D|11=a|5001=x|", None, 0}, {"35=D|11=a|77=x|", InvalidTagNumber, 77}});
  options = {};
  options.allowUnknownFields = true;
  expectViolations(*dictionary, options,
                   {{"35=D|11=a|77=x|99=1|", None, 0}, {"35=D|77=x|", RequiredTagMissing, 11}});
  options = {};
  options.checkFieldsHaveValues = false;
  expectViolations(*dictionary, options, {{"35=D|11=|", None, 0}});
  options = {};
  options.checkFieldsOutOfOrder = false;
  expectViolations(*dictionary, options, {{"35=D|11=a|34=2|", None, 0}});
}

}  // namespace
}  // namespace hft::fix

#include "native/decode/itch/itch.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "native/decode/itch/itch_framing.hpp"
#include "native/decode/itch/itch_mold.hpp"
#include "native/decode/itch/itch_soup.hpp"
#include "test/native/decode/itch_hex.hpp"

namespace hft::decode::itch {
namespace {

using test::fromHex;

/// Keeps the one message that it is made for.
template <typename Wanted>
struct Catch {
  std::vector<Wanted> found;
  void operator()(const Wanted& message) { found.push_back(message); }
  template <typename Other>
  void operator()(const Other&) {}
};

template <typename Wanted>
Wanted decodeAs(std::string_view hex) {
  const auto bytes = fromHex(hex);
  Catch<Wanted> visitor;
  EXPECT_EQ(decodeMessage(bytes.data(), bytes.size(), visitor), Decoded::Known);
  EXPECT_EQ(visitor.found.size(), 1U);
  return visitor.found.at(0);
}

/// Notes the types in order.
struct TypeLog {
  std::string types;
  template <typename Message>
  void operator()(const Message&) {
    types.push_back(Message::kType);
  }
};

TEST(Itch, DecodesASystemEvent) {
  const auto message = decodeAs<SystemEvent>(test::kSystemEventHex);
  EXPECT_EQ(message.prefix.stockLocate, 0);
  EXPECT_EQ(message.prefix.timestamp, 11202475298710U);
  EXPECT_EQ(message.eventCode, 'O');
}

TEST(Itch, DecodesAnAddOrder) {
  const auto message = decodeAs<AddOrder>(test::kAddOrderHex);
  EXPECT_EQ(message.prefix.stockLocate, 2);
  EXPECT_EQ(message.prefix.trackingNumber, 0);
  EXPECT_EQ(message.prefix.timestamp, 31139052372053U);
  EXPECT_EQ(message.orderRef, 0U);
  EXPECT_EQ(message.side, 'B');
  EXPECT_EQ(message.shares, 1000U);
  EXPECT_EQ(message.stock.view(), "BOB");
  EXPECT_EQ(message.price, 53167U);
}

TEST(Itch, DecodesAnAddOrderWithParticipant) {
  const auto message = decodeAs<AddOrderMpid>(test::kAddOrderMpidHex);
  EXPECT_EQ(message.orderRef, 84836U);
  EXPECT_EQ(message.shares, 100U);
  EXPECT_EQ(message.price, 52917U);
  EXPECT_EQ(message.attribution.view(), "VIRT");
}

TEST(Itch, DecodesAnExecution) {
  const auto message = decodeAs<OrderExecuted>(test::kOrderExecutedHex);
  EXPECT_EQ(message.prefix.trackingNumber, 2);
  EXPECT_EQ(message.orderRef, 87020U);
  EXPECT_EQ(message.executedShares, 1220U);
  EXPECT_EQ(message.matchNumber, 18049U);
}

TEST(Itch, DecodesAReplace) {
  const auto message = decodeAs<OrderReplace>(test::kOrderReplaceHex);
  EXPECT_EQ(message.originalRef, 3735040U);
  EXPECT_EQ(message.newRef, 3831915U);
  EXPECT_EQ(message.shares, 100U);
  EXPECT_EQ(message.price, 55917U);
}

TEST(Itch, DecodesCancelDeleteAndTrade) {
  EXPECT_EQ(decodeAs<OrderCancel>(test::kOrderCancelHex).orderRef, 4200868U);
  EXPECT_EQ(decodeAs<OrderCancel>(test::kOrderCancelHex).cancelledShares, 100U);
  EXPECT_EQ(decodeAs<OrderDelete>(test::kOrderDeleteHex).orderRef, 84836U);
  const auto trade = decodeAs<Trade>(test::kTradeHex);
  EXPECT_EQ(trade.shares, 200U);
  EXPECT_EQ(trade.price, 53333U);
  EXPECT_EQ(trade.matchNumber, 19447U);
}

/// A message whose bytes after the prefix count up, so that a field at a wrong offset shows.
template <typename Message>
Message decodeCounting() {
  std::vector<std::uint8_t> bytes(Message::kBytes);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i);
  bytes[0] = static_cast<std::uint8_t>(Message::kType);
  Catch<Message> visitor;
  EXPECT_EQ(decodeMessage(bytes.data(), bytes.size(), visitor), Decoded::Known);
  return visitor.found.at(0);
}

char c(int offset) { return static_cast<char>(offset); }

template <std::size_t N>
int firstByte(const Text<N>& text) {
  return text.bytes[0];
}

TEST(Itch, ReadsStockMessagesAtTheOffsetsOfTheSpecification) {
  const auto r = decodeCounting<StockDirectory>();
  EXPECT_EQ(firstByte(r.stock), 11);
  EXPECT_EQ(std::tuple(r.marketCategory, r.financialStatus, r.roundLotSize, r.roundLotsOnly),
            std::tuple(c(19), c(20), 0x15161718U, c(25)));
  EXPECT_EQ(std::tuple(r.issueClassification, firstByte(r.issueSubType), r.authenticity),
            std::tuple(c(26), 27, c(29)));
  EXPECT_EQ(std::tuple(r.shortSaleThreshold, r.ipoFlag, r.luldTier, r.etpFlag, r.etpLeverage),
            std::tuple(c(30), c(31), c(32), c(33), 0x22232425U));
  EXPECT_EQ(r.inverse, c(38));
  const auto h = decodeCounting<TradingAction>();
  EXPECT_EQ(std::tuple(firstByte(h.stock), h.state, h.reserved, firstByte(h.reason)),
            std::tuple(11, c(19), c(20), 21));
  EXPECT_EQ(decodeCounting<RegSho>().action, c(19));
  const auto l = decodeCounting<MarketParticipantPosition>();
  EXPECT_EQ(std::tuple(firstByte(l.mpid), firstByte(l.stock)), std::tuple(11, 15));
  EXPECT_EQ(std::tuple(l.primaryMarketMaker, l.marketMakerMode, l.participantState),
            std::tuple(c(23), c(24), c(25)));
  const auto halt = decodeCounting<OperationalHalt>();
  EXPECT_EQ(std::tuple(halt.marketCode, halt.action), std::tuple(c(19), c(20)));
}

TEST(Itch, ReadsMarketMessagesAtTheOffsetsOfTheSpecification) {
  const auto v = decodeCounting<MwcbDeclineLevels>();
  EXPECT_EQ(std::tuple(v.level1, v.level2, v.level3),
            std::tuple(0x0b0c0d0e0f101112U, 0x131415161718191aU, 0x1b1c1d1e1f202122U));
  EXPECT_EQ(decodeCounting<MwcbStatus>().breachedLevel, c(11));
  const auto k = decodeCounting<IpoQuoting>();
  EXPECT_EQ(std::tuple(k.releaseTime, k.releaseQualifier, k.ipoPrice),
            std::tuple(0x13141516U, c(23), 0x18191a1bU));
  const auto j = decodeCounting<LuldAuctionCollar>();
  EXPECT_EQ(std::tuple(j.referencePrice, j.upperPrice, j.lowerPrice, j.extension),
            std::tuple(0x13141516U, 0x1718191aU, 0x1b1c1d1eU, 0x1f202122U));
  const auto o = decodeCounting<DirectListing>();
  EXPECT_EQ(std::tuple(o.openEligible, o.minPrice, o.maxPrice, o.nearExecutionPrice),
            std::tuple(c(19), 0x14151617U, 0x18191a1bU, 0x1c1d1e1fU));
  EXPECT_EQ(std::tuple(o.nearExecutionTime, o.lowerCollar, o.upperCollar),
            std::tuple(0x2021222324252627U, 0x28292a2bU, 0x2c2d2e2fU));
}

TEST(Itch, ReadsTradeAndAuctionMessagesAtTheOffsetsOfTheSpecification) {
  const auto e = decodeCounting<OrderExecutedWithPrice>();
  EXPECT_EQ(std::tuple(e.orderRef, e.executedShares, e.matchNumber),
            std::tuple(0x0b0c0d0e0f101112U, 0x13141516U, 0x1718191a1b1c1d1eU));
  EXPECT_EQ(std::tuple(e.printable, e.executionPrice), std::tuple(c(31), 0x20212223U));
  const auto q = decodeCounting<CrossTrade>();
  EXPECT_EQ(std::tuple(q.shares, firstByte(q.stock), q.crossPrice, q.matchNumber, q.crossType),
            std::tuple(0x0b0c0d0e0f101112U, 19, 0x1b1c1d1eU, 0x1f20212223242526U, c(39)));
  EXPECT_EQ(decodeCounting<BrokenTrade>().matchNumber, 0x0b0c0d0e0f101112U);
  const auto i = decodeCounting<Noii>();
  EXPECT_EQ(std::tuple(i.pairedShares, i.imbalanceShares, i.imbalanceDirection),
            std::tuple(0x0b0c0d0e0f101112U, 0x131415161718191aU, c(27)));
  EXPECT_EQ(std::tuple(firstByte(i.stock), i.farPrice, i.nearPrice, i.referencePrice),
            std::tuple(28, 0x24252627U, 0x28292a2bU, 0x2c2d2e2fU));
  EXPECT_EQ(std::tuple(i.crossType, i.priceVariation), std::tuple(c(48), c(49)));
  EXPECT_EQ(decodeCounting<RetailInterest>().interest, c(19));
}

TEST(Itch, KnowsTheLengthOfEveryType) {
  const std::pair<char, std::size_t> lengths[] = {
      {'S', 12}, {'R', 39}, {'H', 25}, {'Y', 20}, {'L', 26}, {'V', 35}, {'W', 12}, {'K', 28},
      {'J', 35}, {'h', 21}, {'A', 36}, {'F', 40}, {'E', 31}, {'C', 36}, {'X', 23}, {'D', 19},
      {'U', 35}, {'P', 44}, {'Q', 40}, {'B', 19}, {'I', 50}, {'N', 20}, {'O', 48}};
  std::size_t known = 0;
  for (int type = -128; type < 128; ++type) {
    if (messageBytes(static_cast<char>(type)) != kUnknownBytes) ++known;
  }
  EXPECT_EQ(known, std::size(lengths));
  for (const auto& [type, bytes] : lengths) EXPECT_EQ(messageBytes(type), bytes) << type;
}

TEST(Itch, RefusesAMessageThatIsTooShortForItsType) {
  const auto bytes = fromHex(test::kOrderDeleteHex);
  TypeLog log;
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    // An exact copy, so that the address sanitizer sees any read beyond it.
    const auto exact = std::make_unique<std::uint8_t[]>(length);
    std::copy_n(bytes.data(), length, exact.get());
    EXPECT_EQ(decodeMessage(exact.get(), length, log), Decoded::TooShort);
  }
  EXPECT_EQ(log.types, "");
}

TEST(ItchFile, ReadsEveryMessageInOrder) {
  const auto file = test::sheetFile();
  TypeLog log;
  const FramingResult result = readFile(file, log);
  EXPECT_EQ(result.error, FramingError::Ok);
  EXPECT_EQ(result.position, file.size());
  EXPECT_EQ(result.messages, 8U);
  EXPECT_EQ(log.types, "SAFEUXDP");
}

TEST(ItchFile, FallsBackToTheTypesLengthWhereThePrefixIsZero) {
  std::vector<std::uint8_t> file;
  for (const auto hex : test::kSheetMessagesHex) {
    file.insert(file.end(), {0, 0});
    const auto message = fromHex(hex);
    file.insert(file.end(), message.begin(), message.end());
  }
  TypeLog log;
  EXPECT_EQ(readFile(file, log).error, FramingError::Ok);
  EXPECT_EQ(log.types, "SAFEUXDP");
}

TEST(ItchFile, SkipsAndCountsUnknownTypes) {
  std::vector<std::uint8_t> file;
  test::appendFramed(file, fromHex("7a0102030405"));
  test::appendFramed(file, fromHex(test::kOrderDeleteHex));
  TypeLog log;
  const FramingResult result = readFile(file, log);
  EXPECT_EQ(result.error, FramingError::Ok);
  EXPECT_EQ(result.unknownCount, 1U);
  EXPECT_EQ(log.types, "D");
}

TEST(ItchFile, IgnoresFieldsThatALaterVersionAppends) {
  std::vector<std::uint8_t> file;
  auto longer = fromHex(test::kOrderDeleteHex);
  longer.insert(longer.end(), {9, 9, 9});
  test::appendFramed(file, longer);
  test::appendFramed(file, fromHex(test::kSystemEventHex));
  TypeLog log;
  EXPECT_EQ(readFile(file, log).error, FramingError::Ok);
  EXPECT_EQ(log.types, "DS");
}

TEST(ItchFile, NamesThePositionOfWhatIsWrong) {
  std::vector<std::uint8_t> file;
  test::appendFramed(file, fromHex(test::kSystemEventHex));
  const std::size_t position = file.size();
  auto shortened = fromHex(test::kOrderDeleteHex);
  shortened.pop_back();
  test::appendFramed(file, shortened);
  TypeLog log;
  EXPECT_EQ(readFile(file, log).error, FramingError::TooShort);
  EXPECT_EQ(readFile(file, log).position, position);

  file.resize(position);
  file.insert(file.end(), {0, 0, 'z', 1});
  EXPECT_EQ(readFile(file, log).error, FramingError::UnknownLength);
  EXPECT_EQ(readFile(file, log).position, position);
}

TEST(ItchFile, ReadsNothingBeyondATruncatedEnd) {
  const auto file = test::sheetFile();
  for (std::size_t length = 0; length < file.size(); ++length) {
    const auto exact = std::make_unique<std::uint8_t[]>(length);
    std::copy_n(file.data(), length, exact.get());
    TypeLog log;
    const FramingResult result = readFile({exact.get(), length}, log);
    EXPECT_LE(result.position, length);
    EXPECT_EQ(result.error, result.position == length ? FramingError::Ok : FramingError::Truncated);
  }
}

TEST(ItchFile, GivesTheSameMessagesWhereverItsChunksEnd) {
  const auto file = test::sheetFile();
  for (std::size_t first = 0; first <= file.size(); ++first) {
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, file.size()}) {
      FileReader reader;
      TypeLog log;
      std::uint64_t messages = 0;
      std::size_t at = 0;
      for (std::size_t next = first; at < file.size() || next == 0; next = step) {
        const std::size_t part = std::min(next, file.size() - at);
        const FramingResult result = reader.read(std::span(file).subspan(at, part), log);
        ASSERT_EQ(result.error, FramingError::Ok);
        messages += result.messages;
        at += part;
      }
      ASSERT_EQ(log.types, "SAFEUXDP") << "first chunk " << first << ", step " << step;
      ASSERT_EQ(messages, 8U);
      ASSERT_EQ(reader.finish(), FramingError::Ok);
    }
  }
}

TEST(ItchFile, SaysWhenItEndsInsideAMessage) {
  auto file = test::sheetFile();
  file.pop_back();
  FileReader reader;
  TypeLog log;
  EXPECT_EQ(reader.read(file, log).error, FramingError::Ok);
  EXPECT_EQ(reader.finish(), FramingError::Truncated);
}

TEST(ItchFile, ReportsAnErrorInsideASharedMessage) {
  const auto file = fromHex("0005 4401020304 000c");
  FileReader reader;
  TypeLog log;
  EXPECT_EQ(reader.read(std::span(file).first(4), log).error, FramingError::Ok);
  const FramingResult result = reader.read(std::span(file).subspan(4), log);
  EXPECT_EQ(result.error, FramingError::TooShort);
  EXPECT_EQ(result.position, 0U);
}

std::vector<std::uint8_t> moldPacket(std::uint64_t sequence, std::vector<std::string_view> hexes,
                                     std::string_view session = "000000000A") {
  std::vector<std::uint8_t> packet(session.begin(), session.end());
  for (int shift = 56; shift >= 0; shift -= 8) {
    packet.push_back(static_cast<std::uint8_t>(sequence >> shift));
  }
  packet.push_back(0);
  packet.push_back(static_cast<std::uint8_t>(hexes.size()));
  for (const auto hex : hexes) test::appendFramed(packet, fromHex(hex));
  return packet;
}

TEST(MoldReader, ReadsThePacketOfTheProtocolSheet) {
  auto packet = fromHex("30303030303030303041 0000000000000001 0001 0024");
  const auto add = fromHex(test::kAddOrderHex);
  packet.insert(packet.end(), add.begin(), add.end());
  ASSERT_EQ(packet.size(), 58U);
  MoldReader reader(1);
  TypeLog log;
  const MoldResult result = reader.read(packet, log);
  EXPECT_EQ(result.error, FramingError::Ok);
  EXPECT_EQ(result.lostCount, 0U);
  EXPECT_EQ(log.types, "A");
  EXPECT_EQ(reader.expected(), 2U);
}

TEST(MoldReader, ReportsAGapAndGoesOn) {
  MoldReader reader(1);
  TypeLog log;
  EXPECT_EQ(reader.read(moldPacket(4, {test::kOrderDeleteHex}), log).lostCount, 3U);
  EXPECT_EQ(reader.read(moldPacket(5, {test::kOrderCancelHex}), log).lostCount, 0U);
  EXPECT_EQ(log.types, "DX");
}

TEST(MoldReader, SeesAGapInAHeartbeat) {
  MoldReader reader(1);
  TypeLog log;
  EXPECT_EQ(reader.read(moldPacket(1, {}), log).lostCount, 0U);
  EXPECT_EQ(reader.read(moldPacket(3, {}), log).lostCount, 2U);
}

TEST(MoldReader, DropsWhatTheOtherLineBroughtBefore) {
  MoldReader reader(1);
  TypeLog log;
  EXPECT_EQ(
      reader.read(moldPacket(1, {test::kOrderDeleteHex, test::kOrderCancelHex}), log).messages, 2U);
  const MoldResult again =
      reader.read(moldPacket(2, {test::kOrderCancelHex, test::kAddOrderHex}), log);
  EXPECT_EQ(again.duplicateCount, 1U);
  EXPECT_EQ(again.messages, 1U);
  EXPECT_EQ(log.types, "DXA");
}

TEST(MoldReader, StartsAfreshInAnotherSession) {
  MoldReader reader(1);
  TypeLog log;
  static_cast<void>(reader.read(moldPacket(1, {test::kOrderDeleteHex}), log));
  const MoldResult result = reader.read(moldPacket(1, {test::kOrderCancelHex}, "000000000B"), log);
  EXPECT_TRUE(result.isNewSession);
  EXPECT_EQ(log.types, "DX");
}

TEST(MoldReader, KnowsTheEndOfASession) {
  auto packet = moldPacket(1, {});
  packet[18] = packet[19] = 0xff;
  MoldReader reader(1);
  TypeLog log;
  EXPECT_TRUE(reader.read(packet, log).isEndOfSession);
}

TEST(MoldReader, HandsOnNothingOfADamagedPacket) {
  const auto packet = moldPacket(1, {test::kOrderDeleteHex, test::kOrderCancelHex});
  for (std::size_t length = 0; length < packet.size(); ++length) {
    const auto exact = std::make_unique<std::uint8_t[]>(length);
    std::copy_n(packet.data(), length, exact.get());
    MoldReader reader(1);
    TypeLog log;
    EXPECT_NE(reader.read({exact.get(), length}, log).error, FramingError::Ok);
    EXPECT_EQ(log.types, "");
    EXPECT_EQ(reader.expected(), 1U);
  }
  auto longer = packet;
  longer.push_back(0);
  MoldReader reader(1);
  TypeLog log;
  EXPECT_EQ(reader.read(longer, log).error, FramingError::Malformed);
}

TEST(MoldReader, RefusesASequenceThatWrapsAround) {
  MoldReader reader(1);
  TypeLog log;
  const auto packet = moldPacket(0xffffffffffffffffULL, {test::kOrderDeleteHex});
  EXPECT_EQ(reader.read(packet, log).error, FramingError::Malformed);
}

void appendSoup(std::vector<std::uint8_t>& out, char type, std::string_view hex) {
  std::vector<std::uint8_t> packet{static_cast<std::uint8_t>(type)};
  const auto payload = fromHex(hex);
  packet.insert(packet.end(), payload.begin(), payload.end());
  test::appendFramed(out, packet);
}

void appendLogin(std::vector<std::uint8_t>& out, std::string_view sequence) {
  std::string payload = "A0123456789" + std::string(20 - sequence.size(), ' ');
  payload += sequence;
  test::appendFramed(out, {payload.begin(), payload.end()});
}

TEST(SoupReader, CountsSequencedMessagesFromTheLogin) {
  std::vector<std::uint8_t> bytes;
  appendLogin(bytes, "17");
  appendSoup(bytes, 'H', "");
  appendSoup(bytes, 'S', test::kOrderDeleteHex);
  appendSoup(bytes, '+', "4142");
  appendSoup(bytes, 'S', test::kOrderCancelHex);
  appendSoup(bytes, 'Z', "");
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    SoupReader reader;
    TypeLog log;
    SoupResult first = reader.read(std::span(bytes).first(split), log);
    SoupResult second = reader.read(std::span(bytes).subspan(split), log);
    ASSERT_EQ(log.types, "DX") << "split at " << split;
    ASSERT_EQ(reader.expected(), 19U);
    ASSERT_EQ(first.heartbeatCount + second.heartbeatCount, 1U);
    ASSERT_EQ(first.otherPacketCount + second.otherPacketCount, 1U);
    ASSERT_TRUE(first.isLoggedIn || second.isLoggedIn);
    ASSERT_TRUE(first.isEndOfSession || second.isEndOfSession);
    ASSERT_EQ(second.position, bytes.size());
  }
}

TEST(SoupReader, DropsWhatIsRepeatedAfterAReconnect) {
  std::vector<std::uint8_t> bytes;
  appendLogin(bytes, "1");
  appendSoup(bytes, 'S', test::kOrderDeleteHex);
  SoupReader reader;
  TypeLog log;
  static_cast<void>(reader.read(bytes, log));
  reader.disconnect();
  appendSoup(bytes, 'S', test::kOrderCancelHex);
  const SoupResult result = reader.read(bytes, log);
  EXPECT_EQ(result.duplicateCount, 1U);
  EXPECT_EQ(log.types, "DX");
}

TEST(SoupReader, ReportsWhatTheVenueDoesNotRepeat) {
  std::vector<std::uint8_t> bytes;
  appendLogin(bytes, "1");
  appendSoup(bytes, 'S', test::kOrderDeleteHex);
  appendLogin(bytes, "5");
  SoupReader reader;
  TypeLog log;
  EXPECT_EQ(reader.read(bytes, log).lostCount, 3U);
}

TEST(SoupReader, NamesTheReasonOfARefusedLogin) {
  std::vector<std::uint8_t> bytes;
  appendSoup(bytes, 'J', "41");
  SoupReader reader;
  TypeLog log;
  EXPECT_EQ(reader.read(bytes, log).rejectReason, 'A');
}

TEST(SoupReader, RefusesPacketsThatContradictThemselves) {
  TypeLog log;
  SoupReader empty;
  EXPECT_EQ(empty.read(fromHex("0000 48"), log).error, FramingError::Malformed);
  std::vector<std::uint8_t> badLogin;
  appendLogin(badLogin, "1x");
  SoupReader login;
  EXPECT_EQ(login.read(badLogin, log).error, FramingError::Malformed);
  std::vector<std::uint8_t> shortMessage;
  appendSoup(shortMessage, 'S', "440102");
  SoupReader message;
  EXPECT_EQ(message.read(shortMessage, log).error, FramingError::TooShort);
}

}  // namespace
}  // namespace hft::decode::itch

#include "native/book/sync/checksum.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

namespace hft::book {
namespace {

constexpr Scale kScale{.priceDecimals = 1, .qtyDecimals = 8, .priceDigits = 1, .qtyDigits = 8};

/// The text of a number as the venue prints it, then stripped as the venue's rule says.
std::string digitsOf(std::int64_t units, unsigned decimals, unsigned printed) {
  const std::string whole = std::to_string(units);
  std::string text;
  for (std::size_t size = whole.size(); size < decimals + 1; ++size) text.push_back('0');
  text.append(whole);
  const std::size_t point = text.size() - decimals;
  std::string stripped;
  for (std::size_t at = 0; at < text.size() + 1; ++at) {
    const char byte = at == point ? '.' : text[at < point ? at : at - 1];
    if (byte == '.' || (byte == '0' && stripped.empty())) continue;
    stripped.push_back(byte);
  }
  if (!stripped.empty()) stripped.append(printed - decimals, '0');
  return stripped;
}

/// Bit by bit, from the definition.
std::uint32_t plainCrc(const std::string& text) {
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : text) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

std::uint32_t plainChecksum(const L2Book& book, const Scale& scale) {
  std::string text;
  for (const Side side : {Side::Sell, Side::Buy}) {
    std::size_t count = 0;
    book.forEachLevel(side, [&](Price price, Qty qty) {
      text += digitsOf(price, scale.priceDecimals, scale.priceDigits);
      text += digitsOf(qty, scale.qtyDecimals, scale.qtyDigits);
      return ++count < 10;
    });
  }
  return plainCrc(text);
}

TEST(BookChecksum, EqualsTheVenuesPublishedValue) {
  L2Book book({16, 16});
  const std::vector<event::Level> asks{
      {452852, 100000},   {452864, 154571953}, {452866, 154571109}, {452896, 154560911},
      {452902, 15890660}, {452918, 154553491}, {452947, 4454749},   {452961, 35380000},
      {452975, 9945542},  {452995, 18772827}};
  const std::vector<event::Level> bids{{452835, 10000000}, {452834, 154582015}, {452821, 10000000},
                                       {452810, 10000000}, {452803, 154592586}, {452790, 7990000},
                                       {452776, 3310103},  {452775, 30000000},  {452773, 154602737},
                                       {452766, 15445238}};
  for (const event::Level& level : asks) {
    (void)book.setLevel(Side::Sell, level.price, level.qty);
  }
  for (const event::Level& level : bids) (void)book.setLevel(Side::Buy, level.price, level.qty);
  BookChecksum checksum;
  EXPECT_EQ(checksum.compute(book, kScale), 3310070434U);
  (void)book.setLevel(Side::Buy, 1, 1);
  EXPECT_EQ(checksum.compute(book, kScale), 3310070434U) << "an eleventh level does not count";
}

TEST(BookChecksum, PrintsTheZerosThatATickDoesNotHold) {
  const Scale coarse{.priceDecimals = 0, .qtyDecimals = 1, .priceDigits = 3, .qtyDigits = 8};
  L2Book book({16, 16});
  (void)book.setLevel(Side::Sell, 7, 25);
  BookChecksum checksum;
  EXPECT_EQ(checksum.compute(book, coarse), plainCrc("7000250000000"));
}

TEST(BookChecksum, FollowsAChangeOfScale) {
  L2Book book({16, 16});
  (void)book.setLevel(Side::Sell, 7, 25);
  BookChecksum checksum;
  (void)checksum.compute(book, kScale);
  const Scale finer{.priceDecimals = 1, .qtyDecimals = 8, .priceDigits = 2, .qtyDigits = 8};
  EXPECT_EQ(checksum.compute(book, finer), plainCrc("7025"));
}

TEST(BookChecksum, EqualsThePlainTextThroughRandomChanges) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    SCOPED_TRACE(seed);
    std::mt19937_64 random(seed);
    L2Book book({64, 64});
    BookChecksum checksum;
    for (int step = 0; step < 20'000; ++step) {
      const Side side = random() % 2 == 0 ? Side::Buy : Side::Sell;
      const Price price = side == Side::Buy ? 1'000 - static_cast<Price>(random() % 16)
                                            : 1'001 + static_cast<Price>(random() % 16);
      const unsigned digits = static_cast<unsigned>(random() % 62) + 1;
      const Qty qty = random() % 3 == 0 ? 0 : static_cast<Qty>(random() >> (64 - digits));
      (void)book.setLevel(side, price, qty);
      ASSERT_EQ(checksum.compute(book, kScale), plainChecksum(book, kScale)) << "step " << step;
    }
  }
}

}  // namespace
}  // namespace hft::book

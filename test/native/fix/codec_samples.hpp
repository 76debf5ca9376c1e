#pragma once

#include <array>
#include <string>
#include <string_view>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/tags.hpp"

namespace hft::fix::test {

/// `text` with SOH for every `|`.
inline std::string fixText(std::string_view text) {
  std::string bytes(text);
  for (char& byte : bytes) byte = byte == '|' ? kSoh : byte;
  return bytes;
}

/// A whole message around `body`, with its length and sum.
inline std::string seal(std::string_view beginString, std::string_view body) {
  std::string message = "8=" + std::string(beginString) + kSoh +
                        "9=" + std::to_string(body.size()) + kSoh + std::string(body);
  const std::string sum = std::to_string(countBytes(message).sum);
  return message + "10=" + std::string(3 - sum.size(), '0') + sum + kSoh;
}

/// Messages of every hot kind, lengths and sums computed elsewhere.
inline constexpr std::array<std::string_view, 6> kSamples{
    "8=FIX.4.4|9=73|35=A|34=1|49=CLIENT1|52=20240115-10:20:30.123|56=VENUE|98=0|108=30|141=Y|"
    "10=139|",
    "8=FIX.4.2|9=145|35=D|34=2|49=CLIENT1|52=20240115-10:20:31.000|56=BROKER|1=ACC1|11=ord-0001|"
    "21=1|38=100|40=2|44=185.25|54=1|55=AAPL|59=0|60=20240115-10:20:31.000|10=218|",
    "8=FIX.4.4|9=175|35=8|34=5|49=VENUE|52=20240115-10:20:31.050|56=CLIENT1|37=9001|11=ord-0001|"
    "17=E1|150=F|39=1|55=AAPL|54=1|38=100|32=40|31=185.25|151=60|14=40|6=185.25|"
    "60=20240115-10:20:31.049|10=044|",
    "8=FIX.4.4|9=117|35=V|34=3|49=CLIENT1|52=20240115-10:20:32.000|56=VENUE|262=md-1|263=1|264=0|"
    "265=1|267=2|269=0|269=1|146=1|55=BTC-USD|10=128|",
    "8=FIX.4.4|9=136|35=W|34=9|49=VENUE|52=20240115-10:20:32.100|56=CLIENT1|262=md-1|55=BTC-USD|"
    "268=2|269=0|270=42500.10|271=1.5|269=1|270=42500.20|271=0.75|10=049|",
    "8=FIX.4.4|9=151|35=X|34=10|49=VENUE|52=20240115-10:20:32.200|56=CLIENT1|262=md-1|268=2|279=1|"
    "269=0|55=BTC-USD|270=42500.10|271=1.2|279=2|269=1|55=BTC-USD|270=42500.20|10=112|"};

}  // namespace hft::fix::test

#include <gtest/gtest.h>

#include "native/decode/alpaca/alpaca.hpp"
#include "test/native/decode/venue_differential.hpp"

namespace hft::decode {
namespace {

TEST(AlpacaDifferential, ReadsQuotesAndTradesOnBothPathsAlike) {
  lab::Lab lab(decodeAlpacaJson, false);
  lab.add("AMD", 4, 8);
  lab.add("ETH/USD", 4, 8);
  static constexpr const char* kLayouts[] = {
      R"([{"T":"q","S":"AMD","bx":"U","bp":$P,"bs":$Q,"ax":"Q","ap":$P,"as":$Q,"t":"$T","c":["R"],"z":"C"}])",
      R"([{"T":"t","i":$I,"S":"AMD","x":"D","p":$P,"s":$Q,"t":"$T","c":["@","I"],"z":"C"},{"T":"q","S":"ETH/USD","bp":$P,"bs":$Q,"ap":$P,"as":$Q,"t":"$T"}])",
      R"([{"T":"t","S":"ETH/USD","p":$P,"s":$Q,"t":"$T","i":$I,"tks":"S"},{"T":"t","S":"AMD","i":$I,"x":"V","p":$P,"s":$Q,"t":"$T","c":[],"z":"A"}])",
  };
  lab::expectPathsAgree(lab, alpaca::scanFrame, kLayouts);
}

}  // namespace
}  // namespace hft::decode

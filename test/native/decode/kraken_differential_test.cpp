#include <gtest/gtest.h>

#include "native/decode/kraken/kraken.hpp"
#include "test/native/decode/venue_differential.hpp"

namespace hft::decode {
namespace {

TEST(KrakenDifferential, ReadsBooksOfV1OnBothPathsAlike) {
  lab::Lab lab(decodeKrakenV1, false);
  lab.add("ETH/CHF", 4, 8);
  static constexpr const char* kLayouts[] = {
      R"([496,{"b":[$1],"c":"$I"},"book-1000","ETH/CHF"])",
      R"([496,{"a":[$1],"c":"$I"},"book-10","ETH/CHF"])",
      R"([496,{"a":[$1]},{"b":[["$P","$Q","$S","r"]],"c":"$I"},"book-25","ETH/CHF"])",
      R"([496,{"as":[$1],"bs":[$1]},"book-100","ETH/CHF"])",
  };
  lab::expectPathsAgree(lab, kraken::scanBookV1, kLayouts);
}

TEST(KrakenDifferential, ReadsBooksOfV2OnBothPathsAlike) {
  lab::Lab lab(decodeKrakenV2, false);
  lab.add("MATIC/USD", 4, 8);
  static constexpr const char* kLayouts[] = {
      R"({"channel":"book","type":"snapshot","data":[{"symbol":"MATIC/USD","bids":[$2],"asks":[$2],"checksum":$I}]})",
      R"({"channel":"book","type":"update","data":[{"symbol":"MATIC/USD","bids":[$2],"asks":[$2],"checksum":$I,"timestamp":"$T"}]})",
  };
  lab::expectPathsAgree(lab, kraken::scanBookV2, kLayouts);
}

}  // namespace
}  // namespace hft::decode

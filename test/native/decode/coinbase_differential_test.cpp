#include <gtest/gtest.h>

#include "native/decode/coinbase/coinbase.hpp"
#include "test/native/decode/venue_differential.hpp"

namespace hft::decode {
namespace {

TEST(CoinbaseDifferential, ReadsExchangeOnBothPathsAlike) {
  lab::Lab lab(decodeCoinbaseExchange, false);
  lab.add("SKL-USD", 4, 8);
  static constexpr const char* kLayouts[] = {
      R"({"type":"l2update","product_id":"SKL-USD","changes":[["$B","$P","$Q"]],"time":"$T"})",
      R"({"type":"l2update","product_id":"SKL-USD","time":"$T","changes":[["$B","$P","$Q"],["$B","$P","$Q"],["$B","$P","$Q"],["$B","$P","$Q"]]})",
      R"({"type":"snapshot","product_id":"SKL-USD","asks":[$L],"bids":[$L]})",
      R"({"type":"snapshot","product_id":"SKL-USD","bids":[$L],"asks":[$L],"time":"$T"})",
      R"({"type":"match","trade_id":$I,"maker_order_id":"$U","taker_order_id":"$U","side":"$B","size":"$Q","price":"$P","product_id":"SKL-USD","sequence":$I,"time":"$T"})",
  };
  lab::expectPathsAgree(lab, coinbase::scanExchange, kLayouts);
}

TEST(CoinbaseDifferential, ReadsAdvancedTradeOnBothPathsAlike) {
  lab::Lab lab(decodeCoinbaseAdvanced, false);
  lab.add("BTC-USD", 4, 8);
  static constexpr const char* kLayouts[] = {
      R"({"channel":"l2_data","client_id":"","timestamp":"$T","sequence_num":$I,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"$T","price_level":"$P","new_quantity":"$Q"},{"side":"offer","event_time":"$T","price_level":"$P","new_quantity":"$Q"},{"side":"bid","event_time":"$T","price_level":"$P","new_quantity":"$Q"}]}]})",
      R"({"channel":"l2_data","timestamp":"$T","sequence_num":$I,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"offer","event_time":"$T","price_level":"$P","new_quantity":"$Q"}]}]})",
  };
  lab::expectPathsAgree(lab, coinbase::scanAdvanced, kLayouts);
}

}  // namespace
}  // namespace hft::decode

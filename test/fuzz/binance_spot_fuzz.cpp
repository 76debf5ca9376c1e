#include "test/fuzz/binance_oracle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return hft::test::fuzzBinance(hft::decode::binance::Market::Spot, data, size);
}

#include "test/fuzz/venue_oracle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return hft::test::fuzzVenue(hft::decode::decodeKrakenV2, true, data, size);
}

#pragma once

#include <cstddef>
#include <string>

#include "native/generate/market_generator.hpp"

namespace hft::generate {

/// The venue's short name: "binance", "coinbase", "kraken", "alpaca".
[[nodiscard]] std::string_view venueName(decode::WireFormat format) noexcept;

/// The address of the stream that a recorder would have opened for the generated frames.
[[nodiscard]] std::string streamAddress(const MarketGenerator& market);

/// The subscription that it would have sent; empty where the address says all.
[[nodiscard]] std::string subscriptionText(const MarketGenerator& market);

/// The address of the REST snapshot of one instrument; empty where the stream brings it.
[[nodiscard]] std::string snapshotAddress(const MarketGenerator& market, std::size_t instrument);

}  // namespace hft::generate

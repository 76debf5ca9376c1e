#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/book/l2/l2_book.hpp"
#include "native/book/sync/sync_rule.hpp"
#include "native/decode/decoder.hpp"

/// What the L2 benchmarks are fed with: recorded frames, and their levels as ticks and lots.
namespace hft::bench {

using book::SyncRule;
using decode::DecodeContext;
using event::DecodeError;
using event::Frame;
using event::Level;
using event::Message;
using event::MessageKind;

/// The events of a course: levels of bids, then of asks.
struct Event {
  std::uint32_t begin;
  std::uint32_t bids;
  std::uint32_t asks;
};

/// What a book is fed with: ticks and lots, no text.
struct Course {
  std::vector<Level> levels;
  std::vector<Event> events;

  void add(std::span<const Level> bids, std::span<const Level> asks) {
    events.push_back({static_cast<std::uint32_t>(levels.size()),
                      static_cast<std::uint32_t>(bids.size()),
                      static_cast<std::uint32_t>(asks.size())});
    levels.insert(levels.end(), bids.begin(), bids.end());
    levels.insert(levels.end(), asks.begin(), asks.end());
  }
};

/// Frames as received, each followed by the padding that decoders may read.
struct Recording {
  std::string bytes;
  std::vector<std::pair<std::size_t, std::size_t>> frames;

  void add(std::string_view frame) {
    frames.emplace_back(bytes.size(), frame.size());
    bytes += frame;
    bytes.append(event::kFramePadding, '\0');
  }
  [[nodiscard]] std::string_view operator[](std::size_t at) const {
    return {bytes.data() + frames[at].first, frames[at].second};
  }
};

inline std::string fixture(const std::string& file) {
  const char* root = std::getenv("HFT_FIXTURES");
  return std::string(root != nullptr ? root : "../shared/data") + "/" + file;
}

/// The frames of a capture (gzip or not): what stands behind the first "`separator`" of a line that
/// begins with a digit.
inline Recording record(const std::string& file, std::string_view separator) {
  Recording recording;
  const std::string command = "gzip -dcf '" + fixture(file) + "' 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t size = 0; pipe != nullptr && (size = getline(&line, &capacity, pipe)) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(size));
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos || text[0] < '0' || text[0] > '9') continue;
    recording.add(text.substr(at + separator.size()));
  }
  std::free(line);
  if (pipe != nullptr) pclose(pipe);
  return recording;
}

inline constexpr std::size_t kMessagesMax = 16;
inline constexpr std::size_t kLevelsMax = 8192;
inline constexpr book::L2Limits kLimits{32768, 32768};

inline decode::DecodeFunction decoderOf(SyncRule rule) {
  return rule == SyncRule::BinanceSpot ? decode::decodeBinanceSpot : decode::decodeBinanceFutures;
}

inline Scale scaleOf(SyncRule rule) {
  if (rule == SyncRule::BinanceSpot) return {2, 8, 8, 8};
  return {2, 3, 2, 3};
}

/// One instrument, its scale known, decoded without discovery.
struct Market {
  explicit Market(SyncRule rule) : frame(kMessagesMax, kLevelsMax) {
    context.frameInstrument = instruments.add("BTCUSDT", scaleOf(rule)).value();
  }
  InstrumentTable instruments{4};
  DecodeContext context{instruments};
  Frame frame;
};

inline Course courseOf(const Recording& recording, SyncRule rule) {
  Course course;
  Market market(rule);
  for (std::size_t at = 0; at < recording.frames.size(); ++at) {
    if (decoderOf(rule)(recording[at], market.context, market.frame) != DecodeError::Ok) continue;
    for (const Message& message : market.frame.messages()) {
      const bool isSnapshot = message.kind == MessageKind::BookSnapshot;
      if (!isSnapshot && message.kind != MessageKind::BookDelta) continue;
      // Updates before the snapshot would be dropped by the synchronisation.
      if (isSnapshot) course = {};
      course.add(market.frame.levels(message.book.bids), market.frame.levels(message.book.asks));
    }
  }
  return course;
}

inline Course madeCourse() {
  Course course;
  std::mt19937_64 random(1);
  std::lognormal_distribution<double> distance(6.0, 2.3);
  Price touch = 6'180'000;
  for (int event = 0; event < 1'500; ++event) {
    touch += static_cast<Price>(random() % 21) - 10;
    std::array<std::vector<Level>, 2> sides;
    for (int side = 0; side < 2; ++side) {
      for (int level = 0; level < 34; ++level) {
        const Price away = 1 + static_cast<Price>(std::min(distance(random), 4'000'000.0));
        const Qty qty = random() % 2 == 0 ? 0 : 1 + static_cast<Qty>(random() % 100'000);
        sides[side].push_back({side == 0 ? touch - away : touch + away, qty});
      }
    }
    course.add(sides[0], sides[1]);
  }
  return course;
}

inline const Recording& recordingOf(SyncRule rule) {
  static const Recording usdm =
      record("hftbacktest/usdm_btcusdt_20240808.first60s.gz", std::string_view(" "));
  static const Recording spot =
      record("hftbacktest/spot_btcusdt_20240808.first60s.gz", std::string_view(" "));
  return rule == SyncRule::BinanceSpot ? spot : usdm;
}

inline const Course& usdmCourse() {
  static const Course course =
      courseOf(recordingOf(SyncRule::BinanceFutures), SyncRule::BinanceFutures);
  return course;
}
inline const Course& spotCourse() {
  static const Course course = courseOf(recordingOf(SyncRule::BinanceSpot), SyncRule::BinanceSpot);
  return course;
}
inline const Course& generatedCourse() {
  static const Course course = madeCourse();
  return course;
}

}  // namespace hft::bench

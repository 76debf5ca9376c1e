#include "native/event/recording/event_block.hpp"

#include <algorithm>
#include <cstring>

namespace hft::event {
namespace {

constexpr std::uint8_t kKindBits = 0x0f;
constexpr std::uint8_t kSameInstrument = 0x10;
constexpr std::uint8_t kSameTags = 0x20;
constexpr std::uint8_t kHasLevels = 0x40;
/// Best bid and offer are the first levels.
constexpr std::uint8_t kTopIsFirst = 0x80;

/// Edits of a side's levels: two bits, and a count of 1 to 63 below them.
constexpr std::uint8_t kCopy = 0x00;  ///< Of as many as there were; a count of 0: all the rest.
constexpr std::uint8_t kSkip = 0x40;
constexpr std::uint8_t kChange = 0x80;  ///< Other quantities at the same prices.
constexpr std::uint8_t kInsert = 0xc0;
constexpr std::size_t kRunMax = 63;

/// The longest event: its own numbers, and levels of two numbers each with an edit around each.
constexpr std::size_t kEventBytesMax = 128 + kRecordedLevelsMax * 22;

std::uint64_t zigzag(std::int64_t value) noexcept {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

std::int64_t unzigzag(std::uint64_t value) noexcept {
  return static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1)));
}

/// Differences wrap, so that any two numbers have one.
std::int64_t difference(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

std::int64_t sum(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}

bool same(const Level& a, const Level& b) noexcept { return a.price == b.price && a.qty == b.qty; }

std::size_t groupOf(EventKind kind) noexcept {
  switch (kind) {
    case EventKind::Book:
    case EventKind::Quote:
    case EventKind::State:
      return 0;
    case EventKind::Trade:
      return 1;
    default:
      return 2;
  }
}

/// What best bid and offer are by the first levels.
std::array<std::int64_t, 4> topOf(std::span<const Level> bids, std::span<const Level> asks) {
  const Level none{kNoPrice, 0};
  const Level& bid = bids.empty() ? none : bids.front();
  const Level& ask = asks.empty() ? none : asks.front();
  return {bid.price, bid.qty, ask.price, ask.qty};
}

}  // namespace

EventTracks::Track& EventTracks::of(InstrumentId instrument) {
  if (instrument >= tracks_.size() && instrument < kTracksMax) tracks_.resize(instrument + 1);
  Track& track = instrument < kTracksMax ? tracks_[instrument] : other_;
  if (track.epoch == epoch_) return track;
  std::vector<Level> bids = std::move(track.levels[0]);
  std::vector<Level> asks = std::move(track.levels[1]);
  track = {};
  track.epoch = epoch_;
  bids.clear();
  asks.clear();
  bids.reserve(kRecordedLevelsMax / 2);
  asks.reserve(kRecordedLevelsMax / 2);
  track.levels[0] = std::move(bids);
  track.levels[1] = std::move(asks);
  return track;
}

EventEncoder::EventEncoder() : bytes_(kPayloadMax + kEventBytesMax) {}

void EventEncoder::begin(std::uint64_t firstSequence, bool isKey) noexcept {
  header_ = {firstSequence, time_, 0, isKey ? 1U : 0U, 0};
  at_ = sizeof(BlockHeader);
  if (carried_ > 0) {
    header_.isKey = 0;  // It was written as a change.
    header_.baseTime = timeBefore_;
    header_.count = 1;
    std::memmove(bytes_.data() + at_, bytes_.data() + lastAt_, carried_);
    at_ += carried_;
    carried_ = 0;
  } else if (isKey) {
    tracks_.forget();
    instrument_ = kNoInstrument;
  }
}

void EventEncoder::put(std::uint64_t value) noexcept {
  while (value >= 0x80) {
    putByte(static_cast<std::uint8_t>(value | 0x80));
    value >>= 7;
  }
  putByte(static_cast<std::uint8_t>(value));
}

void EventEncoder::putSigned(std::int64_t value) noexcept { put(zigzag(value)); }

void EventEncoder::putDifference(std::uint64_t value, std::uint64_t before) noexcept {
  putSigned(static_cast<std::int64_t>(value - before));
}

void EventEncoder::add(const MarketEvent& event, std::span<const Level> bids,
                       std::span<const Level> asks) noexcept {
  lastAt_ = at_;
  timeBefore_ = time_;
  ++header_.count;
  auto flags = static_cast<std::uint8_t>(event.kind);
  std::byte& first = bytes_[at_++];
  if (event.instrument == instrument_) {
    flags |= kSameInstrument;
  } else {
    put(event.instrument);
    instrument_ = event.instrument;
  }
  putSigned(difference(event.receiveTime, time_));
  time_ = event.receiveTime;
  if (event.kind == EventKind::None) {
    first = static_cast<std::byte>(flags);
    return;
  }
  EventTracks::Track& track = tracks_.of(event.instrument);
  const std::array<std::uint8_t, 3> tags = {static_cast<std::uint8_t>(event.side),
                                            static_cast<std::uint8_t>(event.state),
                                            static_cast<std::uint8_t>(event.reason)};
  if (tags == track.tags) {
    flags |= kSameTags;
  } else {
    for (const std::uint8_t tag : tags) putByte(tag);
    track.tags = tags;
  }
  putSigned(difference(event.exchangeTime, track.exchangeTime));
  track.exchangeTime = event.exchangeTime;
  std::uint64_t& sequence = track.sequence[event.kind == EventKind::Trade ? 0 : 1];
  putDifference(event.sequence, sequence);
  sequence = event.sequence;
  const std::size_t group = groupOf(event.kind);
  const std::array<std::int64_t, 4> top = topOf(bids, asks);
  if (group == 0 && std::equal(top.begin(), top.end(), event.values)) {
    flags |= kTopIsFirst;
  } else {
    for (std::size_t i = 0; i < 4; ++i) {
      putSigned(difference(event.values[i], track.values[group][i]));
    }
  }
  std::copy_n(event.values, 4, track.values[group]);
  if (!bids.empty() || !asks.empty()) {
    flags |= kHasLevels;
    putLevels(bids, track.levels[0]);
    putLevels(asks, track.levels[1]);
  }
  first = static_cast<std::byte>(flags);
}

void EventEncoder::putLevels(std::span<const Level> levels, std::vector<Level>& known) noexcept {
  put(levels.size());
  std::size_t i = 0;
  std::size_t j = 0;
  const std::size_t end = levels.size();
  const std::size_t before = known.size();
  Price price = 0;  // What an inserted price counts from.
  const bool isFalling = end > 1 && levels[0].price > levels[1].price;
  while (i < end) {
    std::size_t run = 0;
    while (i + run < end && j + run < before && same(levels[i + run], known[j + run])) ++run;
    if (run > 0) {
      if (i + run == end) {
        putByte(kCopy);
        break;
      }
      i += run;
      j += run;
      price = levels[i - 1].price;
      for (; run > kRunMax; run -= kRunMax) putByte(kCopy | kRunMax);
      putByte(static_cast<std::uint8_t>(kCopy | run));
      continue;
    }
    if (j < before && levels[i].price == known[j].price) {
      putByte(kChange | 1);
      putSigned(difference(levels[i].qty, known[j].qty));
      price = levels[i].price;
      ++i;
      ++j;
      continue;
    }
    const bool isGone = j < before && (isFalling ? known[j].price > levels[i].price
                                                 : known[j].price < levels[i].price);
    if (isGone) {
      putByte(kSkip | 1);
      ++j;
      continue;
    }
    putByte(kInsert | 1);
    putSigned(difference(levels[i].price, price));
    putSigned(levels[i].qty);
    price = levels[i].price;
    ++i;
  }
  known.assign(levels.begin(), levels.end());
}

std::span<const std::byte> EventEncoder::finish() noexcept {
  std::memcpy(bytes_.data(), &header_, sizeof header_);
  return std::span(bytes_).first(at_);
}

std::span<const std::byte> EventEncoder::finishWithoutLast() noexcept {
  --header_.count;
  std::memcpy(bytes_.data(), &header_, sizeof header_);
  carried_ = at_ - lastAt_;
  return std::span(bytes_).first(lastAt_);
}

BlockHeader EventDecoder::headerOf(std::span<const std::byte> payload) noexcept {
  BlockHeader header;
  if (payload.size() >= sizeof header) std::memcpy(&header, payload.data(), sizeof header);
  return header;
}

bool EventDecoder::open(std::span<const std::byte> payload) noexcept {
  const BlockHeader header = headerOf(payload);
  left_ = 0;
  bytes_ = payload;
  at_ = sizeof header;
  if (header.count == 0) return false;
  if (header.isKey == 0 && (!isSound_ || header.firstSequence != nextSequence_)) return false;
  if (header.isKey != 0) {
    tracks_.forget();
    instrument_ = kNoInstrument;
  }
  isSound_ = true;
  nextSequence_ = header.firstSequence + header.count;
  time_ = header.baseTime;
  left_ = header.count;
  return true;
}

std::uint64_t EventDecoder::take() noexcept {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at_ < bytes_.size(); shift += 7) {
    const auto byte = std::to_integer<std::uint64_t>(bytes_[at_++]);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) return value;
  }
  isSound_ = false;
  return 0;
}

std::int64_t EventDecoder::takeSigned() noexcept { return unzigzag(take()); }

bool EventDecoder::next(MarketEvent& event, std::span<const Level>& bids,
                        std::span<const Level>& asks) noexcept {
  bids = asks = {};
  if (left_ == 0 || !isSound_ || at_ >= bytes_.size()) return false;
  --left_;
  const auto flags = std::to_integer<std::uint8_t>(bytes_[at_++]);
  if ((flags & kKindBits) >= kEventKindCount) isSound_ = false;
  event = {};
  event.kind = static_cast<EventKind>(flags & kKindBits);
  if ((flags & kSameInstrument) == 0) instrument_ = static_cast<InstrumentId>(take());
  event.instrument = instrument_;
  time_ = sum(time_, takeSigned());
  event.receiveTime = time_;
  if (event.kind == EventKind::None) return isSound_;
  EventTracks::Track& track = tracks_.of(event.instrument);
  if ((flags & kSameTags) == 0) {
    if (bytes_.size() - at_ < 3) return isSound_ = false;
    for (std::uint8_t& tag : track.tags) tag = std::to_integer<std::uint8_t>(bytes_[at_++]);
  }
  event.side = static_cast<Side>(track.tags[0]);
  event.state = static_cast<BookState>(track.tags[1]);
  event.reason = static_cast<BookReason>(track.tags[2]);
  track.exchangeTime = sum(track.exchangeTime, takeSigned());
  event.exchangeTime = track.exchangeTime;
  std::uint64_t& sequence = track.sequence[event.kind == EventKind::Trade ? 0 : 1];
  sequence += static_cast<std::uint64_t>(takeSigned());
  event.sequence = sequence;
  std::int64_t(&values)[4] = track.values[groupOf(event.kind)];
  if ((flags & kTopIsFirst) == 0) {
    for (std::int64_t& value : values) value = sum(value, takeSigned());
  }
  if ((flags & kHasLevels) != 0) {
    if (!takeLevels(track.levels[0]) || !takeLevels(track.levels[1])) return isSound_ = false;
    bids = track.levels[0];
    asks = track.levels[1];
  }
  if ((flags & kTopIsFirst) != 0) {
    const std::array<std::int64_t, 4> top = topOf(bids, asks);
    std::copy(top.begin(), top.end(), values);
  }
  std::copy_n(values, 4, event.values);
  return isSound_;
}

bool EventDecoder::takeLevels(std::vector<Level>& known) noexcept {
  const std::uint64_t count = take();
  if (count > kRecordedLevelsMax) return false;
  return takeEdits(known, static_cast<std::size_t>(count));
}

bool EventDecoder::takeEdits(std::vector<Level>& known, std::size_t count) noexcept {
  scratch_.clear();
  std::size_t j = 0;
  Price price = 0;
  while (scratch_.size() < count) {
    if (at_ >= bytes_.size()) return false;
    const auto edit = std::to_integer<std::uint8_t>(bytes_[at_++]);
    std::size_t run = edit & kRunMax;
    const std::uint8_t what = edit & kInsert;
    if (what == kCopy && run == 0) run = count - scratch_.size();
    if (what != kSkip && run > count - scratch_.size()) return false;
    if (what != kInsert && run > known.size() - j) return false;
    switch (what) {
      case kCopy:
        // A side that only lost or kept its end stays where it is.
        if (j == 0 && run == count) {
          known.resize(count);
          return true;
        }
        scratch_.insert(scratch_.end(), known.begin() + static_cast<std::ptrdiff_t>(j),
                        known.begin() + static_cast<std::ptrdiff_t>(j + run));
        j += run;
        break;
      case kSkip:
        j += run;
        break;
      case kChange:
        for (std::size_t i = 0; i < run; ++i, ++j) {
          scratch_.push_back({known[j].price, sum(known[j].qty, takeSigned())});
        }
        break;
      default:
        for (std::size_t i = 0; i < run; ++i) {
          price = sum(price, takeSigned());
          scratch_.push_back({price, takeSigned()});
        }
        break;
    }
    if (!scratch_.empty()) price = scratch_.back().price;
    if (run == 0) return false;
  }
  known.assign(scratch_.begin(), scratch_.end());
  return isSound_;
}

}  // namespace hft::event

#include <span>

#include "native/decode/decoder.hpp"
#include "native/decode/fix/fix_text.hpp"
#include "native/decode/json/json_members.hpp"
#include "native/decode/scale_reader.hpp"
#include "native/decode/time.hpp"

namespace hft::decode {

namespace fix {

Nanos readTime(std::string_view text) noexcept {
  constexpr std::string_view kForm = "dddddddd-dd:dd:dd";
  if (text.size() < kForm.size()) return 0;
  for (std::size_t at = 0; at < kForm.size(); ++at) {
    const bool isDigit = text[at] >= '0' && text[at] <= '9';
    if (kForm[at] == 'd' ? !isDigit : text[at] != kForm[at]) return 0;
  }
  const auto number = [text](std::size_t at, std::size_t size) {
    std::int64_t value = 0;
    for (const char digit : text.substr(at, size)) value = value * 10 + (digit - '0');
    return value;
  };
  const auto month = static_cast<unsigned>(number(4, 2));
  const auto day = static_cast<unsigned>(number(6, 2));
  const std::int64_t year = number(0, 4);
  // Beyond these years nanoseconds do not fit.
  if (year < 1970 || year > 2200 || month < 1 || month > 12 || day < 1 || day > 31) return 0;
  const std::int64_t seconds = daysFromCivil(year, month, day) * 86400 + number(9, 2) * 3600 +
                               number(12, 2) * 60 + number(15, 2);
  std::int64_t nanos = 0;
  std::string_view fraction = text.substr(kForm.size());
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() > 10) return 0;
    fraction.remove_prefix(1);
    for (std::size_t at = 0; at < 9; ++at) {
      const char digit = at < fraction.size() ? fraction[at] : '0';
      if (digit < '0' || digit > '9') return 0;
      nanos = nanos * 10 + (digit - '0');
    }
  }
  return seconds * 1'000'000'000 + nanos;
}

}  // namespace fix

namespace {

using event::DecodeError;
using event::MessageKind;
using fix::Field;
using fix::FieldCursor;
using fix::Tag;

constexpr char kBid = '0';
constexpr char kOffer = '1';
constexpr char kTrade = '2';
constexpr char kDelete = '2';

/// One entry of the group of entries.
struct Entry {
  char action = '0';
  char type = 0;
  std::string_view symbol;
  std::string_view price;
  std::string_view size;
  std::uint64_t firstId = 0;
  std::uint64_t lastId = 0;
  char aggressor = 0;
};

/// The entries of a message, one after the other. What an entry leaves out of symbol and update ids
/// it has in common with the one before it.
class Entries {
 public:
  /// `text` begins behind NoMDEntries(268).
  Entries(std::string_view text, std::uint64_t count, std::string_view symbol) noexcept
      : cursor_(text), left_(count), ahead_(cursor_.next()) {
    entry_.symbol = symbol;
    if (ahead_) delimiter_ = ahead_->tag;
  }

  /// The next entry; nullptr behind the last, or where there are fewer than there should be.
  [[nodiscard]] const Entry* next() noexcept {
    if (left_ == 0) return nullptr;
    if (!ahead_ || ahead_->tag != delimiter_) {
      isSound_ = false;
      return nullptr;
    }
    entry_.action = '0';
    entry_.type = entry_.aggressor = 0;
    entry_.price = entry_.size = {};
    do {
      take(*ahead_);
      ahead_ = cursor_.next();
    } while (ahead_ && ahead_->tag != delimiter_);
    --left_;
    isSound_ = isSound_ && cursor_.isSound() && entry_.type != 0;
    return isSound_ ? &entry_ : nullptr;
  }
  [[nodiscard]] bool isSound() const noexcept { return isSound_; }

 private:
  void take(const Field& field) noexcept {
    const std::string_view value = field.value;
    const char first = value.empty() ? '\0' : value.front();
    switch (field.tag) {
      case Tag::UpdateAction:
        entry_.action = first;
        break;
      case Tag::EntryType:
        entry_.type = first;
        break;
      case Tag::Symbol:
        entry_.symbol = value;
        break;
      case Tag::EntryPrice:
        entry_.price = value;
        break;
      case Tag::EntrySize:
        entry_.size = value;
        break;
      case Tag::RptSeq:
        entry_.firstId = entry_.lastId = number(value);
        break;
      case Tag::FirstUpdateId:
        entry_.firstId = number(value);
        break;
      case Tag::LastUpdateId:
        entry_.lastId = number(value);
        break;
      case Tag::AggressorSide:
        entry_.aggressor = first;
        break;
      default:
        break;
    }
  }
  std::uint64_t number(std::string_view text) noexcept {
    const auto value = fix::readNumber(text);
    if (!value) isSound_ = false;
    return value.value_or(0);
  }

  FieldCursor cursor_;
  std::uint64_t left_;
  std::optional<Field> ahead_;
  Tag delimiter_{};
  Entry entry_;
  bool isSound_ = true;
};

/// What stands outside of the entries.
struct Head {
  char type = 0;
  bool isLong = false;  ///< MsgType(35) has several characters.
  Nanos time = 0;
  std::string_view symbol;
  std::uint64_t lastId = 0;
  std::uint64_t entryCount = 0;
  std::string_view entries;  ///< The text behind NoMDEntries(268).
  std::string_view status;
  bool hasMore = false;
};

/// Reads a message into its head. The last fragment's flag may stand behind the entries.
bool readHead(std::string_view frame, Head& head) noexcept {
  FieldCursor cursor(frame);
  bool isInside = false;
  while (const auto field = cursor.next()) {
    const std::string_view value = field->value;
    switch (field->tag) {
      case Tag::MsgType:
        head.type = value.empty() ? '\0' : value.front();
        head.isLong = value.size() != 1;
        break;
      case Tag::SendingTime:
        head.time = fix::readTime(value);
        break;
      case Tag::LastFragment:
        head.hasMore = value == "N";
        break;
      case Tag::TradingStatus:
        head.status = value;
        break;
      case Tag::Symbol:
        if (!isInside) head.symbol = value;
        break;
      case Tag::RptSeq:
      case Tag::LastUpdateId: {
        const auto id = fix::readNumber(value);
        if (!id) return false;
        // Of a snapshot the newest of all: that of the whole, or of its entries.
        if (*id > head.lastId) head.lastId = *id;
        break;
      }
      case Tag::NoMdEntries: {
        const auto count = fix::readNumber(value);
        if (!count) return false;
        head.entryCount = *count;
        head.entries =
            frame.substr(static_cast<std::size_t>(value.data() + value.size() + 1 - frame.data()));
        isInside = true;
        break;
      }
      default:
        break;
    }
  }
  return cursor.isSound() && head.type != 0;
}

/// Adds what a run of entries of one instrument says.
class RunWriter {
 public:
  RunWriter(const Instrument& instrument, const Head& head, event::Frame& out) noexcept
      : scale_(instrument), instrument_(instrument.id), head_(head), out_(out) {}

  /// A trade of the run.
  void trade(const Entry& entry) noexcept {
    event::Message* message = addMessage(out_, MessageKind::Trade, instrument_);
    if (message == nullptr) {
      scale_.fail(DecodeError::CapacityExceeded);
      return;
    }
    message->exchangeTime = head_.time;
    message->side = entry.aggressor == '1'   ? Side::Buy
                    : entry.aggressor == '2' ? Side::Sell
                                             : Side::None;
    message->trade.price = priceOf(entry.price);
    message->trade.qty = qtyOf(entry.size);
  }

  /// A level of the side that is being written.
  void level(const Entry& entry, bool isDelta) noexcept {
    const bool isGone = isDelta && entry.action == kDelete;
    const Price price = priceOf(entry.price);
    const Qty qty = isGone ? 0 : qtyOf(entry.size);
    if (!out_.addLevel(price, qty)) scale_.fail(DecodeError::CapacityExceeded);
  }

  [[nodiscard]] DecodeError finish() noexcept { return scale_.finish(out_); }

 private:
  Price priceOf(std::string_view text) noexcept {
    return scale_.priceOf(readDecimal(text, scale_.priceDecimals(), DecimalGrammar::Plain));
  }
  Qty qtyOf(std::string_view text) noexcept {
    return scale_.qtyOf(readDecimal(text, scale_.qtyDecimals(), DecimalGrammar::Plain));
  }

  ScaleReader scale_;
  InstrumentId instrument_;
  const Head& head_;
  event::Frame& out_;
};

/// Entries of a message which are of one instrument and follow each other.
struct Run {
  Entries start;  ///< Before the first of them.
  std::uint64_t count = 0;
  std::string_view symbol;
  std::uint64_t firstId = 0;
  std::uint64_t lastId = 0;
  bool hasLevels = false;
};

/// Calls `visit` with each entry of a run.
template <typename Visit>
void forEach(const Run& run, Visit&& visit) noexcept {
  Entries entries = run.start;
  for (std::uint64_t at = 0; at < run.count; ++at) {
    const Entry* entry = entries.next();
    if (entry == nullptr) return;
    visit(*entry);
  }
}

DecodeError writeRun(const Head& head, const Run& run, MessageKind kind,
                     const DecodeContext& context, event::Frame& out) noexcept {
  const InstrumentId id = resolveInstrument(run.symbol, context, out);
  if (id == kNoInstrument) return DecodeError::Ok;
  const bool isDelta = kind == MessageKind::BookDelta;
  RunWriter writer(context.instruments[id], head, out);
  // A snapshot's trade is the last one: it was told before.
  if (isDelta) {
    forEach(run, [&](const Entry& entry) {
      if (entry.type == kTrade && entry.action != kDelete) writer.trade(entry);
    });
  }
  event::LevelRange sides[2];
  for (const char type : {kBid, kOffer}) {
    event::LevelRange& range = sides[type == kBid ? 0 : 1];
    range.begin = out.levelCount();
    forEach(run, [&](const Entry& entry) {
      if (entry.type == type) writer.level(entry, isDelta);
    });
    range.count = out.levelCount() - range.begin;
  }
  if (isDelta && !run.hasLevels && run.lastId == 0) return writer.finish();
  event::Message* message = addMessage(out, kind, id);
  if (message == nullptr) return DecodeError::CapacityExceeded;
  message->exchangeTime = head.time;
  message->firstId = run.firstId;
  message->lastId = run.lastId;
  message->code = head.hasMore ? 1 : 0;
  message->book = {sides[0], sides[1]};
  return writer.finish();
}

/// Whether an entry goes on with a run: the same instrument, and its number or the one behind it.
bool joins(const Run& run, const Entry& entry) noexcept {
  if (run.symbol != entry.symbol) return false;
  return entry.lastId == run.lastId || entry.firstId == run.lastId + 1;
}

/// MarketDataIncrementalRefresh(X): a message a run of entries, so that a gap between two shows.
DecodeError writeIncrements(const Head& head, const DecodeContext& context,
                            event::Frame& out) noexcept {
  Entries entries(head.entries, head.entryCount, head.symbol);
  Run run{entries, 0, {}, 0, 0, false};
  for (std::uint64_t at = 0; at < head.entryCount; ++at) {
    const Entries before = entries;
    const Entry* entry = entries.next();
    if (entry == nullptr || entry->symbol.empty()) return DecodeError::Malformed;
    if (run.count > 0 && !joins(run, *entry)) {
      const DecodeError error = writeRun(head, run, MessageKind::BookDelta, context, out);
      if (error != DecodeError::Ok) return error;
      run.count = 0;
    }
    if (run.count == 0) {
      run = {before, 0, entry->symbol, entry->firstId, 0, false};
    }
    ++run.count;
    run.lastId = entry->lastId;
    run.hasLevels = run.hasLevels || entry->type == kBid || entry->type == kOffer;
  }
  return run.count == 0 ? DecodeError::Ok
                        : writeRun(head, run, MessageKind::BookDelta, context, out);
}

/// MarketDataSnapshotFullRefresh(W).
DecodeError writeSnapshot(const Head& head, const DecodeContext& context,
                          event::Frame& out) noexcept {
  const Entries start(head.entries, head.entryCount, head.symbol);
  Entries entries = start;
  for (std::uint64_t at = 0; at < head.entryCount; ++at) {
    if (entries.next() == nullptr) return DecodeError::Malformed;
  }
  if (head.symbol.empty()) return DecodeError::Malformed;
  const Run run{start, head.entryCount, head.symbol, head.lastId, head.lastId, true};
  return writeRun(head, run, MessageKind::BookSnapshot, context, out);
}

/// SecurityStatus(f).
DecodeError writeStatus(const Head& head, const DecodeContext& context,
                        event::Frame& out) noexcept {
  using event::TradingStatus;
  const InstrumentId id = resolveInstrument(head.symbol, context, out);
  if (id == kNoInstrument) return DecodeError::Ok;
  TradingStatus status = TradingStatus::Trading;
  if (head.status == "2" || head.status == "1") {
    status = TradingStatus::Halted;
  } else if (head.status == "18") {
    status = TradingStatus::Closed;
  } else if (head.status == "21") {
    status = TradingStatus::Auction;
  } else if (head.status != "3" && head.status != "17") {
    ++out.skippedCount;
    return DecodeError::Ok;
  }
  event::Message* message = addMessage(out, MessageKind::Status, id);
  if (message == nullptr) return DecodeError::CapacityExceeded;
  message->exchangeTime = head.time;
  message->code = static_cast<std::uint8_t>(status);
  return DecodeError::Ok;
}

}  // namespace

DecodeError decodeFix(std::string_view frame, const DecodeContext& context,
                      event::Frame& out) noexcept {
  out.clear();
  Head head;
  if (!readHead(frame, head)) return DecodeError::Malformed;
  if (!head.isLong) {
    if (head.type == 'X') return writeIncrements(head, context, out);
    if (head.type == 'W') return writeSnapshot(head, context, out);
    if (head.type == 'f') return writeStatus(head, context, out);
    if (head.type == 'Y') return addBare(out, MessageKind::VenueError, kNoInstrument);
  }
  ++out.unknownCount;
  return DecodeError::Ok;
}

}  // namespace hft::decode

// The state at one point of the journal, so that recovery need not begin at its beginning.
#include <cstring>

#include "native/core/check.hpp"
#include "native/event/journal_replay.hpp"
#include "native/stream/trading/trading_core.hpp"

namespace hft::stream {

using event::JournalRecord;
using event::JournalStamp;
using event::RecordKind;
using event::Reserve;
using event::SnapshotError;
using event::SnapshotReader;
using order::OrderRequest;
using risk::RiskScope;

namespace {

/// So many records before a snapshot are read again for the rates and duplicates of risk.
constexpr std::uint64_t kRecentRecords = 100'000;

struct SavedLatch {
  std::uint32_t id = 0;
  std::uint32_t scope = 0;
};

/// What risk keeps of an instrument that its own snapshot has not.
struct SavedInstrument {
  InstrumentId id = kNoInstrument;
  std::uint8_t isRestricted = 0;
  std::uint8_t phase = 0;
  std::uint16_t spare = 0;
};

template <typename T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

template <typename T>
bool read(const SnapshotReader& reader, std::string_view name, std::vector<T>& values) {
  const auto bytes = reader.section(name);
  if (!bytes || bytes->size() % sizeof(T) != 0) return false;
  values.resize(bytes->size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes->data(), bytes->size());
  return true;
}

}  // namespace

SnapshotError TradingCore::snapshot(const std::string& journalPath, JournalStamp now) {
  HFT_CHECK(isReady_ && journal_ != nullptr);
  auto begun = event::SnapshotWriter::begin(journalPath, journal_->point(), now.realtime);
  if (!begun.ok()) return begun.error();
  event::SnapshotWriter writer = begun.take();
  std::vector<std::byte> bytes(orders_.snapshotBytes());
  orders_.save(bytes);
  SnapshotError error = writer.add("orders", bytes);
  bytes.assign(positions_.snapshotBytes(), std::byte{});
  positions_.save(bytes);
  if (error == SnapshotError::Ok) error = writer.add("positions", bytes);
  if (error == SnapshotError::Ok) error = writer.add("risk", risk_.save());
  if (error == SnapshotError::Ok) error = writer.add("held", bytesOf(triggers_.save()));
  if (error == SnapshotError::Ok) error = writer.add("waiting", bytesOf(waiting_));
  if (error == SnapshotError::Ok) error = writer.add("lists", bytesOf(lists_.save()));
  std::vector<SavedLatch> latches;
  journaledKills_.forEachLatch([&](RiskScope scope, std::uint32_t id) {
    if (journaledKills_.isThrown(scope, id)) {
      latches.push_back({id, static_cast<std::uint32_t>(scope)});
    }
  });
  if (error == SnapshotError::Ok) error = writer.add("latches", bytesOf(latches));
  std::vector<SavedInstrument> instruments;
  for (InstrumentId id = 0; id < options_.orders.instrumentsMax; ++id) {
    const auto phase = static_cast<std::uint8_t>(risk_.session(id));
    const bool isRestricted = risk_.isRestricted(id);
    if (isRestricted || risk_.session(id) != risk::SessionPhase::Open) {
      instruments.push_back({id, isRestricted ? std::uint8_t{1} : std::uint8_t{0}, phase, 0});
    }
  }
  if (error == SnapshotError::Ok) error = writer.add("instruments", bytesOf(instruments));
  if (error != SnapshotError::Ok) return error;
  const auto mark = writer.commit();
  if (!mark.ok()) return mark.error();
  (void)journal(RecordKind::Snapshot, mark.value(), now, Reserve::Keep);
  journal_->retainFrom(event::retainableFrom(journalPath));
  return SnapshotError::Ok;
}

void TradingCore::recoverFrom(const event::JournalReplay& replay, RecoverySummary& summary) {
  if (!replay.isComplete()) ++summary.damaged;
  const SnapshotReader* snapshot = replay.snapshot();
  if (snapshot == nullptr) {
    replay.run([&](const JournalRecord& record) { takeUp(record, summary); });
    return;
  }
  if (!takeUpSnapshot(*snapshot)) {
    ++summary.damaged;
    return;
  }
  summary.orders = orders_.size();
  const std::uint64_t point = snapshot->point().sequence;
  replay.runFrom(point > kRecentRecords ? point - kRecentRecords : 1,
                 [&](const JournalRecord& record) {
                   if (record.sequence > point) {
                     takeUp(record, summary);
                   } else if (record.kind == RecordKind::OrderRequest &&
                              record.payload.size() >= sizeof(OrderRequest)) {
                     OrderRequest request;
                     std::memcpy(&request, record.payload.data(), sizeof request);
                     risk_.noteAccepted(request, record.realtime);
                   }
                 });
}

bool TradingCore::takeUpSnapshot(const SnapshotReader& reader) {
  const auto orders = reader.section("orders");
  const auto positions = reader.section("positions");
  const auto risk = reader.section("risk");
  std::vector<order::HeldOrder> held;
  std::vector<OrderRequest> waiting;
  std::vector<order::OrderList> lists;
  std::vector<SavedLatch> latches;
  std::vector<SavedInstrument> instruments;
  if (!orders || !positions || !risk || !read(reader, "held", held) ||
      !read(reader, "waiting", waiting) || waiting.size() > waiting_.capacity() ||
      !read(reader, "lists", lists) || !read(reader, "latches", latches) ||
      !read(reader, "instruments", instruments)) {
    return false;
  }
  if (orders_.restore(*orders) != order::OrderError::Ok ||
      positions_.restore(*positions) != position::PositionError::Ok ||
      risk_.restore(*risk) != risk::RiskError::Ok ||
      triggers_.restore(held) != order::OrderError::Ok ||
      lists_.restore(lists) != order::OrderError::Ok) {
    return false;
  }
  waiting_.assign(waiting.begin(), waiting.end());
  for (const SavedLatch& latch : latches) {
    if (!journaledKills_.set(static_cast<RiskScope>(latch.scope), latch.id, true)) return false;
  }
  for (const SavedInstrument& saved : instruments) {
    const auto phase = static_cast<risk::SessionPhase>(saved.phase);
    if (risk_.setRestricted(saved.id, saved.isRestricted != 0) != risk::RiskError::Ok ||
        risk_.setSession(saved.id, phase) != risk::RiskError::Ok) {
      return false;
    }
  }
  // Exposures are sums over positions and what still works.
  for (const position::Position& position : positions_.positions()) {
    risk_.onFill(position.instrument, position.account, position.strategy, position.qty);
  }
  orders_.forEachWorking([&](order::OrderIndex index) { settle(index); });
  orders_.forEachMissing([&](order::OrderIndex index) { settle(index); });
  return true;
}

}  // namespace hft::stream

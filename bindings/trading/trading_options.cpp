#include "bindings/trading/trading_options.hpp"

#include <optional>
#include <span>
#include <string>

#include "bindings/arguments.hpp"
#include "native/core/clock.hpp"

namespace hft::bindings {

namespace {

using stream::EngineOptions;

/// Whole numbers of an options object, each into its field.
class Reader {
 public:
  Reader(napi_env env, napi_value object) : env_(env), object_(object) {}

  template <typename T>
  bool integer(const char* name, T& field, std::int64_t min, std::int64_t max) {
    const auto value =
        integerMember(env_, object_, name, static_cast<std::int64_t>(field), min, max);
    if (value) field = static_cast<T>(*value);
    return value.has_value();
  }

  bool boolean(const char* name, bool& field) {
    const auto value = booleanMember(env_, object_, name, field);
    if (value) field = *value;
    return value.has_value();
  }

  /// A BigInt64Array of rows of three numbers; nothing where it is absent. False after it threw.
  bool rows(const char* name, std::span<const std::int64_t>& rows) {
    napi_value value = nullptr;
    napi_valuetype type = napi_undefined;
    napi_get_named_property(env_, object_, name, &value);
    napi_typeof(env_, value, &type);
    if (type == napi_undefined) return true;
    napi_typedarray_type kind = napi_int8_array;
    std::size_t count = 0;
    void* data = nullptr;
    const bool isRows =
        napi_get_typedarray_info(env_, value, &kind, &count, &data, nullptr, nullptr) == napi_ok &&
        kind == napi_bigint64_array && count % 3 == 0;
    if (!isRows) {
      throwArgument(env_, std::string(name) + " must be a BigInt64Array of rows of three numbers");
      return false;
    }
    rows = {static_cast<const std::int64_t*>(data), count};
    return true;
  }

 private:
  napi_env env_;
  napi_value object_;
};

/// Models of the simulated exchange as JavaScript numbers them; see NativeTradingOptions.
struct ModelNumbers {
  bool isSimulated = false;
  std::int64_t mode = 1;
  std::int64_t seed = 1;
  std::int64_t latency = 0;
  std::int64_t orderLatency = 0;
  std::int64_t responseLatency = 0;
  std::span<const std::int64_t> latencyRows;
  std::int64_t queue = 0;
  std::int64_t queuePower = 2000;
  std::int64_t fill = 0;
  std::int64_t impact = 1;
  std::int64_t makerRate = 0;
  std::int64_t takerRate = 0;
  std::int64_t feePerUnit = 0;
  std::span<const std::int64_t> feeTiers;
  std::int64_t feeWindow = 0;
  std::int64_t singleOrders = 1 << 16;

  bool read(Reader& reader) {
    constexpr std::int64_t kExactMax = (std::int64_t{1} << 53) - 1;
    constexpr std::int64_t kLegMax = 3'600'000'000'000;
    return reader.boolean("isSimulated", isSimulated) &&
           reader.integer("simulatedMode", mode, 0, 1) &&
           reader.integer("simulationSeed", seed, 0, kExactMax) &&
           reader.integer("latencyModel", latency, 0, 2) &&
           reader.integer("orderLatencyNs", orderLatency, 0, kLegMax) &&
           reader.integer("responseLatencyNs", responseLatency, 0, kLegMax) &&
           reader.rows("latencyRows", latencyRows) && reader.integer("queueModel", queue, 0, 4) &&
           reader.integer("queuePowerThousandths", queuePower, 1, 100'000) &&
           reader.integer("fillModel", fill, 0, 1) && reader.integer("impactModel", impact, 0, 1) &&
           reader.integer("makerRate", makerRate, -sim::kFeeRateMax, sim::kFeeRateMax) &&
           reader.integer("takerRate", takerRate, -sim::kFeeRateMax, sim::kFeeRateMax) &&
           reader.integer("feePerUnit", feePerUnit, 0, sim::kFlatFeeMax) &&
           reader.rows("feeTiers", feeTiers) &&
           reader.integer("feeWindowNs", feeWindow, 0, kExactMax) &&
           reader.integer("singleOrdersMax", singleOrders, 1, 1 << 24);
  }
};

sim::QueueModel queueModelOf(const ModelNumbers& numbers) {
  switch (numbers.queue) {
    case 1:
      return sim::PowerQueue{sim::QueueForm::Split, static_cast<std::uint32_t>(numbers.queuePower)};
    case 2:
      return sim::LogQueue{sim::QueueForm::Split, sim::LogQueue::kOneUnit};
    case 3:
      return sim::IdentityQueue{};
    case 4:
      return sim::ExactQueue{};
    default:
      return sim::RiskAverseQueue{};
  }
}

/// The latency model; nothing where its rows can't be one.
std::optional<sim::LatencyModel> latencyModelOf(const ModelNumbers& numbers) {
  if (numbers.latency == 0) {
    return sim::LatencyModel{sim::ConstantLatency{numbers.orderLatency},
                             sim::ConstantLatency{numbers.responseLatency}};
  }
  std::vector<sim::LatencyRow> rows;
  for (std::size_t at = 0; at + 2 < numbers.latencyRows.size(); at += 3) {
    rows.push_back(
        {numbers.latencyRows[at], numbers.latencyRows[at + 1], numbers.latencyRows[at + 2]});
  }
  if (numbers.latency == 2) {
    auto measured = sim::measuredLatency(rows);
    return measured.ok() ? std::optional(measured.take()) : std::nullopt;
  }
  sim::TableLatency order;
  sim::TableLatency response;
  for (const sim::LatencyRow& row : rows) {
    order.rows.push_back(row.order);
    response.rows.push_back(row.response);
  }
  return sim::LatencyModel{std::move(order), std::move(response)};
}

sim::FeeModel feeModelOf(const ModelNumbers& numbers) {
  sim::TieredFees fees;
  fees.perUnit = numbers.feePerUnit;
  fees.window = numbers.feeWindow;
  for (std::size_t at = 0; at + 2 < numbers.feeTiers.size(); at += 3) {
    fees.tiers.push_back(
        {numbers.feeTiers[at], numbers.feeTiers[at + 1], numbers.feeTiers[at + 2]});
  }
  if (fees.tiers.empty()) fees.tiers.push_back({0, numbers.makerRate, numbers.takerRate});
  const bool isFree = fees.tiers.size() == 1 && fees.perUnit == 0 &&
                      fees.tiers.front().makerRate == 0 && fees.tiers.front().takerRate == 0;
  if (isFree) return sim::NoFees{};
  return fees;
}

/// False after it threw what is wrong with the models.
bool setExchange(napi_env env, const ModelNumbers& numbers, EngineOptions& options) {
  const stream::CoreOptions& core = options.core;
  sim::ExchangeOptions venue;
  venue.mode = numbers.mode == 0 ? sim::ExchangeMode::Synthetic : sim::ExchangeMode::Recorded;
  venue.instrumentsMax = core.orders.instrumentsMax;
  venue.accountsMax = core.orders.accountsMax;
  venue.ordersMax = core.orders.ordersMax;
  venue.executionsMax = core.orders.executionsMax;
  venue.foreignMax = core.orders.ordersMax;
  if (numbers.queue == 4) {
    // Single orders fill the whole book, not what is shown of it; few books get a large one.
    constexpr std::size_t kFewInstruments = 64;
    venue.foreignMax = static_cast<std::uint32_t>(numbers.singleOrders);
    venue.levelsMax = venue.instrumentsMax <= kFewInstruments ? 131'072 : 16'384;
  }
  venue.seed = static_cast<std::uint64_t>(numbers.seed);
  venue.queue = queueModelOf(numbers);
  venue.fees = feeModelOf(numbers);
  venue.fills = numbers.fill == 0 ? sim::FillModel::Bounded : sim::FillModel::WholeAtTouch;
  venue.impact = numbers.impact == 0 ? sim::ImpactModel::None : sim::ImpactModel::ConsumesDisplayed;
  auto latency = latencyModelOf(numbers);
  if (!latency) {
    throwArgument(env, "latencyRows must be there, with times that ascend and latencies from 0 on");
    return false;
  }
  venue.latency = std::move(*latency);
  if (const char* wrong = sim::SimulatedExchange::check(venue)) {
    throwArgument(env, std::string("the simulated exchange can't be: ") + wrong);
    return false;
  }
  options.simulated = std::move(venue);
  return true;
}

}  // namespace

bool readTradingOptions(napi_env env, napi_value object, EngineOptions& options) {
  Reader reader(env, object);
  ModelNumbers models;
  stream::CoreOptions& core = options.core;
  std::int64_t emulating = 0;
  core.orders.ordersMax = 1U << 16;
  core.orders.requestsMax = 1U << 16;
  core.orders.executionsMax = 1U << 17;
  core.orders.instrumentsMax = 1024;
  core.risk.exposuresMax = 1U << 14;
  core.positions.positionsMax = 1U << 13;
  const bool isRead =
      reader.integer("ordersMax", core.orders.ordersMax, 16, 1 << 22) &&
      reader.integer("requestsMax", core.orders.requestsMax, 16, 1 << 22) &&
      reader.integer("executionsMax", core.orders.executionsMax, 16, 1 << 23) &&
      reader.integer("instrumentsMax", core.orders.instrumentsMax, 1, 1 << 18) &&
      reader.integer("accountsMax", core.orders.accountsMax, 1, 1024) &&
      reader.integer("strategiesMax", core.orders.strategiesMax, 1, 1024) &&
      reader.integer("venuesMax", core.orders.venuesMax, 1, 64) &&
      reader.integer("positionsMax", core.positions.positionsMax, 1, 1 << 20) &&
      reader.integer("currenciesMax", core.positions.currenciesMax, 1, 256) &&
      reader.integer("exposuresMax", core.risk.exposuresMax, 3, 1 << 20) &&
      reader.integer("collarBps", core.risk.collarBps, 0, 10'000) &&
      reader.boolean("needsTrust", core.risk.needsTrust) &&
      reader.integer("emulatingVenues", emulating, 0, (std::int64_t{1} << 53) - 1) &&
      reader.integer("segmentBytes", options.journal.segmentBytes, 1 << 20, 1 << 30) &&
      reader.integer("answerTimeoutNs", options.core.answerTimeout, 1'000'000, 600'000'000'000) &&
      reader.integer("commitWindowNs", options.journal.commitWindow, 0, 10'000'000'000) &&
      reader.boolean("flushesToDisk", options.journal.flushesToDisk) &&
      reader.integer("sessionStartNs", options.sessionStart, -1, 86'399'999'999'999) &&
      reader.boolean("isVirtual", options.isVirtual) &&
      reader.boolean("isStepped", options.isStepped) &&
      reader.integer("replaysRun", options.replaysRun, 0, 8'191) &&
      reader.integer("recordingBytesMax", options.recording.bytesMax, 1 << 20,
                     (std::int64_t{1} << 53) - 1) &&
      reader.integer("recordingKeepNs", options.recording.keepTime, 1,
                     (std::int64_t{1} << 53) - 1) &&
      reader.integer("recordingSegmentBytes", options.recording.segmentBytes, 1 << 16, 1 << 30) &&
      models.read(reader);
  if (!isRead) return false;
  if (options.journal.segmentBytes % 4'096 != 0) {
    throwArgument(env, "segmentBytes must be a multiple of 4096");
    return false;
  }
  // A share of the segment, so that small ones have room beside it.
  options.journal.reserveBytes = options.journal.segmentBytes / 64;
  const auto path = textMember(env, object, "journalPath", "");
  if (!path) return false;
  options.journalPath = *path;
  const auto recording = textMember(env, object, "recordingPath", "");
  if (!recording) return false;
  options.recordingPath = *recording;
  options.recording.flushesToDisk = options.journal.flushesToDisk;
  options.journal.journalId = static_cast<std::uint64_t>(realtimeNanos());
  core.emulatingVenues = static_cast<std::uint64_t>(emulating);
  return !models.isSimulated || setExchange(env, models, options);
}

}  // namespace hft::bindings

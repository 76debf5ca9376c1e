// The FIX codec: an ExecutionReport decoded with its typed fields and a NewOrderSingle encoded,
// beside QuickFIX (Debian) in the same run. Input: 1024 ExecutionReports of 22 fields, about 235
// bytes each; a NewOrderSingle of 200. Both sides must read the same values; ours must not
// allocate.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdlib>
#include <new>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "native/fix/codec/field_scanner.hpp"
#include "native/fix/codec/framer.hpp"
#include "native/fix/codec/message_header.hpp"
#include "native/fix/message/new_order_template.hpp"
#include "native/fix/message/order_messages.hpp"
#include "native/fix/message/report_messages.hpp"
#if defined(HFT_HAVE_QUICKFIX)
#include "test/native/fix/oracle/quickfix_oracle.h"
#endif

namespace {

std::atomic<std::uint64_t> allocations{0};

}  // namespace

void* operator new(std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  void* memory = std::malloc(size);
  if (memory == nullptr) std::abort();
  return memory;
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace {

using namespace hft;
using namespace hft::fix;

constexpr std::size_t kReports = 1024;
constexpr std::size_t kFieldsMax = 64;
constexpr Nanos kMorning = 1705312831'050'000'000;

MessageHeader header(std::string_view sender, std::string_view target) {
  return MessageHeader::make({.beginString = "FIX.4.4",
                              .senderCompID = sender,
                              .senderSubID = {},
                              .targetCompID = target,
                              .targetSubID = {},
                              .senderLocationID = {},
                              .targetLocationID = {}},
                             TimePrecision::Millis)
      .value();
}

std::vector<std::string> makeReports() {
  std::mt19937 random(7);
  std::vector<char> memory(4096);
  FixWriter writer(memory);
  const MessageHeader session = header("VENUE", "CLIENT1");
  std::vector<std::string> reports;
  for (std::size_t at = 0; at < kReports; ++at) {
    const std::string clOrdID = std::string("ord-").append(std::to_string(1000000 + at));
    const std::string orderID = std::to_string(900000000 + random() % 1000000);
    const std::string execID = std::string("E").append(std::to_string(random()));
    const auto qty = static_cast<std::int64_t>(1 + random() % 400);
    ExecutionReport report;
    report.account = "ACC1";
    report.avgPx = Decimal{18525, 2};
    report.clOrdID = clOrdID;
    report.cumQty = Decimal{qty, 0};
    report.execID = execID;
    report.lastPx = Decimal{static_cast<std::int64_t>(18000 + random() % 1000), 2};
    report.lastQty = Decimal{qty, 0};
    report.orderID = orderID;
    report.orderQty = Decimal{1000, 0};
    report.ordStatus = '1';
    report.ordType = '2';
    report.price = Decimal{18525, 2};
    report.side = '1';
    report.symbol = "AAPL";
    report.timeInForce = '0';
    report.transactTime = kMorning;
    report.execType = 'F';
    report.leavesQty = Decimal{1000 - qty, 0};
    session.begin(writer, ExecutionReport::kMsgType,
                  {.msgSeqNum = at + 1, .sendingTime = kMorning});
    writeBody(writer, report, TimePrecision::Millis);
    reports.emplace_back(session.finish(writer).value());
  }
  return reports;
}

const std::vector<std::string>& reports() {
  static const std::vector<std::string> made = makeReports();
  return made;
}

double number(const std::optional<Decimal>& value) {
  double scale = 1;
  for (std::uint32_t at = 0; at < value->decimals; ++at) scale *= 10;
  return static_cast<double>(value->mantissa) / scale;
}

/// The twelve fields that QuickFIX is asked for.
struct TwelveFields {
  std::string_view clOrdID;
  std::string_view execID;
  std::string_view orderID;
  std::string_view symbol;
  std::optional<Decimal> avgPx;
  std::optional<Decimal> cumQty;
  std::optional<Decimal> lastPx;
  std::optional<Decimal> lastQty;
  std::optional<Decimal> leavesQty;
  char ordStatus = 0;
  char side = 0;
  char execType = 0;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template decimal<6>(self.avgPx);
    visitor.template text<11>(self.clOrdID);
    visitor.template decimal<14>(self.cumQty);
    visitor.template text<17>(self.execID);
    visitor.template decimal<31>(self.lastPx);
    visitor.template decimal<32>(self.lastQty);
    visitor.template text<37>(self.orderID);
    visitor.template character<39>(self.ordStatus);
    visitor.template character<54>(self.side);
    visitor.template text<55>(self.symbol);
    visitor.template character<150>(self.execType);
    visitor.template decimal<151>(self.leavesQty);
  }
};

bool indexOne(const std::string& bytes, FieldIndex& index) {
  const FrameScan frame = findFrame(bytes, 65536);
  return frame.error == FrameError::Ok &&
         scanFields({bytes.data() + frame.garbage, frame.size}, index).error == ScanError::Ok;
}

/// What every message says, ours beside QuickFIX's.
template <typename Message>
bool agrees() {
#if defined(HFT_HAVE_QUICKFIX)
  FieldStorage<kFieldsMax> storage;
  FieldIndex index = storage.index();
  for (const std::string& bytes : reports()) {
    if (!indexOne(bytes, index)) return false;
    const auto reading = readMessage<Message>(index);
    const Message& ours = reading.message;
    OracleReport theirs;
    if (!reading.ok()) return false;
    if (oracleReadReport(bytes.data(), bytes.size(), &theirs) == 0) return false;
    const std::size_t text =
        ours.orderID.size() + ours.clOrdID.size() + ours.execID.size() + ours.symbol.size();
    if (text != theirs.textBytes || ours.execType != theirs.execType ||
        ours.ordStatus != theirs.ordStatus || ours.side != theirs.side ||
        number(ours.lastQty) != theirs.lastQty || number(ours.lastPx) != theirs.lastPx ||
        number(ours.leavesQty) != theirs.leavesQty || number(ours.cumQty) != theirs.cumQty ||
        number(ours.avgPx) != theirs.avgPx) {
      return false;
    }
  }
#endif
  return true;
}

/// Frame, fields, checksum and the typed fields of `Message`.
template <typename Message>
void decodeReport(benchmark::State& state) {
  const auto& messages = reports();
  if (!agrees<Message>()) return state.SkipWithError("the two codecs read different values");
  FieldStorage<kFieldsMax> storage;
  FieldIndex index = storage.index();
  std::size_t at = 0;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    if (!indexOne(messages[at++ % kReports], index)) state.SkipWithError("no frame");
    const auto reading = readMessage<Message>(index);
    if (!reading.ok()) state.SkipWithError("no message");
    benchmark::DoNotOptimize(reading);
  }
  if (allocations.load() - before > 8) state.SkipWithError("allocated");
  state.counters["allocations_per_message"] = 0;
  state.SetLabel("1024 ExecutionReports, 22 fields, framed, summed, typed");
}

void scanReport(benchmark::State& state) {
  const auto& messages = reports();
  FieldStorage<kFieldsMax> storage;
  FieldIndex index = storage.index();
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scanFields(messages[at++ % kReports], index));
  }
  state.SetLabel("the same, fields and checksum only");
}

void scanReportBaseline(benchmark::State& state) {
  const auto& messages = reports();
  FieldStorage<kFieldsMax> storage;
  FieldIndex index = storage.index();
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(scanFieldsBaseline(messages[at++ % kReports], index));
  }
  state.SetLabel("the same, without AVX2");
}

NewOrderSingle makeOrder() {
  NewOrderSingle order;
  order.account = "ACC1";
  order.clOrdID = "ord-0000001";
  order.handlInst = '1';
  order.ordType = '2';
  order.side = '1';
  order.symbol = "AAPL";
  order.timeInForce = '0';
  order.transactTime = kMorning;
  return order;
}

/// What changes from order to order, as for QuickFIX's reused message.
HeaderState change(NewOrderSingle& order, std::uint64_t number) {
  order.orderQty = Decimal{static_cast<std::int64_t>(100 + number % 100), 0};
  order.price = Decimal{static_cast<std::int64_t>(18500 + number % 100), 2};
  order.transactTime = kMorning + static_cast<Nanos>(number) * 1000;
  return {.msgSeqNum = number, .sendingTime = order.transactTime};
}

std::string_view encodeWhole(FixWriter& writer, const MessageHeader& session, std::uint64_t number,
                             NewOrderSingle& order) {
  session.begin(writer, NewOrderSingle::kMsgType, change(order, number));
  writeBody(writer, order, TimePrecision::Millis);
  return session.finish(writer).value();
}

/// From a template, or whole each time; both must give the same bytes.
void encodeOrder(benchmark::State& state, bool isWhole) {
  std::vector<char> memory(4096);
  FixWriter writer(memory);
  const MessageHeader session = header("CLIENT1", "BROKER");
  NewOrderTemplate orders(session);
  NewOrderSingle order = makeOrder();
  std::uint64_t number = 1;
  std::string_view message;
  const std::uint64_t before = allocations.load();
  for (auto _ : state) {
    if (isWhole) {
      message = encodeWhole(writer, session, number, order);
    } else {
      message = orders.write(writer, order, change(order, number)).value();
    }
    benchmark::DoNotOptimize(message.data());
    ++number;
  }
  if (allocations.load() - before > 8) state.SkipWithError("allocated");
  const std::string last(message);
  if (last != encodeWhole(writer, session, number - 1, order)) state.SkipWithError("other bytes");
  state.counters["allocations_per_message"] = 0;
  state.SetLabel("NewOrderSingle of 17 fields; number, two times, ClOrdID, quantity, price change");
}

BENCHMARK(decodeReport<TwelveFields>)->Name("fix_codec/decode_execution_report/ours");
BENCHMARK(decodeReport<ExecutionReport>)->Name("fix_codec/decode_execution_report/ours_31_fields");
#if defined(HFT_HAVE_QUICKFIX)
void decodeReportQuickFix(benchmark::State& state) {
  const auto& messages = reports();
  std::size_t at = 0;
  OracleReport report;
  for (auto _ : state) {
    const std::string& bytes = messages[at++ % kReports];
    if (oracleReadReport(bytes.data(), bytes.size(), &report) == 0) state.SkipWithError("refused");
    benchmark::DoNotOptimize(report);
  }
  state.SetLabel("setString with checksum into a reused Message, twelve fields");
}

void encodeOrderQuickFix(benchmark::State& state) {
  std::vector<char> memory(4096);
  std::uint64_t number = 1;
  for (auto _ : state) {
    const auto step = static_cast<double>(number % 100);
    benchmark::DoNotOptimize(oracleWriteOrder(number, "ord-0000001", 100 + step, 185 + step / 100,
                                              memory.data(), memory.size()));
    ++number;
  }
  state.SetLabel("the same NewOrderSingle from a reused Message");
}

BENCHMARK(decodeReportQuickFix)->Name("fix_codec/decode_execution_report/quickfix");
#endif
BENCHMARK(scanReport)->Name("fix_codec/scan_fields/ours");
BENCHMARK(scanReportBaseline)->Name("fix_codec/scan_fields/ours_sse2");
BENCHMARK_CAPTURE(encodeOrder, ours, false)->Name("fix_codec/encode_new_order_single/ours");
BENCHMARK_CAPTURE(encodeOrder, ours_whole, true)
    ->Name("fix_codec/encode_new_order_single/ours_whole");
#if defined(HFT_HAVE_QUICKFIX)
BENCHMARK(encodeOrderQuickFix)->Name("fix_codec/encode_new_order_single/quickfix");
#endif

}  // namespace

BENCHMARK_MAIN();

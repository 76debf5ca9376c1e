// Death at random moments: a trading process on a journal is killed and started again, while the
// exchange lives on in another process. At the end both must tell the same story: no fill lost,
// none counted twice, no wrong position. HFT_KILLS says how often (default 60; 10 under a
// sanitizer).
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <random>
#include <sys/wait.h>
#include <unistd.h>

#include "native/core/clock.hpp"
#include "test/native/stream/trading_desk.hpp"

namespace hft::stream {
namespace {

using order::OrderRequest;

/// Reads or writes one whole record; false at the end of the pipe.
template <typename T>
bool readOne(int fd, T& value) {
  auto* at = reinterpret_cast<char*>(&value);
  for (std::size_t done = 0; done < sizeof value;) {
    const ssize_t got = ::read(fd, at + done, sizeof value - done);
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

template <typename T>
bool writeOne(int fd, const T& value) {
  // Below PIPE_BUF: whole or not at all.
  static_assert(sizeof value <= 4096);
  return ::write(fd, &value, sizeof value) == static_cast<ssize_t>(sizeof value);
}

/// What the process says of an instrument at its end.
struct Account {
  std::int64_t net[4] = {};
  std::int64_t working = 0;
  std::int64_t unknown = 0;
  std::int64_t damaged = 0;
  std::int64_t orders = 0;
  std::int64_t filled = 0;  ///< Sum of cumQty over all orders.
  std::int64_t reserved = 0;
};

/// What it says of one order.
struct Told {
  event::ClOrdID clOrdID = 0;
  std::int64_t cumQty = 0;
  std::int64_t claimed = 0;
  int status = 0;
  int pending = 0;
};

/// The pipes of one life: requests out, reports in, the account out.
struct Pipes {
  int requests[2];
  int reports[2];
  int account[2];
};

CoreOptions askingOften() {
  CoreOptions options = smallCore();
  options.askInterval = 20'000'000;
  options.answerTimeout = 60'000'000;
  return options;
}

struct Life {
  TradingCore core{askingOften()};
  int requests;
  int reports;
};

event::JournalStamp stampNow() { return {realtimeNanos(), realtimeNanos()}; }

void takeReports(Life& life, int timeoutMs) {
  pollfd wait{life.reports, POLLIN, 0};
  while (::poll(&wait, 1, timeoutMs) > 0 && (wait.revents & POLLIN) != 0) {
    event::ExecutionReport report;
    if (!readOne(life.reports, report)) _exit(3);
    life.core.onReport(report, stampNow());
    timeoutMs = 0;
  }
}

/// The trading process. Never returns.
[[noreturn]] void live(const std::string& path, const Pipes& pipes, std::uint64_t seed,
                       bool isLast) {
  auto life = std::make_unique<Life>();
  life->requests = pipes.requests[1];
  life->reports = pipes.reports[0];
  TradingCore& core = life->core;
  describeInstruments(core);
  VenuePort port;
  port.context = life.get();
  port.canSend = [](void*) noexcept { return true; };
  port.send = [](void* self, const OrderRequest& request) noexcept {
    if (!writeOne(static_cast<Life*>(self)->requests, request)) _exit(4);
  };
  core.setPort(0, port);
  auto directory = event::JournalDirectory::open(path, event::JournalDirectory::Mode::Write);
  if (!directory.ok()) _exit(5);
  event::AuditReport report;
  const RecoverySummary summary = core.recover(directory.value(), report);
  event::JournalOptions options;
  options.journalId = 7;
  // Small: lives end in the change of a segment too.
  options.segmentBytes = 256 << 10;
  options.reserveBytes = 64 << 10;
  options.flushesToDisk = false;
  auto journal = event::Journal::start(directory.take(), report, options);
  if (!journal.ok()) _exit(6);
  auto held = journal.take();
  for (InstrumentId id = 0; id < 4; ++id) core.onMarket(bookEvent(id, 9'990, 10'010), stampNow());
  core.start(held.get(), static_cast<std::uint32_t>(held->run()), stampNow());
  std::mt19937_64 random(seed);
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  };
  std::vector<event::ClOrdID> ids;
  // Some lives write a snapshot, and die before, in or after it: recovery then begins there, and
  // what lies before it is let go. So a life costs the same after a thousand others.
  const std::int64_t snapshotAt = draw(0, 7) == 0 ? draw(0, 40) : -1;
  for (int step = 0; !isLast && step < 100'000; ++step) {
    takeReports(*life, draw(0, 30) == 0 ? 1 : 0);
    core.onClock(stampNow());
    if (step == snapshotAt && core.snapshot(path, stampNow()) != event::SnapshotError::Ok) _exit(9);
    if (draw(0, 2) > 0 || ids.empty()) {
      OrderRequest request =
          TradingDesk::order(draw(0, 1) == 0 ? Side::Buy : Side::Sell, draw(1, 20),
                             10'000 + draw(-5, 5), static_cast<InstrumentId>(draw(0, 3)));
      request.strategy = static_cast<std::uint16_t>(draw(0, 3));
      const Submission done = core.submit(request, stampNow());
      if (done.verdict == SubmitVerdict::Accepted) ids.push_back(done.clOrdID);
    } else {
      const auto id =
          ids[static_cast<std::size_t>(draw(0, static_cast<std::int64_t>(ids.size()) - 1))];
      if (draw(0, 1) == 0) {
        (void)core.cancel(id, stampNow());
      } else {
        OrderRequest replace = TradingDesk::order(Side::Buy, draw(1, 25), 10'000 + draw(-5, 5));
        replace.origClOrdID = id;
        (void)core.replace(replace, stampNow());
      }
    }
  }
  // The last life settles: everything is asked for, then canceled.
  // A busy machine may take its time; only a hang ends it otherwise.
  const Nanos end = monotonicNanos() + 120'000'000'000;
  for (int i = 0; monotonicNanos() < end; ++i) {
    takeReports(*life, 5);
    core.onClock(stampNow());
    if (i % 20 == 19) (void)core.cancelAll(risk::RiskScope::Global, 0, stampNow());
    std::size_t missing = 0;
    core.orders().forEachMissing([&](order::OrderIndex) { ++missing; });
    if (core.orders().workingCount() == 0 && missing == 0) break;
  }
  Account account;
  for (InstrumentId id = 0; id < 4; ++id) {
    account.net[id] = core.positions().netQty(id);
    const risk::Exposure* row = core.risk().exposure(risk::RiskScope::Symbol, id, id);
    if (row != nullptr) account.reserved += row->working[0] + row->working[1];
  }
  account.working = core.orders().workingCount();
  account.damaged = static_cast<std::int64_t>(summary.damaged);
  account.orders = core.orders().size();
  account.unknown = static_cast<std::int64_t>(
      core.troubles().unbookedFills + core.troubles().badReports + core.troubles().unjournaled);
  // The end of the requests: the other side reads the account from here on.
  ::close(pipes.requests[1]);
  if (!writeOne(pipes.account[1], account)) _exit(7);
  const auto tell = [&](order::OrderIndex index) {
    const order::Order& order = core.orders()[index];
    const Told told{order.firstClOrdID(), order.state.cumQty, order.state.claimedCumQty,
                    static_cast<int>(order.ordStatus()),
                    order.state.pendingCancels * 100 + order.state.pendingReplaces * 10 +
                        order.state.unknownRequests};
    if (!writeOne(pipes.account[1], told)) _exit(8);
  };
  core.orders().forEachWorking(tell);
  core.orders().forEachClosed(tell);
  _exit(0);
}

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
// Starting a process costs a multiple under a sanitizer.
constexpr int kKills = 10;
#else
constexpr int kKills = 60;
#endif

TEST(TradingCrash, LosesAndDoublesNothingHoweverOftenItIsKilled) {
  const char* wanted = std::getenv("HFT_KILLS");
  const int kills = wanted != nullptr ? std::atoi(wanted) : kKills;
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  std::signal(SIGPIPE, SIG_IGN);
  const std::string path =
      (std::filesystem::temp_directory_path() / ("hft-crash-" + std::to_string(::getpid())))
          .string();
  std::filesystem::remove_all(path);
  sim::ExchangeOptions venue = TradingDesk::exchangeOptions();
  // All orders of all lives, and little more: each fork copies the map of this memory.
  venue.ordersMax = static_cast<std::uint32_t>(1 << 12) + static_cast<std::uint32_t>(kills) * 128;
  venue.executionsMax = venue.ordersMax * 2;
  auto exchange = std::make_unique<sim::SimulatedExchange>(venue);
  for (InstrumentId id = 0; id < 4; ++id)
    ASSERT_EQ(exchange->addInstrument(id, TradingDesk::terms()), sim::ExchangeError::Ok);
  Nanos now = kMorning;
  std::uint64_t foreign = 1;
  std::size_t orders = 0;
  Account account;
  bool isSettled = false;
  for (int life = 0; life <= kills; ++life) {
    const bool isLast = life == kills;
    Pipes pipes;
    ASSERT_EQ(::pipe(pipes.requests), 0);
    ASSERT_EQ(::pipe(pipes.reports), 0);
    ASSERT_EQ(::pipe(pipes.account), 0);
    const std::uint64_t lifeSeed = random();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) live(path, pipes, lifeSeed, isLast);
    ::close(pipes.requests[1]);
    ::close(pipes.reports[0]);
    ::close(pipes.account[1]);
    int killAfter = isLast ? -1 : static_cast<int>(random() % 40);
    ::fcntl(pipes.reports[1], F_SETFL, O_NONBLOCK);
    for (OrderRequest request; readOne(pipes.requests[0], request);) {
      if (request.kind == order::RequestKind::New) ++orders;
      now += 1'000;
      (void)exchange->onRequest(request, now);
      if (random() % 3 == 0) {
        OrderRequest other = TradingDesk::order(
            random() % 2 == 0 ? Side::Buy : Side::Sell, static_cast<Qty>(random() % 20 + 1),
            static_cast<Price>(9'995 + random() % 11), static_cast<InstrumentId>(random() % 4));
        other.clOrdID = foreign++;
        (void)exchange->onForeign(other, now);
      }
      exchange->advance(now);
      for (event::ExecutionReport report; exchange->poll(report, now);) {
        // What the process does not take, or never reads, is lost: as with a cut line.
        (void)writeOne(pipes.reports[1], report);
      }
      // What is still in the pipe has left the process: it is read to its end.
      if (request.kind == order::RequestKind::New && killAfter-- == 0) ::kill(child, SIGKILL);
    }
    if (isLast) isSettled = readOne(pipes.account[0], account);
    for (Told told; isLast && readOne(pipes.account[0], told);) {
      event::ExecutionReport truth;
      if (!exchange->query(told.clOrdID, truth)) truth.ordStatus = OrdStatus::None;
      EXPECT_EQ(told.cumQty, truth.cumQty)
          << "order " << told.clOrdID << " status " << told.status << " claimed " << told.claimed
          << " pending " << told.pending << "; the venue's status "
          << static_cast<int>(truth.ordStatus);
      const bool isOpen =
          truth.ordStatus == OrdStatus::New || truth.ordStatus == OrdStatus::PartiallyFilled;
      EXPECT_FALSE(isOpen) << "order " << told.clOrdID << " status " << told.status;
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(isLast || WIFSIGNALED(status)) << "exit code " << WEXITSTATUS(status);
    for (const int fd : {pipes.requests[0], pipes.reports[1], pipes.account[0]}) ::close(fd);
  }
  std::filesystem::remove_all(path);
  ASSERT_TRUE(isSettled);
  EXPECT_EQ(account.damaged, 0);
  EXPECT_EQ(account.unknown, 0);
  EXPECT_EQ(account.working, 0);
  EXPECT_EQ(account.reserved, 0);
  EXPECT_EQ(exchange->openOrderCount(), 0U);
  std::int64_t net[4] = {};
  for (InstrumentId id = 0; id < 4; ++id) net[id] = exchange->position(0, id);
  for (int id = 0; id < 4; ++id) EXPECT_EQ(account.net[id], net[id]) << "instrument " << id;
  EXPECT_GT(orders, static_cast<std::size_t>(kills) * 2);
  RecordProperty("orders", static_cast<int>(orders));
}

}  // namespace
}  // namespace hft::stream

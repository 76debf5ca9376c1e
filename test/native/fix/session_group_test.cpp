#include "native/fix/session/session_group.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <vector>

#include "native/core/clock.hpp"

namespace hft::fix {
namespace {

constexpr Nanos kPatience = 5'000'000'000;

std::string soh(std::string text) {
  for (char& c : text) {
    if (c == '|') c = '\001';
  }
  return text;
}

std::string readable(std::string text) {
  for (char& c : text) {
    if (c == '\001') c = '|';
  }
  return text;
}

/// A dictionary of a few messages, in QuickFIX's format.
std::string dictionaryText() {
  std::string text = "<fix type='FIX' major='4' minor='4' servicepack='0'><header>";
  for (const char* const name : {"BeginString", "BodyLength", "MsgType", "SenderCompID",
                                 "TargetCompID", "MsgSeqNum", "SendingTime"}) {
    text += std::string("<field name='") + name + "' required='Y'/>";
  }
  text +=
      "<field name='PossDupFlag' required='N'/><field name='OrigSendingTime' required='N'/>"
      "</header><trailer><field name='CheckSum' required='Y'/></trailer><messages>"
      "<message name='Heartbeat' msgtype='0' msgcat='admin'><field name='TestReqID' "
      "required='N'/></message>"
      "<message name='TestRequest' msgtype='1' msgcat='admin'><field name='TestReqID' "
      "required='Y'/></message>"
      "<message name='ResendRequest' msgtype='2' msgcat='admin'><field name='BeginSeqNo' "
      "required='Y'/><field name='EndSeqNo' required='Y'/></message>"
      "<message name='SequenceReset' msgtype='4' msgcat='admin'><field name='GapFillFlag' "
      "required='N'/><field name='NewSeqNo' required='Y'/></message>"
      "<message name='Logout' msgtype='5' msgcat='admin'><field name='Text' required='N'/>"
      "</message>"
      "<message name='Logon' msgtype='A' msgcat='admin'><field name='EncryptMethod' "
      "required='Y'/><field name='HeartBtInt' required='Y'/><field name='ResetSeqNumFlag' "
      "required='N'/><field name='Password' required='N'/></message>"
      "<message name='NewOrderSingle' msgtype='D' msgcat='app'><field name='ClOrdID' "
      "required='Y'/><field name='Symbol' required='Y'/><field name='Price' required='N'/>"
      "</message></messages><components/><fields>";
  const std::vector<std::pair<int, std::pair<const char*, const char*>>> fields = {
      {8, {"BeginString", "STRING"}},
      {9, {"BodyLength", "LENGTH"}},
      {35, {"MsgType", "STRING"}},
      {49, {"SenderCompID", "STRING"}},
      {56, {"TargetCompID", "STRING"}},
      {34, {"MsgSeqNum", "SEQNUM"}},
      {52, {"SendingTime", "UTCTIMESTAMP"}},
      {43, {"PossDupFlag", "BOOLEAN"}},
      {122, {"OrigSendingTime", "UTCTIMESTAMP"}},
      {10, {"CheckSum", "STRING"}},
      {112, {"TestReqID", "STRING"}},
      {7, {"BeginSeqNo", "SEQNUM"}},
      {16, {"EndSeqNo", "SEQNUM"}},
      {123, {"GapFillFlag", "BOOLEAN"}},
      {36, {"NewSeqNo", "SEQNUM"}},
      {58, {"Text", "STRING"}},
      {98, {"EncryptMethod", "INT"}},
      {108, {"HeartBtInt", "INT"}},
      {141, {"ResetSeqNumFlag", "BOOLEAN"}},
      {554, {"Password", "STRING"}},
      {11, {"ClOrdID", "STRING"}},
      {55, {"Symbol", "STRING"}},
      {44, {"Price", "PRICE"}}};
  for (const auto& [tag, field] : fields) {
    text += "<field number='" + std::to_string(tag) + "' name='" + field.first + "' type='" +
            field.second + "'/>";
  }
  return text + "</fields></fix>";
}

class Folder {
 public:
  Folder() {
    std::string pattern = std::filesystem::temp_directory_path() / "hft-fix-XXXXXX";
    path = ::mkdtemp(pattern.data());
    std::ofstream(path + "/FIX44.xml") << dictionaryText();
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

/// A group that is turned by the test, and what it told.
struct Side {
  std::string error;
  std::vector<std::pair<SessionEventKind, std::string>> events;
  bool hasRoom = true;
  std::unique_ptr<SessionGroup> group;  ///< Last: it tells of its end.

  explicit Side(const std::string& settings, bool usesFastPath = true) {
    SessionGroupOptions options;
    options.settings = settings;
    options.usesFastPath = usesFastPath;
    auto opened = SessionGroup::open(
        options, {.context = this,
                  .take =
                      [](void* self, const SessionEvent& event) noexcept {
                        auto& side = *static_cast<Side*>(self);
                        if (!side.hasRoom) return false;
                        side.events.emplace_back(event.kind, std::string(event.bytes));
                        return true;
                      },
                  .turnEnded = nullptr});
    group = std::move(opened.group);
    error = opened.error;
  }
  [[nodiscard]] std::size_t countOf(SessionEventKind kind) const {
    std::size_t count = 0;
    for (const auto& event : events) count += event.first == kind ? 1 : 0;
    return count;
  }
  [[nodiscard]] bool isLoggedOn() const { return group->counters(0).isLoggedOn; }
};

std::string standard(const Folder& folder, const std::string& more) {
  return "[DEFAULT]\nStartTime=00:00:00\nEndTime=00:00:00\nNonStopSession=Y\nHeartBtInt=30\n"
         "ReconnectInterval=0\nDataDictionary=" +
         folder.path + "/FIX44.xml\n" + more;
}

std::string acceptorSettings(const Folder& folder, const std::string& more = "") {
  return standard(folder, "ConnectionType=acceptor\nSocketAcceptPort=0\nFileStorePath=" +
                              folder.path + "\nFileLogPath=" + folder.path + "\n" + more +
                              "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=S\nTargetCompID=C\n");
}

std::string initiatorSettings(const Folder& folder, std::uint16_t port,
                              const std::string& more = "") {
  return standard(folder,
                  "ConnectionType=initiator\nSocketConnectHost=127.0.0.1\n"
                  "SocketConnectPort=" +
                      std::to_string(port) + "\nFileStorePath=" + folder.path +
                      "\nFileLogPath=" + folder.path + "\n" + more +
                      "[SESSION]\nBeginString=FIX.4.4\nSenderCompID=C\nTargetCompID=S\n");
}

/// Turns both until `isDone`; false when it takes too long.
bool turnUntil(Side& first, Side& second, const std::function<bool()>& isDone) {
  const Nanos deadline = monotonicNanos() + kPatience;
  while (!isDone()) {
    if (monotonicNanos() > deadline) {
      // What both sides said last tells why.
      for (const Side* side : {&first, &second}) {
        const std::size_t from = side->events.size() > 8 ? side->events.size() - 8 : 0;
        for (std::size_t at = from; at < side->events.size(); ++at) {
          ADD_FAILURE() << static_cast<int>(side->events[at].first) << " "
                        << readable(side->events[at].second);
        }
      }
      return false;
    }
    first.group->turn(1'000'000);
    second.group->turn(1'000'000);
  }
  return true;
}

class SessionGroups : public ::testing::Test {
 protected:
  void SetUp() override {
    if (sessionBrain().calls == nullptr) GTEST_SKIP() << sessionBrain().error;
  }
  Folder folder;
};

TEST_F(SessionGroups, LogOnAndTradeThroughTheFastPath) {
  Side acceptor(acceptorSettings(folder));
  ASSERT_EQ(acceptor.error, "");
  Side initiator(initiatorSettings(folder, acceptor.group->listeningPort(0)));
  ASSERT_EQ(initiator.error, "");
  ASSERT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.isLoggedOn() && initiator.isLoggedOn(); }));
  for (int order = 0; order < 100; ++order) {
    ASSERT_TRUE(
        initiator.group->send(0, "D", soh("11=" + std::to_string(order) + "|55=A|44=1.5|")));
  }
  ASSERT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.countOf(SessionEventKind::Application) == 100; }));
  EXPECT_EQ(acceptor.group->counters(0).receivedFast, 100U);
  EXPECT_EQ(acceptor.group->counters(0).nextTarget, 102U);
}

/// How many of ten reports the buyer has while the seller still handles the burst of orders that
/// they answer.
std::size_t reportsBeforeTheEnd(const Folder& folder, const std::string& setting) {
  struct Seller {
    std::unique_ptr<SessionGroup> group;
    Side* buyer = nullptr;
    std::size_t orders = 0;
    std::size_t early = 0;
  } seller;
  SessionGroupOptions options;
  options.settings = acceptorSettings(folder, setting);
  seller.group = std::move(
      SessionGroup::open(options, {.context = &seller,
                                   .take =
                                       [](void* context, const SessionEvent& event) noexcept {
                                         auto& self = *static_cast<Seller*>(context);
                                         if (event.kind != SessionEventKind::Application)
                                           return true;
                                         EXPECT_TRUE(self.group->send(0, "D", "11=1\00155=A\001"));
                                         if (++self.orders != 10) return true;
                                         self.buyer->group->turn(0);
                                         self.early =
                                             self.buyer->countOf(SessionEventKind::Application);
                                         return true;
                                       },
                                   .turnEnded = nullptr})
          .group);
  Side buyer(initiatorSettings(folder, seller.group->listeningPort(0)));
  seller.buyer = &buyer;
  const Nanos deadline = monotonicNanos() + kPatience;
  const auto turnBoth = [&] {
    EXPECT_LT(monotonicNanos(), deadline);
    seller.group->turn(1'000'000);
    buyer.group->turn(1'000'000);
    return monotonicNanos() < deadline;
  };
  while (!buyer.isLoggedOn() && turnBoth()) {
  }
  for (int order = 0; order < 10; ++order) {
    EXPECT_TRUE(buyer.group->send(0, "D", "11=1\00155=A\001"));
  }
  while (buyer.countOf(SessionEventKind::Application) < 10 && turnBoth()) {
  }
  return seller.early;
}

TEST_F(SessionGroups, AnswerTheFirstOfABurstBeforeItsEnd) {
  EXPECT_GT(reportsBeforeTheEnd(folder, "FlushBytes=128\n"), 0U);
  const Folder other;
  EXPECT_EQ(reportsBeforeTheEnd(other, "FlushBytes=0\n"), 0U);
}

/// What an acceptor sends to a fixed dialogue, without what must differ from run to run.
std::string dialogue(bool usesFastPath) {
  const Folder own;
  Side acceptor(acceptorSettings(own), usesFastPath);
  Side initiator(initiatorSettings(own, acceptor.group->listeningPort(0)), usesFastPath);
  EXPECT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.isLoggedOn() && initiator.isLoggedOn(); }));
  const std::vector<std::string> bodies = {
      "11=1|55=A|44=1.5|", "11=2|55=A|",       "11=3|",           "11=4|55=A|44=x|",
      "11=5|55=A|9999=1|", "11=6|55=A|44=-2|", "11=7|55=A|11=8|", "11=9|55=B|"};
  for (const std::string& body : bodies) {
    EXPECT_TRUE(initiator.group->send(0, "D", soh(body)));
    EXPECT_TRUE(initiator.group->send(0, "1", soh("112=" + body.substr(3, 1) + "|")));
  }
  EXPECT_TRUE(turnUntil(acceptor, initiator, [&] {
    return initiator.group->counters(0).nextTarget >= 14 &&
           acceptor.group->counters(0).nextTarget >= 18;
  }));
  EXPECT_EQ(acceptor.group->counters(0).receivedFast > 0, usesFastPath);
  std::string text;
  for (const auto& [kind, bytes] : acceptor.events) {
    if (kind == SessionEventKind::Application) text += "app " + readable(bytes) + "\n";
  }
  for (const auto& [kind, bytes] : initiator.events) {
    if (kind == SessionEventKind::Admin) text += "admin " + readable(bytes) + "\n";
  }
  // 52 and 10 differ by the clock.
  std::string stable;
  for (std::size_t at = 0; at < text.size();) {
    if (text.compare(at, 4, "|52=") == 0 || text.compare(at, 4, "|10=") == 0) {
      at = text.find('|', at + 1);
      continue;
    }
    stable += text[at++];
  }
  return stable;
}

TEST_F(SessionGroups, SayAndTellTheSameWithAndWithoutTheFastPath) {
  EXPECT_EQ(dialogue(true), dialogue(false));
}

/// Asks an initiator for five orders of this logon again; returns how many the acceptor then has.
std::size_t ordersAfterResend(const Folder& folder, const std::string& policy) {
  Side acceptor(acceptorSettings(folder));
  Side initiator(initiatorSettings(folder, acceptor.group->listeningPort(0), policy));
  EXPECT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.isLoggedOn() && initiator.isLoggedOn(); }));
  for (int order = 0; order < 5; ++order) {
    EXPECT_TRUE(initiator.group->send(0, "D", soh("11=" + std::to_string(order) + "|55=A|")));
  }
  EXPECT_TRUE(acceptor.group->send(0, "2", soh("7=2|16=0|")));
  // The test request's answer comes behind the resend's.
  EXPECT_TRUE(acceptor.group->send(0, "1", soh("112=behind|")));
  EXPECT_TRUE(turnUntil(acceptor, initiator, [&] {
    return initiator.group->counters(0).nextTarget == 4 &&
           acceptor.group->counters(0).nextTarget == 8;
  }));
  // Bytes of orders that came twice are told apart by PossDupFlag: the session drops them, its
  // log has them.
  acceptor.group->turn(0);
  std::size_t copies = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path)) {
    if (entry.path().string().find("S-%3EC.log") == std::string::npos) continue;
    std::ifstream input(entry.path());
    for (std::string line; std::getline(input, line);) {
      const std::string text = readable(line);
      const bool isOrder =
          text.find(" in ") != std::string::npos && text.find("|35=D|") != std::string::npos;
      copies += isOrder && text.find("|43=Y|") != std::string::npos ? 1 : 0;
    }
  }
  return copies;
}

TEST_F(SessionGroups, SendOrdersOfThisLogonAgain) { EXPECT_EQ(ordersAfterResend(folder, ""), 5U); }

TEST_F(SessionGroups, SendNoOrderAgainWhereTheSettingSaysSo) {
  EXPECT_EQ(ordersAfterResend(folder, "ResendOrders=N\n"), 0U);
}

TEST_F(SessionGroups, FillTheGapOfOrdersOfAnEarlierLogon) {
  auto acceptor = std::make_unique<Side>(acceptorSettings(folder));
  const std::uint16_t port = acceptor->group->listeningPort(0);
  Side initiator(initiatorSettings(folder, port));
  ASSERT_TRUE(turnUntil(*acceptor, initiator,
                        [&] { return acceptor->isLoggedOn() && initiator.isLoggedOn(); }));
  for (int order = 0; order < 5; ++order) {
    ASSERT_TRUE(initiator.group->send(0, "D", soh("11=" + std::to_string(order) + "|55=A|")));
  }
  // It never reads them.
  acceptor.reset();
  std::string again = acceptorSettings(folder);
  again.replace(again.find("SocketAcceptPort=0"), 18, "SocketAcceptPort=" + std::to_string(port));
  Side second(again);
  ASSERT_EQ(second.error, "");
  ASSERT_TRUE(turnUntil(second, initiator, [&] {
    return second.isLoggedOn() && initiator.isLoggedOn() && second.group->counters(0).logons == 1 &&
           second.group->counters(0).nextTarget >= 8;
  }));
  EXPECT_EQ(second.countOf(SessionEventKind::Application), 0U);
}

TEST_F(SessionGroups, KeepTheirNumbersWhenTheyAreOpenedAgain) {
  std::uint32_t sent = 0;
  for (int round = 0; round < 3; ++round) {
    Side acceptor(acceptorSettings(folder));
    ASSERT_EQ(acceptor.error, "");
    Side initiator(initiatorSettings(folder, acceptor.group->listeningPort(0)));
    ASSERT_TRUE(turnUntil(acceptor, initiator,
                          [&] { return acceptor.isLoggedOn() && initiator.isLoggedOn(); }));
    EXPECT_GT(initiator.group->counters(0).nextSender, sent);
    ASSERT_TRUE(initiator.group->send(0, "D", soh("11=a|55=A|")));
    ASSERT_TRUE(turnUntil(acceptor, initiator,
                          [&] { return acceptor.countOf(SessionEventKind::Application) == 1; }));
    sent = initiator.group->counters(0).nextSender;
  }
}

TEST_F(SessionGroups, RefuseToSendBeforeTheLogon) {
  Side acceptor(acceptorSettings(folder));
  EXPECT_FALSE(acceptor.group->send(0, "D", soh("11=a|55=A|")));
  EXPECT_EQ(acceptor.group->refusal(), "the session is not logged on");
  ASSERT_TRUE(acceptor.group->post(SessionCommand::Send, 0, "D", soh("11=a|55=A|")));
  acceptor.group->turn(0);
  ASSERT_EQ(acceptor.countOf(SessionEventKind::Refused), 1U);
}

TEST_F(SessionGroups, HoldUrgentMessagesOfOtherThreadsForTheLogon) {
  Side acceptor(acceptorSettings(folder));
  Side initiator(initiatorSettings(folder, acceptor.group->listeningPort(0)));
  constexpr int kThreads = 2;
  constexpr int kEach = 50;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int order = 0; order < kEach; ++order) {
        const std::string id = std::to_string(thread * kEach + order);
        EXPECT_TRUE(initiator.group->postUrgent(0, "D", soh("11=" + id + "|55=A|")));
      }
    });
  }
  ASSERT_TRUE(turnUntil(acceptor, initiator, [&] {
    return acceptor.countOf(SessionEventKind::Application) == kThreads * kEach;
  }));
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(initiator.countOf(SessionEventKind::Refused), 0U);
  ASSERT_TRUE(initiator.group->postUrgent(0, "D", "no field"));
  initiator.group->turn(0);
  EXPECT_EQ(initiator.countOf(SessionEventKind::Refused), 1U) << "it would never be sent";
}

TEST_F(SessionGroups, TakeNoMoreUrgentMessagesThanTheyHaveRoomFor) {
  Side acceptor(acceptorSettings(folder));
  std::size_t taken = 0;
  while (acceptor.group->postUrgent(0, "D", soh("11=a|55=A|"))) ++taken;
  EXPECT_EQ(taken, UrgentQueue::kMax);
  acceptor.group->turn(0);
  EXPECT_FALSE(acceptor.group->postUrgent(0, "D", soh("11=a|55=A|"))) << "they are held";
}

TEST_F(SessionGroups, LoseNoReportWhileTheApplicationHasNoRoom) {
  Side acceptor(acceptorSettings(folder));
  Side initiator(initiatorSettings(folder, acceptor.group->listeningPort(0)));
  ASSERT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.isLoggedOn() && initiator.isLoggedOn(); }));
  acceptor.hasRoom = false;
  for (int order = 0; order < 2'000; ++order) {
    ASSERT_TRUE(initiator.group->send(0, "D", soh("11=" + std::to_string(order) + "|55=A|")));
    if (order % 100 == 0) acceptor.group->turn(0);
    initiator.group->turn(0);
  }
  acceptor.hasRoom = true;
  ASSERT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.countOf(SessionEventKind::Application) == 2'000; }));
  std::size_t order = 0;
  for (const auto& [kind, bytes] : acceptor.events) {
    if (kind != SessionEventKind::Application) continue;
    EXPECT_NE(readable(bytes).find("|11=" + std::to_string(order++) + "|"), std::string::npos);
  }
}

TEST_F(SessionGroups, KeepSecretsOutOfTheLog) {
  Side acceptor(acceptorSettings(folder));
  Side initiator(
      initiatorSettings(folder, acceptor.group->listeningPort(0), "LogonTag=554=sesame-open\n"));
  ASSERT_TRUE(turnUntil(acceptor, initiator,
                        [&] { return acceptor.isLoggedOn() && initiator.isLoggedOn(); }));
  acceptor.group->turn(0);
  initiator.group->turn(0);
  std::size_t masked = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path)) {
    if (entry.path().extension() != ".log") continue;
    std::ifstream input(entry.path());
    const std::string text(std::istreambuf_iterator<char>(input), {});
    EXPECT_EQ(text.find("sesame"), std::string::npos) << entry.path();
    masked += text.find("554=***") != std::string::npos ? 1 : 0;
  }
  EXPECT_EQ(masked, 2U);
}

TEST_F(SessionGroups, NameTheSettingThatIsWrong) {
  EXPECT_NE(Side(acceptorSettings(folder, "MaxLatency=soon\n")).error, "");
  const Side bad(acceptorSettings(folder, "StoreBytes=many\n"));
  EXPECT_NE(bad.error.find("StoreBytes is many"), std::string::npos) << bad.error;
  EXPECT_NE(Side("[DEFAULT]\n").error, "");
}

}  // namespace
}  // namespace hft::fix

#pragma once

#include <optional>
#include <string_view>

#include "native/fix/message/message_fields.hpp"

namespace hft::fix {

/// Logon(35=A). RawData is read by its length but written by the session, which signs it.
struct Logon {
  static constexpr std::string_view kMsgType = "A";

  std::optional<std::int64_t> encryptMethod;
  std::optional<std::int64_t> heartBtInt;
  std::optional<bool> resetSeqNumFlag;
  std::optional<std::int64_t> maxMessageSize;
  std::string_view username;
  std::optional<std::int64_t> nextExpectedMsgSeqNum;
  std::string_view defaultApplVerID;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template number<98>(self.encryptMethod);
    visitor.template number<108>(self.heartBtInt);
    visitor.template flag<141>(self.resetSeqNumFlag);
    visitor.template number<383>(self.maxMessageSize);
    visitor.template text<553>(self.username);
    visitor.template number<789>(self.nextExpectedMsgSeqNum);
    visitor.template text<1137>(self.defaultApplVerID);
  }
};

/// Heartbeat(35=0).
struct Heartbeat {
  static constexpr std::string_view kMsgType = "0";

  std::string_view testReqID;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<112>(self.testReqID);
  }
};

/// TestRequest(35=1).
struct TestRequest {
  static constexpr std::string_view kMsgType = "1";

  std::string_view testReqID;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<112>(self.testReqID);
  }
};

/// Logout(35=5).
struct Logout {
  static constexpr std::string_view kMsgType = "5";

  std::string_view text;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template text<58>(self.text);
  }
};

/// ResendRequest(35=2).
struct ResendRequest {
  static constexpr std::string_view kMsgType = "2";

  std::optional<std::int64_t> beginSeqNo;
  std::optional<std::int64_t> endSeqNo;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template number<7>(self.beginSeqNo);
    visitor.template number<16>(self.endSeqNo);
  }
};

/// SequenceReset(35=4).
struct SequenceReset {
  static constexpr std::string_view kMsgType = "4";

  std::optional<std::int64_t> newSeqNo;
  std::optional<bool> gapFillFlag;

  template <typename Visitor, typename Self>
  [[gnu::always_inline]] static constexpr void visit(Visitor& visitor, Self& self) noexcept {
    visitor.template number<36>(self.newSeqNo);
    visitor.template flag<123>(self.gapFillFlag);
  }
};

}  // namespace hft::fix

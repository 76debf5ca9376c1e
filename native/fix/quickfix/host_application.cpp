#include "native/fix/quickfix/host_application.hpp"

#include <cstdlib>

namespace hft::fix::shim {
namespace {

std::string fieldOf(const FIX::FieldMap& map, int tag) {
  return map.isSetField(tag) ? map.getField(tag) : std::string();
}

/// Whether `received` carries MsgSeqNum `number` in its header: a session may work off messages
/// that it had queued while it is being fed another one.
bool isNumbered(const ReceivedBytes& received, const std::string& number) {
  if (received.bytes == nullptr) return false;
  const std::string field = "\00134=" + number + "\001";
  const std::string bytes(received.bytes, received.size);
  const std::size_t at = bytes.find("\00134=");
  return at != std::string::npos && bytes.compare(at, field.size(), field) == 0;
}

struct AddsField {
  FIX::Message* message;
};

}  // namespace

void HostApplication::onLogon(const FIX::SessionID& id) {
  host_.onLogon(host_.context, numbers_.of(id));
}

void HostApplication::onLogout(const FIX::SessionID& id) {
  for (auto at = seen_.begin(); at != seen_.end();) {
    at = at->second == id ? seen_.erase(at) : std::next(at);
  }
  host_.onLogout(host_.context, numbers_.of(id));
}

void HostApplication::toAdmin(FIX::Message& message, const FIX::SessionID& id) {
  const std::string msgType = fieldOf(message.getHeader(), FIX::FIELD::MsgType);
  if (msgType != "A") return;
  const std::string number = fieldOf(message.getHeader(), FIX::FIELD::MsgSeqNum);
  const std::string time = fieldOf(message.getHeader(), FIX::FIELD::SendingTime);
  const std::string sender = id.getSenderCompID().getValue();
  const std::string target = id.getTargetCompID().getValue();
  const HftFixOutgoing outgoing = {msgType.c_str(), number.c_str(), time.c_str(), sender.c_str(),
                                   target.c_str()};
  AddsField adds = {&message};
  host_.toLogon(
      host_.context, numbers_.of(id), &outgoing,
      [](void* context, int tag, const char* bytes, size_t size) {
        static_cast<AddsField*>(context)->message->setField(tag, std::string(bytes, size));
      },
      &adds);
}

void HostApplication::toApp(FIX::Message& message, const FIX::SessionID& id)
    HFT_FIX_THROWS(FIX::DoNotSend) {
  // Only what is sent again carries PossDupFlag here.
  if (fieldOf(message.getHeader(), FIX::FIELD::PossDupFlag) != "Y") return;
  const std::string msgType = fieldOf(message.getHeader(), FIX::FIELD::MsgType);
  std::string time = fieldOf(message.getHeader(), FIX::FIELD::OrigSendingTime);
  const int number = std::atoi(fieldOf(message.getHeader(), FIX::FIELD::MsgSeqNum).c_str());
  if (time.empty()) time = fieldOf(message.getHeader(), FIX::FIELD::SendingTime);
  if (host_.mayResend(host_.context, numbers_.of(id), msgType.c_str(), number, time.c_str()) == 0) {
    throw FIX::DoNotSend();
  }
}

void HostApplication::fromAdmin(const FIX::Message& message, const FIX::SessionID& id)
    HFT_FIX_THROWS(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
                   FIX::RejectLogon) {
  deliver(host_.fromAdmin, message, id);
}

void HostApplication::fromApp(const FIX::Message& message, const FIX::SessionID& id)
    HFT_FIX_THROWS(FIX::FieldNotFound, FIX::IncorrectDataFormat, FIX::IncorrectTagValue,
                   FIX::UnsupportedMessageType) {
  if (echo_) {
    echo(message, id);
  } else {
    deliver(host_.fromApp, message, id);
  }
}

void HostApplication::deliver(Deliver to, const FIX::Message& message, const FIX::SessionID& id) {
  const std::string msgType = fieldOf(message.getHeader(), FIX::FIELD::MsgType);
  const std::uint32_t session = numbers_.of(id);
  if (isNumbered(received_, fieldOf(message.getHeader(), FIX::FIELD::MsgSeqNum))) {
    to(host_.context, session, msgType.c_str(), received_.bytes, received_.size);
    return;
  }
  const std::string text = message.toString();
  to(host_.context, session, msgType.c_str(), text.data(), text.size());
}

// Source: quickfixengine.org, Acceptance Tests: "Application messages are echoed".
void HostApplication::echo(const FIX::Message& message, const FIX::SessionID& id) {
  const std::string msgType = fieldOf(message.getHeader(), FIX::FIELD::MsgType);
  if (msgType != "D" && msgType != "d" && msgType != "C") throw FIX::UnsupportedMessageType();
  if (msgType == "D") {
    const bool isPossResend = fieldOf(message.getHeader(), FIX::FIELD::PossResend) == "Y";
    const std::pair<std::string, FIX::SessionID> order(fieldOf(message, FIX::FIELD::ClOrdID), id);
    if (isPossResend && seen_.count(order) != 0) return;
    seen_.insert(order);
  }
  FIX::Message answer = message;
  FIX::Session::sendToTarget(answer, id);
}

}  // namespace hft::fix::shim

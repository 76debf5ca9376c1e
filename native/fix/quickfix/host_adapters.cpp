#include "native/fix/quickfix/host_adapters.hpp"

#include <array>

namespace hft::fix::shim {

bool HostStore::set(int number, const std::string& message) HFT_FIX_THROWS(FIX::IOException) {
  if (host_.storeSet(host_.context, session_, number, message.data(), message.size()) != 0) {
    throw FIX::IOException("the message store is full or cannot be written");
  }
  return true;
}

void HostStore::get(int first, int last, std::vector<std::string>& into) const
    HFT_FIX_THROWS(FIX::IOException) {
  const auto add = [](void* context, const char* bytes, size_t size) {
    static_cast<std::vector<std::string>*>(context)->emplace_back(bytes, size);
  };
  into.clear();
  if (host_.storeGet(host_.context, session_, first, last, add, &into) != 0) {
    throw FIX::IOException("the message store cannot be read");
  }
}

FIX::UtcTimeStamp HostStore::getCreationTime() const HFT_FIX_THROWS(FIX::IOException) {
  const std::int64_t micros = host_.creationTime(host_.context, session_);
  return FIX::UtcTimeStamp(static_cast<time_t>(micros / 1000000),
                           static_cast<int>(micros % 1000000 / 1000));
}

void HostStore::reset() HFT_FIX_THROWS(FIX::IOException) {
  if (host_.storeReset(host_.context, session_) != 0) {
    throw FIX::IOException("the message store cannot be reset");
  }
}

FIX::MessageStore* HostStoreFactory::create(const FIX::SessionID& id) {
  const std::uint32_t session = numbers_.add(id);
  std::array<char, 512> error{};
  if (host_.storeOpen(host_.context, engine_, session, error.data(), error.size()) != 0) {
    throw FIX::ConfigError(error.data());
  }
  return new HostStore(host_, session);
}

}  // namespace hft::fix::shim

// The part of the order table that survives a restart.
//
// Layout: a header; the window of each venue as a count and its ids; then each order as its record,
// the counts of its requests and executions, and these, newest first. Indices of pools are not
// written: equal states give equal bytes.
#include <algorithm>
#include <cstring>

#include "native/order/order_table.hpp"

namespace hft::order {
namespace {

/// "Order01".
constexpr std::uint64_t kMagic = 0x3130'7265'6472'4fULL;

struct Header {
  std::uint64_t magic = kMagic;
  std::uint32_t orderCount = 0;
  std::uint32_t venueCount = 0;
  std::uint64_t forgottenCount = 0;
};

struct OrderCounts {
  std::uint32_t requests = 0;
  std::uint32_t executions = 0;
};

class Writer {
 public:
  explicit Writer(std::span<std::byte> out) : out_(out) {}

  template <typename T>
  void put(const T& value) noexcept {
    HFT_CHECK(at_ + sizeof(T) <= out_.size());
    std::memcpy(out_.data() + at_, &value, sizeof(T));
    at_ += sizeof(T);
  }

 private:
  std::span<std::byte> out_;
  std::size_t at_ = 0;
};

}  // namespace

/// Reads values until the bytes end.
class OrderTable::SnapshotReader {
 public:
  explicit SnapshotReader(std::span<const std::byte> in) : in_(in) {}

  template <typename T>
  [[nodiscard]] bool take(T& value) noexcept {
    if (in_.size() - at_ < sizeof(T)) return false;
    std::memcpy(&value, in_.data() + at_, sizeof(T));
    at_ += sizeof(T);
    return true;
  }
  [[nodiscard]] bool isAtEnd() const noexcept { return at_ == in_.size(); }

 private:
  std::span<const std::byte> in_;
  std::size_t at_ = 0;
};

std::vector<OrderIndex> OrderTable::ordersToSave() const {
  std::vector<OrderIndex> result;
  result.reserve(orders_.size());
  for (OrderIndex at = oldestClosed_; at != kNoRecord; at = orders_[at].links[0].next) {
    result.push_back(at);
  }
  const auto working = static_cast<std::ptrdiff_t>(result.size());
  for (const List& venue : lists_[static_cast<std::size_t>(Scope::Venue)]) {
    for (OrderIndex at = venue.first; at != kNoRecord; at = nextWorking(Scope::Venue, at)) {
      result.push_back(at);
    }
  }
  // By age, so that the lists come back in the order that they have.
  std::sort(result.begin() + working, result.end(), [this](OrderIndex one, OrderIndex other) {
    return orders_[one].firstClOrdID() < orders_[other].firstClOrdID();
  });
  return result;
}

std::size_t OrderTable::snapshotBytes() const noexcept {
  std::size_t bytes = sizeof(Header) + orders_.size() * (sizeof(Order) + sizeof(OrderCounts)) +
                      requests_.size() * sizeof(Request) +
                      executions_.size() * (sizeof(Execution) + sizeof(std::uint64_t));
  for (const ExecutionWindow& window : windows_) {
    bytes += sizeof(std::uint64_t) * (1 + window.size());
  }
  return bytes;
}

void OrderTable::save(std::span<std::byte> out) const noexcept {
  Writer writer(out);
  Header header;
  header.orderCount = orders_.size();
  header.venueCount = static_cast<std::uint32_t>(windows_.size());
  header.forgottenCount = forgottenCount_;
  writer.put(header);
  for (const ExecutionWindow& window : windows_) {
    writer.put(std::uint64_t{window.size()});
    for (std::size_t i = 0; i < window.size(); ++i) writer.put(window.at(i));
  }
  for (const OrderIndex index : ordersToSave()) {
    Order order = orders_[index];
    for (Order::Link& link : order.links) link = {};
    order.firstExecution = order.firstRequest = kNoRecord;
    OrderCounts counts;
    const Order& held = orders_[index];
    for (std::uint32_t at = held.firstRequest; at != kNoRecord; at = requests_[at].next) {
      ++counts.requests;
    }
    for (std::uint32_t at = held.firstExecution; at != kNoRecord; at = executions_[at].next) {
      ++counts.executions;
    }
    writer.put(order);
    writer.put(counts);
    for (std::uint32_t at = held.firstRequest; at != kNoRecord; at = requests_[at].next) {
      Request request = requests_[at];
      request.order = request.next = kNoRecord;
      writer.put(request);
    }
    for (std::uint32_t at = held.firstExecution; at != kNoRecord; at = executions_[at].next) {
      Execution entry = executions_[at];
      entry.order = entry.next = kNoRecord;
      // A corrector is of the same order: named by its id, as indices mean nothing elsewhere.
      const std::uint64_t corrector =
          entry.corrector == kNoRecord ? 0 : executions_[entry.corrector].execID;
      entry.corrector = kNoRecord;
      writer.put(entry);
      writer.put(corrector);
    }
  }
}

OrderError OrderTable::restore(std::span<const std::byte> snapshot) noexcept {
  if (orders_.size() != 0) return OrderError::BadSnapshot;
  SnapshotReader reader(snapshot);
  Header header;
  if (!reader.take(header) || header.magic != kMagic) return OrderError::BadSnapshot;
  if (header.venueCount > windows_.size()) return OrderError::CapacityExceeded;
  for (std::uint32_t venue = 0; venue < header.venueCount; ++venue) {
    std::uint64_t count = 0;
    if (!reader.take(count)) return OrderError::BadSnapshot;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::uint64_t execID = 0;
      if (!reader.take(execID)) return OrderError::BadSnapshot;
      windows_[venue].add(execID);
    }
  }
  forgottenCount_ = header.forgottenCount;
  for (std::uint32_t i = 0; i < header.orderCount; ++i) {
    Order order;
    if (!reader.take(order)) return OrderError::BadSnapshot;
    if (!hasScopes(order.request)) return OrderError::CapacityExceeded;
    if (find(order.firstClOrdID()) != kNoRecord) return OrderError::BadSnapshot;
    const OrderIndex index = orders_.take();
    if (index == kNoRecord) return OrderError::CapacityExceeded;
    order.firstExecution = order.firstRequest = kNoRecord;
    orders_[index] = order;
    clOrdIDs_.put(0, order.firstClOrdID(), index);
    if (order.orderID != 0) orderIDs_.put(order.request.venue, order.orderID, index);
    if (isClosed(order.state)) {
      appendClosed(index);
    } else {
      link(index);
    }
    const OrderError error = restoreParts(index, reader);
    if (error != OrderError::Ok) return error;
  }
  return reader.isAtEnd() ? OrderError::Ok : OrderError::BadSnapshot;
}

OrderError OrderTable::restoreParts(OrderIndex index, SnapshotReader& reader) noexcept {
  Order& order = orders_[index];
  OrderCounts counts;
  if (!reader.take(counts)) return OrderError::BadSnapshot;
  std::uint32_t* tail = &order.firstRequest;
  for (std::uint32_t i = 0; i < counts.requests; ++i) {
    Request request;
    if (!reader.take(request)) return OrderError::BadSnapshot;
    const std::uint32_t at = requests_.take();
    if (at == kNoRecord) return OrderError::CapacityExceeded;
    request.order = index;
    request.next = kNoRecord;
    requests_[at] = request;
    *tail = at;
    tail = &requests_[at].next;
    if (request.kind == RequestKind::CancelAll) {
      orderIDs_.put(order.request.venue, request.clOrdID, index);
    } else {
      clOrdIDs_.put(0, request.clOrdID, at | kRequestBit);
    }
  }
  // Correctors come before or after what they correct: their ids wait until all are in.
  std::vector<std::uint64_t> correctors(
      counts.executions <= executions_.available() ? counts.executions : 0);
  if (correctors.size() != counts.executions) return OrderError::CapacityExceeded;
  tail = &order.firstExecution;
  for (std::uint64_t& corrector : correctors) {
    Execution entry;
    if (!reader.take(entry) || !reader.take(corrector)) return OrderError::BadSnapshot;
    const std::uint32_t at = executions_.take();
    entry.order = index;
    entry.next = entry.corrector = kNoRecord;
    executions_[at] = entry;
    *tail = at;
    tail = &executions_[at].next;
    execIDs_.put(index, entry.execID, at);
  }
  std::size_t position = 0;
  for (std::uint32_t at = order.firstExecution; at != kNoRecord; at = executions_[at].next) {
    const std::uint64_t corrector = correctors[position++];
    if (corrector != 0) executions_[at].corrector = execIDs_.find(index, corrector);
  }
  return OrderError::Ok;
}

}  // namespace hft::order

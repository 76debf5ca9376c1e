#include "bindings/order_entry.hpp"

#include <cstring>
#include <memory>
#include <vector>

#include "bindings/arguments.hpp"
#include "native/order/order_entry.hpp"

namespace hft::bindings {
namespace {

using order::EntryBook;
using order::EntryLimits;
using order::OrderEntry;
using order::OrderGate;

constexpr napi_type_tag kTag = {0x6866745f6f72645fULL, 0x656e7472795f3031ULL};

/// The gate, its books, and the struct that JavaScript fills.
class EntryDesk {
 public:
  EntryDesk(napi_env env, napi_ref memory, std::byte* entry, std::size_t instruments,
            EntryLimits limits)
      : env_(env), memory_(memory), entry_(entry), books_(instruments), gate_(limits) {}
  ~EntryDesk() { napi_delete_reference(env_, memory_); }
  EntryDesk(const EntryDesk&) = delete;
  EntryDesk& operator=(const EntryDesk&) = delete;

  void submit() noexcept {
    OrderEntry entry;
    std::memcpy(&entry, entry_, sizeof entry);
    const bool isKnown = entry.instrument < books_.size();
    gate_.submit(entry, isKnown ? &books_[entry.instrument] : nullptr);
    std::memcpy(entry_, &entry, sizeof entry);
  }

  [[nodiscard]] std::vector<EntryBook>& books() { return books_; }
  [[nodiscard]] const OrderGate& gate() const { return gate_; }

 private:
  napi_env env_;
  napi_ref memory_;
  std::byte* entry_;
  std::vector<EntryBook> books_;
  OrderGate gate_;
};

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto memory = arguments.bytes(0, "memory");
  if (!memory) return nullptr;
  if (memory->size() < sizeof(OrderEntry) ||
      reinterpret_cast<std::uintptr_t>(memory->data()) % 8 != 0) {
    throwArgument(env, "memory must be 64 bytes, aligned to 8");
    return nullptr;
  }
  const auto instruments = arguments.integer(1, "instruments", 1, 1 << 20);
  if (!instruments) return nullptr;
  const auto orderQtyMax = arguments.integer(2, "orderQtyMax", 1, (std::int64_t{1} << 53) - 1);
  if (!orderQtyMax) return nullptr;
  const auto collar = arguments.integer(3, "collarTicks", 0, (std::int64_t{1} << 53) - 1);
  if (!collar) return nullptr;
  napi_ref reference = nullptr;
  napi_create_reference(env, arguments.at(0), 1, &reference);
  wrap(env, arguments.self(),
       std::make_unique<EntryDesk>(env, reference, memory->data(),
                                   static_cast<std::size_t>(*instruments),
                                   EntryLimits{*orderQtyMax, *collar}),
       kTag);
  return arguments.self();
}

/// The hot call: no arguments, the struct holds the question and the answer.
napi_value submit(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  static_cast<EntryDesk*>(data)->submit();
  return nullptr;
}

/// A function bound to this desk: saves the look-up of `this` on the hot call.
napi_value submitter(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* desk = unwrap<EntryDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  napi_value function = nullptr;
  napi_create_function(env, "submit", NAPI_AUTO_LENGTH, submit, desk, &function);
  // The function keeps its desk alive: a property that nobody can take away.
  const napi_property_descriptor owner = {"desk",  nullptr,          nullptr,      nullptr,
                                          nullptr, arguments.self(), napi_default, nullptr};
  napi_define_properties(env, function, 1, &owner);
  return function;
}

/// Tells the gate the newest state of a book.
napi_value setBook(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* desk = unwrap<EntryDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  const auto last = static_cast<std::int64_t>(desk->books().size()) - 1;
  const auto instrument = arguments.integer(0, "instrument", 0, last);
  if (!instrument) return nullptr;
  const auto state = arguments.integer(1, "state", 0, 2);
  if (!state) return nullptr;
  constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;
  const auto bid = arguments.integer(2, "bid", -kExact, kExact);
  if (!bid) return nullptr;
  const auto ask = arguments.integer(3, "ask", -kExact, kExact);
  if (!ask) return nullptr;
  const auto sequence = arguments.integer(4, "sequence", 0, kExact);
  if (!sequence) return nullptr;
  desk->books()[static_cast<std::size_t>(*instrument)] = {
      static_cast<event::BookState>(*state), *bid, *ask, static_cast<std::uint64_t>(*sequence)};
  return nullptr;
}

napi_value counts(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto* desk = unwrap<EntryDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  napi_value object = makeObject(env);
  setMember(env, object, "accepted", static_cast<double>(desk->gate().accepted()));
  setMember(env, object, "refused", static_cast<double>(desk->gate().refused()));
  return object;
}

}  // namespace

void registerOrderEntry(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeOrderEntry", construct,
              {{"submitter", submitter}, {"setBook", setBook}, {"counts", counts}});
}

}  // namespace hft::bindings

#pragma once

#include "native/order/order_request.hpp"

namespace hft::stream {

/// Where requests leave the trading core: a ring to a connector's thread, a FIX session, or a
/// simulated exchange on the same thread.
///
/// `canSend` says whether one more request is taken now; `send` follows only where it did. All run
/// on the core's thread and must not call back into it.
struct VenuePort {
  void* context = nullptr;
  bool (*canSend)(void* context) noexcept = nullptr;
  void (*send)(void* context, const order::OrderRequest& request) noexcept = nullptr;
  /// The same for a cancel, which may use room that orders may not. nullptr: as `canSend`.
  bool (*canCancel)(void* context) noexcept = nullptr;
};

}  // namespace hft::stream

#pragma once

#include "native/fix/quickfix/quickfix.hpp"

namespace hft::fix::shim {

/// Reaches the state of a FIX::Session, which it keeps private.
///
/// An explicit instantiation may name private members (C++14 [temp.explicit] 12); that is the
/// only way without a changed copy of the library to tell a session that bytes have moved
/// beside it, so that its heartbeats and time-outs stay right.
template <typename Tag, typename Tag::Type Member>
struct Opens {
  friend typename Tag::Type memberOf(Tag) { return Member; }
};

struct StateTag {
  using Type = FIX::SessionState FIX::Session::*;
  friend Type memberOf(StateTag);
};
template struct Opens<StateTag, &FIX::Session::m_state>;

inline FIX::SessionState& stateOf(FIX::Session& session) { return session.*memberOf(StateTag()); }

}  // namespace hft::fix::shim

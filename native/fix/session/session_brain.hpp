#pragma once

#include <string>

#include "native/fix/quickfix/shim.h"

namespace hft::fix {

/// The session brain, loaded on first use, or why there is none.
struct SessionBrain {
  const HftFixInterface* calls = nullptr;
  std::string error;
};

/// Loads `hft_quickfix.so`: from HFT_FIX_BRAIN, beside the program or library that this code is
/// part of, or where this source tree builds it. It stays loaded. Any thread.
[[nodiscard]] const SessionBrain& sessionBrain();

}  // namespace hft::fix

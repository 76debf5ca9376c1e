#pragma once

#include <string>

#include "native/fix/quickfix/shim.h"

namespace hft::fix {

/// The session brain, loaded on first use, or why there is none.
struct SessionBrain {
  const HftFixInterface* calls = nullptr;
  std::string error;
};

/// Loads `hft_quickfix.so`: beside the program or library that this code is part of, or
/// where the build puts it from there. It stays loaded. Any thread.
[[nodiscard]] const SessionBrain& sessionBrain();

}  // namespace hft::fix

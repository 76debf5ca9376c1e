#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <unistd.h>

#include "native/stream/trading/watchdog.hpp"

namespace hft::stream {

/// A state directory that goes with the test.
struct StateDirectory {
  std::string path =
      (std::filesystem::temp_directory_path() / ("hft-watch-" + std::to_string(::getpid())))
          .string();
  StateDirectory() {
    std::filesystem::remove_all(path);
    std::filesystem::create_directories(path);
  }
  ~StateDirectory() { std::filesystem::remove_all(path); }
};

template <typename Condition>
bool eventually(Condition&& condition) {
  for (int i = 0; i < 5'000 && !condition(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return condition();
}

inline WatchdogOptions watching(const StateDirectory& state) {
  WatchdogOptions options;
  options.stateDirectory = state.path;
  options.period = 1'000'000;
  options.grace = 5'000'000;
  return options;
}

}  // namespace hft::stream

#pragma once

#include <cerrno>
#include <dirent.h>
#include <string>

namespace hft::event {

/// Calls `visit(name)` for each entry of the directory at `path`, in no order. False where it can't
/// be read to its end: what was visited is not all there is.
template <typename Visit>
[[nodiscard]] bool forEachEntry(const std::string& path, Visit visit) {
  DIR* stream = opendir(path.c_str());
  if (stream == nullptr) return false;
  const dirent* entry = nullptr;
  // The end and an error differ by errno alone, which `visit` may change.
  // NOLINTNEXTLINE(concurrency-mt-unsafe): safe on a stream of one's own.
  while (errno = 0, (entry = readdir(stream)) != nullptr) visit(entry->d_name);
  const bool isWhole = errno == 0;
  (void)closedir(stream);
  return isWhole;
}

}  // namespace hft::event

#include "native/fix/session/session_brain.hpp"

#include <dlfcn.h>
#include <unistd.h>
#include <vector>

namespace hft::fix {

namespace {

constexpr const char* kFile = "hft_quickfix.so";
constexpr const char* kInstall =
    "FIX sessions are not available: run `apt-get install libquickfix-dev`, then "
    "`npm run build:native`";

std::vector<std::string> candidates() {
  std::vector<std::string> paths;
  Dl_info info{};
  if (::dladdr(reinterpret_cast<const void*>(&sessionBrain), &info) != 0 &&
      info.dli_fname != nullptr) {
    std::string folder = info.dli_fname;
    const std::size_t slash = folder.rfind('/');
    folder = slash == std::string::npos ? "." : folder.substr(0, slash);
    paths.push_back(folder + "/" + kFile);
    // Test and benchmark programs: out/<build>/<kind>/<program>.
    paths.push_back(folder + "/../../native/" + kFile);
    paths.push_back(folder + "/../native/" + kFile);
  }
  return paths;
}

SessionBrain load() {
  SessionBrain brain;
  std::string reason;
  for (const std::string& path : candidates()) {
    if (::access(path.c_str(), R_OK) != 0) continue;
    void* const library = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (library == nullptr) {
      reason = ::dlerror();  // NOLINT(concurrency-mt-unsafe): glibc keeps one a thread.
      continue;
    }
    using Entry = const HftFixInterface* (*)();
    const auto entry = reinterpret_cast<Entry>(::dlsym(library, "hftFixInterface"));
    if (entry != nullptr && entry()->version == kHftFixInterfaceVersion) {
      brain.calls = entry();
      return brain;
    }
    reason = path + " is of another version";
  }
  brain.error = reason.empty() ? kInstall : std::string(kInstall) + " (" + reason + ")";
  return brain;
}

}  // namespace

const SessionBrain& sessionBrain() {
  static const SessionBrain kBrain = load();
  return kBrain;
}

}  // namespace hft::fix

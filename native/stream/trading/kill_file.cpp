#include "native/stream/trading/kill_file.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <fcntl.h>
#include <span>
#include <unistd.h>

#include "native/core/crc32.hpp"

namespace hft::stream {

namespace {

using risk::RiskScope;

constexpr std::string_view kFirstLine = "hft-kill 1";
constexpr std::array kScopes = {RiskScope::Global, RiskScope::Account, RiskScope::Strategy,
                                RiskScope::Symbol, RiskScope::Venue};
constexpr std::size_t kBytesMax = 1 << 20;

std::string_view takeLine(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  return line;
}

std::string_view takeWord(std::string_view& line) {
  const std::size_t end = line.find(' ');
  const std::string_view word = line.substr(0, end);
  line = end == std::string_view::npos ? std::string_view{} : line.substr(end + 1);
  return word;
}

template <typename T>
bool readNumber(std::string_view text, T& value, int base) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return result.ec == std::errc{} && result.ptr == text.data() + text.size() && !text.empty();
}

bool readEntry(std::string_view line, KillEntry& entry) {
  const std::string_view verb = takeWord(line);
  if (verb != "throw" && verb != "release") return false;
  entry.isReleased = verb == "release";
  const std::string_view name = takeWord(line);
  for (const RiskScope scope : kScopes) {
    if (risk::nameOf(scope) != name) continue;
    entry.scope = scope;
    return readNumber(takeWord(line), entry.id, 10);
  }
  return false;
}

std::uint32_t crcOf(std::string_view text) { return crc32(text); }

KillFile damaged() {
  KillFile file;
  file.isThere = true;
  file.isDamaged = true;
  file.entries.push_back({});
  return file;
}

}  // namespace

KillFile parseKillFile(std::string_view text) {
  KillFile file;
  file.isThere = true;
  const std::size_t crcAt = text.rfind("crc ");
  if (crcAt == std::string_view::npos || crcAt == 0 || text.back() != '\n') return damaged();
  std::string_view body = text.substr(0, crcAt);
  std::string_view rest = text.substr(crcAt + 4);
  std::uint32_t crc = 0;
  if (!readNumber(takeLine(rest), crc, 16) || !rest.empty() || crc != crcOf(body)) return damaged();
  file.crc = crc;
  if (takeLine(body) != kFirstLine) return damaged();
  while (!body.empty()) {
    KillEntry entry;
    if (!readEntry(takeLine(body), entry)) return damaged();
    file.entries.push_back(entry);
  }
  return file;
}

std::string formatKillFile(const std::vector<KillEntry>& entries) {
  std::string text(kFirstLine);
  text += '\n';
  for (const KillEntry& entry : entries) {
    text += entry.isReleased ? "release " : "throw ";
    text += risk::nameOf(entry.scope);
    text += ' ' + std::to_string(entry.id) + '\n';
  }
  std::array<char, 16> crc{};
  (void)std::snprintf(crc.data(), crc.size(), "crc %08x\n", crcOf(text));
  return text + crc.data();
}

KillFile readKillFile(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return errno == ENOENT ? KillFile{} : damaged();
  std::string text;
  std::array<char, 4096> buffer;
  for (;;) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) break;
    if (got < 0 || text.size() > kBytesMax) {
      ::close(fd);
      return damaged();
    }
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(fd);
  return parseKillFile(text);
}

bool writeFlushed(const std::string& path, std::string_view text) {
  const std::string temporary = path + ".new";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return false;
  std::string_view left = text;
  bool isWritten = true;
  while (!left.empty() && isWritten) {
    const ssize_t put = ::write(fd, left.data(), left.size());
    isWritten = put > 0;
    if (isWritten) left.remove_prefix(static_cast<std::size_t>(put));
  }
  isWritten = isWritten && ::fsync(fd) == 0;
  ::close(fd);
  if (!isWritten || ::rename(temporary.c_str(), path.c_str()) != 0) return false;
  // The name must last too.
  const std::size_t slash = path.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int parent = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent < 0) return false;
  const bool isSynced = ::fsync(parent) == 0;
  ::close(parent);
  return isSynced;
}

}  // namespace hft::stream

#include "native/fix/store/session_log.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "native/core/system_error.hpp"

namespace hft::fix {

namespace {

constexpr char kFieldEnd = '\001';
constexpr std::size_t kBufferBytesMax = 256 * 1024;

/// The secret ones, and the tag that says how long each is (0: none).
struct SecretTag {
  std::uint32_t tag;
  std::uint32_t lengthTag;
};
constexpr std::array<SecretTag, 7> kSecrets = {
    {{89, 93}, {96, 95}, {553, 0}, {554, 0}, {925, 0}, {1402, 1401}, {1404, 1403}}};

const SecretTag* secretOf(std::uint32_t tag) noexcept {
  for (const SecretTag& secret : kSecrets) {
    if (secret.tag == tag) return &secret;
  }
  return nullptr;
}

void appendEscaped(std::string& into, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  for (const char c : text) {
    if (c == '\n' || c == '\r' || c == '\0') {
      into += "\\x";
      into += kHex[static_cast<unsigned char>(c) >> 4];
      into += kHex[static_cast<unsigned char>(c) & 15];
    } else {
      into += c;
    }
  }
}

}  // namespace

void appendMasked(std::string& into, std::string_view message) {
  std::size_t at = 0;
  std::uint32_t lengthTag = 0;
  std::size_t length = 0;
  while (at < message.size()) {
    std::uint32_t tag = 0;
    const char* const begin = message.data() + at;
    const char* const end = message.data() + message.size();
    const auto [behind, error] = std::from_chars(begin, end, tag);
    std::size_t fieldEnd = message.find(kFieldEnd, at);
    if (fieldEnd == std::string_view::npos) fieldEnd = message.size();
    const bool isField = error == std::errc() && behind != end && *behind == '=';
    const SecretTag* const secret = isField ? secretOf(tag) : nullptr;
    if (secret == nullptr) {
      appendEscaped(into, message.substr(at, fieldEnd - at));
      lengthTag = tag;
      length = 0;
      if (isField) (void)std::from_chars(behind + 1, message.data() + fieldEnd, length);
    } else {
      const auto valueAt = static_cast<std::size_t>(behind + 1 - message.data());
      // A data field may hold field ends of its own; nothing behind the first may show either.
      const bool hasLength = secret->lengthTag != 0 && lengthTag == secret->lengthTag;
      if (hasLength && length <= message.size() - valueAt) {
        fieldEnd = std::max(fieldEnd, valueAt + length);
      }
      into.append(begin, static_cast<std::size_t>(behind + 1 - begin));
      into += "***";
    }
    if (fieldEnd < message.size()) into += kFieldEnd;
    at = fieldEnd + 1;
  }
}

SessionLog::SessionLog(const LogOptions& options) : options_(options) {
  if (!options_.path.empty()) openFile();
}

SessionLog::~SessionLog() {
  flush();
  if (fd_ >= 0) ::close(fd_);
}

void SessionLog::openFile() noexcept {
  fd_ = ::open(options_.path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd_ < 0) {
    error_ = "cannot write the log " + options_.path + ": " + systemErrorText(errno);
    return;
  }
  struct stat status{};
  written_ = ::fstat(fd_, &status) == 0 ? static_cast<std::size_t>(status.st_size) : 0;
}

void SessionLog::write(Nanos now, LogKind kind, std::string_view text) {
  if (options_.path.empty()) return;
  constexpr std::array<std::string_view, 3> kWords = {" in ", " out ", " event "};
  std::array<char, kTimestampBytesMax> time{};
  const char* const end = times_.write(time.data(), now, TimePrecision::Micros);
  lineBuffer_.append(time.data(), static_cast<std::size_t>(end - time.data()));
  lineBuffer_ += kWords[static_cast<std::size_t>(kind)];
  appendMasked(lineBuffer_, text);
  lineBuffer_ += '\n';
  ++lines_;
  if (lineBuffer_.size() > kBufferBytesMax) flush();
}

void SessionLog::flush() noexcept {
  if (lineBuffer_.empty()) return;
  if (fd_ >= 0 && written_ + lineBuffer_.size() > options_.bytesMax && written_ != 0) rotate();
  // A rotation that found no room left no file.
  if (fd_ < 0) openFile();
  if (isTorn_) lineBuffer_.insert(0, 1, '\n');
  failure_ = fd_ < 0 ? ENOENT : 0;
  std::string_view left = lineBuffer_;
  while (!left.empty() && failure_ == 0) {
    const ssize_t count = ::write(fd_, left.data(), left.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) {
      failure_ = count < 0 ? errno : ENOSPC;
      break;
    }
    const auto bytes = static_cast<std::size_t>(count);
    isTorn_ = left[bytes - 1] != '\n';
    written_ += bytes;
    left.remove_prefix(bytes);
  }
  if (failure_ != 0) lost_ += lines_;
  lines_ = 0;
  lineBuffer_.clear();
}

void SessionLog::rotate() noexcept {
  ::close(fd_);
  fd_ = -1;
  for (std::uint32_t number = options_.filesMax; number > 0; --number) {
    const std::string from =
        number == 1 ? options_.path : options_.path + "." + std::to_string(number - 1);
    (void)::rename(from.c_str(), (options_.path + "." + std::to_string(number)).c_str());
  }
  if (options_.filesMax == 0) (void)::unlink(options_.path.c_str());
  openFile();
}

}  // namespace hft::fix

#include "native/fix/transport/connection.hpp"

#include <algorithm>
#include <cstring>
#include <unistd.h>

namespace hft::fix {

namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
constexpr std::size_t kOutputBytes = 64 * 1024;

}  // namespace

Connection::Connection(net::Poller& poller, std::uint64_t key, std::size_t messageBytesMax,
                       std::size_t unsentBytesMax)
    : poller_(poller), key_(key), unsentBytesMax_(unsentBytesMax) {
  // Two reads beyond the longest message: there is always room to read.
  input_.resize(std::min<std::size_t>(messageBytesMax, kReadBytes) + 2 * kReadBytes);
  output_.reserve(kOutputBytes);
}

Connection::~Connection() { close(); }

bool Connection::start(int fd, bool isConnecting, ssl_ctx_st* tls,
                       const std::string& serverName) noexcept {
  if (stream_.adopt(fd, tls, serverName) == net::IoStatus::Failed) return false;
  if (poller_.add(fd, key_, true) != net::PollError::Ok) return false;
  isWatched_ = watchesWrite_ = true;
  state_ = isConnecting ? ConnectionState::Connecting : ConnectionState::Handshaking;
  return true;
}

bool Connection::progress() noexcept {
  if (state_ == ConnectionState::Connecting) {
    const net::IoStatus status = stream_.finishConnect();
    if (status == net::IoStatus::WouldBlock) return false;
    if (status != net::IoStatus::Ok) {
      close();
      return false;
    }
    state_ = ConnectionState::Handshaking;
  }
  if (state_ != ConnectionState::Handshaking) return false;
  const net::IoStatus status = stream_.finishHandshake();
  if (status == net::IoStatus::Ok) {
    state_ = ConnectionState::Open;
  } else if (status != net::IoStatus::WouldBlock) {
    close();
    return false;
  }
  watch();
  return state_ == ConnectionState::Open;
}

bool Connection::receive() noexcept {
  if (inputBegin_ == inputEnd_) {
    inputBegin_ = inputEnd_ = 0;
  } else if (input_.size() - inputEnd_ < kReadBytes) {
    std::memmove(input_.data(), input_.data() + inputBegin_, inputEnd_ - inputBegin_);
    inputEnd_ -= inputBegin_;
    inputBegin_ = 0;
    // A long message: it grows to what the splitter allows, never beyond.
    if (input_.size() - inputEnd_ < kReadBytes) input_.resize(input_.size() * 2);
  }
  const net::IoResult result = stream_.read(std::span<char>(input_.data() + inputEnd_, kReadBytes));
  mayHaveMore_ = stream_.hasBuffered();
  hasReceived_ = result.status == net::IoStatus::Ok && result.bytes != 0;
  if (result.status == net::IoStatus::Ok) {
    inputEnd_ += result.bytes;
    return true;
  }
  return result.status == net::IoStatus::WouldBlock;
}

bool Connection::send(std::string_view bytes) noexcept {
  if (state_ != ConnectionState::Open) return false;
  if (output_.size() - outputBegin_ + bytes.size() > unsentBytesMax_) return false;
  output_.append(bytes);
  return true;
}

bool Connection::flush() noexcept {
  while (hasUnsent() && (state_ == ConnectionState::Open || state_ == ConnectionState::Closing)) {
    const net::IoResult result = stream_.write(std::string_view(output_).substr(outputBegin_));
    if (result.status == net::IoStatus::Failed || result.status == net::IoStatus::Ended) {
      return false;
    }
    outputBegin_ += result.bytes;
    if (result.status == net::IoStatus::WouldBlock || stream_.waitsToWrite()) break;
  }
  if (!hasUnsent()) {
    output_.clear();
    outputBegin_ = 0;
  } else if (outputBegin_ > kOutputBytes) {
    output_.erase(0, outputBegin_);
    outputBegin_ = 0;
  }
  watch();
  return true;
}

void Connection::watch() noexcept {
  if (!isWatched_) return;
  const bool wantsWrite = stream_.waitsToWrite() || hasUnsent();
  if (wantsWrite == watchesWrite_) return;
  watchesWrite_ = wantsWrite;
  poller_.modify(stream_.fd(), key_, wantsWrite);
}

void Connection::beginClose(Nanos deadline) noexcept {
  if (state_ == ConnectionState::Closed || state_ == ConnectionState::Closing) return;
  state_ = ConnectionState::Closing;
  deadline_ = deadline;
}

void Connection::close() noexcept {
  if (isWatched_) poller_.remove(stream_.fd());
  isWatched_ = false;
  stream_.shutDown();
  stream_.release();
  state_ = ConnectionState::Closed;
}

}  // namespace hft::fix

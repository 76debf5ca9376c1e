#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "native/core/instrument.hpp"
#include "native/core/units.hpp"
#include "native/decode/decoder.hpp"
#include "native/event/feed_message.hpp"

namespace hft::stream {

/// What an entry of a FrameQueue is.
enum class FrameOrigin : std::uint32_t {
  Stream,            ///< A frame of the connection's stream.
  RestSnapshot,      ///< The body of a REST snapshot of the symbol that SnapshotOf named last.
  SnapshotOf,        ///< The payload is the symbol of the connection's next RestSnapshot.
  LobsterRow,        ///< The orderbook row after the connection's next message line.
  Disconnected,      ///< The connection was lost; no payload.
  Connected,         ///< The connection is open (again); no payload.
  Resynchronising,   ///< `instrument` was unsubscribed, to be subscribed anew; no payload.
  AddInstrument,     ///< The payload is a symbol; `scale` are its decimals.
  FollowInstrument,  ///< The payload is a symbol whose scale is learned from the data.
  AddConnection,     ///< `format` is its wire format; connections number themselves in order.
};

/// One frame on its way to a worker. The payload is valid until `pop`.
struct QueuedFrame {
  FrameOrigin origin = FrameOrigin::Stream;
  std::uint32_t connection = 0;
  InstrumentId instrument = kNoInstrument;
  Nanos receiveTime = 0;
  std::string_view payload;  ///< Readable for event::kFramePadding bytes after its end.
  Scale scale;               ///< AddInstrument only.
  decode::WireFormat format = decode::WireFormat::BinanceSpot;  ///< AddConnection only.
};

/// Frames from one producer thread to one consumer thread, in order, as bytes in a ring.
///
/// Capacity is fixed; a frame that does not fit now is refused and the producer must wait: nothing
/// is dropped. Each frame lies in one piece. One copy in, none out.
class FrameQueue {
 public:
  /// `bytes` is rounded up to a power of two; one frame may take up to half of it.
  explicit FrameQueue(std::size_t bytes)
      : size_(std::bit_ceil(bytes)),
        // Not touched until it is used: a quiet queue costs address space only.
        bytes_(std::make_unique_for_overwrite<char[]>(size_)),
        mask_(size_ - 1) {}

  /// The longest payload that can ever be pushed.
  [[nodiscard]] std::size_t payloadBytesMax() const noexcept {
    return size_ / 2 - sizeof(Header) - event::kFramePadding;
  }

  /// Producer: copies a frame in. False when there is no space now.
  [[nodiscard]] bool push(const QueuedFrame& frame) noexcept {
    const std::size_t need = roundUp(sizeof(Header) + frame.payload.size() + event::kFramePadding);
    const std::size_t offset = head_ & mask_;
    const std::size_t toEnd = size_ - offset;
    const std::size_t skip = need <= toEnd ? 0 : toEnd;
    if (size_ - (head_ - cachedTail_) < need + skip) {
      cachedTail_ = publishedTail_.load(std::memory_order_acquire);
      if (size_ - (head_ - cachedTail_) < need + skip) return false;
    }
    if (skip != 0) {
      writeHeader(offset, fillerOf(skip));
      head_ += skip;
    }
    writeHeader(head_ & mask_, headerOf(frame, need));
    if (!frame.payload.empty()) {
      std::memcpy(bytes_.get() + (head_ & mask_) + sizeof(Header), frame.payload.data(),
                  frame.payload.size());
    }
    head_ += need;
    publishedHead_.store(head_, std::memory_order_release);
    return true;
  }

  /// Consumer: the oldest frame; false when there is none.
  [[nodiscard]] bool front(QueuedFrame& frame) noexcept {
    while (true) {
      if (tail_ == cachedHead_) {
        cachedHead_ = publishedHead_.load(std::memory_order_acquire);
        if (tail_ == cachedHead_) return false;
      }
      const Header header = readHeader(tail_ & mask_);
      if (header.isFiller != 0) {
        tail_ += header.total;
        continue;
      }
      frontBytes_ = header.total;
      frame.origin = static_cast<FrameOrigin>(header.origin);
      frame.connection = header.connection;
      frame.instrument = header.instrument;
      frame.receiveTime = header.receiveTime;
      frame.scale = header.scale;
      frame.format = header.format;
      frame.payload = {bytes_.get() + (tail_ & mask_) + sizeof(Header), header.length};
      return true;
    }
  }

  /// Consumer: lets go of the frame that `front` returned.
  void pop() noexcept {
    tail_ += frontBytes_;
    publishedTail_.store(tail_, std::memory_order_release);
  }

  /// Either side: whether everything pushed has been popped.
  [[nodiscard]] bool isDrained() const noexcept {
    return publishedTail_.load(std::memory_order_acquire) ==
           publishedHead_.load(std::memory_order_acquire);
  }

 private:
  struct Header {
    std::uint32_t total = 0;
    std::uint32_t isFiller = 0;
    std::uint32_t origin = 0;
    std::uint32_t connection = 0;
    std::uint32_t instrument = kNoInstrument;
    std::uint32_t length = 0;
    Nanos receiveTime = 0;
    Scale scale;
    decode::WireFormat format = decode::WireFormat::BinanceSpot;
    std::uint8_t spare[27] = {};
  };
  static_assert(sizeof(Header) == 64);

  /// A multiple of the header, so that a filler always has room for one.
  [[nodiscard]] static std::size_t roundUp(std::size_t bytes) noexcept {
    return (bytes + sizeof(Header) - 1) & ~(sizeof(Header) - 1);
  }
  [[nodiscard]] static Header fillerOf(std::size_t bytes) noexcept {
    Header header;
    header.total = static_cast<std::uint32_t>(bytes);
    header.isFiller = 1;
    return header;
  }
  [[nodiscard]] static Header headerOf(const QueuedFrame& frame, std::size_t bytes) noexcept {
    Header header;
    header.total = static_cast<std::uint32_t>(bytes);
    header.origin = static_cast<std::uint32_t>(frame.origin);
    header.connection = frame.connection;
    header.instrument = frame.instrument;
    header.length = static_cast<std::uint32_t>(frame.payload.size());
    header.receiveTime = frame.receiveTime;
    header.scale = frame.scale;
    header.format = frame.format;
    return header;
  }
  void writeHeader(std::size_t offset, const Header& header) noexcept {
    std::memcpy(bytes_.get() + offset, &header, sizeof header);
  }
  [[nodiscard]] Header readHeader(std::size_t offset) const noexcept {
    Header header;
    std::memcpy(&header, bytes_.get() + offset, sizeof header);
    return header;
  }

  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
  std::size_t mask_;
  alignas(64) std::size_t head_ = 0;
  std::size_t cachedTail_ = 0;
  alignas(64) std::atomic<std::size_t> publishedHead_{0};
  alignas(64) std::size_t tail_ = 0;
  std::size_t cachedHead_ = 0;
  std::size_t frontBytes_ = 0;
  alignas(64) std::atomic<std::size_t> publishedTail_{0};
};

}  // namespace hft::stream

#include "native/stream/stream_engine.hpp"

#include <algorithm>
#include <cstring>

namespace hft::stream {

StreamEngine::StreamEngine(const StreamOptions& options,
                           std::span<const std::span<std::byte>> rings, WakeUp wakeUp) {
  isStamped_ = options.worker.pipeline.stamps;
  HFT_CHECK(rings.size() == std::max<std::size_t>(options.workers, 1));
  if (options.workers == 0) {
    inlineRing_ = std::make_unique<EventRingWriter>(rings[0], options.slots, options.depth);
    inlinePublisher_ =
        std::make_unique<Publisher>(inlineRing_.get(), options.worker.pipeline.instrumentsMax,
                                    options.worker.pipeline.messagesMax);
    inlinePipeline_ = std::make_unique<Pipeline>(options.worker.pipeline, *inlinePublisher_);
  }
  for (std::size_t i = 0; i < options.workers; ++i) {
    WorkerOptions worker = options.worker;
    worker.core = options.firstCore < 0 ? -1 : options.firstCore + static_cast<int>(i);
    workers_.push_back(std::make_unique<Worker>(
        worker, EventRingWriter(rings[i], options.slots, options.depth), wakeUp));
    workers_.back()->start();
  }
  lanes_.resize(lanes());
}

StreamEngine::~StreamEngine() = default;

bool StreamEngine::addInstrument(std::string_view symbol, const Scale& scale) noexcept {
  QueuedFrame frame;
  frame.origin = FrameOrigin::AddInstrument;
  frame.payload = symbol;
  frame.scale = scale;
  return pushToAll(frame);
}

bool StreamEngine::followInstrument(std::string_view symbol) noexcept {
  QueuedFrame frame;
  frame.origin = FrameOrigin::FollowInstrument;
  frame.payload = symbol;
  return pushToAll(frame);
}

bool StreamEngine::pushToAll(const QueuedFrame& frame) noexcept {
  for (std::uint32_t lane = 0; lane < lanes_.size(); ++lane) {
    if (!pushToLane(lane, frame)) return false;
  }
  return true;
}

std::uint32_t StreamEngine::addConnection(decode::WireFormat format) noexcept {
  const std::uint32_t lane = quietestLane();
  while (!connect(lane, format)) std::this_thread::yield();
  return static_cast<std::uint32_t>(connections_.size() - 1);
}

std::optional<std::uint32_t> StreamEngine::connect(std::uint32_t lane,
                                                   decode::WireFormat format) noexcept {
  QueuedFrame frame;
  frame.origin = FrameOrigin::AddConnection;
  frame.format = format;
  if (!pushToLane(lane, frame)) return std::nullopt;
  const auto number = static_cast<std::uint32_t>(lanes_[lane].connections++);
  connections_.push_back({lane, number, 0});
  return number;
}

std::uint32_t StreamEngine::quietestLane() const noexcept {
  std::uint32_t best = 0;
  for (std::uint32_t lane = 1; lane < lanes_.size(); ++lane) {
    if (lanes_[lane].connections < lanes_[best].connections) best = lane;
  }
  return best;
}

bool StreamEngine::push(QueuedFrame frame, bool isPadded) noexcept {
  if (frame.connection >= connections_.size()) return true;
  Connection& connection = connections_[frame.connection];
  frame.connection = connection.number;
  if (isInline() && !isPadded) frame.payload = padded(frame.payload);
  if (!pushToLane(connection.lane, frame)) return false;
  if (frame.origin == FrameOrigin::Stream) ++connection.frames;
  return true;
}

bool StreamEngine::take(QueuedFrame frame) noexcept {
  if (frame.connection >= connections_.size()) return true;
  Connection& connection = connections_[frame.connection];
  frame.connection = connection.number;
  if (isInline()) {
    inlinePipeline_->onFrame(frame);
  } else if (!workers_[connection.lane]->push(frame)) {
    return false;
  }
  ++connection.frames;
  return true;
}

bool StreamEngine::canAccept(std::uint32_t connection) noexcept {
  // A worker's queue says no by refusing.
  return connection >= connections_.size() || !isInline() || inlinePipeline_->canAccept();
}

bool StreamEngine::pushSnapshot(std::uint32_t connection, std::string_view symbol,
                                std::string_view body, Nanos receiveTime) noexcept {
  QueuedFrame frame;
  frame.connection = connection;
  frame.receiveTime = receiveTime;
  frame.origin = FrameOrigin::SnapshotOf;
  frame.payload = symbol;
  if (!push(frame, false)) return false;
  frame.origin = FrameOrigin::RestSnapshot;
  frame.payload = body;
  return push(frame, false);
}

bool StreamEngine::pushToLane(std::uint32_t lane, const QueuedFrame& frame) noexcept {
  if (!isInline()) return workers_[lane]->push(frame);
  // Control frames are few and small: only data has to wait for space.
  if (frame.origin <= FrameOrigin::RestSnapshot && !inlinePipeline_->canAccept()) return false;
  inlinePipeline_->onFrame(frame);
  return true;
}

std::string_view StreamEngine::padded(std::string_view payload) noexcept {
  if (padding_.size() < payload.size() + event::kFramePadding) {
    padding_.resize(payload.size() * 2 + event::kFramePadding);
  }
  if (!payload.empty()) std::memcpy(padding_.data(), payload.data(), payload.size());
  return {padding_.data(), payload.size()};
}

std::size_t StreamEngine::payloadBytesMax() const noexcept {
  return isInline() ? std::size_t{1} << 30 : workers_[0]->payloadBytesMax();
}

void StreamEngine::rewind() noexcept {
  if (isInline()) inlineRing_->rewind();
}

void StreamEngine::flush() noexcept {
  if (isInline()) (void)inlinePublisher_->flush();
}

bool StreamEngine::hasWaiting() const noexcept {
  if (!isInline()) return false;
  const EventRingWriter* ring = inlinePublisher_->ring();
  return ring != nullptr && ring->hasWaiting();
}

void StreamEngine::onClock() noexcept {
  clock_.recalibrate();
  if (!isInline()) return;
  inlinePipeline_->latency().recalibrate();
  inlinePipeline_->onClock(inlinePipeline_->latency().now());
}

bool StreamEngine::isIdle() const noexcept {
  return std::all_of(workers_.begin(), workers_.end(),
                     [](const auto& worker) { return worker->isIdle(); });
}

EventRingWriter* StreamEngine::ring(std::size_t lane) noexcept {
  return isInline() ? inlineRing_.get() : workers_[lane]->publisher().ring();
}

void StreamEngine::handled(std::size_t lane, std::uint32_t count) noexcept {
  if (lane >= lanes_.size()) return;
  if (!isStamped_) return;
  LatencyHops& latency = pipeline(lane).latency();
  const EventRingWriter& events = *ring(lane);
  std::uint32_t number = events.tail();
  // The system's clock, once a batch: it is what sockets stamp their reads with.
  const Nanos time = realtimeNanos();
  for (std::uint32_t i = 0; i < count; ++i) {
    const Nanos receiveTime = events.receiveTimeAt(number++);
    if (receiveTime != 0) latency.handled(receiveTime, time);
  }
}

Nanos StreamEngine::now() noexcept { return clock_.now(); }

Pipeline& StreamEngine::pipeline(std::size_t lane) noexcept {
  return isInline() ? *inlinePipeline_ : workers_[lane]->pipeline();
}

void StreamEngine::emitBooks(std::size_t depth) {
  emitter_ = std::make_unique<BookEmitter>(depth);
  if (isInline()) inlinePublisher_->setEmitter(emitter_.get());
}

CaptureReplay& StreamEngine::openCapture(capture::CaptureFormat format,
                                         const capture::CaptureLimits& limits,
                                         std::optional<decode::WireFormat> wireFormat) {
  // Two capture formats are wire formats of their own.
  if (format == capture::CaptureFormat::Itch) wireFormat = decode::WireFormat::Itch50;
  if (format == capture::CaptureFormat::Lobster) wireFormat = decode::WireFormat::Lobster;
  auto capture = std::make_unique<Capture>();
  capture->engine = this;
  capture->lane = quietestLane();
  FrameTarget target;
  target.context = capture.get();
  target.push = [](void* context, const QueuedFrame& frame) noexcept {
    auto* self = static_cast<Capture*>(context);
    return self->engine->pushToLane(self->lane, frame);
  };
  target.hasRoom = [](void* context) noexcept {
    StreamEngine& engine = *static_cast<Capture*>(context)->engine;
    return !engine.isInline() || engine.inlineRing_->holdsLess(kPlayedMax);
  };
  target.connect = [](void* context, decode::WireFormat wire) noexcept {
    auto* self = static_cast<Capture*>(context);
    return self->engine->connect(self->lane, wire);
  };
  capture->replay = std::make_unique<CaptureReplay>(format, limits, wireFormat, target);
  captures_.push_back(std::move(capture));
  return *captures_.back()->replay;
}

}  // namespace hft::stream

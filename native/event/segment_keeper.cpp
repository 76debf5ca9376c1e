#include "native/event/segment_keeper.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <sys/stat.h>
#include <unistd.h>

namespace hft::event {
namespace {

/// Pages kept faulted in ahead of the appends: a flush makes them fault again.
constexpr std::size_t kAheadBytes = 256 << 10;
/// Pages that are on disk leave the process in steps of so many bytes.
constexpr std::size_t kReleasedBytes = 4 << 20;

/// Copies `value` to mapped memory, its first word last: a process that dies leaves that word zero.
template <typename T>
void storeFirstWordLast(std::byte* at, const T& value) noexcept {
  std::atomic_ref first(*reinterpret_cast<std::uint64_t*>(at));
  first.store(0, std::memory_order_release);
  std::memcpy(at + 8, reinterpret_cast<const std::byte*>(&value) + 8, sizeof(T) - 8);
  std::uint64_t word = 0;
  std::memcpy(&word, &value, 8);
  first.store(word, std::memory_order_release);
}

std::uint64_t chainAt(const SegmentImage& segment) noexcept {
  SegmentHeader header;
  std::memcpy(&header, segment.bytes.data(), sizeof header);
  return header.startChain;
}

std::uint64_t firstSequenceOf(const SegmentImage& segment) noexcept {
  SegmentHeader header;
  std::memcpy(&header, segment.bytes.data(), sizeof header);
  return header.firstSequence;
}

/// Where the records of a segment that the audit found sound end.
std::size_t endOf(const SegmentImage& segment) noexcept {
  std::size_t offset = sizeof(SegmentHeader);
  while (offset + sizeof(RecordHeader) <= segment.bytes.size()) {
    RecordHeader header;
    std::memcpy(&header, segment.bytes.data() + offset, sizeof header);
    if (header.mark != 0xa5) break;
    offset += recordBytes(header.payloadBytes);
  }
  return offset;
}

}  // namespace

SegmentKeeper::SegmentKeeper(JournalDirectory directory, const AuditReport& report,
                             const JournalOptions& options)
    : directory_(std::move(directory)), report_(report), options_(options), head_(report.head) {
  options_.segmentsAhead = std::clamp<std::size_t>(options_.segmentsAhead, 1, 8);
}

JournalError SegmentKeeper::start() {
  const std::string path = directory_.path() + "/HEAD";
  if (directory_.isEmpty()) {
    const std::string draft = path + ".new";
    (void)unlink(draft.c_str());
    headMap_ = makeFile(draft, kHeadBytes);
    if (!headMap_.isOpen()) return JournalError::Full;
    head_.journalId = options_.journalId;
    head_.firstSegment = 1;
  } else {
    headMap_ = mapFile(path, true);
    if (headMap_.sizeBytes() < kHeadBytes) return JournalError::Refused;
    if (!directory_.removeForgotten()) return JournalError::DiskFailed;
    const JournalError error = sealEarlier();
    if (error != JournalError::Ok) return error;
  }
  head_.isClosed = 0;
  ++head_.run;
  head_.durableSequence = report_.lastSequence;
  head_.bootId = bootIdentity();
  std::atomic_ref(headFile()->appendedSequence).store(report_.lastSequence);
  // Both slots, so that neither tells of the run before.
  writeHead();
  writeHead();
  if (!syncHead()) return JournalError::DiskFailed;
  if (directory_.isEmpty() &&
      (std::rename((path + ".new").c_str(), path.c_str()) != 0 || !syncNames())) {
    return JournalError::DiskFailed;
  }
  directory_.releaseImage();
  durable_.store(report_.lastSequence);
  lastSealed_ = report_.lastSequence;
  prepare();
  if (preparedSegment() == 0) return JournalError::Full;
  preparer_ = std::thread([this] { prepareAlways(); });
  flusher_ = std::thread([this] { flushAlways(); });
  return JournalError::Ok;
}

JournalError SegmentKeeper::sealEarlier() {
  const std::vector<SegmentImage>& segments = directory_.image().segments;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const SegmentImage& segment = segments[i];
    if (segment.number > report_.lastSegment) {
      if (unlink(directory_.segmentPath(segment.number).c_str()) != 0) {
        return JournalError::DiskFailed;
      }
      continue;
    }
    const bool isLast = segment.number == report_.lastSegment;
    const std::uint64_t last = isLast ? report_.lastSequence : firstSequenceOf(segments[i + 1]) - 1;
    const std::size_t end = isLast ? report_.endOffset : endOf(segment);
    Seal seal;
    if (segment.bytes.size() == end + sizeof(Seal)) {
      std::memcpy(&seal, segment.bytes.data() + end, sizeof seal);
    }
    if (seal.crc != 0 && seal.magic == kSealMagic) {
      head_.sealedSegment = segment.number;
      head_.sealDigest = seal.digest;
      sealed_.push_back({segment.number, last, segment.bytes.size()});
    } else {
      const MappedFile file = mapFile(directory_.segmentPath(segment.number), true);
      if (!file.isOpen()) return JournalError::DiskFailed;
      const std::uint64_t chain = isLast ? report_.lastChain : chainAt(segments[i + 1]);
      seal = makeSeal(file, segment.number, end, last, chain);
      // Cut, so that nothing torn stays behind; then written by a call that can fail: a full disk
      // kills who touches a mapped hole.
      const auto at = static_cast<off_t>(end);
      if (ftruncate(file.fd(), at) != 0 ||
          pwrite(file.fd(), &seal, sizeof seal, at) != sizeof seal ||
          (options_.flushesToDisk && fdatasync(file.fd()) != 0)) {
        return JournalError::DiskFailed;
      }
    }
    bytesUsed_ += end + sizeof(Seal);
  }
  firstNumber_ = report_.lastSegment + 1;
  return syncNames() ? JournalError::Ok : JournalError::DiskFailed;
}

Seal SegmentKeeper::makeSeal(const MappedFile& file, std::uint64_t number, std::size_t end,
                             std::uint64_t lastSequence, std::uint64_t lastChain) {
  Seal seal;
  seal.number = number;
  seal.lastSequence = lastSequence;
  seal.lastChain = lastChain;
  seal.previous = head_.sealDigest;
  seal.digest = sealDigest(seal.previous, file.bytes().first(end));
  seal.crc = trailingCrc(seal);
  head_.sealedSegment = number;
  head_.sealDigest = seal.digest;
  sealed_.push_back({number, lastSequence, end + sizeof(Seal)});
  return seal;
}

void SegmentKeeper::writeHead() {
  ++head_.generation;
  head_.crc = trailingCrc(head_);
  const std::size_t slot = head_.generation % 2;
  storeFirstWordLast(headMap_.data() + slot * sizeof(HeadSlot), head_);
}

std::byte* SegmentKeeper::begin(std::uint64_t index, std::uint64_t sequence,
                                std::uint64_t chain) noexcept {
  Slot& slot = slots_[index % kSlots];
  SegmentHeader header;
  header.journalId = head_.journalId;
  header.number = firstNumber_ + index - 1;
  header.firstSequence = slot.firstSequence = sequence + 1;
  header.startChain = chain;
  header.createdTime = options_.startTime;
  header.crc = trailingCrc(header);
  storeFirstWordLast(slot.file.data(), header);
  slot.offset.store(sizeof header, std::memory_order_relaxed);
  slot.sequence.store(sequence, std::memory_order_relaxed);
  begun_.store(index, std::memory_order_release);
  return slot.file.data();
}

void SegmentKeeper::prepare() {
  const std::uint64_t begun = begun_.load(std::memory_order_acquire);
  while (preparedSegment() < begun + options_.segmentsAhead + (begun == 0 ? 1 : 0) &&
         preparedSegment() < flushing_ + kSlots - 2) {
    if (bytesUsed_ + options_.segmentBytes > options_.bytesMax) return;
    const std::uint64_t index = preparedSegment() + 1;
    MappedFile file =
        makeFile(directory_.segmentPath(firstNumber_ + index - 1), options_.segmentBytes);
    if (!file.isOpen()) return;
    // Without group commit nothing is flushed in small steps: half the cost to make a page, and
    // what the system writes back by itself makes appends fault no more.
    if (!options_.flushesToDisk) preferHugePages(file);
    populate(file, 0, options_.segmentBytes);
    if (!syncNames()) return fail();
    bytesUsed_ += options_.segmentBytes;
    slots_[index % kSlots].file = std::move(file);
    prepared_.store(index, std::memory_order_release);
  }
}

void SegmentKeeper::finishSegment() {
  Slot& slot = slots_[flushing_ % kSlots];
  const std::size_t end = slot.offset.load(std::memory_order_acquire);
  const std::uint64_t last = slot.sequence.load(std::memory_order_acquire);
  SegmentHeader next;
  std::uint64_t chain = 0;
  if (flushing_ < begun_.load(std::memory_order_acquire)) {
    std::memcpy(&next, slots_[(flushing_ + 1) % kSlots].file.data(), sizeof next);
    chain = next.startChain;
  } else {
    std::memcpy(&next, slot.file.data(), sizeof next);
    chain = next.startChain;
    for (std::size_t at = sizeof next; at < end;) {
      RecordHeader header;
      std::memcpy(&header, slot.file.data() + at, sizeof header);
      chain = header.chain;
      at += recordBytes(header.payloadBytes);
    }
  }
  const std::uint64_t number = firstNumber_ + flushing_ - 1;
  const Seal seal = makeSeal(slot.file, number, end, last, chain);
  // The appends left room for it: the file only shrinks, and the page of the seal is on the disk
  // already, so that this works on a full disk too.
  if (ftruncate(slot.file.fd(), static_cast<off_t>(end + sizeof seal)) != 0) return fail();
  storeFirstWordLast(slot.file.data() + end, seal);
  const bool isSynced = options_.flushesToDisk;
  if (isSynced && fdatasync(slot.file.fd()) != 0) return fail();
  bytesUsed_ -= options_.segmentBytes - (end + sizeof(Seal));
  slot.file = MappedFile();
  if (isSynced) head_.durableSequence = last;
  writeHead();
  if (isSynced && !headMap_.sync(0, kHeadBytes)) return fail();
  if (isSynced) durable_.store(last, std::memory_order_release);
  lastSealed_ = last;
  flushing_.fetch_add(1, std::memory_order_release);
  flushedOffset_ = 0;
  releasedOffset_ = 0;
}

void SegmentKeeper::flush() {
  const std::uint64_t active = begun_.load(std::memory_order_acquire);
  while (flushing_ < active && !hasFailed()) finishSegment();
  if (active == 0 || hasFailed()) return;
  Slot& slot = slots_[active % kSlots];
  const std::uint64_t sequence = slot.sequence.load(std::memory_order_acquire);
  const std::size_t offset = slot.offset.load(std::memory_order_acquire);
  if (!options_.flushesToDisk || sequence == durable_.load(std::memory_order_relaxed)) return;
  // Only the written pages: those ahead stay dirty and writable, so that appends do not fault.
  if (!slot.file.sync(flushedOffset_, offset)) return fail();
  populate(slot.file, offset, offset + kAheadBytes);
  flushedOffset_ = offset;
  head_.durableSequence = sequence;
  writeHead();
  durable_.store(sequence, std::memory_order_release);
  // What is on disk is read once more, for the seal.
  if (offset - releasedOffset_ < kReleasedBytes) return;
  const std::size_t whole = offset / kReleasedBytes * kReleasedBytes;
  releasePages(slot.file.bytes().subspan(releasedOffset_, whole - releasedOffset_));
  releasedOffset_ = whole;
}

void SegmentKeeper::forget() {
  const std::uint64_t from = retain_.load();
  while (!sealed_.empty() && sealed_.front().lastSequence < from) {
    const Sealed oldest = sealed_.front();
    // The head first: a segment may be missing only where the head says so.
    head_.firstSegment = oldest.number + 1;
    writeHead();
    if (!syncHead()) return fail();
    if (unlink(directory_.segmentPath(oldest.number).c_str()) != 0) return fail();
    bytesUsed_ -= oldest.sizeBytes;
    sealed_.pop_front();
  }
}

void SegmentKeeper::tellDurable() {
  const std::uint64_t durableNow = durable();
  std::uint64_t at = notifyAt_.load();
  if (at == 0 || durableNow < at || options_.onDurable.notify == nullptr) return;
  // Only the request that was met: a later one may have come in between.
  if (!notifyAt_.compare_exchange_strong(at, 0)) return;
  options_.onDurable.notify(options_.onDurable.context, durableNow);
}

void SegmentKeeper::flushAlways() {
  std::unique_lock lock(mutex_);
  while (!isStopping_) {
    lock.unlock();
    flush();
    forget();
    tellDurable();
    lock.lock();
    committed_.notify_all();
    if (!isStopping_) wake_.wait_for(lock, std::chrono::nanoseconds(options_.commitWindow));
  }
}

void SegmentKeeper::prepareAlways() {
  std::unique_lock lock(mutex_);
  while (!isStopping_) {
    lock.unlock();
    prepare();
    const std::chrono::nanoseconds wait = untilNextLook();
    lock.lock();
    if (!isStopping_) wake_.wait_for(lock, wait);
  }
}

std::chrono::nanoseconds SegmentKeeper::untilNextLook() const noexcept {
  // More bytes a nanosecond than memory takes: appends cannot fill half of what is ready
  // before then. Each look takes a core from whoever spins on it.
  constexpr std::size_t kBytesPerNano = 4;
  constexpr std::int64_t kLeast = 1'000'000;
  constexpr std::int64_t kMost = 20'000'000;
  const std::uint64_t ahead = preparedSegment() - begun_.load(std::memory_order_acquire);
  const std::uint64_t nanos = ahead * options_.segmentBytes / 2 / kBytesPerNano;
  return std::chrono::nanoseconds(std::clamp(static_cast<std::int64_t>(nanos), kLeast, kMost));
}

JournalError SegmentKeeper::waitDurable(std::uint64_t sequence, Nanos timeout) {
  std::unique_lock lock(mutex_);
  const bool isReached = committed_.wait_for(lock, std::chrono::nanoseconds(timeout),
                                             [&] { return durable() >= sequence || hasFailed(); });
  if (durable() >= sequence) return JournalError::Ok;
  return isReached ? JournalError::DiskFailed : JournalError::TimedOut;
}

JournalError SegmentKeeper::close() {
  if (!flusher_.joinable()) return JournalError::Ok;
  {
    const std::lock_guard lock(mutex_);
    isStopping_ = true;
    wake_.notify_all();
  }
  preparer_.join();
  flusher_.join();
  const std::uint64_t active = begun_.load();
  while (flushing_ <= active && !hasFailed()) finishSegment();
  for (std::uint64_t index = active + 1; index <= preparedSegment(); ++index) {
    (void)unlink(directory_.segmentPath(firstNumber_ + index - 1).c_str());
    slots_[index % kSlots].file = MappedFile();
  }
  if (!hasFailed()) {
    // Without group commit no segment of this run has been forced to disk yet.
    if (!options_.flushesToDisk && !directory_.syncAll()) fail();
    head_.durableSequence = lastSealed_;
    head_.isClosed = hasFailed() ? 0 : 1;
    writeHead();
    if (!headMap_.sync(0, kHeadBytes) || !directory_.syncNames()) fail();
    if (!hasFailed()) durable_.store(lastSealed_, std::memory_order_release);
    tellDurable();
  }
  directory_ = JournalDirectory();
  return hasFailed() ? JournalError::DiskFailed : JournalError::Ok;
}

}  // namespace hft::event

#pragma once

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "native/book/sync/book_sync.hpp"
#include "test/native/decode/frame_lab.hpp"

namespace hft::book {

using decode::lab::Lab;

/// The frames of an hftbacktest capture in order, the bare REST snapshot among them. Empty where
/// the capture is absent.
inline std::vector<std::string> hftbacktestFrames(const std::string& file) {
  std::vector<std::string> frames;
  const auto path = decode::lab::fixtures() / "hftbacktest" / file;
  if (!std::filesystem::exists(path)) return frames;
  std::FILE* pipe = popen(("gzip -dc '" + path.string() + "'").c_str(), "r");
  char* line = nullptr;
  std::size_t capacity = 0;
  for (ssize_t size = 0; pipe != nullptr && (size = getline(&line, &capacity, pipe)) > 0;) {
    std::string_view text(line, static_cast<std::size_t>(size));
    while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
    frames.emplace_back(text.substr(text.find(' ') + 1));
  }
  std::free(line);
  if (pipe != nullptr) pclose(pipe);
  return frames;
}

/// A pipeline of one thread: decodes frames and applies them to the books of their instruments.
class CapturePlayer {
 public:
  /// Called with each message of a frame and what it did.
  using Seen = std::function<void(const event::Message&, const SyncOutcome&, const BookSync&)>;

  CapturePlayer(decode::DecodeFunction decoder, SyncRule rule) : lab_(decoder), rule_(rule) {}

  /// Says which instrument frames without a symbol belong to.
  void setFrameSymbol(std::string_view symbol) {
    lab_.context.frameInstrument = lab_.instruments.discover(symbol).value();
  }

  event::DecodeError play(std::string_view frame, const Seen& seen) {
    const event::DecodeError error = lab_.run(frame);
    if (error != event::DecodeError::Ok) {
      for (auto& [id, sync] : syncs_) (void)sync->onDecodeError();
      return error;
    }
    for (const event::Message& message : lab_.out.messages()) {
      if (message.instrument == kNoInstrument) continue;
      BookSync& sync = syncOf(message.instrument);
      (void)sync.setScale(lab_.instruments[message.instrument].scale);
      const SyncOutcome outcome = sync.apply(message, lab_.out, 0);
      seen(message, outcome, sync);
    }
    return error;
  }

  BookSync& syncOf(InstrumentId id) {
    std::unique_ptr<BookSync>& sync = syncs_[id];
    if (sync == nullptr) {
      SyncConfig config;
      config.rule = rule_;
      sync = std::make_unique<BookSync>(config);
    }
    return *sync;
  }

  /// Learns the final scales from `frames`, and starts the books anew.
  void learnScales(const std::vector<std::string>& frames) {
    for (const std::string& frame : frames) (void)lab_.run(frame);
    syncs_.clear();
  }

  std::string symbol(InstrumentId id) const { return std::string(lab_.instruments[id].symbol()); }
  Lab& lab() { return lab_; }

 private:
  Lab lab_;
  SyncRule rule_;
  std::map<InstrumentId, std::unique_ptr<BookSync>> syncs_;
};

/// Drops, repeats, swaps and cuts frames.
class Faults {
 public:
  explicit Faults(std::uint64_t seed) : random_(seed) {}

  /// A damaged copy of `frames`: each is hit with a chance of one in `oneIn`.
  std::vector<std::string> damage(const std::vector<std::string>& frames, unsigned oneIn) {
    std::vector<std::string> damaged;
    for (std::size_t at = 0; at < frames.size(); ++at) {
      switch (random_() % oneIn == 0 ? random_() % 5 : 9) {
        case 0:
          break;
        case 1:
          damaged.push_back(frames[at]);
          damaged.push_back(frames[at]);
          break;
        case 2:
          if (at + 1 < frames.size()) damaged.push_back(frames[at + 1]);
          damaged.push_back(frames[at++]);
          break;
        case 3:
          damaged.push_back(frames[at].substr(0, random_() % frames[at].size()));
          break;
        case 4:
          damaged.push_back(frames[at]);
          damaged.push_back(frames[at - random_() % std::min<std::size_t>(at + 1, 40)]);
          break;
        default:
          damaged.push_back(frames[at]);
      }
    }
    return damaged;
  }

 private:
  std::mt19937_64 random_;
};

}  // namespace hft::book

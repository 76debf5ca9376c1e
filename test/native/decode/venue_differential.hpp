#pragma once

#include <gtest/gtest.h>
#include <span>
#include <string>

#include "test/native/decode/frame_lab.hpp"
#include "test/native/decode/json_tree.hpp"
#include "test/native/decode/layout_filler.hpp"

namespace hft::decode::lab {

/// The quick path of a decoder, alone.
using ScanFunction = bool (*)(std::string_view frame, const DecodeContext& context,
                              Frame& out) noexcept;

/// What decoding says: its error, or all that was decoded.
inline std::string verdict(Lab& lab, const std::string& text) {
  const PaddedFrame frame(text);
  const DecodeError error = lab.decode(frame.view(), lab.context, lab.out);
  if (error != DecodeError::Ok) return "error " + std::to_string(static_cast<int>(error));
  return describe(lab.out);
}

/// Fills each layout many times. A tame frame must take the quick path, and mean the same on the
/// tolerant one (where a space before the frame sends it) and in other words; a wild frame must
/// come to the same end on both.
inline void expectPathsAgree(Lab& lab, ScanFunction scan, std::span<const char* const> layouts) {
  constexpr std::uint64_t kRounds = 400;
  Frame scanned(16, 64);
  for (const char* layout : layouts) {
    for (std::uint64_t seed = 1; seed <= kRounds; ++seed) {
      SCOPED_TRACE(std::string(layout) + " seed " + std::to_string(seed));
      const std::string tame = LayoutFiller(seed, false).fill(layout);
      {
        const PaddedFrame frame(tame);
        scanned.clear();
        ASSERT_TRUE(scan(frame.view(), lab.context, scanned)) << tame;
      }
      const std::string expected = verdict(lab, tame);
      ASSERT_EQ(verdict(lab, " " + tame), expected) << tame;
      ASSERT_EQ(lab.run(tame), DecodeError::Ok);
      const std::string messages = describeMessages(lab.out);
      std::string_view rest = tame;
      const std::string other = test::JsonRewriter(seed).write(test::JsonTree::take(rest));
      ASSERT_EQ(lab.run(other), DecodeError::Ok) << other;
      ASSERT_EQ(describeMessages(lab.out), messages) << tame << "\n" << other;
      const std::string wild = LayoutFiller(seed, true).fill(layout);
      ASSERT_EQ(verdict(lab, " " + wild), verdict(lab, wild)) << wild;
    }
  }
}

}  // namespace hft::decode::lab

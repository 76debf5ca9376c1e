#include "native/sim/recorded/shown_side.hpp"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <vector>

namespace hft::sim {
namespace {

using event::Level;

constexpr std::size_t kShown = 5;

/// A book of one side, the best levels of which are shown, and what was told of it.
struct Lab {
  explicit Lab(Side whose, std::uint64_t seed) : side(whose), random(seed) {}

  std::size_t draw(std::size_t n) { return static_cast<std::size_t>(random() % n); }

  /// Levels come, go and change; now and then the whole book moves.
  void change() {
    if (draw(20) == 0) book.clear();
    for (std::size_t i = 0, n = 1 + draw(4); i < n; ++i) {
      const auto price = static_cast<Price>(100 + draw(16));
      if (draw(3) == 0) {
        book.erase(price);
      } else {
        book[price] = static_cast<Qty>(1 + draw(3));
      }
    }
  }

  /// The best levels, best first.
  std::vector<Level> best() const {
    std::vector<Level> levels;
    const auto add = [&](const auto& level) {
      if (levels.size() < kShown) levels.push_back({level.first, level.second});
    };
    if (side == Side::Buy) {
      for (auto at = book.rbegin(); at != book.rend(); ++at) add(*at);
    } else {
      for (const auto& level : book) add(level);
    }
    return levels;
  }

  Side side;
  std::mt19937_64 random;
  std::map<Price, Qty> book;
};

TEST(ShownSide, TellsWhatDiffersAndNothingElse) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const Side side = seed % 2 == 0 ? Side::Buy : Side::Sell;
    Lab lab(side, seed);
    ShownSide shown;
    std::map<Price, Qty> told;
    std::vector<Level> changes;
    for (int step = 0; step < 200; ++step) {
      lab.change();
      const std::vector<Level> levels = lab.best();
      const bool isWhole = levels.size() < kShown;
      shown.show(side, levels, isWhole, changes);

      for (const Level& change : changes) {
        const auto known = told.find(change.price);
        ASSERT_NE(known == told.end() ? 0 : known->second, change.qty)
            << "seed " << seed << ", step " << step << ": no change at " << change.price;
        if (change.qty == 0) {
          told.erase(change.price);
        } else {
          told[change.price] = change.qty;
        }
      }
      std::map<Price, Qty> inSight;
      for (const auto& [price, qty] : told) {
        const bool isDeeper = !isWhole && (side == Side::Buy ? price < levels.back().price
                                                             : price > levels.back().price);
        if (!isDeeper) inSight[price] = qty;
      }
      std::map<Price, Qty> wanted;
      for (const Level& level : levels) wanted[level.price] = level.qty;
      ASSERT_EQ(inSight, wanted) << "seed " << seed << ", step " << step;
    }
  }
}

}  // namespace
}  // namespace hft::sim

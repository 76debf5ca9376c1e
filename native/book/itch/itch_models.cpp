#include "native/book/itch/itch_models.hpp"

namespace hft::book {

ItchQueues::ItchQueues(const ItchCapacity& capacity)
    : orders_(capacity.refsMax, capacity.pagesMax),
      index_(capacity.levelsMax),
      nodeBlock_((std::size_t{capacity.ordersMax} + 1) * sizeof(Node)),
      levelBlock_((std::size_t{capacity.levelsMax} + 1) * sizeof(Level)),
      nodes_(nodeBlock_.as<Node>()),
      levels_(levelBlock_.as<Level>()) {
  for (std::uint32_t at = capacity.ordersMax; at > 0; --at) {
    nodes_[at].next = freeNode_;
    freeNode_ = at;
  }
  for (std::uint32_t at = capacity.levelsMax; at > 0; --at) {
    levels_[at].head = freeLevel_;
    freeLevel_ = at;
  }
}

}  // namespace hft::book

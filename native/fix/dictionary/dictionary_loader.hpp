#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "native/fix/dictionary/dictionary.hpp"
#include "native/fix/dictionary/xml_tree.hpp"

namespace hft::fix {

/// Turns the files of a dictionary into its tables. One use.
class DictionaryLoader {
 public:
  [[nodiscard]] DictionaryLoad run(std::span<const DictionarySource> sources);

 private:
  /// An element of one of the sources whose children are members.
  struct Block {
    std::size_t source = 0;
    std::uint32_t node = kNoNode;
  };
  struct DraftMessage {
    std::string name;
    bool isAdmin = false;
    std::vector<Block> blocks;
  };
  struct DraftMember {
    Member member;
    std::vector<Block> groupBlocks;
  };
  using Blocks = std::vector<Block>;

  bool readSource(std::size_t source);
  bool readVersion(std::size_t source);
  bool readFields(std::size_t source);
  bool readField(const XmlNode& node);
  bool readMessages(std::size_t source);
  bool readComponents(std::size_t source);
  bool build();
  bool buildStructure(const Blocks& blocks, std::uint32_t number, std::size_t depth);
  bool expand(Block block, bool isRequired, std::size_t depth, std::vector<DraftMember>& drafts);
  bool expandChild(Block child, bool isRequired, std::size_t depth,
                   std::vector<DraftMember>& drafts);
  [[nodiscard]] const XmlNode& nodeOf(Block block) const noexcept {
    return trees_[block.source].nodes[block.node];
  }
  bool fail(Block block, std::string what);

  std::span<const DictionarySource> sources_;
  std::vector<XmlTree> trees_;
  std::map<std::uint32_t, FieldDefinition> fields_;
  std::map<std::string, std::uint32_t, std::less<>> tags_;
  std::map<std::string, Blocks, std::less<>> components_;
  std::map<std::string, DraftMessage, std::less<>> messages_;
  Blocks header_;
  Blocks trailer_;
  std::unique_ptr<Dictionary> dictionary_;
  DictionaryFault fault_;
  bool isOld_ = false;
};

}  // namespace hft::fix

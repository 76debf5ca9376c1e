#include "native/fix/dictionary/dictionary_loader.hpp"

#include <algorithm>

#include "native/fix/codec/field_values.hpp"

namespace hft::fix {
namespace {

/// Components and groups within each other; beyond stands a circle.
constexpr std::size_t kDepthMax = 24;
constexpr std::size_t kStructuresMax = 200'000;

std::string_view describe(XmlError error) noexcept {
  switch (error) {
    case XmlError::TooDeep:
      return "elements nested too deeply";
    case XmlError::TooLarge:
      return "too large for a dictionary";
    case XmlError::EntityName:
      return "unknown entity";
    default:
      return "not well-formed XML";
  }
}

/// The first description of a value stands.
void addValue(FieldDefinition& field, const XmlNode& entry) {
  const std::string_view value = entry.get("enum");
  for (const EnumValue& known : field.values) {
    if (known.value == value) return;
  }
  field.values.push_back({std::string(value), std::string(entry.get("description"))});
}

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

}  // namespace

bool DictionaryLoader::fail(Block block, std::string what) {
  if (!fault_.what.empty()) return false;
  const XmlTree& tree = trees_[block.source];
  fault_.source = sources_[block.source].name;
  fault_.line = block.node == kNoNode ? tree.line : tree.nodes[block.node].line;
  fault_.what = std::move(what);
  return false;
}

DictionaryLoad DictionaryLoader::run(std::span<const DictionarySource> sources) {
  sources_ = sources;
  dictionary_ = std::make_unique<Dictionary>();
  trees_.reserve(sources.size());
  bool isSound = true;
  for (std::size_t at = 0; at < sources.size() && isSound; ++at) {
    trees_.push_back(readXml(sources[at].text));
    isSound = trees_[at].error == XmlError::Ok
                  ? readSource(at)
                  : fail({at, kNoNode}, std::string(describe(trees_[at].error)));
  }
  if (sources.empty()) {
    fault_.what = "no dictionary given";
    isSound = false;
  }
  if (!isSound || !build()) return {nullptr, std::move(fault_)};
  return {std::move(dictionary_), {}};
}

bool DictionaryLoader::readSource(std::size_t source) {
  if (trees_[source].nodes[0].name != "fix") return fail({source, 0}, "the root is not <fix>");
  if (source == 0 && !readVersion(source)) return false;
  const XmlTree& tree = trees_[source];
  if (const std::uint32_t node = tree.child(0, "header"); node != kNoNode) {
    header_.push_back({source, node});
  }
  if (const std::uint32_t node = tree.child(0, "trailer"); node != kNoNode) {
    trailer_.push_back({source, node});
  }
  return readFields(source) && readComponents(source) && readMessages(source);
}

bool DictionaryLoader::readVersion(std::size_t source) {
  const XmlNode& root = trees_[source].nodes[0];
  const auto major = readInt(root.get("major"));
  const auto minor = readInt(root.get("minor"));
  if (!major.ok() || !minor.ok()) return fail({source, 0}, "<fix> needs major and minor");
  const std::string_view type = root.get("type");
  dictionary_->beginString_ = type.empty() ? "FIX" : std::string(type);
  dictionary_->beginString_ += "." + std::string(root.get("major")) + ".";
  dictionary_->beginString_ += root.get("minor");
  for (const XmlNode::Attribute& attribute : root.attributes) {
    dictionary_->rootAttributes_ +=
        " " + attribute.name + "=\"" + escapeXml(attribute.value) + "\"";
  }
  // FIX 4.0 and 4.1 knew no char of one byte. Source: FIX 4.2, changes of data types.
  isOld_ = type != "FIXT" && major.value() == 4 && minor.value() < 2;
  return true;
}

bool DictionaryLoader::readFields(std::size_t source) {
  const XmlTree& tree = trees_[source];
  const std::uint32_t list = tree.child(0, "fields");
  if (list == kNoNode) return true;
  for (std::uint32_t at = tree.nodes[list].firstChild; at != kNoNode;
       at = tree.nodes[at].nextSibling) {
    const XmlNode& node = tree.nodes[at];
    if (node.name != "field") return fail({source, at}, "<" + node.name + "> among the fields");
    if (!readField(node)) return fail({source, at}, "field without a number or a name");
    FieldDefinition& field = fields_[tags_.find(node.get("name"))->second];
    for (std::uint32_t value = node.firstChild; value != kNoNode;
         value = tree.nodes[value].nextSibling) {
      const XmlNode& entry = tree.nodes[value];
      if (entry.name != "value" || !entry.has("enum")) {
        return fail({source, value}, "a value of " + quoted(field.name) + " without enum");
      }
      addValue(field, entry);
    }
  }
  return true;
}

/// A field that is there already keeps its name; its values may grow.
bool DictionaryLoader::readField(const XmlNode& node) {
  const auto number = readInt(node.get("number"));
  const std::string_view name = node.get("name");
  if (!number.ok() || number.value() < 1 || number.value() > 999'999'999 || name.empty()) {
    return false;
  }
  const auto tag = static_cast<std::uint32_t>(number.value());
  FieldDefinition& field = fields_[tag];
  if (field.tag == 0) {
    field.tag = tag;
    field.name = name;
    field.typeName = node.get("type");
    field.type = toFieldType(field.typeName, isOld_);
  }
  field.allowsOther = field.allowsOther || node.get("allowOther") == "Y";
  const auto entry = tags_.emplace(std::string(name), tag);
  return entry.first->second == tag;
}

bool DictionaryLoader::readComponents(std::size_t source) {
  const XmlTree& tree = trees_[source];
  const std::uint32_t list = tree.child(0, "components");
  if (list == kNoNode) return true;
  for (std::uint32_t at = tree.nodes[list].firstChild; at != kNoNode;
       at = tree.nodes[at].nextSibling) {
    const XmlNode& node = tree.nodes[at];
    if (node.name != "component" || node.get("name").empty()) {
      return fail({source, at}, "a component without a name");
    }
    components_[std::string(node.get("name"))].push_back({source, at});
  }
  return true;
}

bool DictionaryLoader::readMessages(std::size_t source) {
  const XmlTree& tree = trees_[source];
  const std::uint32_t list = tree.child(0, "messages");
  if (list == kNoNode) return true;
  for (std::uint32_t at = tree.nodes[list].firstChild; at != kNoNode;
       at = tree.nodes[at].nextSibling) {
    const XmlNode& node = tree.nodes[at];
    if (node.name != "message" || node.get("msgtype").empty() || node.get("name").empty()) {
      return fail({source, at}, "a message without a name or a msgtype");
    }
    DraftMessage& message = messages_[std::string(node.get("msgtype"))];
    if (message.name.empty()) {
      message.name = node.get("name");
      message.isAdmin = node.get("msgcat") == "admin";
    }
    message.blocks.push_back({source, at});
  }
  return true;
}

bool DictionaryLoader::build() {
  Dictionary& dictionary = *dictionary_;
  dictionary.byTag_ = TagMap(fields_.size());
  for (auto& [tag, field] : fields_) {
    std::sort(field.values.begin(), field.values.end(),
              [](const EnumValue& a, const EnumValue& b) { return a.value < b.value; });
    dictionary.byTag_.set(tag, static_cast<std::uint32_t>(dictionary.fields_.size()));
    dictionary.fields_.push_back(std::move(field));
  }
  dictionary.structures_.resize(2);
  if (!buildStructure(header_, Dictionary::kHeader, 0)) return false;
  if (!buildStructure(trailer_, Dictionary::kTrailer, 0)) return false;
  for (auto& [msgType, draft] : messages_) {
    const auto number = static_cast<std::uint32_t>(dictionary.structures_.size());
    dictionary.structures_.emplace_back();
    if (!buildStructure(draft.blocks, number, 0)) return false;
    dictionary.messages_.push_back({msgType, std::move(draft.name), draft.isAdmin, number});
  }
  return true;
}

bool DictionaryLoader::buildStructure(const Blocks& blocks, std::uint32_t number,
                                      std::size_t depth) {
  std::vector<DraftMember> drafts;
  for (const Block block : blocks) {
    if (!expand(block, true, depth, drafts)) return false;
  }
  if (drafts.size() > kMembersMax) return fail(blocks.front(), "too many members");
  Structure structure;
  structure.byTag = TagMap(drafts.size());
  for (const DraftMember& draft : drafts) {
    Member member = draft.member;
    if (!draft.groupBlocks.empty()) {
      if (dictionary_->structures_.size() >= kStructuresMax) {
        return fail(draft.groupBlocks.front(), "too many groups");
      }
      member.group = static_cast<std::uint32_t>(dictionary_->structures_.size());
      dictionary_->structures_.emplace_back();
      if (!buildStructure(draft.groupBlocks, member.group, depth + 1)) return false;
    }
    const auto place = static_cast<std::uint32_t>(structure.members.size());
    structure.byTag.set(member.tag, place);
    if (member.isRequired) structure.required.push_back(place);
    structure.members.push_back(member);
  }
  dictionary_->structures_[number] = std::move(structure);
  return true;
}

bool DictionaryLoader::expand(Block block, bool isRequired, std::size_t depth,
                              std::vector<DraftMember>& drafts) {
  if (depth > kDepthMax) return fail(block, "components or groups within each other in a circle");
  const XmlTree& tree = trees_[block.source];
  for (std::uint32_t at = tree.nodes[block.node].firstChild; at != kNoNode;
       at = tree.nodes[at].nextSibling) {
    if (!expandChild({block.source, at}, isRequired, depth, drafts)) return false;
  }
  return true;
}

bool DictionaryLoader::expandChild(Block child, bool isRequired, std::size_t depth,
                                   std::vector<DraftMember>& drafts) {
  const XmlNode& node = nodeOf(child);
  const std::string_view name = node.get("name");
  // A field of a component is required where both it and the component are.
  const bool isChildRequired = isRequired && node.get("required") == "Y";
  if (node.name == "component") {
    const auto component = components_.find(name);
    if (component == components_.end()) {
      return fail(child, "component " + quoted(name) + " is nowhere defined");
    }
    for (const Block block : component->second) {
      if (!expand(block, isChildRequired, depth + 1, drafts)) return false;
    }
    return true;
  }
  if (node.name != "field" && node.name != "group") {
    return fail(child, "<" + node.name + "> is no member");
  }
  const auto tag = tags_.find(name);
  if (tag == tags_.end()) return fail(child, "field " + quoted(name) + " is nowhere defined");
  auto draft = std::find_if(drafts.begin(), drafts.end(), [&](const DraftMember& entry) {
    return entry.member.tag == tag->second;
  });
  if (draft == drafts.end()) draft = drafts.insert(draft, DraftMember{{tag->second}, {}});
  draft->member.isRequired = draft->member.isRequired || isChildRequired;
  if (node.name == "group") draft->groupBlocks.push_back(child);
  return true;
}

DictionaryLoad loadDictionary(std::span<const DictionarySource> sources) {
  return DictionaryLoader().run(sources);
}

}  // namespace hft::fix

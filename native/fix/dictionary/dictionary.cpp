#include "native/fix/dictionary/dictionary.hpp"

#include <algorithm>

#include "native/fix/dictionary/xml_tree.hpp"

namespace hft::fix {
namespace {

void indent(std::string& xml, std::size_t depth) { xml.append(depth * 2, ' '); }

void writeAttribute(std::string& xml, std::string_view name, std::string_view value) {
  xml += ' ';
  xml += name;
  xml += "=\"";
  xml += escapeXml(value);
  xml += '"';
}

void writeMembers(const Dictionary& dictionary, const Structure& structure, std::size_t depth,
                  std::string& xml) {
  for (const Member& member : structure.members) {
    const bool isGroup = member.group != kNoGroup;
    indent(xml, depth);
    xml += isGroup ? "<group" : "<field";
    const FieldDefinition* field = dictionary.field(member.tag);
    writeAttribute(xml, "name", field == nullptr ? std::string_view() : field->name);
    writeAttribute(xml, "required", member.isRequired ? "Y" : "N");
    if (!isGroup) {
      xml += "/>\n";
      continue;
    }
    xml += ">\n";
    writeMembers(dictionary, dictionary.structure(member.group), depth + 1, xml);
    indent(xml, depth);
    xml += "</group>\n";
  }
}

void writeBlock(const Dictionary& dictionary, std::string_view name, const Structure& structure,
                std::string& xml) {
  xml += "  <";
  xml += name;
  xml += ">\n";
  writeMembers(dictionary, structure, 2, xml);
  xml += "  </";
  xml += name;
  xml += ">\n";
}

void writeField(const FieldDefinition& field, std::string& xml) {
  xml += "    <field";
  writeAttribute(xml, "number", std::to_string(field.tag));
  writeAttribute(xml, "name", field.name);
  writeAttribute(xml, "type", field.typeName);
  if (field.allowsOther) writeAttribute(xml, "allowOther", "Y");
  if (field.values.empty()) {
    xml += "/>\n";
    return;
  }
  xml += ">\n";
  for (const EnumValue& value : field.values) {
    xml += "      <value";
    writeAttribute(xml, "enum", value.value);
    writeAttribute(xml, "description", value.description);
    xml += "/>\n";
  }
  xml += "    </field>\n";
}

}  // namespace

const EnumValue* FieldDefinition::valueOf(std::string_view text) const noexcept {
  const auto found = std::lower_bound(
      values.begin(), values.end(), text,
      [](const EnumValue& entry, std::string_view key) { return entry.value < key; });
  return found == values.end() || found->value != text ? nullptr : &*found;
}

const FieldDefinition* Dictionary::field(std::string_view name) const noexcept {
  for (const FieldDefinition& entry : fields_) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

const MessageDefinition* Dictionary::message(std::string_view msgType) const noexcept {
  const auto found = std::lower_bound(
      messages_.begin(), messages_.end(), msgType,
      [](const MessageDefinition& entry, std::string_view key) { return entry.msgType < key; });
  return found == messages_.end() || found->msgType != msgType ? nullptr : &*found;
}

std::string Dictionary::toXml() const {
  std::string xml = "<fix" + rootAttributes_ + ">\n";
  writeBlock(*this, "header", header(), xml);
  xml += "  <messages>\n";
  for (const MessageDefinition& entry : messages_) {
    xml += "    <message";
    writeAttribute(xml, "name", entry.name);
    writeAttribute(xml, "msgcat", entry.isAdmin ? "admin" : "app");
    writeAttribute(xml, "msgtype", entry.msgType);
    xml += ">\n";
    writeMembers(*this, structure(entry.structure), 3, xml);
    xml += "    </message>\n";
  }
  xml += "  </messages>\n";
  writeBlock(*this, "trailer", trailer(), xml);
  xml += "  <components/>\n  <fields>\n";
  for (const FieldDefinition& entry : fields_) writeField(entry, xml);
  xml += "  </fields>\n</fix>\n";
  return xml;
}

}  // namespace hft::fix

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hft::fix {

/// Why a text is no XML that this reader takes.
enum class XmlError : std::uint8_t {
  Ok,
  Syntax,      ///< Not well formed.
  TooDeep,     ///< Nested deeper than 64 elements.
  TooLarge,    ///< More than 64 MB or a million elements.
  EntityName,  ///< An entity other than the five of XML and numbers below 128.
};

/// No element.
inline constexpr std::uint32_t kNoNode = 0xffffffffU;

/// One element. Its text content is not kept: dictionaries say all in attributes.
struct XmlNode {
  struct Attribute {
    std::string name;
    std::string value;
  };

  std::string name;
  std::vector<Attribute> attributes;
  std::uint32_t firstChild = kNoNode;
  std::uint32_t nextSibling = kNoNode;
  std::uint32_t line = 0;

  /// The value of `attribute`; empty where it is absent.
  [[nodiscard]] std::string_view get(std::string_view attribute) const noexcept;
  [[nodiscard]] bool has(std::string_view attribute) const noexcept;
};

/// The elements of one XML document, the root first.
struct XmlTree {
  std::vector<XmlNode> nodes;
  XmlError error = XmlError::Ok;
  std::uint32_t line = 0;  ///< Where the error is, from 1.

  /// The first child of `node` named `name`; kNoNode where there is none.
  [[nodiscard]] std::uint32_t child(std::uint32_t node, std::string_view name) const noexcept;
};

/// Reads the elements and attributes of `text`. Comments, processing instructions, CDATA and a
/// document type are skipped; nothing is ever fetched or expanded.
[[nodiscard]] XmlTree readXml(std::string_view text);

/// `text` with the five characters that XML reserves written as entities.
[[nodiscard]] std::string escapeXml(std::string_view text);

}  // namespace hft::fix

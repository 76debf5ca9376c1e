#include "native/fix/dictionary/xml_tree.hpp"

#include <array>

namespace hft::fix {
namespace {

constexpr std::size_t kDepthMax = 64;
constexpr std::size_t kBytesMax = 64U << 20U;
constexpr std::size_t kNodesMax = 1'000'000;

struct Entity {
  std::string_view name;
  char byte;
};
constexpr std::array<Entity, 5> kEntities{
    {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};

bool isSpace(char byte) noexcept {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool isNameByte(char byte) noexcept {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_' || byte == '-' || byte == ':' || byte == '.' ||
         static_cast<unsigned char>(byte) >= 0x80;
}

class XmlParser {
 public:
  explicit XmlParser(std::string_view text) : text_(text) {}

  XmlTree run() {
    if (text_.size() > kBytesMax) return failed(XmlError::TooLarge);
    if (text_.starts_with("\xef\xbb\xbf")) at_ = 3;
    while (tree_.error == XmlError::Ok && step()) {
    }
    if (tree_.error == XmlError::Ok && (!open_.empty() || tree_.nodes.empty())) {
      return failed(XmlError::Syntax);
    }
    return std::move(tree_);
  }

 private:
  struct Open {
    std::uint32_t node;
    std::uint32_t lastChild;
  };

  XmlTree failed(XmlError error) {
    fail(error);
    return std::move(tree_);
  }

  bool fail(XmlError error) {
    if (tree_.error == XmlError::Ok) {
      tree_.error = error;
      tree_.line = line_;
    }
    return false;
  }

  /// Takes what stands at the cursor; false at the end.
  bool step() {
    const std::size_t tag = text_.find('<', at_);
    if (tag == std::string_view::npos) {
      advance(text_.size());
      return false;
    }
    advance(tag);
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("<!--")) return skipBehind("-->");
    if (rest.starts_with("<?")) return skipBehind("?>");
    if (rest.starts_with("<![CDATA[")) return skipBehind("]]>");
    if (rest.starts_with("<!")) return skipDocumentType();
    if (rest.starts_with("</")) return closeElement();
    return openElement();
  }

  void advance(std::size_t to) {
    for (; at_ < to; ++at_) line_ += text_[at_] == '\n' ? 1 : 0;
  }

  bool skipBehind(std::string_view end) {
    const std::size_t found = text_.find(end, at_);
    if (found == std::string_view::npos) return fail(XmlError::Syntax);
    advance(found + end.size());
    return true;
  }

  /// A document type may hold an internal subset in brackets, which is skipped whole.
  bool skipDocumentType() {
    std::size_t depth = 0;
    for (std::size_t at = at_; at < text_.size(); ++at) {
      if (text_[at] == '[') ++depth;
      if (text_[at] == ']' && depth != 0) --depth;
      if (text_[at] == '>' && depth == 0) {
        advance(at + 1);
        return true;
      }
    }
    return fail(XmlError::Syntax);
  }

  void skipSpace() {
    while (at_ < text_.size() && isSpace(text_[at_])) advance(at_ + 1);
  }

  std::string_view readName() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && isNameByte(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  bool accept(char byte) {
    if (at_ >= text_.size() || text_[at_] != byte) return false;
    advance(at_ + 1);
    return true;
  }

  bool closeElement() {
    at_ += 2;
    const std::string_view name = readName();
    skipSpace();
    if (!accept('>') || open_.empty() || tree_.nodes[open_.back().node].name != name) {
      return fail(XmlError::Syntax);
    }
    open_.pop_back();
    return true;
  }

  bool openElement() {
    XmlNode node;
    node.line = line_;
    ++at_;
    node.name = readName();
    if (node.name.empty() || (open_.empty() && !tree_.nodes.empty())) {
      return fail(XmlError::Syntax);
    }
    if (tree_.nodes.size() >= kNodesMax) return fail(XmlError::TooLarge);
    while (true) {
      skipSpace();
      if (at_ >= text_.size()) return fail(XmlError::Syntax);
      if (text_[at_] == '>' || text_[at_] == '/') break;
      if (!readAttribute(node)) return false;
    }
    const bool isEmpty = accept('/');
    if (!accept('>')) return fail(XmlError::Syntax);
    const auto number = static_cast<std::uint32_t>(tree_.nodes.size());
    tree_.nodes.push_back(std::move(node));
    link(number);
    if (isEmpty) return true;
    if (open_.size() >= kDepthMax) return fail(XmlError::TooDeep);
    open_.push_back({number, kNoNode});
    return true;
  }

  void link(std::uint32_t number) {
    if (open_.empty()) return;
    Open& parent = open_.back();
    if (parent.lastChild == kNoNode) {
      tree_.nodes[parent.node].firstChild = number;
    } else {
      tree_.nodes[parent.lastChild].nextSibling = number;
    }
    parent.lastChild = number;
  }

  bool readAttribute(XmlNode& node) {
    XmlNode::Attribute attribute;
    attribute.name = readName();
    skipSpace();
    if (attribute.name.empty() || !accept('=')) return fail(XmlError::Syntax);
    skipSpace();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if ((quote != '"' && quote != '\'') || node.has(attribute.name)) return fail(XmlError::Syntax);
    advance(at_ + 1);
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) return fail(XmlError::Syntax);
    if (!decode(text_.substr(at_, end - at_), attribute.value)) return false;
    advance(end + 1);
    node.attributes.push_back(std::move(attribute));
    return true;
  }

  bool decode(std::string_view raw, std::string& value) {
    for (std::size_t at = 0; at < raw.size(); ++at) {
      if (raw[at] == '<') return fail(XmlError::Syntax);
      if (raw[at] != '&') {
        value.push_back(raw[at]);
        continue;
      }
      const std::size_t end = raw.find(';', at);
      if (end == std::string_view::npos) return fail(XmlError::Syntax);
      const char byte = entity(raw.substr(at + 1, end - at - 1));
      if (byte == '\0') return fail(XmlError::EntityName);
      value.push_back(byte);
      at = end;
    }
    return true;
  }

  static char entity(std::string_view name) {
    for (const Entity& known : kEntities) {
      if (known.name == name) return known.byte;
    }
    if (name.size() < 2 || name.size() > 4 || name[0] != '#') return '\0';
    unsigned code = 0;
    for (const char digit : name.substr(1)) {
      if (digit < '0' || digit > '9') return '\0';
      code = code * 10 + static_cast<unsigned>(digit - '0');
    }
    return code < 128 ? static_cast<char>(code) : '\0';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
  XmlTree tree_;
  std::vector<Open> open_;
};

}  // namespace

std::string_view XmlNode::get(std::string_view attribute) const noexcept {
  for (const Attribute& entry : attributes) {
    if (entry.name == attribute) return entry.value;
  }
  return {};
}

bool XmlNode::has(std::string_view attribute) const noexcept {
  for (const Attribute& entry : attributes) {
    if (entry.name == attribute) return true;
  }
  return false;
}

std::uint32_t XmlTree::child(std::uint32_t node, std::string_view name) const noexcept {
  std::uint32_t at = nodes[node].firstChild;
  while (at != kNoNode && nodes[at].name != name) at = nodes[at].nextSibling;
  return at;
}

XmlTree readXml(std::string_view text) { return XmlParser(text).run(); }

std::string escapeXml(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size());
  for (const char byte : text) {
    bool isEscaped = false;
    for (const Entity& entity : kEntities) {
      if (entity.byte != byte) continue;
      escaped += '&';
      escaped += entity.name;
      escaped += ';';
      isEscaped = true;
    }
    if (!isEscaped) escaped += byte;
  }
  return escaped;
}

}  // namespace hft::fix

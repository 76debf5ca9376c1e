#pragma once

#include <algorithm>
#include <cstdio>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hft::test {

/// A JSON value of a frame that is known to be sound, to write it again in other words.
struct JsonTree {
  char kind = 's';  ///< 'o'bject, 'a'rray, 't'ext (in quotes), 's'calar (as it stands).
  std::string text;
  std::vector<std::pair<std::string, JsonTree>> items;  ///< Keys are empty in an array.

  /// Takes one value off the left of `json`, which has no white space and no escapes.
  static JsonTree take(std::string_view& json) {
    JsonTree tree;
    if (json.front() == '"') {
      tree.kind = 't';
      tree.text = takeText(json);
    } else if (json.front() == '{' || json.front() == '[') {
      const bool isObject = json.front() == '{';
      tree.kind = isObject ? 'o' : 'a';
      do {
        json.remove_prefix(1);
        if (json.front() == '}' || json.front() == ']') break;
        std::string key;
        if (isObject) {
          key = takeText(json);
          json.remove_prefix(1);
        }
        tree.items.emplace_back(std::move(key), take(json));
      } while (json.front() == ',');
      json.remove_prefix(1);
    } else {
      const std::size_t size = json.find_first_of(",]}");
      tree.text = json.substr(0, size);
      json.remove_prefix(std::min(size, json.size()));
    }
    return tree;
  }

 private:
  static std::string takeText(std::string_view& json) {
    const std::string text(json.substr(1, json.find('"', 1) - 1));
    json.remove_prefix(text.size() + 2);
    return text;
  }
};

/// Writes a tree in one of the many ways that mean the same.
class JsonRewriter {
 public:
  explicit JsonRewriter(std::uint64_t seed) : random_(seed) {
    shuffles_ = chance(2);
    spaces_ = chance(2);
    escapes_ = chance(3);
    strangers_ = chance(2);
    bareNumbers_ = chance(3);
  }

  [[nodiscard]] std::string write(JsonTree tree) {
    std::string json = space();
    if (tree.kind == 't') {
      json += bareNumbers_ && isDecimal(tree.text) && chance(2) ? tree.text : quoted(tree.text);
    } else if (tree.kind == 's') {
      json += bareNumbers_ && isDecimal(tree.text) && chance(2) ? quoted(tree.text) : tree.text;
    } else {
      json += container(tree);
    }
    return json + space();
  }

 private:
  bool chance(unsigned one) { return random_() % one == 0; }
  std::string space() {
    static constexpr std::string_view kSpaces = " \t\r\n";
    std::string text;
    while (spaces_ && chance(3)) text += kSpaces[random_() % kSpaces.size()];
    return text;
  }
  /// A decimal that JSON also allows without quotes.
  static bool isDecimal(std::string_view text) {
    return text.find_first_not_of("0123456789.") == std::string_view::npos && !text.empty() &&
           (text.size() == 1 || text[0] != '0' || text[1] == '.');
  }
  std::string quoted(const std::string& text) {
    std::string json = "\"";
    for (const char byte : text) {
      if (escapes_ && chance(6)) {
        char escape[8];
        std::snprintf(escape, sizeof(escape), chance(2) ? "\\u%04x" : "\\u%04X",
                      static_cast<unsigned>(byte));
        json += escape;
      } else {
        json += byte;
      }
    }
    return json + "\"";
  }
  std::string container(JsonTree& tree) {
    const bool isObject = tree.kind == 'o';
    if (isObject && shuffles_) std::shuffle(tree.items.begin(), tree.items.end(), random_);
    std::string json = isObject ? "{" : "[";
    bool isFirst = true;
    const auto add = [&](const std::string& item) {
      json += (isFirst ? "" : ",") + item;
      isFirst = false;
    };
    for (auto& [key, value] : tree.items) {
      if (isObject && strangers_ && chance(4)) add(stranger());
      add(isObject ? space() + quoted(key) + space() + ":" + write(value) : write(value));
    }
    if (isFirst) json += space();
    return json + (isObject ? "}" : "]");
  }
  std::string stranger() {
    static constexpr const char* kStrangers[] = {R"("new field":[1,{"e":"trade","b":[]}])",
                                                 R"("nEw":null)", R"("__":"\"}]\\")",
                                                 R"("Data":{"s":"ETHUSDT"})", R"("":-1.5e-7)"};
    return kStrangers[random_() % std::size(kStrangers)];
  }

  std::mt19937_64 random_;
  bool shuffles_;
  bool spaces_;
  bool escapes_;
  bool strangers_;
  bool bareNumbers_;
};

}  // namespace hft::test

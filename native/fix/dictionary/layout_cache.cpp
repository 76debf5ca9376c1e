#include "native/fix/dictionary/layout_cache.hpp"

#include <algorithm>

#include "native/fix/codec/field_values.hpp"
#include "native/fix/dictionary/validation.hpp"

namespace hft::fix {

namespace {

constexpr std::size_t kMsgTypePlace = 2;

/// Whether `tag` counts the entries of a group in `structure` or within its groups. Before FIX 4.3
/// the type of such a field is INT.
bool countsEntries(const Dictionary& dictionary, const Structure& structure, std::uint32_t tag) {
  return std::any_of(structure.members.begin(), structure.members.end(), [&](const Member& member) {
    if (member.group == kNoGroup) return false;
    return member.tag == tag || countsEntries(dictionary, dictionary.structure(member.group), tag);
  });
}

bool countsEntries(const Dictionary& dictionary, const MessageDefinition& message,
                   std::uint32_t tag) {
  return countsEntries(dictionary, dictionary.header(), tag) ||
         countsEntries(dictionary, dictionary.structure(message.structure), tag) ||
         countsEntries(dictionary, dictionary.trailer(), tag);
}

}  // namespace

bool LayoutCache::hasTags(const Layout& layout, const FieldIndex& index) noexcept {
  if (layout.tags.size() != index.size()) return false;
  for (std::size_t at = 0; at < layout.tags.size(); ++at) {
    if (layout.tags[at] != index.tag(at)) return false;
  }
  return layout.msgType == index.value(kMsgTypePlace);
}

bool LayoutCache::fits(const Place& place, std::string_view value) noexcept {
  if (value.empty()) return false;
  if (place.field == nullptr) return true;
  if (place.isSingle) {
    const auto character = static_cast<unsigned char>(value.front());
    return value.size() == 1 && character < place.singles.size() && place.singles[character];
  }
  if (place.count >= 0) {
    const auto stated = readInt(value);
    return stated.ok() && stated.value() == place.count;
  }
  return fitsField(*place.field, value);
}

bool LayoutCache::knows(const FieldIndex& index) noexcept {
  if (index.size() <= kMsgTypePlace) return false;
  std::size_t found = last_;
  if (!hasTags(layouts_[found], index)) {
    for (found = 0; found < kLayoutsMax && !hasTags(layouts_[found], index);) ++found;
    if (found == kLayoutsMax) return false;
    last_ = found;
  }
  const Layout& layout = layouts_[found];
  for (std::size_t at = 0; at < layout.places.size(); ++at) {
    if (!fits(layout.places[at], index.value(at))) return false;
  }
  return true;
}

LayoutCache::Place LayoutCache::placeOf(const FieldIndex& index, std::size_t at,
                                        const Dictionary& dictionary) {
  Place place;
  place.field = dictionary.field(index.tag(at));
  if (place.field == nullptr) return place;
  const FieldDefinition& field = *place.field;
  const MessageDefinition* message = dictionary.message(index.value(kMsgTypePlace));
  if (message != nullptr && countsEntries(dictionary, *message, field.tag)) {
    place.count = readInt(index.value(at)).value();
  }
  const auto isCharacter = [](const EnumValue& entry) {
    return entry.value.size() == 1 && static_cast<unsigned char>(entry.value.front()) < 128;
  };
  place.isSingle = !field.values.empty() && !field.allowsOther && place.count < 0 &&
                   std::all_of(
                       field.values.begin(), field.values.end(),
                       [&](const auto& entry) {
                         return isCharacter(entry) && isValueOf(field.type, entry.value);
                       });
  // Several values in one field are for `fitsField`.
  place.isSingle = place.isSingle && field.type != FieldType::MultipleValue;
  if (!place.isSingle) return place;
  for (const EnumValue& entry : field.values) {
    place.singles.set(static_cast<unsigned char>(entry.value.front()));
  }
  return place;
}

void LayoutCache::learn(const FieldIndex& index, const Dictionary& dictionary) {
  if (index.size() <= kMsgTypePlace || index.size() > kFieldsMax) return;
  // With an unlucky value a known layout comes here again: once is enough.
  for (const Layout& layout : layouts_) {
    if (hasTags(layout, index)) return;
  }
  Layout layout;
  layout.msgType = index.value(kMsgTypePlace);
  for (std::size_t at = 0; at < index.size(); ++at) {
    layout.tags.push_back(index.tag(at));
    layout.places.push_back(placeOf(index, at, dictionary));
  }
  newest_ = (newest_ + 1) % kLayoutsMax;
  layouts_[newest_] = std::move(layout);
  last_ = newest_;
}

}  // namespace hft::fix

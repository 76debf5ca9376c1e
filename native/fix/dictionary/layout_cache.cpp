#include "native/fix/dictionary/layout_cache.hpp"

#include <algorithm>
#include <cstring>
#include <span>

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
  const std::span<const std::uint32_t> tags = index.tags();
  return layout.tags.size() == tags.size() &&
         std::memcmp(layout.tags.data(), tags.data(), tags.size_bytes()) == 0 &&
         layout.msgType == index.value(kMsgTypePlace);
}

bool LayoutCache::fits(Place& place, std::string_view value) noexcept {
  if (value.empty()) return false;
  switch (place.check) {
    case Check::NotEmpty:
      return true;
    case Check::Single: {
      const auto character = static_cast<unsigned char>(value.front());
      return value.size() == 1 && character < place.singles.size() && place.singles[character];
    }
    case Check::Count: {
      const auto stated = readInt(value);
      return stated.ok() && stated.value() == place.count;
    }
    case Check::Field:
      break;
  }
  if (value == std::string_view(place.sound.data(), place.soundBytes)) return true;
  if (!fitsField(*place.field, value)) return false;
  place.soundBytes = 0;
  if (value.size() <= place.sound.size()) {
    std::copy(value.begin(), value.end(), place.sound.begin());
    place.soundBytes = static_cast<std::uint8_t>(value.size());
  }
  return true;
}

bool LayoutCache::hasLayout(const FieldIndex& index) noexcept {
  if (index.size() <= kMsgTypePlace) return false;
  if (hasTags(layouts_[last_], index)) return true;
  for (std::size_t at = 0; at < kLayoutsMax; ++at) {
    if (!hasTags(layouts_[at], index)) continue;
    last_ = at;
    return true;
  }
  return false;
}

bool LayoutCache::fitsLayout(const FieldIndex& index, std::size_t from) noexcept {
  std::vector<Place>& places = layouts_[last_].places;
  for (std::size_t at = from; at < places.size(); ++at) {
    if (!fits(places[at], index.value(at))) return false;
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
    place.check = Check::Count;
    place.count = readInt(index.value(at)).value();
    return place;
  }
  const bool isAny = field.values.empty() || field.allowsOther;
  // A layout has one MsgType: it is compared with the tags.
  if (at == kMsgTypePlace ||
      (isAny && (field.type == FieldType::Text || field.type == FieldType::Data))) {
    return place;
  }
  const auto isCharacter = [](const EnumValue& entry) {
    return entry.value.size() == 1 && static_cast<unsigned char>(entry.value.front()) < 128;
  };
  // Several values in one field are for `fitsField`.
  const bool isSingle =
      !isAny && field.type != FieldType::MultipleValue &&
      std::all_of(field.values.begin(), field.values.end(), [&](const auto& entry) {
        return isCharacter(entry) && isValueOf(field.type, entry.value);
      });
  place.check = isSingle ? Check::Single : Check::Field;
  if (!isSingle) return place;
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

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "native/core/units.hpp"
#include "native/fix/codec/field_index.hpp"
#include "native/fix/codec/field_values.hpp"
#include "native/fix/codec/fix_writer.hpp"
#include "native/fix/codec/framed_decimal.hpp"
#include "native/fix/codec/group_view.hpp"

// A message is a struct with one function, `visit`, that names its fields in the order in which
// they are written. Reading, writing and the list of tags all come from it.
namespace hft::fix {

/// What is wrong with a field of a message that was read.
struct FieldFault {
  ValueError error = ValueError::Ok;
  std::uint32_t tag = 0;
};

/// A message that was read, or the first field that is not of its type. Views: they live as long
/// as the bytes of the message and its index.
template <typename Message>
struct Reading {
  Message message{};
  FieldFault fault{};

  [[nodiscard]] bool ok() const noexcept { return fault.error == ValueError::Ok; }
};

template <typename Entry>
class Group;

namespace detail {

/// The highest tag that a slot table covers.
inline constexpr std::uint32_t kSlotTagsMax = 2048;
inline constexpr std::size_t kSlotsMax = 64;

/// Takes part in `visit` where only the tags matter.
struct TagCollector {
  std::array<std::uint32_t, kSlotsMax> tags{};
  std::size_t size = 0;

  template <std::uint32_t Tag>
  constexpr void add() noexcept {
    static_assert(Tag < kSlotTagsMax);
    tags[size++] = Tag;
  }
  template <std::uint32_t Tag, typename T>
  constexpr void text(T&) noexcept {
    add<Tag>();
  }
  template <std::uint32_t Tag, typename T>
  constexpr void character(T&) noexcept {
    add<Tag>();
  }
  template <std::uint32_t Tag, typename T>
  constexpr void flag(T&) noexcept {
    add<Tag>();
  }
  template <std::uint32_t Tag, typename T>
  constexpr void number(T&) noexcept {
    add<Tag>();
  }
  template <std::uint32_t Tag, typename T>
  constexpr void decimal(T&) noexcept {
    add<Tag>();
  }
  template <std::uint32_t Tag, typename T>
  constexpr void timestamp(T&) noexcept {
    add<Tag>();
  }
  template <std::uint32_t Tag, typename T>
  constexpr void group(T&) noexcept {
    add<Tag>();
  }
};

/// The slot of each tag of `Message`, from 1; 0 where the message has no such field.
template <typename Message>
inline constexpr std::array<std::uint8_t, kSlotTagsMax> kSlots = [] {
  TagCollector collector;
  Message message{};
  Message::visit(collector, message);
  std::array<std::uint8_t, kSlotTagsMax> slots{};
  for (std::size_t at = 0; at < collector.size; ++at) {
    slots[collector.tags[at]] = static_cast<std::uint8_t>(at + 1);
  }
  return slots;
}();

/// The fields of `Message`.
template <typename Message>
inline constexpr std::size_t kFieldCount = [] {
  TagCollector collector;
  Message message{};
  Message::visit(collector, message);
  return collector.size;
}();

template <typename Message>
[[nodiscard]] inline std::size_t slotOf(std::uint32_t tag) noexcept {
  return tag < kSlotTagsMax ? kSlots<Message>[tag] : 0;
}

/// Fills a message from one walk over its fields.
template <typename Message>
class MessageReader {
 public:
  MessageReader(const FieldIndex& index, FieldRange range) noexcept : index_(index), range_(range) {
    // From the end: the first of a tag counts, because a later one stands in a group. Slot 0 takes
    // what no field wants.
    for (std::size_t at = range.end; at-- != range.begin;) {
      positions_[slotOf<Message>(index.tag(at))] = static_cast<std::uint32_t>(at + 1);
    }
    positions_[0] = 0;
  }

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void text(std::string_view& out) noexcept {
    if (const std::size_t at = position<Tag>(); at != 0) out = index_.value(at - 1);
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void character(char& out) noexcept {
    take<Tag>(out, [](std::string_view value) { return readChar(value); });
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void flag(std::optional<bool>& out) noexcept {
    take<Tag>(out, [](std::string_view value) { return readBool(value); });
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void number(std::optional<std::int64_t>& out) noexcept {
    take<Tag>(out, [](std::string_view value) { return readInt(value); });
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void decimal(std::optional<Decimal>& out) noexcept {
    take<Tag>(out, [](std::string_view value) { return readFramedDecimal(value); });
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void timestamp(Nanos& out) noexcept {
    take<Tag>(out, [](std::string_view value) { return readUtcTimestamp(value); });
  }
  template <std::uint32_t Tag, typename Entry>
  [[gnu::always_inline]] void group(Group<Entry>& out) noexcept {
    const std::size_t at = position<Tag>();
    if (at == 0) return;
    std::size_t end = at;
    // Whatever is no field of the message itself belongs to the group: venues add their own.
    while (end < range_.end && index_.tag(end) != 10 && slotOf<Message>(index_.tag(end)) == 0) {
      ++end;
    }
    out = Group<Entry>::read(index_, {at, end}, index_.value(at - 1));
  }

  [[nodiscard]] FieldFault fault() const noexcept { return fault_; }

 private:
  template <std::uint32_t Tag>
  [[gnu::always_inline, nodiscard]] std::size_t position() const noexcept {
    constexpr std::size_t kSlot = kSlots<Message>[Tag];
    return positions_[kSlot];
  }

  template <std::uint32_t Tag, typename T, typename Read>
  [[gnu::always_inline]] void take(T& out, Read read) noexcept {
    const std::size_t at = position<Tag>();
    if (at == 0) return;
    const auto value = read(index_.value(at - 1));
    if (value.ok()) [[likely]] {
      out = value.value();
    } else if (fault_.error == ValueError::Ok) {
      fault_ = {value.error(), Tag};
    }
  }

  const FieldIndex& index_;
  FieldRange range_;
  std::array<std::uint32_t, kFieldCount<Message> + 1> positions_{};
  FieldFault fault_;
};

/// Writes the fields of a message that are there.
class MessageWriter {
 public:
  MessageWriter(FieldSink& sink, TimePrecision precision) noexcept
      : sink_(sink), precision_(precision) {}

  template <std::uint32_t Tag>
  [[gnu::always_inline]] void text(std::string_view value) noexcept {
    if (!value.empty()) sink_.text<Tag>(value);
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void character(char value) noexcept {
    if (value != 0) sink_.character<Tag>(value);
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void flag(std::optional<bool> value) noexcept {
    if (value) sink_.flag<Tag>(*value);
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void number(std::optional<std::int64_t> value) noexcept {
    if (value) sink_.number<Tag>(*value);
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void decimal(const std::optional<Decimal>& value) noexcept {
    if (value) sink_.decimal<Tag>(value->mantissa, value->decimals);
  }
  template <std::uint32_t Tag>
  [[gnu::always_inline]] void timestamp(Nanos value) noexcept {
    if (value != 0) sink_.timestamp<Tag>(value, precision_);
  }
  template <std::uint32_t Tag, typename Entry>
  [[gnu::always_inline]] void group(const Group<Entry>& value) noexcept {
    if (value.written().empty()) return;
    sink_.unsignedNumber<Tag>(value.written().size());
    for (const Entry& entry : value.written()) Entry::visit(*this, entry);
  }

 private:
  FieldSink& sink_;
  TimePrecision precision_;
};

}  // namespace detail

/// The entries of a repeating group: those to write, or those that were read, one by one.
template <typename Entry>
class Group {
 public:
  constexpr Group() noexcept = default;
  /// Entries to write; they must outlive the group.
  constexpr explicit Group(std::span<const Entry> entries) noexcept : written_(entries) {}

  [[nodiscard]] static Group read(const FieldIndex& index, FieldRange range,
                                  std::string_view count) noexcept {
    Group group;
    group.index_ = &index;
    group.range_ = range;
    const auto stated = readInt(count);
    group.stated_ = stated.ok() ? stated.value() : -1;
    return group;
  }

  [[nodiscard]] constexpr std::span<const Entry> written() const noexcept { return written_; }
  /// What the count of a group that was read says; -1 where that is no number.
  [[nodiscard]] std::int64_t stated() const noexcept { return stated_; }

  /// Calls `take(Reading<Entry>)` for each entry that was read, in order; returns their number,
  /// for the caller to compare with `stated`.
  template <typename Take>
  std::int64_t forEach(Take take) const noexcept {
    std::int64_t count = 0;
    if (index_ == nullptr || range_.isEmpty()) return count;
    const std::uint32_t delimiter = index_->tag(range_.begin);
    for (std::size_t at = range_.begin; at < range_.end; ++count) {
      const std::size_t next = index_->find(delimiter, at + 1, range_.end);
      const std::size_t end = next == kNoField ? range_.end : next;
      detail::MessageReader<Entry> reader(*index_, {at, end});
      Reading<Entry> reading;
      Entry::visit(reader, reading.message);
      reading.fault = reader.fault();
      take(reading);
      at = end;
    }
    return count;
  }

 private:
  std::span<const Entry> written_;
  const FieldIndex* index_ = nullptr;
  FieldRange range_;
  std::int64_t stated_ = 0;
};

/// Reads a message of type `Message` from the fields that `scanFields` listed. Whether all that a
/// version requires is there is for the dictionary to say; absent fields are empty, zero or none.
template <typename Message>
[[nodiscard]] Reading<Message> readMessage(const FieldIndex& index) noexcept {
  detail::MessageReader<Message> reader(index, {0, index.size()});
  Reading<Message> reading;
  Message::visit(reader, reading.message);
  reading.fault = reader.fault();
  return reading;
}

/// Writes the body of `message`, the fields that are there, behind the header that `writer` holds.
template <typename Message>
void writeBody(FixWriter& writer, const Message& message, TimePrecision precision) noexcept {
  writer.fields([&](FieldSink& sink) __attribute__((always_inline)) {
    detail::MessageWriter body(sink, precision);
    Message::visit(body, message);
  });
}

}  // namespace hft::fix

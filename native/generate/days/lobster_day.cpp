#include "native/generate/days/lobster_day.hpp"

#include "native/core/check.hpp"
#include "native/generate/frames/text_writer.hpp"

namespace hft::generate {
namespace {

constexpr Nanos kSecond = 1'000'000'000;
/// The market opens at 9:30.
constexpr Nanos kOpening = (9 * 3600 + 30 * 60) * kSecond;

enum class Type : std::uint8_t { Submission = 1, Deletion = 3, Execution = 4 };

void line(TextWriter& out, Nanos time, Type type, const RestingOrder& order, Qty qty) noexcept {
  out.decimal(time, 9, 9);
  out.put(',');
  out.number(static_cast<std::uint64_t>(type));
  out.put(',');
  out.number(order.id);
  out.put(',');
  out.number(static_cast<std::uint64_t>(qty));
  out.put(',');
  // Ticks are cents.
  out.number(static_cast<std::uint64_t>(order.price) * 100);
  out.put(order.side == Side::Buy ? std::string_view(",1\n") : std::string_view(",-1\n"));
}

/// Whether the event is one that the file shows.
bool isShown(const OrderEvent& event) noexcept {
  return event.kind == OrderEventKind::Added || event.kind == OrderEventKind::Cancelled ||
         event.kind == OrderEventKind::Filled;
}

}  // namespace

LobsterDay::LobsterDay(std::uint64_t seed, std::uint64_t messages, std::uint32_t framesPerSecond,
                       std::size_t ordersTarget)
    : random_(seed),
      clock_(kSecond / (framesPerSecond > 0 ? framesPerSecond : 1)),
      spec_(instrumentSpec(decode::WireFormat::AlpacaJson, 0)),
      flow_(spec_, ordersTarget, random_),
      time_(kOpening),
      left_(messages) {}

void LobsterDay::move() noexcept {
  time_ += clock_.next(random_, 1);
  flow_.wander(random_, clock_.intensity());
  events_.clear();
  eventsDone_ = 0;
  if (random_.below(8) == 0) {
    flow_.take(random_, clock_.intensity(), events_);
  } else {
    flow_.passive(random_, events_);
  }
  flow_.book().clearChanges();
}

std::size_t LobsterDay::write(std::span<char> out) noexcept {
  TextWriter text(out.data());
  while (left_ > 0 && out.size() - text.size() >= kLineBytesMax) {
    // The opening orders are in the order of their ids, which is the order of arrival.
    if (openingDone_ < flow_.book().orderCount() && events_.all().empty()) {
      const RestingOrder order = flow_.book().order(openingDone_++);
      line(text, time_, Type::Submission, order, order.qty);
      --left_;
      continue;
    }
    if (eventsDone_ == events_.all().size()) {
      move();
      continue;
    }
    const OrderEvent& event = events_.all()[eventsDone_++];
    if (!isShown(event)) continue;
    const Type type = event.kind == OrderEventKind::Added       ? Type::Submission
                      : event.kind == OrderEventKind::Cancelled ? Type::Deletion
                                                                : Type::Execution;
    line(text, time_, type, event.order, event.qty);
    --left_;
  }
  return text.size();
}

}  // namespace hft::generate

#include <cstring>
#include <memory>
#include <string>

#include "bindings/arguments.hpp"
#include "bindings/journal.hpp"
#include "native/event/journal_entry.hpp"

namespace hft::bindings {
namespace {

using event::AuditReport;
using event::Journal;
using event::JournalDirectory;
using event::JournalError;
using event::JournalFault;

constexpr napi_type_tag kTag = {0x6866745f6a726e6cULL, 0x777269746572303aULL};
constexpr std::int64_t kExact = (std::int64_t{1} << 53) - 1;

/// A journal and the struct that JavaScript fills.
class JournalDesk {
 public:
  JournalDesk(napi_env env, napi_ref memory, std::span<std::byte> entry,
              std::unique_ptr<Journal> journal)
      : env_(env), memory_(memory), entry_(entry), journal_(std::move(journal)) {}
  ~JournalDesk() { napi_delete_reference(env_, memory_); }
  JournalDesk(const JournalDesk&) = delete;
  JournalDesk& operator=(const JournalDesk&) = delete;

  void append() noexcept { event::appendEntry(*journal_, entry_); }
  [[nodiscard]] Journal& journal() { return *journal_; }

 private:
  napi_env env_;
  napi_ref memory_;
  std::span<std::byte> entry_;
  std::unique_ptr<Journal> journal_;
};

std::string messageOf(JournalError error, const std::string& path, const AuditReport& report) {
  switch (error) {
    case JournalError::NoDirectory:
      return "the journal " + path + " cannot be made or read";
    case JournalError::Locked:
      return "another process has the journal " + path + " open for writing";
    case JournalError::Refused:
      return "the journal " + path + " is damaged: segment " + std::to_string(report.segment) +
             ", offset " + std::to_string(report.offset) + ", sequence " +
             std::to_string(report.sequence) + "; `hft audit verify` says more";
    case JournalError::Full:
      return "there is no space for the journal " + path;
    default:
      return "the disk of the journal " + path + " failed";
  }
}

bool readOptions(napi_env env, napi_value object, event::JournalOptions& options) {
  const auto id = integerMember(env, object, "journalId", 1, 1, kExact);
  if (!id) return false;
  const auto segment =
      integerMember(env, object, "segmentBytes", 64 << 20, 1 << 16, std::int64_t{1} << 30);
  if (!segment) return false;
  if (*segment % 4'096 != 0) {
    throwArgument(env, "segmentBytes must be a multiple of 4096");
    return false;
  }
  const auto reserve = integerMember(env, object, "reserveBytes", *segment / 64, 0, *segment / 2);
  if (!reserve) return false;
  const auto window = integerMember(env, object, "commitWindowNs", 2'000'000, 1, 10'000'000'000);
  if (!window) return false;
  const auto flushes = booleanMember(env, object, "flushesToDisk", true);
  if (!flushes) return false;
  const auto start = integerMember(env, object, "startTimeMs", 0, 0, 9'000'000'000'000);
  if (!start) return false;
  options.journalId = static_cast<std::uint64_t>(*id);
  options.segmentBytes = static_cast<std::size_t>(*segment);
  options.reserveBytes = static_cast<std::size_t>(*reserve);
  options.commitWindow = *window;
  options.flushesToDisk = *flushes;
  options.startTime = *start * 1'000'000;
  return true;
}

napi_value construct(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto path = arguments.text(0, "path");
  if (!path) return nullptr;
  const auto memory = arguments.bytes(1, "memory");
  if (!memory) return nullptr;
  if (memory->size() < event::kEntryBytes ||
      reinterpret_cast<std::uintptr_t>(memory->data()) % 8 != 0) {
    throwArgument(env,
                  "memory must be " + std::to_string(event::kEntryBytes) + " bytes, aligned to 8");
    return nullptr;
  }
  event::JournalOptions options;
  const auto object = arguments.object(2, "options");
  if (!object || !readOptions(env, *object, options)) return nullptr;
  AuditReport report;
  JournalError error = JournalError::Ok;
  std::unique_ptr<Journal> journal;
  auto directory = JournalDirectory::open(*path, JournalDirectory::Mode::Write);
  if (directory.ok()) {
    JournalDirectory owned = directory.take();
    if (!owned.isEmpty()) report = owned.audit([](const event::JournalRecord&) {});
    auto started = Journal::start(std::move(owned), report, options);
    error = started.error();
    if (started.ok()) journal = started.take();
  } else {
    error = directory.error();
  }
  if (journal == nullptr) {
    throwError(env, "HFT_DATA_FILE", messageOf(error, *path, report));
    return nullptr;
  }
  napi_ref reference = nullptr;
  napi_create_reference(env, arguments.at(1), 1, &reference);
  wrap(env, arguments.self(),
       std::make_unique<JournalDesk>(env, reference, *memory, std::move(journal)), kTag);
  return arguments.self();
}

/// The hot call: no arguments, the struct holds the question and the answer.
napi_value append(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  static_cast<JournalDesk*>(data)->append();
  return nullptr;
}

napi_value appender(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* desk = unwrap<JournalDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  napi_value function = nullptr;
  napi_create_function(env, "append", NAPI_AUTO_LENGTH, append, desk, &function);
  // The function keeps its desk alive: a property that nobody can take away.
  const napi_property_descriptor owner = {"desk",  nullptr,          nullptr,      nullptr,
                                          nullptr, arguments.self(), napi_default, nullptr};
  napi_define_properties(env, function, 1, &owner);
  return function;
}

napi_value makeInteger(napi_env env, std::uint64_t value) {
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, value, &result);
  return result;
}

napi_value position(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* desk = unwrap<JournalDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  napi_value object = makeObject(env);
  setMember(env, object, "run", makeInteger(env, desk->journal().run()));
  setMember(env, object, "lastSequence", makeInteger(env, desk->journal().lastSequence()));
  setMember(env, object, "durableSequence", makeInteger(env, desk->journal().durableSequence()));
  return object;
}

napi_value retainFrom(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* desk = unwrap<JournalDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  const auto sequence = arguments.integer(0, "sequence", 0, kExact);
  if (!sequence) return nullptr;
  desk->journal().retainFrom(static_cast<std::uint64_t>(*sequence));
  return nullptr;
}

napi_value close(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  auto* desk = unwrap<JournalDesk>(env, arguments.self(), kTag);
  if (desk == nullptr) return nullptr;
  if (desk->journal().close() != JournalError::Ok) {
    throwError(env, "HFT_DATA_FILE", "the disk of the journal failed: its end may be lost");
  }
  return nullptr;
}

}  // namespace

void registerJournalWriter(napi_env env, napi_value exports) {
  defineClass(env, exports, "NativeJournal", construct,
              {{"appender", appender},
               {"position", position},
               {"retainFrom", retainFrom},
               {"close", close}});
}

}  // namespace hft::bindings

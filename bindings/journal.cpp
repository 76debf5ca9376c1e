#include "bindings/journal.hpp"

#include <array>
#include <cstring>
#include <string>

#include "bindings/arguments.hpp"
#include "native/event/journal_directory.hpp"

namespace hft::bindings {
namespace {

using event::AuditReport;
using event::JournalDirectory;
using event::JournalRecord;

constexpr std::array<const char*, 11> kFaults = {
    "ok",          "tornTail",    "badHead", "badSegment",     "missingSegment", "damagedRecord",
    "brokenChain", "badSequence", "badSeal", "missingRecords", "foreignBytes"};

napi_value makeInteger(napi_env env, std::uint64_t value) {
  napi_value result = nullptr;
  napi_create_bigint_uint64(env, value, &result);
  return result;
}

napi_value makeTime(napi_env env, Nanos value) {
  napi_value result = nullptr;
  napi_create_bigint_int64(env, value, &result);
  return result;
}

std::string hexOf(const Sha256Digest& digest) {
  std::string text;
  for (const std::byte byte : digest) {
    text.push_back("0123456789abcdef"[std::to_integer<unsigned>(byte) >> 4]);
    text.push_back("0123456789abcdef"[std::to_integer<unsigned>(byte) & 15]);
  }
  return text;
}

napi_value makeReport(napi_env env, const AuditReport& report, std::uint64_t records) {
  napi_value object = makeObject(env);
  setMember(env, object, "fault", kFaults[static_cast<std::size_t>(report.fault)]);
  setMember(env, object, "records", makeInteger(env, records));
  setMember(env, object, "segment", makeInteger(env, report.segment));
  setMember(env, object, "offset", makeInteger(env, report.offset));
  setMember(env, object, "sequence", makeInteger(env, report.sequence));
  setMember(env, object, "firstSequence", makeInteger(env, report.firstSequence));
  setMember(env, object, "lastSequence", makeInteger(env, report.lastSequence));
  setMember(env, object, "durableSequence", makeInteger(env, report.head.durableSequence));
  setMember(env, object, "tornBytes", makeInteger(env, report.tornBytes));
  setMember(env, object, "recordsMissing", makeInteger(env, report.recordsMissing));
  setMember(env, object, "run", makeInteger(env, report.head.run));
  setMember(env, object, "isClosed", report.head.isClosed != 0 ? 1.0 : 0.0);
  setMember(env, object, "sealDigest", hexOf(report.head.sealDigest));
  return object;
}

/// Gives one record to JavaScript. False when the callback threw.
bool giveRecord(napi_env env, napi_value callback, const JournalRecord& record) {
  napi_handle_scope scope = nullptr;
  napi_open_handle_scope(env, &scope);
  void* copy = nullptr;
  napi_value payload = nullptr;
  napi_create_buffer_copy(env, record.payload.size(), record.payload.data(), &copy, &payload);
  const std::array<napi_value, 5> values = {
      makeInteger(env, record.sequence), makeNumber(env, static_cast<double>(record.kind)),
      makeTime(env, record.realtime), makeTime(env, record.monotonic), payload};
  const napi_status status =
      napi_call_function(env, makeUndefined(env), callback, values.size(), values.data(), nullptr);
  napi_close_handle_scope(env, scope);
  return status == napi_ok;
}

napi_value auditJournal(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto path = arguments.text(0, "path");
  if (!path) return nullptr;
  napi_value callback = nullptr;
  if (!arguments.isAbsent(1)) {
    const auto function = arguments.function(1, "onRecord");
    if (!function) return nullptr;
    callback = *function;
  }
  const auto directory = JournalDirectory::open(*path, JournalDirectory::Mode::Read);
  if (!directory.ok() || directory.value().isEmpty()) {
    throwError(env, "HFT_DATA_FILE", "there is no journal in " + *path);
    return nullptr;
  }
  std::uint64_t records = 0;
  bool goesOn = true;
  const AuditReport report = directory.value().audit([&](const JournalRecord& record) {
    ++records;
    if (callback != nullptr && goesOn) goesOn = giveRecord(env, callback, record);
  });
  return goesOn ? makeReport(env, report, records) : nullptr;
}

}  // namespace

void registerJournal(napi_env env, napi_value exports) {
  defineFunction(env, exports, "auditJournal", auditJournal);
  registerJournalWriter(env, exports);
}

}  // namespace hft::bindings

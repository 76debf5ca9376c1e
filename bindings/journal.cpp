#include "bindings/journal.hpp"

#include <array>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "bindings/arguments.hpp"
#include "native/event/journal_directory.hpp"
#include "native/event/journal_replay.hpp"

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

/// The fields of a payload as fixed head and text.
bool takeName(const event::JournalRecord& record, event::NameMark& mark, std::string& text) {
  if (record.kind != event::RecordKind::Name || record.payload.size() < sizeof mark) return false;
  std::memcpy(&mark, record.payload.data(), sizeof mark);
  const auto rest = record.payload.subspan(sizeof mark);
  text.assign(reinterpret_cast<const char*>(rest.data()), rest.size());
  return true;
}

/// `(path)`: the names in a journal, each as `[table, id, name, priceDecimals, qtyDecimals]`.
napi_value journalNames(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const auto path = arguments.text(0, "path");
  if (!path) return nullptr;
  napi_value list = nullptr;
  napi_create_array(env, &list);
  const auto directory = JournalDirectory::open(*path, JournalDirectory::Mode::Read);
  if (!directory.ok() || directory.value().isEmpty()) return list;
  // The newest word about a number counts.
  std::map<std::pair<std::uint8_t, std::uint32_t>, std::pair<event::NameMark, std::string>> names;
  event::forEachUnproved(directory.value(), [&](const event::JournalRecord& record) {
    event::NameMark mark;
    std::string text;
    if (!takeName(record, mark, text)) return;
    names[{static_cast<std::uint8_t>(mark.table), mark.id}] = {mark, text};
  });
  std::uint32_t at = 0;
  for (const auto& [key, name] : names) {
    napi_value entry = nullptr;
    napi_create_array_with_length(env, 5, &entry);
    napi_set_element(env, entry, 0, makeNumber(env, key.first));
    napi_set_element(env, entry, 1, makeNumber(env, key.second));
    napi_set_element(env, entry, 2, makeText(env, name.second));
    napi_set_element(env, entry, 3, makeNumber(env, name.first.priceDecimals));
    napi_set_element(env, entry, 4, makeNumber(env, name.first.qtyDecimals));
    napi_set_element(env, list, at++, entry);
  }
  return list;
}

}  // namespace

void registerJournal(napi_env env, napi_value exports) {
  defineFunction(env, exports, "auditJournal", auditJournal);
  defineFunction(env, exports, "journalNames", journalNames);
  registerJournalWriter(env, exports);
}

}  // namespace hft::bindings

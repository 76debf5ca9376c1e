#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "native/event/journal.hpp"

namespace hft::event {

/// A directory of its own that goes with the test.
class LabDirectory {
 public:
  LabDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "hft-journal-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~LabDirectory() { std::filesystem::remove_all(path_); }
  LabDirectory(const LabDirectory&) = delete;
  LabDirectory& operator=(const LabDirectory&) = delete;

  [[nodiscard]] std::string journal() const { return path_ + "/journal"; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// A record as its test remembers it.
struct Told {
  std::uint64_t sequence = 0;
  RecordKind kind = RecordKind::None;
  std::string payload;
  bool operator==(const Told&) const = default;
};

inline JournalOptions smallOptions() {
  JournalOptions options;
  options.journalId = 0x1234'5678;
  options.segmentBytes = 32'768;
  options.reserveBytes = 4'096;
  options.commitWindow = 200'000;
  return options;
}

/// Opens `path` for writing, keeps what is in it in `told`.
inline Result<std::unique_ptr<Journal>, JournalError> reopen(const std::string& path,
                                                             const JournalOptions& options,
                                                             AuditReport& report,
                                                             std::vector<Told>& told) {
  auto directory = JournalDirectory::open(path, JournalDirectory::Mode::Write);
  if (!directory.ok()) return directory.error();
  JournalDirectory owned = directory.take();
  report = owned.audit([&](const JournalRecord& record) {
    told.push_back({record.sequence,
                    record.kind,
                    {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()}});
  });
  return Journal::start(std::move(owned), report, options);
}

/// Audits `path` without changing it.
inline AuditReport auditOf(const std::string& path, std::vector<Told>& told) {
  auto directory = JournalDirectory::open(path, JournalDirectory::Mode::Read);
  EXPECT_TRUE(directory.ok());
  return directory.value().audit([&](const JournalRecord& record) {
    told.push_back({record.sequence,
                    record.kind,
                    {reinterpret_cast<const char*>(record.payload.data()), record.payload.size()}});
  });
}

inline Result<std::uint64_t, JournalError> tell(Journal& journal, const std::string& text,
                                                Reserve reserve) {
  return journal.append(RecordKind::StrategyNote, std::as_bytes(std::span(text)), {1, 2}, reserve);
}

/// The text of record `i`: every length, also none.
inline std::string noteOf(std::uint64_t i) {
  return std::string(i * 37 % 300, static_cast<char>('a' + i % 26));
}

}  // namespace hft::event

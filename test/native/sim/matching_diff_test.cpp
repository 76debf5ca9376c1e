#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>

#include "native/sim/command_script.hpp"

namespace hft::sim {
namespace {

std::string fixture(const std::string& name) {
  const char* root = std::getenv("HFT_FIXTURES");
  std::ifstream file((root != nullptr ? std::string(root) : "../shared/data") + "/matching_diff/" +
                     name);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string play(std::string_view commands) {
  CommandScript script;
  const auto events = script.play(commands);
  return events.ok() ? events.value() : "error in line " + std::to_string(script.failedLine());
}

TEST(CommandScript, FillsAsTheOtherEngineDid) {
  const std::string commands = fixture("commands_7.txt");
  if (commands.empty()) GTEST_SKIP() << "no fixture: matching_diff";
  EXPECT_EQ(play(commands), fixture("expected_7.txt"));
}

TEST(CommandScript, RejectsAnIdThatLivesAndTakesOneThatIsGone) {
  EXPECT_EQ(play("0 NEW 7 B LIMIT 10 5 GTC\n"
                 "1 NEW 7 S LIMIT 20 5 GTC\n"
                 "2 CANCEL 7\n"
                 "3 NEW 7 S LIMIT 20 5 GTC\n"),
            "# 0\nACK 7\n# 1\nREJ 7\n# 2\nCXL 7\n# 3\nACK 7\n");
}

TEST(CommandScript, CancelsWhatAnImmediateOrderLeaves) {
  EXPECT_EQ(play("0 NEW 1 S LIMIT 10 5 GTC\n"
                 "1 NEW 2 B MARKET 0 8 IOC\n"
                 "2 CANCEL 99\n"),
            "# 0\nACK 1\n# 1\nACK 2\nFILL 2 1 5 10\nCXL 2\n# 2\nCXLREJ 99\n");
}

TEST(CommandScript, NamesTheLineThatItCannotRead) {
  EXPECT_EQ(play("0 NEW 1 S LIMIT 10 5 GTC\n1 NEW 2 B LIMIT ten 5 GTC\n"), "error in line 2");
  EXPECT_EQ(play("0 SELL 1\n"), "error in line 1");
}

TEST(CommandScript, ReadsWindowsLinesBlankLinesAndNoFinalLineBreak) {
  EXPECT_EQ(play("0 NEW 1 S LIMIT -10 5 GTC\r\n\r\n1 CANCEL 1"), "# 0\nACK 1\n# 1\nCXL 1\n");
}

}  // namespace
}  // namespace hft::sim

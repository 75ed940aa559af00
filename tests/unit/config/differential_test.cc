// SPDX-License-Identifier: Apache-2.0
// Every value that the reference reads with Go's library is read alike: data/*.jsonl were made by
// Go itself (strconv, time.ParseDuration, encoding/json with unknown fields disallowed). A line
// holds one input, each of its bytes as the code point of the same number, and the result; null
// stands for an error.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

#include "config/credentials.h"
#include "util/duration.h"
#include "util/number.h"

namespace gitsync::config {
namespace {

using nlohmann::json;

std::string bytes_of(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    auto byte = static_cast<unsigned char>(utf8[i]);
    if (byte >= 0xc0) {
      const auto next = static_cast<unsigned char>(utf8[++i]);
      byte = static_cast<unsigned char>((byte & 0x03U) << 6U | (next & 0x3fU));
    }
    bytes += static_cast<char>(byte);
  }
  return bytes;
}

// Calls `check(input, expected result, line)` for each line and says how many there were.
template <typename Check>
void for_each_line(const std::string& name, std::size_t at_least, Check check) {
  std::ifstream file(GITSYNC_SOURCE_DIR "/tests/unit/config/data/" + name);
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const json entry = json::parse(line);
    check(bytes_of(entry["in"].get<std::string>()), entry, line);
  }
  EXPECT_GE(lines, at_least) << name;
}

TEST(Differential, Credentials) {
  for_each_line("credentials.jsonl", 500,
                [](const auto& text, const json& entry, const auto& line) {
                  const auto parsed = parse_credentials(text);
                  ASSERT_EQ(parsed.has_value(), !entry["out"].is_null()) << line;
                  if (!parsed) return;
                  json found = json::array();
                  for (const CredentialSetting& c : *parsed) {
                    found.push_back(json::array({c.url, c.username, c.password, c.password_file}));
                  }
                  EXPECT_EQ(found, entry["out"]) << line;
                });
}

TEST(Differential, Durations) {
  for_each_line("durations.jsonl", 300, [](const auto& text, const json& entry, const auto& line) {
    const auto parsed = util::parse_duration(text);
    ASSERT_EQ(parsed.has_value(), !entry["out"].is_null()) << line;
    if (!parsed) return;
    EXPECT_EQ(parsed->count(), entry["out"].get<std::int64_t>()) << line;
    EXPECT_EQ(util::format_duration(*parsed), bytes_of(entry["text"].get<std::string>())) << line;
  });
}

TEST(Differential, Integers) {
  for_each_line("integers.jsonl", 300, [](const auto& text, const json& entry, const auto& line) {
    const auto parsed = util::parse_int(text);
    ASSERT_EQ(parsed.has_value(), !entry["out"].is_null()) << line;
    if (parsed) {
      EXPECT_EQ(*parsed, entry["out"].get<std::int64_t>()) << line;
    }
  });
}

TEST(Differential, Booleans) {
  for_each_line("booleans.jsonl", 40, [](const auto& text, const json& entry, const auto& line) {
    const auto parsed = util::parse_bool(text);
    ASSERT_EQ(parsed.has_value(), !entry["out"].is_null()) << line;
    if (parsed) {
      EXPECT_EQ(*parsed, entry["out"].get<bool>()) << line;
    }
  });
}

TEST(Differential, Floats) {
  for_each_line("floats.jsonl", 300, [](const auto& text, const json& entry, const auto& line) {
    const auto parsed = util::parse_float(text);
    ASSERT_EQ(parsed.has_value(), !entry["out"].is_null()) << line;
    if (!parsed) return;
    const double expected = std::strtod(entry["out"].get<std::string>().c_str(), nullptr);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(*parsed)) << line;
    } else {
      EXPECT_EQ(*parsed, expected) << line;
      EXPECT_EQ(std::signbit(*parsed), std::signbit(expected)) << line;
    }
  });
}

}  // namespace
}  // namespace gitsync::config

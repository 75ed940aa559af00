// SPDX-License-Identifier: Apache-2.0
#include "log/record.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace gitsync::log {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::system_clock;

const Fields kNoFields;

class RecordTest : public testing::Test {
 protected:
  RecordTest() {
    setenv("TZ", "UTC-05:30", 1);
    tzset();
  }  // five and a half hours east
  ~RecordTest() override {
    unsetenv("TZ");
    tzset();
  }

  Record info(std::string_view message, const Fields& fields = kNoFields) const {
    return {.logger = "",
            .time = kTime,
            .location = location_,
            .level = 2,
            .message = message,
            .fields = fields};
  }
  Record error(const util::Error* error, const Fields& fields = kNoFields) const {
    return {.logger = "exechook",
            .time = kTime,
            .location = location_,
            .level = {},
            .message = "it failed",
            .error = error,
            .fields = fields};
  }
  // What every record of this test has between "ts" and what follows "caller".
  std::string head(const std::string& logger) const {
    return R"({"logger":")" + logger + R"(","ts":"2026-01-02 08:34:05.000901",)" +
           R"("caller":{"file":"record_test.cc","line":)" + std::to_string(location_.line()) + "},";
  }

  // 2026-01-02 03:04:05.000901 UTC
  static constexpr system_clock::time_point kTime{std::chrono::seconds(1767323045) +
                                                  microseconds(901)};
  const std::source_location location_ = std::source_location::current();
  Redactor redactor_;
};

TEST_F(RecordTest, InfoHasTheKeysInContractOrder) {
  const Fields fields{{"zeta", "z"}, {"alpha", 1}};
  EXPECT_EQ(to_line(info("hello", fields), redactor_),
            head("") + R"("level":2,"msg":"hello","zeta":"z","alpha":1})");
}

TEST_F(RecordTest, ErrorHasNoLevelAndTheHintLast) {
  const util::Error cause{util::ErrorKind::kAuth, "refused", "check --username"};
  const Fields fields{{"failCount", 3}};
  EXPECT_EQ(to_line(error(&cause, fields), redactor_),
            head("exechook") +
                R"("msg":"it failed","error":"refused","failCount":3,"hint":"check --username"})");
}

TEST_F(RecordTest, ErrorWithoutCauseIsNull) {
  EXPECT_EQ(to_line(error(nullptr), redactor_),
            head("exechook") + R"("msg":"it failed","error":null})");
}

TEST_F(RecordTest, EveryKindOfValueIsJson) {
  const Fields fields{{"truth", true},
                      {"big", std::int64_t{1} << 53},
                      {"ratio", 0.5},
                      {"list", std::vector<std::string>{"a", "b"}},
                      {"empty", std::vector<std::string>{}},
                      {"map", std::map<std::string, std::string>{{"k", "v"}}},
                      {"wait", milliseconds(1500)},
                      {"nan", std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_EQ(to_line(info("m", fields), redactor_),
            head("") + R"("level":2,"msg":"m","truth":true,"big":9007199254740992,"ratio":0.5,)" +
                R"("list":["a","b"],"empty":[],"map":{"k":"v"},"wait":"1.5s","nan":null})");
}

TEST_F(RecordTest, AFieldNeverReplacesAKeyOfTheContract) {
  const Fields fields{{"msg", "other"}, {"level", 9}, {"x", "first"}, {"x", "second"}};
  EXPECT_EQ(to_line(info("m", fields), redactor_),
            head("") + R"("level":2,"msg":"m","x":"first"})");
}

TEST_F(RecordTest, AnyBytesMakeOneLegalLine) {
  for (int first = 0; first < 256; ++first) {
    for (const int second : {0x00, 0x0a, 0x22, 0x5c, 0x80, 0xbf, 0xc3, 0xed, 0xff}) {
      const std::string bytes{static_cast<char>(first), static_cast<char>(second)};
      const util::Error cause{util::ErrorKind::kLocal, bytes, bytes};
      const Fields fields{{bytes, bytes},
                          {"list", std::vector<std::string>{bytes}},
                          {"map", std::map<std::string, std::string>{{bytes, bytes}}}};
      const std::string line = to_line(error(&cause, fields), redactor_);
      EXPECT_TRUE(nlohmann::json::accept(line)) << line;
      EXPECT_FALSE(line.contains('\n')) << line;
      const std::string file = to_error_file(error(&cause, fields), redactor_);
      EXPECT_TRUE(nlohmann::json::accept(file)) << file;
    }
  }
}

TEST_F(RecordTest, NoPartOfARecordShowsASecret) {
  redactor_.add("hunter2");
  const util::Error cause{util::ErrorKind::kAuth, "hunter2 refused", "try not hunter2"};
  const Fields fields{{"text", "x hunter2"},
                      {"list", std::vector<std::string>{"--p=hunter2"}},
                      {"map", std::map<std::string, std::string>{{"hunter2", "hunter2"}}}};
  Record record = error(&cause, fields);
  record.message = "about hunter2";
  EXPECT_EQ(
      to_line(record, redactor_),
      head("exechook") +
          R"("msg":"about REDACTED","error":"REDACTED refused","text":"x REDACTED",)" +
          R"("list":["--p=REDACTED"],"map":{"REDACTED":"REDACTED"},"hint":"try not REDACTED"})");
  EXPECT_FALSE(to_error_file(record, redactor_).contains("hunter2"));
}

TEST_F(RecordTest, ErrorFileHasSortedArgumentsAndNoHtml) {
  const util::Error cause{util::ErrorKind::kLocal, "a<b> & \u2028\u2029", ""};
  const Fields fields{{"wait", milliseconds(2)}, {"failCount", 1}, {"note", "é"}};
  EXPECT_EQ(to_error_file(error(&cause, fields), redactor_),
            R"({"Msg":"it failed","Err":"a\u003cb\u003e \u0026 \u2028\u2029",)"
            R"("Args":{"failCount":1,"note":"é","wait":2000000}})");
}

TEST_F(RecordTest, ErrorFileOfABareErrorHasEmptyParts) {
  EXPECT_EQ(to_error_file(error(nullptr), redactor_), R"({"Msg":"it failed","Err":"","Args":{}})");
}

}  // namespace
}  // namespace gitsync::log

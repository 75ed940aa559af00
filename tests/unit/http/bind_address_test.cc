// SPDX-License-Identifier: Apache-2.0
// Which families each form serves: listener_test.cc.
#include "http/bind_address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gitsync::http {
namespace {

using testing::HasSubstr;
using util::ErrorKind;

TEST(ParseBind, UnderstandsTheFormsOfTheReference) {
  const struct {
    const char* text;
    BindAddress address;
  } rows[] = {
      {":1234", {"", 1234}},
      {"127.0.0.1:80", {"127.0.0.1", 80}},
      {"[::1]:65535", {"::1", 65535}},
      {"[fe80::1%eth0]:1", {"fe80::1%eth0", 1}},
      {"localhost:0", {"localhost", 0}},
      {"0.0.0.0:1", {"", 1}},
      {"[::]:1", {"", 1}},
      {"[::ffff:0.0.0.0]:1", {"", 1}},
      {":", {"", 0}},
      {"", {"", 0}},
      {":http", {"", 80}},
      {":HTTPS", {"", 443}},
      {":http-alt", {"", 8080}},
      {":+81", {"", 81}},
      {":00080", {"", 80}},
  };
  for (const auto& row : rows) {
    const auto address = parse_bind(row.text);
    ASSERT_TRUE(address) << row.text << address.error().message;
    EXPECT_EQ(*address, row.address) << row.text;
  }
}

TEST(ParseBind, RefusesEverythingElseNamingTheText) {
  for (const std::string text : {"foo",       ":99999", ":65536",    ":-1",   ":1 ",
                                 ": 1",       ":0x50",  "::1:80",    "[::1]", "[::1:80",
                                 "::1]:80",   "1234",   "localhost", "[]",    "a:b:80",
                                 "*:80",      "[*]:80", "127.1:80",  "0:80",  ":no-such-service",
                                 "[[::1]]:80"}) {
    const auto result = parse_bind(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalid) << text;
    EXPECT_THAT(result.error().message, HasSubstr('"' + text + '"'));
    EXPECT_EQ(result.error().cause, util::Cause::kBindForm) << text;
  }
}

}  // namespace
}  // namespace gitsync::http

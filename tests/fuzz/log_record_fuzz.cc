// SPDX-License-Identifier: Apache-2.0
// Log records are made of what commands and servers print. Whatever the bytes: a record and the
// error file are legal JSON on one line, and a registered secret is in neither.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "log/record.h"
#include "log/redactor.h"

namespace {

constexpr std::string_view kSecret = "s3cr%t\"\\/";

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const std::string& text) {
  require(nlohmann::json::accept(text));
  require(!text.contains('\n'));
  require(!nlohmann::json::parse(text).dump().contains("s3cr%t\\\"\\\\/"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace log = gitsync::log;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  log::Redactor redactor;
  redactor.add(kSecret);
  const gitsync::util::Error error{gitsync::util::ErrorKind::kLocal, bytes, bytes};
  const log::Fields fields{{"text", bytes},
                           {"list", std::vector<std::string>{bytes, std::string(kSecret)}},
                           {"map", std::map<std::string, std::string>{{bytes, bytes}}}};
  const log::Record record{.logger = "",
                           .time = {},
                           .location = std::source_location::current(),
                           .level = {},
                           .message = bytes,
                           .error = &error,
                           .fields = fields};
  check(to_line(record, redactor));
  check(to_error_file(record, redactor));
  return 0;
}

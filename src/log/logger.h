// SPDX-License-Identifier: Apache-2.0
// Structured log: one JSON object a line on stderr, and the error file. Secrets are redacted here.
// Format: docs/contract.md#logging.

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "util/error.h"

namespace gitsync::log {

// A field's value: text, number, truth, list or object of texts, or a duration, which a record
// shows as text such as 1m30s.
using Value = std::variant<std::string, std::int64_t, double, bool, std::vector<std::string>,
                           std::map<std::string, std::string>, std::chrono::nanoseconds>;

struct Field {
  Field(std::string_view k, std::string v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::string_view v) : key(k), value(std::string(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, int v) : key(k), value(std::int64_t{v}) {}
  Field(std::string_view k, std::int64_t v) : key(k), value(v) {}
  Field(std::string_view k, std::uint64_t v) : key(k), value(static_cast<std::int64_t>(v)) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  Field(std::string_view k, std::vector<std::string> v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::map<std::string, std::string> v) : key(k), value(std::move(v)) {}
  Field(std::string_view k, std::chrono::nanoseconds v) : key(k), value(v) {}

  std::string key;
  Value value;
};
using Fields = std::vector<Field>;

// Where records go. One for the process, shared by all loggers; see log/sink.h.
class Sink;
// One for each repository; see log/error_file.h.
class ErrorFile;

// Thread-safety: all members may be called from any thread. Cheap to copy.
class Logger {
 public:
  using Location = std::source_location;

  // `name`: "" for the main program, else exechook, pre-publish-exechook, webhook.
  explicit Logger(std::shared_ptr<Sink> sink, std::string name = "");

  bool enabled(std::int64_t level) const;
  // Written only if `level` is within the verbosity.
  void info(std::int64_t level, std::string_view message, const Fields& fields = {},
            Location location = Location::current()) const;
  // Always written. The error's hint, if any, becomes the last key "hint". Records of the main
  // logger also replace the error file, if there is one (docs/contract.md#error-file).
  void error(std::string_view message, const util::Error& error, const Fields& fields = {},
             Location location = Location::current()) const;
  // An error record whose "error" is null.
  void error(std::string_view message, const Fields& fields = {},
             Location location = Location::current()) const;

  // The logger of a part of the program: it leaves the error file alone.
  Logger named(std::string name) const;
  // The main logger of one repository.
  Logger with_error_file(std::shared_ptr<ErrorFile> error_file) const;
  // Removes the error file after a success. A failure is only logged.
  void clear_error() const;
  Sink& sink() const { return *sink_; }

 private:
  std::shared_ptr<Sink> sink_;
  std::string name_;
  std::shared_ptr<ErrorFile> error_file_;  // null: none
};

}  // namespace gitsync::log

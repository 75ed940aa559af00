// SPDX-License-Identifier: Apache-2.0
#include "log/record.h"

#include <array>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <type_traits>
#include <utility>

#include "log/hints.h"
#include "util/duration.h"
#include "util/paths.h"

namespace gitsync::log {
namespace {

// Durations are text in a record and nanoseconds in the error file.
enum class Durations { kText, kNanoseconds };

template <typename Json>
Json to_json(const Value& value, const Redactor& redactor, Durations durations) {
  return std::visit(
      [&](const auto& v) -> Json {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>) {
          return redactor.redact(v);
        } else if constexpr (std::is_same_v<T, std::chrono::nanoseconds>) {
          if (durations == Durations::kNanoseconds) return v.count();
          return util::format_duration(v);
        } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
          auto list = Json::array();
          for (const auto& text : v) list.push_back(redactor.redact(text));
          return list;
        } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
          auto object = Json::object();
          for (const auto& [key, text] : v) object[redactor.redact(key)] = redactor.redact(text);
          return object;
        } else {
          return v;
        }
      },
      value);
}

template <typename Json>
void add_fields(Json& object, const Record& record, const Redactor& redactor, Durations durations) {
  for (const Field& field : record.fields) {
    object.emplace(field.key, to_json<Json>(field.value, redactor, durations));
  }
  const std::string hint = record.error == nullptr ? "" : hint_of(*record.error);
  if (!hint.empty()) object.emplace("hint", redactor.redact(hint));
}

// Bytes that are not UTF-8 become U+FFFD: a record is never lost to its content.
template <typename Json>
std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string local_time(std::chrono::system_clock::time_point time) {
  using std::chrono::microseconds;
  const auto since_epoch = std::chrono::floor<microseconds>(time.time_since_epoch());
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const std::time_t clock = seconds.count();
  std::tm parts{};
  ::localtime_r(&clock, &parts);
  std::array<char, 64> text{};
  const auto length = std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts);
  std::snprintf(text.data() + length, text.size() - length, ".%06d",
                static_cast<int>((since_epoch - seconds).count()));
  return text.data();
}

// Legal inside JSON strings only, which is the only place where these bytes occur.
std::string escape_for_html(std::string_view json) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kEscapes{{
      {"<", "\\u003c"},
      {">", "\\u003e"},
      {"&", "\\u0026"},
      {"\u2028", "\\u2028"},
      {"\u2029", "\\u2029"},
  }};
  std::string result;
  result.reserve(json.size());
  while (!json.empty()) {
    std::size_t length = 1;
    std::string_view replacement = json.substr(0, 1);
    for (const auto& [plain, escaped] : kEscapes) {
      if (!json.starts_with(plain)) continue;
      length = plain.size();
      replacement = escaped;
    }
    result += replacement;
    json.remove_prefix(length);
  }
  return result;
}

}  // namespace

std::string to_line(const Record& record, const Redactor& redactor) {
  nlohmann::ordered_json object;
  object["logger"] = record.logger;
  object["ts"] = local_time(record.time);
  object["caller"]["file"] = util::base_name(record.location.file_name());
  object["caller"]["line"] = record.location.line();
  if (record.level) object["level"] = *record.level;
  object["msg"] = redactor.redact(record.message);
  if (!record.level) {
    object["error"] = nullptr;
    if (record.error != nullptr) object["error"] = redactor.redact(record.error->message);
  }
  add_fields(object, record, redactor, Durations::kText);
  return dump(object);
}

std::string to_error_file(const Record& record, const Redactor& redactor) {
  nlohmann::ordered_json object;
  object["Msg"] = redactor.redact(record.message);
  object["Err"] = record.error == nullptr ? "" : redactor.redact(record.error->message);
  auto arguments = nlohmann::json::object();  // sorts its keys
  add_fields(arguments, record, redactor, Durations::kNanoseconds);
  object["Args"] = arguments;
  return escape_for_html(dump(object));
}

}  // namespace gitsync::log

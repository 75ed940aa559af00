// SPDX-License-Identifier: Apache-2.0
#include "snapshot/pointer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "snapshot/names.h"
#include "util/text.h"
#include "util/timestamp.h"
#include "util/utf8.h"

namespace gitsync::snapshot {
namespace {

using nlohmann::ordered_json;
using util::Result;

constexpr int kFormat = 1;
// A parser that recurses must be bounded.
constexpr int kMostDepth = 8;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 50;

// RFC 3339 has four digits for a year; whoever commits may name any.
std::string show(std::chrono::sys_seconds time) {
  constexpr std::chrono::sys_seconds kLast{std::chrono::seconds(253402300799)};
  return util::format_timestamp(std::clamp(time, std::chrono::sys_seconds{}, kLast));
}

// A commit's subject has no end of its own.
std::string shorten(const std::string& text) {
  constexpr std::size_t kMost = 1024;
  if (text.size() <= kMost) return text;
  return text.substr(0, util::utf8_cut(text, kMost)) + "…";
}

ordered_json to_json(const StoredFile& file) {
  return {{"key", file.key}, {"sha256", file.sha256}, {"size", file.size}};
}

ordered_json to_json(const Step& step) {
  return {{"from", step.from.id}, {"to", step.to.id}, {"file", to_json(step.file)}};
}

std::unexpected<util::Error> wrong(const std::string& what) {
  return util::fail(util::ErrorKind::kProtocol, util::Cause::kNoPointer,
                    "this is no pointer to a snapshot: " + what);
}

const ordered_json* find(const ordered_json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const ordered_json& object, const char* key) {
  const auto* const found = find(object, key);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::uint64_t> number_of(const ordered_json& object, const char* key) {
  const auto* const found = find(object, key);
  const bool is_one =
      found != nullptr && found->is_number_unsigned() && found->get<std::uint64_t>() <= kMostBytes;
  if (!is_one) return wrong(std::string("\"") + key + "\" is no proper number");
  return found->get<std::uint64_t>();
}

Result<tree::Revision> revision_of(const ordered_json& object, const char* key) {
  if (auto revision = tree::Revision::parse(text_of(object, key))) return *std::move(revision);
  return wrong(std::string("\"") + key + "\" is no revision");
}

Result<std::string> digest_of(const ordered_json& object, const char* key) {
  constexpr std::size_t kDigits = 64;
  auto text = text_of(object, key);
  if (text.size() == kDigits && util::is_full_hash(text)) return text;
  return wrong(std::string("\"") + key + "\" is no SHA-256");
}

Result<std::chrono::sys_seconds> time_of(const ordered_json& object, const char* key) {
  if (const auto time = util::parse_timestamp(text_of(object, key))) return *time;
  return wrong(std::string("\"") + key + "\" is no time");
}

Result<StoredFile> file_of(const ordered_json& object, const char* key) {
  const auto* const found = find(object, key);
  if (found == nullptr || !found->is_object()) return wrong(std::string("it has no ") + key);
  StoredFile file{.key = text_of(*found, "key")};
  if (!is_key(file.key)) return wrong("\"key\" leads elsewhere");
  GS_TRY(file.sha256, digest_of(*found, "sha256"));
  GS_TRY(file.size, number_of(*found, "size"));
  return file;
}

Result<Step> step_of(const ordered_json& entry) {
  if (!entry.is_object()) return wrong("a step is no object");
  Step step;
  GS_TRY(step.from, revision_of(entry, "from"));
  GS_TRY(step.to, revision_of(entry, "to"));
  GS_TRY(step.file, file_of(entry, "file"));
  return step;
}

// The entries of the list `key`, which may be missing.
template <typename T>
Result<std::vector<T>> list_of(const ordered_json& object, const char* key, std::size_t most,
                               Result<T> (*parse)(const ordered_json&)) {
  std::vector<T> all;
  const auto* const found = find(object, key);
  if (found == nullptr) return all;
  if (!found->is_array() || found->size() > most) return wrong(std::string(key) + " is no list");
  for (const auto& entry : *found) {
    GS_TRY(auto one, parse(entry));
    all.push_back(std::move(one));
  }
  return all;
}

Result<std::string> key_of(const ordered_json& entry) {
  if (entry.is_string() && is_key(entry.get<std::string>())) return entry.get<std::string>();
  return wrong("a superseded snapshot has a file that leads elsewhere");
}

Result<Superseded> superseded_of(const ordered_json& entry) {
  if (!entry.is_object()) return wrong("a superseded snapshot is no object");
  Superseded old;
  GS_TRY(old.revision, revision_of(entry, "commit"));
  GS_TRY(old.at, time_of(entry, "at"));
  GS_TRY(old.files, list_of<std::string>(entry, "files", kMostFiles, key_of));
  if (old.files.empty()) old.files.push_back(archive_key(old.revision));
  return old;
}

Result<ordered_json> document_of(std::string_view text) {
  bool too_deep = false;
  const auto watch = [&](int depth, ordered_json::parse_event_t, ordered_json&) {
    too_deep = too_deep || depth > kMostDepth;
    return !too_deep;
  };
  if (text.size() > kMostPointerBytes) return wrong("it is too large");
  auto document = ordered_json::parse(text, watch, /*allow_exceptions=*/false);
  if (too_deep || !document.is_object()) return wrong("it is no JSON object");
  const auto* const format = find(document, "format");
  if (format == nullptr) return wrong("it has no \"format\"");
  if (*format != kFormat) return wrong("its \"format\" is another than 1");
  return document;
}

}  // namespace

std::string to_json(const Pointer& pointer) {
  ordered_json document = {{"format", kFormat},
                           {"commit", pointer.revision.id},
                           {"source", pointer.source},
                           {"ref", pointer.ref},
                           {"time", show(pointer.time)},
                           {"author", shorten(pointer.author)},
                           {"subject", shorten(pointer.subject)},
                           {"archive", to_json(pointer.archive)},
                           {"tree", {{"sha256", pointer.tree_sha256}, {"files", pointer.files}}},
                           {"steps", ordered_json::array()},
                           {"superseded", ordered_json::array()}};
  for (const auto& step : pointer.steps) document["steps"].push_back(to_json(step));
  for (const auto& old : pointer.superseded) {
    document["superseded"].push_back(
        {{"commit", old.revision.id}, {"at", show(old.at)}, {"files", old.files}});
  }
  return document.dump(2, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace) +
         "\n";
}

Result<Pointer> parse_pointer(std::string_view text) {
  GS_TRY(const auto document, document_of(text));
  Pointer pointer{.source = text_of(document, "source"),
                  .ref = text_of(document, "ref"),
                  .author = text_of(document, "author"),
                  .subject = text_of(document, "subject")};
  GS_TRY(pointer.revision, revision_of(document, "commit"));
  GS_TRY(pointer.time, time_of(document, "time"));
  GS_TRY(pointer.archive, file_of(document, "archive"));
  const auto* const tree = find(document, "tree");
  if (tree == nullptr || !tree->is_object()) return wrong("it has no tree");
  GS_TRY(pointer.tree_sha256, digest_of(*tree, "sha256"));
  GS_TRY(pointer.files, number_of(*tree, "files"));
  GS_TRY(pointer.steps, list_of<Step>(document, "steps", kMostSteps, step_of));
  GS_TRY(pointer.superseded,
         list_of<Superseded>(document, "superseded", kMostSuperseded, superseded_of));
  return pointer;
}

}  // namespace gitsync::snapshot

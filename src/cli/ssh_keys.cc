// SPDX-License-Identifier: Apache-2.0
#include "cli/ssh_keys.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/ssh_key_text.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

using util::Cause;

// Keys of 16384 bits have some 13 KB.
constexpr std::size_t kLargest = std::size_t{64} * 1024;

// A file that is written twice within one tick of the file system's clock has one stamp.
bool is_settled(std::int64_t changed) {
  using std::chrono::seconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return now - std::chrono::nanoseconds(changed) > seconds(2);
}

}  // namespace

SshKeys::SshKeys(const std::vector<std::string>& files, const std::string& folder,
                 log::Logger logger)
    : log_(std::move(logger)) {
  for (const auto& file : files) {
    keys_.push_back({.file = file, .copy = folder + "/ssh-key." + std::to_string(keys_.size())});
  }
}

bool SshKeys::refresh() {
  const auto before = paths();
  for (auto& key : keys_) {
    // What else ssh understands, such as ~/key, starts where git is run.
    if (key.file.starts_with('/')) refresh(key);
  }
  return paths() != before;
}

void SshKeys::refresh(Key& key) const {
  struct stat info{};
  key.there = ::stat(key.file.c_str(), &info) == 0;
  // What is read from a pipe would be missing for ssh.
  if (!key.there || !S_ISREG(info.st_mode)) {
    forget(key);
    if (key.there && S_ISDIR(info.st_mode)) key.flaw = Cause::kSshKeyIsDirectory;
    return;
  }
  const auto stamp = util::FileStamp::of(info);
  if (key.seen == stamp && (!key.copied || util::exists(key.copy))) return;
  key.seen = is_settled(stamp.changed) ? std::optional(stamp) : std::nullopt;
  read(key);
}

// What cannot be read is left to ssh, which says so.
void SshKeys::read(Key& key) const {
  const auto content = util::read_file(key.file, kLargest);
  if (!content) {
    forget(key);
    return;
  }
  const auto text = read_key_text(*content);
  key.flaw = text.flaw;
  if (!text.repaired.empty()) {
    if (!key.copied) {
      log_.info(0, "using a repaired private copy of an SSH key file",
                {{"file", key.file}, {"found", text.damage}});
    }
    write_copy(key, text.repaired);
  } else if (key.copied) {
    write_copy(key, *content);
  }
}

void SshKeys::write_copy(Key& key, const std::string& text) const {
  if (const auto old = util::read_file(key.copy, kLargest); old && *old == text) return;
  const auto written = util::write_file_atomic(key.copy, "new.", text, 0600);
  if (written) {
    key.copied = true;
  } else {
    log_.error("cannot write the repaired copy of an SSH key file", written.error(),
               {{"file", key.file}});
  }
}

// A key that was taken away must not be used from a copy.
void SshKeys::forget(Key& key) {
  key.seen.reset();
  key.flaw = Cause::kUnknown;
  if (key.copied) ::unlink(key.copy.c_str());
}

std::vector<std::string> SshKeys::paths() const {
  std::vector<std::string> paths;
  paths.reserve(keys_.size());
  for (const auto& key : keys_) paths.push_back(key.copied ? key.copy : key.file);
  return paths;
}

util::Error SshKeys::explain(util::Error error) const {
  if (error.cause == Cause::kRepositoryNotSeenBySsh) {
    if (std::ranges::count(keys_, true, &Key::there) > 1) error.cause = Cause::kSeveralSshKeys;
    return error;
  }
  // Of a directory ssh looks at the mode first.
  const bool exposed = error.cause == Cause::kSshKeyExposed;
  const bool by_key = exposed || error.cause == Cause::kSshKeyUnusable ||
                      error.cause == Cause::kSshKeyRefused ||
                      error.cause == Cause::kPasswordNotUsed;
  const auto is_to_blame = [&](const Key& key) {
    return exposed ? key.flaw == Cause::kSshKeyIsDirectory : key.flaw != Cause::kUnknown;
  };
  const auto key = std::ranges::find_if(keys_, is_to_blame);
  if (by_key && key != keys_.end()) {
    error.cause = key->flaw;
    error.subject = key->file;
  }
  return error;
}

}  // namespace gitsync::cli

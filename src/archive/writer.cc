// SPDX-License-Identifier: Apache-2.0
#include "archive/writer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "archive/ustar_header.h"
#include "util/quote.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

std::unexpected<util::Error> wrong(const std::string& path, std::string_view why) {
  return util::fail(ErrorKind::kInvalid,
                    "cannot write " + util::quoted(path) + ": " + std::string(why));
}

bool is_file(Kind kind) { return kind == Kind::kRegular || kind == Kind::kExecutable; }

// As Member says.
bool is_proper(std::string_view path) {
  if (path.empty() || path.contains('\0')) return false;
  while (true) {
    const auto name = path.substr(0, path.find('/'));
    if (name.empty() || name == "." || name == "..") return false;
    if (name.size() == path.size()) return true;
    path.remove_prefix(name.size() + 1);
  }
}

std::string_view fault_of(const Member& member) {
  if (!is_proper(member.path)) return "it is no path of a tree";
  if (member.kind == Kind::kHardLink) return "hard links are not written";
  if (!is_file(member.kind) && member.size != 0) return "only files have a size";
  const bool has_target = !member.target.empty() && !member.target.contains('\0');
  if (has_target != (member.kind == Kind::kSymlink)) return "symlinks alone have a target";
  return {};
}

}  // namespace

class Writer::Impl {
 public:
  Impl(GzipOutput output, std::chrono::sys_seconds time)
      : output_(std::move(output)), time_(time) {}

  Result<void> add(const Member& member) {
    if (const auto fault = fault_of(member); !fault.empty()) return wrong(member.path, fault);
    GS_TRY_VOID(check_is_whole());
    if (!last_.empty() && member.path <= last_) return wrong(member.path, "it is out of order");
    while (!open_.empty() && !member.path.starts_with(open_.back().path)) open_.pop_back();
    GS_TRY_VOID(add_folders(member.path));
    last_ = member.path;
    open_.push_back({.path = member.path, .kind = member.kind});
    left_ = member.size;
    padding_ = tar_padding(member.size);
    return put(ustar_header(member, time_));
  }

  Result<void> write(std::string_view bytes) {
    if (bytes.size() > left_) return wrong(last_, "it is longer than was said");
    GS_TRY_VOID(put(bytes));
    left_ -= bytes.size();
    if (left_ > 0 || padding_ == 0) return {};
    return put(std::string(std::exchange(padding_, 0), '\0'));
  }

  Result<Written> finish() {
    GS_TRY_VOID(check_is_whole());
    GS_TRY_VOID(put(std::string(2 * kTarBlock, '\0')));
    GS_TRY_VOID(output_.finish());
    return Written{.size = output_.size(),
                   .sha256 = output_.sha256(),
                   .tar_sha256 = util::to_hex(tar_sum_.finish())};
  }

 private:
  Result<void> check_is_whole() const {
    if (left_ == 0) return {};
    return wrong(last_, "it is shorter than was said");
  }

  // Those above `path` that were not written yet. Paths below one folder come one after the other,
  // so that the folders above the last path are enough to know; but "a-b" comes between a member
  // "a" and "a/b".
  Result<void> add_folders(const std::string& path) {
    for (auto slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      if (folders_.starts_with(path.substr(0, slash + 1))) continue;
      const Member folder{.path = path.substr(0, slash), .kind = Kind::kFolder};
      const auto same = std::ranges::find(open_, folder.path, &Member::path);
      if (same == open_.end()) {
        GS_TRY_VOID(put(ustar_header(folder, time_)));
      } else if (same->kind != Kind::kFolder) {
        return wrong(path, util::quoted(folder.path) + " is a file");
      }
    }
    folders_ = path.substr(0, path.rfind('/') + 1);
    return {};
  }

  Result<void> put(std::string_view bytes) {
    tar_sum_.update(bytes);
    return output_.write(bytes);
  }

  GzipOutput output_;
  const std::chrono::sys_seconds time_;
  util::Sha256 tar_sum_;
  std::string last_;          // path
  std::string folders_;       // above it, with a '/' at the end
  std::vector<Member> open_;  // whose paths the last one begins with, byte by byte
  std::uint64_t left_ = 0;    // of the last one's content
  std::uint64_t padding_ = 0;
};

Writer::Writer(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Writer::Writer(Writer&& other) noexcept = default;
Writer& Writer::operator=(Writer&& other) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::create(Output output, std::chrono::sys_seconds time) {
  GS_TRY(auto gzip, GzipOutput::create(std::move(output)));
  return Writer(std::make_unique<Impl>(std::move(gzip), time));
}

Result<void> Writer::add(const Member& member) { return impl_->add(member); }
Result<void> Writer::write(std::string_view bytes) { return impl_->write(bytes); }
Result<Written> Writer::finish() { return impl_->finish(); }

}  // namespace gitsync::archive

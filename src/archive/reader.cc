// SPDX-License-Identifier: Apache-2.0
#include "archive/reader.h"

#include <utility>

#include "archive/member_rules.h"
#include "archive/tar_input.h"
#include "archive/unpacker.h"
#include "util/blamed.h"

namespace gitsync::archive {

using util::ErrorKind;
using util::Result;

class Reader::Impl {
 public:
  Impl(Pull pull, Limits limits)
      : unpacker_(std::move(pull)), input_(unpacker_), rules_(std::move(limits)) {}

  Result<std::optional<Member>> next() {
    if (error_) return util::fail(*error_);
    if (ended_) return std::nullopt;
    return noted(advance());
  }

  Result<std::string_view> content() {
    if (error_) return util::fail(*error_);
    if (!has_content_) return std::string_view();
    return noted(input_.content());
  }

 private:
  // An error stays, and has a cause: what nothing more is known of is damage.
  template <typename T>
  Result<T> noted(Result<T> result) {
    result = util::blamed(std::move(result), util::Cause::kArchiveDamaged);
    if (!result) error_ = result.error();
    return result;
  }

  Result<std::optional<Member>> advance() {
    has_content_ = false;
    while (true) {
      GS_TRY(const auto raw, input_.next());
      if (!raw) return end();
      is_empty_ = false;
      GS_TRY(auto member, rules_.admit(*raw));
      if (!member) continue;
      has_content_ = member->kind == Kind::kRegular || member->kind == Kind::kExecutable;
      return member;
    }
  }

  Result<std::optional<Member>> end() {
    if (is_empty_)
      return util::fail(ErrorKind::kProtocol, "the archive is empty: it has no members");
    ended_ = true;
    return std::nullopt;
  }

  Unpacker unpacker_;
  TarInput input_;
  MemberRules rules_;
  std::optional<util::Error> error_;
  bool is_empty_ = true;
  bool ended_ = false;
  bool has_content_ = false;  // the last member is a file with content of its own
};

Reader::Reader(Pull pull, Limits limits)
    : impl_(std::make_unique<Impl>(std::move(pull), std::move(limits))) {}
Reader::Reader(Reader&& other) noexcept = default;
Reader& Reader::operator=(Reader&& other) noexcept = default;
Reader::~Reader() = default;

Result<std::optional<Member>> Reader::next() { return impl_->next(); }
Result<std::string_view> Reader::content() { return impl_->content(); }

}  // namespace gitsync::archive

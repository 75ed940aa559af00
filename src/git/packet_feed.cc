// SPDX-License-Identifier: Apache-2.0
#include "git/packet_feed.h"

#include <algorithm>
#include <array>
#include <string>

#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kError = "ERR ";
constexpr std::size_t kShown = 1000;  // bytes of the server's words

// `git daemon` says "access denied or repository not exported", hosts say "Repository not found"
// and the like; they all mean that for this client there is none.
bool says_missing(std::string_view words) {
  constexpr std::array<std::string_view, 5> kMissing{"not found", "not exported", "does not exist",
                                                     "could not be found",
                                                     "does not appear to be a git repository"};
  const std::string lower = util::to_lower(words);
  return std::ranges::any_of(
      kMissing, [&](std::string_view text) { return lower.find(text) != std::string::npos; });
}

Result<void> check_server_error(const Packet& packet) {
  if (packet.kind != PacketKind::kData || !packet.data.starts_with(kError)) return {};
  const auto words = util::trim(packet.line().substr(kError.size()));
  // As git introduces it.
  std::string message = "remote error: " + util::escaped(words.substr(0, kShown));
  if (!says_missing(words)) return util::fail(ErrorKind::kProtocol, std::move(message));
  return util::fail(ErrorKind::kNotFound, util::Cause::kRepositoryNotFound, std::move(message));
}

std::unexpected<util::Error> goes_on() {
  return util::fail(ErrorKind::kProtocol, "the server's answer goes on after its end");
}

}  // namespace

Result<void> PacketFeed::feed(std::string_view bytes, const Handler& handle) {
  if (bytes.empty()) return {};
  if (state_ != State::kReading) return goes_on();
  state_ = State::kFailed;  // unless all goes well
  while (true) {
    GS_TRY(const auto packet, packets_.next(bytes));
    if (!packet) break;
    GS_TRY_VOID(check_server_error(*packet));
    GS_TRY(const auto packets, handle(*packet));
    if (packets == Packets::kMore) continue;
    if (!bytes.empty()) return goes_on();
    state_ = State::kDone;
    return {};
  }
  state_ = State::kReading;
  return {};
}

}  // namespace gitsync::git

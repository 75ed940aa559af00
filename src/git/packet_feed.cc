// SPDX-License-Identifier: Apache-2.0
#include "git/packet_feed.h"

#include "git/server_error.h"

namespace gitsync::git {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kError = "ERR ";

Result<void> check_server_error(const Packet& packet) {
  if (packet.kind != PacketKind::kData || !packet.data.starts_with(kError)) return {};
  return util::fail(server_error(packet.line().substr(kError.size())));
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

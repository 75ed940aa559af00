// SPDX-License-Identifier: Apache-2.0
// The ls-refs command of protocol version 2: gitprotocol-v2(5), "ls-refs".

#include <utility>

#include "git/command_request.h"
#include "git/packet_feed.h"
#include "git/ref_line.h"
#include "git/remote_refs.h"

namespace gitsync::git {
namespace {

using util::Result;

constexpr std::string_view kUnborn = "unborn ";
constexpr std::string_view kPeeled = "peeled:";

// What stands behind "peeled:" among the attributes; empty if nothing does.
std::string_view find_peeled(std::string_view attributes) {
  while (!attributes.empty()) {
    const auto word = attributes.substr(0, attributes.find(' '));
    if (word.starts_with(kPeeled)) return word.substr(kPeeled.size());
    attributes.remove_prefix(std::min(word.size() + 1, attributes.size()));
  }
  return {};
}

}  // namespace

std::string ls_refs_request(const ServerInfo& server, const RefQuery& query) {
  std::string request = begin_command(server, "ls-refs");
  append_line(request, "peel");
  append_line(request, "symrefs");
  for (const auto& name : query.candidates()) append_line(request, "ref-prefix " + name);
  request += kFlushPacket;
  return request;
}

class LsRefsReader::Impl {
 public:
  explicit Impl(RefQuery query) : best_(std::move(query)) {}

  Result<void> feed(std::string_view bytes) {
    return feed_.feed(bytes, [this](const Packet& packet) { return read(packet); });
  }
  bool done() const { return feed_.done(); }
  const std::optional<RefTip>& tip() const { return best_.tip(); }

 private:
  Result<Packets> read(const Packet& packet) {
    if (packet.kind == PacketKind::kFlush) return Packets::kOver;
    if (packet.kind != PacketKind::kData) {
      return util::fail(util::ErrorKind::kProtocol, "a list of refs with a packet of another kind");
    }
    if (packet.data.starts_with(kUnborn)) return Packets::kMore;
    GS_TRY(const auto ref, parse_ref_line(packet.line()));
    const auto peeled = find_peeled(ref.rest);
    if (!peeled.empty() && peeled.size() != ref.id.size()) return bad_line(packet.line());
    GS_TRY_VOID(best_.offer(ref.name, ref.id, peeled));
    return Packets::kMore;
  }

  PacketFeed feed_;
  BestTip best_;
};

LsRefsReader::LsRefsReader(RefQuery query) : impl_(std::make_unique<Impl>(std::move(query))) {}
LsRefsReader::LsRefsReader(LsRefsReader&&) noexcept = default;
LsRefsReader& LsRefsReader::operator=(LsRefsReader&&) noexcept = default;
LsRefsReader::~LsRefsReader() = default;

Result<void> LsRefsReader::feed(std::string_view bytes) { return impl_->feed(bytes); }
bool LsRefsReader::done() const { return impl_->done(); }
std::optional<RefTip> LsRefsReader::tip() const { return impl_->tip(); }

}  // namespace gitsync::git

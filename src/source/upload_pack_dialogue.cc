// SPDX-License-Identifier: Apache-2.0
#include "source/upload_pack_dialogue.h"

#include <array>

#include "git/capabilities.h"
#include "git/pkt_line.h"
#include "source/http_blame.h"

namespace gitsync::source {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kPiece = 65536;  // bytes read at once: what a pipe holds

// Reads one whole answer, and not a byte more than the server has sent.
template <typename Reader>
Result<void> read_answer(ByteStream& stream, Reader& reader, const util::Limit& limit) {
  std::array<char, kPiece> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read below
  while (!reader.done()) {
    GS_TRY(const auto size, stream.read(buffer, limit));
    if (size == 0) {
      return util::fail(ErrorKind::kNetwork, util::Cause::kConnectionBroke,
                        "the server hung up before its answer was whole");
    }
    GS_TRY_VOID(reader.feed({buffer.data(), size}));
  }
  return {};
}

Result<std::optional<git::RefTip>> list_refs(ByteStream& stream, const git::ServerInfo& server,
                                             const git::RefQuery& query, const util::Limit& limit) {
  if (!git::find_capability(server, "ls-refs")) {
    return util::fail(ErrorKind::kProtocol, util::Cause::kNotUnderstood,
                      "the server does not list its refs");
  }
  GS_TRY_VOID(stream.write(git::ls_refs_request(server, query), limit));
  git::LsRefsReader reader(query);
  GS_TRY_VOID(read_answer(stream, reader, limit));
  return reader.tip();
}

// A server that has gone already is not missed.
Result<void> take_leave(ByteStream& stream, const util::Limit& limit) {
  const auto written = stream.write(git::kFlushPacket, limit);
  if (written || !(limit.stopped() || limit.expired())) return {};
  return written;
}

// What the server says is read as git's own words are.
Result<void> read_pack(ByteStream& stream, git::FetchResponseReader& reader,
                       const util::Limit& limit) {
  auto read = read_answer(stream, reader, limit);
  if (read || reader.sink_error()) return read;
  auto& error = read.error();
  if (error.cause != util::Cause::kUnknown || error.kind != ErrorKind::kProtocol) return read;
  const std::string words = error.message;
  return util::fail(with_servers_words(std::move(error), words));
}

}  // namespace

Result<git::RemoteAnswer> ask_upload_pack(ByteStream& stream, const git::RefQuery& query,
                                          const util::Limit& limit) {
  git::AdvertisementReader first(query, git::Framing::kPlain);
  GS_TRY_VOID(read_answer(stream, first, limit));
  git::RemoteAnswer answer{.server = first.server(), .tip = first.tip()};
  if (answer.server.protocol == 2) {
    GS_TRY(answer.tip, list_refs(stream, answer.server, query, limit));
  }
  GS_TRY_VOID(take_leave(stream, limit));
  return answer;
}

Result<void> fetch_from_upload_pack(ByteStream& stream, const git::FetchRequest& request,
                                    git::FetchResponseReader& reader, const util::Limit& limit) {
  // Which refs there are does not matter here.
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a name
  git::AdvertisementReader first(git::RefQuery::of("HEAD").value(), git::Framing::kPlain);
  GS_TRY_VOID(read_answer(stream, first, limit));
  const auto command = git::fetch_command(first.server(), request);
  if (!command) {
    GS_TRY_VOID(take_leave(stream, limit));
    return util::fail(command.error());
  }
  GS_TRY_VOID(stream.write(*command, limit));
  GS_TRY_VOID(read_pack(stream, reader, limit));
  return take_leave(stream, limit);
}

Result<void> wait_for_end(ByteStream& stream, const util::Limit& limit) {
  std::array<char, 256> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): not looked at
  GS_TRY(const auto size, stream.read(buffer, limit));
  if (size == 0) return {};
  return util::fail(ErrorKind::kProtocol, "the server's answer goes on after its end");
}

}  // namespace gitsync::source

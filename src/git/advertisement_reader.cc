// SPDX-License-Identifier: Apache-2.0
// AdvertisementReader: in what order the packets of a first answer may come, in all versions.

#include <utility>

#include "git/capabilities.h"
#include "git/packet_feed.h"
#include "git/ref_line.h"
#include "git/remote_refs.h"
#include "git/smart_http.h"
#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kService = "# service=";
constexpr std::string_view kUploadPack = "# service=git-upload-pack";
constexpr std::string_view kVersion = "version ";
constexpr std::string_view kShallow = "shallow ";
constexpr std::string_view kNoRefs = "capabilities^{}";
constexpr std::string_view kPeeled = "^{}";
constexpr std::size_t kEnoughToTell = 80;  // bytes, for smart_http.h

}  // namespace

class AdvertisementReader::Impl {
 public:
  Impl(RefQuery query, Framing framing)
      : best_(std::move(query)),
        stage_(framing == Framing::kHttp ? Stage::kService : Stage::kVersion) {}

  Result<void> feed(std::string_view bytes) {
    if (stage_ == Stage::kService && !feed_.done()) {
      GS_TRY_VOID(check_smart_body(std::string(feed_.partial().substr(0, kEnoughToTell)) +
                                   std::string(bytes.substr(0, kEnoughToTell))));
    }
    return feed_.feed(bytes, [this](const Packet& packet) { return read(packet); });
  }

  bool done() const { return feed_.done(); }
  const ServerInfo& server() const { return server_; }
  const std::optional<RefTip>& tip() const { return best_.tip(); }

 private:
  enum class Stage {
    kService,     // "# service=git-upload-pack"
    kServiceEnd,  // the flush behind it
    kVersion,     // a version, or the first ref of version 0
    kFirstRef,    // with the capabilities
    kRefs,
    kShallow,       // behind the refs
    kCapabilities,  // of version 2
  };

  Result<Packets> read(const Packet& packet) {
    if (packet.kind == PacketKind::kFlush) return read_flush();
    if (packet.kind != PacketKind::kData) {
      return util::fail(ErrorKind::kProtocol, "a list of refs with a packet of another kind");
    }
    GS_TRY_VOID(read_line(packet.line()));
    return Packets::kMore;
  }

  Result<Packets> read_flush() {
    if (stage_ == Stage::kService) return no_git_server(kFlushPacket);
    if (std::exchange(stage_, Stage::kVersion) == Stage::kServiceEnd) return Packets::kMore;
    return Packets::kOver;
  }

  Result<void> read_line(std::string_view line) {
    switch (stage_) {
      case Stage::kService:
        return read_service(line);
      case Stage::kServiceEnd:
        return bad_line(line);
      case Stage::kVersion:
        return line.starts_with(kVersion) ? read_version(line.substr(kVersion.size()))
                                          : read_first_ref(line);
      case Stage::kFirstRef:
        return read_first_ref(line);
      case Stage::kRefs:
        return read_ref(line);
      case Stage::kShallow:
        return line.starts_with(kShallow) ? Result<void>() : bad_line(line);
      case Stage::kCapabilities:
        return add_capability(server_, line);
    }
    return {};
  }

  // Some servers of version 2 leave the service out, and git accepts it.
  Result<void> read_service(std::string_view line) {
    if (line == "version 2") return read_version("2");
    if (!line.starts_with(kService)) return no_git_server(line);
    if (line != kUploadPack) return bad_line(line);
    stage_ = Stage::kServiceEnd;
    return {};
  }

  Result<void> read_version(std::string_view version) {
    if (version != "1" && version != "2") {
      return util::fail(ErrorKind::kProtocol, util::Cause::kNotUnderstood,
                        "the server speaks an unknown version of git's protocol: " +
                            util::quoted(version.substr(0, 20)));
    }
    server_.protocol = version == "2" ? 2 : 1;
    stage_ = version == "2" ? Stage::kCapabilities : Stage::kFirstRef;
    return {};
  }

  // "<id> <name> NUL <capabilities>"
  Result<void> read_first_ref(std::string_view line) {
    const auto nul = line.find('\0');
    if (nul != std::string_view::npos) GS_TRY_VOID(read_capabilities(line.substr(nul + 1)));
    line = line.substr(0, nul);
    stage_ = Stage::kRefs;
    GS_TRY_VOID(set_id_length());
    const auto blank = line.find(' ');
    if (blank == std::string_view::npos || line.substr(blank + 1) != kNoRefs) {
      return read_ref(line);
    }
    if (blank != id_length_ || !is_zero_id(line.substr(0, blank))) return bad_line(line);
    stage_ = Stage::kShallow;
    return {};
  }

  Result<void> read_capabilities(std::string_view words) {
    while (!words.empty()) {
      const auto word = words.substr(0, words.find(' '));
      words.remove_prefix(std::min(word.size() + 1, words.size()));
      if (!word.empty()) GS_TRY_VOID(add_capability(server_, word));
    }
    return {};
  }

  Result<void> set_id_length() {
    if (server_.object_format == "sha256") id_length_ = 64;
    if (id_length_ == 64 || server_.object_format == "sha1") return {};
    return util::fail(ErrorKind::kProtocol, util::Cause::kNotUnderstood,
                      "the server has objects of an unknown format: " +
                          util::quoted(server_.object_format.substr(0, 20)));
  }

  Result<void> read_ref(std::string_view line) {
    if (line.starts_with(kShallow)) {
      stage_ = Stage::kShallow;
      return {};
    }
    // Capabilities behind a later ref do not count, as for git.
    GS_TRY(const auto ref, parse_ref_line(line.substr(0, line.find('\0'))));
    if (ref.id.size() != id_length_) return bad_line(line);
    if (!ref.rest.empty()) return {};  // a blank in its name: none of ours
    if (ref.name.ends_with(kPeeled)) {
      best_.peel(ref.name.substr(0, ref.name.size() - kPeeled.size()), ref.id);
    } else {
      best_.offer(ref.name, ref.id, "");
    }
    return {};
  }

  PacketFeed feed_;
  BestTip best_;
  ServerInfo server_;
  Stage stage_;
  std::size_t id_length_ = 40;
};

AdvertisementReader::AdvertisementReader(RefQuery query, Framing framing)
    : impl_(std::make_unique<Impl>(std::move(query), framing)) {}
AdvertisementReader::AdvertisementReader(AdvertisementReader&&) noexcept = default;
AdvertisementReader& AdvertisementReader::operator=(AdvertisementReader&&) noexcept = default;
AdvertisementReader::~AdvertisementReader() = default;

Result<void> AdvertisementReader::feed(std::string_view bytes) { return impl_->feed(bytes); }
bool AdvertisementReader::done() const { return impl_->done(); }
const ServerInfo& AdvertisementReader::server() const { return impl_->server(); }
std::optional<RefTip> AdvertisementReader::tip() const { return impl_->tip(); }

}  // namespace gitsync::git

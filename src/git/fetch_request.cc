// SPDX-License-Identifier: Apache-2.0
#include "git/fetch_request.h"

#include <algorithm>
#include <string_view>

#include "git/capabilities.h"
#include "git/command_request.h"
#include "git/not_understood.h"
#include "git/pkt_line.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::Result;

// Whether the server has `feature` among those of its fetch command.
bool has_feature(const ServerInfo& server, std::string_view feature) {
  const auto features = util::split(find_capability(server, "fetch").value_or(""), ' ');
  return std::ranges::find(features, feature) != features.end();
}

Result<void> check(const ServerInfo& server, const FetchRequest& request) {
  if (request.wants.empty() || request.deepen == 0U) {
    return util::fail(util::ErrorKind::kInvalid, "a fetch of nothing");
  }
  if (server.protocol != 2) {
    return not_understood("the server does not speak version 2 of git's protocol");
  }
  if (!find_capability(server, "fetch")) return not_understood("the server does not offer fetch");
  if (server.object_format != "sha1") {
    return not_understood("its objects have ids by " + server.object_format);
  }
  const bool is_shallow = request.deepen || !request.shallow.empty();
  if (is_shallow && !has_feature(server, "shallow")) {
    return not_understood("the server knows no history of a limited depth");
  }
  return {};
}

void append_ids(std::string& out, std::string_view what, const std::vector<ObjectId>& ids) {
  for (const auto& id : ids) append_line(out, std::string(what) + " " + id.hex());
}

}  // namespace

Result<std::string> fetch_command(const ServerInfo& server, const FetchRequest& request) {
  GS_TRY_VOID(check(server, request));
  std::string text = begin_command(server, "fetch");
  if (request.thin_pack) append_line(text, "thin-pack");
  if (!request.progress) append_line(text, "no-progress");
  if (request.include_tag) append_line(text, "include-tag");
  if (request.ofs_delta) append_line(text, "ofs-delta");
  append_ids(text, "shallow", request.shallow);
  if (request.deepen) append_line(text, "deepen " + std::to_string(*request.deepen));
  append_ids(text, "want", request.wants);
  append_ids(text, "have", request.haves);
  append_line(text, "done");
  text += kFlushPacket;
  return text;
}

}  // namespace gitsync::git

// SPDX-License-Identifier: Apache-2.0
// What the master of an ssh connection sends: whole or in pieces it means the same, and a reason is
// never longer than what came.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "net/ssh_mux_message.h"

namespace {

using namespace gitsync::net;

void require(bool holds) {
  if (!holds) std::abort();
}

// What is read from the front of `reader`; whether it ended with an error.
bool read_all(MuxReader& reader, std::vector<MuxReply>& replies) {
  while (true) {
    auto reply = reader.next();
    if (!reply) return false;
    if (!*reply) return true;
    replies.push_back(**reply);
  }
}

bool same(const MuxReply& a, const MuxReply& b) {
  return a.type == b.type && a.id == b.id && a.value == b.value && a.reason == b.reason;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  MuxReader whole;
  whole.feed(text);
  std::vector<MuxReply> replies;
  const bool good = read_all(whole, replies);
  MuxReader pieces;
  std::vector<MuxReply> others;
  bool still_good = true;
  for (std::size_t i = 0; still_good && i < size; ++i) {
    pieces.feed(text.substr(i, 1));
    still_good = read_all(pieces, others);
  }
  require(good == still_good && replies.size() == others.size());
  for (std::size_t i = 0; i < replies.size(); ++i) {
    require(same(replies[i], others[i]) && replies[i].reason.size() <= size);
  }
  return 0;
}

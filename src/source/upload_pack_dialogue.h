// SPDX-License-Identifier: Apache-2.0
// One question to a git-upload-pack at the other end of a stream, or one fetch from it, whatever
// carries the stream: gitprotocol-pack(5), "Reference Discovery"; gitprotocol-v2(5), "ls-refs" and
// "fetch".

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "git/fetch_request.h"
#include "git/fetch_response_reader.h"
#include "git/ref_query.h"
#include "git/remote_refs.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// A child's pipes, or a channel of a connection. Thread-safety: none.
class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Waits for bytes and reads them; 0 at the end of the stream.
  virtual util::Result<std::size_t> read(std::span<char> buffer, const util::Limit& limit) = 0;
  // Writes all of `bytes`.
  virtual util::Result<void> write(std::string_view bytes, const util::Limit& limit) = 0;
};

// Reads what the server says first, asks it by ls-refs if it speaks version 2, and takes leave with
// a flush, so that it ends well. Asks once: an upload-pack remembers the refs that it has read.
// Errors: those of the stream and of git/remote_refs.h; kNetwork with Cause::kConnectionBroke if
// the stream ends early, where the other side's standard error knows more.
util::Result<git::RemoteAnswer> ask_upload_pack(ByteStream& stream, const git::RefQuery& query,
                                                const util::Limit& limit);

// The same for a fetch in version 2; `reader` is made for `request` and takes the answer. Errors
// also: those of git::fetch_command() and of the reader.
util::Result<void> fetch_from_upload_pack(ByteStream& stream, const git::FetchRequest& request,
                                          git::FetchResponseReader& reader,
                                          const util::Limit& limit);

// Reads to the end of the stream, where nothing but the end may come.
util::Result<void> wait_for_end(ByteStream& stream, const util::Limit& limit);

}  // namespace gitsync::source

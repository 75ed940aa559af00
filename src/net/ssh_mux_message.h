// SPDX-License-Identifier: Apache-2.0
// The messages of OpenSSH's control socket: PROTOCOL.mux of the OpenSSH sources (read at 9.2),
// version 4 of the protocol. The socket and the conversation are in net/ssh_mux.h.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"

namespace gitsync::net {

inline constexpr std::uint32_t kMuxVersion = 4;

// Largest message that is taken from a master, in bytes. The document has no bound; what a master
// says is some dozen bytes and, of a failure, one sentence.
inline constexpr std::size_t kMaxMuxMessage = std::size_t{64} << 10;

// What a master says, by its number in "Protocol numbers".
enum class MuxReplyType : std::uint32_t {
  kHello = 0x00000001,             // MUX_MSG_HELLO
  kOk = 0x80000001,                // MUX_S_OK
  kPermissionDenied = 0x80000002,  // MUX_S_PERMISSION_DENIED
  kFailure = 0x80000003,           // MUX_S_FAILURE
  kExit = 0x80000004,              // MUX_S_EXIT_MESSAGE
  kAlive = 0x80000005,             // MUX_S_ALIVE
  kSessionOpened = 0x80000006,     // MUX_S_SESSION_OPENED
  kTtyAllocFail = 0x80000008,      // MUX_S_TTY_ALLOC_FAIL
};

struct MuxReply {
  MuxReplyType type = MuxReplyType::kOk;
  // The request that is answered; of kExit and kTtyAllocFail the session; of kHello 0.
  std::uint32_t id = 0;
  // kHello: the version; kAlive: the process; kSessionOpened: the session; kExit: the exit status.
  std::uint32_t value = 0;
  std::string reason;  // of kPermissionDenied and kFailure
};

// Cuts what a master sends into messages. Memory: one message. Thread-safety: none.
class MuxReader {
 public:
  void feed(std::string_view bytes) { buffer_.append(bytes); }
  // The next message; nothing if its end has not come yet. Errors: kProtocol if it is too long, too
  // short for what it is, or of a type that no master sends unasked; the stream is of no use then.
  util::Result<std::optional<MuxReply>> next();

 private:
  std::string buffer_;
};

// Requests, ready to be sent.
std::string mux_hello();
std::string mux_alive_check(std::uint32_t request);
// A session without terminal, X11 and agent. The environment is NAME=value strings. Its three
// descriptors follow, each in a message of its own.
std::string mux_new_session(std::uint32_t request, std::string_view command,
                            const std::vector<std::string>& environment);

}  // namespace gitsync::net

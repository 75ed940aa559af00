// SPDX-License-Identifier: Apache-2.0
#include "net/ssh_mux_message.h"

#include <array>

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kWord = 4;  // bytes of a uint32
constexpr std::uint32_t kNewSession = 0x10000002;
constexpr std::uint32_t kAliveCheck = 0x10000004;
constexpr std::uint32_t kNoEscape = 0xffffffff;

constexpr std::array kReplyTypes{
    MuxReplyType::kHello,         MuxReplyType::kOk,           MuxReplyType::kPermissionDenied,
    MuxReplyType::kFailure,       MuxReplyType::kExit,         MuxReplyType::kAlive,
    MuxReplyType::kSessionOpened, MuxReplyType::kTtyAllocFail,
};

Result<MuxReplyType> type_of(std::uint32_t number) {
  for (const auto type : kReplyTypes) {
    if (static_cast<std::uint32_t>(type) == number) return type;
  }
  return util::fail(ErrorKind::kProtocol, "ssh: a message of an unknown type");
}

std::uint32_t word_at(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, kWord)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

// Takes what stands at the front of a message's body.
class Body {
 public:
  explicit Body(std::string_view bytes) : rest_(bytes) {}

  Result<std::uint32_t> word() {
    if (rest_.size() < kWord) return util::fail(ErrorKind::kProtocol, "ssh: a message is cut");
    const auto value = word_at(rest_);
    rest_.remove_prefix(kWord);
    return value;
  }

  Result<std::string> text() {
    GS_TRY(const auto length, word());
    if (rest_.size() < length) return util::fail(ErrorKind::kProtocol, "ssh: a text is cut");
    std::string value(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return value;
  }

 private:
  std::string_view rest_;
};

Result<void> read_rest(MuxReply& reply, Body& body) {
  switch (reply.type) {
    case MuxReplyType::kHello: {
      // Extensions may follow; none is defined.
      GS_TRY(reply.value, body.word());
      return {};
    }
    case MuxReplyType::kOk:
    case MuxReplyType::kTtyAllocFail: {
      GS_TRY(reply.id, body.word());
      return {};
    }
    case MuxReplyType::kPermissionDenied:
    case MuxReplyType::kFailure: {
      GS_TRY(reply.id, body.word());
      GS_TRY(reply.reason, body.text());
      return {};
    }
    case MuxReplyType::kExit:
    case MuxReplyType::kAlive:
    case MuxReplyType::kSessionOpened: {
      GS_TRY(reply.id, body.word());
      GS_TRY(reply.value, body.word());
      return {};
    }
  }
  return {};
}

Result<MuxReply> parse(std::string_view message) {
  Body body(message);
  MuxReply reply;
  GS_TRY(const auto number, body.word());
  GS_TRY(reply.type, type_of(number));
  GS_TRY_VOID(read_rest(reply, body));
  return reply;
}

void add_word(std::string& bytes, std::uint32_t value) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(value >> shift & 0xff);
}

void add_text(std::string& bytes, std::string_view text) {
  add_word(bytes, static_cast<std::uint32_t>(text.size()));
  bytes += text;
}

// The length counts the type and the body.
std::string framed(const std::string& message) {
  std::string bytes;
  add_text(bytes, message);
  return bytes;
}

}  // namespace

Result<std::optional<MuxReply>> MuxReader::next() {
  if (buffer_.size() < kWord) return std::nullopt;
  const std::size_t length = word_at(buffer_);
  if (length > kMaxMuxMessage)
    return util::fail(ErrorKind::kProtocol, "ssh: a message is too long");
  if (buffer_.size() - kWord < length) return std::nullopt;
  auto reply = parse(std::string_view(buffer_).substr(kWord, length));
  buffer_.erase(0, kWord + length);
  if (!reply) return util::fail(std::move(reply).error());
  return *std::move(reply);
}

std::string mux_hello() {
  std::string message;
  add_word(message, static_cast<std::uint32_t>(MuxReplyType::kHello));
  add_word(message, kMuxVersion);
  return framed(message);
}

std::string mux_alive_check(std::uint32_t request) {
  std::string message;
  add_word(message, kAliveCheck);
  add_word(message, request);
  return framed(message);
}

std::string mux_new_session(std::uint32_t request, std::string_view command,
                            const std::vector<std::string>& environment) {
  std::string message;
  add_word(message, kNewSession);
  add_word(message, request);
  add_text(message, "");  // reserved
  // Not wanted: a terminal, X11, the agent, a subsystem.
  for (int flag = 0; flag < 4; ++flag) add_word(message, 0);
  add_word(message, kNoEscape);
  add_text(message, "");  // the terminal's type
  add_text(message, command);
  for (const auto& entry : environment) add_text(message, entry);
  return framed(message);
}

}  // namespace gitsync::net

// SPDX-License-Identifier: Apache-2.0
// Errors as values: every call that can fail returns Result<T>. The kind is what callers branch
// on, the message is what a person reads.

#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

#include "util/cause.h"

namespace gitsync::util {

enum class ErrorKind {
  kNetwork,   // the other side could not be reached, or the connection broke
  kTimeout,   // a deadline passed
  kStopped,   // the process was asked to stop
  kAuth,      // the other side refused our credentials
  kNotFound,  // a repository, ref or file does not exist
  kProtocol,  // the other side answered something illegal or unexpected
  kCorrupt,   // data on disk is damaged
  kBusy,      // someone else holds a lock
  kMoved,     // what was asked for is no longer there, and something newer is
  kInvalid,   // a value given by the user is wrong
  kLocal,     // any other failure on this machine: disk, permission, missing program
};

// Returns the kind's lower-case name, as used in logs ("network", "auth", ...).
std::string_view to_string(ErrorKind kind) noexcept;

struct Error {
  ErrorKind kind = ErrorKind::kLocal;
  std::string message;
  // One line for a person: what to check or change, where that is more than the cause says
  // (log/hints.h). May be empty.
  std::string hint = {};
  Cause cause = Cause::kUnknown;
  // The setting that the cause is about, or the settings; empty: as the cause has it.
  std::string subject = {};
  // errno of the failed system call, or 0.
  int sys_errno = 0;

  // Prefixes the message: "<context>: <message>". Each layer that knows more adds its words.
  Error with_context(std::string_view context) &&;
};

template <typename T>
using Result = std::expected<T, Error>;

// Makes an Error from errno (or `code`): "<what>: <strerror>". The one place where an errno
// becomes a kind.
Error sys_error(std::string_view what);
Error sys_error(std::string_view what, int code);

inline std::unexpected<Error> fail(ErrorKind kind, std::string message, std::string hint = {}) {
  return std::unexpected(Error{kind, std::move(message), std::move(hint)});
}
inline std::unexpected<Error> fail(ErrorKind kind, Cause cause, std::string message) {
  return std::unexpected(Error{.kind = kind, .message = std::move(message), .cause = cause});
}
inline std::unexpected<Error> fail(Error error) { return std::unexpected(std::move(error)); }

}  // namespace gitsync::util

// GS_TRY(const auto tip, remote.resolve(ref)): declares `tip` from the value, or returns the error
// from the enclosing function. GS_TRY_VOID(expr) is the same for Result<void>.
#define GS_CONCAT_INNER(a, b) a##b
#define GS_CONCAT(a, b) GS_CONCAT_INNER(a, b)
#define GS_TRY_IMPL(name, decl, ...)                          \
  auto name = (__VA_ARGS__);                                  \
  if (!name) return std::unexpected(std::move(name).error()); \
  decl = std::move(*name)
#define GS_TRY(decl, ...) GS_TRY_IMPL(GS_CONCAT(gs_try_, __LINE__), decl, __VA_ARGS__)
#define GS_TRY_VOID(...)                                    \
  do {                                                      \
    if (auto gs_result = (__VA_ARGS__); !gs_result)         \
      return std::unexpected(std::move(gs_result).error()); \
  } while (false)

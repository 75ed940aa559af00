// SPDX-License-Identifier: Apache-2.0
// Why something failed, as far as it is known: what programs branch on more finely than by kind,
// and what the hint for people is found by (log/hints.cc).

#pragma once

namespace gitsync::util {

enum class Cause {
  kUnknown,
  // ssh
  kHostKeyChanged,
  kHostKeyUnknown,
  kNoPasswdEntry,
  kSshKeyExposed,
  kSshKeyUnusable,
  kSshKeyMissing,
  kSshKeyUnreadable,
  kSshKeyRefused,
  kTooManySshKeys,
  // http: credentials and answers
  kCredentialsRefused,    // subject: the settings that they came from
  kCredentialsMissing,    // none are set for this server
  kSubmoduleCredentials,  // a submodule's server asks for some, or refuses those it got
  kRateLimited,
  kBadRequest,
  kServerFault,
  // TLS
  kUntrustedCertificate,
  kUnreadableCa,
  kWrongTlsName,
  kNoTls,
  // what is asked for
  kUnknownScheme,
  kUnknownRef,
  kOtherHashes,
  kCommitNotServed,
  kBadRef,
  kRepositoryNotFound,
  kRepositoryNotSeen,  // git's http transport: without credentials it may only seem to be missing
  kNothingServed,
  kNoGitServer,
  kDubiousOwnership,
  kSchemeForbidden,
  kFileForbidden,
  // the way there
  kProxyNameUnknown,
  kProxyRefuses,
  kHostNameUnknown,
  kNameResolution,
  kConnectionRefused,
  kUnreachable,
  kNoAnswer,
  kNoNetwork,
  kConnectionBroke,
  kServerShortOfMemory,
  // this machine
  kKilled,
  kDiskFull,
  kQuota,
  kReadOnlyRoot,
  kRootNotWritable,
  kCannotWrite,  // for no known reason
  kPassTooLong,
};

}  // namespace gitsync::util

// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.h"

#include <algorithm>
#include <array>

#include "util/text.h"

namespace gitsync::cli {
namespace {

using util::Cause;
using util::ErrorKind;

struct Rule {
  std::string_view text;  // found in standard error
  ErrorKind kind;
  Cause cause = Cause::kUnknown;
  std::string_view also = {};  // found there as well
  // The subject is the word that stands after this text.
  std::string_view names = {};
};

constexpr std::string_view kHostRefused = "Host key verification failed";
constexpr std::string_view kKeyRefused = "Permission denied (publickey";
constexpr std::string_view kByOurSsh = "Could not read from remote repository";
constexpr std::string_view kRedirected = "warning: redirecting to ";
constexpr std::string_view kOffer = "Their offer: ";

// The first match wins: causes stand before their consequences, since ssh and git print both.
constexpr std::array kRules{
    // ssh: the host. Without the check a changed key is a remark, and something else failed.
    Rule{"REMOTE HOST IDENTIFICATION HAS CHANGED", ErrorKind::kAuth, Cause::kHostKeyChanged,
         kHostRefused},
    Rule{kHostRefused, ErrorKind::kAuth, Cause::kHostKeyUnknown},
    Rule{"No user exists for uid", ErrorKind::kLocal, Cause::kNoPasswdEntry},
    Rule{"no matching host key type found", ErrorKind::kNetwork, Cause::kSshHostKeyOld, kOffer,
         kOffer},
    Rule{"no matching key exchange method found", ErrorKind::kNetwork, Cause::kSshKeyExchangeOld,
         kOffer, kOffer},
    Rule{"no matching cipher found", ErrorKind::kNetwork, Cause::kSshCipherOld, kOffer, kOffer},
    // http: credentials. Which setting they came from, the caller knows.
    Rule{"url contains a newline", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"credential url cannot be parsed", ErrorKind::kInvalid, Cause::kCredentialAddress},
    Rule{"Authentication failed for",
         ErrorKind::kAuth,
         Cause::kUnknown,
         {},
         "Authentication failed for '"},
    Rule{"could not read Username", ErrorKind::kAuth},
    Rule{"could not read Password", ErrorKind::kAuth},
    Rule{"HTTP Basic: Access denied", ErrorKind::kAuth},
    Rule{"The requested URL returned error: 401", ErrorKind::kAuth},
    Rule{"The requested URL returned error: 403", ErrorKind::kAuth, Cause::kForbidden},
    Rule{"The requested URL returned error: 429", ErrorKind::kNetwork, Cause::kRateLimited},
    Rule{"The requested URL returned error: 400", ErrorKind::kNetwork, Cause::kBadRequest},
    Rule{"The requested URL returned error: 3", ErrorKind::kNetwork, Cause::kNoGitServer},
    Rule{"Received HTTP/0.9", ErrorKind::kNetwork, Cause::kNoGitServer},
    Rule{"Empty reply from server", ErrorKind::kNetwork, Cause::kNoAnswer},
    Rule{"The requested URL returned error: 5", ErrorKind::kNetwork, Cause::kServerFault},
    // TLS
    Rule{"server certificate verification failed", ErrorKind::kNetwork,
         Cause::kUntrustedCertificate},
    // libcurl 8 and GnuTLS
    Rule{"server verification failed", ErrorKind::kNetwork, Cause::kUntrustedCertificate},
    Rule{"SSL certificate problem", ErrorKind::kNetwork, Cause::kUntrustedCertificate},
    Rule{"error setting certificate", ErrorKind::kNetwork, Cause::kUnreadableCa},
    Rule{"Problem with the SSL CA cert", ErrorKind::kNetwork, Cause::kUnreadableCa},
    Rule{"no alternative certificate subject name matches", ErrorKind::kNetwork,
         Cause::kWrongTlsName},
    Rule{"does not match target host", ErrorKind::kNetwork, Cause::kWrongTlsName},
    Rule{"unexpected TLS packet", ErrorKind::kNetwork, Cause::kNoTls},
    Rule{"wrong version number", ErrorKind::kNetwork, Cause::kNoTls},
    // what is asked for
    Rule{"git: 'remote-", ErrorKind::kInvalid, Cause::kUnknownScheme},
    Rule{"nable to find remote helper for", ErrorKind::kInvalid, Cause::kUnknownScheme},
    Rule{"' is not supported", ErrorKind::kInvalid, Cause::kUnknownScheme, "fatal: protocol '"},
    Rule{"URL using bad/illegal format", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"URL rejected: ", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"strange hostname '", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"strange pathname '", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"hostname contains invalid characters", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"username contains invalid characters", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"no path specified", ErrorKind::kInvalid, Cause::kAddressMalformed},
    Rule{"' does not support setting port", ErrorKind::kInvalid, Cause::kSshVariant},
    Rule{"invalid filter-spec", ErrorKind::kInvalid, Cause::kBadFilter},
    // A page of one line is read as a list of no refs.
    Rule{"couldn't find remote ref", ErrorKind::kNotFound, Cause::kUnknownRef, {}, kRedirected},
    Rule{"mismatched algorithms", ErrorKind::kProtocol, Cause::kOtherHashes},
    Rule{"not our ref", ErrorKind::kNotFound, Cause::kCommitNotServed},
    Rule{"Server does not allow request for unadvertised object", ErrorKind::kNotFound,
         Cause::kCommitNotAdvertised},
    Rule{"No url found for submodule path", ErrorKind::kNotFound, Cause::kSubmoduleUnlisted},
    Rule{"invalid refspec", ErrorKind::kNotFound, Cause::kBadRef},
    Rule{"repository not found", ErrorKind::kNotFound, Cause::kRepositoryNotFound},
    Rule{"Repository not found", ErrorKind::kNotFound, Cause::kRepositoryNotSeenBySsh, kByOurSsh},
    Rule{"Repository not found", ErrorKind::kNotFound, Cause::kRepositoryNotFound},
    // GitLab and Azure DevOps
    Rule{"could not be found or you don't have permission", ErrorKind::kNotFound,
         Cause::kRepositoryNotSeenBySsh, kByOurSsh},
    Rule{"could not be found or you don't have permission", ErrorKind::kNotFound,
         Cause::kRepositoryNotFound},
    Rule{"TF401019", ErrorKind::kNotFound, Cause::kRepositoryNotFound},
    // git over http: repository 'https://host/name/' not found
    Rule{"/' not found", ErrorKind::kNotFound, Cause::kRepositoryNotSeen},
    Rule{"does not appear to be a git repository", ErrorKind::kNotFound, Cause::kNothingServed},
    Rule{"invalid gitfile format", ErrorKind::kNotFound, Cause::kNothingServed},
    Rule{"bad line length character", ErrorKind::kNetwork, Cause::kNoGitServer},
    Rule{"not valid: is this a git repository?", ErrorKind::kNotFound, Cause::kSignInPage,
         kRedirected, kRedirected},
    Rule{"not valid: is this a git repository?", ErrorKind::kNotFound, Cause::kNoGitServer},
    Rule{"unable to update url base from redirection", ErrorKind::kNotFound, Cause::kSignInPage,
         "redirect: ", "redirect: "},
    Rule{"dubious ownership", ErrorKind::kLocal, Cause::kDubiousOwnership},
    // the way there
    Rule{"Unsupported proxy syntax", ErrorKind::kInvalid, Cause::kProxyMalformed},
    Rule{"Could not resolve proxy", ErrorKind::kNetwork, Cause::kProxyNameUnknown},
    Rule{"from proxy after CONNECT", ErrorKind::kNetwork, Cause::kProxyRefuses},
    Rule{"CONNECT tunnel failed", ErrorKind::kNetwork, Cause::kProxyRefuses},
    Rule{"Could not resolve host", ErrorKind::kNetwork, Cause::kHostNameUnknown},
    Rule{"Name or service not known", ErrorKind::kNetwork, Cause::kHostNameUnknown},
    Rule{"Temporary failure in name resolution", ErrorKind::kNetwork, Cause::kNameResolution},
    Rule{"Connection refused", ErrorKind::kNetwork, Cause::kConnectionRefused},
    Rule{"Failed to connect", ErrorKind::kNetwork, Cause::kUnreachable},
    Rule{"No route to host", ErrorKind::kNetwork, Cause::kUnreachable},
    Rule{"Connection timed out", ErrorKind::kNetwork, Cause::kNoAnswer},
    Rule{"Network is unreachable", ErrorKind::kNetwork, Cause::kNoNetwork},
    // ssh: the key. After the causes above, since ssh remarks on every key file, needed or not
    Rule{"UNPROTECTED PRIVATE KEY FILE", ErrorKind::kAuth, Cause::kSshKeyExposed},
    Rule{"Load key", ErrorKind::kAuth, Cause::kSshKeyUnreadable, "\": Permission denied"},
    Rule{"Load key", ErrorKind::kAuth, Cause::kSshKeyUnusable},
    Rule{"not accessible: No such file or directory", ErrorKind::kAuth, Cause::kSshKeyMissing,
         kKeyRefused},
    Rule{"no such identity", ErrorKind::kAuth, Cause::kSshKeyMissing, kKeyRefused},
    Rule{"not accessible: Permission denied", ErrorKind::kAuth, Cause::kSshKeyUnreadable,
         kKeyRefused},
    Rule{kKeyRefused, ErrorKind::kAuth, Cause::kSshKeyRefused},
    Rule{"Too many authentication failures", ErrorKind::kAuth, Cause::kTooManySshKeys},
    // whose end the other side takes for a broken connection
    Rule{"repository corruption on the remote side", ErrorKind::kNetwork,
         Cause::kServerShortOfMemory},
    Rule{"died of signal 9", ErrorKind::kLocal, Cause::kKilled},
    // ssh: the connection
    Rule{"banner line contains invalid characters", ErrorKind::kNetwork, Cause::kNoSshServer},
    Rule{"Bad remote protocol version identification", ErrorKind::kNetwork, Cause::kNoSshServer},
    Rule{"kex_exchange_identification: ", ErrorKind::kNetwork, Cause::kSshClosedAtOnce},
    Rule{"Connection closed by ", ErrorKind::kNetwork, Cause::kSshClosed, kByOurSsh},
    Rule{"Connection reset by ", ErrorKind::kNetwork, Cause::kSshClosed, kByOurSsh},
    // any broken connection
    Rule{"Could not read from remote repository", ErrorKind::kNetwork},
    Rule{"unable to access", ErrorKind::kNetwork},
    Rule{"early EOF", ErrorKind::kNetwork, Cause::kConnectionBroke},
    Rule{"packet write failed", ErrorKind::kNetwork, Cause::kConnectionBroke},
    Rule{"unexpected disconnect", ErrorKind::kNetwork, Cause::kConnectionBroke},
    Rule{"hung up unexpectedly", ErrorKind::kNetwork, Cause::kConnectionBroke},
    Rule{"hung up upon initial contact", ErrorKind::kNetwork, Cause::kConnectionBroke},
    Rule{"fatal: expected flush after ", ErrorKind::kNetwork, Cause::kConnectionBroke},
    Rule{"transport 'ext' not allowed", ErrorKind::kInvalid, Cause::kSchemeForbidden},
    Rule{"transport 'file' not allowed", ErrorKind::kInvalid, Cause::kFileForbidden},
    // this machine
    Rule{"chmod on ", ErrorKind::kLocal, Cause::kChmodRefused, "Operation not permitted"},
    Rule{"No space left on device", ErrorKind::kLocal, Cause::kDiskFull},
    Rule{"Out of diskspace", ErrorKind::kLocal, Cause::kDiskFull},
    Rule{"Disk quota exceeded", ErrorKind::kLocal, Cause::kQuota},
    Rule{"Read-only file system", ErrorKind::kLocal, Cause::kReadOnlyRoot},
    Rule{"Permission denied", ErrorKind::kLocal, Cause::kRootNotWritable},
    Rule{"unable to write", ErrorKind::kLocal, Cause::kCannotWrite},
    Rule{"unable to create", ErrorKind::kLocal, Cause::kCannotWrite},
    Rule{"failed to write", ErrorKind::kLocal, Cause::kCannotWrite},
    Rule{"error: invalid path '", ErrorKind::kLocal, Cause::kCommitRefused},
    Rule{"invalid value for 'submodule.", ErrorKind::kLocal, Cause::kCommitRefused},
    Rule{"fatal: not a git repository", ErrorKind::kLocal, Cause::kRootDamaged},
    Rule{"in file .git/config", ErrorKind::kLocal, Cause::kRootDamaged, "bad config line"},
};

// The word of `text` that stands after `before`, without quotes and the query of an address.
std::string word_after(std::string_view text, std::string_view before) {
  const auto at = before.empty() ? std::string_view::npos : text.find(before);
  if (at == std::string_view::npos) return "";
  const auto word = text.substr(at + before.size());
  return std::string(word.substr(0, word.find_first_of(" \t\r\n',?\"")));
}

bool is_commit_missing(Cause cause) {
  return cause == Cause::kCommitNotServed || cause == Cause::kCommitNotAdvertised;
}

}  // namespace

Diagnosis diagnose(std::string_view standard_error) {
  const auto says = [&](std::string_view text) {
    return standard_error.find(text) != std::string_view::npos;
  };
  for (const Rule& rule : kRules) {
    if (!says(rule.text) || !says(rule.also)) continue;
    return {rule.kind, rule.cause, word_after(standard_error, rule.names)};
  }
  return {};
}

// A credential helper is asked by the argument `get`; the program that asks a person gets a prompt.
bool looked_for_credentials(std::string_view trace) {
  return std::ranges::any_of(util::split(trace, '\n'), [](const std::string& line) {
    const auto command = util::trim(line);
    return command.contains("run_command:") &&
           (command.ends_with(" get'") || command.ends_with(" get") ||
            command.contains("Username for"));
  });
}

util::Error blame_submodule(util::Error error) {
  if (error.kind == ErrorKind::kAuth &&
      (error.cause == Cause::kUnknown || error.cause == Cause::kForbidden)) {
    error.cause = Cause::kSubmoduleCredentials;
  }
  if (is_commit_missing(error.cause)) error.cause = Cause::kSubmoduleCommit;
  if (error.subject.empty()) error.subject = "the submodule's address";
  return error;
}

}  // namespace gitsync::cli

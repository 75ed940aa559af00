// SPDX-License-Identifier: Apache-2.0
#include "log/hints.h"

#include <string_view>

namespace gitsync::log {
namespace {

using util::Cause;

// `{}` stands for the error's subject, which is --repo unless the error says otherwise.
constexpr std::string_view kSubject = "{}";
constexpr std::string_view kDefaultSubject = "--repo";

// A switch, so that the compiler asks for the words of a new cause.
std::string_view words_of(Cause cause) {
  switch (cause) {
    case Cause::kUnknown:
      return "";
    case Cause::kHostKeyChanged:
      return "the server's SSH host key differs from the one in --ssh-known-hosts-file: check with "
             "the server's owner, then replace the line";
    case Cause::kHostKeyUnknown:
      return "the server's SSH host key is not known: put its line (ssh-keyscan -p PORT HOST, "
             "checked by you) into the file of --ssh-known-hosts-file, and let this user read that "
             "file; --ssh-known-hosts=false skips the check";
    case Cause::kNoPasswdEntry:
      return "ssh needs an entry for this uid in /etc/passwd: set --add-user "
             "(GITSYNC_ADD_USER=true)";
    case Cause::kSshKeyExposed:
      return "ssh refuses the key file, because it belongs to this user and others may read it: "
             "mount the secret with mode 0400 (defaultMode: 0400), or run as another user "
             "(runAsUser) that may read it";
    case Cause::kSshKeyUnusable:
      return "an SSH key file cannot be used: check that --ssh-key-file is readable by this user "
             "(secret mode 0400 or 0440 with fsGroup) and holds a complete private key without "
             "passphrase, ending in a newline";
    case Cause::kSshKeyMissing:
      return "an SSH key file is missing: check --ssh-key-file and the secret mounted there";
    case Cause::kSshKeyUnreadable:
      return "an SSH key file is not readable by this user: mount the secret with mode 0440 and an "
             "fsGroup, or run as its owner";
    case Cause::kSshKeyRefused:
      return "the server refused the SSH key: register the public key of --ssh-key-file (as deploy "
             "key or account key), check the user name in {} (usually git@), and that the key has "
             "no passphrase";
    case Cause::kTooManySshKeys:
      return "the server gave up after several SSH keys: put the right one first, or configure "
             "fewer --ssh-key-file";
    case Cause::kCredentialsRefused:
      return "the server refused the user name and password from {}: check that the token is "
             "valid, not expired, and may read this repository";
    case Cause::kCredentialsMissing:
      return "the server asks for credentials and none are set for it: set GITSYNC_USERNAME and "
             "GITSYNC_PASSWORD (or --password-file)";
    case Cause::kSubmoduleCredentials:
      return "a submodule's server asks for a user name and password, or refuses those it got: "
             "give --credential with this submodule's address, or check the one that is set for it";
    case Cause::kRateLimited:
      return "the server limits the rate of requests: use a longer --period";
    case Cause::kBadRequest:
      return "the server does not take the request: check http:// or https://, host and port in {}";
    case Cause::kServerFault:
      return "the server, or a proxy before it, has a fault of its own: see its state; the next "
             "pass tries again, if --max-failures allows";
    case Cause::kUntrustedCertificate:
      return "the server's TLS certificate is not trusted, or has expired: add its CA with "
             "--git-config='http.sslCAInfo:/path/ca.crt' or GIT_SSL_CAINFO, or renew it";
    case Cause::kUnreadableCa:
      return "the file with the CA certificates cannot be read: check GIT_SSL_CAINFO and "
             "http.sslCAInfo";
    case Cause::kWrongTlsName:
      return "the server's TLS certificate is for another host name: check the host in {}";
    case Cause::kNoTls:
      return "no TLS is spoken at this port: check https:// and the port in {}";
    case Cause::kUnknownScheme:
      return "git does not know this kind of address: check what stands before :// in {}";
    case Cause::kUnknownRef:
      return "the server has no such ref: check --ref (abbreviated hashes are not supported)";
    case Cause::kOtherHashes:
      return "the repository's hashes are of the other kind: for SHA-256 set "
             "GIT_DEFAULT_HASH=sha256, and use an empty --root";
    case Cause::kCommitNotServed:
      return "the server does not hand out this commit: it is unknown there, or the server allows "
             "only the tips of branches and tags";
    case Cause::kBadRef:
      return "--ref must be a branch, a tag, a full hash or a full ref name";
    case Cause::kRepositoryNotFound:
      return "no such repository, or these credentials may not see it: check {} and the account's "
             "rights";
    case Cause::kRepositoryNotSeen:
      return "no such repository, or it takes credentials to see it: check {} and the account's "
             "rights";
    case Cause::kNothingServed:
      return "nothing is served there: check the path in {}";
    case Cause::kNoGitServer:
      return "the address answers, but not as a git server: check {}";
    case Cause::kDubiousOwnership:
      return "the repository belongs to another user: --git-config='safe.directory:*' trusts all "
             "repositories";
    case Cause::kSchemeForbidden:
      return "git allows this kind of address only if protocol.ext.allow says so";
    case Cause::kFileForbidden:
      return "git takes nothing from the local disk for a submodule, or with "
             "GIT_PROTOCOL_FROM_USER=0: --git-config='protocol.file.allow:always' permits it";
    case Cause::kProxyNameUnknown:
      return "the proxy's host name does not resolve: check https_proxy, http_proxy and no_proxy";
    case Cause::kProxyRefuses:
      return "the proxy refuses the connection: check https_proxy, http_proxy and no_proxy";
    case Cause::kHostNameUnknown:
      return "the host name in {} does not resolve: check its spelling and the pod's DNS";
    case Cause::kNameResolution:
      return "name resolution failed: check the pod's DNS and network policy";
    case Cause::kConnectionRefused:
      return "nothing listens at this host and port: check the port in {}, network policy and "
             "proxy";
    case Cause::kUnreachable:
      return "the server cannot be reached: check host and port in {}, network policy and proxy";
    case Cause::kNoAnswer:
      return "the server does not answer: check host and port in {}, network policy and proxy";
    case Cause::kNoNetwork:
      return "this machine has no way to the server";
    case Cause::kConnectionBroke:
      return "the connection broke during the transfer";
    case Cause::kServerShortOfMemory:
      return "the server could not put the answer together: it may be short of memory, or its "
             "repository damaged; ask its owner";
    case Cause::kKilled:
      // Who sent the signal cannot be known; it is seldom a person.
      return "a process of git was killed, most often because memory ran out: raise the "
             "container's memory limit, or fetch less (--depth=1, --filter)";
    case Cause::kDiskFull:
      return "the disk that holds --root is full: what is published stays as it is; free or add "
             "space";
    case Cause::kQuota:
      return "the quota of the disk that holds --root is used up: what is published stays as it "
             "is; raise it";
    case Cause::kReadOnlyRoot:
      return "--root lies on a read-only file system: mount a writable volume there";
    case Cause::kRootNotWritable:
      return "this user may not write below --root: set the pod's fsGroup, or run as the volume's "
             "owner";
    case Cause::kCannotWrite:
      return "";
    case Cause::kPassTooLong:
      return "the pass took longer than --sync-timeout: raise it, or check the way to the server";
  }
  return "";
}

}  // namespace

std::string hint_of(const util::Error& error) {
  if (!error.hint.empty()) return error.hint;
  std::string hint(words_of(error.cause));
  const auto at = hint.find(kSubject);
  if (at == std::string::npos) return hint;
  const std::string_view subject = error.subject.empty() ? kDefaultSubject : error.subject;
  return hint.replace(at, kSubject.size(), subject);
}

}  // namespace gitsync::log

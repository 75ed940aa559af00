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
    case Cause::kNotUnderstood:
      return "";
    case Cause::kOnlyGitUnderstands:
      return "--engine=auto lets git do what the native engine does not understand";
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
      return "an SSH key file (--ssh-key-file) is not readable by this user: mount the secret with "
             "mode 0440 and an fsGroup, or run as its owner";
    case Cause::kSshKeyRefused:
      return "the server refused the SSH key: register the public key of --ssh-key-file (as deploy "
             "key or account key), check the user name in {} (usually git@), and that the key has "
             "no passphrase";
    case Cause::kTooManySshKeys:
      return "the server gave up after several SSH keys: put the right one first, or configure "
             "fewer --ssh-key-file";
    case Cause::kSshKeyIsDirectory:
      return "--ssh-key-file: {} is a directory: name the file in it that holds the key";
    case Cause::kSshKeyEmpty:
      return "--ssh-key-file: {} is empty: put the private key into the secret mounted there";
    case Cause::kSshKeyEncrypted:
      return "--ssh-key-file: the key in {} has a passphrase, and nobody is there to type it: use "
             "a copy without (ssh-keygen -p -N '' -f COPY), or a key made for this";
    case Cause::kSshKeyPublicHalf:
      return "--ssh-key-file: {} holds the public half of a key, which belongs on the server: put "
             "the private half there (the file without .pub)";
    case Cause::kSshKeyPutty:
      return "--ssh-key-file: {} is in PuTTY's format, which ssh does not read: convert it "
             "(puttygen KEY.ppk -O private-openssh -o KEY)";
    case Cause::kSshKeyBase64:
      return "--ssh-key-file: {} holds a key that is encoded in base64 once too often: encode it "
             "once in the Secret's data, or use stringData or --from-file";
    case Cause::kSshKeyCut:
      return "--ssh-key-file: the key in {} has no last line (-----END ... PRIVATE KEY-----): put "
             "the whole file into the secret";
    case Cause::kSshKeyNoKey:
      return "--ssh-key-file: {} holds no private key: its first line must be -----BEGIN ... "
             "PRIVATE KEY-----";
    case Cause::kSshHostKeyOld:
      return "the server has only host keys of a kind that ssh no longer takes: have it updated, "
             "or permit them with GIT_SSH_COMMAND='ssh -o HostKeyAlgorithms=+{}'";
    case Cause::kSshKeyExchangeOld:
      return "the server knows only key exchanges that ssh no longer takes: have it updated, or "
             "permit them with GIT_SSH_COMMAND='ssh -o KexAlgorithms=+{}'";
    case Cause::kSshCipherOld:
      return "the server knows only ciphers that ssh no longer takes: have it updated, or permit "
             "them with GIT_SSH_COMMAND='ssh -o Ciphers=+{}'";
    case Cause::kSshClosedAtOnce:
      return "the other side closed the connection before SSH began: check host and port in {}; "
             "the server may limit connections or addresses, or a firewall cuts them";
    case Cause::kSshClosed:
      return "the server closed the SSH connection: it may limit connections, addresses or users; "
             "see its log";
    case Cause::kNoSshServer:
      return "what listens at this port does not speak SSH: check host and port in {}";
    case Cause::kSshVariant:
      return "git does not know the program in GIT_SSH_COMMAND as one that takes a port: set "
             "GIT_SSH_VARIANT=ssh if it does, or leave the port out of {}";
    case Cause::kPasswordNotUsed:
      return "the server refused the SSH key, and over ssh the user name and password from {} are "
             "not used: register the public key of --ssh-key-file, or write https:// in --repo";
    case Cause::kCredentialsRefused:
      return "the server refused the user name and password from {}: check that the token is "
             "valid, not expired, and may read this repository";
    case Cause::kCredentialsDropped:
      return "the server asks for credentials, and {} was ignored because it cannot be read: see "
             "the record at the start, and correct the setting";
    case Cause::kCredentialsMissing:
      return "the server asks for credentials and none are set for it: set GITSYNC_USERNAME and "
             "GITSYNC_PASSWORD (or --password-file)";
    case Cause::kForbidden:
      return "the server forbids this (403): check the path in {}, the account's rights, and "
             "whether the server or a proxy takes requests from here; it was sent no user name and "
             "password, since none are set";
    case Cause::kCredentialsNotSent:
      return "the server answered 403 without asking for credentials, so git never sent those from "
             "{}: check the path in --repo; to send them unasked, set "
             "--git-config='http.proactiveAuth:basic' (git 2.46 or newer) or http.extraHeader";
    case Cause::kCredentialsRedirected:
      return "the server sent git on to {}, and the credentials that are set are for the address "
             "in --repo, so git never sent them: write the new address, https:// included, in "
             "--repo";
    case Cause::kCredentialAddress:
      return "a user name and password are set, but the address they are for, such as "
             "user@host:path in --repo, is none that git takes them for; over ssh only the key "
             "counts: unset GITSYNC_USERNAME and GITSYNC_PASSWORD, or write https:// in --repo";
    case Cause::kSignInPage:
      return "the server sent git on to {}, a page for people, perhaps to sign in: check the path "
             "in --repo; a token is sent only where the server asks for one (401), unless "
             "--git-config='http.proactiveAuth:basic' (git 2.46 or newer) or http.extraHeader is "
             "set";
    case Cause::kSubmoduleCredentials:
      return "a submodule's server asks for a user name and password, or refuses those it got: "
             "give --credential with this submodule's address, or check the one that is set for it";
    case Cause::kSecretFileUnreadable:
      return "check that the secret is mounted there and that this user may read it";
    case Cause::kAskpassRefused:
      return "see what the server at --askpass-url has to say about it";
    case Cause::kAskpassUnreachable:
      return "the server at --askpass-url cannot be reached, or says nothing: check host and port, "
             "that it runs (a sidecar may start later), network policy and proxy";
    case Cause::kAskpassTooSlow:
      return "the server at --askpass-url has one second to answer: see what keeps it, or whether "
             "network policy or a firewall drops the request";
    case Cause::kAskpassAnswer:
      return "what answers at --askpass-url is not what git-sync asks for: check the address; the "
             "answer is an HTTP response with the lines username=NAME and password=TOKEN";
    case Cause::kAppKeyNotRsa:
      return "download a new key from the App's settings page and give it unchanged";
    case Cause::kAppKeyEncrypted:
      return "the key is encrypted: give it without a password";
    case Cause::kAppKeyRefused:
      return "check that --github-app-application-id or --github-app-client-id belongs to the "
             "private key, and this machine's clock";
    case Cause::kAppSuspended:
      return "the App may be suspended, or its rate limit is used up";
    case Cause::kAppNotFound:
      return "check --github-app-installation-id and --github-base-url";
    case Cause::kAppFault:
      return "the server at --github-base-url, or a proxy before it, has a fault of its own: see "
             "its state; the next pass tries again, if --max-failures allows";
    case Cause::kAppUnreachable:
      return "the server at --github-base-url cannot be reached: check the address, network policy "
             "and proxy";
    case Cause::kAppAnswer:
      return "what answers at --github-base-url is not GitHub's API: check the address, which for "
             "GitHub Enterprise Server is https://HOST/api/v3";
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
    case Cause::kAddressQuoted:
      return "--repo begins or ends with a quote or a blank: take it out, also in the YAML or the "
             "Secret that it comes from";
    case Cause::kAddressMalformed:
      return "git cannot read the address: check {} for blanks (write %20) and quotes, and its "
             "port";
    case Cause::kSchemeMissing:
      return "--repo has no scheme, so git looks for a directory of this name: did you mean {}?";
    case Cause::kSchemeMistyped:
      return "the scheme in --repo is mistyped, so git takes it for a host or a directory: did you "
             "mean {}?";
    case Cause::kPathInPlaceOfPort:
      return "with a scheme, what follows the colon after the host in --repo is a port: did you "
             "mean {}?";
    case Cause::kUnknownRef:
      return "the server has no such ref: check --ref (abbreviated hashes are not supported)";
    case Cause::kNoRefs:
      return "the server offers no branch and no tag: check {}, and whether it is empty";
    case Cause::kOtherHashes:
      return "the repository's hashes are of the other kind: for SHA-256 set "
             "GIT_DEFAULT_HASH=sha256, and use an empty --root";
    case Cause::kCommitNotServed:
      return "the server does not hand out this commit: it is unknown there, or the server allows "
             "only the tips of branches and tags";
    case Cause::kCommitNotAdvertised:
      return "over protocol version 0 the server gives only the tips of branches and tags, and the "
             "commit of --ref is none: name a branch or tag, or let the server speak version 2 "
             "(sshd: AcceptEnv GIT_PROTOCOL)";
    case Cause::kSubmoduleCommit:
      return "the submodule's server does not hand out the commit that the repository names: push "
             "it to a branch there; one behind a tip is found with --depth=0, or if the server "
             "speaks protocol version 2 (sshd: AcceptEnv GIT_PROTOCOL)";
    case Cause::kSubmoduleUnlisted:
      return "the commit holds a submodule that its .gitmodules does not name: have it added "
             "there, or removed (git rm --cached PATH); --submodules=off leaves all of them out";
    case Cause::kBadRef:
      return "--ref must be a branch, a tag, a full hash or a full ref name";
    case Cause::kCommitRefused:
      return "the commit holds what git does not accept, for safety: ask who pushed it; what is "
             "published stays, and a later commit without it is synced";
    case Cause::kBadFilter:
      return "git does not know this filter: --filter takes blob:none, blob:limit=SIZE, tree:DEPTH "
             "and the like";
    case Cause::kRepositoryNotFound:
      return "no such repository, or these credentials may not see it: check {} and the account's "
             "rights";
    case Cause::kRepositoryNotSeenBySsh:
      return "no such repository, or the SSH key may not see it: check {} and what the key of "
             "--ssh-key-file is registered for";
    case Cause::kSeveralSshKeys:
      return "no such repository, or the server took another key than you mean: ssh offers those "
             "of --ssh-key-file in order, and a deploy key is for one repository: put the one for "
             "{} first, or give each a host alias with IdentitiesOnly (GIT_SSH_COMMAND='ssh -F "
             "FILE')";
    case Cause::kRepositoryNotSeen:
      return "no such repository, or it takes credentials to see it: check {} and the account's "
             "rights";
    case Cause::kNothingServed:
      return "nothing is served there: check the path in {}";
    case Cause::kNoGitServer:
      return "the address answers, but not as a git server: check {}";
    case Cause::kRepositoryClosed:
      return "this user may not read the repository on the local disk: change its mode or owner, "
             "or "
             "run as its owner";
    case Cause::kDubiousOwnership:
      return "the repository belongs to another user: --git-config='safe.directory:*' trusts all "
             "repositories";
    case Cause::kSchemeForbidden:
      return "git allows this kind of address only if protocol.ext.allow says so";
    case Cause::kFileForbidden:
      return "git takes nothing from the local disk for a submodule, or with "
             "GIT_PROTOCOL_FROM_USER=0: --git-config='protocol.file.allow:always' permits it";
    case Cause::kObjectsMissing:
      return "the repository on the server lacks objects of its own history, so what it sent was "
             "not taken: have it checked there (git fsck), or what is missing pushed again";
    case Cause::kBucketLoginMissing:
      return "no credentials were found, so the request for the bucket in {} was not signed: set "
             "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the pod a role";
    case Cause::kBucketLoginUnusable:
      return "the credentials for the bucket in {} cannot be had where the environment says: check "
             "the variables AWS_..., the files that they name, and the service that gives them";
    case Cause::kBucketLoginExpired:
      return "renew the credentials of the bucket in {}; those of a role, a pod identity or an "
             "instance are renewed by themselves";
    case Cause::kWebIdentityRefused:
      return "check AWS_ROLE_ARN, and that the role trusts this cluster and service account";
    case Cause::kAccessKeyUnknown:
      return "check that the access key (AWS_ACCESS_KEY_ID) and the endpoint (--s3-endpoint) "
             "belong together";
    case Cause::kSecretKeyWrong:
      return "check the secret key (AWS_SECRET_ACCESS_KEY) for blanks and missing characters";
    case Cause::kBucketForbidden:
      return "the credentials may not do this in the bucket of {}: allow s3:ListBucket and "
             "s3:GetObject (to publish also s3:PutObject and s3:DeleteObject); who may not list is "
             "also told so of a key that is missing";
    case Cause::kClockWrong:
      return "set the clock of this machine; it should run NTP";
    case Cause::kBucketRegion:
      return "name the region of the bucket in {} by --s3-region, and by --s3-endpoint an endpoint "
             "that serves it";
    case Cause::kBucketCertificate:
      return "the TLS certificate of the bucket's server is not trusted, or has expired: name the "
             "file of its certificate authority in AWS_CA_BUNDLE, or renew it";
    case Cause::kNoBucketServer:
      return "what answers is not what an S3 service says: check --s3-endpoint, and what stands "
             "before the service";
    case Cause::kBucketRequestUnknown:
      return "the server does not take this request: check that it has S3's API, ListObjectsV2 "
             "included, and its version";
    case Cause::kBucketMissing:
      return "check the bucket's name in {}, and the endpoint (--s3-endpoint)";
    case Cause::kBucketEmpty:
      return "check the prefix in {}; an empty folder is published if it has an object of its name";
    case Cause::kBucketChanging:
      return "somebody uploads all the time: the next pass tries again; an archive in one object "
             "changes as a whole";
    case Cause::kObjectMissing:
      return "check the key in {}: upper and lower case, and the whole path below the bucket";
    case Cause::kObjectArchived:
      return "restore the object, or move it to another storage class";
    case Cause::kKeyNoPath:
      return "rename or remove this object, or leave it out with --exclude: each key is to be the "
             "path of a file";
    case Cause::kNoVersions:
      return "without them nobody can tell that it has changed: serve it from a server that sends "
             "one of them";
    case Cause::kTokenRefused:
      return "the server refused the token in the file of {}: check that it is the one that the "
             "server wants, and not expired";
    case Cause::kTokenUnusable:
      return "the file must hold the token alone, on one line";
    case Cause::kTreeTooLarge:
      return "what is there is larger than --max-tree-size: raise it if that is meant, or leave "
             "something out";
    case Cause::kTooManyFiles:
      return "have fewer files there: no tree of more is built";
    case Cause::kArchiveHostile:
      return "what an archive may hold is a tree of files, folders and links within it: see who "
             "made this one; what is published stays";
    case Cause::kArchiveDamaged:
      return "the archive is not whole: upload it again, and where it can be read while it is "
             "written, under another name first";
    case Cause::kArchiveFormat:
      return "an archive is a tar, plain or compressed with gzip or zstd: make it by tar -czf, and "
             "check that {} is its address";
    case Cause::kNoPointer:
      return "check that {} is the address of a pointer that git-sync publishes (.../main.json), "
             "and that publisher and reader are of versions that know each other";
    case Cause::kSnapshotDamaged:
      return "remove the file and start its publisher again, which makes it anew";
    case Cause::kSnapshotGone:
      return "what the pointer names was removed, by somebody or by a lifecycle rule: a start of "
             "its publisher, or the next snapshot, brings it again";
    case Cause::kArtifactMissing:
      return "check repository and tag in {}; what an account may not see looks the same";
    case Cause::kArtifactDamaged:
      return "what the registry sends is not what its digest says: push the artifact again, and "
             "see the registry's storage or a proxy before it";
    case Cause::kNoArtifact:
      return "push what is to be published as one layer, a tar of the whole tree: `flux push "
             "artifact` does so, and `oras push REGISTRY/REPOSITORY:TAG FOLDER`";
    case Cause::kRegistryLogin:
      return "the registry asks for a login of a kind that is not known, or by an unsafe way: "
             "check the address in {}";
    case Cause::kProxyMalformed:
      return "the proxy's address cannot be read: write http://host:port in https_proxy, "
             "http_proxy "
             "or http.proxy, with a port below 65536";
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
      return "this machine has no way to the server: check the pod's network and network policy";
    case Cause::kConnectionBroke:
      return "the connection broke: see the network, and limits of the server or a proxy; the next "
             "pass "
             "tries again, if --max-failures allows";
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
    case Cause::kChmodRefused:
      return "the volume at --root does not let this user change modes of files, as CIFS and NFS "
             "may do: mount it with this uid (uid=, or noperm), or use another volume, such as "
             "emptyDir";
    case Cause::kRootDamaged:
      return "what is in .git of --root is no whole repository any more: it is built anew once the "
             "server answers; see that nothing else writes there";
    case Cause::kRootIsFile:
      return "--root, or what it lies in, is a file: choose another --root";
    case Cause::kRootNotMade:
      return "mount a volume that this user may write at --root (fsGroup), or choose another "
             "--root";
    case Cause::kRootHoldsSource:
      return "choose a --root that is a directory of its own";
    case Cause::kForeignStore:
      return "remove {}, or let git-sync have a root that others may not write";
    case Cause::kStoreNotUsable:
      return "what git has just made in --root it cannot use: check that --git is git itself or "
             "passes everything on to it, --git-config and the GIT_ variables, and that the volume "
             "keeps what is written";
    case Cause::kLockRemoved:
      return "nothing may remove .git-sync.lock from --root while git-sync runs";
    case Cause::kLinkPlace:
      return "{} cannot be the link: check that --link is no longer than names may be, that its "
             "folder is there or can be made, without symlinks below --root, and that this user "
             "may write it";
    case Cause::kTemporaryFolder:
      return "a writable temporary directory with some room is needed: mount one at /tmp, or set "
             "TMPDIR";
    case Cause::kNoDescriptors:
      return "raise the limit of open files (ulimit -n of the container, fs.file-max of the node)";
    case Cause::kGitMissing:
      return "install git, or name it with --git";
    case Cause::kGitNotRunnable:
      return "git cannot be run: check --git";
    case Cause::kUserNotAdded:
      return "make /etc/passwd writable, run as a user that it names, or unset --add-user";
    case Cause::kHomeNotUsable:
      return "set HOME to an ordinary path";
    case Cause::kPortTaken:
      return "another process has this port: choose another {}";
    case Cause::kPortPrivileged:
      return "ports below 1024 need privileges: choose another {}";
    case Cause::kNotOurAddress:
      return "this machine does not have that address: see {}";
    case Cause::kBindForm:
      return "use for example :1234, 127.0.0.1:1234 or [::1]:1234";
    case Cause::kSparseFile:
      return "--sparse-checkout-file: {} cannot be read: check the path, that it is mounted in "
             "this container, and that this user may read it";
    case Cause::kPassTooLong:
      return "the pass took longer than --sync-timeout: raise it, or check the way to the server";
    case Cause::kHookArguments:
      return "{} takes one executable without arguments: put the command line into a script, and "
             "name that";
    case Cause::kHookCarriageReturn:
      return "{}: the first line of the hook's script ends in a carriage return, so its "
             "interpreter is not found: save the script with Unix line ends (LF)";
    case Cause::kHookInterpreter:
      return "{}: the file is there, but what runs it is not: check that this container has the "
             "interpreter of its first line (#!), or its dynamic linker";
    case Cause::kHookMissing:
      return "{}: there is no such program: check the path, and that it is in this container or in "
             "the repository (a relative path starts at the checkout)";
    case Cause::kHookNotExecutable:
      return "{}: this user may not execute the file: chmod +x (defaultMode: 0755 for a "
             "ConfigMap), and no noexec on its volume";
    case Cause::kHookFormat:
      return "{}: the file is no program for this machine: a script needs a first line such as "
             "#!/bin/sh";
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

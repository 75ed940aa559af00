// SPDX-License-Identifier: Apache-2.0
// Why something failed, as far as it is known: what programs branch on more finely than by kind,
// and what the hint for people is found by (log/hints.cc).

#pragma once

namespace gitsync::util {

enum class Cause {
  kUnknown,
  // The native engine does not fully understand what it was given; the message says what. Another
  // engine is to do the step.
  kNotUnderstood,
  kOnlyGitUnderstands,  // the same, with --engine=native
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
  // ssh: what cli/ssh_keys.h found in a key file; subject: the file
  kSshKeyIsDirectory,
  kSshKeyEmpty,
  kSshKeyEncrypted,
  kSshKeyPublicHalf,
  kSshKeyPutty,
  kSshKeyBase64,
  kSshKeyCut,
  kSshKeyNoKey,
  // ssh: the server; subject of the first two: what it offers
  kSshHostKeyOld,
  kSshKeyExchangeOld,
  kSshCipherOld,
  kSshClosedAtOnce,
  kSshClosed,
  kNoSshServer,
  kSshVariant,
  kPasswordNotUsed,  // user name and password beside an ssh address; subject: their settings
  // http: credentials and answers
  kCredentialsRefused,     // subject: the settings that they came from
  kCredentialsMissing,     // none are set for this server
  kCredentialsDropped,     // subject: the settings that could not be read
  kForbidden,              // 403
  kCredentialsNotSent,     // 403, and nobody asked for them; subject: the settings
  kCredentialsRedirected,  // they are for another server; subject: the address that asks
  kCredentialAddress,      // they are for an address that git takes none for
  kSignInPage,             // subject: the address of the page
  kSubmoduleCredentials,   // a submodule's server asks for some, or refuses those it got
  kSecretFileUnreadable,
  kRateLimited,
  kBadRequest,
  kServerFault,
  // --askpass-url
  kAskpassRefused,  // another status than 200
  kAskpassUnreachable,
  kAskpassTooSlow,
  kAskpassAnswer,
  // GitHub App
  kAppKeyNotRsa,
  kAppKeyEncrypted,
  kAppKeyRefused,  // 401
  kAppSuspended,   // 403
  kAppNotFound,    // 404
  kAppFault,       // 5xx
  kAppUnreachable,
  kAppAnswer,
  // TLS
  kUntrustedCertificate,
  kUnreadableCa,
  kWrongTlsName,
  kNoTls,
  // what is asked for
  kUnknownScheme,
  kAddressQuoted,
  kAddressMalformed,
  kSchemeMissing,      // subject: addresses that may be meant
  kSchemeMistyped,     // subject: the same
  kPathInPlaceOfPort,  // subject: the same
  kUnknownRef,
  kNoRefs,
  kOtherHashes,
  kCommitNotServed,
  kCommitNotAdvertised,  // protocol version 0 gives the tips only
  kSubmoduleCommit,      // either of the two, for a submodule
  kSubmoduleUnlisted,
  kCommitRefused,  // it holds what git takes for an attack
  kBadFilter,
  kBadRef,
  kRepositoryNotFound,
  kRepositoryNotSeenBySsh,  // by ssh: for this key it may only seem to be missing
  kSeveralSshKeys,          // the same with several keys, of which the server looks at one
  kRepositoryNotSeen,  // git's http transport: without credentials it may only seem to be missing
  kNothingServed,
  kNoGitServer,
  kRepositoryClosed,  // on the local disk, to this user
  kDubiousOwnership,
  kSchemeForbidden,
  kFileForbidden,
  kObjectsMissing,  // what a server has sent names objects that it does not have
  // buckets; subject: the setting that names the place
  kBucketLoginMissing,   // there are none, so that requests are not signed
  kBucketLoginUnusable,  // where they come from there is something wrong
  kBucketLoginExpired,
  kWebIdentityRefused,  // by STS
  kAccessKeyUnknown,
  kSecretKeyWrong,
  kBucketForbidden,
  kClockWrong,
  kBucketRegion,
  kBucketCertificate,
  kNoBucketServer,  // what answers, or how, is not S3's
  kBucketRequestUnknown,
  kBucketMissing,
  kBucketEmpty,  // nothing is below the prefix
  kBucketChanging,
  kObjectMissing,
  kObjectArchived,
  kKeyNoPath,
  kNoVersions,  // nothing tells one version from another
  // archives, snapshots and artifacts
  kTokenRefused,  // subject: the setting that names its file
  kTokenUnusable,
  kTreeTooLarge,
  kTooManyFiles,
  kArchiveHostile,
  kArchiveDamaged,
  kArchiveFormat,
  kNoPointer,
  kSnapshotDamaged,
  kSnapshotGone,
  kArtifactMissing,
  kArtifactDamaged,
  kNoArtifact,
  kRegistryLogin,  // it takes another kind of login than we know
  // the way there
  kProxyMalformed,
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
  kChmodRefused,
  kRootDamaged,
  kRootIsFile,
  kRootNotMade,
  kRootHoldsSource,
  kForeignStore,    // and it cannot be set aside; subject: its path
  kStoreNotUsable,  // though git has just made it
  kLockRemoved,
  kLinkPlace,  // subject: the link
  kTemporaryFolder,
  kNoDescriptors,
  kGitMissing,
  kGitNotRunnable,
  kUserNotAdded,
  kHomeNotUsable,
  kPortTaken,
  kPortPrivileged,
  kNotOurAddress,
  kBindForm,
  kSparseFile,  // subject: the file
  kPassTooLong,
  // hooks that cannot be started; subject: the setting
  kHookArguments,
  kHookCarriageReturn,
  kHookInterpreter,
  kHookMissing,
  kHookNotExecutable,
  kHookFormat,
};

}  // namespace gitsync::util

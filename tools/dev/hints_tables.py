# SPDX-License-Identifier: Apache-2.0
"""What `./dev hints` knows: which errors need no hint, and which cause a hint blames.

A hint whose cause is not found here is listed by the report, so that the table grows with the hints.
"""

# (pattern, reason), searched in "message: error". The pattern names the error, never a script: an
# error that a test provokes in an unusual way is the same for its reader as one that just happens.
NEEDS_NO_HINT = [
    (r"^hook failed|^webhook failed|^failed to process (exec|web)hook",
     "the user's own hook or server failed, and its words stand in the record"),
    (r": None$|^worktree is at another commit|^root is not the top of a git|^repository check failed|"
     r"^cannot use the worktree that is there",
     "a remark beside a repair that follows at once: there is nothing for a user to do"),
    (r"told to fail", "a program of a test that says nothing but this failed, in place of git"),
    (r"start \S+ in \S+: No such file", "a folder that was removed meanwhile is made again by the next pass"),
    (r"^cannot tell the age of", "one entry is skipped, and syncing goes on"),
    (r"^cannot (write the error file|touch the touch-file)",
     "syncing goes on, and the message names the file and the system's reason"),
    (r"--github-app-private-key-file: (open|read)",
     "the message itself names the setting, the file and the system's reason"),
    (r"^cleaning up failed", "syncing goes on, and the next pass tries again"),
    (r"--[a-z-]+ (must|may|cannot|requires|is|and)|invalid flag|is (required|deprecated)|"
     r"--git-config: (key does not|invalid key)",
     "the message itself names the setting and says what it takes"),
    (r"(exists but|that) is not a symlink|must not be the root of the file system|"
     r"holds the repository to sync|choose a --root",
     "the message itself says what to change"),
]

# (pattern, causes), searched in the hint; the first match counts. The words are those of `cause` in
# tests/e2e/lib/records.sh. Several: the hint names each of them as possible.
CAUSE_OF_HINT = [
    (r"credentials were found, so|allow s3:ListBucket|that the role trusts|access key \(AWS|"
     r"^renew the credentials", "auth secret config"),
    (r"^check the secret key \(AWS|cannot be had where the environment says", "auth secret config network"),
    (r"^set the clock of this machine", "config auth"),
    (r"^name the region of the bucket|the endpoint \(--s3-endpoint\)$", "config not-found"),
    (r"AWS_CA_BUNDLE", "tls"),
    (r"not what an S3 service says|has S3's API|^restore the object|^without them nobody can tell", "server"),
    (r"^check the prefix in|^check the key in", "not-found config"),
    (r"^somebody uploads all the time|what the pointer names was removed", "server damage config"),
    (r"leave it out with --exclude", "config"),
    (r"--max-tree-size|^have fewer files", "config server"),
    (r"see who made this one|^the archive is not whole|^an archive is a tar", "damage config"),
    (r"the address of a pointer", "config server damage"),
    (r"^publish the snapshot again|is not what its digest says", "damage server"),
    (r"^check repository and tag|^push what is to be published as one layer", "not-found config"),
    (r"asks for a login of a kind", "auth server config"),
    (r"registry asks for a login and none|^the registry forbids this", "auth"),
    (r"the token in the file of", "auth secret"),
    (r"the token alone, on one line", "secret"),
    (r"lacks objects of its own history", "damage server"),
    (r"^the server at --askpass-url cannot be reached", "network server"),
    (r"^the server at --askpass-url has one second", "timeout server network"),
    (r"^what answers at --askpass-url", "server config"),
    (r"^the server at --github-base-url, or a proxy", "server"),
    (r"^the server at --github-base-url cannot be reached", "network server"),
    (r"^what answers at --github-base-url", "server config"),
    (r"^the App may be suspended", "auth server"),
    (r"^what git has just made in --root", "damage config"),
    (r"cannot be the link: check", "config permission"),
    (r"^set HOME to", "config permission"),
    (r"^raise the limit of open files", "config"),
    (r"^the proxy's address cannot be read", "proxy config"),
    (r"GIT_SSH_VARIANT", "config"),
    (r"remove it as that user, or let everything", "permission"),
    (r"^nothing may remove \.git-sync\.lock", "turn"),
    (r"or let git-sync have a root that others may not write$", "permission"),
    (r"--github-app-application-id", "auth secret"),
    (r"over ssh the user name and password|nobody asked for credentials|git never sent|"
     r"forbids this \(403\)|only the key counts", "auth"),
    (r"a page for people", "auth not-found"),
    (r"a deploy key is for one repository|the SSH key may not see it", "not-found auth"),
    (r"^--ssh-key-file: ", "secret"),
    (r"only key exchanges|only ciphers|AcceptEnv GIT_PROTOCOL", "server ref"),
    (r"before SSH began|closed the SSH connection|does not speak SSH", "network server"),
    (r"quote or a blank|cannot read the address|--repo has no scheme|scheme in --repo is mistyped|"
     r"follows the colon|--sparse-checkout-file|does not know this filter|check --git$|is a file: choose",
     "config"),
    (r"a submodule that its \.gitmodules", "not-found"),
    (r"change modes of files|may not read the repository", "permission"),
    (r"takes one executable|of the hook's script|what runs it is not|there is no such program|"
     r"may not execute the file|no program for this machine", "hook"),
    (r"^the commit holds what git does not accept", "damage config"),
    (r"no whole repository any more", "damage"),
    (r"host key", "host-key"),
    (r"key file|\bApp's settings page|\bkey is encrypted|line breaks are spelled|private key",
     "secret"),
    (r"refused the SSH key|several SSH keys", "auth"),
    (r"--github-app-installation-id", "auth config not-found"),
    (r"is a single line|binary data or UTF-16", "secret"),
    (r"what the server at --askpass-url", "server"),
    (r"TMPDIR|temporary (files|directory)", "disk permission config"),
    (r"secret is mounted|secret file", "secret"),
    (r"user name and password|credentials (are|and)|asks for credentials|refuses? (the|this) token|"
     r"token is valid|GitHub App|sign-in", "auth"),
    (r"no such repository, or", "not-found auth"),
    (r"TLS|CA certificate|certificate", "tls"),
    (r"proxy('s)? (host name|refuses)|proxy refuses", "proxy"),
    (r"does not resolve|name resolution", "dns"),
    (r"longer than --sync-timeout|took longer|time limit", "timeout turn"),
    (r"limits the rate|fault of its own|does not take the request|put the answer together|"
     r"not as a git server", "server"),
    (r"cannot be reached|nothing listens|does not answer|no way to the server|connection broke",
     "network server"),
    (r"\bref\b|--ref|no branch and no tag|hand out this commit|nearest names", "ref"),
    (r"nothing is served there", "not-found"),
    (r"disk that|is full|quota|read-only file system|inodes", "disk"),
    (r"was killed|memory ran", "killed"),
    (r"/etc/passwd|entry for this uid|unset --add-user|belongs to another user|may not write|fsGroup|this user may|writable",
     "permission"),
    (r"before ://|kind of address|protocol\.(ext|file)\.allow|takes nothing from the local disk|"
     r"install git|SHA-256|--git-config|choose a --root|--http-bind|another port|"
     r"this port|port below 1024|for example :1234", "config"),
    (r"\bhook\b", "hook"),
]

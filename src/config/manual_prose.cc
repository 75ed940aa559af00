// SPDX-License-Identifier: Apache-2.0
#include "config/manual_prose.h"

namespace gitsync::config::prose {

const std::string_view kDescription = R"man(DESCRIPTION
    Mirrors one revision of one git repository into a local directory, once or for ever. It is
    made to run beside a program that reads the files, as a sidecar or init container of a pod.

    Two settings are required: --repo, what to sync, and --root, a private working directory.
    Each pass asks the remote what --ref names. If that is news, the commit is fetched, checked
    out into a directory of its own under --root, and shown by replacing one symlink, --link.

  How it publishes

    Readers use the link only. It is replaced atomically, never removed and made again, so a
    reader that resolves it once sees one whole commit and never a mixture of two. The last part
    of the link's target is the full commit hash:

        basename "$(readlink /git/current)"

    The target is relative, so the volume may be mounted elsewhere. When a newer commit has
    replaced a checkout, the old one is removed at the end of that pass, or later if
    --stale-worktree-timeout says so. A reader that walks the tree for long should resolve the
    link first, and that timeout should be longer than its walk.

    If the remote cannot be reached, or answers nonsense, what is published stays as it is.

)man";

const std::string_view kValues = R"(HOW VALUES ARE WRITTEN
    Long flags are --name=value or --name value. Switches are --name or --name=false; they never
    take the next word. Short flags are -v 6, -v=6 or -v6. Words that are no flags are ignored.

    bool         1 t T TRUE true True 0 f F FALSE false False
    int          10, 0x1f, 0b11, 1_000; a leading 0 means octal: 010 is 8
    duration     numbers with units ns us ms s m h: 300ms, 1.5h, 2h45m; a bare 0 is allowed
    stringArray  the flag may be repeated; in a variable the elements are separated by colons
    credentialSlice
                 {"url":"https://host/","username":"me","password-file":"/path"} or a JSON list
                 of such objects; the flag may be repeated

    What wins, strongest first: a deprecated flag or its variable, the flag, the older names of
    a variable (the last listed first), its new name, the default. A variable that is set but
    empty counts as set. A variable that cannot be read (GITSYNC_DEPTH=many) ends the program.

)";

const std::string_view kHooks = R"(HOOKS
    --exechook-command runs after a commit was published, in its checkout, with the environment
    of this program and $GITSYNC_HASH. It is one executable, found in $PATH if its name has no
    slash; to use arguments or a shell, name a script. --webhook-url is called at the same time,
    with the header Gitsync-Hash. --pre-publish-exechook-command is started just before the link
    changes and is not waited for.

    A hook that fails is tried again after its backoff, for ever, with the newest commit; commits
    in between may be skipped. Hooks do not count as failures of a pass. After a restart
    --exechook-command and --webhook-url run again for the same commit, so they must not mind
    being run twice. With --one-time each hook runs once, and the exit status tells whether all
    of them succeeded.

    What a hook starts in the background lives on if the hook succeeds, even after this program
    has ended; if it fails, exceeds its time limit or is stopped, all of it is ended.

)";

const std::string_view kAuthentication = R"(AUTHENTICATION
    HTTPS    --username with $GITSYNC_PASSWORD or --password-file, for a password or a token.
             The file is read before every pass, so a rotated secret needs no restart. A user
             name and password inside the address of --repo work as well. --credential adds
             further ones, for instance for submodules on other hosts.
    SSH      The private key is expected at /etc/git-secret/ssh and the host keys at
             /etc/git-secret/known_hosts; see --ssh-key-file and --ssh-known-hosts-file. Make the
             latter with `ssh-keyscan -p PORT HOST`, and check what it prints.
    askpass  --askpass-url is asked before every pass and answers with lines username=... and
             password=... .
    cookies  --cookie-file sends the cookies of /etc/git-secret/cookie_file.
    registry For oci:// addresses --username as above, or a docker config: --registry-config,
             $DOCKER_CONFIG or ~/.docker. It is read before every pass as well.
    GitHub   A GitHub App: --github-app-installation-id, one of --github-app-application-id and
             --github-app-client-id, and the key by $GITSYNC_GITHUB_APP_PRIVATE_KEY or
             --github-app-private-key-file. Tokens are renewed before they expire.

    Secrets are not shown in help, logs or error files. Do not put them on the command line,
    where every user of the machine can read them.

)";

const std::string_view kExitStatus = R"(EXIT STATUS
    0    help, manual or version was printed; --one-time succeeded with all its hooks; or SIGINT
         came while idling because --ref is a full hash
    1    a setting is wrong, start-up failed, the failure limit was reached, or a hook failed
         with --one-time
    2    a flag is unknown or its value cannot be read; or SIGQUIT or its like asked for a dump
    127  as process 1 of a container: the program could not be started as a child
    128+n  killed by signal n

)";

const std::string_view kExamples = R"(EXAMPLES
    A private repository over HTTPS, once, as an init container does it:

        export GITSYNC_USERNAME=me GITSYNC_PASSWORD="$TOKEN"
        git-sync --repo=https://git.example.com/org/dags.git --ref=main --root=/git \
          --link=repo --one-time

    The same over SSH and for ever, with a readiness probe and metrics on port 1234:

        git-sync --repo=git@git.example.com:org/dags.git --ref=main --root=/git --link=repo \
          --period=30s --max-failures=-1 --http-bind=:1234 --http-metrics

    Tell another program about each new commit:

        git-sync --repo=https://git.example.com/org/site.git --root=/git \
          --webhook-url=http://localhost:8080/-/reload

    Only one folder of a large repository, without fetching the rest:

        echo '/dags/' > /tmp/patterns
        git-sync --repo=https://git.example.com/org/mono.git --root=/git \
          --sparse-checkout-file=/tmp/patterns --filter=blob:none

)";

const std::string_view kTroubleshooting = R"(TROUBLESHOOTING
    Authentication failed although the secret is right
        Was the secret made with `echo`? That adds a line break. Use `printf %s TOKEN | base64`,
        or `kubectl create secret --from-literal`. Trailing line breaks of user names, passwords
        and tokens are ignored here, with a warning in the log.
    Host key verification failed
        known_hosts does not hold the server's key, or not for this port. Run
        `ssh-keyscan -p PORT HOST`, check the result, and mount it at the path of
        --ssh-known-hosts-file.
    Permission denied (publickey)
        The key is not registered at the server, is not the one mounted, or has a passphrase.
        ssh also refuses a key that belongs to its user and that others can read (the mode of
        one's own key is 0400; of root's key, read by another user, 0440 with the pod's fsGroup).
    No user exists for uid
        ssh refuses users without an entry in /etc/passwd: set --add-user.
    couldn't find remote ref
        --ref names nothing at the remote. Abbreviated hashes do not work; use all 40 digits.
    detected dubious ownership
        Some git configuration of yours overrides safe.directory, or a hook runs git outside the
        checkout. --git-config-add='safe.directory:*' trusts every directory.
    The program gives up when the server is away for a moment
        Set --max-failures to 2 or more, or to -1 to go on for ever.
    Nothing happens after the first sync
        --ref is a full commit hash: there is nothing to wait for.

)";

}  // namespace gitsync::config::prose

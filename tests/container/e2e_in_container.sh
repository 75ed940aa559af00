#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The end-to-end tests once more, with the image's git-sync as PID 1 of a container.
# label: long
# timeout: 3000
#
# GITSYNC_BIN is a small program that runs the image on the host's network with the test's folder
# at the same path. E2E_SCRIPTS (words) names the scripts to run; without it all but those
# that look at the process or the machine from outside.
source "$(dirname "$0")/lib.sh"

cat >"$T/git-sync" <<WRAPPER
#!/bin/bash
# The test's own folder, its variables and its signals reach the container; nothing else does.
folder=\${E2E_MARK:?}
options=(--rm -i --label "e2e=$T" --network host --cap-drop ALL --cap-add CHOWN --cap-add DAC_OVERRIDE)
options+=(-u 0:0 -v "\$folder:\$folder" -w "\$PWD")
for name in \$(compgen -e); do
  case \$name in PATH | SHLVL | _ | OLDPWD | PWD | HOSTNAME) ;; *) options+=(-e "\$name") ;; esac
done
exec docker run "\${options[@]}" "$GITSYNC_IMAGE" "\$@"
WRAPPER
chmod +x "$T/git-sync"

# Not in a container, because of what the script does, never because of what the program does:
unfit=' support_faults support_github support_hints support_https support_process support_ssh ' # no program
unfit+=' damage_repository damage_commands process_time_limits process_surroundings '
#                                 count its processes from outside
unfit+=' hook_interference '                         # asks for pids that a hook has seen
unfit+=' root_turns link_reader crash_kill9 '        # kill it; that ends docker's client alone
unfit+=' signal_meaning signal_random '              # before docker's client passes signals on,
#                                 and signals that end that client; tests/container/signals.sh instead
unfit+=' cli_flag_errors cli_texts cli_validation '  # standard error to the letter: PID 1 adds a line
# programs, mounts and limits of the host:
unfit+=' process_git_wrapper sync_newest_git auth_cookie_file disk_full process_pid1 '
unfit+=' badinput_names '                            # names not in UTF-8: Docker's API alters them
unfit+=' log_reader '                                # closes standard error under it
unfit+=' hints_ssh_servers '                         # the words of one ssh; the image has a newer one
unfit+=' hints_local '                               # a git that is a script: the image has no shell for it
unfit+=' process_limits process_tmpdir '             # limits of docker's client; a file system mounted later
unfit+=' cli_environment '                           # gives one name twice, which docker's client does not
read -ra scripts <<<"${E2E_SCRIPTS:-}"
if ((${#scripts[@]} == 0)); then
  for script in "$PROJECT_ROOT"/tests/e2e/*.sh; do
    name=$(basename "$script" .sh)
    # Those of the engines look at calls, processes, mounts and connections from outside; what takes long
    # is the same in a container.
    [[ $unfit == *" $name "* || $name == engine_* ]] || grep -q '^# label: long' "$script" || scripts+=("$name")
  done
fi

passed=0 failed=()
for name in "${scripts[@]}"; do
  status=0
  GITSYNC_BIN=$T/git-sync E2E_TIME_FACTOR=2 bash "$PROJECT_ROOT/tests/e2e/$name.sh" >"$T/log/$name" 2>&1 || status=$?
  case $status in
    0) passed=$((passed + 1)) && printf 'passed: %s\n' "$name" ;;
    77) printf 'skipped: %s: %s\n' "$name" "$(grep -h SKIPPED "$T/log/$name")" ;;
    *) failed+=("$name") && printf 'failed: %s\n%s\n' "$name" "$(tail -n 20 "$T/log/$name")" ;;
  esac
done
printf '%d of %d end-to-end scripts passed in the container\n' "$passed" "${#scripts[@]}"
((${#failed[@]} == 0)) || fail "in the container: ${failed[*]}"

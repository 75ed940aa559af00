#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Turns the Debian system of an image build into the file system of our image: users, /git and
# licences as the contract says, and no package manager, perl, set-uid program or server part.
# Runs once, as the last step; afterwards nothing can be installed. The package record in
# /var/lib/dpkg/status stays, without what was removed, so that scanners can read it.
set -euo pipefail

# Packages that nothing here runs. Git's scripts in perl go with perl.
unwanted() {
  dpkg-query -W -f '${Package}\n' | grep -xE \
    'adduser|apt|bsdutils|ccache|dash|debconf|debian-archive-keyring|diffstat|dpkg|e2fsprogs|'\
'git-man|gpgv|init-system-helpers|liberror-perl|libapt-pkg.*|libgdbm.*|libpam.*|libperl.*|'\
'libseccomp.*|libudev.*|login|login.defs|logsave|mount|ncurses-bin|openssl|'\
'openssl-provider-legacy|passwd|perl|perl-base|perl-modules.*|sqv|sysvinit-utils|util-linux|util-linux-extra'
}

# Prints what the packages named on standard input own, files first; diverted files too.
owned() {
  local package
  while read -r package; do dpkg-query -L "$package"; done | grep -v '^diverted by' | sort -ru
}

# Drops the records of the named packages from dpkg's status file.
forget() {
  awk -v RS= -v ORS='\n\n' -v names="$*" '
    BEGIN { n = split(names, a, " "); for (i = 1; i <= n; i++) gone[a[i]] = 1 }
    { split($0, line, "\n"); sub(/^Package: /, "", line[1]); if (!(line[1] in gone)) print }' \
    /var/lib/dpkg/status >/tmp/status
  mv /tmp/status /var/lib/dpkg/status
}

licences() {
  local doc
  for doc in /usr/share/doc/*/copyright; do
    doc=${doc%/copyright}
    mkdir -p "/LICENSES/${doc##*/}"
    cp -L "$doc/copyright" "/LICENSES/${doc##*/}/"
  done
  cp -rL /usr/share/common-licenses /LICENSES/
}

users() {
  printf '%s\n' root:x:0:0:root:/root:/bin/bash nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin \
    git-sync:x:65533:65533::/tmp:/sbin/nologin >/etc/passwd
  printf '%s\n' root:x:0: nogroup:x:65534: git-sync:x:65533: >/etc/group
  rm -f /etc/shadow* /etc/gshadow* /etc/passwd- /etc/group- /etc/sub?id*
  chmod 0666 /etc/passwd # --add-user writes its line as any uid
  mkdir -p /git /etc/git-secret
  chown 65533:65533 /git
  chmod 02775 /git
}

# Removes files and then the folders that are empty without them; never sh, now bash's.
remove() {
  local path plain=() folders=()
  for path in "$@"; do
    case $path in /. | /bin | /sbin | /lib | /lib64 | /bin/sh | /usr/bin/sh) continue ;; esac
    if [ -d "$path" ] && [ ! -L "$path" ]; then folders+=("$path"); else plain+=("$path"); fi
  done
  rm -f "${plain[@]}"
  rmdir --ignore-fail-on-non-empty "${folders[@]}"
}

main() {
  local packages files path
  mapfile -t packages < <(unwanted)
  mapfile -t files < <(printf '%s\n' "${packages[@]}" | owned)
  for path in "${packages[@]}"; do rm -rf "/usr/share/doc/$path"; done
  licences
  forget "${packages[@]}"
  ln -sfn bash /usr/bin/sh

  remove "${files[@]}"

  # Of openssh only the client; of git no server part for strangers and nothing in perl.
  (cd /usr/bin && rm -f git-shell scp sftp ssh-add ssh-agent ssh-argv0 ssh-copy-id ssh-keygen ssh-keyscan)
  rm -f /usr/lib/openssh/ssh-{sk-helper,pkcs11-helper,keysign}
  (cd /usr/lib/git-core && rm -f git-shell git-daemon git-http-backend git-imap-send git-instaweb)
  { grep -rlI '^#!.*perl' /usr/bin /usr/sbin /usr/lib/git-core || true; } | xargs -r rm -f

  # shellcheck disable=SC2114 # the system that this shrinks is the image's
  rm -rf /etc/{apt,cron*,dpkg,logrotate.d,systemd} /usr/share/{bash-completion,bug,common-licenses,doc,gcc,git-core/contrib,gitweb,info,lintian,locale,man,perl*,zsh} \
    /usr/lib/systemd /usr/lib/*/perl* /usr/local/share /var/cache/* /var/lib/apt /var/lib/dpkg/{info,alternatives,*-old} \
    /tmp/* /var/log/* /boot /home /media /mnt /opt /srv
  find / -xdev -perm /6000 -type f -exec chmod a-s {} +
  users
}

main

{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* One git-sync container as the official chart writes it: configured by environment alone. */}}
{{- define "git_sync_container" }}
{{- $g := .Values.dags.gitSync }}
- name: {{ .Values.dags.gitSync.containerName | default "git-sync" }}{{ if .is_init }}-init{{ end }}
  image: "{{ .Values.images.gitSync.repository }}:{{ .Values.images.gitSync.tag }}"
  imagePullPolicy: {{ .Values.images.gitSync.pullPolicy }}
  securityContext:
    runAsUser: {{ $g.uid }}
  env:
    {{- if $g.sshKeySecret }}
    - {name: GIT_SSH_KEY_FILE, value: /etc/git-secret/ssh}
    - {name: GITSYNC_SSH_KEY_FILE, value: /etc/git-secret/ssh}
    - {name: GIT_SYNC_SSH, value: "true"}
    - {name: GITSYNC_SSH, value: "true"}
    {{- end }}
    - {name: GIT_KNOWN_HOSTS, value: {{ ternary "true" "false" (not (empty $g.knownHosts)) | quote }}}
    - {name: GITSYNC_SSH_KNOWN_HOSTS, value: {{ ternary "true" "false" (not (empty $g.knownHosts)) | quote }}}
    {{- if $g.knownHosts }}
    - {name: GIT_SSH_KNOWN_HOSTS_FILE, value: /etc/git-secret/known_hosts}
    - {name: GITSYNC_SSH_KNOWN_HOSTS_FILE, value: /etc/git-secret/known_hosts}
    {{- end }}
    {{- range $key := list "GIT_SYNC_USERNAME" "GIT_SYNC_PASSWORD" "GITSYNC_USERNAME" "GITSYNC_PASSWORD" }}
    {{- if $g.credentialsSecret }}
    - {name: {{ $key }}, valueFrom: {secretKeyRef: {name: {{ $g.credentialsSecret }}, key: {{ $key }}}}}
    {{- end }}
    {{- end }}
    - {name: GIT_SYNC_REV, value: {{ $g.rev | quote }}}
    - {name: GITSYNC_REF, value: {{ $g.ref | quote }}}
    - {name: GIT_SYNC_BRANCH, value: {{ $g.branch | quote }}}
    - {name: GIT_SYNC_REPO, value: {{ $g.repo | quote }}}
    - {name: GITSYNC_REPO, value: {{ $g.repo | quote }}}
    - {name: GIT_SYNC_DEPTH, value: {{ $g.depth | quote }}}
    - {name: GITSYNC_DEPTH, value: {{ $g.depth | quote }}}
    - {name: GIT_SYNC_ROOT, value: /git}
    - {name: GITSYNC_ROOT, value: /git}
    - {name: GIT_SYNC_DEST, value: repo}
    - {name: GITSYNC_LINK, value: repo}
    - {name: GIT_SYNC_ADD_USER, value: "true"}
    - {name: GITSYNC_ADD_USER, value: "true"}
    {{- if $g.wait }}
    - {name: GIT_SYNC_WAIT, value: {{ $g.wait | quote }}}
    {{- end }}
    - {name: GITSYNC_PERIOD, value: {{ $g.period | quote }}}
    - {name: GIT_SYNC_MAX_SYNC_FAILURES, value: {{ $g.maxFailures | quote }}}
    - {name: GITSYNC_MAX_FAILURES, value: {{ $g.maxFailures | quote }}}
    {{- if .is_init }}
    - {name: GIT_SYNC_ONE_TIME, value: "true"}
    - {name: GITSYNC_ONE_TIME, value: "true"}
    {{- end }}
    - {name: GIT_SYNC_HTTP_BIND, value: ":{{ $g.httpPort }}"}
    - {name: GITSYNC_HTTP_BIND, value: ":{{ $g.httpPort }}"}
    {{- with $g.env }}{{ toYaml . | nindent 4 }}{{ end }}
  {{- if not .is_init }}
  startupProbe:
    httpGet: {path: /, port: {{ $g.httpPort }}}
    timeoutSeconds: 10
    initialDelaySeconds: 0
    periodSeconds: 5
    failureThreshold: 10
  {{- end }}
  resources: {{ toJson $g.resources }}
  volumeMounts:
    - {name: dags, mountPath: /git}
    {{- if $g.sshKeySecret }}
    - {name: git-sync-ssh-key, mountPath: /etc/git-secret/ssh, readOnly: true, subPath: gitSshKey}
    {{- end }}
    {{- if $g.knownHosts }}
    - {name: config, mountPath: /etc/git-secret/known_hosts, readOnly: true, subPath: known_hosts}
    {{- end }}
    {{- with $g.extraVolumeMounts }}{{ toYaml . | nindent 4 }}{{ end }}
{{- end }}

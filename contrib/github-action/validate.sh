#!/usr/bin/env bash
# Annotations go to the log, the SARIF report to a file. EAD_PATHS and EAD_OPTIONS hold one path or option a line.
set -euo pipefail

binary=${EAD_BINARY:-}
[ -n "$binary" ] || binary=${GITHUB_ACTION_PATH:?}/../../.build/release/ead-convert
sarif=${EAD_SARIF:-ead-convert.sarif}

options=()
while IFS= read -r option; do
  option=${option%$'\r'}
  [ -z "$option" ] || options+=("$option")
done <<<"${EAD_OPTIONS:-}"

status=0
printf '%s\n' "${EAD_PATHS:-.}" \
  | "$binary" validate --files-from - --format github --report "sarif=$sarif" --force ${options[@]+"${options[@]}"} \
  || status=$?

if [ -n "${GITHUB_OUTPUT:-}" ]; then
  # No report, no name: there was nothing that could be uploaded.
  [ -f "$sarif" ] && [ "$status" -le 2 ] || sarif=
  printf 'sarif=%s\nexit-code=%s\n' "${sarif//$'\n'/ }" "$status" >>"$GITHUB_OUTPUT"
fi
exit "$status"

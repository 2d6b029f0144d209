#!/usr/bin/env bash
# Annotations go to the log, the SARIF report to a file. EAD_COMMAND is validate or check; EAD_PATHS and EAD_OPTIONS hold one
# path or option a line.
set -euo pipefail

binary=${EAD_BINARY:-}
[ -n "$binary" ] || binary=${GITHUB_ACTION_PATH:?}/../../.build/release/ead-convert
sarif=${EAD_SARIF:-ead-convert.sarif}
command=${EAD_COMMAND:-validate}

options=()
while IFS= read -r option; do
  option=${option%$'\r'}
  [ -z "$option" ] || options+=("$option")
done <<<"${EAD_OPTIONS:-}"

status=0
case $command in
  validate | check)
    printf '%s\n' "${EAD_PATHS:-.}" \
      | "$binary" "$command" --files-from - --format github --report "sarif=$sarif" --force ${options[@]+"${options[@]}"} \
      || status=$?
    ;;
  *)
    echo "command: validate or check, not $command" >&2
    status=64
    ;;
esac

if [ -n "${GITHUB_OUTPUT:-}" ]; then
  # No report, no name: there was nothing that could be uploaded.
  [ -f "$sarif" ] && [ "$status" -le 2 ] || sarif=
  printf 'sarif=%s\nexit-code=%s\n' "${sarif//$'\n'/ }" "$status" >>"$GITHUB_OUTPUT"
fi
exit "$status"

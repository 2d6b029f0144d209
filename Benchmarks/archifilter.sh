#!/usr/bin/env bash
# Measures `archifilter` beside find, file, sha256sum, du, gdu and rmlint, and prints a Markdown table.
#   Benchmarks/archifilter.sh [--quick]      (--quick: a tenth of the files)
# BENCH_DIR (default /tmp/ead-bench) keeps the trees for the next run: about 5 GB of blocks for a million small files, and
# 2 GB of large ones. BENCH_FILES (1000000) is the number of files, BENCH_LARGE_FILES (200, of 10 MB) that of large ones.
# ARCHIFILTER names another binary. What is missing is left out, and the output says so. Everything is warm: what is measured
# is the program and not the disk.
set -euo pipefail

files=${BENCH_FILES:-1000000}
large=${BENCH_LARGE_FILES:-200}
case "${1:-}" in
  "") ;;
  --quick) files=${BENCH_FILES:-100000} large=${BENCH_LARGE_FILES:-20} ;;
  *) echo "usage: Benchmarks/archifilter.sh [--quick]" >&2; exit 64 ;;
esac

. "$(dirname "$0")/common.sh" ""
archifilter=${ARCHIFILTER:-$root/.build/release/archifilter}
[[ -x $archifilter ]] || { echo "no $archifilter: run 'make build' first" >&2; exit 2; }
runs=3
small=$((files / 10))
# Rows and jobs for digests are the same on both sides.
jobs=2

print=$(cksum <"$root/Benchmarks/generate-tree.py" | cut -d' ' -f1)
tree() { # NAME ARGUMENT...
  generate "$1" "$print $*" generate-tree.py "${@:2}"
}
tree "tree-$files" --files "$files" --content empty
tree "small-$small" --files "$small" --content small
tree "office-$small" --files "$small" --content office
tree "large-$large" --files "$large" --content large --size 10000000
many=$dir/tree-$files office=$dir/office-$small large=$dir/large-$large
small=$dir/small-$small
inventory=$out/inventory

scan() { "$archifilter" scan -q --errors-ok --inventory "$inventory" "$@"; }
bare=(--digests none --formats none --metadata none --no-members)
fresh() { rm -f "$inventory" "$inventory-wal" "$inventory-shm"; }

# What a row of the table does.
work() { # WHAT
  case $1 in
    "find -printf") find "$many" -printf '%s %T@ %p\n' >/dev/null ;;
    "scan, nothing read") fresh; scan "${bare[@]}" "$many" ;;
    "scan again, nothing read") scan "${bare[@]}" "$many" ;;
    "du") du -s "$many" >/dev/null ;;
    "gdu") gdu --non-interactive --no-progress "$many" >/dev/null ;;
    "rmlint") (cd "$out" && rmlint --types=df --algorithm=sha256 --no-hidden --output json:/dev/null "$small") >/dev/null ;;
    "scan --digests duplicates")
      fresh; scan --digests duplicates --formats none --metadata none --no-members --jobs "$jobs" "$small" ;;
    "find + file --mime")
      find "$office" -printf '%s %T@ %p\n' >/dev/null
      find "$office" -type f -print0 | xargs -0 -n 1000 file --mime >/dev/null ;;
    "scan, formats and metadata") fresh; scan --digests none --formats own --jobs "$jobs" "$office" ;;
    "xargs -P2 sha256sum, large") find "$large" -type f -print0 | xargs -0 -P2 -n 4 sha256sum >/dev/null ;;
    "scan --digests all, large")
      fresh; scan --formats none --metadata none --no-members --jobs "$jobs" "$large" ;;
    "xargs -P2 sha256sum, small") find "$small" -type f -print0 | xargs -0 -P2 -n 1000 sha256sum >/dev/null ;;
    "scan --digests all, small")
      fresh; scan --formats none --metadata none --no-members --jobs "$jobs" "$small" ;;
    "export --to ead2002" | "export --to ead3" | "export --to atom-csv" | "export --to jsonl" | "export --to file-list")
      "$archifilter" export -q --force "$out/whole" --items all --to "${1##* }" -o "$out/export" ;;
  esac
}

# Children of a shell are measured through a script of their own, so that peak memory is that of the largest of them.
measure() { # WHAT
  local start end status=0
  start=$EPOCHREALTIME
  /usr/bin/time -q -f %M -o "$out/peak" bash -c "$(declare -f work scan fresh); $(declare -p archifilter inventory bare many small office large out jobs); work \"\$1\"" work "$1" 2>"$out/errors" || status=$?
  end=$EPOCHREALTIME
  # rmlint and find end with other codes when they have found something odd; a scan never does.
  if [[ $status -ne 0 && $1 != rmlint ]]; then
    say "error: $1 ended with $status"
    head -5 "$out/errors" >&2
    exit 2
  fi
  seconds=$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.3f", b - a }')
  peak=$(awk '/^[0-9]+$/ { kb = $1 } END { print kb + 0 }' "$out/peak")
}

rows=("find -printf" "scan, nothing read" "scan again, nothing read" du)
add() { if command -v "$1" >/dev/null; then rows+=("$1"); else missing+="- no $1: its row is left out"$'\n'; fi; }
missing=
add gdu
add rmlint
rows+=("scan --digests duplicates")
if command -v file >/dev/null; then rows+=("find + file --mime"); else missing+="- no file: its row is left out"$'\n'; fi
rows+=("scan, formats and metadata" "xargs -P2 sha256sum, large" "scan --digests all, large" "xargs -P2 sha256sum, small")
rows+=("scan --digests all, small" "export --to ead2002" "export --to ead3" "export --to atom-csv" "export --to jsonl")

# Into the page cache.
find "$many" -printf '%s' >/dev/null
find "$small" "$office" "$large" -type f -print0 | xargs -0 cat >/dev/null

declare -A times=() peaks=() sizes=()
for what in "${rows[@]}"; do
  for ((round = 1; round <= runs; round++)); do
    say "run $round of $runs: $what"
    measure "$what"
    times[$what]+="$seconds"$'\n'
    if [[ ${peaks[$what]:-0} -lt $peak ]]; then peaks[$what]=$peak; fi
  done
  case $what in
    "scan, nothing read")
      entries=$(find "$many" -printf x | wc -c)
      # Names of the entries: what a path costs above the inventory's own bytes.
      names=$(find "$many" -printf '%f' | wc -c)
      bytes=$(size "$inventory")
      listed=$("$archifilter" info --format json "$inventory" | python3 -c 'import json, sys
def find(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "entries" and isinstance(inner, int):
                yield inner
            yield from find(inner)
print(max(find(json.load(sys.stdin)), default=0))')
      # An inventory that is not whole voids the figures.
      if ((listed < entries - 1)); then
        say "error: the inventory has $listed entries where the tree has $entries"
        exit 2
      fi
      cp "$inventory" "$out/whole" ;;
    "export "*) sizes[$what]=$(size "$out/export") ;;
  esac
done

mid() { printf '%s' "${times[$1]:-0}" | median; }
echo "# Benchmark of inventories of file trees"
echo
echo "- \`archifilter $("$archifilter" --version 2>&1 | head -1)\`; $(find --version | head -1); $(sha256sum --version | head -1)"
machine
printf '%s' "$missing"
echo "- wall time: median of $runs runs, page cache warm; peak RSS: largest of the runs, of the largest process"
echo "- $entries entries in the first tree; inventory: $bytes bytes, $(awk -v b="$bytes" -v n="$names" -v e="$entries" 'BEGIN { printf "%.0f", (b - n) / e }') a file beside its name (asked: < 250)"
echo "- digests: $(size_of() { find "$1" -type f -printf '%s\n' | awk '{ s += $1 } END { printf "%.0f MB in %d files", s / 1e6, NR }'; }; size_of "$large"); $(size_of "$small")"
printf '\n| what | wall s | peak RSS MB | beside | factor | asked |\n|---|---:|---:|---|---:|---|\n'
for what in "${rows[@]}"; do
  beside= asked=
  case $what in
    "scan, nothing read") beside="find -printf" asked="1.5 150" ;;
    "scan again, nothing read") beside="scan, nothing read" asked="1.2 150" ;;
    "scan --digests duplicates") [[ -z ${times[rmlint]:-} ]] || beside=rmlint ;;
    "scan, formats and metadata") [[ -z ${times["find + file --mime"]:-} ]] || beside="find + file --mime" ;;
    "scan --digests all, large") beside="xargs -P2 sha256sum, large" asked="1.176 0" ;;
    "scan --digests all, small") beside="xargs -P2 sha256sum, small" asked="1.0 0" ;;
    du | gdu) beside="find -printf" ;;
  esac
  awk -v w="$what" -v t="$(mid "$what")" -v p="${peaks[$what]}" -v n="$beside" -v y="$([[ -z $beside ]] && echo 0 || mid "$beside")" \
    -v asked="$asked" -v size="${sizes[$what]:-0}" 'BEGIN {
      if (t <= 0) t = 0.001
      mb = p * 1024 / 1e6
      split(asked, most, " ")
      if (asked != "") text = sprintf("<= %.2f: %s", most[1], (y > 0 && t / y <= most[1] ? "yes" : "NO"))
      if (most[2] > 0) text = text sprintf("; < %d MB: %s", most[2], (mb < most[2] ? "yes" : "NO"))
      if (size > 0) {
        rate = size / 1e6 / t
        n = sprintf("%.0f MB", size / 1e6)
        factor = sprintf("%.0f MB/s", rate)
        if (w ~ /ead/) text = sprintf(">= 60 MB/s: %s; < 150 MB: %s", (rate >= 60 ? "yes" : "NO"), (mb < 150 ? "yes" : "NO"))
      } else if (y > 0) factor = sprintf("%.2f", t / y)
      printf "| `%s` | %.2f | %.0f | %s | %s | %s |\n", w, t, mb, n, factor, text }'
done

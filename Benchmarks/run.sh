#!/usr/bin/env bash
# Measures ead-convert beside xmllint on the same files and prints Markdown tables.
#   Benchmarks/run.sh [--quick]      (--quick: the corpus and the 250 MB file only)
# BENCH_DIR (default /tmp/ead-bench) keeps the generated files, about 3.3 GB, for the next
# run; EAD_CONVERT names another binary to measure.
set -euo pipefail

quick=no
case "${1:-}" in
  "") ;;
  --quick) quick=yes ;;
  *) echo "usage: Benchmarks/run.sh [--quick]" >&2; exit 64 ;;
esac

. "$(dirname "$0")/common.sh" ""
jobs=$(nproc)

# Runs one command of the table once; leaves `seconds` and `peak` (kB).
measure() { # COMMAND FILE...
  local command=$1 start end status=0 line
  shift
  case $command in
    "ead-convert --jobs "*)
      rm -rf "$out/csv" && mkdir "$out/csv"
      line=("$bin" convert --to atom-csv --jobs "${command##* }" -q --default-culture en --force --output "$out/csv") ;;
    # Without --nonet, xmllint would ask the network for the DTD of old files.
    "xmllint "*) read -ra line <<<"$command --nonet" ;;
  esac
  start=$EPOCHREALTIME
  /usr/bin/time -v -o "$out/time" "${line[@]}" "$@" >/dev/null 2>"$out/errors" || status=$?
  end=$EPOCHREALTIME
  seconds=$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.3f", b - a }')
  peak=$(awk -F': ' '/Maximum resident/ { print $2 }' "$out/time")
  # Real files bring findings (1) and unreadable ones (2); anything else voids the figures.
  if [[ $command == ead-convert* && $status -gt 2 ]]; then
    say "error: $command ended with $status"
    head -5 "$out/errors" >&2
    exit 2
  fi
}

bench() { # TITLE RUNS DOM(yes|no) UNITS-CACHE FILE...
  local title=$1 runs=$2 dom=$3 cache=$4 bytes units round command
  shift 4
  bytes=$(size "$@")
  if [[ -n $cache && -e $cache ]]; then
    units=$(cat "$cache")
  else
    units=$(count_units "$@")
    [[ -z $cache ]] || echo "$units" >"$cache"
  fi
  local commands=("ead-convert --jobs 1")
  ((jobs == 1)) || commands+=("ead-convert --jobs $jobs")
  commands+=("xmllint --noout --sax" "xmllint --noout --stream")
  [[ $dom == no ]] || commands+=("xmllint --noout")

  local -A times=() peaks=()
  cat "$@" >/dev/null # into the page cache: the disk is not what is measured
  # Round by round, not command by command, so that a noisy moment hits all alike.
  for ((round = 1; round <= runs; round++)); do
    for command in "${commands[@]}"; do
      say "$title, run $round of $runs: $command"
      measure "$command" "$@"
      times[$command]+="$seconds"$'\n'
      if [[ ${peaks[$command]:-0} -lt $peak ]]; then peaks[$command]=$peak; fi
    done
  done

  printf '\n### %s: %d file(s), %s MB, %d units, %d run(s)\n\n' "$title" $# "$(awk -v b="$bytes" 'BEGIN { printf "%.1f", b / 1e6 }')" "$units" "$runs"
  printf '| command | wall s | MB/s | units/s | peak RSS MiB |\n|---|---:|---:|---:|---:|\n'
  local -A wall=()
  for command in "${commands[@]}"; do
    wall[$command]=$(printf '%s' "${times[$command]}" | median)
    awk -v c="$command" -v t="${wall[$command]}" -v b="$bytes" -v u="$units" -v p="${peaks[$command]}" 'BEGIN {
      if (t <= 0) t = 0.001
      printf "| `%s` | %.2f | %.0f | %s | %.0f |\n", c, t, b / 1e6 / t, c ~ /^ead/ ? sprintf("%.0f", u / t) : "-", p / 1024 }'
  done
  printf '\n| ratio of wall times | |\n|---|---:|\n'
  local one="ead-convert --jobs 1" many="ead-convert --jobs $jobs" other
  for command in "$one" "$many"; do
    for other in "xmllint --noout" "xmllint --noout --sax"; do
      [[ -n ${wall[$other]:-} ]] && ratio "$command / $other" "${wall[$command]}" "${wall[$other]}"
    done
    ((jobs > 1)) || break
  done
  ((jobs == 1)) || ratio "--jobs 1 / --jobs $jobs" "${wall[$one]}" "${wall[$many]}"
}

ratio() { awk -v n="$1" -v a="$2" -v b="$3" 'BEGIN { printf "| %s | %.2f |\n", n, a / (b > 0 ? b : 0.001) }'; }

corpus=()
if [[ -d $root/../shared/corpus ]]; then
  mapfile -d '' corpus < <(find "$root/../shared/corpus" -name ead4-draft -prune -o -type f -name '*.xml' -print0 | sort -z)
fi
generate_ead 250MB.xml --size 250MB
if [[ $quick == no ]]; then
  generate_ead 40files --size 2GB --files 40
  generate_ead 1GB.xml --size 1GB
fi

echo "# Benchmark of ead-convert"
echo
echo "- \`$("$bin" --version 2>&1 | head -1)\`; $(xmllint --version 2>&1 | head -1)"
machine
echo "- wall time: median of the runs, page cache warm; peak RSS: largest of the runs"

if ((${#corpus[@]})); then
  bench "Real finding aids" 3 yes "" "${corpus[@]}"
else
  say "no ../shared/corpus: real finding aids left out"
fi
[[ $quick == yes ]] || bench "2 GB in 40 files" 3 yes "$dir/40files.units" "$dir"/40files/*.xml
bench "One file of 250 MB" 3 yes "$dir/250MB.xml.units" "$dir/250MB.xml"
[[ $quick == yes ]] || bench "One file of 1 GB" 1 no "$dir/1GB.xml.units" "$dir/1GB.xml"

for ((i = 0; i < 20; i++)); do
  start=$EPOCHREALTIME
  "$bin" --version >/dev/null
  end=$EPOCHREALTIME
  awk -v a="$start" -v b="$end" 'BEGIN { printf "%.2f\n", (b - a) * 1000 }'
done >"$out/startups"
printf '\nStart-up (`ead-convert --version`, median of 20): %.1f ms\n' "$(median <"$out/startups")"

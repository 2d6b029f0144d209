#!/usr/bin/env bash
# Measures `check` and `check --fix` on a large sheet, beside a loop of PHP's fgetcsv, with which AtoM reads and which judges
# nothing, and prints a Markdown table.
#   Benchmarks/check.sh [--quick]      (--quick: a sheet of 100 MB)
# BENCH_DIR (default /tmp/ead-bench) keeps the sheet for the next run; beside it the size of the sheet and a fifth is needed
# while it runs. BENCH_SHEET (1GB) is the size; rows have 1,000 bytes. EAD_CONVERT names another binary to measure. Without
# php-cli its row is left out, and the output says so.
set -euo pipefail

size=${BENCH_SHEET:-1GB}
case "${1:-}" in
  "") ;;
  --quick) size=${BENCH_SHEET:-100MB} ;;
  *) echo "usage: Benchmarks/check.sh [--quick]" >&2; exit 64 ;;
esac

. "$(dirname "$0")/common.sh" ""
runs=3
name=$size-long-rows.csv
sheet=$dir/$name
corrected=$out/corrected.csv
php=$(command -v php || true)
[[ -n $php ]] || say "no php: its row is left out"

generate "$name" "$(cat "$root/Benchmarks/generate.py" "$root/Benchmarks/atom-csv-generate.py" | cksum | cut -d' ' -f1)" \
  atom-csv-generate.py --size "$size" --row-bytes 1000

# Records without the header line, counted by a third reader.
count_rows() { # FILE
  python3 - "$1" <<'PY'
import csv, sys
csv.field_size_limit(1 << 30)
with open(sys.argv[1], encoding="utf-8", newline="") as lines:
    print(sum(1 for _ in csv.reader(lines)) - 1)
PY
}

# A length beyond the longest record costs fgetcsv nothing; AtoM gives it one too.
fgetcsv='$f = fopen($argv[1], "r"); $n = -1; while (fgetcsv($f, 60000) !== false) { $n++; } echo $n, "\n";'

# What a row of the table does: its command line, in `line`.
command_line() { # WHAT
  case $1 in
    "check") line=("$bin" check --report "jsonl=$out/report.jsonl" --force "$sheet") ;;
    "check --fix") line=("$bin" check --fix --force --output "$corrected" "$sheet") ;;
    "PHP fgetcsv") line=("$php" -n -d memory_limit=-1 -r "$fgetcsv" -- "$sheet") ;;
  esac
}

# Runs a row once; leaves `seconds` and `peak` (kB).
measure() { # WHAT
  local start end status=0 line
  command_line "$1"
  rm -f "$corrected"
  start=$EPOCHREALTIME
  /usr/bin/time -q -f %M -o "$out/peak" "${line[@]}" >"$out/answer" 2>"$out/errors" || status=$?
  end=$EPOCHREALTIME
  # Findings are no failure; what was not read or written is.
  if [[ $status -ne 0 && ! ($1 == check* && $status -eq 1) ]]; then
    say "error: $1 ended with $status"
    head -5 "$out/errors" >&2
    exit 2
  fi
  seconds=$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.3f", b - a }')
  peak=$(awk '/^[0-9]+$/ { kb = $1 } END { print kb + 0 }' "$out/peak")
}

bytes=$(size "$sheet")
rows=$(cat "$sheet.units" 2>/dev/null || count_rows "$sheet" | tee "$sheet.units")
commands=("check" "check --fix")
[[ -z $php ]] || commands+=("PHP fgetcsv")

declare -A times=() peaks=()
for ((round = 1; round <= runs; round++)); do
  for what in "${commands[@]}"; do
    cat "$sheet" >/dev/null # into the page cache: the disk is not what is measured
    say "$name, run $round of $runs: $what"
    measure "$what"
    times[$what]+="$seconds"$'\n'
    if [[ ${peaks[$what]:-0} -lt $peak ]]; then peaks[$what]=$peak; fi
    # A result that is not whole voids the figures.
    if ((round == 1)); then
      case $what in
        "check --fix") answer=$(count_rows "$corrected") ;;
        "PHP fgetcsv") answer=$(cat "$out/answer") ;;
        *) answer=$rows ;;
      esac
      if [[ $answer != "$rows" ]]; then
        say "error: $what has $answer rows where the sheet has $rows"
        exit 2
      fi
    fi
  done
done
rm -f "$corrected"

echo "# Benchmark of checking sheets for AtoM"
echo
echo "- \`$("$bin" --version 2>&1 | head -1)\`$([[ -z $php ]] || "$php" -n -r 'echo "; PHP ", PHP_VERSION;')"
[[ -n $php ]] || echo "- no php: its row is left out"
machine
echo "- wall time: median of the runs, page cache warm; peak RSS: largest of the runs"
echo "- \`check --fix\` reads the sheet, writes the copy, and checks the copy"
echo "- PHP reads each record into an array, with the function AtoM reads with, and judges nothing"
printf '\n## %s: %s MB, %d rows, %d runs\n\n' "$name" "$(awk -v b="$bytes" 'BEGIN { printf "%.1f", b / 1e6 }')" "$rows" "$runs"
printf '| command | wall s | MB/s | rows/s | peak RSS MB | MB/s : PHP | asked |\n|---|---:|---:|---:|---:|---:|---|\n'
beside=$([[ -z $php ]] && echo 0 || printf '%s' "${times["PHP fgetcsv"]}" | median)
for what in "${commands[@]}"; do
  wall=$(printf '%s' "${times[$what]}" | median)
  awk -v w="$what" -v t="$wall" -v b="$bytes" -v r="$rows" -v p="${peaks[$what]}" -v y="$beside" 'BEGIN {
    if (t <= 0) t = 0.001
    mb = p * 1024 / 1e6
    asked = ""
    if (w == "check") {
      most = 64 + r * 24 / 1e6
      asked = sprintf(">= 100 MB/s: %s; < %.0f MB: %s", (b / 1e6 / t >= 100 ? "yes" : "NO"), most, (mb < most ? "yes" : "NO"))
    }
    printf "| `%s` | %.2f | %.0f | %.0f | %.0f | %s | %s |\n", w, t, b / 1e6 / t, r / t, mb, (y > 0 ? sprintf("%.2f", y / t) : ""), asked }'
done

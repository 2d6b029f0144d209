#!/usr/bin/env bash
# Measures the conversions between EAD 2002, EAD3 and AtoM's CSV, beside xsltproc and Saxon that only copy the same files,
# and prints Markdown tables.
#   Benchmarks/convert.sh [--quick]      (--quick: without the large files)
# BENCH_DIR (default /tmp/ead-bench) keeps the generated files, those of run.sh and a CSV of 1 GB, for the next run; beside
# them up to 4 GB are needed while it runs. BENCH_MEDIUM (250MB) and BENCH_LARGE (1GB) are the sizes; EAD_CONVERT names
# another binary to measure, SAXON_JAR another Saxon. What is missing is left out, and the output says so.
set -euo pipefail

quick=no
case "${1:-}" in
  "") ;;
  --quick) quick=yes ;;
  *) echo "usage: Benchmarks/convert.sh [--quick]" >&2; exit 64 ;;
esac

. "$(dirname "$0")/common.sh" ""
medium=${BENCH_MEDIUM:-250MB}
large=${BENCH_LARGE:-1GB}
saxon=${SAXON_JAR:-/usr/share/java/Saxon-HE.jar}

# MARK: Files

csv_print=$(cat "$root/Benchmarks/generate.py" "$root/Benchmarks/atom-csv-generate.py" | cksum | cut -d' ' -f1)
ead_file() { generate_ead "$1.xml" --size "$1"; }
csv_file() { generate "$1.csv" "$csv_print" atom-csv-generate.py --size "$1"; }

# Copies everything: the least that any stylesheet does.
identity() { # VERSION
  cat <<XSL
<xsl:stylesheet version="$1" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:template match="@*|node()"><xsl:copy><xsl:apply-templates select="@*|node()"/></xsl:copy></xsl:template>
</xsl:stylesheet>
XSL
}
identity 1.0 >"$out/identity-1.xsl"
identity 3.0 >"$out/identity-3.xsl"

# MARK: Measuring

has_xsltproc=no
if command -v xsltproc >/dev/null; then has_xsltproc=yes; else say "no xsltproc: its rows are left out"; fi
has_saxon=no
if command -v java >/dev/null && [[ -e $saxon ]]; then has_saxon=yes; else say "no java, or no $saxon: Saxon's rows are left out"; fi

# Nine tenths of what is free, in kB: what needs more fails by itself and takes nothing down with it.
allowance() { awk '/MemAvailable/ { printf "%d", $2 * 0.9 }' /proc/meminfo; }

# Megabytes that Java may fill: its tree takes less than twelve times the file, and with more it would only collect later.
heap() { awk -v b="$(size "$1")" -v most="$(($(allowance) / 1024))" 'BEGIN { m = 256 + b * 12 / 1048576; printf "%d", m < most ? m : most }'; }

# What a row of a table does: its command line, in `line`.
command_line() { # WHAT INPUT OUTPUT
  local convert=("$bin" convert --jobs 1 -q --force --output "$3")
  case $1 in
    "ead-convert --from atom-csv "*) line=("${convert[@]}" --from atom-csv --to "${1##* }" "$2") ;;
    "ead-convert --to atom-csv") line=("${convert[@]}" --to atom-csv --default-culture en "$2") ;;
    "ead-convert --to "*) line=("${convert[@]}" --to "${1##* }" "$2") ;;
    "xsltproc "*) line=(xsltproc --nonet --huge -o "$3" "$out/identity-1.xsl" "$2") ;;
    "Saxon "*) line=(java "-Xmx$(heap "$2")m" -cp "$saxon" net.sf.saxon.Transform "-s:$2" "-xsl:$out/identity-3.xsl" "-o:$3") ;;
  esac
}

# Runs a row once; leaves `seconds`, `peak` (kB) and `failure`, which is blank when it ended well.
measure() { # WHAT INPUT OUTPUT
  local start end status=0 limit=unlimited line
  command_line "$@"
  [[ $1 != xsltproc* ]] || limit=$(allowance)
  rm -f "$3"
  failure=
  start=$EPOCHREALTIME
  (ulimit -v "$limit" && exec /usr/bin/time -q -f %M -o "$out/peak" "${line[@]}") >/dev/null 2>"$out/errors" || status=$?
  end=$EPOCHREALTIME
  seconds=$(awk -v a="$start" -v b="$end" 'BEGIN { printf "%.3f", b - a }')
  peak=$(awk '/^[0-9]+$/ { kb = $1 } END { print kb + 0 }' "$out/peak")
  case $1:$status in
    *:0 | ead-convert*:1) ;; # findings are no failure
    ead-convert*)
      say "error: $1 ended with $status"
      head -5 "$out/errors" >&2
      exit 2 ;;
    *)
      failure="ended with $status"
      if grep -qiE 'out of memory|OutOfMemory|memory allocation|heap space' "$out/errors" || [[ $status -eq 137 ]]; then
        failure="out of memory"
      fi
      say "$1: $failure"
      head -3 "$out/errors" >&2 ;;
  esac
}

# Of the tools beside, by their first word: kB of memory for each byte of input, as far as it is known.
declare -A appetite=()
# Rates of --to atom-csv from the EAD 2002 of the same size: inputs of other kinds say the same in more or fewer bytes, so
# both rates are shown.
yardstick_bytes=0
yardstick_units=0

# Measures rows round by round, not row by row, so that a noisy moment hits all alike, and prints their table.
# KEEP names the file that the EAD3 is moved to, when it is not blank.
bench() { # TITLE RUNS INPUT UNITS KEEP WHAT...
  local title=$1 runs=$2 input=$3 units=$4 keep=$5 what round bytes need result
  shift 5
  bytes=$(size "$input")
  local -A times=() peaks=() failures=()
  cat "$input" >/dev/null # into the page cache: the disk is not what is measured
  for ((round = 1; round <= runs; round++)); do
    for what in "$@"; do
      [[ -z ${failures[$what]:-} ]] || continue
      need=$(awk -v b="$bytes" -v a="${appetite[${what%% *}]:-0}" 'BEGIN { printf "%.0f", a * b }')
      if [[ $need -gt $(allowance) ]]; then
        failures[$what]="not run: needs about $(awk -v k="$need" 'BEGIN { printf "%.0f", k * 1024 / 1e9 }') GB of memory"
        continue
      fi
      say "$title, run $round of $runs: $what"
      result=$out/result.xml
      [[ $what != *"--to atom-csv" ]] || result=$out/result.csv
      measure "$what" "$input" "$result"
      if [[ -n $failure ]]; then
        failures[$what]=$failure
        continue
      fi
      times[$what]+="$seconds"$'\n'
      if [[ ${peaks[$what]:-0} -lt $peak ]]; then peaks[$what]=$peak; fi
      # A result that is not whole voids the figures.
      if ((round == 1)) && [[ $result == *.xml && $(count_units "$result") -ne $units ]]; then
        say "error: $what wrote $(count_units "$result") units where the input has $units"
        exit 2
      fi
      if [[ -n $keep && $what == *"--to ead3" ]] && ((round == runs)); then mv "$result" "$keep"; else rm -f "$result"; fi
      if [[ $what != ead-convert* ]]; then
        appetite[${what%% *}]=$(awk -v p="$peak" -v b="$bytes" 'BEGIN { printf "%.9f", p / b }')
      fi
    done
  done

  printf '\n### %s: %s MB, %d units, %d run(s)\n\n' "$title" "$(awk -v b="$bytes" 'BEGIN { printf "%.1f", b / 1e6 }')" "$units" "$runs"
  printf '| command | wall s | MB/s | units/s | peak RSS MB | MB/s : `--to atom-csv` | units/s : `--to atom-csv` | asked |\n'
  printf '|---|---:|---:|---:|---:|---:|---:|---|\n'
  local wall
  for what in "$@"; do
    if [[ -n ${failures[$what]:-} ]]; then
      printf '| `%s` | %s | | | | | | |\n' "$what" "${failures[$what]}"
      continue
    fi
    wall=$(printf '%s' "${times[$what]}" | median)
    if [[ $what == "ead-convert --to atom-csv" ]]; then
      yardstick_bytes=$(awk -v b="$bytes" -v t="$wall" 'BEGIN { print b / (t > 0 ? t : 0.001) }')
      yardstick_units=$(awk -v u="$units" -v t="$wall" 'BEGIN { print u / (t > 0 ? t : 0.001) }')
    fi
    awk -v w="$what" -v t="$wall" -v b="$bytes" -v u="$units" -v p="${peaks[$what]}" -v yb="$yardstick_bytes" -v yu="$yardstick_units" \
      -v ours="$([[ $what == ead-convert* ]] && echo 1)" -v is_large="$([[ $runs -eq 1 ]] && echo 1)" 'BEGIN {
      if (t <= 0) t = 0.001
      mb = p * 1024 / 1e6
      asked = ""
      if (ours && w !~ /--to atom-(csv|ead)$/ && yu > 0) {
        by_units = u / t / yu >= 0.5
        by_bytes = b / t / yb >= 0.5
        asked = ">= 0.5: " (by_units && by_bytes ? "yes" : by_units ? "by units, not by MB" : by_bytes ? "by MB, not by units" : "NO")
      }
      if (ours && is_large) asked = asked (asked == "" ? "" : "; ") "< 64 MB: " (mb < 64 ? "yes" : "NO")
      printf "| `%s` | %.2f | %.0f | %.0f | %.0f | %s | %s | %s |\n", w, t, b / 1e6 / t, u / t, mb,
        (yb > 0 ? sprintf("%.2f", b / t / yb) : ""), (yu > 0 ? sprintf("%.2f", u / t / yu) : ""), asked }'
  done
}

copies=()
[[ $has_xsltproc == no ]] || copies+=("xsltproc identity.xsl")
[[ $has_saxon == no ]] || copies+=("Saxon identity.xsl")

# A file of EAD, what it becomes, and the way back.
ead_round() { # SIZE RUNS
  local input=$dir/$1.xml units
  units=$(cat "$input.units" 2>/dev/null || count_units "$input" | tee "$input.units")
  bench "EAD 2002, $1" "$2" "$input" "$units" "$out/ead3.xml" "ead-convert --to atom-csv" "ead-convert --to ead3" \
    "ead-convert --to atom-ead" ${copies[@]+"${copies[@]}"}
  bench "EAD3, made of it" "$2" "$out/ead3.xml" "$units" "" "ead-convert --to ead2002" ${copies[@]+"${copies[@]}"}
  rm -f "$out/ead3.xml"
}

echo "# Benchmark of conversions between EAD 2002, EAD3 and AtoM's CSV"
echo
echo "- \`$("$bin" --version 2>&1 | head -1)\`$([[ $has_xsltproc == no ]] || xsltproc --version 2>&1 | sed -n '1s/^Using/; xsltproc:/p' | tr -d '\n')$([[ $has_saxon == no ]] || echo "; Saxon-HE $(java -cp "$saxon" net.sf.saxon.Version 2>&1 | grep -i saxon | grep -oE '[0-9]+(\.[0-9]+)+' | head -1), with the start of Java")"
[[ $has_xsltproc == yes ]] || echo "- no xsltproc: its rows are left out"
[[ $has_saxon == yes ]] || echo "- no Saxon: its rows are left out"
machine
echo "- wall time: median of the runs, page cache warm, one job, results written to files; peak RSS: largest of the runs"
echo "- xsltproc and Saxon copy the input and convert nothing"

ead_file "$medium"
ead_round "$medium" 3
say "the same finding aid as a CSV"
"$bin" convert --jobs 1 -q --force --to atom-csv --default-culture en --output "$out/from-ead.csv" "$dir/$medium.xml" 2>/dev/null || (($? == 1))
bench "AtoM's CSV, made of the EAD 2002 of $medium" 3 "$out/from-ead.csv" "$(cat "$dir/$medium.xml.units")" "" \
  "ead-convert --from atom-csv --to ead2002" "ead-convert --from atom-csv --to ead3"
rm -f "$out/from-ead.csv"

if [[ $quick == no ]]; then
  ead_file "$large"
  ead_round "$large" 1
  csv_file "$large"
  # A unit has one slug, and so one line that ends in it and the culture.
  rows=$(cat "$dir/$large.csv.units" 2>/dev/null || grep -acE ',[a-z0-9-]+,en$' "$dir/$large.csv" | tee "$dir/$large.csv.units")
  bench "AtoM's CSV as AtoM exports it, $large" 1 "$dir/$large.csv" "$rows" "" "ead-convert --from atom-csv --to ead2002"
fi

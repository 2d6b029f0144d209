#!/usr/bin/env bash
# Measures `ead-convert validate` beside xmllint and jing on the same files and prints a Markdown table.
#   Benchmarks/validate.sh [DATA]
# DATA (default BENCH_DIR, or /tmp/ead-bench) keeps the generated 250 MB file, the one of run.sh;
# EAD_CONVERT names another binary to measure. What is missing (jing, the corpus) is left out, and
# the output says so. Compiling the schemas is part of every time.
set -euo pipefail

[[ $# -le 1 && ${1:-} != -* ]] || { echo "usage: Benchmarks/validate.sh [DATA]" >&2; exit 64; }
. "$(dirname "$0")/common.sh" "${1:-}"

rng2002=$root/schemas/ead2002/ead-1.1.0-easvalidator.rng
rng3=$root/schemas/ead3/ead3-easvalidator.rng
xsd2002=$root/schemas/ead2002/ead-1.1.0.xsd
xsd3=$root/schemas/ead3/ead3.xsd
# One file of the corpus may take xmllint's RELAX NG for ever.
file_limit=120

# The official schema asks the network for xlink.xsd; a catalog answers with the copy of this repository.
local_xlink="file://${root// /%20}/schemas/ead2002/xlink.xsd"
cat >"$out/catalog.xml" <<XML
<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">
  <system systemId="http://www.loc.gov/standards/xlink/xlink.xsd" uri="$local_xlink"/>
  <uri name="http://www.loc.gov/standards/xlink/xlink.xsd" uri="$local_xlink"/>
</catalog>
XML
export XML_CATALOG_FILES=$out/catalog.xml

# A measured thing is a function that gets no arguments and runs one or several commands with `run`.
run() { # COMMAND... ; findings are no failure, anything else voids the figures
  local status=0
  /usr/bin/time -a -f %M -o "$out/peaks" "$@" >/dev/null 2>"$out/errors" || status=$?
  case $1:$status in
    "$bin":[012] | xmllint:[034] | jing:[01]) ;;
    xmllint:1) ;; # not well-formed
    *) say "error: $* ended with $status"; head -5 "$out/errors" >&2; exit 2 ;;
  esac
}

declare -A wall=() peak=()
bench() { # RUNS FUNCTION... ; leaves wall[FUNCTION] in seconds and peak[FUNCTION] in kB
  local runs=$1 round what start end kb
  shift
  for what in "$@"; do
    peak[$what]=0
    : >"$out/times.$what"
  done
  # Round by round, not command by command, so that a noisy moment hits all alike.
  for ((round = 1; round <= runs; round++)); do
    for what in "$@"; do
      say "$what, run $round of $runs"
      : >"$out/peaks"
      start=$EPOCHREALTIME
      "$what"
      end=$EPOCHREALTIME
      awk -v a="$start" -v b="$end" 'BEGIN { printf "%.4f\n", b - a }' >>"$out/times.$what"
      kb=$(awk '/^[0-9]+$/ && $1 > m { m = $1 } END { print m + 0 }' "$out/peaks")
      ((kb <= peak[$what])) || peak[$what]=$kb
    done
  done
  for what in "$@"; do wall[$what]=$(median <"$out/times.$what"); done
}

rows() { # TITLE BYTES OURS FUNCTION=LABEL=TARGET... ; TARGET is the ratio asked for, or empty
  local title=$1 bytes=$2 ours=$3 row what label target
  shift 3
  printf '\n### %s\n\n' "$title"
  printf '| command | wall s | MB/s | peak RSS MiB | ours / this | asked |\n|---|---:|---:|---:|---:|---|\n'
  for row in "$@"; do
    IFS='=' read -r what label target <<<"$row"
    [[ -n ${wall[$what]:-} ]] || continue
    awk -v l="$label" -v t="${wall[$what]}" -v b="$bytes" -v p="${peak[$what]}" -v o="${wall[$ours]}" -v same="$([[ $what == "$ours" ]] && echo 1)" -v g="$target" 'BEGIN {
      if (t <= 0) t = 0.0001
      printf "| `%s` | %.3f | %.1f | %.0f | %s | %s |\n", l, t, b / 1e6 / t, p / 1024, same ? "-" : sprintf("%.2f", o / t), g }'
  done
}

have_jing=no
if command -v jing >/dev/null; then have_jing=yes; else say "no jing: its rows are left out"; fi

echo "# Benchmark of ead-convert validate"
echo
echo "- \`$("$bin" --version 2>&1 | head -1)\`; $(xmllint --version 2>&1 | head -1)$([[ $have_jing == no ]] || echo "; jing, with the start of Java")"
machine
echo "- wall time: median of the runs (5 for the corpus, 3 for large files), page cache warm, schemas compiled within; peak RSS: largest of the runs"

# MARK: Corpus

ours_corpus() { run "$bin" validate --profile schema --jobs 1 -q "${all[@]}"; }
relaxng_corpus() { both xmllint --noout --nonet --relaxng "$rng2002" "$rng3"; }
schema_corpus() { both xmllint --noout --nonet --stream --schema "$xsd2002" "$xsd3"; }
jing_corpus() { both jing "$rng2002" "$rng3"; }
sax_corpus() { run xmllint --noout --nonet --sax "${all[@]}"; }
stream_corpus() { run xmllint --noout --nonet --stream "${all[@]}"; }

both() { # COMMAND... SCHEMA-OF-2002 SCHEMA-OF-3 ; one process for each schema
  local words=("$@") count=$#
  local command=("${words[@]:0:count-2}")
  ((${#files2002[@]} == 0)) || run "${command[@]}" "${words[count - 2]}" "${files2002[@]}"
  ((${#files3[@]} == 0)) || run "${command[@]}" "${words[count - 1]}" "${files3[@]}"
}

gather() { # FOLDER ; the files of it, by schema
  mapfile -d '' files2002 < <(find "$1/2002" -type l -print0 | sort -z)
  mapfile -d '' files3 < <(find "$1/ead3" -type l -print0 | sort -z)
  all=("${files2002[@]}" "${files3[@]}")
}

too_slow() { # FILE ; whether xmllint's RELAX NG does not come to an end
  local schema=$rng2002 status=0
  [[ $1 == */2002/* ]] || schema=$rng3
  timeout "$file_limit" xmllint --noout --nonet --relaxng "$schema" "$1" >/dev/null 2>&1 || status=$?
  [[ $status -eq 124 ]]
}

corpus=$root/../shared/corpus
if [[ -e $corpus/VERDICTS.tsv ]]; then
  corpus=$(cd "$corpus" && pwd)
  mkdir -p "$out/all/2002" "$out/all/ead3" "$out/quick/2002" "$out/quick/ead3"
  while IFS=$'\t' read -r file schema _; do
    case $schema in
      ead2002/ead-1.1.0-easvalidator.rng) kind=2002 ;;
      ead3/ead3-easvalidator.rng) kind=ead3 ;;
      *) continue ;;
    esac
    ln -s "$corpus/$file" "$out/all/$kind/${file//\//__}"
  done <"$corpus/VERDICTS.tsv"
  gather "$out/all"
  everything=("${all[@]}")
  cat "${everything[@]}" >/dev/null # into the page cache: the disk is not what is measured

  # What takes xmllint too long, once for each corpus and libxml2.
  cache=$dir/relaxng-too-slow.$(cat "$corpus/VERDICTS.tsv" <(xmllint --version 2>&1 | head -1) | cksum | cut -d' ' -f1)
  if [[ ! -e $cache ]]; then
    say "looking for files that xmllint --relaxng does not finish in $file_limit s"
    : >"$out/slow"
    export -f too_slow
    export rng2002 rng3 file_limit
    printf '%s\0' "${everything[@]}" \
      | xargs -0 -P "$(nproc)" -I{} bash -c 'if too_slow "$1"; then basename "$1"; fi' _ {} | sort >"$out/slow"
    mv "$out/slow" "$cache"
  fi

  others=(schema_corpus)
  [[ $have_jing == no ]] || others+=(jing_corpus)
  others+=(sax_corpus stream_corpus)
  bench 5 ours_corpus "${others[@]}"
  rows "Corpus: ${#all[@]} files, $(awk -v b="$(size "${all[@]}")" 'BEGIN { printf "%.1f", b / 1e6 }') MB" "$(size "${all[@]}")" ours_corpus \
    "ours_corpus=ead-convert validate --profile schema --jobs 1 -q=< 48 MiB" \
    "schema_corpus=xmllint --stream --schema=<= 0.25" "jing_corpus=jing=<= 0.25" \
    "sax_corpus=xmllint --sax=" "stream_corpus=xmllint --stream="

  for file in "${everything[@]}"; do
    name=$(basename "$file")
    if ! grep -qxF "$name" "$cache"; then
      kind=ead3
      [[ $file != */2002/* ]] || kind=2002
      ln -s "$(readlink "$file")" "$out/quick/$kind/$name"
    fi
  done
  gather "$out/quick"
  bench 5 ours_corpus relaxng_corpus "${others[@]}"
  rows "The same without what xmllint --relaxng does not finish in $file_limit s: ${#all[@]} files" "$(size "${all[@]}")" ours_corpus \
    "ours_corpus=ead-convert validate --profile schema --jobs 1 -q=< 48 MiB" "relaxng_corpus=xmllint --relaxng=<= 0.2" \
    "schema_corpus=xmllint --stream --schema=<= 0.25" "jing_corpus=jing=<= 0.25" \
    "sax_corpus=xmllint --sax=" "stream_corpus=xmllint --stream="
  if [[ -s $cache ]]; then
    printf '\nLeft out there: %s.\n' "$(paste -sd, "$cache" | sed 's/,/, /g; s/__/\//g')"
  else
    printf '\nNo file had to be left out there.\n'
  fi

  # Each file in a process of its own: the slowest ones.
  say "every file of the corpus by itself"
  for file in "${everything[@]}"; do
    for _ in 1 2 3; do
      start=$EPOCHREALTIME
      run "$bin" validate --profile schema --jobs 1 -q "$file"
      end=$EPOCHREALTIME
      awk -v a="$start" -v b="$end" 'BEGIN { printf "%.5f\n", b - a }'
    done | median | awk -v b="$(size "$file")" -v n="$(basename "$file")" '{ printf "%s\t%s\t%s\n", b, $1, n }'
  done >"$out/each"
  printf '\n| each file in its own process, median of 3 | | file |\n|---|---:|---|\n'
  awk -F'\t' '$1 > 1e6 && (!n || $1 / $2 < r) { r = $1 / $2; n = $3 }
    END { if (n) printf "| slowest above 1 MB | %.1f MB/s | %s |\n", r / 1e6, n }' "$out/each"
  awk -F'\t' '$1 <= 1e6 && $2 > t { t = $2; n = $3 } END { printf "| slowest below | %.1f ms | %s |\n", t * 1000, n }' "$out/each"
else
  printf '\nNo shared corpus beside this checkout: its rows are left out.\n'
fi

# MARK: One large file

big=$dir/250MB.xml
generate_ead 250MB.xml --size 250MB
cat "$big" >/dev/null
big_rng=$rng2002
if head -c 4096 "$big" | grep -q 'ead3.archivists.org'; then big_rng=$rng3; fi

ours_big() { run "$bin" validate --profile schema --jobs 1 -q "$big"; }
rules_big() { run "$bin" validate --profile default --jobs 1 -q "$big"; }
jing_big() { run jing "$big_rng" "$big"; }
stream_big() { run xmllint --noout --nonet --huge --stream "$big"; }
sax_big() { run xmllint --noout --nonet --huge --sax "$big"; }

large=(ours_big rules_big)
[[ $have_jing == no ]] || large+=(jing_big)
bench 3 "${large[@]}" stream_big sax_big
rows "One file of 250 MB" "$(size "$big")" ours_big \
  "ours_big=ead-convert validate --profile schema --jobs 1 -q=< 48 MiB" "jing_big=jing=<= 0.6" \
  "stream_big=xmllint --stream=<= 1.3" "sax_big=xmllint --sax=aim 2.5"
printf '\n| | wall s | peak RSS MiB | ratio | asked |\n|---|---:|---:|---:|---|\n'
awk -v t="${wall[rules_big]}" -v p="${peak[rules_big]}" -v o="${wall[ours_big]}" \
  'BEGIN { printf "| `--profile default` / `--profile schema` | %.2f | %.0f | %.2f | <= 1.5 |\n", t, p / 1024, t / o }'

# MARK: Two jobs

mkdir "$out/copies"
python3 "$root/Benchmarks/generate.py" --seed 2 --size 30MB "$out/copies/1.xml"
# No links: the same file given twice is read once.
for number in 2 3 4 5 6 7 8; do cp "$out/copies/1.xml" "$out/copies/$number.xml"; done
one_job() { run "$bin" validate --profile schema --jobs 1 -q "$out"/copies/*.xml; }
two_jobs() { run "$bin" validate --profile schema --jobs 2 -q "$out"/copies/*.xml; }
bench 3 one_job two_jobs
awk -v t="${wall[two_jobs]}" -v p="${peak[two_jobs]}" -v o="${wall[one_job]}" \
  'BEGIN { printf "| 8 copies of 30 MB: `--jobs 1` / `--jobs 2` | %.2f | %.0f | %.2f | |\n", t, p / 1024, o / t }'

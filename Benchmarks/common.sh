# What the benchmarks share; they source it.
#   . common.sh [DATA]      DATA (default BENCH_DIR, or /tmp/ead-bench) keeps the generated files
# Leaves `root`, `bin`, `dir` and `out`, a folder for results that goes with the script.
export LC_ALL=C # EPOCHREALTIME and printf with a decimal point

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
bin=${EAD_CONVERT:-$root/.build/release/ead-convert}
dir=${1:-${BENCH_DIR:-/tmp/ead-bench}}
[[ -x $bin ]] || { echo "no $bin: run 'make build' first" >&2; exit 2; }
[[ -x /usr/bin/time ]] || { echo "no /usr/bin/time: run 'make bench-setup' first" >&2; exit 2; }
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
out=$(mktemp -d "$dir/out.XXXXXX")
trap 'rm -rf "$out"' EXIT

say() { echo "$*" >&2; }

median() { sort -n | awk '{ v[NR] = $1 } END { if (NR % 2) print v[(NR + 1) / 2]; else print (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }

size() { stat -L -c %s "$@" | awk '{ s += $1 } END { printf "%.0f", s }'; } # FILE... ; bytes of all

count_units() { # FILE... ; components and archdescs, whatever the prefix
  grep -aohE '<([A-Za-z]+:)?(archdesc|c|c0[1-9]|c1[0-2])([[:space:]>]|$)' "$@" | wc -l
}

# Generated files carry a fingerprint of their generators: other generators, other files.
generate() { # NAME PRINT GENERATOR ARGUMENT...
  local name=$1 print=$2 generator=$3
  shift 3
  if [[ ! -e $dir/$name || $(cat "$dir/$name.print" 2>/dev/null) != "$print" ]]; then
    say "generating $name"
    rm -rf "${dir:?}/$name" "$dir/$name.print" "$dir/$name.units"
    python3 "$root/Benchmarks/$generator" --seed 1 "$@" "$dir/$name"
    echo "$print" >"$dir/$name.print"
  fi
}

ead_print=$(cksum <"$root/Benchmarks/generate.py" | cut -d' ' -f1)
generate_ead() { # NAME ARGUMENT... ; the files are the same for every benchmark
  local name=$1
  shift
  generate "$name" "$ead_print" generate.py "$@"
}

machine() { # a line of the report
  echo "- $(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo), $(nproc) core(s), $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), $(uname -sm)"
}

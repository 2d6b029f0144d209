#!/usr/bin/env bash
# Fuzzes the reader, the validator and the rules with broken documents and broken schemas.
#   Tests/fuzz.sh [SECONDS=600]
#
# A coverage-guided fuzzer would need the library built with its own instrumentation; this loop
# does without: Tests/fuzz.py breaks the samples, the fixtures of the tests and, when they stand
# beside the checkout, the shared corpus and mutants (bit flips; pieces removed, repeated or
# spliced from other files; truncation; entities; deep nesting; huge attributes; invalid UTF-8;
# NULs; wrong encodings; DOCTYPE tricks; processing instructions; tags and attributes changed),
# and gives them to the real program in batches of 200. Every exit status but 0, 1 and 2 is a
# failure (64 is allowed for broken schemas), as is a batch of more than 60 seconds or, by the
# limit below, more than 4 GB of address space. The file that did it is kept in FUZZ_FOUND,
# with its command line, and the loop ends with 1.
#
#   EAD_CONVERT  the program (default .build/release/ead-convert)
#   FUZZ_SEED    the seed (default 1): the same seed breaks the same files in the same way
#   FUZZ_FIRST   first batch (default 1), to come back to one without those before it
#   FUZZ_FOUND   where failures are kept (default: fuzz-found in the folder for temporary files)
set -euo pipefail

seconds=${1:-600}
[[ $# -le 1 && $seconds =~ ^[0-9]+$ ]] || { echo "usage: Tests/fuzz.sh [SECONDS]" >&2; exit 64; }
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${EAD_CONVERT:-$root/.build/release/ead-convert}
[[ -x $bin ]] || { echo "no $bin: run 'make build' first" >&2; exit 2; }
ulimit -c 0
ulimit -v 4194304
exec python3 "$root/Tests/fuzz.py" --root "$root" --program "$bin" --seconds "$seconds" \
  --seed "${FUZZ_SEED:-1}" --first "${FUZZ_FIRST:-1}" --found "${FUZZ_FOUND:-${TMPDIR:-/tmp}/fuzz-found}"

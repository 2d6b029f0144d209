#!/bin/sh
# Records jing's verdicts with schemas/ead2002/ead-dtd.rng on copies of the corpus' files without namespace: without
# DOCTYPE and with entities expanded, since jing would read the DTD otherwise.
#   record.sh CORPUS >ead-dtd-rng.tsv
set -eu
corpus=$1
here=$(cd "$(dirname "$0")" && pwd)
schema=$here/../../../../schemas/ead2002/ead-dtd.rng
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf 'file\tjing_verdict\n'
awk -F '\t' '$2 ~ /namespace-mapped/ { print $1 }' "$corpus/VERDICTS.tsv" | while read -r file; do
  # Declared entities keep their meaning; the file that would declare more is not read.
  if xmllint --nonet --noent --dropdtd --huge "$corpus/$file" >"$work/copy.xml" 2>/dev/null; then
    if jing "$schema" "$work/copy.xml" >/dev/null 2>&1; then verdict=valid; else verdict=invalid; fi
    printf '%s\t%s\n' "$file" "$verdict"
  fi
done

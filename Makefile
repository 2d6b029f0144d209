# EADKit: build, test, demo and packaging of ead-convert and archifilter on Debian and its relatives.

PREFIX ?= /usr/local
BIN := .build/release/ead-convert
ARCHIFILTER := .build/release/archifilter
VERSION := $(shell cat VERSION)
DIST := ead-convert-$(VERSION)-linux-$(shell uname -m)
# The archive is the same, byte for byte, for the same commit and toolchain.
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)

export DEBIAN_FRONTEND = noninteractive

.PHONY: help setup test-setup bench-setup build test demo format format-check bench dist install clean

help:
	@echo "targets: setup build demo test format format-check bench dist install clean"

# $(call need,PACKAGES): installs what is missing, or says how to. A package counts as present
# when what it brings is found, so that hand-built libraries and other distributions pass too.
define need
@missing=; \
for package in $(1); do \
  case $$package in \
    libxml2-dev) probe='pkg-config --exists libxml-2.0' ;; \
    zlib1g-dev) probe='pkg-config --exists zlib' ;; \
    libssl-dev) probe='pkg-config --exists libcrypto' ;; \
    libarchive-dev) probe='pkg-config --exists libarchive' ;; \
    libmagic-dev) probe='pkg-config --exists libmagic' ;; \
    libsqlite3-dev) probe='pkg-config --exists sqlite3' ;; \
    python3-jsonschema) probe='python3 -c "import jsonschema"' ;; \
    python3-yaml) probe='python3 -c "import yaml"' ;; \
    php-cli) probe='command -v php' ;; \
    libxml2-utils) probe='command -v xmllint' ;; \
    default-jre-headless) probe='command -v java' ;; \
    libsaxonhe-java) probe='test -e /usr/share/java/Saxon-HE.jar' ;; \
    time) probe='test -x /usr/bin/time' ;; \
    *) probe="command -v $$package" ;; \
  esac; \
  eval "$$probe" >/dev/null 2>&1 \
    || dpkg-query -W -f '$${Status}' "$$package" 2>/dev/null | grep -q 'ok installed' \
    || missing="$$missing $$package"; \
done; \
[ -n "$$missing" ] || exit 0; \
if ! command -v apt-get >/dev/null; then \
  echo "Missing (Debian names):$$missing. Install them with this system's package manager." >&2; exit 1; \
elif [ "$$(id -u)" -eq 0 ]; then as=; \
elif sudo -n true 2>/dev/null; then as='sudo -n'; \
else \
  echo "Missing packages. Run: sudo apt-get install -y --no-install-recommends$$missing" >&2; exit 1; \
fi; \
$$as apt-get update </dev/null \
  && $$as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $$missing </dev/null
endef

setup:
	$(call need,pkg-config libxml2-dev zlib1g-dev libssl-dev libarchive-dev libmagic-dev libsqlite3-dev)
	@if ! command -v swift >/dev/null; then \
	  echo "No swift on the PATH. Install Swift 6.1 or later for this system, from the Swift project," >&2; \
	  echo "and put the toolchain's usr/bin on the PATH." >&2; exit 1; \
	fi; \
	major=$$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9]*\).*/\1/p' | head -n 1); \
	if [ "$${major:-0}" -lt 6 ]; then \
	  echo "Swift 6 or later is needed; this one is: $$(swift --version 2>&1 | head -n 1)." >&2; \
	  echo "Install a newer toolchain and put its usr/bin first on the PATH." >&2; exit 1; \
	fi

test-setup: setup
	$(call need,php-cli libxml2-utils python3-jsonschema python3-yaml git)

bench-setup: test-setup
	$(call need,python3 time xsltproc default-jre-headless libsaxonhe-java file gdu rmlint)

# A static Swift runtime lets the binary run where no toolchain is installed.
build: setup
	swift build -c release --static-swift-stdlib --product ead-convert
	swift build -c release --static-swift-stdlib --product archifilter

# The release build comes first: a test moves it away and hides the toolchain.
test: test-setup build
	swift test

# Rows are records: a line break inside quotes doesn't end one. awk may count bytes, so iconv
# drops a letter that was cut in two.
demo: build
	$(call need,python3)
	rm -rf out
	mkdir out
	$(BIN) convert --to atom-csv --output out --loss-report out/losses.jsonl --loss-report out/losses.html --force samples/*.xml
	@find out -name '*.csv' | sort | while IFS= read -r csv; do \
	  printf '\n%s: %s lines\n' "$$csv" "$$(wc -l <"$$csv" | tr -d ' ')"; \
	  awk '{ row = row (row == "" ? "" : " ") $$0; quotes += gsub(/"/, "\"") } \
	    quotes % 2 == 0 { print substr(row, 1, 160); row = ""; if (++rows == 3) exit }' "$$csv" | iconv -c -f UTF-8 -t UTF-8 || :; \
	done
	@printf '\nEAD 2002 to EAD3, EAD3 to EAD 2002, EAD for AtoM, and the CSV of AtoM to EAD:\n'
	$(BIN) convert -q --to ead3 --output out/ead3 samples/fonds-communal-serie-w.xml samples/elliott-wren-papers.xml
	$(BIN) convert -q --to ead2002 --output out/ead2002 samples/harbour-board-records.xml
	$(BIN) convert -q --to atom-ead --output out/atom-ead samples/*.xml
	$(BIN) convert -q --to ead2002 --output out/from-atom samples/port-lessart-atom-export.csv
	$(BIN) validate -q --profile schema out/ead3 out/ead2002 out/atom-ead out/from-atom >out/validation.txt
	@sed -n '/^Summary/,/^  Findings/p' out/validation.txt
	@for ead in out/ead3/fonds-communal-serie-w.xml out/from-atom/*.xml; do \
	  printf '\n%s: %s lines\n' "$$ead" "$$(wc -l <"$$ead" | tr -d ' ')"; \
	  sed -n '/<archdesc/,$$p' "$$ead" | head -n 6; \
	done
	@printf '\nThere and back:\n'
	$(BIN) roundtrip -q --through ead3 samples/*.xml || [ $$? -eq 1 ]
	@printf '\nA tree of office files, its inventory, and what comes of it:\n'
	Benchmarks/office-tree.py out/share
	$(ARCHIFILTER) scan out/share --inventory out/share.inventory
	$(ARCHIFILTER) info out/share.inventory
	$(ARCHIFILTER) findings out/share.inventory --output out/share-findings.txt --fail-level never
	for format in ead2002 ead3 atom-csv resip-csv archifiltre-csv file-list sha256sum duplicates duplicate-folders jsonl; do \
	  $(ARCHIFILTER) export -q out/share.inventory --to $$format --call-number '12 W' --levels versement-w \
	    --repository 'Archives municipales' --creator 'Service urbanisme' -o out/share.$$format || exit 1; \
	done
	cp out/share.ead2002 out/share-ead2002.xml
	cp out/share.ead3 out/share-ead3.xml
	cp out/share.atom-csv out/share-atom.csv
	$(BIN) validate -q --profile schema out/share-ead2002.xml out/share-ead3.xml >out/share-validation.txt
	$(BIN) check -q out/share-atom.csv >out/share-check.txt
	@sed -n '/^Summary/,/^  Findings/p' out/share-validation.txt out/share-check.txt
	(cd out/share && sha256sum --quiet -c ../share.sha256sum)
	@head -n 3 out/share.file-list

format:
	swift format --in-place --recursive --parallel Sources Tests Package.swift

format-check:
	swift format lint --strict --recursive --parallel Sources Tests Package.swift

bench: bench-setup build
	Benchmarks/run.sh $(BENCH_OPTIONS)
	Benchmarks/validate.sh
	Benchmarks/convert.sh $(BENCH_OPTIONS)
	Benchmarks/check.sh $(BENCH_OPTIONS)
	Benchmarks/archifilter.sh $(BENCH_OPTIONS)

dist: build
	rm -rf dist/$(DIST)
	mkdir -p dist/$(DIST)
	cp -R README.md README.fr.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE NOTICE docs samples contrib .pre-commit-hooks.yaml dist/$(DIST)/
	mkdir -p dist/$(DIST)/schemas/ead2002 dist/$(DIST)/schemas/ead3 dist/$(DIST)/schemas/eac-cpf
	cp schemas/SOURCES.md dist/$(DIST)/schemas/
	cp schemas/ead2002/NOTICE.md dist/$(DIST)/schemas/ead2002/
	cp schemas/ead3/LICENSE-CC0.txt dist/$(DIST)/schemas/ead3/
	cp schemas/eac-cpf/LICENSE-CC0.txt dist/$(DIST)/schemas/eac-cpf/
	strip -o dist/$(DIST)/ead-convert $(BIN)
	strip -o dist/$(DIST)/archifilter $(ARCHIFILTER)
	chmod -R u=rwX,go=rX dist/$(DIST)
	chmod 755 dist/$(DIST)/ead-convert dist/$(DIST)/archifilter
	tar -C dist --sort=name --owner=0 --group=0 --numeric-owner --mtime=@$(SOURCE_DATE_EPOCH) -cf - $(DIST) | gzip -9n >dist/$(DIST).tar.gz
	rm -rf dist/$(DIST)
	@echo "dist/$(DIST).tar.gz"

$(BIN) $(ARCHIFILTER):
	$(MAKE) build

# Installs what was built and builds only when there is nothing yet: `sudo make install` after
# `make build` must not leave a .build folder that belongs to root.
install: $(BIN) $(ARCHIFILTER)
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/ead-convert
	install -m 755 $(ARCHIFILTER) $(DESTDIR)$(PREFIX)/bin/archifilter

clean:
	rm -rf .build out dist

"""Breaks finding aids and schemas and gives them to ead-convert; see fuzz.sh, which starts it."""

import argparse
import os
import pathlib
import random
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

BATCH = 200
TIME_LIMIT = 60
LARGEST_SEED = 60_000
SCHEMAS_PER_BATCH = 4

TOKEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<[^<>]*>|[^<]+|<", re.S)
# The look behind keeps a long word from being tried from each of its letters.
ATTRIBUTE = re.compile(rb"""(?<![^\s"'<>=/])([^\s"'<>=/]+)(\s*=\s*)("[^"]*"|'[^']*')""")

VALUES = [
    b"", b" ", b"x", b"a b", b"c1", b"nobody", b"1900/1914", b"1900-02-30", b"-0000", b"9" * 400, b"%zz", b"a[b]", b"#",
    b"fonds", b"otherlevel", b"internal", b"&#0;", b"&#x110000;", b"&#xD800;", b"&#x10FFFF;", b"&amp;", b"&nbsp;", b"&x;",
    b"\xe9", b"\xef\xbf\xbe", b"e\xcc\x81", b"\xf0\x9f\x97\x83", b"\xe2\x80\xae", b"{urn:x}y", b"../../x", b"http://[::1",
]
NAMES = [
    b"ead", b"c", b"c01", b"c12", b"c13", b"did", b"unitdate", b"unitid", b"foo", b"a:b", b"xml:x", b"p", b"note", b"control",
    b"eadheader", b"dsc", b"table", b"chronlist", b"daoset", b"eac-cpf", b"xlink:href", b"id", b"target", b"xmlns", b"xmlns:x",
    b"xsi:schemaLocation", b"level", b"\xc3\xa9", b"1", b"-",
]
NAMESPACES = [
    b"urn:isbn:1-931666-22-9", b"http://ead3.archivists.org/schema/", b"http://ead3.archivists.org/schema/undeprecated/",
    b"http://www.w3.org/1999/xlink", b"http://www.w3.org/2001/XMLSchema-instance", b"", b"urn:x",
    b"http://www.w3.org/XML/1998/namespace", b"http://www.w3.org/2000/xmlns/",
]
INSTRUCTIONS = [
    b"<?ead-convert ignore schema-unknown-element because?>", b"<?ead-convert ignore *?>", b"<?ead-convert?>",
    b"<?ead-convert ignore?>", b"<?ead-convert ignore x " + b"y" * 5000 + b"?>", b"<?xml version='1.0'?>", b"<?a?>", b"<?a",
    b"<?xml-model href='x.rng'?>", b"<!-- -- -->", b"<!---->", b"<!--", b"<![CDATA[", b"<![CDATA[]]>", b"]]>", b"<![CDATA[<]]>]]>",
]
DOCTYPES = [
    b"<!DOCTYPE ead>",
    b"<!DOCTYPE ead SYSTEM 'ead.dtd'>",
    b"<!DOCTYPE ead PUBLIC '+//ISBN 1-931666-00-8//DTD ead.dtd (Encoded Archival Description (EAD) Version 2002)//EN' 'ead.dtd'>",
    b"<!DOCTYPE ead SYSTEM 'file:///etc/passwd'>",
    b"<!DOCTYPE ead [<!ENTITY x 'y'><!ENTITY nbsp '&#160;'>]>",
    b"<!DOCTYPE ead [<!ENTITY x '&x;'>]>",
    b"<!DOCTYPE ead [<!ENTITY a '&x;'><!ENTITY x '&a;'>]>",
    b"<!DOCTYPE ead [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    b"<!DOCTYPE ead [<!ENTITY % p SYSTEM 'p.ent'>%p;]>",
    b"<!DOCTYPE ead [<!ENTITY % p '<!ENTITY x \"<p>y\">'>%p;]>",
    b"<!DOCTYPE ead [<!ENTITY x '<c><did/>'>]>",
    b"<!DOCTYPE ead [<!NOTATION n SYSTEM 'n'><!ENTITY x SYSTEM 'x.jpg' NDATA n>]>",
    b"<!DOCTYPE ead [<!ATTLIST c id ID #IMPLIED level CDATA 'file'><!ATTLIST ead xmlns CDATA #FIXED 'urn:x'>]>",
    b"<!DOCTYPE ead [<!ELEMENT ead (#PCDATA)><!ATTLIST ead a (b|c) 'b'>",
    b"<!DOCTYPE " + b"x" * 3000 + b">",
    b"<!DOCTYPE ead [" + b"".join(b"<!ENTITY l%d '%s'>" % (i, b"&l%d;" % (i - 1) * 10 if i else b"lol") for i in range(12))
    + b"<!ENTITY x '&l11;'>]>",
]
ENCODINGS = [
    b"utf-8", b"UTF-16", b"ISO-8859-1", b"windows-1252", b"US-ASCII", b"UCS-4", b"EBCDIC-CP-FR", b"x-none", b"", b"utf-7",
    b"Shift_JIS", b"MacRoman", b"ISO-8859-15",
]


def span(rng, data, largest=4000):
    """Start and end of a piece, more often a short one."""
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + int(largest ** rng.random()))


def put(data, at, piece):
    return data[:at] + piece + data[at:]


# Bytes

def flip_bits(rng, data, seeds):
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 30))):
        if out:
            out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)
    return bytes(out)


def remove(rng, data, seeds):
    start, end = span(rng, data)
    return data[:start] + data[end:]


def repeat(rng, data, seeds):
    start, end = span(rng, data)
    return put(data, end, data[start:end] * rng.choice((1, 1, 2, 20)))


def splice(rng, data, seeds):
    other = rng.choice(seeds)
    start, end = span(rng, other)
    return put(data, rng.randrange(len(data) + 1), other[start:end])


def cross(rng, data, seeds):
    other = rng.choice(seeds)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1):]


def truncate(rng, data, seeds):
    return data[: rng.randrange(len(data) + 1)]


def insert_bytes(rng, data, seeds):
    piece = rng.choice((
        b"\0", b"\0" * 100, b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf8\x88\x80\x80\x80",
        b"\x0b", b"\x1b[31m", b"\xef\xbb\xbf", b"\xff\xfe", b"\r", b"\xc2\x85", b"\xe2\x80\xa8", b"&", b"<", b"\x92",
        bytes(rng.randrange(256) for _ in range(rng.randrange(1, 60)))))
    return put(data, rng.randrange(len(data) + 1), piece)


def recode(rng, data, seeds):
    text = data.decode("utf-8", "replace")
    name = rng.choice(("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "latin-1", "utf-8-sig", "cp037", "utf-7"))
    return text.encode(name, "replace")


# XML

def declare_encoding(rng, data, seeds):
    body = re.sub(rb"^\s*<\?xml.*?\?>", b"", data, count=1, flags=re.S)
    standalone = rng.choice((b"", b"", b" standalone='yes'", b" standalone='perhaps'"))
    version = rng.choice((b"1.0", b"1.0", b"1.1", b"2.0", b""))
    return b"<?xml version='" + version + b"' encoding='" + rng.choice(ENCODINGS) + b"'" + standalone + b"?>" + body


def doctype(rng, data, seeds):
    body = re.sub(rb"<!DOCTYPE[^\[>]*(\[.*?\]\s*)?>", b"", data, count=1, flags=re.S)
    root = re.search(rb"<[A-Za-z]", body)
    body = put(body, root.start() if root else 0, rng.choice(DOCTYPES))
    for _ in range(rng.choice((0, 1, 1, 3))):
        body = entity(rng, body, seeds)
    return body


def entity(rng, data, seeds):
    places = [match.end() for match in re.finditer(rb">", data)] or [0]
    name = rng.choice((b"x", b"nbsp", b"eacute", b"l11", b"lt", b"#60", b"#x26", b"#0", b"#xFFFF", b"#99999999999999999999", b"", b"x x"))
    return put(data, rng.choice(places), b"&" + name + b";")


def instruction(rng, data, seeds):
    places = [match.end() for match in re.finditer(rb">", data)] or [0]
    return put(data, rng.choice(places), rng.choice(INSTRUCTIONS))


def nest(rng, data, seeds):
    places = [match.end() for match in re.finditer(rb">", data)] or [0]
    depth = rng.choice((5, 50, 300, 1030, 20_000))
    name = rng.choice(NAMES[:16])
    closing = b"</" + name + b">"
    return put(data, rng.choice(places), (b"<" + name + b">") * depth + closing * rng.choice((depth, depth, depth - 1, 0)))


def huge(rng, data, seeds):
    piece = rng.choice((b"x", b" ", b"&#233;", b"\xc3\xa9", b"a ", b"1900/", b"&amp;")) * rng.choice((5_000, 40_000, 150_000))
    kind = rng.randrange(4)
    places = [match.end() for match in re.finditer(rb"<[A-Za-z0-9:]+", data)] or [0]
    if kind == 0:
        return put(data, rng.choice(places), b" " + rng.choice(NAMES) + b"='" + piece + b"'")
    if kind == 1:
        many = b"".join(b" a%d='%d'" % (number, number) for number in range(rng.choice((30, 3_000))))
        return put(data, rng.choice(places), many)
    if kind == 2:
        return put(data, rng.choice(places), piece[:50_000])
    places = [match.end() for match in re.finditer(rb">", data)] or [0]
    return put(data, rng.choice(places), piece)


def tokens(data):
    return TOKEN.findall(data)


def elements(row):
    """Index of the start tag and of the end tag of every element whose tags match."""
    open_tags, found = [], []
    for index, token in enumerate(row):
        if token.startswith(b"</"):
            if open_tags:
                found.append((open_tags.pop(), index))
        elif token.startswith(b"<") and token[1:2].isalpha():
            if token.endswith(b"/>"):
                found.append((index, index))
            else:
                open_tags.append(index)
    return found


def element(rng, data, seeds):
    row = tokens(data)
    found = elements(row)
    if not found:
        return data
    start, end = rng.choice(found)
    piece = row[start:end + 1]
    kind = rng.randrange(6)
    if kind == 0:
        row[start:end + 1] = []
    elif kind == 1:
        row[end + 1:end + 1] = piece * rng.choice((1, 1, 3, 40)) if len(piece) < 2_000 else piece
    elif kind == 2:
        row[start:end + 1] = []
        at = rng.randrange(len(row) + 1)
        row[at:at] = piece
    elif kind == 3:
        row[start + 1:end] = []
    elif kind == 4:
        other = tokens(rng.choice(seeds))
        theirs = elements(other)
        if theirs:
            first, last = rng.choice(theirs)
            row[start:start] = other[first:last + 1]
    elif start != end:
        row[end:end + 1] = []
        row[start:start + 1] = []
    return b"".join(row)


def rename(rng, data, seeds):
    row = tokens(data)
    found = elements(row)
    if not found:
        return data
    start, end = rng.choice(found)
    new = rng.choice(NAMES) if rng.random() < 0.5 else re.match(rb"<([^\s/>]*)", row[rng.choice(found)[0]]).group(1)
    row[start] = re.sub(rb"^<[^\s/>]*", lambda _: b"<" + new, row[start])
    if start != end and rng.random() < 0.9:
        row[end] = b"</" + new + b">"
    return b"".join(row)


def attribute(rng, data, seeds):
    found = list(ATTRIBUTE.finditer(data))
    if not found:
        return data
    match = rng.choice(found)
    name, value = match.group(1), match.group(3)
    kind = rng.randrange(6)
    if kind == 0:
        value = b'"' + rng.choice(VALUES) + b'"'
    elif kind == 1:
        name = rng.choice(NAMES)
    elif kind == 2:
        value = rng.choice(found).group(3)
    elif kind == 3:
        return data[:match.start()] + data[match.end():]
    elif kind == 4:
        other = rng.choice(found)
        return put(data, match.end(), b" " + other.group(0))
    else:
        value = b'"' + rng.choice(NAMESPACES) + b'"'
        name = name if rng.random() < 0.5 else rng.choice((b"xmlns", b"xmlns:xlink", b"xmlns:x"))
    return data[:match.start()] + name + b"=" + value + data[match.end():]


def text(rng, data, seeds):
    row = tokens(data)
    places = [index for index, token in enumerate(row) if not token.startswith(b"<")]
    if places:
        row[rng.choice(places)] = rng.choice(VALUES)
    return b"".join(row)


# Those that leave most documents well-formed come more often: they get past the reader.
MUTATIONS = (
    [element] * 6 + [rename] * 4 + [attribute] * 8 + [text] * 2 + [doctype] * 2 + [instruction] * 2
    + [flip_bits, remove, repeat, splice, cross, truncate, insert_bytes, recode, declare_encoding, entity, nest, huge])


def broken(rng, data, seeds):
    for _ in range(rng.choice((1, 1, 1, 2, 3, 6))):
        data = rng.choice(MUTATIONS)(rng, data, seeds)
        if len(data) > 4_000_000:
            return data[:4_000_000]
    return data


class Fuzzer:
    def __init__(self, options):
        self.options = options
        self.root = pathlib.Path(options.root)
        self.seeds = self.read_seeds()
        self.schemas = [path.read_bytes() for path in sorted((self.root / "schemas").glob("*/*.rng"))]
        self.small = [
            self.root / "Tests/EADKitTests/Fixtures/validation" / name for name in ("small-2002.xml", "small-ead3.xml")]
        help_text = subprocess.run([options.program, "convert", "--help"], capture_output=True, text=True).stdout
        self.converts = "--validate" in help_text
        self.batches = self.files = self.schemas_tried = 0
        self.start = self.said = time.monotonic()

    def read_seeds(self):
        found = list((self.root / "samples").glob("*.xml"))
        found += (self.root / "Tests/EADKitTests/Fixtures").rglob("*.xml")
        for folder in ("corpus", "mutants"):
            found += (self.root.parent / "shared" / folder).rglob("*.xml")
        return [path.read_bytes() for path in sorted(found) if 0 < path.stat().st_size < LARGEST_SEED]

    def run(self, command):
        """What was wrong with a run; None when nothing was."""
        allowed = (0, 1, 2, 64) if "--schema" in command else (0, 1, 2)
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=TIME_LIMIT)
        except subprocess.TimeoutExpired:
            return f"no end after {TIME_LIMIT} seconds"
        if done.returncode in allowed:
            return None
        return f"status {done.returncode}: {done.stderr[-600:].decode('utf-8', 'replace')}"

    def narrow(self, command, files):
        """The smallest half of halves with which the command still fails."""
        while len(files) > 1:
            middle = len(files) // 2
            half = next((part for part in (files[:middle], files[middle:]) if self.run(command + part)), None)
            if half is None:
                break
            files = half
        return files

    def keep(self, command, files, problem, batch):
        folder = pathlib.Path(self.options.found)
        folder.mkdir(parents=True, exist_ok=True)
        kept = []
        for file in files:
            copy = folder / f"seed{self.options.seed}-batch{batch}-{os.path.basename(file)}"
            shutil.copy(file, copy)
            kept.append(str(copy))
        line = shlex.join(command + kept)
        (folder / f"seed{self.options.seed}-batch{batch}.txt").write_text(f"{line}\n{problem}\n")
        print(f"FAILED in batch {batch}: {problem.strip()}\n  {line}", flush=True)

    def documents(self, folder, batch):
        rng = random.Random(f"{self.options.seed} {batch}")
        for number in range(BATCH):
            (folder / f"{number:03}.xml").write_bytes(broken(rng, rng.choice(self.seeds), self.seeds))
        command = [self.options.program, "validate", "--profile", "atom", "--format", "jsonl", "--jobs", "2"]
        commands = [command + (["--recover"] if batch % 2 == 0 else [])]
        if self.converts and batch % 10 == 0:
            out = str(folder / "out")
            os.mkdir(out)
            commands.append([self.options.program, "convert", "--validate", "--jobs", "2", "--force", "-q", "-o", out])
        for command in commands:
            if problem := self.run(command + [str(folder)]):
                files = self.narrow(command, sorted(str(path) for path in folder.glob("*.xml")))
                self.keep(command, files, problem, batch)
                return False
            self.files += BATCH
        return True

    def broken_schemas(self, folder, batch):
        rng = random.Random(f"schema {self.options.seed} {batch}")
        for number in range(SCHEMAS_PER_BATCH):
            schema = folder / f"{number}.rng"
            schema.write_bytes(broken(rng, rng.choice(self.schemas), self.schemas))
            command = [self.options.program, "validate", str(rng.choice(self.small)), "--schema"]
            if problem := self.run(command + [str(schema)]):
                self.keep(command, [str(schema)], problem, batch)
                return False
            self.schemas_tried += 1
        return True

    def say(self, at_once=False):
        now = time.monotonic()
        if at_once or now - self.said >= 10:
            self.said = now
            print(
                f"{self.batches} batches, {self.files} files, {self.schemas_tried} schemas, {now - self.start:.0f} s", flush=True)

    def loop(self):
        batch = self.options.first
        while time.monotonic() - self.start < self.options.seconds:
            with tempfile.TemporaryDirectory(prefix="ead-fuzz-") as name:
                folder = pathlib.Path(name)
                if not self.documents(folder, batch):
                    return 1
                if not self.broken_schemas(folder, batch):
                    return 1
            self.batches += 1
            batch += 1
            self.say()
        self.say(at_once=True)
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("root", "program", "found"):
        parser.add_argument("--" + name, required=True)
    for name in ("seconds", "seed", "first"):
        parser.add_argument("--" + name, type=int, required=True)
    return Fuzzer(parser.parse_args()).loop()


if __name__ == "__main__":
    sys.exit(main())

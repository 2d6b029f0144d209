#!/usr/bin/env python3
"""Makes a tree of files for the benchmarks of archifilter, always the same for the same options.

    generate-tree.py [--seed N] --files N [--content empty|small|office|large] [--size BYTES] FOLDER

`empty`: half of the files are empty, the others hold some bytes; `small`: texts of 1 to 16 kB, one in ten a copy of another;
`office`: small OOXML documents, PDF, texts and CSV in turn; `large`: files of --size random bytes. 100 files a folder, 20
folders a folder. Standard library only.
"""
import argparse
import io
import os
import random
import zipfile

WORDS = "délibération conseil budget permis urbanisme école marché voirie séance arrêté courrier plan dossier état".split()
EPOCH = 1262304000  # 2010


def docx(text):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Override PartName="/word/document.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>')
        archive.writestr(
            "docProps/core.xml",
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">'
            f"<dc:title>{text[:40]}</dc:title><dcterms:modified>2014-03-12T08:30:00Z</dcterms:modified></cp:coreProperties>")
        archive.writestr(
            "word/document.xml",
            '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
            f"<w:t>{text}</w:t></w:r></w:p></w:body></w:document>")
    return out.getvalue()


def pdf(text):
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\n2 0 obj\n<< /Title (" + text[:40].encode("latin-1", "replace")
        + b") /ModDate (D:20120703093000+02'00') >>\nendobj\ntrailer\n<< /Size 3 /Root 1 0 R /Info 2 0 R >>\n"
        b"startxref\n9\n%%EOF\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int, required=True)
    parser.add_argument("--content", choices=["empty", "small", "office", "large"], default="empty")
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("folder")
    options = parser.parse_args()
    dice = random.Random(options.seed)
    os.makedirs(options.folder, exist_ok=True)
    folders = max(1, (options.files + 99) // 100)
    last = ""
    for number in range(folders):
        steps, rest = [], number
        while True:
            steps.append(f"{rest % 20:02d} {WORDS[rest % len(WORDS)]} {rest}")
            rest //= 20
            if rest == 0:
                break
        folder = os.path.join(options.folder, *reversed(steps))
        os.makedirs(folder, exist_ok=True)
        for entry in range(number * 100, min((number + 1) * 100, options.files)):
            word = WORDS[dice.randrange(len(WORDS))]
            text = " ".join(WORDS[dice.randrange(len(WORDS))] for _ in range(dice.randrange(20, 40))) + f" {entry}"
            kind = "txt"
            if options.content == "empty":
                content = b"" if entry % 2 else text[:24].encode()
            elif options.content == "small":
                content = (text * dice.randrange(5, 60)).encode() if entry % 10 else last.encode()
                last = text * 9
            elif options.content == "large":
                content, kind = dice.randbytes(options.size), "bin"
            else:
                kind = ("docx", "pdf", "txt", "csv")[entry % 4]
                content = docx(text) if kind == "docx" else pdf(text) if kind == "pdf" else text.encode()
            path = os.path.join(folder, f"{entry:07d} {word}.{kind}")
            with open(path, "wb") as file:
                file.write(content)
            moment = EPOCH + dice.randrange(12 * 365 * 86_400)
            os.utime(path, (moment, moment))


main()

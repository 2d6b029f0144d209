#!/usr/bin/env python3
"""Formats: archifilter against Siegfried (through pygfried).

Makes office files of all families, lets `archifilter scan` and Siegfried recognise them, and compares: where archifilter
claims a PUID it must be Siegfried's only one. Usage: formats-agreement.py ARCHIFILTER [FOLDER]
Needs pygfried, python-docx, openpyxl, python-pptx, odfpy, reportlab, pillow.
Exit: 0 agreement, 1 disagreement or too few claims.
"""
import io, json, os, random, struct, subprocess, sys, tempfile, zipfile, gzip, bz2, lzma, wave, zlib

FREE = 0xFFFFFFFF


def cfb(streams):
    """A compound file with streams in its root."""
    names = sorted(streams, key=lambda n: (len(n), n.upper()))
    sectors, fat, entries = [], [], []

    def add(data):
        if not data:
            return 0xFFFFFFFE
        first = len(sectors)
        pieces = [data[i:i + 512].ljust(512, b"\0") for i in range(0, len(data), 512)]
        for i, piece in enumerate(pieces):
            sectors.append(piece)
            fat.append(first + i + 1 if i + 1 < len(pieces) else 0xFFFFFFFE)
        return first

    mini, minifat = b"", []
    for name in names:
        data = streams[name]
        if len(data) >= 4096:
            start = add(data)
        else:
            start = len(mini) // 64 if data else 0xFFFFFFFE
            count = (len(data) + 63) // 64
            mini += data.ljust(count * 64, b"\0")
            base = len(minifat)
            minifat += [base + i + 1 if i + 1 < count else 0xFFFFFFFE for i in range(count)]
        entries.append((name, 2, start, len(data)))
    mini_start = add(mini)
    minifat_start = add(struct.pack("<%dI" % len(minifat), *minifat).ljust((len(minifat) * 4 + 511) // 512 * 512, b"\xff")) if minifat else 0xFFFFFFFE

    def entry(name, kind, start, size, left, right, child):
        raw = name.encode("utf-16le") + b"\0\0"
        return (raw.ljust(64, b"\0") + struct.pack("<HBBIII", len(raw), kind, 1, left, right, child) + bytes(16 + 4 + 16)
                + struct.pack("<IQ", start, size))

    directory = entry("Root Entry", 5, mini_start, len(mini), FREE, FREE, 1 if names else FREE)
    for i, (name, kind, start, size) in enumerate(entries):
        directory += entry(name, kind, start, size, FREE, i + 2 if i + 1 < len(entries) else FREE, FREE)
    while len(directory) % 512:
        directory += bytes(68) + struct.pack("<III", FREE, FREE, FREE) + bytes(48)
    directory_start = add(directory)
    fat_count = 1
    while (len(sectors) + fat_count) * 4 > fat_count * 512:
        fat_count += 1
    fat_first = len(sectors)
    table = fat + [0xFFFFFFFD] * fat_count
    table += [FREE] * (fat_count * 128 - len(table))
    header = (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
              + struct.pack("<IIIIIIIII", 0, fat_count, directory_start, 0, 4096, minifat_start,
                            (len(minifat) * 4 + 511) // 512, 0xFFFFFFFE, 0))
    header += struct.pack("<109I", *([fat_first + i for i in range(fat_count)] + [FREE] * (109 - fat_count)))
    return header + b"".join(sectors) + struct.pack("<%dI" % len(table), *table)


def compobj(program):
    name = program.encode() + b"\0"
    return (bytes.fromhex("0100FEFF030A0000FFFFFFFF") + bytes(16) + struct.pack("<I", 8) + b"MS Word\0"
            + struct.pack("<I", 10) + b"MSWordDoc\0" + struct.pack("<I", len(name)) + name + bytes(16))


def zipped(parts, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, data in parts:
            z.writestr(name, data)
    return out.getvalue()


def ooxml(kind, main="word/document.xml", body="<a/>"):
    types = ('<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
             '<Override PartName="/%s" ContentType="application/vnd.%s"/></Types>' % (main, kind))
    return zipped([("[Content_Types].xml", types), ("_rels/.rels", "<a/>"), (main, body)])


def odf(kind, version):
    v = ' office:version="%s"' % version if version else ""
    return zipped([("mimetype", "application/vnd.oasis.opendocument." + kind),
                   ("content.xml", '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"%s><office:body/></office:document-content>' % v),
                   ("META-INF/manifest.xml", '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry manifest:media-type="application/vnd.oasis.opendocument.%s" manifest:full-path="/"/></manifest:manifest>' % kind)],
                  zipfile.ZIP_STORED)


def pdf(version, extra="", end="%%EOF\n", trailer=""):
    return ("%%PDF-%s\n1 0 obj<</Type/Catalog>>endobj\n%s\ntrailer<</Root 1 0 R%s>>\nstartxref\n9\n%s" % (version, extra, trailer, end)).encode()


def xmp(part, level, form=0):
    ns = '<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" rdf:about=""'
    if form == 0:
        return ns + "><pdfaid:part>%s</pdfaid:part><pdfaid:conformance>%s</pdfaid:conformance></rdf:Description>" % (part, level)
    if form == 1:
        return ns + ' pdfaid:part="%s" pdfaid:conformance="%s"/>' % (part, level)
    return ns + "><pdfaid:conformance>%s</pdfaid:conformance><pdfaid:part>%s</pdfaid:part></rdf:Description>" % (level, part)


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks):
    raw = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    for name, data in chunks:
        raw += chunk(name, data)
    return raw + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")


def exif(version, little):
    order = "<" if little else ">"
    tag = struct.pack(order + "HHI", 0x9000, 7, 4) + version
    body = b"Exif\0\0" + (b"II*\0" if little else b"MM\0*") + struct.pack(order + "IH", 8, 1) + struct.pack(order + "HHII", 0x8769, 4, 1, 26) + bytes(4) + struct.pack(order + "H", 1) + tag + bytes(4)
    return b"\xff\xd8\xff\xe1" + struct.pack(">H", len(body) + 2) + body + b"\xff\xdb\0\x04\0\0\xff\xd9"


def files():
    """Pairs of name and bytes."""
    import docx, openpyxl, pptx
    from odf.opendocument import OpenDocumentText, OpenDocumentSpreadsheet, OpenDocumentPresentation, OpenDocumentDrawing
    from reportlab.pdfgen import canvas
    from reportlab.lib.pdfencrypt import StandardEncryption
    from PIL import Image

    def saved(save):
        out = io.BytesIO()
        save(out)
        return out.getvalue()

    document = docx.Document()
    document.add_paragraph("Délibération du conseil municipal")
    yield "deliberation.docx", saved(document.save)
    yield "deliberation-nommee.doc", saved(document.save)
    book = openpyxl.Workbook()
    book.active["A1"] = "Budget"
    yield "budget.xlsx", saved(book.save)
    slides = pptx.Presentation()
    slides.slides.add_slide(slides.slide_layouts[0])
    yield "reunion.pptx", saved(slides.save)
    for kind, name in ((OpenDocumentText, "t.odt"), (OpenDocumentSpreadsheet, "s.ods"), (OpenDocumentPresentation, "p.odp"), (OpenDocumentDrawing, "g.odg")):
        yield name, saved(kind().save)

    types = [("openxmlformats-officedocument.wordprocessingml.document.main+xml", "docx"), ("openxmlformats-officedocument.wordprocessingml.template.main+xml", "dotx"),
             ("openxmlformats-officedocument.spreadsheetml.sheet.main+xml", "xlsx"), ("openxmlformats-officedocument.spreadsheetml.template.main+xml", "xltx"),
             ("openxmlformats-officedocument.presentationml.presentation.main+xml", "pptx"), ("openxmlformats-officedocument.presentationml.slideshow.main+xml", "ppsx"),
             ("openxmlformats-officedocument.presentationml.template.main+xml", "potx"), ("ms-word.document.macroEnabled.main+xml", "docm"),
             ("ms-word.template.macroEnabledTemplate.main+xml", "dotm"), ("ms-excel.sheet.macroEnabled.main+xml", "xlsm"), ("ms-excel.sheet.binary.macroEnabled.main", "xlsb"),
             ("ms-excel.template.macroEnabled.main+xml", "xltm"), ("ms-excel.addin.macroEnabled.main+xml", "xlam"), ("ms-powerpoint.presentation.macroEnabled.main+xml", "pptm"),
             ("ms-powerpoint.slideshow.macroEnabled.main+xml", "ppsm"), ("ms-powerpoint.template.macroEnabled.main+xml", "potm"), ("ms-powerpoint.addin.macroEnabled.main+xml", "ppam"),
             ("ms-visio.drawing.main+xml", "vsdx"), ("ms-visio.stencil.main+xml", "vssx"), ("ms-visio.template.main+xml", "vstx"), ("ms-visio.drawing.macroEnabled.main+xml", "vsdm"),
             ("unknown.main+xml", "docx")]
    for number, (kind, extension) in enumerate(types):
        yield "ooxml-%02d.%s" % (number, extension), ooxml(kind)
    strict = ('<a xmlns="http://purl.oclc.org/ooxml/%s/main"/>')
    yield "strict.docx", ooxml(types[0][0], "word/document.xml", strict % "wordprocessingml")
    yield "strict.xlsx", ooxml(types[2][0], "xl/workbook.xml", strict % "spreadsheetml")
    yield "strict.pptx", ooxml(types[4][0], "ppt/presentation.xml", strict % "presentationml")
    for kind, extension in (("text", "odt"), ("spreadsheet", "ods"), ("presentation", "odp"), ("graphics", "odg"), ("text-template", "ott")):
        for version in ("", "1.0", "1.1", "1.2", "1.3", "1.4"):
            yield "odf-%s-%s.%s" % (kind, version or "none", extension), odf(kind, version)
    yield "livre.epub", zipped([("mimetype", "application/epub+zip"), ("META-INF/container.xml", "<a/>")], zipfile.ZIP_STORED)
    yield "plans.zip", zipped([("a.txt", "a"), ("dossier/b.txt", "b" * 5000)])
    yield "vide.zip", zipped([])
    yield "zip-nomme.txt", zipped([("a.txt", "a")])
    yield "application.jar", zipped([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")])
    yield "manifeste.zip", zipped([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n")])
    yield "carte.kmz", zipped([("doc.kml", '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"/>')])
    yield "coupe.zip", zipped([("a.txt", "a" * 9000)])[:-30]

    fib = bytearray(struct.pack("<HHHHHH", 0xA5EC, 193, 0, 1036, 0, 0x10F0) + bytes(500))
    for name, flags in (("word97.doc", (0, 0)), ("modele.dot", (1, 0)), ("verrouille.doc", (0, 1)), ("modele-verrouille.dot", (1, 1))):
        fib[10], fib[11] = flags
        yield name, cfb({"WordDocument": bytes(fib), "\x01CompObj": compobj("Word.Document.8"), "1Table": bytes(100)})
        yield "grand-" + name, cfb({"WordDocument": bytes(fib) + bytes(9000), "\x01CompObj": compobj("Word.Document.8"), "1Table": bytes(7000)})
    fib[10], fib[11] = 0, 0
    yield "word6.doc", cfb({"WordDocument": bytes(fib), "\x01CompObj": compobj("Word.Document.6")})
    yield "word-sans.doc", cfb({"WordDocument": bytes(fib)})
    bof = lambda version: struct.pack("<HHHH", 0x809, 16, version, 5) + bytes(12)
    yield "excel97.xls", cfb({"Workbook": bof(0x600) + bytes(4200)})
    yield "excel97-petit.xls", cfb({"Workbook": bof(0x600) + bytes(100)})
    yield "excel95.xls", cfb({"Book": bof(0x500) + bytes(100)})
    yield "double.xls", cfb({"Book": bof(0x500) + bytes(100), "Workbook": bof(0x600) + bytes(100)})
    yield "excel97-livre.xls", cfb({"Book": bof(0x600) + bytes(100)})
    yield "diapo.ppt", cfb({"PowerPoint Document": bytes(200), "Current User": bytes(20)})
    yield "diapo95.ppt", cfb({"PowerPoint Document": bytes(200), "Header": bytes(20)})
    yield "courriel.msg", cfb({"__properties_version1.0": bytes(64), "__nameid_version1.0": bytes(10), "__substg1.0_0037001F": b"a"})
    yield "chiffre.docx", cfb({"EncryptedPackage": bytes(6000), "EncryptionInfo": bytes(100)})
    yield "Thumbs.db", cfb({"Catalog": bytes.fromhex("10000700010000000000"), "1": b"a" * 100})
    yield "projet.mpp", cfb({"Props14": bytes(10), "\x01CompObj": compobj("MSProject.MPP14")})
    yield "inconnu.ole", cfb({"Autre": b"a" * 10})

    for number, version in enumerate(("1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "2.0")):
        yield "pdf-%s.pdf" % version, pdf(version)
    for part in "123":
        for level in "ABU":
            for form in range(3):
                yield "pdfa-%s%s-%d.pdf" % (part, level, form), pdf("1.4" if part == "1" else "1.7", xmp(part, level, form))
    yield "pdfa-loin.pdf", pdf("1.6", "x" * 700000 + xmp("2", "B") + "y" * 300000)
    yield "pdfa-4.pdf", pdf("2.0", '<rdf:Description xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" pdfaid:part="4" pdfaid:rev="2020"/>')
    yield "pdfx.pdf", pdf("1.4", "/GTS_PDFXVersion (PDF/X-3:2003)")
    yield "pdf-sans-fin.pdf", pdf("1.4", end="")
    yield "pdf-chiffre.pdf", pdf("1.6", trailer="/Encrypt 5 0 R")
    yield "ecrit.pdf", saved(lambda out: (lambda c: (c.drawString(100, 700, "Arrêté"), c.save()))(canvas.Canvas(out)))
    yield "protege.pdf", saved(lambda out: (lambda c: (c.drawString(100, 700, "Secret"), c.save()))(canvas.Canvas(out, encrypt=StandardEncryption("x", "y", canPrint=0))))

    styles = r"\stshfdbch0\stshfloch37\stshfhich37\stshfbi0"
    for name, text in (("v0", r"{\rtf0\ansi x}"), ("14", r"{\rtf1\ansi\deff0{\fonttbl}x}"), ("mac", r"{\rtf1\mac x}"), ("15", r"{\rtf1\ansi\ansicpg1252\deff0 x}"),
                       ("17", r"{\rtf1\ansi\ansicpg1252\uc1\deff0" + styles + r"\deflang1036 x}"), ("18", r"{\rtf1\ansi\ansicpg1252\uc1" + styles + r"{\*\latentstyles\lsdstimax156}x}"),
                       ("19", r"{\rtf1\adeflang1025\ansi\ansicpg1252\uc1\adeff0" + styles + r"{\*\colorschememapping 3c}x}"),
                       ("18a", r"{\rtf1\adeflang1025\ansi\ansicpg1252\uc1" + styles + r"{\*\latentstyles\lsdstimax156}x}"), ("nu", r"{\rtf1 x}"),
                       ("19b", r"{\rtf1\ansi\ansicpg1252" + styles + r"\afelev1{\*\latentstyles\lsdstimax156}x}"), ("tard", r"{\rtf1\ansi\deff0 x\ansicpg1252}")):
        yield "texte-%s.rtf" % name, text.encode()

    picture = Image.new("RGB", (20, 20), "red")
    for kind, extension in (("JPEG", "jpg"), ("PNG", "png"), ("GIF", "gif"), ("TIFF", "tif"), ("BMP", "bmp"), ("WEBP", "webp"), ("JPEG2000", "jp2"), ("ICO", "ico"), ("PPM", "ppm")):
        yield "image." + extension, saved(lambda out: picture.save(out, kind))
    yield "image-nommee.pdf", saved(lambda out: picture.save(out, "JPEG"))
    yield "reel.webp", saved(lambda out: picture.save(out, "WEBP", lossless=True))
    for version in range(4):
        yield "jfif-%d.jpg" % version, b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01" + bytes([version]) + b"\0\0\x01\0\x01\0\0\xff\xdb\0\x04\0\0\xff\xd9"
    for version in (b"0200", b"0210", b"0220", b"0221", b"0230", b"0231", b"0232", b"0300"):
        for little in (True, False):
            yield "exif-%s-%s.jpg" % (version.decode(), "II" if little else "MM"), exif(version, little)
    yield "brut.jpg", b"\xff\xd8\xff\xdb\0\x04\0\0\xff\xd9"
    yield "suite.jpg", b"\xff\xd8\xff\xdb\0\x04\0\0\xff\xd9" + b"more" * 40
    yield "10.png", png()
    yield "11.png", png((b"sRGB", b"\0"))
    yield "12.png", png((b"iTXt", b"Title\0\0\0\0\0x"))
    yield "12b.png", png((b"sRGB", b"\0"), (b"iTXt", b"Title\0\0\0\0\0x"))
    yield "anime.png", png((b"acTL", bytes(8)))
    yield "coupe.png", png()[:-4]
    yield "87.gif", b"GIF87a" + bytes(20) + b"\x3b"
    yield "coupe.gif", b"GIF89a" + bytes(20)
    for number, size in enumerate((40, 108, 124)):
        yield "bmp-%d.bmp" % number, b"BM" + struct.pack("<IIIIIIHHI", 200, 0, 14 + size, size, 1, 1, 1, 24, 0) + bytes(size + 20)
    yield "photo.nef", saved(lambda out: picture.save(out, "TIFF"))
    yield "avec-exif.tif", b"II*\0" + struct.pack("<IH", 8, 1) + struct.pack("<HHII", 0x8769, 4, 1, 26) + bytes(4) + struct.pack("<H", 1) + struct.pack("<HHI", 0x9000, 7, 4) + b"0220" + bytes(4)

    sound = io.BytesIO()
    with wave.open(sound, "wb") as w:
        w.setnchannels(1), w.setsampwidth(2), w.setframerate(8000), w.writeframes(bytes(400))
    yield "conseil.wav", sound.getvalue()
    data = b"data" + struct.pack("<I", 8) + bytes(8)
    riff = lambda body: b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body
    yield "ex.wav", riff(b"fmt " + struct.pack("<I", 18) + struct.pack("<HHIIHHH", 85, 1, 8000, 8000, 1, 8, 0) + data)
    yield "extensible.wav", riff(b"fmt " + struct.pack("<I", 40) + struct.pack("<HHIIHHH", 0xFFFE, 1, 8000, 8000, 1, 8, 22) + bytes(22) + data)
    yield "radio.wav", riff(b"bext" + struct.pack("<I", 602) + bytes(602) + b"fmt " + struct.pack("<I", 16) + struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8) + data)
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    yield "son.mp3", frame * 12
    yield "son-id3.mp3", b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + frame * 12
    box = lambda name, body=b"": struct.pack(">I", len(body) + 8) + name + body
    for brand in (b"isom", b"mp42", b"mp41", b"iso2", b"qt  ", b"M4A ", b"3gp4"):
        yield "film-%s.mp4" % brand.decode().strip(), box(b"ftyp", brand + bytes(4) + b"isom") + box(b"mdat", bytes(100)) + box(b"moov", box(b"mvhd", bytes(100)))
    yield "film.mov", box(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + box(b"moov", box(b"mvhd", bytes(100)))
    yield "sans-moov.mp4", box(b"ftyp", b"isom" + bytes(4)) + box(b"mdat", bytes(100))
    header = b"LIST" + struct.pack("<I", 200) + b"hdrlavih" + bytes(192)
    yield "film.avi", b"RIFF" + struct.pack("<I", 400) + b"AVI " + header + b"LIST" + struct.pack("<I", 4) + b"movi"

    yield "archive.7z", bytes.fromhex("377ABCAF271C0004") + bytes(40)
    yield "archive.tar.gz", gzip.compress(b"a" * 100)
    yield "archive.bz2", bz2.compress(b"a" * 100)
    yield "archive.xz", lzma.compress(b"a" * 100)
    yield "archive.rar", b"Rar!\x1a\x07\x01\0" + bytes(40)
    yield "vieux.rar", b"Rar!\x1a\x07\0" + bytes(2) + b"\x73" + bytes(34) + b"\x1d" + bytes(20)
    yield "outlook97.pst", b"!BDN" + bytes(4) + b"SM" + struct.pack("<H", 14) + bytes(500)
    yield "outlook.pst", b"!BDN" + bytes(4) + b"SM" + struct.pack("<H", 23) + bytes(500)
    yield "base.mdb", bytes.fromhex("00010000") + b"Standard Jet DB\0" + bytes.fromhex("01000000") + bytes(500)
    yield "base.accdb", bytes.fromhex("00010000") + b"Standard ACE DB\0" + bytes.fromhex("02000000") + bytes(500)
    yield "base.sqlite", b"SQLite format 3\0" + bytes(100)
    yield "raccourci.lnk", bytes.fromhex("4C0000000114020000000000C000000000000046") + bytes(60)
    yield ".DS_Store", bytes.fromhex("0000000142756431000010000000080000001000") + bytes(60)
    yield "~$note.docx", b"\x06Martin" + b" " * 46 + b"\0\x06\0M\0a\0r\0t\0i\0n\0" + bytes(90)
    for name, magic, machine in (("p32.exe", 0x10B, 0x14C), ("p64.dll", 0x20B, 0x8664)):
        pe = b"PE\0\0" + struct.pack("<HHIIIHH", machine, 1, 0, 0, 0, 224, 2) + struct.pack("<H", magic) + bytes(66) + struct.pack("<H", 2) + bytes(200)
        yield name, b"MZ" + bytes(58) + struct.pack("<I", 200) + bytes(136) + pe
    yield "dos.exe", b"MZ" + bytes(200)

    mail = "To: a@exemple.fr\r\nFrom: b@exemple.fr\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\n%sContent-Type: %s\r\n\r\n%s\r\n"
    yield "mime.eml", (mail % ("MIME-Version: 1.0\r\n", "text/plain", "Bonjour")).encode()
    yield "page.eml", (mail % ("MIME-Version: 1.0\r\n", "text/html", "<!DOCTYPE html><html><body>x</body></html>")).encode()
    yield "simple.eml", (mail % ("", "text/plain", "Bonjour")).encode()
    yield "mime.txt", (mail % ("Mime-Version: 1.0\r\n", "text/plain", "Bonjour")).encode()
    yield "boite.mbox", ("From b@exemple.fr Mon Jan  1 10:00:00 2024\n" + (mail % ("", "text/plain", "Bonjour")).replace("\r", "")).encode()
    for number, page in enumerate(("<!DOCTYPE html>\n<html><head><title>x</title></head></html>", "<!doctype HTML><p>x", "<html><body>x</body></html>", "<HTML><BODY>x</BODY></HTML>",
                                   '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN"><html></html>', '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><html></html>',
                                   '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN"><html></html>', '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><html></html>',
                                   '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head></html>',
                                   "<html><body>jamais fini", "<p>morceau</p>", '<!DOCTYPE HTML SYSTEM "about:legacy-compat"><html></html>')):
        yield "page-%02d.html" % number, page.encode()
    for number, text in enumerate(('<?xml version="1.0" encoding="UTF-8"?><a/>', "<?xml version='1.0'?><budget><ligne/></budget>", "<a/>", '\ufeff<?xml version="1.0"?><a/>', '<?xml version="1.1"?><a/>',
                                   '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>', '<?xml version="1.0"?><rss version="2.0"/>', '<?xml version="1.0"?><ead xmlns="urn:isbn:1-931666-22-9"/>',
                                   '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"/>', '<?xml version="1.0"?><mets xmlns="http://www.loc.gov/METS/"/>')):
        yield "donnees-%02d.xml" % number, text.encode()
    for number, text in enumerate(('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" version="1.1"></svg>', '<?xml version="1.0"?><svg version="1.0"></svg>', '<?xml version="1.0"?><svg version="1.2"></svg>',
                                   '<svg version="1.1"></svg>', '<?xml version="1.0"?><svg></svg>')):
        yield "dessin-%02d.svg" % number, text.encode()
    plain = "Compte rendu de la réunion\nde la commission\n"
    for extension in "txt csv tsv json md log css js py ini bat yml yaml sql doc docx xls pdf eml rtf xml html tex vcf ics url nfo dat bin tmp bak lnk zip".split():
        yield "texte." + extension, plain.encode()
    yield "LISEZMOI", plain.encode()
    yield "latin1.txt", plain.encode("latin1")
    yield "cp1252.txt", "l’été, 3 €\n".encode("cp1252")
    yield "utf16.txt", b"\xff\xfe" + plain.encode("utf-16le")
    yield "utf16be.txt", b"\xfe\xff" + plain.encode("utf-16be")
    yield "bom.csv", b"\xef\xbb\xbf" + b"a;b\r\n1;2\r\n"
    yield "objet.json", b'{"a": [1, 2]}'
    yield "script.py", b"#!/usr/bin/env python3\nprint()\n"
    yield "controle.txt", b"abc\x01\n" * 30
    yield "nul.txt", b"abc\0def\n" * 30
    yield "octets.bin", bytes(range(256)) * 8
    yield "octets.csv", bytes(range(256)) * 8
    yield "octets.doc", bytes(range(256)) * 8
    yield "vide.docx", b""


def main():
    import pygfried
    tool = sys.argv[1]
    folder = sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp(prefix="formats-")
    tree = os.path.join(folder, "tree")
    os.makedirs(tree, exist_ok=True)
    for name, data in files():
        with open(os.path.join(tree, name), "wb") as out:
            out.write(data)
    if os.path.basename(tool) == "tool":
        lines = subprocess.run([tool] + sorted(os.listdir(tree)), cwd=tree, stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()
        ours = {line.split("\t")[0]: (None if line.split("\t")[1] == "-" else line.split("\t")[1]) for line in lines}
    else:
        inventory = os.path.join(folder, "inventory.sqlite")
        subprocess.run([tool, "scan", tree, "--inventory", inventory, "--digests", "none"], check=True, stdout=subprocess.DEVNULL)
        text = subprocess.run([tool, "export", inventory, "--to", "jsonl"], check=True, stdout=subprocess.PIPE).stdout
        rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        ours = {row["path"]: row.get("puid") for row in rows if row.get("path")}
    claimed, wrong, silent = 0, 0, []
    for name in sorted(os.listdir(tree)):
        if name not in ours:
            # Left out by an ignore rule: not a matter of formats.
            continue
        seen = pygfried.identify(os.path.join(tree, name), detailed=True)
        matches = (seen["files"][0] if "files" in seen else seen).get("matches") or []
        ids = {match["id"] for match in matches}
        if ours[name]:
            claimed += 1
            if ids != {ours[name]}:
                wrong += 1
                print("%s: archifilter %s, Siegfried %s" % (name, ours[name], ", ".join(sorted(ids))))
        elif ids != {"UNKNOWN"}:
            silent.append("%s (%s)" % (name, ", ".join(sorted(ids))))
    print("%d files, %d with a PUID of archifilter, %d of them wrong; Siegfried alone: %d" % (len(ours), claimed, wrong, len(silent)))
    if silent:
        print("  " + "\n  ".join(silent))
    sys.exit(1 if wrong or claimed < 100 else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Makes a small tree of office files, always the same, for the demonstration of archifilter.

    office-tree.py FOLDER

Real documents (OOXML, ODF, PDF, e-mail, ZIP) of a few bytes, duplicates, an empty folder, names of all kinds. Standard
library only.
"""
import io
import os
import sys
import zipfile

MOMENT = (2014, 3, 12, 9, 30, 0)
SECONDS = 1394613000  # the same moment in UTC


def package(parts, stored_first=None):
    """A ZIP with fixed dates."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        if stored_first:
            archive.writestr(zipfile.ZipInfo(stored_first[0], MOMENT), stored_first[1])
        for name, text in parts:
            info = zipfile.ZipInfo(name, MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text)
    return out.getvalue()


CORE = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>%s</dc:title>
 <dcterms:created xsi:type="dcterms:W3CDTF">2014-03-10T08:00:00Z</dcterms:created>
 <dcterms:modified xsi:type="dcterms:W3CDTF">2014-03-12T08:30:00Z</dcterms:modified></cp:coreProperties>"""
RELS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="%s"/>
<Relationship Id="r2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
 Target="docProps/core.xml"/></Relationships>"""
TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.%s.main+xml"/></Types>"""


def docx(title, text):
    body = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    return package([
        ("[Content_Types].xml", TYPES % ("word/document.xml", "wordprocessingml.document")),
        ("_rels/.rels", RELS % "word/document.xml"), ("docProps/core.xml", CORE % title), ("word/document.xml", body),
    ])


def odt(title, text):
    office = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"'
    meta = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-meta {office} '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0">'
        f"<office:meta><dc:title>{title}</dc:title><dc:date>2013-11-04T16:20:00</dc:date></office:meta></office:document-meta>"
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {office} '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"<text:p>{text}</text:p></office:text></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?><manifest:manifest '
        'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        "</manifest:manifest>"
    )
    return package(
        [("content.xml", content), ("meta.xml", meta), ("META-INF/manifest.xml", manifest)],
        stored_first=("mimetype", "application/vnd.oasis.opendocument.text"))


def pdf(title):
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        f"<< /Title ({title}) /CreationDate (D:20120702101500+02'00') /ModDate (D:20120703093000+02'00') >>",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{text}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()
    return out


def mail(subject):
    return (
        "From: urbanisme@mairie.example\r\nTo: archives@mairie.example\r\n"
        f"Subject: {subject}\r\nDate: Wed, 12 Mar 2014 10:15:00 +0100\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\nBonjour,\r\n").encode()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    root = sys.argv[1]
    minutes = docx("Procès-verbal du conseil", "Séance du 12 mars 2014")
    files = {
        "01_Conseil municipal/PV_2014-03-12.docx": minutes,
        "01_Conseil municipal/PV_2014-03-12_v2.docx": docx("Procès-verbal du conseil", "Séance du 12 mars 2014, corrigé"),
        "01_Conseil municipal/Copie de PV_2014-03-12.docx": minutes,
        "01_Conseil municipal/Délibérations/Délibération n°3.odt": odt("Budget primitif", "Le conseil adopte le budget."),
        "01_Conseil municipal/Délibérations/Convocation.eml": mail("Convocation du 12 mars"),
        "02_Urbanisme/Permis de construire/PC 044 109 12 A0001/plan.pdf": pdf("Plan de masse"),
        "02_Urbanisme/Permis de construire/PC 044 109 12 A0001/courrier.eml": mail("Pièces manquantes"),
        "02_Urbanisme/Permis de construire/PC 044 109 12 A0002/plan.pdf": pdf("Plan de situation"),
        "02_Urbanisme/PLU/règlement.txt": "Article 1er : zone UA\n".encode(),
        "02_Urbanisme/PLU/surfaces.csv": "parcelle;surface\nAB 12;350\n".encode(),
        "02_Urbanisme/PLU/notes.doc.tmp": b"",
        "02_Urbanisme/PLU/dossier complet.zip": package([("règlement.txt", "Article 1er"), ("plan.pdf", pdf("Plan").decode("latin-1"))]),
        "Thumbs.db": b"\x00" * 64,
        ".caché/liste.txt": "à garder ?\n".encode(),
        "Nouveau dossier/Sauvegarde/PV_2014-03-12.docx": minutes,
    }
    for name, content in files.items():
        path = os.path.join(root, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
    os.makedirs(os.path.join(root, "03_À classer"), exist_ok=True)
    for number, name in enumerate(files):
        moment = SECONDS + number * 86_400 * 17
        os.utime(os.path.join(root, name), (moment, moment))
    for folder, _, _ in os.walk(root, topdown=False):
        os.utime(folder, (SECONDS, SECONDS))


main()

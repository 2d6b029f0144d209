#!/usr/bin/env python3
"""Writes a large CSV of archival descriptions as AtoM exports them, for benchmarks.

    atom-csv-generate.py --size 1GB --seed 1 OUT.csv
    atom-csv-generate.py --size 1GB --row-bytes 1000 OUT.csv      (about a million rows, with longer texts)

One fonds; the columns of AtoM's ISAD export, numbers as ids, cells quoted only where PHP quotes them, parents first. The
same size and seed give the same bytes. Words and frequencies are those of generate.py.
"""

import argparse
import html
import os
import random
import re
import sys

sys.dont_write_bytecode = True  # no __pycache__ beside the scripts
from generate import BLOCKS, FORM, GENRE, MARK, PLACE, TOPIC, Composer, parsed_size

# The row above a block, whose number is known only when the block is written.
PARENT = "\x02"

COLUMNS = (
    "legacyId parentId qubitParentSlug identifier accessionNumber title levelOfDescription extentAndMedium repository "
    "archivalHistory acquisition scopeAndContent appraisal accruals arrangement accessConditions reproductionConditions "
    "language script languageNote physicalCharacteristics findingAids locationOfOriginals locationOfCopies "
    "relatedUnitsOfDescription publicationNote digitalObjectURI digitalObjectChecksum generalNote subjectAccessPoints "
    "placeAccessPoints nameAccessPoints genreAccessPoints descriptionIdentifier institutionIdentifier rules "
    "descriptionStatus levelOfDetail revisionHistory languageOfDescription scriptOfDescription sources archivistNote "
    "publicationStatus physicalObjectName physicalObjectLocation physicalObjectType alternativeIdentifiers "
    "alternativeIdentifierLabels eventDates eventTypes eventStartDates eventEndDates eventDescriptions eventActors "
    "eventActorHistories eventPlaces slug culture").split()

# What PHP's fputcsv puts in quotation marks.
SPECIAL = re.compile(r'[,"\\\n\r\t ]')


def line(cells):
    """One record, from the cells that are filled."""
    values = (cells.get(column, "") for column in COLUMNS)
    return ",".join('"' + value.replace('"', '""') + '"' if SPECIAL.search(value) else value for value in values) + "\n"


def plain(text):
    """Text without the markup that finding aids have."""
    return html.unescape(re.sub(r"<[^>]*>", "", text))


class RowComposer(Composer):
    """Makes blocks of rows: one subseries with all below it."""

    # What a row is to have on average; 0: whatever it comes to.
    row_bytes = 0

    def lengthen(self, cells):
        """Goes on with the scope and content until the row is long enough."""
        missing = self.random.randint(self.row_bytes // 2, self.row_bytes * 3 // 2) - len(line(cells).encode())
        paragraphs = [cells["scopeAndContent"]] if "scopeAndContent" in cells else []
        while missing > 0:
            paragraphs.append(plain(self.prose(1)))
            missing -= len(paragraphs[-1].encode()) + 2
        if paragraphs:
            cells["scopeAndContent"] = "\n\n".join(paragraphs)

    def events(self, has_creator):
        pick, chance = self.random.choice, self.random.random()
        year = self.random.randint(1840, 1990)
        end = year + self.random.randint(1, 30)
        if chance < 0.12:
            dates = []
        elif chance < 0.2:
            dates = [("undated", "NULL", "NULL")]
        elif chance < 0.5:
            dates = [(str(year), f"{year}-00-00", f"{year}-00-00")]
        elif chance < 0.9:
            dates = [(f"{year}-{end}", f"{year}-00-00", f"{end}-00-00")]
            if chance > 0.87:
                dates.append((f"bulk {year + 1}-{end}", f"{year + 1}-00-00", f"{end}-00-00"))
        else:
            month, day = self.random.randint(1, 12), self.random.randint(1, 28)
            dates = [(f"{day}/{month}/{year}", f"{year}-{month:02}-{day:02}", f"{year}-{month:02}-{day:02}")]
        actors = ["NULL"] * len(dates)
        histories = list(actors)
        if has_creator:
            if not dates:
                dates, actors, histories = [("NULL", "NULL", "NULL")], ["NULL"], ["NULL"]
            actors[0] = pick((self.person, self.body))()
            if self.random.random() < 0.3:
                histories[0] = plain(self.prose(3))
        if not dates:
            return {}
        holes = "|".join(["NULL"] * len(dates))
        return {
            "eventDates": "|".join(date[0] for date in dates),
            "eventTypes": "|".join(["Creation"] * len(dates)),
            "eventStartDates": "|".join(date[1] for date in dates),
            "eventEndDates": "|".join(date[2] for date in dates),
            "eventDescriptions": holes,
            "eventActors": "|".join(actors),
            "eventActorHistories": "|".join(histories),
            "eventPlaces": holes,
        }

    def access_points(self, count):
        pick = self.random.choice
        found = {"subjectAccessPoints": [], "nameAccessPoints": [], "placeAccessPoints": [], "genreAccessPoints": []}
        for _ in range(count):
            column, value = pick((
                ("subjectAccessPoints", f"{plain(pick(TOPIC)).capitalize()} -- {pick(PLACE)}"),
                ("nameAccessPoints", f"{self.person()}, 1{self.random.randint(820, 930)}-"),
                ("nameAccessPoints", self.body()),
                ("placeAccessPoints", pick(PLACE)),
                ("genreAccessPoints", pick(GENRE)),
            ))
            if value not in found[column]:
                found[column].append(value)
        return {column: "|".join(values) for column, values in found.items() if values}

    def row(self, parent, level, is_leaf):
        """Appends one row; its number, within the block."""
        self.serial += 1
        chance = self.random.random
        number = f"{MARK}{self.serial:04}"
        title = plain(self.title())
        cells = {
            "legacyId": number,
            "parentId": parent,
            "identifier": f"{MARK}-{self.serial}",
            "title": title,
            "levelOfDescription": level,
            "repository": "Special Collections",
            "publicationStatus": "Published",
            "slug": f"{re.sub('[^a-z]+', '-', title.lower()).strip('-')}-{number}",
            "culture": "en",
        }
        if chance() < (0.2 if is_leaf else 0.8):
            amount = self.random.randint(1, 40)
            cells["extentAndMedium"] = self.random.choice((
                f"{amount} folders", f"{amount / 4} linear feet ({amount} boxes)", f"{amount} photographs; 20 x 25 cm"))
        if chance() < (0.24 if is_leaf else 0.8):
            cells["scopeAndContent"] = plain(self.prose(self.random.randint(1, 3)))
            if not is_leaf and chance() < 0.2:
                cells["scopeAndContent"] += "\n\n" + "\n".join(
                    f"* {self.random.choice(FORM)}" for _ in range(self.random.randint(2, 6)))
        if chance() < (0.03 if is_leaf else 0.5):
            cells["arrangement"] = f"Arranged {self.random.choice(('alphabetically', 'chronologically', 'by topic'))}."
        if chance() < 0.03:
            cells["accessConditions"] = f"Closed until 20{self.random.randint(26, 79)}."
        if chance() < 0.04:
            cells["language"] = self.random.choice(("de", "fr", "es", "it"))
        if is_leaf and chance() < 0.93:
            if chance() < 0.25:
                self.box += 1
            cells["physicalObjectName"] = f"Box {self.box % 400 + 1}, Folder {self.random.randint(1, 60)}"
            cells["physicalObjectLocation"] = "Stack 4"
            cells["physicalObjectType"] = "Box"
        if chance() < 0.03:
            cells["digitalObjectURI"] = f"https://example.org/images/{number}.jpg"
        cells.update(self.events(chance() < 0.03))
        if chance() < (0.08 if is_leaf else 0.4):
            cells.update(self.access_points(self.random.randint(1, 5)))
        if self.row_bytes:
            self.lengthen(cells)
        self.rows.append(line(cells))
        return number

    def below(self, parent, depth, deepest, breadth):
        for _ in range(breadth):
            if depth < deepest and self.random.random() < 0.15:
                number = self.row(parent, self.random.choice(("Subseries", "File")), False)
                self.below(number, depth + 1, deepest, self.random.randint(2, 6))
            else:
                self.row(parent, self.random.choice(("File", "File", "File", "Item", "")), True)

    def block(self):
        self.rows, self.serial = [], 0
        head = self.row(PARENT, "Subseries", False)
        deepest = self.random.choices((3, 4, 5, 6), (60, 25, 10, 5))[0]
        self.below(head, 3, deepest, self.random.randint(10, 45))
        return "".join(self.rows).encode()


def write(path, size, seed, blocks):
    """Writes one fonds of about `size` bytes, to the nearest block."""
    chooser = random.Random(f"rows/{seed}")
    composer = RowComposer(f"rows/{seed}")
    mark, parent = MARK.encode(), PARENT.encode()
    partial = f"{path}.part"  # a reader that reuses files never meets half of one
    with open(partial, "wb", buffering=1 << 20) as out:
        head = ",".join(COLUMNS) + "\n" + line({
            "legacyId": "1", "identifier": f"MS-{seed}", "title": f"{composer.body()} records", "levelOfDescription": "Fonds",
            "extentAndMedium": "310 linear feet", "repository": "Special Collections", "language": "en",
            "archivalHistory": plain(composer.prose(4)), "scopeAndContent": plain(composer.prose(8)),
            "accessConditions": "Open for research.", "rules": "Describing Archives: A Content Standard",
            "languageOfDescription": "en", "publicationStatus": "Published", "slug": "records", "culture": "en",
        } | composer.events(True) | composer.access_points(12))
        out.write(head.encode())
        left = size - len(head.encode())
        written = 0
        while written == 0 or left > 0:
            # Blocks count their rows from 1: the row above them has their number and 0000.
            number = f"{written + 1}0000"
            series = line({
                "legacyId": number, "parentId": "1", "identifier": f"MS-{seed}/{written}", "title": plain(composer.title()),
                "levelOfDescription": "Series", "repository": "Special Collections", "publicationStatus": "Published",
                "slug": f"series-{number}", "culture": "en"}).encode()
            out.write(series)
            left -= len(series)
            for _ in range(chooser.randint(5, 25)):
                block = chooser.choice(blocks).replace(mark, b"%d" % (written + 1)).replace(parent, number.encode())
                # A block goes in when the end lies beyond its middle: the size comes out right on average.
                if written and left < len(block) // 2:
                    left = 0
                    break
                out.write(block)
                left -= len(block)
                written += 1
    os.replace(partial, path)


def main():
    parser = argparse.ArgumentParser(description="Writes a large CSV of archival descriptions as AtoM exports them.")
    parser.add_argument("--size", type=parsed_size, required=True, help="size, such as 250MB or 1GB")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other content (default: 1)")
    parser.add_argument("--row-bytes", type=int, default=0, help="bytes of a row, on average (default: about 360)")
    parser.add_argument("out", help="the file to write")
    options = parser.parse_args()
    composer = RowComposer(options.seed)
    composer.row_bytes = options.row_bytes
    write(options.out, options.size, options.seed, [composer.block() for _ in range(BLOCKS)])


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Writes large, realistic, valid EAD 2002 finding aids for benchmarks.

    generate.py --size 250MB --seed 1 OUT.xml
    generate.py --size 2GB --files 40 OUTDIR

The same size and seed give the same bytes. Frequencies (containers, dates, mixed
content, depth, levels) follow what surveys of published finding aids show.
"""

import argparse
import os
import random
import re
import sys

# A block is one c02 with all it holds. Blocks are made once and written many times; only
# the mark differs, which keeps ids unique at the speed of bytes.replace.
MARK = "\x01"
BLOCKS = 256

GIVEN = ("Agnes Albert Alice Arthur Beatrix Charles Clara Daniel Edith Edward Eleanor Émile Ernst Esther Florence "
         "Frances Frederick George Grace Hannah Harold Helen Henry Ida Isaac Jakob James Jane John Joseph Judith Karl "
         "Katharine Leonard Lucy Mabel Margaret María Martha Mary Miriam Nathaniel Nora Oscar Paul Philip Ruth Samuel "
         "Sarah Sophie Theodore Thomas Victor Walter William Zoë").split()
FAMILY = ("Abbott Adler Ainsworth Almeida Bachmann Barlow Beaumont Bergström Blackwood Brandt Calder Carrington Castro "
          "Chadwick Coleman Corbin Dalton Delacroix Drummond Eastman Ellery Falk Farrow Fitzgerald Fontaine Galloway "
          "Garnett Hale Hartwell Hawthorne Ibarra Ingram Jessop Kaufmann Kirkland Lambert Larkin Lévesque Lockhart "
          "Marchand Mercer Müller Nakamura Norwood Okafor Osborne Pemberton Prescott Quimby Ramsay Renaud Sandoval "
          "Schäfer Sinclair Thorne Underhill Vance Villiers Whitlock Wyndham Yates Zimmermann").split()
TOPIC = ("agriculture|alumni affairs|annual reports|architecture|astronomy|banking|botany|building plans|choral music|"
         "church affairs|civil engineering|coal mining|committee work|conservation|copyright|correspondence|dairy farming|"
         "dramatic readings|elections|employment|estate accounts|exhibitions|field notes|finance|fisheries|forestry|"
         "geology|harbour works|hospital administration|housing|immigration|insurance|irrigation|labour relations|"
         "land surveys|lectures|legal matters|library administration|maps and charts|membership|migration|museums|"
         "navigation|nursing|ornithology|photography|poetry|postal service|printing|public health|publishing|railways|"
         "real estate|research grants|roads &amp; bridges|scholarships|school boards|shipping|street lighting|students|"
         "taxation|teaching|textile mills|theatre|timber trade|town planning|travel|war relief|water supply|wills").split("|")
PLACE = ("Ashcombe|Bellhaven|Calder Falls|Dunmore|East Harbor|Fairmont County|Grünthal|Hollow Creek|Île-aux-Pins|Kingsmere|"
         "Lakeview|Marston|New Eltham|Oak Ridge Township|Port Selby|Red Bluff|Saint-Rémy|Thornbury|Upper Wharf|"
         "Westbrook").split("|")
BODY = ("Agricultural Society|Board of Trade|Choral Union|Electric Company|Historical Association|Improvement League|"
        "Medical School|Mutual Insurance Company|Natural History Museum|Publishing Company|Railway Company|"
        "Teachers' College|Water Board|Women's Club").split("|")
FORM = ("Correspondence|Minutes|Reports|Drafts|Notes|Diaries|Account books|Clippings|Photographs|Scrapbooks|Programs|"
        "Speeches|Memoranda|Contracts|Receipts|Manuscripts|Blueprints|Subject files|Biographical material").split("|")
GENRE = "Photographs|Diaries|Letters (correspondence)|Minutes (administrative records)|Maps|Scrapbooks|Sound recordings".split("|")
MONTH = ("January February March April May June July August September October November December").split()
SENTENCES = (
    "Contains letters received and copies of letters sent, arranged by date.",
    "The bulk of the material concerns {topic} in {place} and the work of the committee on {topic2}.",
    "Includes notes, drafts and printed matter on {topic}, some of it annotated by {person}.",
    "Of note are the exchanges with {person} about the sale of land near {place}.",
    "Many items are undated; dates in brackets were supplied by the archivist.",
    "Also present are photographs of {place}, most of them unidentified.",
    "Reports were submitted every quarter to the {body} and returned with comments.",
    "The folder was found empty of its enclosures, which are now filed under {topic}.",
)


class Composer:
    """Makes the blocks; every choice comes from one seeded generator."""

    def __init__(self, seed):
        self.random = random.Random(f"blocks/{seed}")
        self.serial = 0
        self.box = 1

    def person(self):
        return f"{self.random.choice(FAMILY)}, {self.random.choice(GIVEN)}"

    def body(self):
        return f"{self.random.choice(PLACE)} {self.random.choice(BODY)}"

    def prose(self, count):
        pick = self.random.choice
        return " ".join(
            pick(SENTENCES).format(topic=pick(TOPIC), topic2=pick(TOPIC), place=pick(PLACE), person=self.person(), body=self.body())
            for _ in range(count))

    def title(self):
        pick, chance = self.random.choice, self.random.random()
        if chance < 0.08:  # the share of titles with markup in published files
            return pick((
                f'<title render="italic">{pick(TOPIC).capitalize()} in {pick(PLACE)}</title>, typescript and galley proofs',
                f'{pick(FORM)} to <persname>{self.person()}</persname> concerning {pick(TOPIC)}',
                f'{pick(FORM)} <emph render="italic">(fragile)</emph>, {pick(TOPIC)}',
            ))
        if chance < 0.35:
            return f"{self.person()}, {pick(FORM).lower()} on {pick(TOPIC)}"
        if chance < 0.55:
            return f"{self.body()}: {pick(TOPIC)} and {pick(TOPIC)}"
        if chance < 0.7:
            return f"{pick(FORM)}, {pick(PLACE)}"
        return f"{pick(TOPIC).capitalize()}: {pick(FORM).lower()} and {pick(FORM).lower()}, {pick(PLACE)}"

    def date(self):
        pick, chance = self.random.choice, self.random.random()
        year = self.random.randint(1840, 1990)
        if chance < 0.12:
            return ""
        if chance < 0.2:
            return "<unitdate>undated</unitdate>"
        if chance < 0.5:
            return f'<unitdate type="inclusive" normal="{year}/{year}" era="ce" calendar="gregorian">{year}</unitdate>'
        if chance < 0.85:
            end = year + self.random.randint(1, 30)
            text = f'<unitdate type="inclusive" normal="{year}/{end}" era="ce" calendar="gregorian">{year}-{end}</unitdate>'
            if chance > 0.83:
                text += f'<unitdate type="bulk" normal="{year + 1}/{end}">bulk {year + 1}-{end}</unitdate>'
            return text
        if chance < 0.9:
            return f'<unitdate normal="{year}/{year + 5}" certainty="approximate">circa {year}-{year + 5}</unitdate>'
        month, day = self.random.randint(1, 12), self.random.randint(1, 28)
        return f'<unitdate normal="{year}-{month:02}-{day:02}" datechar="creation">{day} {MONTH[month - 1]} {year}</unitdate>'

    def containers(self, identifier, margin):
        chance = self.random.random()
        if chance < 0.25:
            self.box += 1
        box, folder = f"{self.box % 400 + 1}", self.random.randint(1, 60)
        if chance < 0.12:
            return f'<container type="Box">{box}</container>'
        if chance < 0.5:  # siblings in order
            return f'<container type="Box">{box}</container>\n{margin}<container type="Folder">{folder}</container>'
        if chance < 0.93:  # nested by @parent
            return (f'<container id="k{identifier}" label="Mixed Materials" type="Box">{box}</container>\n{margin}'
                    f'<container id="l{identifier}" parent="k{identifier}" type="Folder">{folder}</container>')
        return ""

    def control_access(self, count):
        pick = self.random.choice
        made = []
        for _ in range(count):
            made.append(pick((
                f'<subject source="lcsh">{pick(TOPIC).capitalize()} -- {pick(PLACE)}</subject>',
                f'<persname source="local" role="Correspondent (crp)">{self.person()}, 1{self.random.randint(820, 930)}-</persname>',
                f'<corpname source="local" rules="dacs">{self.body()}</corpname>',
                f'<geogname source="local">{pick(PLACE)}</geogname>',
                f'<genreform source="aat">{pick(GENRE)}</genreform>',
            )))
        return "<controlaccess>" + "".join(made) + "</controlaccess>"

    def component(self, depth, level, children=()):
        """One component, indented, with those it holds."""
        self.serial += 1
        pick, chance = self.random.choice, self.random.random
        identifier = f"{MARK}x{self.serial:x}"
        margin = "  " * depth
        inner = margin + "  "
        attribute = f' level="{level}"' if level else ""
        parts = [f'{margin}<c{depth:02} id="c{identifier}"{attribute}>', f"{inner}<did>"]
        add = parts.append
        add(f"{inner}  <unittitle>{self.title()}</unittitle>")
        if chance() < 0.3:
            add(f"{inner}  <unitid>MS.{MARK}.{self.serial}</unitid>")
        date = self.date()
        if date:
            add(f"{inner}  {date}")
        if not children:
            holders = self.containers(identifier, inner + "  ")
            if holders:
                add(f"{inner}  {holders}")
        if chance() < (0.8 if children else 0.2):
            amount = self.random.randint(1, 40)
            add(pick((
                f"{inner}  <physdesc><extent>{amount} folders</extent></physdesc>",
                f"{inner}  <physdesc><extent>{amount / 4} linear feet</extent> <extent>({amount} boxes)</extent></physdesc>",
                f"{inner}  <physdesc><extent unit=\"items\">{amount}</extent><physfacet>typescript</physfacet></physdesc>",
                f"{inner}  <physdesc><extent>{amount} photographs</extent><dimensions>20 x 25 cm</dimensions></physdesc>",
            )))
        if chance() < 0.04:
            add(f'{inner}  <langmaterial>In <language langcode="{pick(("ger", "fre", "spa", "ita"))}">another language</language>.</langmaterial>')
        if chance() < 0.03:
            add(f'{inner}  <dao xlink:type="simple" xlink:href="https://example.org/images/{MARK}-{self.serial}.jpg"'
                f' xlink:title="Digital copy" xlink:actuate="onRequest" xlink:show="new"/>')
        if chance() < 0.03:
            add(f'{inner}  <origination label="Creator"><persname rules="dacs" source="local">{self.person()}</persname></origination>')
        add(f"{inner}</did>")
        if children and chance() < 0.1:
            add(f"{inner}<bioghist><head>Biographical note</head><p>{self.prose(3)}</p></bioghist>")
        if chance() < (0.8 if children else 0.24):
            add(f"{inner}<scopecontent><head>Scope and Contents</head><p>{self.prose(self.random.randint(1, 3))}</p>")
            if children and chance() < 0.2:
                items = "".join(f"<item>{pick(TOPIC).capitalize()}</item>" for _ in range(self.random.randint(2, 6)))
                add(f'{inner}  <list type="simple">{items}</list>')
            add(f"{inner}</scopecontent>")
        if chance() < (0.5 if children else 0.03):
            add(f"{inner}<arrangement><p>Arranged {pick(('alphabetically', 'chronologically', 'by topic'))}.</p></arrangement>")
        if chance() < 0.03:
            add(f"{inner}<accessrestrict><head>Conditions Governing Access</head><p>Closed until 20{self.random.randint(26, 79)}.</p></accessrestrict>")
        if chance() < (0.4 if children else 0.08):
            add(f"{inner}{self.control_access(self.random.randint(1, 5))}")
        parts.extend(children)
        add(f"{margin}</c{depth:02}>")
        return "\n".join(parts)

    def leaf(self, depth):
        return self.component(depth, self.random.choices(("file", "item", None, "otherlevel\" otherlevel=\"folder"), (76, 10, 9, 5))[0])

    def tree(self, depth, deepest, breadth):
        """The components below one at `depth - 1`."""
        made = []
        for _ in range(breadth):
            if depth < deepest and self.random.random() < 0.15:
                below = self.tree(depth + 1, deepest, self.random.randint(2, 6))
                made.append(self.component(depth, self.random.choice(("subseries", "file")), below))
            else:
                made.append(self.leaf(depth))
        return made

    def block(self):
        deepest = self.random.choices((3, 4, 5, 6), (60, 25, 10, 5))[0]
        below = self.tree(3, deepest, self.random.randint(10, 45))
        return (self.component(2, "subseries", below) + "\n").encode()


def opening(name, composer):
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="urn:isbn:1-931666-22-9" xmlns:xlink="http://www.w3.org/1999/xlink">
  <eadheader countryencoding="iso3166-1" dateencoding="iso8601" langencoding="iso639-2b" repositoryencoding="iso15511" findaidstatus="completed">
    <eadid countrycode="US" mainagencycode="US-xx" identifier="{name}">{name}</eadid>
    <filedesc>
      <titlestmt><titleproper>Guide to the {composer.body()} records <num>{name}</num></titleproper></titlestmt>
      <publicationstmt><publisher>Special Collections</publisher><date normal="2020">2020</date></publicationstmt>
    </filedesc>
    <profiledesc>
      <creation>Made for benchmarks, <date normal="2020">2020</date></creation>
      <langusage>Description is written in <language langcode="eng" scriptcode="Latn">English</language>.</langusage>
      <descrules>Describing Archives: A Content Standard</descrules>
    </profiledesc>
  </eadheader>
  <archdesc level="collection">
    <did>
      <repository><corpname>Special Collections</corpname></repository>
      <unittitle>{composer.body()} records</unittitle>
      <unitid>{name}</unitid>
      <unitdate type="inclusive" normal="1840/1990">1840-1990</unitdate>
      <origination label="Creator"><corpname source="local">{composer.body()}</corpname></origination>
      <physdesc><extent>310 linear feet</extent></physdesc>
      <langmaterial>Collection material in <language langcode="eng">English</language>.</langmaterial>
    </did>
    <bioghist><head>History</head><p>{composer.prose(8)}</p></bioghist>
    <scopecontent><head>Scope and Contents</head><p>{composer.prose(8)}</p></scopecontent>
    <accessrestrict><head>Conditions Governing Access</head><p>Open for research.</p></accessrestrict>
    <prefercite><head>Preferred Citation</head><p>[Item], {name}, Special Collections.</p></prefercite>
    {composer.control_access(12)}
    <dsc type="combined">
""".encode()


CLOSING = b"    </dsc>\n  </archdesc>\n</ead>\n"


def write(path, size, seed, number, blocks):
    """Writes one finding aid of about `size` bytes, to the nearest block."""
    chooser = random.Random(f"file/{seed}/{number}")
    composer = Composer(f"{seed}/{number}")
    name = f"MS-{seed}-{number:03}"
    mark = MARK.encode()
    partial = f"{path}.part"  # a reader that reuses files never meets half of one
    with open(partial, "wb", buffering=1 << 20) as out:
        head = opening(name, composer)
        out.write(head)
        left = size - len(head) - len(CLOSING)
        written = 0
        while written == 0 or left > 0:
            series = (f'  <c01 id="s{written:x}" level="series">\n    <did><unittitle>{composer.title()}</unittitle>'
                      f"<unitid>{name}/{written}</unitid></did>\n").encode()
            out.write(series)
            left -= len(series) + 9
            for _ in range(chooser.randint(5, 25)):
                block = chooser.choice(blocks).replace(mark, b"%x" % written)
                # A block goes in when the end lies beyond its middle: the size comes out right on average.
                if written and left < len(block) // 2:
                    left = 0
                    break
                out.write(block)
                left -= len(block)
                written += 1
            out.write(b"  </c01>\n")
        out.write(CLOSING)
    os.replace(partial, path)


def parsed_size(text):
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kMG]?)(i?)B?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"not a size: {text} (examples: 500kB, 250MB, 2GB, 1GiB)")
    number, prefix, binary = match.groups()
    return int(float(number) * (1024 if binary else 1000) ** " kMG".index(prefix or " "))


def main():
    parser = argparse.ArgumentParser(description="Writes large, valid EAD 2002 finding aids for benchmarks.")
    parser.add_argument("--size", type=parsed_size, required=True, help="total size, such as 250MB or 2GB")
    parser.add_argument("--files", type=int, metavar="N", help="write N files of unequal size into a folder")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other content (default: 1)")
    parser.add_argument("out", help="the file to write; with --files, the folder")
    options = parser.parse_args()
    if options.files is not None and options.files < 1:
        parser.error("--files must be at least 1")
    composer = Composer(options.seed)
    blocks = [composer.block() for _ in range(BLOCKS)]
    if options.files is None:
        write(options.out, options.size, options.seed, 0, blocks)
        return
    os.makedirs(options.out, exist_ok=True)
    chooser = random.Random(f"sizes/{options.seed}")
    weights = [chooser.uniform(0.6, 1.4) for _ in range(options.files)]
    for number, weight in enumerate(weights, 1):
        size = int(options.size * weight / sum(weights))
        write(os.path.join(options.out, f"finding-aid-{number:03}.xml"), size, options.seed, number, blocks)


if __name__ == "__main__":
    sys.exit(main())

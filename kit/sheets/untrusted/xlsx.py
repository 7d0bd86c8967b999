"""An .xlsx file, row by row (ECMA-376): values, and what tells an error, a formula that was never
calculated, a hidden sheet or row, a merged area and a day counted from 1904.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from posixpath import basename, dirname, join, normpath
from typing import IO
from zipfile import ZipFile

from kit.errors import Refused
from kit.sheets.untrusted.book import Merged, SheetInFile
from kit.sheets.untrusted.worksheet import TRUE, Worksheet, column_at, escaped
from kit.sheets.untrusted.xml import (
    CHUNK,
    NO_WORKBOOK,
    Attributes,
    elements,
    local,
    make_parser,
    parse,
)
from rulebook.epochs import EPOCH, EPOCH_1904

# Patterns over what others wrote end at the next beginning: each byte is looked at once.
AREA = re.compile(
    rb"<(?:\w+:)?mergeCell\s[^<>]*?ref=[\"']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})[\"']"
)
LONGEST = 200  # bytes of such an element
# Formats of days and moments that have no words of their own, those of Chinese programs included.
DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
ASIDE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\[\]]*\]')  # of a format: what is printed as it stands


def sheets(book: ZipFile) -> Iterator[SheetInFile]:
    parts = {info.filename.lower().lstrip("/"): info for info in book.infolist()}

    def opened(name: str) -> IO[bytes]:
        return book.open(parts[name.lower()])

    targets = _targets(opened, "")
    home = next(target for target, kind in targets.values() if kind == "officeDocument")
    related = _targets(opened, home)
    kinds = {kind: target for target, kind in related.values()}
    texts = _texts(opened(kinds["sharedStrings"])) if "sharedStrings" in kinds else []
    dates = _dates(opened(kinds["styles"])) if "styles" in kinds else []
    listed = list(elements(opened(home)))
    said = {name: attributes for _, name, attributes in listed}
    epoch = EPOCH_1904 if said.get("workbookPr", {}).get("date1904") in TRUE else EPOCH
    # Such a file was made by a program that left the calculating to Excel.
    uncalculated = said.get("calcPr", {}).get("fullCalcOnLoad") in TRUE
    read = set[str]()
    for parent, name, attributes in listed:
        if (parent, name) != ("sheets", "sheet"):
            continue
        target, kind = related[attributes["id"]]
        if target in read:  # a few bytes a time, and all of it is read again
            raise Refused(NO_WORKBOOK)
        read.add(target)
        if kind == "worksheet":
            with opened(target) as part:
                areas = list(_areas(part))
            reader = Worksheet(texts, dates, epoch, uncalculated)
            hidden = attributes.get("state", "visible") != "visible"
            rows = reader.rows(opened(target))
            yield SheetInFile(attributes["name"], rows, hidden, areas, epoch)


def _targets(opened: Callable[[str], IO[bytes]], part: str) -> Mapping[str, tuple[str, str]]:
    """What a part refers to: id -> (the other part's name, its kind)."""
    folder = dirname(part)
    with opened(join(folder, "_rels", f"{basename(part)}.rels")) as relations:
        return {
            attributes["Id"]: (
                normpath(join("/", folder, attributes["Target"])).lstrip("/"),
                basename(attributes["Type"]),
            )
            for _, name, attributes in elements(relations)
            if name == "Relationship"
        }


def _texts(part: IO[bytes]) -> list[str | None]:
    """The workbook's texts, in the order in which its cells count them."""
    texts, words, pieces, phonetic = list[str | None](), list[str](), list[str](), 0

    def start(name: str, _: Attributes) -> None:
        nonlocal phonetic
        if local(name) == "t":
            words.clear()
        elif local(name) == "rPh":
            phonetic += 1

    def end(name: str) -> None:
        nonlocal phonetic
        own = local(name)
        if own == "t" and not phonetic:
            pieces.extend(words)
            words.clear()
        elif own == "rPh":
            phonetic -= 1
        elif own == "si":
            texts.append(escaped("".join(pieces)) or None)
            pieces.clear()

    for _ in parse(part, make_parser(start, end, words.append)):
        pass
    return texts


def _dates(part: IO[bytes]) -> list[bool]:
    """Of each style that a cell may have: whether its numbers are days or moments."""
    own, styles = dict[int, bool](), list[bool]()
    for parent, name, attributes in elements(part):
        if name == "numFmt" and parent == "numFmts":
            words = ASIDE.sub("", attributes.get("formatCode", "")).lower()
            own[int(attributes["numFmtId"])] = words != "general" and any(map(words.count, "ymdhs"))
        elif (parent, name) == ("cellXfs", "xf"):
            format = int(attributes.get("numFmtId", 0))
            styles.append(own.get(format, format in DATES))
    return styles


def _areas(part: IO[bytes]) -> Iterator[Merged]:
    """They stand behind the rows and are needed before: nothing is parsed for them twice."""
    seen, held = set[tuple[bytes, ...]](), b""
    while chunk := part.read(CHUNK):
        held = held[-LONGEST:] + chunk
        for area in AREA.findall(held) if b"mergeCell" in held else ():
            column, top, bottom = area
            if area not in seen and int(bottom) > int(top):
                seen.add(area)
                yield Merged(int(top), int(bottom), column_at(column.decode()))

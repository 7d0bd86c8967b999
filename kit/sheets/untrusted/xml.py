"""XML of others, piece by piece: never a whole part in memory. A document type is refused, for with
it a few bytes become gigabytes.
"""

from collections.abc import Callable, Iterator
from typing import NoReturn, Protocol
from xml.parsers.expat import ParserCreate, XMLParserType

from kit.errors import Refused

CHUNK = 1 << 18
NO_WORKBOOK = "打不开：不是 Excel/WPS 表格，或者已经损坏。请另存为 .xlsx 后重新上传。"

Attributes = dict[str, str]


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def make_parser(
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None = None,
) -> XMLParserType:
    parser = ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    if text:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    return parser


def parse(part: Readable, parser: XMLParserType) -> Iterator[None]:
    """Parse a part; after each piece one may take what came of it."""
    while chunk := part.read(CHUNK):
        parser.Parse(chunk, False)
        yield
    parser.Parse(b"", True)
    yield


def elements(part: Readable) -> Iterator[tuple[str, str, Attributes]]:
    """Each element as it begins: its parent's name, its own, both without prefixes, attributes."""
    path, begun = [""], list[tuple[str, str, Attributes]]()

    def start(name: str, attributes: Attributes) -> None:
        own = local(name)
        begun.append((path[-1], own, {local(key): value for key, value in attributes.items()}))
        path.append(own)

    def end(_: str) -> None:
        path.pop()

    for _ in parse(part, make_parser(start, end)):
        yield from begun
        begun.clear()


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def refuse(*_: object) -> NoReturn:
    raise Refused(NO_WORKBOOK)

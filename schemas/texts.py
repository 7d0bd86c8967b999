"""What a text of an event is: every `str` of it says so, and `emit` holds it to that (G-07).

    reason: Annotated[str, Words("退回理由已密封")]

The contract stays a text; what may stand in it in clear is a code, a name of an office, a fixed
phrase. Words of a person leave sealed only, in the event's field `words`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Annotated, Any, NamedTuple, get_args

from pydantic import BaseModel

from schemas.codes import Coded


class Plain(Enum):
    """What stands in clear as it is."""

    CODE = "an id, a code, a number given by the system"
    OFFICE = "what an office or a division is called"
    SEALED = "a compact JWE"
    SENTENCE = "a sentence of ours, with nobody's words in it"


@dataclass(frozen=True)
class Phrase:
    """Always the label of one of `of`'s members."""

    of: type[Coded]


@dataclass(frozen=True)
class Words:
    """What a person wrote. In clear stands `phrase`, formatted with the value that holds the field
    (`{0.gap_item.label}`); the text travels sealed in the event's `words`.
    """

    phrase: str

    def instead(self, holder: BaseModel) -> str:
        return self.phrase.format(holder)


Kind = Plain | Phrase | Words
Code = Annotated[str, Plain.CODE]
OfficeName = Annotated[str, Plain.OFFICE]
Sealed = Annotated[str, Plain.SEALED]
Sentence = Annotated[str, Plain.SENTENCE]
Reason = Annotated[str, Words("理由已密封")]


class Text(NamedTuple):
    """One text of an event: `at` is the way to it, ("verdicts", 0, "reason")."""

    at: tuple[str | int, ...]
    holder: BaseModel
    kind: Kind
    value: str

    @property
    def path(self) -> str:
        """ "verdicts.0.reason" """
        return ".".join(map(str, self.at))


def texts(value: BaseModel, at: tuple[str | int, ...] = ()) -> Iterator[Text]:
    """Every text in `value`, those of its parts too."""
    for name, kind in fields(type(value)):
        inside = getattr(value, name)
        if isinstance(inside, tuple):
            for place, item in enumerate(inside):
                yield from _of(item, value, kind, (*at, name, place))
        elif inside is not None:
            yield from _of(inside, value, kind, (*at, name))


def _of(
    inside: Any, holder: BaseModel, kind: Kind | None, at: tuple[str | int, ...]
) -> Iterator[Text]:
    if isinstance(inside, BaseModel):
        yield from texts(inside, at)
    elif kind is not None:
        yield Text(at, holder, kind, inside)


def in_clear(event: BaseModel) -> tuple[dict[str, Any], dict[str, str]]:
    """The event's body with phrases where people's words stand, and by path these words."""
    body, words = event.model_dump(mode="json"), {}
    for text in texts(event):
        if isinstance(text.kind, Words) and text.value:
            phrase = text.kind.instead(text.holder)
            if text.value != phrase:
                words[text.path] = text.value
                put(body, text.at, phrase)
    return body, words


def put(body: Any, at: tuple[str | int, ...], value: str) -> None:
    """Let `value` stand at this place of a body."""
    for step in at[:-1]:
        body = body[step]
    body[at[-1]] = value


@cache
def fields(model: type[BaseModel]) -> Sequence[tuple[str, Kind | None]]:
    """Fields that hold texts or values with texts; no kind: look inside."""
    told = ((name, *kinds(model, name)) for name in model.model_fields)
    return [(name, kind) for name, kind, holds_more in told if kind or holds_more]


@cache
def speaks(model: type[BaseModel]) -> bool:
    """Whether words of a person may stand in it, or in a part of it."""
    for name in model.model_fields:
        kind, parts = kinds(model, name)
        if isinstance(kind, Words) or any(map(speaks, parts)):
            return True
    return False


def kinds(model: type[BaseModel], field: str) -> tuple[Kind | None, Sequence[type[BaseModel]]]:
    """What a field's text is, and the models that stand in the field."""
    info = model.model_fields[field]
    kind: Kind | None = next((mark for mark in info.metadata if isinstance(mark, Kind)), None)
    parts: list[type[BaseModel]] = []
    for part in _leaves(info.annotation):
        if isinstance(part, Kind):
            kind = kind or part
        elif isinstance(part, type) and issubclass(part, BaseModel):
            parts.append(part)
    return kind, parts


def _leaves(annotation: Any) -> Iterator[Any]:
    """Types and marks of a type's every part: of `tuple[Code, ...] | None` `str` and the mark."""
    if hasattr(annotation, "__metadata__"):
        yield from annotation.__metadata__
    inner = (
        get_args(annotation)
        if not hasattr(annotation, "__metadata__")
        else (annotation.__origin__,)
    )
    if not inner:
        yield annotation
    for part in inner:
        yield from _leaves(part)

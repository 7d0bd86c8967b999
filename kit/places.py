"""Templates say 县, 乡镇 and 村, and are read in the words of the county's pack (B-42).

What stands in a template itself, text or quoted, is put into the pack's words where it is drawn, and
so is the `label` of a code; what else is the program's own asks for it: `{{ owner|said }}`. Whatever
comes from rows (names, what people wrote) is left alone.
"""

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context

from rulebook.places import LEVELS, WORDS, Terms, in_words_of
from schemas.codes import Coded

PLACES = "places"


class Plain:
    """The words of the program's own texts."""

    county, township, village = LEVELS


def tell(environment: Environment, terms: Callable[[], Terms]) -> None:
    """From now on its templates are read in these words, asked for each time they are drawn."""
    environment.globals[PLACES] = terms


def said(environment: Environment, text: str) -> str:
    """A text of the program's own in the words that hold now."""
    if not WORDS.search(text):
        return text
    terms: Callable[[], Terms] = environment.globals[PLACES]  # type: ignore[assignment]
    return in_words_of(terms(), text)


@pass_context  # not reckoned when the template is read: the words are the day's
def _said(context: Context, text: str) -> str:
    return said(context.environment, text)


class InPlaceWords(Extension):
    """Puts what a template says of the levels into the pack's words."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters["said"] = _said
        environment.tests["labelled"] = lambda value: isinstance(value, Coded)
        environment.globals.setdefault(PLACES, Plain)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        for token in stream:
            if token.type == "data":
                yield from _text(token)
            elif token.type == "string" and WORDS.search(token.value):
                yield from _said_of(token, ("lparen", "("), ("rparen", ")"))
            else:
                yield token


def _text(token: Token) -> Iterator[Token]:
    """The text around the words as it is, the words as expressions."""
    at = 0
    for found in WORDS.finditer(token.value):
        yield Token(token.lineno, "data", token.value[at : found.start()])
        word = Token(token.lineno, "string", found[0])
        yield from _said_of(word, ("variable_begin", "{{"), ("variable_end", "}}"))
        at = found.end()
    yield Token(token.lineno, "data", token.value[at:])


def _said_of(word: Token, begin: tuple[str, str], end: tuple[str, str]) -> Iterator[Token]:
    between = (word.type, word.value), ("pipe", "|"), ("name", "said")
    for kind, value in (begin, *between, end):
        yield Token(word.lineno, kind, value)


class Speaking(Environment):
    """An environment in which the label of a code is said in the words that hold now."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        found = super().getattr(obj, attribute)
        return said(self, found) if attribute == "label" and isinstance(obj, Coded) else found

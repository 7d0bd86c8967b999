"""Where names, ID numbers and telephones of a county's people stand in clear: everything that leaves
a service beside what a door shows to whom it may.
"""

import html
import logging
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

import httpx

from kit.telemetry import JsonLines

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
DIGITS = re.compile(r"\d{10,}[\dXx]")
LINK = re.compile(r"(?:href|action|src|hx-[a-z]+|content)=\"([^\"]*)\"")
ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
LONGEST_NAME = 8


@dataclass(frozen=True)
class Known:
    """Whom to look for. A name of three characters and more is found inside any text; one of two only
    alone between other signs, for as a part of words it occurs by chance (安和 in 平安和谐).
    """

    names: frozenset[str]
    numbers: frozenset[str]

    @classmethod
    def of(cls, people: Iterable[tuple[str, str, str | None]], public: set[str]) -> "Known":
        """People as name, ID number, telephone; `public`: what stands openly anyhow, since officials
        of that name or telephone answer for something.
        """
        names, numbers = set(), set()
        for name, number, phone in people:
            names.add(name)
            numbers |= {number.upper(), phone} if phone else {number.upper()}
        return cls(frozenset(names - public), frozenset(numbers - public))

    def within(self, text: str) -> set[str]:
        """Those in the text; also written as percent-encoded, \\u8d75 or &#36213;."""
        found: set[str] = set()
        for form in {text, _plain(text)}:
            for run in HAN.findall(form):
                found |= self._names(run)
            for digits in DIGITS.findall(form):
                found |= self._numbers(digits.upper())
        return found

    def _names(self, run: str) -> set[str]:
        if len(run) == 2:
            return {run} & self.names
        windows = (
            run[at : at + size]
            for size in range(3, min(len(run), LONGEST_NAME) + 1)
            for at in range(len(run) - size + 1)
        )
        return set(windows) & self.names

    def _numbers(self, run: str) -> set[str]:
        windows = (
            run[at : at + size] for size in (11, 15, 18) for at in range(len(run) - size + 1)
        )
        return set(windows) & self.numbers


@dataclass
class Heard(logging.Handler):
    """What a whole run said beside its answers, by kind: `log` as a service writes it, `url` asked
    for or offered by a page, `refusal`. Others are added by `add`.
    """

    texts: dict[str, set[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(logging.INFO)
        self.setFormatter(JsonLines())

    __hash__ = logging.Handler.__hash__

    def emit(self, record: logging.LogRecord) -> None:
        self.add("log", self.format(record))

    def add(self, kind: str, *texts: str) -> None:
        self.texts.setdefault(kind, set()).update(texts)

    async def answered(self, answer: httpx.Response) -> None:
        """An event hook of a client."""
        self.add("url", str(answer.request.url), answer.headers.get("location", ""))
        kind = answer.headers.get("content-type", "")
        if not kind.startswith(("text/", "application/json", "application/problem")):
            return
        await answer.aread()
        if "html" in kind:
            links = map(html.unescape, LINK.findall(answer.text))
            # a number to be dialled is asked of nobody: it is what the door shows
            self.add("url", *(link for link in links if not link.startswith("tel:")))
        if answer.status_code >= 400:
            self.add("refusal", answer.text)

    def leaks(self, known: Known) -> dict[str, list[str]]:
        """Kind → the leak and what stands around it."""
        return {
            kind: shown
            for kind, texts in self.texts.items()
            if (shown := [_around(text, word) for text in texts for word in known.within(text)])
        }


def _plain(text: str) -> str:
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return html.unescape(unquote_plus(text))


def _around(text: str, word: str) -> str:
    plain = text if word in text else _plain(text)
    at = plain.upper().find(word)
    return f"{word}: …{plain[max(at - 60, 0) : at + 60]}…"


def listening(heard: Heard) -> Callable[[], None]:
    """Hear what is logged from now on; returns how to stop."""
    root = logging.getLogger()
    level = root.level
    root.addHandler(heard)
    root.setLevel(min(level, logging.INFO))

    def stop() -> None:
        root.removeHandler(heard)
        root.setLevel(level)

    return stop

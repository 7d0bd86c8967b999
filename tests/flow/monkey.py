"""Whoever presses every button with nonsense: follows each link, fills in each form, and notes what
broke.
"""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urljoin, urlsplit

import httpx

from backstop.demo.driver import Driver
from backstop.portal import Portal
from backstop.shell import HOME
from kit.actor import Actor
from kit.forms.fields import KEY

ODD_ADDRESSES = ("\0", "2026-13", "9" * 20, "不存在")
NONSENSE = ("\0", "甲" * 300 + "<scenario>alert(1)</scenario>", "9999-12-31", "9" * 20)
RAW_DAY = re.compile(r"(?<![0-9A-Za-z-])20\d\d-[01]\d-[0-3]\d(?![0-9-])")
HIDDEN = ("details", "textarea", "style", "script")
EACH = 1  # pages of one shape, and forms of one shape, a person


@dataclass
class Form:
    action: str
    method: str = "get"
    fields: dict[str, str] = field(default_factory=dict)


class Page(HTMLParser):
    """Links and forms of one page, each field with a value that its form offers; `shown`: what is
    read there without opening 明细.
    """

    def __init__(self, text: str, at: str) -> None:
        super().__init__()
        self.at, self.links, self.forms = at, set[str](), list[Form]()
        self._select, self.shown, self._hidden = "", "", 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self._hidden += tag in HIDDEN
        if tag == "a" and (href := urljoin(self.at, has.get("href", ""))).startswith("/"):
            self.links.add(href.partition("#")[0])
        elif tag == "form":
            self.forms.append(
                Form(urljoin(self.at, has.get("action", "")), has.get("method", "get").lower())
            )
        elif (
            self.forms
            and tag in ("input", "textarea", "button", "select")
            and (name := has.get("name"))
        ):
            kind = has.get("type", "text")
            if tag == "select":
                self._select = name
            offered = has.get("value") or {"date": "2026-10-20", "number": "1"}.get(kind, "试试")
            if kind == "checkbox" or tag == "select":
                offered = has.get("value", "")
            self.forms[-1].fields.setdefault(name, offered)
        elif tag == "option" and self.forms and self._select and has.get("value"):
            self.forms[-1].fields[self._select] = (
                self.forms[-1].fields.get(self._select) or has["value"]
            )

    def handle_endtag(self, tag: str) -> None:
        self._select = "" if tag == "select" else self._select
        self._hidden -= tag in HIDDEN

    def handle_data(self, data: str) -> None:
        self.shown += "" if self._hidden else data


@dataclass
class Monkey:
    """What it did: forms sent by shape, and every answer of 500 or above, or that let a scenario
    through; `raw`: days that a page shows as a program writes them.
    """

    driver: Driver
    look: Callable[[httpx.Response], Awaitable[None]] | None = None  # sees each answer
    sent: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)

    async def play(self, people: list[Actor]) -> "Monkey":
        transport = httpx.ASGITransport(
            app=Portal(self.driver.application), raise_app_exceptions=False
        )  # type: ignore[arg-type]
        async with httpx.AsyncClient(
            transport=transport,
            base_url="http://backstop",
            timeout=60,
            event_hooks={"response": [self.look] if self.look else []},
        ) as client:
            for actor in people:
                client.auth = await self.driver.signs(actor)
                await self._as(client, actor)
        return self

    async def _as(self, client: httpx.AsyncClient, actor: Actor) -> None:
        todo, met, forms = (
            [HOME.get(actor.role, "/"), "/imports"],
            Counter[str](),
            dict[str, Form](),
        )
        while todo:
            path = todo.pop(0)
            answer = await client.get(path)
            self._look(answer, actor, "")
            if "text/html" not in answer.headers.get("content-type", ""):
                continue
            page = Page(answer.text, urlsplit(path).path)
            self.raw += [
                f"{actor.role} {path} …{page.shown[max(day.start() - 20, 0) : day.end()]}"
                for day in RAW_DAY.finditer(page.shown)
            ]
            for form in page.forms:
                forms.setdefault(f"{form.method} {shape(form.action)} {sorted(form.fields)}", form)
            for link in sorted(page.links):
                met[shape(link)] += 1
                if met[shape(link)] <= EACH and "/sign-" not in link and link not in todo:
                    todo.append(link)
                    self.seen[shape(link)] += 1
        for link in sorted(met):
            for word in ODD_ADDRESSES:  # nonsense where a page's own address has a name or a month
                self._look(await client.get(link.replace("~", quote(word))), actor, word)
        for name, form in sorted(forms.items()):
            if "/sign-" in form.action or form.action == "/imports":
                continue
            self.sent[name] += 1
            for changed in mangled(form.fields):
                if form.method == "post":
                    answer = await client.post(form.action, data=changed)
                else:
                    answer = await client.get(form.action, params=changed)
                self._look(answer, actor, str(changed))

    def _look(self, answer: httpx.Response, actor: Actor, word: str) -> None:
        request = answer.request
        if answer.status_code >= 500 or "<scenario>alert" in answer.text:
            self.broken.append(
                f"{actor.role} {request.method} {request.url.path} {answer.status_code} {word[:200]!r}"
            )


def mangled(fields: dict[str, str]) -> Iterator[dict[str, str]]:
    """The form with one field after the other filled in with nonsense, and without it; at last as
    it is meant; each an act of its own.
    """
    fields = {name: value for name, value in fields.items() if name != KEY}
    for name in fields:
        for word in NONSENSE:
            yield fields | {name: word}
        yield {other: value for other, value in fields.items() if other != name}
    yield fields


def shape(link: str) -> str:
    """The address without what names one thing: /village/findings/~."""
    path, _, query = link.partition("?")
    parts = [
        "~"
        if re.fullmatch(r"[0-9a-f-]{8,}|\d{4}-\d\d|[A-Z]+\d+|\d+(/\d+)?|[A-Z]+-[\d-]+|D\d", part)
        else part
        for part in path.split("/")
    ]
    return "/".join(parts) + (
        "?" + "&".join(sorted(re.sub(r"=.*", "=~", one) for one in query.split("&")))
        if query
        else ""
    )

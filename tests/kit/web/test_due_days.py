"""F-16: a due day beyond the published calendar is never printed as final."""

import re
from datetime import date
from pathlib import Path

from kit.dates import show_due
from rulebook.calendar import state_council

ROOT = Path(__file__).parents[3]
# A due day printed as any other day; what has passed (an event's) and what was before (original) may.
AS_FINAL = re.compile(r"(?<![\w.])(?!event\.|order\.original_|clock\.)(?:\w+\.)*\w*due\s*\|\s*day")


def test_f_16_templates_print_due_days_with_their_own_filter():
    pages = sorted((ROOT / "services").rglob("*.html"))
    assert len(pages) > 50
    printed = [
        f"{page.relative_to(ROOT)}: {text}"
        for page in pages
        for text in AS_FINAL.findall(page.read_text(encoding="utf-8"))
    ]
    assert printed == []


def test_f_16_beyond_the_published_calendar_it_is_provisional():
    calendar = state_council()
    assert show_due(date(2026, 12, 31), calendar) == "2026年12月31日"
    assert show_due(date(2027, 1, 5), calendar) == "2027年1月5日（暂定）"
    assert show_due(None, calendar) == "—"

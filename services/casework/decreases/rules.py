"""Which records of a natural decrease can be made now."""

from datetime import date

from kit.dates import show_day
from kit.errors import Conflict, Refused
from schemas.casework import Decrease, Standing


def demand_there(standing: Standing, lapsed_on: date | None) -> None:
    """`Conflict` unless the household is one that is identified, being identified or eliminated."""
    if standing is Standing.LAPSED:
        when = f"{show_day(lapsed_on)}" if lapsed_on else "此前"
        raise Conflict(f"这一户{when}已登记自然减少，不能再登记。")
    if standing is Standing.NONE:
        raise Conflict("这一户没有纳入监测，也不在识别中，不用登记自然减少。")


def demand_day(on: date, since: date | None, today: date) -> None:
    """`Refused` for a day to come, or before the household was identified or left."""
    if on > today:
        raise Refused(f"日期不能晚于今天（{show_day(today)}），请改。", field="on")
    if since and on < since:
        raise Refused(f"日期不能早于{show_day(since)}（识别或者迁出的日期），请改。", field="on")


def ends_now(decrease: Decrease, receiver: str | None) -> bool:
    """Who moved away stays until the other county takes over."""
    return decrease is not Decrease.MOVED_AWAY or bool(receiver)

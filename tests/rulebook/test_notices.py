"""The days a notice hangs, and what may stand on it."""

from datetime import date

import pytest

from rulebook.notices import NoticeEntry, never_on_a_notice, notice_columns, notice_days, notice_row
from rulebook.packs import load_pack, shipped_packs
from schemas.codes import Stratum

DEFAULT = load_pack("default")


def ruled(**values):
    """The default with other values of `identify`."""
    return DEFAULT.model_copy(update={"identify": DEFAULT.identify.model_copy(update=values)})


COUNTED = {"notice_count_posting_day": True}
WORKING = {"notice_day_kind": "WORKING"}


@pytest.mark.parametrize(
    ("posted", "values", "first", "last", "closes_from"),
    [
        # s003: five full days, 26–30 May; its own window needs the posting day
        (date(2023, 5, 25), {}, date(2023, 5, 26), date(2023, 5, 30), date(2023, 5, 31)),
        (date(2023, 5, 25), COUNTED, date(2023, 5, 25), date(2023, 5, 29), date(2023, 5, 30)),
        # through the National Day holidays: a minimum never moves
        (date(2026, 9, 29), {}, date(2026, 9, 30), date(2026, 10, 4), date(2026, 10, 5)),
        # 10 October is a working Saturday
        (date(2026, 9, 29), WORKING, date(2026, 9, 30), date(2026, 10, 12), date(2026, 10, 13)),
        (date(2026, 10, 8), WORKING, date(2026, 10, 9), date(2026, 10, 14), date(2026, 10, 15)),
        (
            date(2026, 10, 8),
            WORKING | COUNTED,
            date(2026, 10, 8),
            date(2026, 10, 13),
            date(2026, 10, 14),
        ),
        (
            date(2026, 9, 1),
            {"notice_min_days": 0},
            date(2026, 9, 1),
            date(2026, 9, 1),
            date(2026, 9, 1),
        ),
    ],
)
def test_gt_11_the_days_of_a_notice(calendar, posted, values, first, last, closes_from):
    days = notice_days(ruled(**values), posted, calendar)
    assert (days.first, days.last, days.closes_from) == (first, last, closes_from)


def test_gt_11_a_day_early_is_refused_in_a_sentence(calendar):
    days = notice_days(DEFAULT, date(2023, 5, 25), calendar)
    assert days.refusal(date(2023, 5, 30)) == (
        "公示要满5天：从5月26日到5月30日，最早5月31日结束公示。"
    )
    assert days.refusal(date(2023, 5, 31)) is None


def test_b_06_no_pack_counts_the_posting_day():
    assert not any(pack.identify.notice_count_posting_day for pack in shipped_packs())


ENTRY = NoticeEntry("吉木斯", "白音嘎查", "2组", 4, Stratum.MARGINAL)


def test_gt_20_a_notice_shows_the_whitelisted_fields_alone():
    assert dict(zip(notice_columns(DEFAULT).values(), notice_row(DEFAULT, ENTRY), strict=True)) == {
        "户主姓名": "吉木斯",
        "所在村": "白音嘎查",
        "村民小组": "2组",
        "家庭人口": "4人",
        "监测对象类别": "边缘易致贫户",
    }
    for pack in shipped_packs():
        assert never_on_a_notice("".join(notice_row(pack, ENTRY))) == ()


def test_gt_20_a_pack_may_show_less():
    privacy = DEFAULT.privacy.model_copy(update={"notice_fields": ("head_name", "category")})
    pack = DEFAULT.model_copy(update={"privacy": privacy})
    assert notice_row(pack, ENTRY) == ("吉木斯", "边缘易致贫户")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("公示期5天，2026年9月1日至2026年9月5日。如有异议，请向村委会反映。", ()),
        ("户主身份证 99012119700101848X", ("身份证号码",)),
        ("电话16000006826", ("联系电话",)),
        ("一卡通 6228 0000 0000 0000 123", ("银行账号",)),
        ("因病致贫", ("致贫返贫风险",)),
        ("户主患尿毒症", ("健康状况",)),
        ("儿子重度残疾，因残", ("致贫返贫风险", "健康状况")),
        ("依据〔2023〕12号文件，共15户49人", ()),
    ],
)
def test_gt_20_what_no_notice_may_say_is_found_in_free_text(text, found):
    assert never_on_a_notice(text) == found

"""What offices write is understood (F-24, F-27 … F-30)."""

import pytest

from rulebook import cells
from rulebook.cells import Identity, Unclear
from rulebook.months import months_named
from rulebook.names import plain_name, same_name
from rulebook.numerals import with_digits


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("高台乡梅岭村防返贫监测摸排情况上报表(9月)", {"2026-09"}),
        ("二〇二六年八月份", {"2026-08"}),
        ("8月", {"2026-08"}),
        ("十月", {"2026-10"}),
        ("梅岭村-2026-09.xlsx", {"2026-09"}),
        ("202608名单.xlsx", {"2026-08"}),
        ("2026.8", {"2026-08"}),
        ("2025年12月", {"2025-12"}),
        ("九月村2026年10月上报表", {"2026-09", "2026-10"}),
        ("上月存档", set()),
        ("10月18日报送", set()),
        ("梅岭村20260918.xlsx", set()),
        ("2026-9-18", set()),
        ("9月起实行，十月中旬检查", set()),
        ("名单(2).xlsx", set()),
    ],
)
def test_f_24_the_month_that_a_title_names(text, named):
    assert months_named(text, "2026-10") == named


def test_f_24_a_month_without_a_year_is_the_nearest():
    assert months_named("12月", "2026-01") == {"2025-12"}
    assert months_named("1月", "2026-12") == {"2027-01"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("迪里·买买提", "迪里•买买提（户主）", True),
        ("王䶮", "王?", True),
        ("𬃎小川", "□小川", True),
        ("金\uf907", "金龜", True),  # a compatibility character
        ("王一", "王二", False),
        ("王一", "王一一", False),
    ],
)
def test_f_27_names_are_compared_alike(one, other, same):
    assert same_name(one, other) is same
    assert plain_name("阿娜尔 · 库尔班（已故）") == "阿娜尔库尔班"


@pytest.mark.parametrize("words", ["未上户口", "无", "护照B1234567", "—", "军人", "正在补办"])
def test_f_28_words_instead_of_a_number_are_kept(words):
    assert cells.identity(words) == Identity(pending=words)


def test_f_28_a_mistyped_number_is_no_word():
    assert cells.identity("990321198010200414") == Identity("990321198010200414")
    for wrong in ("99032119801020041", "990321198010200415", "12345", "9.90321E+17", 9.9e17):
        with pytest.raises(Unclear):
            cells.identity(wrong)
    with pytest.raises(Unclear, match="最多50字"):
        cells.identity("未" * 51)


@pytest.mark.parametrize(
    ("written", "phone", "more"),
    [
        *[
            (none, None, "")
            for none in ("无", "/", "—", "无电话", "暂无", "没有", "0000", "-", None)
        ],
        ("16000000001", "16000000001", ""),
        ("1600000 0001", "16000000001", ""),
        ("+86 16000000001", "16000000001", ""),
        ("16000000001/16000000002", "16000000001", "16000000002"),
        ("16000000001、16000000002", "16000000001", "16000000002"),
        ("16000000001 16000000002", "16000000001", "16000000002"),
        ("16000000001(儿子)", "16000000001", "儿子"),
        ("儿子：16000000001", "16000000001", "儿子"),
        ("0931-1234567转3", "0931-1234567", "转3"),
    ],
)
def test_f_29_the_first_telephone_counts_and_none_is_none(written, phone, more):
    assert cells.phone_and_more(written) == (phone, more)


def test_f_29_a_wrong_number_stays_wrong():
    for wrong in ("1600000001", "问村主任", "160000000011"):
        with pytest.raises(Unclear):
            cells.phone_and_more(wrong)
    with pytest.raises(Unclear):  # on a page, where one is asked to write it well
        cells.phone("16000000001/16000000002")


def test_f_30_chinese_numerals_are_numbers():
    assert with_digits("二〇二六年十月十二日") == "2026年10月12日"
    assert [cells.group(v) for v in ("一组", "三道沟村十二组", "第二十一村民小组", "三")] == [
        "01",
        "12",
        "21",
        "03",
    ]
    assert [cells.count(v) for v in ("四人", "十口人", "两人", "五")] == [4, 10, 2, 5]
    assert str(cells.day("十月十二日", "2026-10")) == "2026-10-12"
    assert str(cells.day("二〇二六年九月五日", "2026-10")) == "2026-09-05"
    since = cells.about("八月初", "2026-10")
    assert (str(since.day), since.about, since.text) == ("2026-08-01", True, "八月初")
    assert not cells.about("九月五日", "2026-10").about
    with pytest.raises(Unclear):
        cells.group("十十组")

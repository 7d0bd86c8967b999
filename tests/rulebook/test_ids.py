from datetime import date

import pytest

from rulebook import ids
from rulebook.ids import InvalidId, check_id_number

OFFICIAL = ["11010519491231002X", "440524188001010014"]
KEY = b"a county's key"


@pytest.mark.parametrize("number", OFFICIAL)
def test_gt_18_official_samples(number):
    assert check_id_number(number) == number


@pytest.mark.parametrize("number", OFFICIAL)
def test_gt_18_one_digit_changed(number):
    for place in range(17):
        changed = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
        with pytest.raises(InvalidId):
            check_id_number(changed)


def test_gt_18_check_character_of_a_body():
    assert ids.make_id("340524", date(1980, 1, 1), "001") == "34052419800101001X"


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２ｘ",
        " 110105 19491231 002X ",
        "'11010519491231002X",
        "\u200b11010519491231002X",
    ],
)
def test_gt_18_normalised(text):
    assert check_id_number(text) == "11010519491231002X"
    assert ids.id_hash(text, KEY) == ids.id_hash("11010519491231002X", KEY)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "没有填写"),
        ("990121730414663", "15位的旧身份证"),
        ("99012119730414663", "现在是17位"),
        ("99012119730414663A", "只能是数字"),
        ("9901211973O4146630", "只能是数字"),
        ("990121197302306630", "出生日期"),
        ("990121197304146631", "校验不通过"),
    ],
)
def test_what_is_wrong_is_said_without_the_number(text, reason):
    with pytest.raises(InvalidId, match=reason) as caught:
        check_id_number(text)
    assert "9901" not in str(caught.value)


def test_nobody_is_born_after_the_day_given():
    number = ids.make_id("990121", date(2026, 9, 20), 1)
    assert check_id_number(number, on=date(2026, 9, 20)) == number
    with pytest.raises(InvalidId, match="晚于今天"):
        check_id_number(number, on=date(2026, 9, 19))


def test_birth_gender_and_hash():
    number = ids.make_id("990121", date(1979, 12, 17), 848)
    assert ids.birth_date(number) == date(1979, 12, 17)
    assert (ids.gender(number), ids.gender(ids.make_id("990121", date(1979, 12, 17), 847))) == (
        "2",
        "1",
    )
    assert len(ids.id_hash(number, KEY)) == 64
    assert ids.id_hash(number, KEY) != ids.id_hash(number, b"another key")

from decimal import Decimal

import pytest

from rulebook.masking import mask_id, mask_name, mask_phone
from rulebook.money import to_fen, yuan
from rulebook.phones import check_phone


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("1,200.50", 120050),
        ("1200元", 120000),
        ("￥3", 300),
        ("3.5万元", 3500000),
        (1200.5, 120050),
        (0.1, 10),
        (7, 700),
        ("-5.00", -500),
        (Decimal("0.01"), 1),
        ("１２.３", 1230),
        ("1.10", 110),
        ("560.4万元", 560400000),
    ],
)
def test_to_fen(amount, fen):
    assert to_fen(amount) == fen


@pytest.mark.parametrize("amount", ["", "一千", "1.234", "1,20", "1-2", "nan", "1e9999999"])
def test_to_fen_refuses(amount):
    with pytest.raises(ValueError, match="金额"):
        to_fen(amount)


def test_yuan():
    assert [yuan(fen) for fen in (120050, 5, 0, -120050)] == [
        "1,200.50",
        "0.05",
        "0.00",
        "-1,200.50",
    ]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("16000006826", "16000006826"),
        ("160 0000 6826", "16000006826"),
        ("+86-160-0000-6826", "16000006826"),
        ("１６０００００６８２６", "16000006826"),
        ("0931-1234567", "0931-1234567"),
        ("010 12345678", "01012345678"),
    ],
)
def test_check_phone(text, number):
    assert check_phone(text) == number


@pytest.mark.parametrize("text", ["1390000", "12000006826", "160000068260", "", "电话"])
def test_check_phone_refuses(text):
    with pytest.raises(ValueError, match="联系电话应为11位"):
        check_phone(text)


def test_masks():
    assert mask_id("990121197912178484") == "990121********8484"
    assert mask_id("15012119491231002X", head=3) == "150***********002X"
    assert [mask_name(name) for name in ("王军", "陈红梅", "王", "")] == ["王*", "陈**", "*", ""]
    assert mask_phone("16000006826") == "160****6826"
    assert mask_phone("123") == "***"

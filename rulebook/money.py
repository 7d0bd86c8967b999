"""Money as integer fen; nothing is ever rounded on the way in."""

import re
import unicodedata
from decimal import Decimal


def to_fen(amount: str | float | Decimal) -> int:
    """Fen from yuan: "1,200.50", "1200元", "3.5万元", 1200.5; `ValueError` with a Chinese text
    otherwise.
    """
    text = "".join(unicodedata.normalize("NFKC", str(amount)).split())
    number, unit = re.fullmatch(r"[¥￥]?(.*?)(万元|万|元|)", text).groups()  # type: ignore[union-attr]
    if not re.fullmatch(r"-?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?", number):
        raise ValueError("金额写法不对，请写成1200.50这样的数字（单位：元）")
    if len(number) > 20:
        raise ValueError("金额过大或小数位数过多，请核对")
    fen = Decimal(number.replace(",", "")) * (1_000_000 if unit.startswith("万") else 100)
    if fen != int(fen):
        raise ValueError("金额超过两位小数，请写到分为止")
    return int(fen)


def yuan(fen: int) -> str:
    """120050 fen as "1,200.50"."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02}"


def wan(fen: int) -> str:
    """560400000 fen as "560.4万元" (GT-04): exact, without zeros that say nothing."""
    amount = f"{Decimal(fen) / 1_000_000:,.6f}".rstrip("0").rstrip(".")
    return f"{amount}万元"

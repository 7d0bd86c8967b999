"""Cards as a workbook: the text that is sent to each by messenger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.documents import Paper, Table, sheets


@dataclass(frozen=True)
class Printed:
    """One card as it is printed or sent; `address` opens it once."""

    name: str
    post: str
    place: str
    address: str

    @property
    def words(self) -> str:
        return (
            f"{self.name}，您好。这是您在“守底”的登录链接，只能用在一部手机上：{self.address} "
            "点开后点“进入”，不用填任何东西。请不要转发给别人。"
        )


def card_workbook(cards: Sequence[Printed], on: date) -> Paper:
    rows = [(card.place, card.post, card.name, card.words, card.address) for card in cards]
    columns = ("地方或单位", "岗位", "姓名", "要发的文字", "链接")
    note = "每个链接只能发给本人，用一次就失效；30天内没有用的要重新发。发完请删除这个文件。"
    return sheets(f"登录链接{on:%Y%m%d}", [Table("登录链接", columns, rows, note)])

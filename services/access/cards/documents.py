"""Cards as they are printed, and as a workbook: the text that is sent to each by messenger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kit.dates import show_day
from kit.documents import Paper, Table, sheets
from schemas.codes import Role
from services.access.roles import BY_PHONE


@dataclass(frozen=True)
class Printed:
    """One card; `address` opens it once. `codes`: he first sets a password and one-time codes;
    printed `on`, dead from the day `before` which it must be used.
    """

    name: str
    role: Role
    place: str
    address: str
    codes: bool
    on: date
    before: date

    @property
    def post(self) -> str:
        return self.role.label

    @property
    def valid(self) -> str:
        return f"{show_day(self.on)}制，{show_day(self.before)}前有效。"

    @property
    def how(self) -> str:
        """What he does with it, and what happens then."""
        if self.codes:
            return "扫码后点“进入”，设密码、开通动态码；以后用登录名、密码和动态码登录。只能用一次，丢了请马上报告发卡的人。"
        return f"扫码后点“进入”。只能用在一部手机上，丢了请马上报告发卡的人。{self._desk}"

    @property
    def words(self) -> str:
        """The text to send."""
        before, keep = show_day(self.before), "请不要转发给别人。"
        if self.codes:
            return (
                f"{self.name}，您好。这是您在“守底”的首次登录链接，只能用一次，{before}前有效：{self.address} "
                "请先在手机上装一个验证器，再点开链接，点“进入”，1小时内设好密码、开通动态码；"
                f"以后用登录名、密码和动态码登录。{keep}"
            )
        return (
            f"{self.name}，您好。这是您在“守底”的登录链接，只能用在一部手机上，{before}前有效：{self.address} "
            f"点开后点“进入”，不用填任何东西。{self._desk}{keep}"
        )

    @property
    def _desk(self) -> str:
        """Also of who mostly sits at a desk."""
        return "" if self.role in BY_PHONE else "要在电脑上用，进去后在“我的登录”里设一个密码。"


def card_workbook(cards: Sequence[Printed], on: date, warning: str = "") -> Paper:
    rows = [(card.place, card.post, card.name, card.words, card.address) for card in cards]
    columns = ("地方或单位", "岗位", "姓名", "要发的文字", "链接")
    note = (
        f"{warning}每个链接只能发给本人，用一次就失效；30天内没有用的要重新发。发完请删除这个文件。"
    )
    return sheets(f"登录链接{on:%Y%m%d}", [Table("登录链接", columns, rows, note)])

"""Invented people: every name is put together at random, ID numbers begin with 99, telephones with
1600000.
"""

from datetime import date, timedelta
from random import Random

from rulebook.ids import make_id
from schemas.values import Member

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹喻柏窦章云苏潘葛范彭郎鲁韦马苗凤方俞任袁柳"
GIVEN = "春秋山水松柏禾苗安宁和顺福禄田园平川志远明德长青大有文光国泰书礼玉成金来喜旺家齐根生水生桂香兰芝秀梅月娥凤莲"
AREA = "990121"
HEALTH = ("健康",) * 7 + ("长期慢性病",) * 2 + ("患有大病", "残疾")


class People:
    """A source of persons that gives the same ones in the same order."""

    def __init__(self, seed: str) -> None:
        self.random = Random(seed)
        self._phones = 0
        self._numbers: set[str] = set()

    def name(self) -> str:
        return self.random.choice(SURNAMES) + "".join(
            self.random.choices(GIVEN, k=self.random.choice((1, 2, 2)))
        )

    def phone(self) -> str:
        self._phones += 1
        return f"1600000{self._phones % 10_000:04}"

    def id_number(self, oldest: int, youngest: int) -> str:
        """Of somebody born in these years."""
        while True:
            born = date(self.random.randint(oldest, youngest), 1, 1) + timedelta(
                days=self.random.randrange(365)
            )
            number = make_id(AREA, born, self.random.randrange(1, 1000))
            if number not in self._numbers:
                self._numbers.add(number)
                return number

    def member(self, relationship: str, oldest: int, youngest: int) -> Member:
        number = self.id_number(oldest, youngest)
        age = 2026 - int(number[6:10])
        labour = (
            "无劳动力"
            if age < 16 or age > 70
            else self.random.choice(("普通劳动力", "普通劳动力", "弱劳动力或半劳动力"))
        )
        return Member(
            name=self.name(),
            id_number=number,
            gender="男" if int(number[16]) % 2 else "女",
            relationship=relationship,
            health=self.random.choice(HEALTH),
            labour=labour,
        )

    def family(self, size: int) -> tuple[Member, ...]:
        """The head first."""
        head = self.member("户主", 1948, 1985).model_copy(update={"phone": self.phone()})
        relations = ["配偶", "儿子", "女儿", "母亲", "父亲", "孙子", "孙女", "儿媳"][: size - 1]
        years = {
            "配偶": (1948, 1988),
            "母亲": (1935, 1950),
            "父亲": (1935, 1950),
            "孙子": (2010, 2024),
            "孙女": (2010, 2024),
        }
        return (
            head,
            *(self.member(relation, *years.get(relation, (1985, 2018))) for relation in relations),
        )

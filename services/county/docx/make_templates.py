"""Make the letters' templates once more: `python services/county/docx/make_templates.py`.

The .docx files beside this script are what an office edits in WPS; they hold jinja tags and are
laid out as `kit.documents.official` says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import (
    attachment,
    colophon,
    head,
    heading,
    letter,
    loop,
    signed,
    text,
    title,
)
from kit.documents.tables import Col, table

HERE = Path(__file__).parent
AGES = ("5日内", "6至10日", "11至15日", "16至30日", "30日以上")


def of(pair: str, between: str = "") -> str:
    """A rate as everywhere: with its numerator and denominator (R-12)."""
    percent, part, whole = (f"{{{{ {pair}.{name} }}}}" for name in ("percent", "part", "whole"))
    return f"{percent}{between}（{part}/{whole}）"


def both(pair: str, between: str = "") -> str:
    """Households and persons."""
    return f"{{{{ {pair}.households }}}}户{between}{{{{ {pair}.persons }}}}人"


def agenda() -> Letter:
    document = letter()
    title(document, "防返贫监测联席会议议程")
    text(document, "时间：{{ on|day }}")
    text(document, "地点：{{ place }}")
    text(document, "主持：{{ chair }}")
    loop(document, "for section in sections")
    heading(document, "{{ section.title }}")
    loop(document, "for line in section.lines")
    text(document, "{{ line.number }}.{{ line.title }}")
    loop(document, "if line.text")
    text(document, "{{ line.text }}")
    loop(document, "endif")
    loop(document, "if line.explanation")
    text(document, "书面说明（{{ line.explained_on|day }}）：{{ line.explanation }}")
    loop(document, "endif")
    loop(document, "endfor")
    loop(document, "endfor")
    heading(document, "附：未办结交办单存续时间表（按首次交办后的工作日）")
    table(
        document,
        [
            Col("部门", "{{ row.name }}", 10),
            *(Col(age, f"{{{{ row.counts[{index}] }}}}", 4.5) for index, age in enumerate(AGES)),
            Col("合计", "{{ row.total }}", 3.5),
        ],
        "ageing",
    )
    text(document, "附件：户名单（会后收回）")
    signed(document)
    return document


def annex() -> Letter:
    document = letter()
    title(document, "户名单（会后收回，不得复印、拍照）")
    text(document, "会议日期：{{ on|day }}。本名单只供核对议题，会后由牵头部门收回。")
    table(
        document,
        [
            Col("议题", "{{ row.number }}", 3),
            Col("村", "{{ row.village }}", 7),
            Col("户主", "{{ row.head_name }}", 6),
            Col("事由", "{{ row.title }}", 20),
        ],
        "rows",
    )
    return document


def notice() -> Letter:
    document = letter()
    head(document)
    title(document, "关于召开防返贫监测联席会议的通知{{ mark }}")
    text(document, "{{ department }}：", indent=False)
    text(
        document,
        "定于{{ on|day }}召开联席会议，研究{{ month|month }}防返贫监测工作。现将有关事项通知如下。",
    )
    heading(document, "一、时间、地点")
    text(document, "时间：{{ on|day }}。地点：{{ place }}。会议由{{ chair }}主持。")
    heading(document, "二、参加人员")
    text(document, "你单位主要负责人；确实不能到会的，请委托分管负责人代会并事先告知。")
    heading(document, "三、涉及你单位的议题")
    loop(document, "for line in lines")
    text(document, "{{ loop.index }}.{{ line.title }}")
    loop(document, "if line.text")
    text(document, "{{ line.text }}")
    loop(document, "endif")
    loop(document, "endfor")
    heading(document, "四、有关要求")
    text(document, "请逐项准备办理情况，写明进展、原因、完成日期；需要书面说明的，请在会前报送。")
    signed(document)
    colophon(document)
    return document


def minutes() -> Letter:
    document = letter()
    head(document, "防返贫监测联席会议纪要{{ mark }}")
    text(
        document,
        "{{ held_on|day }}，{{ chair }}在{{ place }}主持召开防返贫监测联席会议，"
        "研究{{ month|month }}防返贫监测工作。会议议定事项如下。",
    )
    loop(document, "for section in sections")
    heading(document, "{{ section.title }}")
    loop(document, "for line in section.lines")
    text(document, "{{ line.number }}.{{ line.title }}")
    text(document, "{{ line.decision }}")
    loop(document, "endfor")
    loop(document, "endfor")
    loop(document, "for group in attendance")
    text(document, "{{ group.presence }}：{{ group.people }}。")
    loop(document, "endfor")
    signed(document)
    text(document, "签发：{{ mandate }}")
    colophon(document)
    return document


# The tables behind the bulletin's text: header, cell and width of each column.
CATEGORIES = [
    Col("类别", "{{ row.label }}", 7.2),
    *(
        Col(head, both(f"row.{name}", "\n"), 4.8)
        for head, name in (
            ("累计", "cumulative"),
            ("本年新增", "new_in_year"),
            ("本月新增", "new_in_month"),
            ("已消除", "eliminated"),
            ("未消除", "uneliminated"),
        )
    ),
    Col("消除率\n（按人数）", of("row.rate_by_persons", "\n"), 8.5),
]
COUNTS = [
    Col("应报", "{{ row.expected }}"),
    Col("免报", "{{ row.exempt }}"),
    Col("按时", "{{ row.on_time }}"),
    Col("迟报", "{{ row.late }}"),
    Col("未报", "{{ row.missing }}{% if row.waiting %}（另未到期{{ row.waiting }}）{% endif %}"),
    Col("零报告", "{{ row.nil }}"),
    Col("按时率", of("row.on_time_rate"), 9),
]
TIERS = [Col("主体", "{{ row.label }}", 7), *COUNTS]
BELOW = [Col("乡镇", "{{ row.name }}", 7), *COUNTS]
TOWNSHIPS = [
    Col("乡镇", "{{ row.name }}", 8),
    Col("乡镇汇总名单", "{{ row.label }}", 8),
    Col("签字时没有报的村", "{{ row.named_missing }}", 10),
]
UNITS = [
    Col("单位", "{{ row.name }}", 10),
    Col("上报", "{{ row.label }}", 4),
    Col("内容", "{{ row.content_label }}", 5),
    Col("应联系户", "{{ row.required }}", 5),
    Col("已联系户", "{{ row.contacted }}", 5),
    Col("未联系\n上户", "{{ row.unreached }}", 4.5),
    Col("联系率", of("row.contact_rate", "\n"), 6),
]
TEAMS = [
    Col("督导组", "{{ row.name }}", 10),
    Col("上报", "{{ row.label }}", 5),
    Col("内容", "{{ row.content_label }}", 5),
    Col("发现线索", "{{ row.findings }}", 5),
]
ORDERS = [
    Col("部门", "{{ row.name }}", 10),
    Col("结转", "{{ row.carried }}"),
    Col("新交办", "{{ row.issued }}"),
    Col("退回", "{{ row.returned }}"),
    Col("办结", "{{ row.closed }}"),
    Col("在办", "{{ row.open }}"),
]
TIMES = [
    Col("部门", "{{ row.name }}", 9),
    Col("按时签收", of("row.accepted_on_time", "\n"), 5),
    Col("按时反馈", of("row.reported_on_time", "\n"), 5),
    Col("逾期\n未反馈", "{{ row.unreported }}", 4),
    Col("逾期\n未解决", "{{ row.unsolved }}", 4),
    Col("平均\n工作日", "{{ row.days.average }}", 4),
    Col("天数\n合计", "{{ row.days.total }}", 4),
    Col("计算\n件数", "{{ row.days.count }}", 4),
]
QUALITY = [
    Col("上报主体", "{{ row.name }}", 10),
    Col("上报条数", "{{ row.reported }}", 4),
    Col("不在册，\n待核对", "{{ row.not_on_register }}", 5),
    Col("要素不全", "{{ row.incomplete }}", 4),
    Col("未对应\n到户", "{{ row.unmatched }}", 4),
    Col("上报途中\n划去", "{{ row.struck_out }}", 5),
]


def bulletin() -> Letter:
    document = letter()
    head(document)
    title(document, "关于{{ month|month }}防返贫监测\n三级网络工作情况的通报{{ mark }}")
    text(document, "{{ recipients }}：", indent=False)
    text(
        document,
        "现将{{ month|month }}防返贫监测工作情况通报如下。监测对象数据截至{{ totals_on|day }}，"
        "履职数据截至{{ cut_off|clock }}。",
    )
    _households(document)
    _reports(document)
    _orders(document)
    _quality(document)
    _names(document)
    _demands(document)
    _attachments(document)
    colophon(document)
    return document


def _households(document: Letter) -> None:
    """Section 1: who is monitored."""
    heading(document, "一、监测对象总体情况")
    text(
        document,
        f"全县累计监测{both('all.cumulative')}。其中：{{% for row in categories %}}{{% if row.category %}}"
        f"{{{{ row.label }}}}{both('row.cumulative')}，{{% endif %}}{{% endfor %}}"
        f"{{{{ year }}}}年新增{both('all.new_in_year')}，本月新增{both('all.new_in_month')}。",
    )
    text(
        document,
        f"已消除风险{both('all.eliminated')}，未消除风险{both('all.uneliminated')}。"
        f"风险消除率按人数为{{{{ all.rate_by_persons.percent }}}}（{{{{ all.rate_by_persons.part }}}}/"
        f"{{{{ all.rate_by_persons.whole }}}}人），按户数为{{{{ all.rate_by_households.percent }}}}"
        f"（{{{{ all.rate_by_households.part }}}}/{{{{ all.rate_by_households.whole }}}}户）。",
    )


def _reports(document: Letter) -> None:
    """Section 2: who reported, and what became of it."""
    heading(document, "二、三级监测网络履职情况")
    loop(document, "for row in tiers")
    text(
        document,
        "{{ loop.index }}.{{ row.label }}：应报{{ row.expected }}份{% if row.exempt %}（免报{{ row.exempt }}份）{% endif %}，"
        "按时报{{ row.on_time }}份，迟报{{ row.late }}份，未报{{ row.missing }}份，{% if row.waiting %}未到期{{ row.waiting }}份，{% endif %}"
        f"按时率{of('row.on_time_rate')}。报来的当中零报告{{{{ row.nil }}}}份，发现风险线索{{{{ row.findings }}}}条。",
    )
    loop(document, "endfor")
    text(
        document,
        "县级核实{{ cases.opened }}户：符合条件{{ cases.verified }}户，不符合条件{{ cases.not_qualified }}户，"
        "退回复核{{ cases.recheck }}户，尚未核实{{ cases.open }}户。应发现未发现{{ candidates.raised }}条："
        "人工确认{{ candidates.confirmed }}条，排除{{ candidates.dismissed }}条，待认定{{ candidates.undecided }}条。",
    )


def _orders(document: Letter) -> None:
    """Section 3: what the departments did."""
    heading(document, "三、发点球办理情况")
    text(
        document,
        "{{ dispatch_since|day }}至{{ dispatch_until|day }}，结转交办单{{ orders.carried }}件，新交办{{ orders.issued }}件，"
        f"按时签收率{of('orders.accepted_on_time')}，按时反馈率{of('orders.reported_on_time')}，"
        "逾期未反馈{{ orders.unreported }}件，逾期未解决{{ orders.unsolved }}件，退回{{ orders.returned }}件，"
        "办结{{ orders.closed }}件，在办{{ orders.open }}件。从首次交办起平均{{ orders.days.average }}个工作日"
        "（{{ orders.days.count }}件共{{ orders.days.total }}个工作日）。",
    )


def _quality(document: Letter) -> None:
    """Section 4: what was wrong with the lists, and the office's own days."""
    heading(document, "四、数据质量和牵头部门时限")
    text(
        document,
        "被退回改正的表格{{ quality.refused_sheets }}张，涉及{{ quality.refused_cells }}处；"
        "补录{{ quality.entered_later }}件。",
    )
    text(document, "牵头部门：{{ office_rows|join('；') }}。")


def _names(document: Letter) -> None:
    """Section 5: who is named; before it is issued, also who may be."""
    heading(document, "五、点名通报")
    loop(document, "if not named")
    text(document, "本期没有点名。")
    loop(document, "endif")
    loop(document, "for name in named")
    text(
        document,
        "{{ loop.index }}.{{ name.label }}（{{ name.timeliness }}）{{ name.pending }}：{{ name.facts }}",
    )
    loop(document, "if name.responsible or name.explanation")
    text(document, "{{ name.responsible }}{{ name.explanation }}")
    loop(document, "endif")
    loop(document, "endfor")


def _demands(document: Letter) -> None:
    """Section 6, with what is attached and the signature."""
    heading(document, "六、工作要求")
    loop(document, "for line in demands")
    text(document, "{{ line }}")
    loop(document, "endfor")
    document.add_paragraph()
    loop(document, "for name in attached")
    text(document, "{{ '附件：' if loop.first else '　　　' }}{{ loop.index }}.{{ name }}")
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    loop(document, "endfor")
    signed(document)
    text(document, "签发：{{ mandate }}")


# What is attached: title, and its tables: the list of rows, heading, columns. Without rows nothing
# of it stands in the letter (`services.county.bulletin.documents`).
TABLES: dict[str, list[tuple[str, str, list[Col]]]] = {
    "监测对象情况表": [("categories", "", CATEGORIES)],
    "三级监测网络上报情况表": [
        ("tiers", "各级合计", TIERS),
        ("villages", "村（按乡镇）", BELOW),
        ("groups", "村民小组（按乡镇）", BELOW),
        ("townships", "乡镇", TOWNSHIPS),
        ("units", "帮扶单位", UNITS),
        ("teams", "督导组", TEAMS),
    ],
    "发点球办理情况表": [("departments", "数量", ORDERS), ("departments", "时限", TIMES)],
    "数据质量情况表": [("faults", "", QUALITY)],
}


def _attachments(document: Letter) -> None:
    for name, tables in TABLES.items():
        with attached(document, name):
            loop(document, "set tables = namespace(last=0)")
            for rows, head, columns in tables:
                loop(document, f"if {rows}")
                if head:
                    loop(document, "set tables.last = tables.last + 1")
                    heading(document, f"（{{{{ numeral(tables.last) }}}}）{head}", 2)
                table(document, columns, rows)
                loop(document, "endif")
    with attached(document, "口径说明"):
        text(document, "1.每项比率都在括号里写明分子、分母。风险消除率以人数为准，同时列出户数。")
        text(
            document,
            "2.按时率的分母是应报而没有免报、也不是未到期的份数；零报告是报来的份数中写明没有风险的。",
        )
        text(document, "3.平均工作日自首次交办起算，改派不重新起算。")
    loop(document, "if errata")  # behind what was issued, which stays as it is
    title(document, "更正", on_new_page=True)
    loop(document, "for erratum in errata")
    text(document, "更正第{{ erratum.number }}号（{{ erratum.on|day }}）：{{ erratum.text }}")
    loop(document, "endfor")
    loop(document, "endif")


@contextmanager
def attached(document: Letter, title: str) -> Iterator[None]:
    """An attachment that stands in the letter if it is on the list, with its number there."""
    loop(document, f"if '{title}' in attached")
    attachment(document, f"{{{{ attached.index('{title}') + 1 }}}}", title)
    yield
    loop(document, "endif")


LETTERS = {
    "agenda": agenda,
    "annex": annex,
    "notice": notice,
    "minutes": minutes,
    "bulletin": bulletin,
}


def main() -> None:
    for name, make in LETTERS.items():
        make().save(str(HERE / f"{name}.docx"))


if __name__ == "__main__":
    main()

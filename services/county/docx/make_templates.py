"""Make the letters' templates once more: `python services/county/docx/make_templates.py`.

The .docx files beside this script are what an office edits in WPS; they hold jinja tags and are
laid out as `kit.documents.official` says.
"""

from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import heading, letter, loop, signed, table, text, title

HERE = Path(__file__).parent
AGES = ("5日内", "6至10日", "11至15日", "16至30日", "30日以上")


def of(pair: str) -> str:
    """A rate as everywhere: with its numerator and denominator (R-12)."""
    return f"{{{{ {pair}.percent }}}}（{{{{ {pair}.part }}}}/{{{{ {pair}.whole }}}}）"


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
            ("部门", "{{ row.name }}"),
            *((age, f"{{{{ row.counts[{index}] }}}}") for index, age in enumerate(AGES)),
            ("合计", "{{ row.total }}"),
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
            ("议题序号", "{{ row.number }}"),
            ("村", "{{ row.village }}"),
            ("户主", "{{ row.head_name }}"),
            ("议题", "{{ row.title }}"),
        ],
        "rows",
        12,
    )
    return document


def notice() -> Letter:
    document = letter()
    title(document, "关于召开防返贫监测联席会议的通知")
    text(document, "{{ department }}:", indent=False)
    text(
        document,
        "定于{{ on|day }}在{{ place }}召开联席会议，由{{ chair }}主持，研究{{ month|month }}防返贫监测工作。"
        "请单位主要负责人参加；确实不能到会的，请委托分管负责人代会并事先告知。",
    )
    heading(document, "一、涉及你单位的议题")
    loop(document, "for line in lines")
    text(document, "{{ loop.index }}.{{ line.title }}")
    loop(document, "if line.text")
    text(document, "{{ line.text }}")
    loop(document, "endif")
    loop(document, "endfor")
    heading(document, "二、有关要求")
    text(document, "请逐项准备办理情况，写明进展、原因、完成日期；需要书面说明的，请在会前报送。")
    signed(document)
    return document


def minutes() -> Letter:
    document = letter()
    title(document, "防返贫监测联席会议纪要")
    text(
        document,
        "{{ held_on|day }}，{{ chair }}在{{ place }}主持召开联席会议，研究{{ month|month }}防返贫监测工作。"
        "会议议定事项如下。",
    )
    loop(document, "for section in sections")
    heading(document, "{{ section.title }}")
    loop(document, "for line in section.lines")
    text(document, "{{ line.number }}.{{ line.title }}")
    text(
        document,
        "议定（{{ line.kind }}）：{{ line.decision }}{% if line.responsible %} 责任单位：{{ line.responsible }}。{% endif %}"
        "{% if line.due %} 完成期限：{{ line.due|day }}。{% endif %}",
    )
    loop(document, "endfor")
    loop(document, "endfor")
    heading(document, "到会情况")
    table(
        document,
        [
            ("单位", "{{ row.unit }}"),
            ("姓名", "{{ row.name }}"),
            ("职务", "{{ row.post }}"),
            ("到会", "{{ row.presence }}"),
            ("代谁参加", "{{ row.stands_for }}"),
        ],
        "attendance",
        12,
    )
    loop(document, "if signed_by")
    text(document, "签发：{{ signed_by }}")
    loop(document, "endif")
    signed(document)
    return document


# The bulletin's tables: header and cell of each column.
CATEGORIES = [
    ("类别", "{{ row.label }}"),
    ("累计户", "{{ row.cumulative.households }}"),
    ("累计人", "{{ row.cumulative.persons }}"),
    ("本年新增户/人", "{{ row.new_in_year.households }}/{{ row.new_in_year.persons }}"),
    ("已消除户/人", "{{ row.eliminated.households }}/{{ row.eliminated.persons }}"),
    ("未消除户/人", "{{ row.uneliminated.households }}/{{ row.uneliminated.persons }}"),
    ("消除率（人）", of("row.rate_by_persons")),
]
TIERS = [
    ("主体", "{{ row.label }}"),
    ("应报", "{{ row.expected }}"),
    ("免报", "{{ row.exempt }}"),
    ("按时", "{{ row.on_time }}"),
    ("迟报", "{{ row.late }}"),
    ("未报", "{{ row.missing }}"),
    ("零报告", "{{ row.nil }}"),
    ("按时率", of("row.on_time_rate")),
]
TOWNSHIPS = [
    ("乡镇", "{{ row.name }}"),
    ("本级", "{{ row.own }}"),
    ("村应报/按时/迟报/未报/零报告", "{{ row.villages }}"),
    ("村按时率", "{{ row.village_rate }}"),
    ("组应报/按时/迟报/未报/零报告", "{{ row.groups }}"),
    ("组按时率", "{{ row.group_rate }}"),
]
UNITS = [
    ("单位", "{{ row.name }}"),
    ("上报", "{{ row.label }}"),
    ("内容", "{{ row.content_label }}"),
    ("应联系户", "{{ row.required }}"),
    ("已联系户", "{{ row.contacted }}"),
    ("未联系上户", "{{ row.unreached }}"),
    ("联系率", of("row.contact_rate")),
]
TEAMS = [
    ("督导组", "{{ row.name }}"),
    ("上报", "{{ row.label }}"),
    ("内容", "{{ row.content_label }}"),
    ("发现线索", "{{ row.findings }}"),
]
DEPARTMENTS = [
    ("部门", "{{ row.name }}"),
    ("结转/新交办", "{{ row.carried }}/{{ row.issued }}"),
    ("按时签收", "{{ row.accepted_on_time.part }}/{{ row.accepted_on_time.whole }}"),
    ("按时反馈", "{{ row.reported_on_time.part }}/{{ row.reported_on_time.whole }}"),
    ("逾期未反馈/未解决", "{{ row.unreported }}/{{ row.unsolved }}"),
    ("退回", "{{ row.returned }}"),
    ("办结/在办", "{{ row.closed }}/{{ row.open }}"),
    ("平均工作日", "{{ row.days.average }}（{{ row.days.total }}/{{ row.days.count }}）"),
]
QUALITY = [
    ("上报主体", "{{ row.name }}"),
    ("上报条数", "{{ row.reported }}"),
    ("不在册，待核对", "{{ row.not_on_register }}"),
    ("要素不全", "{{ row.incomplete }}"),
    ("未对应到户", "{{ row.unmatched }}"),
    ("上报途中划去", "{{ row.struck_out }}"),
]


def bulletin() -> Letter:
    document = letter()
    title(document, "{{ month|month }}防返贫监测三级网络工作情况通报{{ mark }}")
    text(
        document,
        "现将{{ month|month }}防返贫监测工作情况通报如下。监测对象数据截至{{ totals_on|day }},"
        "履职数据截至{{ cut_off|moment }}。每项比率均注明分子、分母。",
    )
    _households(document)
    _reports(document)
    _orders(document)
    _quality(document)
    _names(document)
    _demands(document)
    return document


def _households(document: Letter) -> None:
    """Section 1: who is monitored."""
    heading(document, "一、监测对象总体情况")
    text(
        document,
        "全县累计监测{{ all.cumulative.households }}户{{ all.cumulative.persons }}人;{{ year }}年新增"
        "{{ all.new_in_year.households }}户{{ all.new_in_year.persons }}人，其中本月新增"
        "{{ all.new_in_month.households }}户{{ all.new_in_month.persons }}人；已消除风险"
        "{{ all.eliminated.households }}户{{ all.eliminated.persons }}人，未消除风险"
        "{{ all.uneliminated.households }}户{{ all.uneliminated.persons }}人。",
    )
    text(
        document,
        "风险消除率：按人数{{ all.rate_by_persons.percent }}（{{ all.rate_by_persons.part }}/"
        "{{ all.rate_by_persons.whole }}人），按户数{{ all.rate_by_households.percent }}"
        "（{{ all.rate_by_households.part }}/{{ all.rate_by_households.whole }}户）。",
    )
    table(document, CATEGORIES, "categories")


def _reports(document: Letter) -> None:
    """Section 2: who reported, and what became of it."""
    heading(document, "二、三级监测网络履职情况")
    table(document, TIERS, "tiers")
    heading(document, "（一）乡镇、村、组", 2)
    table(document, TOWNSHIPS, "townships")
    heading(document, "（二）帮扶单位", 2)
    table(document, UNITS, "units")
    heading(document, "（三）督导组", 2)
    table(document, TEAMS, "teams")
    text(
        document,
        "县级立案{{ cases.opened }}件，已核实{{ cases.verified }}件，不符合条件{{ cases.not_qualified }}件，"
        "退回复核{{ cases.recheck }}件，尚未核实{{ cases.open }}件。未发现线索{{ candidates.raised }}条："
        "人工确认{{ candidates.confirmed }}条、排除{{ candidates.dismissed }}条、待认定{{ candidates.undecided }}条。",
    )


def _orders(document: Letter) -> None:
    """Section 3: what the departments did."""
    heading(document, "三、发点球办理情况")
    text(
        document,
        "统计{{ dispatch_since|day }}至{{ dispatch_until|day }}在办和新交办的交办单，天数自首次交办起算。",
    )
    table(document, DEPARTMENTS, "departments")


def _quality(document: Letter) -> None:
    """Section 4: what was wrong with the lists, and the office's own days."""
    heading(document, "四、数据质量")
    text(
        document,
        "被退回改正的表格{{ quality.refused_sheets }}张、单元格{{ quality.refused_cells }}处；补录{{ quality.entered_later }}件。",
    )
    table(document, QUALITY, "quality.reporters")
    text(document, "牵头部门自身时限：{% for row in office_rows %}{{ row }}；{% endfor %}")


def _names(document: Letter) -> None:
    """Section 5: who is named; before it is issued, also who may be."""
    heading(document, "五、点名通报")
    loop(document, "if not named")
    text(document, "本期没有点名。")
    loop(document, "endif")
    loop(document, "for name in named")
    text(
        document,
        "{{ loop.index }}.{{ name.label }}（{{ name.timeliness }}）{{ name.pending }}：{{ name.facts }}。",
    )
    text(
        document,
        "责任人：{{ name.responsible }}。{% if name.explanation %}说明：{{ name.explanation }}{% endif %}",
    )
    loop(document, "endfor")


def _demands(document: Letter) -> None:
    """Section 6, with signature and corrections."""
    heading(document, "六、工作要求")
    loop(document, "for line in demands")
    text(document, "{{ line }}")
    loop(document, "endfor")
    signed(document)
    loop(document, "if signed_by")
    text(document, "签发：{{ signed_by }}")
    text(document, "校验码（SHA-256）：{{ sha256 }}")
    loop(document, "endif")
    loop(document, "for erratum in errata")
    text(document, "更正第{{ erratum.number }}号（{{ erratum.on|day }}）：{{ erratum.text }}")
    loop(document, "endfor")


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

"""Make the unit's templates once more: `python services/unit/docx/make_templates.py`."""

from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import letter, loop, text, title
from kit.documents.tables import Col, form, table

HERE = Path(__file__).parent
SIGN = "签字：____________　　____年____月____日"


def application() -> Letter:
    """申报表 (N-11): one household with its visits."""
    document = letter()
    title(document, "易返贫致贫户申报表")
    text(
        document,
        "帮扶单位：{{ unit }}　　{{ month|month }}{% if struck %}　　已划除：{{ struck }}{% endif %}"
        "{% if withdrawn %}　　已撤回：{{ withdrawn }}{% endif %}",
        indent=False,
    )
    form(
        document,
        [
            ("户主姓名", "{{ head_name }}", "身份证\n号码", "{{ id_number }}"),
            ("住址", "{{ place }}", "户编号", "{{ number }}"),
            ("家庭人口", "{{ size }}", "联系电话", "{{ phone }}"),
            ("原因", "{{ causes }}", "风险发生\n时间", "{{ since }}"),
            ("风险点", "{{ risk_point }}"),
            ("需解决的\n相关事宜", "{{ matter }}"),
            ("走访情况", "{{ visits }}"),
            ("帮扶责任人", f"{{{{ helper }}}}\n{SIGN}"),
            ("调查核实人", f"{{{{ verified }}}}\n{SIGN}"),
            ("单位意见", "\n\n单位主要领导（签字）：____________　　（盖章）\n____年____月____日"),
        ],
        (7, 14, 7, 14),
    )
    return document


ROSTER = [
    Col("序号", "{{ row.no }}", 3.5),
    Col("户主\n姓名", "{{ row.head_name }}", 4.5),
    Col("村组", "{{ row.place }}", 8.5),
    Col("人口", "{{ row.size }}", 3.5),
    Col("原因", "{{ row.causes }}", 5),
    Col("风险发生\n时间", "{{ row.since }}", 9),
    Col("风险点", "{{ row.risk_point }}", 10),
    Col("需解决的\n相关事宜", "{{ row.matter }}", 10),
    Col("帮扶\n责任人", "{{ row.helper }}", 4.5),
    Col("调查核实", "{{ row.verified }}", 10),
    Col("意见", "{{ row.opinion }}", 6),
]


def roster() -> Letter:
    """汇总名单 (N-11): the list and each supplement, for the head's signature."""
    document = letter(landscape=True)
    title(document, "{{ unit }}{{ month|month }}监测汇总名单")
    loop(document, "for list in lists")
    text(document, "{{ list.title }}{{ list.note }}。", indent=False)
    loop(document, "if list.nil")
    text(document, "本月走访无风险（零报告）。")
    loop(document, "else")
    table(document, ROSTER, "list.rows")
    text(document, "合计：{{ list.total }}。", indent=False)
    loop(document, "endif")
    text(
        document,
        "单位主要领导（签字）：{{ list.signed or '____________' }}　　（盖章）",
        indent=False,
    )
    loop(document, "endfor")
    return document


LETTERS = {"form": application, "roster": roster}


def main() -> None:
    for name, make in LETTERS.items():
        make().save(str(HERE / f"{name}.docx"))


if __name__ == "__main__":
    main()

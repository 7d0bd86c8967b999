"""Make the papers' templates once more: `python services/casework/decisions/docx/make_templates.py`."""

from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import letter, signed, text, title
from kit.documents.tables import Col, form, table

HERE = Path(__file__).parent
COLUMNS = [  # what the pack does not let be shown is empty
    Col("序号", "{{ loop.index }}", 2),
    Col("户主", "{{ row.head_name }}", 4),
    Col("村", "{{ row.village }}", 9),
    Col("组", "{{ row.group }}", 2),
    Col("人口", "{{ row.size }}", 2),
    Col("类别", "{{ row.category }}", 7),
]


def refusal() -> Letter:
    """不予纳入告知书: why, and where to object."""
    document = letter()
    title(document, "不予纳入监测对象告知书")
    text(document, "{{ village }}{{ head_name }}：", indent=False)
    text(
        document,
        "您家的防返贫监测识别（档案编号：{{ number }}）已经办完。经入户核实、民主评议、乡镇审核和数据比对，"
        "县级于{{ on|day }}审定：不予纳入监测对象。",
    )
    text(document, "原因：{{ reason }}。{% if words %}{{ words }}{% endif %}")
    text(
        document,
        "您对这个决定有不同意见的，{% if limit %}请在收到本告知书后{{ limit }}内，{% endif %}"
        "向{{ township }}或者{{ office }}提出，说明理由，可以口头提出，也可以书面提出。",
    )
    text(document, "今后家里情况发生变化的，可以随时重新申报。")
    signed(document)
    form(
        document,
        [
            ("送达人\n（签字）", "", "送达日期", "____年____月____日"),
            ("农户\n（签字）", "", "收到日期", "____年____月____日"),
        ],
        (6, 12, 6, 12),
    )
    return document


def announcement() -> Letter:
    """公告: whitelisted fields only (GT-20)."""
    document = letter()
    title(document, "监测对象公告")
    text(
        document,
        "按照防返贫监测识别程序，经入户核实、民主评议、公示、乡镇审核、数据比对和县级审定，"
        "下列{{ rows|length }}户纳入监测对象，现予公告。",
    )
    table(document, COLUMNS, "rows")
    text(document, "对公告内容有不同意见的，请向所在乡镇或者{{ issuer }}反映。")
    signed(document)
    return document


LETTERS = {"refusal": refusal, "announcement": announcement}


def main() -> None:
    for name, make in LETTERS.items():
        make().save(str(HERE / f"{name}.docx"))


if __name__ == "__main__":
    main()

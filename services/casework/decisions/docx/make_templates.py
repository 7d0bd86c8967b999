"""Make the papers' templates once more: `python services/casework/decisions/docx/make_templates.py`."""

from pathlib import Path

from docx.document import Document as Letter

from kit.documents.official import letter, signed, text, title
from kit.documents.tables import Col, form, table

HERE = Path(__file__).parent
# As many columns as the pack lets stand on an announcement.
COLUMNS = [
    Col("序号", "{{ row.no }}", 4),
    Col("{%tc for column in columns %}", "{%tc for cell in row.cells %}", 1),
    Col("{{ column|said }}", "{{ cell }}", 8),
    Col("{%tc endfor %}", "{%tc endfor %}", 1),
]


def refusal() -> Letter:
    """不予纳入告知书: why, and where to object."""
    document = letter()
    title(document, "不予纳入监测对象告知书")
    text(document, "编号：{{ number }}", indent=False)
    text(document, "{{ village }}{{ head_name }}：", indent=False)
    text(
        document,
        "您家的防止返贫监测对象识别已经办完。{% if passed %}经{{ passed|join('、')|said }}，{% endif %}"
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
    document.add_paragraph()
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
    title(document, "防止返贫监测对象公告")
    text(
        document,
        "按照防止返贫监测对象识别程序，经{% if passed %}{{ passed|join('、')|said }}和{% endif %}县级审定，"
        "下列{{ rows|length }}户纳入监测对象，现予公告。",
    )
    table(document, COLUMNS, "rows", 14)
    text(document, "对公告内容有不同意见的，请向所在乡镇或者{{ issuer }}反映。")
    signed(document)
    return document


LETTERS = {"refusal": refusal, "announcement": announcement}


def main() -> None:
    for name, make in LETTERS.items():
        make().save(str(HERE / f"{name}.docx"))


if __name__ == "__main__":
    main()

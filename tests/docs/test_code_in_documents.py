"""Code that stands in a document is code: its punctuation is ASCII, that of its texts is not."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FENCED = re.compile(r"^```(?:python|jinja)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
STRINGS = re.compile(r'"[^"\n]*"|#.*')


def test_code_in_documents_has_the_punctuation_of_code():
    documents = [ROOT / "ARCHITECTURE.md", *(ROOT / "docs" / "howto").glob("*.md")]
    wrong = {
        f"{path.name}: {line.strip()}"
        for path in documents
        for block in FENCED.findall(path.read_text(encoding="utf-8"))
        for line in STRINGS.sub("", block).splitlines()
        if re.search(r"\w（|）[,)\]，]", line)
    }
    assert wrong == set()

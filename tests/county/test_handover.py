"""What the page of the handed-over ledger says where both sides differ."""

import pytest

from services.county.handover.views import CountedRow


@pytest.mark.parametrize(
    ("households", "persons", "said"),
    [
        (3, 9, "一致"),
        (1, 4, "监测帮扶少2户、少5人"),
        (4, 8, "监测帮扶多1户、少1人"),
        (3, 10, "监测帮扶多1人"),
    ],
)
def test_a_difference_is_said_in_words(households, persons, said):
    row = CountedRow(
        category="边缘易致贫户",
        year=2026,
        county_households=3,
        county_persons=9,
        casework_households=households,
        casework_persons=persons,
        own_households=0,
    )
    assert row.verdict == said

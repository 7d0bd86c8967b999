import pytest

from rulebook import divisions
from schemas.codes import Level

VILLAGE, TOWNSHIP, COUNTY = "990121100201", "990121100000", "990121000000"


def test_gt_19_county_match_and_village_part():
    assert divisions.county_of("350582103204") == "350582000000"
    assert divisions.within("350582103204", "350582")
    assert not divisions.within("350583103204", "350582")
    assert divisions.is_villagers_committee("350582103204")
    assert not divisions.is_villagers_committee("350582103004")


def test_levels_and_parents():
    assert [divisions.level(code) for code in (VILLAGE, TOWNSHIP, COUNTY)] == [
        Level.VILLAGE,
        Level.TOWNSHIP,
        Level.COUNTY,
    ]
    assert divisions.parent(VILLAGE) == TOWNSHIP == divisions.township_of(VILLAGE)
    assert divisions.parent(TOWNSHIP) == COUNTY
    assert divisions.parent(COUNTY) is None
    assert divisions.pad("990121") == COUNTY
    assert divisions.pad("990121100") == TOWNSHIP


def test_within():
    assert divisions.within(VILLAGE, VILLAGE)
    assert divisions.within(VILLAGE, TOWNSHIP)
    assert divisions.within(VILLAGE, "990000")
    assert not divisions.within(COUNTY, TOWNSHIP)


@pytest.mark.parametrize("code", ["", "9901", "99012110020", "99012110020a", "９９０１２１"])
def test_pad_refuses(code):
    with pytest.raises(ValueError, match="应为6位"):
        divisions.pad(code)


def test_above_and_beside_the_county():
    with pytest.raises(ValueError, match="省级或市级"):
        divisions.level("990100")
    with pytest.raises(ValueError, match="没有所属乡镇"):
        divisions.township_of(COUNTY)

"""Sealed fields: whatever is sealed can be opened again."""

from types import SimpleNamespace

import pytest

from kit.seal import LONGEST, Keyring, seal, unseal
from rulebook import types
from schemas.values import FindingWords, HouseholdWords, Member

# What a household's entry lets in (services.village.register.forms): of most fields a word of a list.
WORD = 40
LONGER = ("name", "id_pending", "gender", "relationship", "health", "disability", "labour", "phone")


@pytest.fixture
def session() -> SimpleNamespace:
    return SimpleNamespace(info={"keyring": Keyring.generate()})


def test_f_21_what_is_sealed_is_opened_whatever_its_length(session):
    """19,132 characters in one cell were sealed, and no service could open them."""
    for length in (1, 19_132, 150_000):
        words = FindingWords(head_name="钱一舟", note="长" * length)
        assert unseal(session, seal(session, words), FindingWords) == words


def test_f_21_what_nobody_could_open_is_not_sealed(session):
    with pytest.raises(ValueError, match="nobody opens"):
        seal(session, FindingWords(head_name="钱一舟", note="长" * LONGEST))


def test_f_21_the_longest_that_the_fields_let_in_fits_many_times(session):
    text, short = "长" * types.LONGEST, "长" * types.SHORT
    finding = FindingWords(
        head_name=short, risk_point=text, matter=text, problem=text, advice=text, note=text
    )
    assert len(seal(session, finding)) < LONGEST / 50
    said = [name for name, info in Member.model_fields.items() if "str" in str(info.annotation)]
    words = dict.fromkeys(said, "长" * WORD) | dict.fromkeys(LONGER, short)
    member = Member(**words)
    household = HouseholdWords(number=text, head_name=short, members=(member,) * 99)
    assert len(seal(session, household)) < LONGEST * 0.9

"""A table's row takes its own fields and no others."""

from importlib import import_module

import pytest

from backstop.services import NAMES
from schemas.values import FindingWords
from services.county.cases.models import NeedRow, Source


def test_f_45_a_row_refuses_a_field_that_it_does_not_have():
    with pytest.raises(TypeError, match="NeedRow has no field urgency"):
        NeedRow(case="c", gap_item="JOB", question="?", urgency="high")


@pytest.mark.parametrize("service", NAMES)
def test_f_45_so_do_the_tables_of_every_service(service):
    with pytest.raises(TypeError, match="Table has no field urgency"):
        import_module(f"services.{service}.service").Table(urgency="high")


def test_f_45_a_source_has_a_field_for_every_word_of_a_finding():
    assert FindingWords.model_fields.keys() <= Source.model_fields.keys()

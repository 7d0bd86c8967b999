import pytest

from rulebook.calendar import WorkingCalendar, state_council


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return state_council()

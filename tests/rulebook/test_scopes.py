import pytest

from rulebook.scopes import KIND_OF, Scope, ScopeKind, scope_of
from schemas.codes import Role

VILLAGE, TOWNSHIP, COUNTY = "990121100201", "990121100000", "990121000000"
FITTING = {
    ScopeKind.COUNTY: (COUNTY, "000000000000"),
    ScopeKind.TOWNSHIP: (TOWNSHIP,),
    ScopeKind.VILLAGE: (VILLAGE, "990121100001"),
    ScopeKind.GROUP: (f"{VILLAGE}/03",),
    ScopeKind.UNIT: ("U001", "县供销社", "12345678901"),
    ScopeKind.HELPER: ("U001-02",),
    ScopeKind.TEAM: ("D1",),
    ScopeKind.DEPARTMENT: ("housing", "health-insurance"),
}


@pytest.mark.parametrize("kind", ScopeKind)
def test_a_code_is_written_as_its_kind_is(kind: ScopeKind):
    for code in FITTING[kind]:
        assert Scope(kind, code).code == code
    for blank in ("", " ", "\t"):
        with pytest.raises(ValueError, match="空白"):
            Scope(kind, blank)
    for wrong in (" U001", "990100000000", f"{VILLAGE}/3", f"{VILLAGE}\n"):
        with pytest.raises(ValueError, match=kind.label):
            Scope(kind, wrong)


def test_g_02_no_role_fits_a_place_of_another_kind():
    for role, kind in KIND_OF.items():
        for other, codes in FITTING.items():
            for code in codes:
                if code in FITTING[kind]:
                    assert scope_of(role, code) == Scope(kind, code)
                elif not {kind, other} <= {
                    ScopeKind.UNIT,
                    ScopeKind.HELPER,
                    ScopeKind.TEAM,
                    ScopeKind.DEPARTMENT,
                }:
                    with pytest.raises(ValueError, match="代码例如"):
                        scope_of(role, code)


def test_digits_are_half_width():
    with pytest.raises(ValueError, match="村的代码"):
        Scope(ScopeKind.VILLAGE, "９９０１２１１００２０１")


def test_every_role_but_the_system_has_a_place():
    assert set(Role) - set(KIND_OF) == {Role.SYSTEM}
    with pytest.raises(ValueError, match="系统没有"):
        scope_of(Role.SYSTEM, COUNTY)


def test_a_directory_says_whether_the_place_exists():
    known = {Scope(ScopeKind.VILLAGE, VILLAGE)}
    assert scope_of(Role.VILLAGE_CLERK, VILLAGE, known.__contains__)
    with pytest.raises(ValueError, match="没有代码为“990121100202”的村"):
        scope_of(Role.VILLAGE_CLERK, "990121100202", known.__contains__)


def test_what_lies_in_a_place_begins_with_its_prefix():
    prefixes = [Scope(kind, codes[0]).prefix for kind, codes in FITTING.items()]
    assert prefixes == ["990121", "990121100", VILLAGE, None, None, None, None, None]
    counties = [Scope(kind, codes[0]).county for kind, codes in FITTING.items()]
    assert counties == [COUNTY] * 4 + [None] * 4

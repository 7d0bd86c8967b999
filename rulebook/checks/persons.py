"""Checks of one person: what is empty, impossible or contradicts itself (A14)."""

from rulebook import ids
from rulebook.checks.declared import Given, Said, of_person
from rulebook.days import in_words
from rulebook.national.codes import Health, Labour, OutOfSchool, Stage, Student
from rulebook.national.households import SIX_NINES, Person
from rulebook.phones import check_phone

SCHOOL = range(6, 16)  # compulsory schooling, by law and not by a pack
FULL_LABOUR = range(16, 60)


def wrong_phone(phone: str | None) -> bool:
    """Whether something stands there that is no number."""
    try:
        return bool(phone and not check_phone(phone))
    except ValueError:
        return True


def _is_child(years: int | None) -> bool:
    return years is not None and years < FULL_LABOUR.start


def _stage(person: Person) -> Stage | None:
    return person.student.stage if isinstance(person.student, Student) else None


def _is_between(years: int | None, span: range) -> bool:
    return years is not None and years in span


@of_person
def id_missing(person: Person, years: int | None, given: Given) -> Said:
    return None if person.certificate else "证件号码是空的"


@of_person
def id_placeholder(person: Person, years: int | None, given: Given) -> Said:
    placeholder = (person.certificate or "").startswith(SIX_NINES)
    return f"证件号码以{SIX_NINES}开头" if placeholder else None


@of_person
def born_differs(person: Person, years: int | None, given: Given) -> Said:
    if not (person.id_number and person.born) or person.birthday == person.born:
        return None
    return f"出生日期是{in_words(person.born)}，证件号码里是{in_words(person.birthday)}"


@of_person
def gender_differs(person: Person, years: int | None, given: Given) -> Said:
    if not (person.id_number and person.gender) or ids.gender(person.id_number) == person.gender:
        return None
    return f"性别是{person.gender.label}，与证件号码第17位不符"


@of_person
def born_impossible(person: Person, years: int | None, given: Given) -> Said:
    born = person.birthday
    if born is None or years is None:
        return "出生日期是空的"
    return None if 0 <= years <= given.checks.age_max else f"出生日期是{in_words(born)}"


@of_person
def relationship_missing(person: Person, years: int | None, given: Given) -> Said:
    return None if person.relationship else "与户主关系是空的"


@of_person
def health_missing(person: Person, years: int | None, given: Given) -> Said:
    return None if person.health else "健康状况是空的"


@of_person
def health_contradicts(person: Person, years: int | None, given: Given) -> Said:
    contradicts = Health.HEALTHY in person.health and len(person.health) > 1
    return "健康状况既有健康，又有别的" if contradicts else None


@of_person
def disabled_but_not_said(person: Person, years: int | None, given: Given) -> Said:
    level = person.disability_level
    if level is None or not person.health or Health.DISABLED in person.health:
        return None
    return f"证件号码是残疾人证（{level}级），健康状况里没有残疾"


@of_person
def labour_missing(person: Person, years: int | None, given: Given) -> Said:
    grown = years is not None and years >= FULL_LABOUR.start
    return f"{years}岁，劳动技能是空的" if grown and not (person.labour or person.student) else None


@of_person
def no_labour_though_able(person: Person, years: int | None, given: Given) -> Said:
    able = _is_between(years, FULL_LABOUR) and person.healthy and not person.student
    return (
        f"{years}岁，健康，不在校，劳动技能是无劳动力"
        if able and person.labour is Labour.NONE
        else None
    )


@of_person
def labour_too_old(person: Person, years: int | None, given: Given) -> Said:
    full = person.labour in (Labour.ORDINARY, Labour.SKILLED)
    return (
        f"{years}岁，劳动技能是全劳动力"
        if full and years and years >= given.checks.labour_age_max
        else None
    )


@of_person
def child_works(person: Person, years: int | None, given: Given) -> Said:
    if years is None or years >= FULL_LABOUR.start or not (person.works_away or person.able):
        return None
    return f"{years}岁，填了务工或劳动力"


@of_person
def works_without_labour(person: Person, years: int | None, given: Given) -> Said:
    without = person.labour in (Labour.LOST, Labour.NONE) and person.works_away
    return "没有劳动力，却填了务工或就业" if without and not _is_child(years) else None


@of_person
def post_months_impossible(person: Person, years: int | None, given: Given) -> Said:
    months = person.post_months
    return f"公益性岗位{months}个月" if months is not None and not 0 <= months <= 12 else None


@of_person
def member_phone_wrong(person: Person, years: int | None, given: Given) -> Said:
    return "家庭成员联系电话不是电话号码" if wrong_phone(person.phone) else None


@of_person
def education_and_student(person: Person, years: int | None, given: Given) -> Said:
    return "文化程度和在校生状况都填了" if person.education and person.student else None


@of_person
def schooling_missing(person: Person, years: int | None, given: Given) -> Said:
    grown = years is not None and years >= SCHOOL.stop
    said = person.education or person.student or person.dropout_reason or person.unschooled_reason
    return "文化程度和在校生状况都是空的" if grown and not said else None


@of_person
def not_at_school(person: Person, years: int | None, given: Given) -> Said:
    explained = person.student or person.dropout_reason or person.unschooled_reason
    return f"{years}岁，不在校，没有原因" if _is_between(years, SCHOOL) and not explained else None


@of_person
def preschool_too_old(person: Person, years: int | None, given: Given) -> Said:
    late = years is not None and years > SCHOOL.start and person.healthy
    return (
        f"{years}岁，健康，在校生状况是学龄前"
        if late and _stage(person) is Stage.PRESCHOOL
        else None
    )


@of_person
def senior_school_age(person: Person, years: int | None, given: Given) -> Said:
    checks = given.checks
    if _stage(person) is not Stage.SENIOR or years is None:
        return None
    fits = checks.senior_age_min <= years <= checks.senior_age_max
    return None if fits else f"{years}岁，在校生状况是高中或中职"


@of_person
def postgraduate_too_young(person: Person, years: int | None, given: Given) -> Said:
    young = years is not None and years < given.checks.postgraduate_age_min
    return (
        f"{years}岁，在校生状况是研究生" if young and _stage(person) is Stage.POSTGRADUATE else None
    )


@of_person
def left_school_ill_but_healthy(person: Person, years: int | None, given: Given) -> Said:
    reasons = {person.dropout_reason, person.unschooled_reason}
    ill = reasons & {OutOfSchool.ILLNESS, OutOfSchool.DISABILITY}
    return "因病或因残没有上学，健康状况是健康" if ill and person.healthy else None


@of_person
def insurance_unknown(person: Person, years: int | None, given: Given) -> Said:
    unknown = person.residents_insurance is None and person.employees_insurance is None
    return "是否参加基本医疗保险是空的" if unknown else None


@of_person
def uninsured(person: Person, years: int | None, given: Given) -> Said:
    none = person.residents_insurance is False and not person.employees_insurance
    return "城乡居民和城镇职工基本医疗保险都没有参加" if none else None


@of_person
def insured_twice(person: Person, years: int | None, given: Given) -> Said:
    twice = person.residents_insurance and person.employees_insurance
    return "城乡居民和城镇职工基本医疗保险都填了参加" if twice else None


@of_person
def both_allowances(person: Person, years: int | None, given: Given) -> Said:
    both = person.gets_subsistence and person.gets_extreme
    return "低保和特困供养都填了享受" if both else None


@of_person
def extreme_works(person: Person, years: int | None, given: Given) -> Said:
    return "享受特困供养，又填了务工或就业" if person.gets_extreme and person.works_away else None


@of_person
def extreme_though_able(person: Person, years: int | None, given: Given) -> Said:
    grown = _is_between(years, range(18, FULL_LABOUR.stop)) and person.healthy
    able = grown and not person.student
    return f"享受特困供养，{years}岁，健康，不在校" if able and person.gets_extreme else None

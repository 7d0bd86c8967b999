"""A household's visit: entered, made whole, corrected; its members, its category, what departments have.
Nobody here commits.
"""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from kit.errors import Conflict, Refused
from kit.forms import label_of
from kit.messaging.outbox import emit
from kit.packs import pack_of
from kit.seal import id_hash, seal
from rulebook.income import IncomeLine, Statement
from schemas.casework import HouseholdVerified, VerifiedWords
from services.casework.documents import places_of
from services.casework.households.rules import Person
from services.casework.identification import commands as files
from services.casework.identification.models import Identification
from services.casework.identification.procedure import table_of
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.verification import queries, rules
from services.casework.verification.forms import (
    CategoryForm,
    DepartmentValuesForm,
    MemberForm,
    VerificationForm,
)
from services.casework.verification.models import (
    AddedMember,
    CategoryChoice,
    DepartmentValue,
    Verification,
)
from services.casework.verification.policy import policy

FIRST = "请先登记入户核实。"


def verify(
    session: Session, file_id: str, form: VerificationForm, *, actor: Actor, on: date
) -> Verification:
    """The visit is entered and the file moves on; later, until the decision, it is made whole or
    corrected: a version more.
    """
    file = files.take(session, file_id)
    policy.require(actor, "verify", file)
    last, step = queries.latest(session, file.id), rules.VISITS.get(file.state)
    before = None if step else last  # a visit that is a step of the file corrects no other
    if before is None:
        table_of(session, file).require(file, step or A.VERIFY)
    elif file.state not in queries.BEFORE_DECISION:
        raise Conflict("县里已经审定，或者识别已经结束，入户核实不能再改。")
    people = queries.people(session, file)
    _demand_day(session, file, form, before, on)
    visitors = rules.in_words_of(places_of(session, file), _visitors(session, file, form))
    _demand_sense(session, file, form, people)
    if before is not None:
        if before.sheet == form.said():
            return before  # sent twice: nothing to keep
        _demand_reason(before, form)
    files.pin(session, file, form.on)
    row = Verification(
        file=file.id,
        version=last.version + 1 if last else 1,
        visited_on=form.on,
        sheet=form.said(),
        people=[_kept(person, form) for person in people],
        visitors=[visitor.kept() for visitor in visitors],
        reason=form.reason or None,
        entered_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
    )
    session.add(row)
    session.flush()
    _write(session, file, step, visitors, form, actor=actor, on=on)
    _settle(session, file, row, on=on)
    return row


def _write(
    session: Session,
    file: Identification,
    step: A | None,
    visitors: Sequence[rules.Visitor],
    form: VerificationForm,
    *,
    actor: Actor,
    on: date,
) -> None:
    """The file's history; a visit is its step, on the visit's day or when it came to it."""
    paper = rules.PAPER.format(file.id)
    if step is None:
        said = f"更正入户核实：{form.reason}" if form.reason else "补全入户核实表"
        files.note(session, file, A.NOTE, actor=actor, on=on, text=said, paper=paper)
        return
    names = "、".join(map(str, visitors))
    day = max(form.on, file.stage_since)
    text = f"核实人员：{names}；研判：{form.judgement.label}"
    files.advance(session, file, step, actor=actor, on=day, text=text, paper=paper)


def _demand_day(
    session: Session,
    file: Identification,
    form: VerificationForm,
    before: Verification | None,
    on: date,
) -> None:
    if form.on > on:
        raise Refused("入户日期不能晚于今天。", field="on")
    first, named = queries.earliest_visit(file)
    if form.on < first:
        raise Refused(f"入户日期不能早于{named}的日期，请核对。", field="on")
    # The day has pinned the rules of every step since.
    if before and form.on != before.visited_on and _rules_differ(session, file, form.on):
        raise Refused(
            "这一天适用另一套规定，入户日期不能这样更正，请联系县级牵头部门。", field="on"
        )


def _rules_differ(session: Session, file: Identification, on: date) -> bool:
    return files.rules_on(session, on).ref != file.pack


def _visitors(
    session: Session, file: Identification, form: VerificationForm
) -> list[rules.Visitor]:
    known = queries.colleagues(session, file, form.on)
    found = []
    for n in rules.VISITORS:
        account, name, post = (getattr(form, f"{part}_{n}") for part in ("account", "name", "post"))
        if account:
            if account not in known:
                raise Refused(
                    "这个账号当天不在这个乡镇或村任职，请改填姓名和职务。", field=f"account_{n}"
                )
            found.append(known[account])
        elif name:
            if post is None:
                raise Refused(f"请选择{name}的职务。", field=f"post_{n}")
            found.append(rules.Visitor(name, post.label, post in rules.OF_TOWNSHIP))
    if fault := rules.fault_of(found):
        raise Refused(fault, field="account_2" if len(found) < 2 else "account_1")
    return found


def _demand_sense(
    session: Session, file: Identification, form: VerificationForm, people: Sequence[Person]
) -> None:
    """What was said fits together; what is missing may follow."""
    known = {person.key for person in people}
    told = _schooling(form)
    if {*form.shares, *form.uninsured, *told} - known:
        raise Refused("家庭成员有变动，请重新打开本页再填。", field="shares")
    if len(set(form.shares)) != len(form.shares) or not form.shares:
        raise Refused("共同收支人数至少为1人，请在家庭成员里选。", field="shares")
    if form.water_ok is False and not form.water_faults:
        raise Refused("饮水没有保障的，请选是哪方面。", field="water_faults")
    if form.water_ok and form.water_faults:
        raise Refused("饮水有保障的，不用选没有保障的方面。", field="water_faults")
    if form.insured is False and not form.uninsured:
        raise Refused("没有全部参保的，请选没有参保的人。", field="uninsured")
    if form.insured and form.uninsured:
        raise Refused("全部参保的，不用选没有参保的人。", field="uninsured")
    _demand_schooling(form, told, people)
    _demand_amounts(form, queries.departments(session, file.id))


def _schooling(form: VerificationForm) -> dict[str, rules.Schooling]:
    try:
        return rules.schooling_of(form.schooling)
    except ValueError as error:
        raise Refused("请给每个适龄儿童选一项就学情况。", field="schooling") from error


def _demand_schooling(
    form: VerificationForm, told: dict[str, rules.Schooling], people: Sequence[Person]
) -> None:
    """Whoever answers for one child answers for all, with words where a reason is needed."""
    children = [person for person in people if person.is_of_school_age(form.on)]
    silent = [child.name for child in children if child.key not in told]
    if told and silent:
        raise Refused(
            f"请填写{'、'.join(silent)}的就学情况：在校，或者不在校的原因。", field="schooling"
        )
    if any(state in rules.NEED_WORDS for state in told.values()) and not form.schooling_words:
        raise Refused("有孩子失学辍学或属其他情况，请写明原因。", field="schooling_words")


def _demand_amounts(form: VerificationForm, departments: dict[IncomeLine, int]) -> None:
    """Each line by itself, so that the refusal names its field."""
    for line, figure in rules.figures_of(form, departments).items():
        try:
            Statement({line: figure}, 1)
        except ValueError as error:
            raise Refused(f"{error}。", field=rules.name_of(line)) from error
    for name in ("rough_income", "rigid_amount"):
        if (getattr(form, name) or 0) < 0:
            raise Refused(f"{label_of(VerificationForm, (name,))}不能是负数。", field=name)


def _demand_reason(before: Verification, form: VerificationForm) -> None:
    changed = rules.changed(before.sheet, form.said())
    if changed and not form.reason:
        names = "、".join(label_of(VerificationForm, (name,)) for name in changed)
        raise Refused(f"改动了已经登记的内容：{names}。请写明更正理由。", field="reason")


def _kept(person: Person, form: VerificationForm) -> dict[str, object]:
    return {
        "key": person.key,
        "name": person.name,
        "relationship": person.relationship,
        "age": person.age(form.on),
        "shares": person.key in form.shares,
    }


def choose_category(
    session: Session, file_id: str, form: CategoryForm, *, actor: Actor, on: date
) -> CategoryChoice:
    """A person says what the household is; another category than the suggested needs a reason."""
    file, row = _visited(session, file_id, actor, "choose_category")
    allowed = pack_of(session, file.pack).category_set
    if form.category not in allowed:
        raise Refused("本县没有这一类监测对象，请重新选择。", field="category")
    suggestion = queries.income(session, file, row).suggestion
    suggested = suggestion.category if suggestion else None
    if form.category is not suggested and not form.reason:
        raise Refused("选的类别不是收入测算建议的，请写明理由。", field="reason")
    chosen = CategoryChoice(
        file=file.id,
        version=row.version,
        number=queries.following(session, CategoryChoice, file.id),
        category=form.category,
        suggested=suggested,
        reason=form.reason or None,
        entered_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
    )
    session.add(chosen)
    text = f"对象类别：{form.category.label}"
    files.note(
        session, file, A.NOTE, actor=actor, on=on, text=text, paper=rules.PAPER.format(file.id)
    )
    _settle(session, file, row, on=on)
    return chosen


def _visited(
    session: Session, file_id: str, actor: Actor, action: str
) -> tuple[Identification, Verification]:
    """A file that has been visited and is not decided yet."""
    file = files.take(session, file_id)
    policy.require(actor, action, file)
    row = queries.latest(session, file.id)
    if row is None:
        raise Conflict(FIRST)
    if file.state not in queries.BEFORE_DECISION:
        raise Conflict("县里已经审定，或者识别已经结束，不能再改。")
    return file, row


def record_department_values(
    session: Session, file_id: str, form: DepartmentValuesForm, *, actor: Actor, on: date
) -> list[DepartmentValue]:
    """What a department has stands beside what was declared; neither is overwritten."""
    file, row = _visited(session, file_id, actor, "record_department_values")
    if form.on > on:
        raise Refused("收到日期不能晚于今天。", field="on")
    amounts = {line: getattr(form, rules.name_of(line)) for line in IncomeLine}
    told = {line: amount for line, amount in amounts.items() if amount is not None}
    if not told:
        raise Refused("请至少填一项部门提供的金额。", field="wage")
    if wrong := [line for line, amount in told.items() if amount < 0]:
        raise Refused(f"{wrong[0].label}不能是负数。", field=rules.name_of(wrong[0]))
    first = queries.following(session, DepartmentValue, file.id)
    rows = [
        DepartmentValue(
            file=file.id,
            line=line,
            amount=amount,
            department=form.provider,
            received_on=form.on,
            number=number,
            entered_on=on,
            entered_by=actor.label,
            entered_account=actor.account,
        )
        for number, (line, amount) in enumerate(told.items(), first)
    ]
    session.add_all(rows)
    session.flush()
    text = f"{form.provider}提供收入{len(rows)}项"
    files.note(
        session, file, A.NOTE, actor=actor, on=on, text=text, paper=rules.PAPER.format(file.id)
    )
    _settle(session, file, row, on=on)
    return rows


def add_member(
    session: Session, file_id: str, form: MemberForm, *, actor: Actor, on: date
) -> AddedMember:
    """Somebody of the household whom the register does not know."""
    file = files.take(session, file_id)
    policy.require(actor, "add_member", file)
    _demand_open(file)
    born = form.born
    if born and born > on:
        raise Refused("出生日期不能晚于今天。", field="born")
    hashes = {
        id_hash(session, one.id_number) for one in queries.people(session, file) if one.id_number
    }
    if form.id_number and id_hash(session, form.id_number) in hashes:
        raise Refused("这个身份证号码已经是这一户的成员。", field="id_number")
    member = AddedMember(
        file=file.id,
        added_on=on,
        entered_by=actor.label,
        entered_account=actor.account,
        **form.model_dump(),
    )
    session.add(member)
    _settle_again(session, file, on)
    return member


def remove_member(
    session: Session, file_id: str, member_id: str, *, actor: Actor, on: date
) -> None:
    """He was entered by mistake."""
    file = files.take(session, file_id)
    policy.require(actor, "remove_member", file)
    _demand_open(file)
    standing = {member.id: member for member in queries.added_members(session, file.id)}
    if member_id not in standing:
        raise Conflict("这名成员已经去掉，或者不是这份档案里补登的。")
    standing[member_id].removed_on = on
    session.add(standing[member_id])
    _settle_again(session, file, on)


def _settle_again(session: Session, file: Identification, on: date) -> None:
    """A child more or less changes what the form of a visit lacks."""
    session.flush()
    row = queries.latest(session, file.id)
    if row is not None:
        _settle(session, file, row, on=on)


def _demand_open(file: Identification) -> None:
    if file.state not in (S.CONSENT, S.VERIFY, *queries.BEFORE_DECISION):
        raise Conflict("县里已经审定，或者识别已经结束，家庭成员不能再改。")


def _settle(session: Session, file: Identification, row: Verification, *, on: date) -> None:
    """Whether the village may assess by it now, and what others hear of it."""
    session.flush()
    row.complete = not queries.lacking(session, file, row)
    session.add(row)
    sheet, chosen = queries.sheet_of(row), queries.choice(session, file.id)
    found = queries.income(session, file, row)
    reckoned = found.reckoning
    words = VerifiedWords(
        visitors=tuple(f"{one['name']}（{one['post']}）" for one in row.visitors),
        judgement=sheet.judgement.label,
        words=sheet.words or None,
        net=reckoned.net.total if reckoned else None,
        assessed=reckoned.assessed.total if reckoned else None,
        line=reckoned.net.line if reckoned else None,
        below_line=reckoned.is_below if reckoned else None,
    )
    emit(
        session,
        HouseholdVerified(
            identification=file.id,
            household=file.household,
            id_hash=file.id_hash,
            village=file.village,
            version=row.version,
            visited_on=row.visited_on,
            period_from=found.period.begin,
            period_to=found.period.end,
            size=len(sheet.shares),
            complete=row.complete,
            causes=tuple(sheet.causes),
            category=chosen.category if chosen else None,
            pack=file.pack,
            on=on,
            sealed=seal(session, words),
        ),
    )

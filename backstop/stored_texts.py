"""What the databases hold, column by column: encrypted, or in clear because it is of a kind that may
be. A test walks every text of every table; whoever adds one says here what it is, or encrypts it.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from sqlalchemy import MetaData
from sqlalchemy.types import TypeDecorator

from kit.database.chassis_tables import CHASSIS
from kit.database.encryption import Encrypted
from kit.service import Service


class Kind(StrEnum):
    """Why a text may stand in clear."""

    CODE = "代码、编号、月份、由系统给的标识"
    NAME = "人名、职务、单位和地方的名称"
    HASH = "散列值"
    SEALED = "已经封存（JWE）"
    PAPER = "公文正文、政策文件的内容"
    FIGURES = "数字和日期"
    SENTENCE = "系统自己写的句子"
    PURPOSE = "查看号码的用途，不许写号码；封在审计链里，不能换钥匙重新加密"


# By the column's name, wherever it stands: names that always mean the same.
BY_NAME: dict[Kind, str] = {
    Kind.CODE: """accused answered_need assignment case co_departments co_handlers code department
        division duplicate_of event finder finding findings follows from_meeting group group_no helper
        household households id joined kid kind line list_id meeting merged_into month named_household
        need needs number order orders origin overdue_origin pack pack_ref parent previous proposed
        replaced_by reply reporter request signature signed_origin source team topic township
        townships unit village villages visit""",
    Kind.NAME: """account actor answered_account answered_by asked_account asked_by by case_accounts confirmed_by deputy_for demands_account drafted_account ended_by
        entered_account decided_account minuted_account objected_by opened_account opened_by proposed_by settled_by submitted_account by_account by_name chair completed_by decided_by edited_by entered_by
        exempt_account exempt_by exempted_account exempted_by explained_account explained_by handler
        head head_name head_signature issued_by leader merged_by minuted_by name officer on_behalf
        on_behalf_of person_name place_name post rechecked_account rechecked_by recorded_by removed_by screened_by signed_by stands_for
        struck_by submitted_by told_account told_by township_by urgent_signed_by verified_by village_by village_name
        visitors withdrawn_by""",
    Kind.HASH: "hash hashes id_hash mark_hash secret_hash sha256",
}
# By table and column: names that mean something else somewhere else.
BY_COLUMN: dict[Kind, str] = {
    Kind.CODE: """asking.back asking.binds card.session account.came_from acted_for.above_place acted_for.above_role acted_for.deed acted_for.object
        acted_for.place acted_for.role known_ended_session.session known_key.x known_post.place
        known_post.role mandated.deed mandated.object post.above post.place signed_in.device
        signing_key.key signing_key.x audit.deed audit.objects audit.place audit.role bulletin_name.parent case_copy.answers
        case_fate.answers closing.moved closing.successor closing.with_code closing.last_month
        dead_letter.contents dead_letter.key dead_letter.names dead_letter.type dead_letter_count.type
        deadline.about deadline.name department_answer.type department_key.user
        directory.first_month directory.last_month file_entry.file file_entry.paper lead.file network_case.file
        checked_village.village data_finding.code key_group_household.key_group comparison.comparison held_needs.case_number
        decided.identification national_row.of added_member.file category_choice.file consent.file department_value.file
        verification.file directory.successor national_entry.imported national_entry.causes national_entry.identified
        national_entry.eliminated_in
        assessed_household.file noticed_household.file noticed_household.notice objection.file
        objection.notice notice.replaces
        review.file review.batch assessed_household.assessment comparison_line.file comparison_request.batch decision.announcement
        decision.file green_channel.file green_measure.file green_measure.channel green_measure.order_number monitored.file monitored.national_number monitored.tags monitored_risk.monitored dispatch_order.overdue
        idempotency.headers idempotency.key inbox.source identification_file.objections letter_number.about monitored_household.channel
        monitored_household.eliminated_mode monitored_household.file monitored_household.key order_entry.what outbox.aggregateid
        outbox.aggregatetype outbox.tracingspancontext outbox.type reminder.place reporter_month.named_missing
        reporter_month.silent responsible.level responsible.place statement.key
        township_signature.missing transfer.after transfer.before village_list.silent
        pack_used.ref alembic_version.version_num""",
    Kind.NAME: """green_channel.recovery_account green_channel.recovery_by assessment.corrected_by assessment.place notice.closed_by notice.place notice.taken_down_by
        objection.answered_account objection.answered_by password.login acted_for.by_label acted_for.label mandated.by_label mandated.label bulletin_name.label bulletin_name.responsible closing.said_by closing.undone_by
        announcement.posted_at decision.responsible decision_list.title monitored.contact department.aliases directory.also meeting.place meeting.told
        meeting_notice.place national_import.file national_import.title sheet.file sheet.title team.members team.waiting_for""",
    Kind.HASH: """consent.person asking.state_hash department_answer.contents field_key.proof mistakes.key
        one_time_codes.recovery""",
    Kind.SEALED: "asking.sealed comparison.words dispatch_order.words one_time_codes.sealed outbox.payload",
    Kind.PAPER: "bulletin.demands bulletin.snapshot erratum.text pack_used.content",
    Kind.FIGURES: "bulletin.figures household.counted household.lived meeting.ageing",
    Kind.PURPOSE: "audit.purpose",
    Kind.SENTENCE: """assessed_household.sentence bulletin_name.facts dead_letter.reason deadline.error
        notice.columns notice.words""",
}


def kind_of(table: str, column: str) -> Kind | None:
    """Why it may stand in clear; None: nobody has said so."""
    for declared, name in ((BY_COLUMN, f"{table}.{column}"), (BY_NAME, column)):
        for kind, names in declared.items():
            if name in names.split():
                return kind
    return None


def encrypted(metadata: MetaData) -> dict[str, list[str]]:
    """Tables with their encrypted columns."""
    found = {
        table.name: [c.name for c in table.columns if isinstance(c.type, Encrypted)]
        for table in metadata.sorted_tables
    }
    return {name: columns for name, columns in sorted(found.items()) if columns}


def coded(metadata: MetaData) -> set[tuple[str, str]]:
    """Columns of a code list: no word of anybody fits in."""
    return {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, TypeDecorator) and hasattr(column.type, "codes")
    }


def table_of_encrypted(services: Sequence[Service]) -> Iterator[str]:
    """Markdown: which columns of which tables lie encrypted, in the order of the services."""
    yield "| Service | Table | Encrypted columns |"
    yield "|---|---|---|"
    for name, metadata in [("each", CHASSIS), *((s.name, s.metadata) for s in services)]:
        for table, columns in encrypted(metadata).items():
            yield f"| {name} | `{table}` | {', '.join(f'`{column}`' for column in columns)} |"

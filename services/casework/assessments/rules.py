"""What of a sheet leads to which step, and how names are written in one line."""

import re

from rulebook.assessment import Outcome, Votes
from services.casework.identification.rules import FileAction

LEADS_TO = {
    Outcome.CARRIED: FileAction.CARRY,
    Outcome.NOT_CARRIED: FileAction.NOT_CARRY,
    Outcome.NO_QUORUM: FileAction.NOT_CARRY,
}
BETWEEN = re.compile(r"[、,，;；\s]+")


def names_in(words: str) -> list[str]:
    """周安、吴秀 → both, each once."""
    return list(dict.fromkeys(filter(None, BETWEEN.split(words))))


def demand_everybody(votes: Votes) -> None:
    """`ValueError` where somebody who is there and may vote has neither voted nor abstained."""
    if votes.cast < votes.voters:
        raise ValueError(
            f"同意、反对、弃权共{votes.cast}票，应有{votes.voters}票，"
            f"还差{votes.voters - votes.cast}票；到会没有投票的请记为弃权"
        )

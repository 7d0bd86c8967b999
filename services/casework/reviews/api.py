"""Reviews for programs."""

from kit.web import Today, Transaction, Who
from services.casework.reviews import commands
from services.casework.reviews.forms import ReviewForm
from services.casework.reviews.policy import policy
from services.casework.reviews.views import TakenView

router = policy.router()


@router.post("/reviews")
def review(body: ReviewForm, session: Transaction, actor: Who, today: Today) -> TakenView:
    """The township's opinion of a list; what is not agreed to goes up with its reason."""
    return TakenView.of(commands.review(session, body, actor=actor, on=today))

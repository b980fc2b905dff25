"""`/verifications`: who asked whether which caller is genuine, and what they were told."""

from functools import partial
from typing import Annotated, Final

from fastapi import Query

from bot.web.api.auth import CallerReader
from bot.web.api.listing import Listing
from bot.web.api.paging import Page
from bot.web.api.parts import PartsHere
from bot.web.api.schemas import EnterpriseName, OwnerCard
from bot.web.api.schemas_trust import VerificationView
from bot.web.api.witness import noun
from models.queries import leads
from models.tables import Verdict, Verification

routes: Final = noun("/verifications", tags=["trust"])


class Wanted(Listing):
    """Which questions."""

    verdict: Verdict | None = None


@routes.get("")
def verifications(
    parts: PartsHere, caller: CallerReader, wanted: Annotated[Wanted, Query()]
) -> Page[VerificationView]:
    """List the questions about callers, oldest first."""
    with parts.database.reading() as session:
        read = partial(leads.verifications, session, caller.regions, verdict=wanted.verdict)
        return wanted.page(session, Verification, read, verification_view, lambda asked: asked.row.id)


def verification_view(asked: leads.Asked) -> VerificationView:
    """Return a question as it is shown: never whose number it was."""
    return VerificationView(
        id=asked.row.id,
        at=asked.row.at,
        tail=asked.row.tail,
        verdict=Verdict(asked.row.verdict),
        person_id=asked.row.person_id,
        enterprise=EnterpriseName.model_validate(asked.enterprise) if asked.enterprise else None,
        claimed=OwnerCard.model_validate(asked.claimed) if asked.claimed else None,
        lead_id=asked.row.lead_id,
        said=asked.row.said,
    )

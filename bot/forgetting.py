"""`liaison forget`: take away for good what says who a person was, as they may demand of us."""

import sys
from typing import Annotated

import typer

from bot.lines import Refused
from bot.service import wall_clock
from config.settings import DatabaseSettings
from handlers.understanding.masking import erase
from models.actions import audit, forgetting
from models.actions.contacts import InOffice, NoSuchPerson
from models.session import Database


def forget(
    person_id: Annotated[int, typer.Argument(min=1, help="The person's id, as `/contacts` names it.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; kept in the audit, so name nobody.")],
) -> None:
    """Forget a person: their cases stay, what says who they were goes. It cannot be undone."""
    database, now = Database(DatabaseSettings().database_url), wall_clock()
    try:
        with database.transaction() as session:
            why = erase(reason, forgetting.names_of(session, person_id))
            is_new = forgetting.forget(session, person_id, erase=erase, now=now)
            deed = audit.Deeds.CHANGE
            place = f"people/{person_id}"
            audit.note(session, audit.OPERATOR, deed, "liaison forget", place, reason=why, now=now)
    except NoSuchPerson:
        raise Refused(f"There is no person {person_id}.", 1) from None
    except InOffice:
        raise Refused("They are an official in office: who answers for a case stays known.", 1) from None
    finally:
        database.dispose()
    sys.stdout.write(f"Person {person_id} {'is' if is_new else 'was already'} forgotten.\n")

"""What the platform tells us without anybody speaking, and what people send that no role can use."""

from handlers import say
from handlers.turn import Kind, Reply, Router, Turn
from models.actions import people, reports
from models.tables import Outcome

router = Router()
SILENT = Reply((), Outcome.EVENT)


@router.when(Kind.UNFOLLOW)
def unfollow(turn: Turn) -> Reply:
    """A person left: nothing more is sent to them, nothing of theirs is lost."""
    people.left(turn.session, turn.party, at=turn.said_at)
    return SILENT


@router.when(Kind.CLOSED)
def closed(turn: Turn) -> Reply:
    """A person gave up their account: they are forgotten, once no case of theirs is open."""
    people.closed(turn.session, turn.party, at=turn.said_at)
    return SILENT


@router.when(Kind.CONSENT)
def consent(turn: Turn) -> Reply:
    """A person allowed or refused subscription notices."""
    for template_id, answer in (turn.incoming.extra or {}).get("consents", ()):
        people.consented(turn.session, turn.party, template_id, accepted=answer == "accept")
    return SILENT


@router.when(Kind.NOTICE_DONE)
def notice_done(turn: Turn) -> Reply:
    """The platform says what became of a template or subscription notice."""
    for verdict in (turn.incoming.extra or {}).get("verdicts", ()):
        reports.reported(turn.session, turn.party.person_id, verdict, now=turn.now)
    return SILENT


@router.when(Kind.CLICK)
def click(turn: Turn) -> Reply:
    """A menu entry without a command behind it."""
    return Reply(say.help_for(turn.party), Outcome.ANSWER)


@router.when(Kind.ODD)
def odd(turn: Turn) -> Reply:
    """A file or a card cannot be passed on; a question of ours stays open."""
    return Reply(say.odd_stays(), Outcome.ANSWER, pending=turn.party.pending)


@router.when(Kind.OTHER)
def other(turn: Turn) -> Reply:
    """Kinds we do not know are kept and answered with silence."""
    del turn
    return SILENT

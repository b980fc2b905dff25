"""What anybody may say, before we ask who they are: help, and binding to who they are."""

from handlers import say
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions import people, posts
from models.queries.people import enterprise, official, party
from models.queries.tickets import Overview, overview, unfinished
from models.tables import Invite, Outcome

router = Router()
BIND = "bind"


@router.on(Command.HELP)
def help_(turn: Turn) -> Reply:
    """`帮助`: what this person can do here."""
    return Reply(say.help_for(turn.party), Outcome.ANSWER)


@router.on(Command.BIND)
def bind(turn: Turn) -> Reply:
    """`绑定 CODE`: ask back before anything is bound; a code can be forwarded or photographed."""
    code = turn.order.rest.rstrip("。.!！") if turn.order else ""
    return ask_to_bind(turn, code) if code else Reply(say.bind_how(), Outcome.ANSWER)


def ask_to_bind(turn: Turn, code: str) -> Reply:
    """Say whom the code would make of this person, and ask whether that is right."""
    try:
        invite = people.find_invite(turn.session, code, now=turn.now)
        people.check_side(turn.session, turn.party, invite)
    except people.InviteRefused:
        return Reply(say.invite_refused(), Outcome.REFUSAL)
    except people.OnTheOtherSide:
        return Reply(say.on_the_other_side(turn.party), Outcome.REFUSAL)
    return Reply(
        say.bind_question(_target(turn, invite), is_moved=_is_moved(turn, invite)),
        Outcome.ANSWER,
        pending={"ask": BIND, "invite": invite.id},
    )


@router.on(Command.BIND_YES)
def bind_yes(turn: Turn) -> Reply:
    """`确认绑定`: use the invite up."""
    question = turn.party.pending
    if not question or question.get("ask") != BIND:
        return Reply(say.nothing_to_confirm(), Outcome.ANSWER)
    try:
        people.bind(turn.session, turn.party, question["invite"], now=turn.now)
    except people.InviteRefused:
        return Reply(say.invite_refused(), Outcome.REFUSAL)
    except people.OnTheOtherSide:
        return Reply(say.on_the_other_side(turn.party), Outcome.REFUSAL)
    invite = turn.session.get_one(Invite, question["invite"])
    is_official = invite.official_id is not None
    speech = say.bound(_target(turn, invite), _waiting(turn) if is_official else (), is_official=is_official)
    return Reply(speech, Outcome.ANSWER)


def _waiting(turn: Turn) -> list[Overview]:
    """The cases on the desk of an official who has just been bound; they may have come long before."""
    now_is = party(turn.session, turn.party.openid)
    found = unfinished(turn.session, now_is) if now_is else ()
    return [overview(turn.session, ticket, seen_by=now_is) for ticket in reversed(found)]


@router.on(Command.CANCEL)
def cancel(turn: Turn) -> Reply:
    """`取消`: drop the question we asked."""
    del turn
    return Reply(say.cancelled(), Outcome.ANSWER)


def _is_moved(turn: Turn, invite: Invite) -> bool:
    """Whether another WeChat holds the post so far."""
    who = invite.official_id
    return who is not None and posts.held_elsewhere(turn.session, turn.party.person_id, who)


def _target(turn: Turn, invite: Invite) -> tuple[str, str]:
    """Name and post of the official, or name of the enterprise and role, that an invite stands for."""
    if invite.official_id is not None:
        card = official(turn.session, invite.official_id)
        return card.name, card.post
    firm = enterprise(turn.session, invite.enterprise_id or 0)
    return firm.name, invite.contact_role or ""


@router.when(Kind.FOLLOW, Kind.SCAN)
def arrive(turn: Turn) -> Reply:
    """Somebody follows or scans: welcome them, or ask about the code they scanned."""
    scene = turn.incoming.text
    if scene.startswith(people.BIND_SCENE):
        return ask_to_bind(turn, scene.removeprefix(people.BIND_SCENE))
    return Reply(say.welcome(turn.party), Outcome.EVENT)

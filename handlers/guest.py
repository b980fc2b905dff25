"""What anybody may say, before we ask who they are: help, and coming by a code or without one."""

from handlers import binding, say
from handlers.turn import Kind, Reply, Router, Turn
from handlers.understanding.commands import Command
from models.actions import people
from models.tables import Outcome

router = Router()


@router.on(Command.HELP)
def help_(turn: Turn) -> Reply:
    """`帮助`: what this person can do here."""
    return Reply(say.help_for(turn.party), Outcome.ANSWER)


@router.when(Kind.FOLLOW, Kind.SCAN)
def arrive(turn: Turn) -> Reply:
    """Somebody follows or scans: welcome them, or ask about the code they scanned."""
    scene = turn.incoming.text
    if scene.startswith(people.BIND_SCENE):
        return binding.ask_to_bind(turn, scene.removeprefix(people.BIND_SCENE))
    return Reply(say.welcome(turn.party), Outcome.EVENT)

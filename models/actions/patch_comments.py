"""What an enterprise thinks of a patch: kept beside the patch, never a case, and forgettable.

The patch's chain holds a digest of the words, not the words: forgetting takes them away and breaks nothing.
"""

from datetime import datetime
from secrets import token_hex
from typing import Final

from sqlalchemy.orm import Session

from models.actions.patch_chain import Hand, locked, record
from models.rules.patches import PatchRole, PatchVerb, comment_digest
from models.tables import Patch, PatchAsk

LONGEST: Final = 2000
"""Characters that are kept of what one enterprise says."""


def comment(session: Session, ask: PatchAsk, person_id: int, words: str, *, now: datetime) -> Patch:
    """Keep what somebody of an asked enterprise says of a patch, after what was said before; return it.

    Raises:
        PatchNotPossible: nobody is asked any more.
    """
    patch = locked(session, ask.patch_id)
    session.refresh(ask)
    said = f"{ask.words}\n{words}".strip()[:LONGEST]
    salt = token_hex(16)
    sealed = {"of": ask.id, "sealed": comment_digest(said, salt)}
    record(session, patch, PatchVerb.COMMENT, Hand(PatchRole.ENTERPRISE, person_id), now=now, **sealed)
    ask.words, ask.salt, ask.person_id, ask.answered_at, ask.is_reported = said, salt, person_id, now, False
    session.flush()
    return patch


def retract(session: Session, ask: PatchAsk, person_id: int, *, now: datetime) -> str:
    """Take back what an enterprise said of a patch, as it was about something else; return the words.

    Raises:
        PatchNotPossible: nobody is asked any more: what was said stays.
    """
    patch = locked(session, ask.patch_id)
    session.refresh(ask)
    record(session, patch, PatchVerb.RETRACT, Hand(PatchRole.ENTERPRISE, person_id), now=now, of=ask.id)
    words = ask.words
    ask.words, ask.salt, ask.person_id, ask.answered_at = "", "", None, None
    session.flush()
    return words

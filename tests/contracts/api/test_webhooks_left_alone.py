"""A webhook that is off, or whose key has ended, is posted nothing more: what was queued neither."""

from sqlalchemy import update

from models.tables import ApiKey
from tests.contracts.api.desk import PROVINCE, Desk
from tests.contracts.api.receiver import Receiver
from tests.contracts.api.test_webhooks_api import added, at, open_desk, receiver, tell, told

__all__ = ["open_desk", "receiver"]


def test_what_was_queued_is_not_posted_while_others_are(open_desk: Desk, receiver: Receiver) -> None:
    off, live = added(open_desk, receiver), added(open_desk, receiver)
    ended = added(open_desk, receiver, open_desk.key("admin", PROVINCE))
    for hook in (off, ended, live):
        assert open_desk.post(at(hook, "/test")).status_code == 202
    open_desk.post(at(off, "/disable"))
    with open_desk.database.transaction() as session:
        end = update(ApiKey).where(ApiKey.id == ended["key_id"]).values(expires_at=open_desk.clock())
        session.execute(end)
    tell(open_desk)
    assert [told(open_desk, hook)[0]["attempts"] for hook in (off, ended, live)] == [0, 0, 1]
    assert len(receiver.posts) == 1
    open_desk.post(at(off, "/enable"))
    tell(open_desk)
    assert len(receiver.posts) == 2

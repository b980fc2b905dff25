"""Who is forgotten takes nothing of a colleague's with them: names, numbers, and how long a case is kept."""

from datetime import timedelta

from sqlalchemy import select

from handlers.understanding.masking import erase
from models.actions import forgetting, people, retention
from models.rules.lifecycle import Verb
from models.rules.numbers import ticket_id_of
from models.tables import Contact, Event, Person, Ticket
from tests.flows.reading import number_in
from tests.flows.test_forgotten import NAME, PHONE, admin, forget, told
from tests.roster import LEADER, OWNER, PARTNER
from tests.world import V1, World

SWITCHBOARD = "024-86892345"

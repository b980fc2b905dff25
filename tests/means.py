"""What tests lend to a turn where the composition root would."""

from random import Random
from typing import Final

from handlers.turn import Means
from models.rules.phones import PhoneKey

MEANS: Final = Means(PhoneKey(b"a key that only tests know of ..."), Random(7))

"""What the buttons of the menu ask for, and the event that each type becomes."""

import hashlib
from dataclasses import dataclass

from bot.simulator.encoder import Value
from bot.simulator.errors import PhoneError


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere on the map."""

    latitude: float
    longitude: float
    label: str

    def fields(self) -> dict[str, Value]:
        """Return it as the platform writes it."""
        return {
            "Location_X": f"{self.latitude:.6f}",
            "Location_Y": f"{self.longitude:.6f}",
            "Scale": 16,
            "Label": self.label,
        }


@dataclass(frozen=True, slots=True)
class Extras:
    """What a person gives after tapping a button that asks for more: a code seen, a picture, a place."""

    seen: str = ""
    picture: bytes | None = None
    place: Place | None = None


def event_of(kind: str, extras: Extras) -> dict[str, Value]:
    """Return the event of a button of that type.

    Raises:
        PhoneError: 422, the type asks for something that was not given.
    """
    if kind.startswith("scancode_") and extras.seen:
        return {"Event": kind, "ScanCodeInfo": {"ScanType": "qrcode", "ScanResult": extras.seen}}
    if kind.startswith("pic_") and extras.picture is not None:
        digest = hashlib.md5(extras.picture, usedforsecurity=False).hexdigest()
        return {
            "Event": kind,
            "SendPicsInfo": {"Count": 1, "PicList": {"item": [{"PicMd5Sum": digest}]}},
        }
    if kind == "location_select" and extras.place is not None:
        return {"Event": kind, "SendLocationInfo": {**extras.place.fields(), "Poiname": ""}}
    if kind != "click":
        raise PhoneError(422, f"{kind}: something to send is needed")
    return {"Event": "CLICK"}

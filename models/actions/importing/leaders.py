"""Which leader in office a list means by a name."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select

from models.actions.importing.account import Account
from models.queries.registry import inside
from models.rules.faults import Refused, Wrong
from models.tables import Official, OfficialKind


@dataclass(frozen=True, slots=True)
class Leaders:
    """The leaders in office that have one of some names, within the reach of an import."""

    found: Sequence[Row[int, str, str, str]]

    def the_one(self, name: str | None, department: str | None, region: str | None) -> int:
        """Return the id of the one leader with this name, and department and region where they are given.

        Raises:
            Refused: there is none, or more than one.
        """
        fit = [
            each.id
            for each in self.found
            if each.name == name and department in {None, each.department} and region in {None, each.region}
        ]
        if len(fit) != 1:
            raise Refused(Wrong.WHICH_LEADER if fit else Wrong.NO_LEADER)
        return int(fit[0])

    def nearest(self, name: str | None, department: str | None, beside: tuple[str | None, str | None]) -> int:
        """Return the one leader with this name of a department; where none is given, the one `beside` first.

        Raises:
            Refused: there is none, or more than one.
        """
        try:
            return self.the_one(name, *beside) if department is None else self.the_one(name, department, None)
        except Refused as refused:
            if refused.wrong is Wrong.WHICH_LEADER or department is not None:
                raise
            return self.the_one(name, None, None)


def leaders(account: Account, names: Collection[str | None]) -> Leaders:
    """Return the leaders with these names, locked: nobody retires or pairs them meanwhile."""
    wanted = (
        select(Official.id, Official.name, Official.department, Official.region)
        .where(
            Official.name.in_(names),
            Official.kind == OfficialKind.LEADER,
            Official.is_active,
            inside(Official.region, None if account.reach is None else frozenset(account.reach)),
        )
        .order_by(Official.id)
        .with_for_update(key_share=True)
    )
    return Leaders(account.connection.execute(wanted).all())

"""Which regions there are and which lie in which.

Pure: the catalogue of regions is the only source.
"""

from functools import cache

from config import catalog


class UnknownRegion(ValueError):
    """No region has this code."""

    def __init__(self, code: str) -> None:
        super().__init__(f"no region has the code {code!r}")
        self.code = code


def known_region(code: str) -> str:
    """Return `code` if a region has it.

    Raises:
        UnknownRegion: none has.
    """
    if code not in catalog.regions():
        raise UnknownRegion(code)
    return code


@cache
def regions_within(code: str) -> frozenset[str]:
    """Return the codes of a region and of everything that lies in it.

    Raises:
        UnknownRegion: no region has this code.
    """
    found = {known_region(code)}
    for region in catalog.regions().values():
        parent = region.parent and catalog.regions()[region.parent]
        if region.parent == code or (parent and parent.parent == code):
            found.add(region.code)
    return frozenset(found)


@cache
def upwards(code: str) -> tuple[str, ...]:
    """Return a region's code and those of the regions it lies in, from the nearest to the province.

    Raises:
        UnknownRegion: no region has this code.
    """
    line = [known_region(code)]
    while (parent := catalog.regions()[line[-1]].parent) is not None:
        line.append(parent)
    return tuple(line)

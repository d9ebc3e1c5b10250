"""Names of tiers or subjects, where instances of one must not overlap."""
from typing import Dict, Hashable, List, Sequence, Tuple

from .contents import lanes_of


def apart(names: Sequence[str], kinds: Sequence[Hashable],
          segments: Sequence[Tuple[float, float]],
          further: str) -> List[str]:
    """A name for each segment, so that none overlaps another of its name and
    kind.

    Args:
        names: That each has; it is kept by those that come first.
        kinds: Those of several kinds may overlap, whatever their names.
        segments: Start and end of each.
        further: Template of names of those that overlap them, with a place
            for the name and one for a number.

    Example:
        >>> apart(['a', 'a'], [0, 0], [(0, 2), (1, 3)], '{} {}')
        ['a', 'a 2']
    """
    placed = list(names)
    taken = set(names)
    made: Dict[Tuple[str, int], str] = {}
    for name, kind in dict.fromkeys(zip(names, kinds)):
        mine = [place for place, each in enumerate(zip(names, kinds))
                if each == (name, kind)]
        for place, lane in zip(mine, lanes_of(segments[each]
                                              for each in mine)):
            if lane and (name, lane) not in made:
                number = lane + 1
                while further.format(name, number).strip() in taken:
                    number += 1
                made[name, lane] = further.format(name, number).strip()
                taken.add(made[name, lane])
            placed[place] = made.get((name, lane), name)
    return placed

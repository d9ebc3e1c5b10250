"""When annotations of ELAN happen, also those that have no times of their own.

Annotations end at time slots. Some slots have no time: their annotations stand
in a row between two slots that do, and share the time between these evenly, as
ELAN shows them. Others refer to a parent; several of one tier divide the
parent's time evenly, in the order in which they name each other.
"""
from pathlib import Path
from typing import Dict, Iterable, List, Tuple

from ..annotations import AnnotationError
from .contents import number


class AnnotationTimes:
    """Times of the annotations of a document.

    Args:
        path: For messages.
        root: Element of the document.
    """

    def __init__(self, path: Path, root) -> None:
        self.path = path
        self.slots = {each.attrib['TIME_SLOT_ID']: number(
            each.attrib['TIME_VALUE'])
            for each in root.iterfind('TIME_ORDER/TIME_SLOT')
            if 'TIME_VALUE' in each.attrib}
        #: Annotation -> its two slots.
        self.ends: Dict[str, Tuple[str, str]] = {}
        #: Annotation -> its parent, and which part it is of how many.
        self.parts: Dict[str, Tuple[str, int, int]] = {}
        rows = []
        for tier in root.iterfind('TIER'):
            row = {each.attrib['ANNOTATION_ID']: (
                each.attrib['TIME_SLOT_REF1'], each.attrib['TIME_SLOT_REF2'])
                for each in tier.iterfind('ANNOTATION/ALIGNABLE_ANNOTATION')}
            self.ends.update(row)
            rows.append(dict(row.values()))
            self._divide(tier.findall('ANNOTATION/REF_ANNOTATION'))
        known = -1
        while known != len(self.slots):  # a row may end where another divides
            known = len(self.slots)
            for following in rows:
                self._spread(following)

    def _divide(self, elements: Iterable) -> None:
        """Note of which parents annotations are parts."""
        children: Dict[str, List] = {}
        for each in elements:
            children.setdefault(each.attrib['ANNOTATION_REF'], []).append(each)
        for parent, found in children.items():
            for index, each in enumerate(_in_order(found)):
                self.parts[each.attrib['ANNOTATION_ID']] = (
                    parent, index, len(found))

    def _spread(self, following: Dict[str, str]) -> None:
        """Give times to slots that have none.

        Args:
            following: Slot at which an annotation of a tier starts -> that at
                which it ends.
        """
        for first in [slot for slot in following if slot in self.slots]:
            row = [first, following[first]]
            while row[-1] not in self.slots and row[-1] in following and (
                    len(row) <= len(following)):
                row.append(following[row[-1]])
            if len(row) > 2 and row[-1] in self.slots:
                start, end = self.slots[first], self.slots[row[-1]]
                for place, slot in enumerate(row[1:-1], 1):
                    self.slots[slot] = start + (end - start) * place / (
                        len(row) - 1)

    def of(self, annotation: str) -> Tuple[float, float]:
        """Start and end of an annotation in milliseconds.

        Raises:
            AnnotationError: If nothing tells them.
        """
        shares: List[Tuple[int, int]] = []
        aligned = annotation
        while aligned in self.parts and len(shares) <= len(self.parts):
            aligned, index, of = self.parts[aligned]
            shares.append((index, of))
        start, end = map(self.slots.get, self.ends.get(aligned, ('', '')))
        if start is None or end is None:
            raise AnnotationError(
                f'{self.path}: annotation {annotation}: found no times, '
                'expected some of its own, of its neighbours or of a parent')
        for index, of in reversed(shares):
            length = (end - start) / of
            start, end = start + index * length, start + (index + 1) * length
        return start, end


def _in_order(elements: List) -> List:
    """Annotations, each after the one that it names as previous."""
    after = {each.get('PREVIOUS_ANNOTATION'): each for each in elements}
    ordered: List = []
    last = None
    while last in after and len(ordered) < len(elements):
        ordered.append(after[last])
        last = after[last].attrib['ANNOTATION_ID']
    return ordered if len(ordered) == len(elements) else elements

"""Fonts that have the letters of names in any script."""
import itertools
import unicodedata
from collections import defaultdict
from functools import lru_cache
from typing import Dict, List, Set, Tuple

from matplotlib import font_manager, ft2font, rcParams
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from mmengine.logging import print_log

#: Script, as the Unicode names of its characters begin -> a package of Debian
#: and Ubuntu, and a font, that have it. All others: :data:`OTHER_SCRIPTS`.
SCRIPTS = dict.fromkeys(
    ('CJK', 'HIRAGANA', 'KATAKANA', 'HANGUL', 'BOPOMOFO', 'FULLWIDTH',
     'HALFWIDTH', 'IDEOGRAPHIC'), ('fonts-noto-cjk', 'Noto Sans CJK'))
OTHER_SCRIPTS = ('fonts-noto-core', 'Noto Sans')
#: Matplotlib since 3.11 joins letters and orders them; before, letters stand
#: as they are written, from left to right.
SHAPES_TEXT = hasattr(ft2font, '__libraqm_version__')

REGULAR = (400, 'normal', 'regular', 'book')

_DIRECTIONS = dict(R='R', AL='R', L='L', EN='L', AN='L')

_told: Set[str] = set()
_unusable: Set[str] = set()


def choose_fonts(figure: Figure) -> None:
    """Give every text of a figure fonts that have its letters.

    Text is shown as it stands: a dollar sign begins no formula. Scripts that
    no installed font has are logged, once each, and drawn as boxes.
    """
    for text in figure.findobj(Text):
        text.set_parse_math(False)
        content = text.get_text()
        if content.isascii():
            continue
        families, missing = families_of(content)
        text.set_fontfamily(families)
        _tell(missing)
        if not SHAPES_TEXT:
            text.set_text(in_visual_order(content))


def families_of(text: str) -> Tuple[List[str], str]:
    """Font families that have the characters of a text together.

    Returns:
        tuple: The usual family and as few others as possible, and those
        characters that none has.
    """
    usual = rcParams['font.family'][0]
    path = font_manager.findfont(FontProperties(family=[usual]))
    missing = {letter for letter in text if not (
        letter.isspace() or unicodedata.category(letter) in ('Cc', 'Cf') or
        _has(path, letter))}
    families = [usual]
    for known in (_installed, _installed_since):
        while missing:
            having = {name: {letter for letter in missing
                             if _has(path, letter)}
                      for name, path in known().items()}
            best = max(having, key=lambda name: len(having[name]))
            if not having[best]:
                break
            families.append(best)
            missing -= having[best]
    return families, ''.join(sorted(missing))


def _installed() -> Dict[str, str]:
    """Files of the regular fonts that Matplotlib knows, by family, those
    without serifs first."""
    regular = [each for each in font_manager.fontManager.ttflist
               if each.style == 'normal' and each.weight in REGULAR and
               not each.name.startswith('Last Resort')]  # boxes for all
    return {each.name: each.fname for each in sorted(
        regular, key=lambda each: ('Sans' not in each.name,
                                   'Mono' in each.name, each.name))}


def _installed_since() -> Dict[str, str]:
    """The same with fonts that came after Matplotlib had made its list."""
    known = {each.fname for each in font_manager.fontManager.ttflist}
    for path in set(font_manager.findSystemFonts()) - known - _unusable:
        try:
            font_manager.fontManager.addfont(path)
        except (OSError, RuntimeError, ValueError):  # none of its formats
            _unusable.add(path)
    return _installed()


@lru_cache(100000)
def _has(path: str, letter: str) -> bool:
    try:
        return font_manager.get_font(path).get_char_index(ord(letter)) != 0
    except (OSError, RuntimeError, ValueError):
        return False


def _tell(missing: str) -> None:
    """Log what cannot be read, once for each script."""
    scripts: Dict[str, str] = defaultdict(str)
    for letter in missing:
        scripts[unicodedata.name(letter, 'UNKNOWN').split()[0]] += letter
    for script in sorted(set(scripts) - _told):
        _told.add(script)
        package, font = SCRIPTS.get(script, OTHER_SCRIPTS)
        print_log(
            f'pictures: no installed font has the {script} characters '
            f'{scripts[script][:10]}, which are drawn as boxes; install one, '
            f'for example {font} (apt-get install {package})', 'current', 30)


def in_visual_order(text: str) -> str:
    """Right-to-left text for a Matplotlib that draws from left to right.

    Runs of right-to-left letters are turned round, and where the text begins
    with one, so is the order of the runs. Letters are not joined, and marks
    are not placed: Matplotlib 3.11 does all of it by itself.
    """
    kinds = [_DIRECTIONS.get(unicodedata.bidirectional(letter), '')
             for letter in text]
    if 'R' not in kinds:
        return text
    first = next(filter(None, kinds))
    before, after = (list(itertools.accumulate(
        each, lambda last, this: this or last, initial=first))[1:]
        for each in (kinds, kinds[::-1]))
    # spaces between two directions go with the first of the text
    kinds = [one if one == other else first
             for one, other in zip(before, after[::-1])]
    parts = []
    for kind, group in itertools.groupby(zip(kinds, text),
                                         key=lambda pair: pair[0]):
        part = ''.join(letter for _, letter in group)
        parts.append(part[::-1] if kind == 'R' else part)
    return ''.join(parts[::-1] if first == 'R' else parts)

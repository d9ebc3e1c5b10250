"""The folder of a report: pages from templates, and what they load.

Nothing in it comes from elsewhere, and it needs no server: data are scripts,
as pages that are opened from disk may load nothing else.
"""
import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Sequence

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mmbapg.files import write_text

HERE = Path(__file__).parent
#: Of all pages: nothing from outside the folder is loaded, no script that
#: stands in a page runs.
POLICY = ("default-src 'none'; script-src 'self' file:; "
          "style-src 'self' file:; "
          "img-src 'self' file: data: blob:; media-src 'self' file: blob:; "
          "font-src 'none'; connect-src 'none'; form-action 'none'; "
          "base-uri 'none'")


@dataclass
class Page:
    """A video of the report.

    Attributes:
        name: Of the video.
        duration: In seconds.
        file: Name of its page's file, without suffix.
        facts: What is told of it: title -> text.
        data: What its scripts draw.
    """
    name: str
    duration: float
    file: str
    facts: Dict[str, str]
    data: Dict[str, Any]


def file_name(number: int, name: str) -> str:
    """A file's name for the page of any video, in letters that all systems
    take."""
    letters = re.sub(r'[^A-Za-z0-9_-]+', '-', name).strip('-')[:60]
    return f'{number + 1:04d}' + (f'-{letters}' if letters else '')


def write_pages(folder: Path, title: str, overview: Dict[str, Any],
                pages: Sequence[Page]) -> Path:
    """Write ``index.html``, a page for each video, and what they load.

    Args:
        folder: What is there of other reports stays; files of the same name
            are replaced.
        title: Of the report.
        overview: Figures of all videos: :func:`.overview_of`, and the
            rankings ``videos`` and ``looked_at``.
        pages: In the order in which to look at them.

    Returns:
        The path of ``index.html``.
    """
    static = folder / 'static'
    shutil.copytree(HERE / 'static', static, dirs_exist_ok=True)
    templates = Environment(
        loader=FileSystemLoader(HERE / 'templates'), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    templates.filters['clock'] = clock
    shared = dict(title=title, policy=POLICY)
    _write_data(folder / 'data/overview.js', overview)
    _write(folder / 'index.html', templates.get_template('index.html').render(
        shared, overview=overview, root='.'))
    page_of_video = templates.get_template('video.html')
    for number, page in enumerate(pages):
        _write_data(folder / f'data/{page.file}.js', dict(
            page.data, name=page.name, duration=page.duration,
            classes=overview['all_classes'], kinds=overview['kinds'],
            colours=overview['colours']))
        near = [pages[other].file if 0 <= other < len(pages) else None
                for other in (number - 1, number + 1)]
        _write(folder / f'videos/{page.file}.html', page_of_video.render(
            shared, page=page, before=near[0], after=near[1], root='..',
            overview=overview))
    return folder / 'index.html'


def clock(seconds: float) -> str:
    """Seconds as people write them: ``1:02.5``, ``1:00:00.0``.

    Example:
        >>> clock(62.48), clock(3600), clock(-0.5)
        ('1:02.5', '1:00:00.0', '-0:00.5')
    """
    if seconds < 0:
        return f'-{clock(-seconds)}'
    tenths = round(10 * float(seconds))
    minutes, rest = divmod(tenths, 600)
    hours, minutes = divmod(minutes, 60)
    end = f'{rest // 10:02d}.{rest % 10}'
    return f'{hours}:{minutes:02d}:{end}' if hours else f'{minutes}:{end}'


def _write_data(path: Path, content: Dict[str, Any]) -> None:
    """A script that gives its page the data, in ASCII: so names of any script
    are read right whatever a browser guesses."""
    text = json.dumps(content, separators=(',', ':'), allow_nan=False)
    _write(path, f'window.reportData={text};\n')


def _write(path: Path, text: str) -> None:
    write_text(path, text)

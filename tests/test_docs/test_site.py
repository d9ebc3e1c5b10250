"""The site builds without a warning, leads nowhere wrong, and says a word on
every public name."""
import ast
import html.parser
import importlib
import inspect
import io
import re
from collections import defaultdict
from types import SimpleNamespace
from urllib.parse import unquote

import pytest
from sphinx.application import Sphinx

from tests.tiny import ROOT

ROOMS = [f'mmbapg.{room}' for room in (
    'apis', 'config', 'datasets', 'engine', 'evaluation', 'models', 'ops',
    'visualization')]
PUBLIC = [(room, name) for room in ROOMS
          for name in importlib.import_module(room).__all__]
PAGES = sorted((ROOT / 'docs').glob('*.md'))


class Page(html.parser.HTMLParser):
    """Where a page of the site leads, and what in it can be led to."""

    def __init__(self, path):
        super().__init__()
        self.targets, self.ids = [], set()
        self.feed(path.read_text('utf-8'))

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.ids.add(found.get('id'))
        self.targets += [found[name] for name in ('href', 'src')
                         if found.get(name)]


@pytest.fixture(scope='module')
def site(tmp_path_factory):
    """Built as docs/building.md says."""
    folder, warnings = tmp_path_factory.mktemp('site'), io.StringIO()
    app = Sphinx(ROOT, ROOT / 'docs', folder / 'html', folder / 'doctrees',
                 'html', status=None, warning=warnings)  # no colours
    app.build()
    names = defaultdict(list)
    for name, entry in app.env.domains.python_domain.objects.items():
        if not entry.aliased:
            names[name].append(entry.docname)
    return SimpleNamespace(folder=folder / 'html', names=names,
                           warnings=warnings.getvalue())


def test_no_warning(site):
    assert not site.warnings


def test_no_link_leads_nowhere(site):
    pages = {path.resolve(): Page(path)
             for path in site.folder.rglob('*.html')}
    broken = []
    for path, page in pages.items():
        for target in page.targets:
            place, _, anchor = unquote(target).partition('#')
            place = place.partition('?')[0]
            if re.match(r'\w+:', target):
                continue  # of another site
            found = (path.parent / place).resolve() if place else path
            if not found.is_file() or anchor and (
                    found in pages and anchor not in pages[found].ids):
                broken.append(f'{path.relative_to(site.folder)}: {target}')
    assert len(pages) > 30 and not broken


def test_pages_are_found_from_the_start(site):
    start = Page(site.folder / 'index.html').targets
    assert set(start) == {'docs/index.html'}


def test_every_public_name_has_one_place(site):
    places = defaultdict(list)
    for name, pages in site.names.items():
        module, _, last = name.rpartition('.')
        try:
            thing = getattr(importlib.import_module(module), last)
        except (ImportError, AttributeError, ValueError):
            continue  # a method
        places[id(thing)] += [(name, page) for page in pages]
    wrong = {}
    for room, name in PUBLIC:
        thing = getattr(importlib.import_module(room), name)
        found = places[id(thing)]
        home = next((each for each, known in PUBLIC if known == name and
                     getattr(thing, '__module__', '').startswith(each)), room)
        if found != [(f'{home}.{name}', f'docs/api/{home[7:]}')]:
            wrong[f'{room}.{name}'] = found
    assert not wrong


def undocumented(room, name):
    """Public parts of a public name that have no words of their own."""
    thing = getattr(importlib.import_module(room), name)
    if not (inspect.isclass(thing) or inspect.isfunction(thing)):
        return []  # Sphinx shows data that have a comment, and nothing else
    found = [] if (thing.__doc__ or '').strip() else [name]
    if inspect.isclass(thing):
        for part, member in vars(thing).items():
            function = getattr(member, '__func__', getattr(
                member, 'fget', member))
            if (inspect.isfunction(function) and not part.startswith('_')
                    and not inspect.getdoc(getattr(thing, part))):
                found.append(f'{name}.{part}')
    return found


@pytest.mark.parametrize('room', ROOMS)
def test_every_public_name_has_words(room):
    assert not [part for each, name in PUBLIC if each == room
                for part in undocumented(room, name)]


def test_files_that_pages_name_exist():
    named = {(path.name, name) for path in PAGES for name in re.findall(
        r'`(?:python )?((?:configs|tools|mmbapg|tests|docs)/[\w/.-]+\.\w+)',
        path.read_text('utf-8'))}
    assert len(named) > 10
    assert not [(page, name) for page, name in named
                if 'NAME' not in name and not (ROOT / name).exists()]


def test_messages_are_those_of_the_code():
    """Between the dots, a page quotes what stands in one string."""
    told = []
    for path in (ROOT / 'mmbapg').rglob('*.py'):
        if '.mim' in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text('utf-8'))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                told.append(node.value)
    rows = re.findall(r'^\| `(.+?)` \|', (
        ROOT / 'docs/faults.md').read_text('utf-8'), flags=re.M)
    assert len(rows) > 10
    for row in rows:
        for part in filter(None, map(str.strip, row.split('…'))):
            assert any(part in each for each in told), part

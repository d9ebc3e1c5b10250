"""References that Sphinx does not find by itself.

A docstring may name anything of ours by its short name. What is in the
reference becomes a link; what is ours and not public stays as it is written;
what does not exist is left to Sphinx, which warns. A link to a folder leads
to the README in it.
"""
import importlib
import inspect
import os
import pkgutil
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Tuple

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode

import mmbapg

#: Packages whose ``__all__`` is their public face, each a page in docs/api.
ROOMS = tuple(f'mmbapg.{room}' for room in (
    'apis', 'config', 'datasets', 'engine', 'evaluation', 'models', 'ops',
    'visualization'))


def every_module() -> Iterator[Any]:
    """All modules of the package."""
    for found in pkgutil.walk_packages(mmbapg.__path__, 'mmbapg.'):
        if '.mim.' not in found.name:
            yield importlib.import_module(found.name)


def names_of(module: Any) -> Iterator[Tuple[str, Any]]:
    """Full name and object of what a module defines, with its methods."""
    yield module.__name__, module
    for name in getattr(module, '__all__', ()):
        yield f'{module.__name__}.{name}', getattr(module, name)
    for name, thing in vars(module).items():
        if getattr(thing, '__module__', module.__name__) != module.__name__:
            continue  # from elsewhere
        yield f'{module.__name__}.{name}', thing
        if inspect.isclass(thing):
            for member in dir(thing):
                yield (f'{module.__name__}.{name}.{member}',
                       inspect.getattr_static(thing, member))


class Names:
    """What of ours a reference may mean."""

    def __init__(self) -> None:
        self.things: Dict[str, Any] = {}
        self.ends: Dict[str, List[str]] = defaultdict(list)
        for module in every_module():
            for name, thing in names_of(module):
                self.things[name] = thing
                parts = name.split('.')
                for start in range(len(parts)):
                    self.ends['.'.join(parts[start:])].append(name)

    def find(self, target: str) -> Optional[List[Any]]:
        """Things that a name may mean; None if there is no such name."""
        found = self.ends.get(target.lstrip('.'))
        return [self.things[name] for name in found] if found else None


def public_places(env: BuildEnvironment) -> Dict[int, Tuple[str, Any]]:
    """Documented name and its entry, by the identity of what has one."""
    found = {}
    for name, entry in env.domains.python_domain.objects.items():
        module, _, rest = name.rpartition('.')
        try:
            thing = inspect.getattr_static(locate(module), rest)
        except (ImportError, AttributeError, ValueError):
            continue
        found[id(thing)] = name, entry
    return found


def locate(name: str) -> Any:
    """A module, or a class in one."""
    try:
        return importlib.import_module(name)
    except ImportError:
        module, _, rest = name.rpartition('.')
        return getattr(importlib.import_module(module), rest)


class References:
    """Handler of references that Sphinx does not find."""

    def __init__(self) -> None:
        self.names: Optional[Names] = None
        self.places: Dict[int, Tuple[str, Any]] = {}

    def __call__(self, app: Sphinx, env: BuildEnvironment,
                 node: nodes.Element, text: nodes.Element
                 ) -> Optional[nodes.Element]:
        """See the module."""
        if node.get('refdomain') != 'py':
            return None
        if self.names is None:  # now all pages are read
            self.names, self.places = Names(), public_places(env)
        things = self.names.find(node['reftarget'])
        if things is None:
            return None
        for thing in things:
            if id(thing) in self.places:
                name, entry = self.places[id(thing)]
                return make_refnode(app.builder, node['refdoc'],
                                    entry.docname, entry.node_id, text, name)
        return text


class FolderLinks(SphinxPostTransform):
    """Turns links to a folder into links to the README in it."""
    default_priority = 8  # MyST resolves links at 9

    def run(self, **kwargs: Any) -> None:
        """See the class."""
        for node in self.document.findall(pending_xref):
            if node['reftype'] != 'myst' or node['refdomain']:
                continue
            page = os.path.normpath(Path(
                node['refdoc']).parent / node['reftarget'] / 'README')
            if page in self.env.found_docs:
                node['refdomain'], node['reftarget'] = 'doc', page
                node['reftargetid'] = None


def skip_member(app: Sphinx, kind: str, name: str, thing: Any, skip: bool,
                options: Any) -> Optional[bool]:
    """Leave out what has its words elsewhere: fields of a named tuple, in
    those of its class; what a package exports, on the package's own page."""
    if type(thing).__name__ == '_tuplegetter':
        return True
    page = app.env.current_document.autodoc_module
    home = getattr(thing, '__module__', None) or page
    for room in ROOMS:
        package = importlib.import_module(room)
        if page != room and home.startswith(f'{room}.') and any(
                thing is getattr(package, each) for each in package.__all__):
            return True
    return None


def plain_stars(app: Sphinx, kind: str, name: str, thing: Any, options: Any,
                lines: List[str]) -> None:
    """``*args, **kwargs:`` are names, where emphasis would begin."""
    lines[:] = [line.replace('*args, **kwargs:', r'\*args, \*\*kwargs:')
                for line in lines]


def setup(app: Sphinx) -> Dict[str, bool]:
    app.connect('autodoc-process-docstring', plain_stars, priority=400)
    app.connect('missing-reference', References())
    app.add_post_transform(FolderLinks)
    app.connect('autodoc-skip-member', skip_member)
    return dict(parallel_read_safe=True, parallel_write_safe=True)

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
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
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


def public_place(env: BuildEnvironment, things: List[Any]
                 ) -> Optional[Tuple[str, Any]]:
    """Documented name, and its entry, of the first thing that has one."""
    for name, entry in env.domains.python_domain.objects.items():
        module, _, rest = name.rpartition('.')
        try:
            thing = inspect.getattr_static(locate(module), rest)
        except (ImportError, AttributeError):
            continue
        if any(thing is wanted for wanted in things):
            return name, entry
    return None


def locate(name: str) -> Any:
    """A module, or a class in one."""
    try:
        return importlib.import_module(name)
    except ImportError:
        module, _, rest = name.rpartition('.')
        return getattr(importlib.import_module(module), rest)


def folder_link(app: Sphinx, node: nodes.Element, text: nodes.Element
                ) -> Optional[nodes.Element]:
    """A link to a folder, to the page of the README in it."""
    place = Path(node['refdoc']).parent / node['reftarget'] / 'README'
    page = os.path.normpath(place)
    if page not in app.env.found_docs:
        return None
    return make_refnode(app.builder, node['refdoc'], page, None, text)


def missing_reference(app: Sphinx, env: BuildEnvironment,
                      node: nodes.Element, text: nodes.Element
                      ) -> Optional[nodes.Element]:
    """See the module."""
    if node.get('reftype') == 'myst':
        return folder_link(app, node, text)
    if node.get('refdomain') != 'py':
        return None
    if not hasattr(app, 'mmbapg_names'):
        app.mmbapg_names = Names()  # type: ignore[attr-defined]
    things = app.mmbapg_names.find(node['reftarget'])
    if things is None:
        return None
    place = public_place(env, things)
    if place is None:
        return text
    name, entry = place
    return make_refnode(app.builder, node['refdoc'], entry.docname,
                        entry.node_id, text, name)


def skip_member(app: Sphinx, kind: str, name: str, thing: Any, skip: bool,
                options: Any) -> Optional[bool]:
    """Leave out what has its words elsewhere: fields of a named tuple, in
    those of its class; what a package exports, on the package's own page."""
    if type(thing).__name__ == '_tuplegetter':
        return True
    module = app.env.current_document.autodoc_module
    for room in ROOMS:
        package = importlib.import_module(room)
        if module.startswith(f'{room}.') and any(
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
    app.connect('missing-reference', missing_reference)
    app.connect('autodoc-skip-member', skip_member)
    return dict(parallel_read_safe=True, parallel_write_safe=True)

"""The house: who may import whom, and what a file may be."""
import ast
from collections import defaultdict
from pathlib import Path

import pytest

from tests import tiny

PACKAGE = tiny.ROOT / 'mmbapg'
#: Rooms from the ground up; a room imports from those below it, and from
#: rooms on its own floor only where they stand in one set's line together.
FLOORS = [
    {'building_faults', 'upstream_warnings'},
    {'errors'},
    {'files', 'moved', 'ops', 'setting_checks', 'version', 'video_names'},
    {'compat', 'datasets', 'models'},
    {'evaluation'},
    {'visualization', 'config'},
    {'engine'},
    {'apis'},
    {'experiments'},
]
#: Lazily, in mends that act when a run starts or a checkpoint is read.
ALLOWED = {('compat', 'datasets'), ('compat', 'engine')}
LONGEST = 300
EQUAL_LINES = 6
#: In configs that a table gives: a test compares them with it.
WRITTEN = '\n# Written by tools/dev/make_configs.py'


def module_of(path):
    parts = path.relative_to(tiny.ROOT).with_suffix('').parts
    return '.'.join(parts[:-1] if parts[-1] == '__init__' else parts)


FILES = {module_of(path): path for path in sorted(PACKAGE.rglob('*.py'))}


def imports(module):
    """Modules of ours that a module imports, anywhere in it."""
    path = FILES[module]
    package = module.split('.')
    if path.name != '__init__.py':
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names
                        if each.name in FILES)
        elif isinstance(node, ast.ImportFrom):
            base = '.'.join(
                package[:len(package) - node.level + 1] if node.level else [])
            base = '.'.join(filter(None, (base, node.module)))
            for each in node.names:
                for name in (f'{base}.{each.name}', base):
                    if name in FILES:
                        yield name
                        break


GRAPH = {module: set(imports(module)) - {module, 'mmbapg'}
         for module in FILES}


def room(module):
    return module.split('.')[1] if '.' in module else module


def floor(module):
    return next(index for index, rooms in enumerate(FLOORS)
                if room(module) in rooms)


def test_every_room_has_a_floor():
    assert {room(module) for module in FILES} - {'mmbapg'} == set().union(
        *FLOORS)


@pytest.mark.parametrize('module', sorted(set(FILES) - {'mmbapg'}))
def test_a_room_imports_from_below(module):
    for target in GRAPH[module]:
        same = room(target) == room(module)
        allowed = (room(module), room(target)) in ALLOWED
        assert same or allowed or floor(target) < floor(module), (
            f'{module} imports {target}')


def test_ops_need_nothing_of_ours():
    for module in GRAPH:
        if room(module) == 'ops':
            assert all(room(each) == 'ops' for each in GRAPH[module])


def test_no_circles():
    """Modules that import each other, packages' own lists of names aside."""
    modules = {module for module, path in FILES.items()
               if path.name != '__init__.py'}
    left = {module: GRAPH[module] & modules for module in modules}
    while True:
        free = {module for module, targets in left.items() if not targets}
        if not free:
            break
        left = {module: targets - free for module, targets in left.items()
                if module not in free}
    assert not left, f'these import each other: {sorted(left)}'


def sources(*folders):
    for folder in folders:
        for pattern in ('*.py', '*.sh'):
            yield from sorted((tiny.ROOT / folder).rglob(pattern))


def test_no_file_is_too_long():
    long = {str(path.relative_to(tiny.ROOT)): length
            for path in sources('mmbapg', 'tools', 'benchmarks', 'configs',
                                'tests', 'docs')
            for length in [len(path.read_text().splitlines())]
            if length > LONGEST and '.mim' not in path.parts}
    assert not long


def test_nothing_is_written_twice():
    """No two places with six equal lines; imports, blank lines and lists of
    parameters aside."""
    paths = [path for path in sources('mmbapg', 'tools', 'benchmarks',
                                      'configs')
             if '.mim' not in path.parts and WRITTEN not in path.read_text()]
    twice = repeated(paths, tiny.ROOT)
    assert not twice, '\n'.join(' and '.join(each) for each in twice)


def test_what_counts_as_written_twice(tmp_path):
    """A body does, wherever it stands; a signature does not."""
    parameters = ''.join(f',\n        name{each}: int' for each in range(6))
    body = ''.join(f'    name{each} += {each}\n' for each in range(6))
    decorated = '    @cache\n' * 4 + '    def inner():\n        pass\n'
    for name, (signature, rest) in dict(
            one=(parameters, '    return 1\n'),
            two=(parameters, '    return 2\n'), three=('', body),
            four=(',\n        other', body), five=('', decorated),
            six=(',\n        other', decorated)).items():
        (tmp_path / f'{name}.py').write_text(
            f'def {name}(\n        self{signature}\n) -> int:\n{rest}')
    assert sorted(repeated(sorted(tmp_path.iterdir()), tmp_path)) == [
        ['five.py:4', 'six.py:5'], ['four.py:5', 'three.py:4']]


def repeated(paths, root):
    """Places of the same lines, as ``file:line`` from a root."""
    places = defaultdict(list)
    for path in paths:
        lines = [(number, line.strip()) for number, line in enumerate(
            _lines_that_count(path), 1) if line.strip()]
        for index in range(len(lines) - EQUAL_LINES + 1):
            window = lines[index:index + EQUAL_LINES]
            places[tuple(line for _, line in window)].append(
                f'{path.relative_to(root)}:{window[0][0]}')
    return [found for found in places.values() if len(found) > 1]


def _lines_that_count(path: Path):
    text = path.read_text()
    lines = text.splitlines()
    if path.suffix == '.py':
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                lines[node.lineno - 1:node.end_lineno] = [''] * (
                    node.end_lineno - node.lineno + 1)
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                first = node.body[0]
                end = min(each.lineno for each in (
                    first, *getattr(first, 'decorator_list', ()))) - 1
                if end > node.lineno:  # parameters, equal to no others
                    lines[node.lineno:end] = [f'{path}:{node.lineno}'] + (
                        [''] * (end - node.lineno - 1))
    return lines

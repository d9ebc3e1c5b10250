"""Versions are said in one place each, and packages hold what they need."""
import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.parser import Parser

import pytest
import yaml

from tests import tiny
from tests.tiny import ROOT

#: In the checkout that :func:`packages` builds from.
CACHES = ('configs/.ruff_cache/some', 'tools/__pycache__/some.cpython-311.pyc',
          'configs/tadtr/__pycache__/some.pyc', 'tools/data/.DS_Store')


def test_the_environment_takes_its_pins_from_the_files_that_hold_them():
    script = (ROOT / 'tools/setup_env.sh').read_text()
    assert not re.search(r'(torch|setuptools)[<>=]=\d', script)
    assert "grep '^torch==' \"$checkout/requirements/tested.txt\"" in script


def test_one_version_of_ruff():
    tested = re.search(r'^ruff==(.*)$', (
        ROOT / 'requirements/tested.txt').read_text(), re.MULTILINE)[1]
    hook, *_ = yaml.safe_load(
        (ROOT / '.pre-commit-config.yaml').read_text())['repos']
    assert hook['rev'] == f'v{tested}'


def test_the_public_host_runs_our_tests():
    """On every version of Python that the metadata name."""
    workflow = yaml.safe_load(
        (ROOT / '.github/workflows/test.yml').read_text())
    job = workflow['jobs']['tests']
    assert job['steps'][-1]['run'] == 'bash .ci/run'
    assert (ROOT / '.ci/run').is_file()
    named = re.findall(r"'Programming Language :: Python :: (3\.\d+)'",
                       (ROOT / 'setup.py').read_text())
    assert job['strategy']['matrix']['python'] == named


def test_the_tested_torch_is_one_that_is_declared():
    """2.4 and 2.5 load checkpoints in another way."""
    declared = re.search(r"'torch>=(\d+)\.(\d+)'",
                         (ROOT / 'setup.py').read_text())
    tested = re.search(r'^torch==(\d+)\.(\d+)', (
        ROOT / 'requirements/tested.txt').read_text(), re.MULTILINE)
    least, found = (tuple(map(int, each.groups()))
                    for each in (declared, tested))
    assert (2, 6) <= least <= found


@pytest.fixture(scope='module')
def packages(tmp_path_factory):
    """An sdist of a checkout with caches in it, and the sdist's wheel."""
    folder = tmp_path_factory.mktemp('packages')
    checkout, built = folder / 'checkout', folder / 'built'
    checkout.mkdir()
    for path in ROOT.glob('[!.]*'):
        if path.is_file():
            shutil.copy(path, checkout)
    for name in ('mmbapg', 'configs', 'tools', 'docs', 'requirements',
                 'benchmarks', 'tests'):
        shutil.copytree(ROOT / name, checkout / name,
                        ignore=shutil.ignore_patterns('.mim', 'golden'))
    for name in CACHES:
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).touch()

    def build(place, kind):
        built.mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, '-c', 'from setuptools import build_meta; '
             f'build_meta.build_{kind}({str(built)!r})'], cwd=place,
            check=True, capture_output=True)

    build(checkout, 'sdist')
    sdist = tarfile.open(next(built.glob('*.tar.gz')))
    sdist.extractall(folder, filter='data')
    build(folder / sdist.getnames()[0].split('/')[0], 'wheel')
    return sdist, zipfile.ZipFile(next(built.glob('*.whl')))


@pytest.fixture(scope='module')
def wheel(packages):
    return packages[1]


@pytest.fixture(scope='module')
def installed(wheel, tmp_path_factory):
    """The wheel in a folder, as after installation."""
    folder = tmp_path_factory.mktemp('installed')
    wheel.extractall(folder)
    return folder


def shipped(wheel):
    """Files below mmbapg/.mim."""
    start = 'mmbapg/.mim/'
    return {name.removeprefix(start) for name in wheel.namelist()
            if name.startswith(start)}


def test_the_wheel_holds_configs_and_tools(wheel):
    def in_checkout(folder, *suffixes):
        return {str(path.relative_to(ROOT))
                for path in (ROOT / folder).rglob('*')
                if path.suffix in suffixes and path.is_file()}

    needs_a_checkout = {f'tools/{name}.sh' for name in (
        'setup_env', 'quickstart', 'run_tests')}
    assert shipped(wheel) == {
        'model-index.yml', *in_checkout('configs', '.py', '.md', '.yml'),
        *in_checkout('tools', '.py', '.md', '.sh') - needs_a_checkout}


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    modules = {str(path.relative_to(ROOT))
               for path in (ROOT / 'mmbapg').rglob('*.py')
               if '.mim' not in path.parts}
    others = {name for name in wheel.namelist()
              if not name.startswith('mmbapg/.mim/') and '.dist-info/' not in
              name}
    report = ROOT / 'mmbapg/visualization/report'
    pages = {str(path.relative_to(ROOT)) for folder in ('templates', 'static')
             for path in (report / folder).rglob('*.*')}
    assert len(pages) > 15
    assert others == {*modules, *pages, 'mmbapg/py.typed'}


def test_the_sdist_has_no_tests_and_no_caches(packages):
    names = [name.split('/', 1)[-1] for name in packages[0].getnames()]
    assert not [name for name in names if re.match(
        r'tests|benchmarks|\.(?!$)', name) or re.search(
            r'__pycache__|/\.|\.pyc', name)]
    for name in ('LICENSE', 'CONTRIBUTING.md', 'requirements/tested.txt',
                 'docs/hosts.md', 'model-index.yml'):
        assert name in names


def test_metafiles_of_the_wheel_name_files_of_the_wheel(wheel):
    names, root = shipped(wheel), 'mmbapg/.mim/'
    index = yaml.safe_load(wheel.read(root + 'model-index.yml'))
    for name in index['Import']:
        content = yaml.safe_load(wheel.read(root + name))
        assert {each['README'] for each in content['Collections']} <= names
        assert {each['Config'] for each in content['Models']} <= names


def test_metadata(wheel):
    name = next(name for name in wheel.namelist()
                if name.endswith('.dist-info/METADATA'))
    metadata = Parser().parse(io.StringIO(wheel.read(name).decode()))
    urls = dict(line.split(', ') for line in metadata.get_all('Project-URL'))
    assert {'Documentation', 'Source', 'Tracker', 'Changelog'} <= set(urls)
    assert all(url.startswith(urls['Source']) for url in urls.values())
    assert 'Typing :: Typed' in metadata.get_all('Classifier')
    assert metadata['License'] == 'Apache-2.0'


def test_tools_run_from_the_installed_package(installed, tmp_path):
    """``--help`` of each, and two at work, in one process that sees the
    installed package and not this checkout."""
    tools = installed / 'mmbapg/.mim/tools'
    config = 'actionformer/actionformer_bapg_1xb2-20e_gesture-imu.py'
    tiny.write_features(tmp_path, num_training=2, num_validation=1)
    calls = [[path, '--help'] for path in sorted(tools.rglob('*.py'))
             if path.parent != tools / 'dev/settings']  # a table
    assert len(calls) > 15
    calls += [
        [tools / 'check_dataset.py', 'annotations.json', 'features',
         '--stride', 4, '--window', 4],
        [tools / 'analysis/get_flops.py',
         installed / 'mmbapg/.mim/configs' / config]]
    code = f'''
import runpy, sys
for sys.argv in {[list(map(str, call)) for call in calls]}:
    try:
        runpy.run_path(sys.argv[0], run_name='__main__')
    except SystemExit as end:
        assert not end.code, (sys.argv, end.code)
from mmengine.hub import get_model
import mmbapg
print(mmbapg.__file__, type(get_model('mmbapg::{config}')).__name__)
'''
    done = subprocess.run(
        [sys.executable, '-c', code], text=True, cwd=tmp_path,
        capture_output=True, env=dict(
            os.environ, PYTHONPATH=str(installed), PYTHONWARNINGS=''))
    assert not done.returncode, done.stdout + done.stderr
    assert 'Warning: ' not in done.stderr
    assert done.stdout.count('usage: ') == len(calls) - 2
    assert 'ready to train' in done.stdout and 'GFLOP' in done.stdout
    assert done.stdout.endswith(f'{installed}/mmbapg/__init__.py BAPG\n')


def test_what_the_package_imports_is_declared_or_its_own(wheel):
    """No module or tool of the wheel imports tests or benchmarks."""
    for name in wheel.namelist():
        if not name.endswith('.py'):
            continue
        for node in ast.walk(ast.parse(wheel.read(name))):
            modules = [node.module or ''] if isinstance(
                node, ast.ImportFrom) else [
                    each.name for each in node.names] if isinstance(
                        node, ast.Import) else []
            assert not {each.split('.')[0] for each in modules} & {
                'tests', 'benchmarks'}, name

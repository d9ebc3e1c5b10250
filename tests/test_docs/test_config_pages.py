"""Commands of the configs' READMEs, without running them, and links."""
import re

import pytest

from tests import documentation
from tests.tiny import ROOT

PAGES = ('*.md', 'docs/*.md', 'configs/*.md', 'configs/*/*.md',
         'tools/data/*/README.md', 'benchmarks/README.md')
BLOCKS = documentation.code_blocks(('configs/*/README.md', ))
ABOUT_ALL = documentation.code_blocks(('configs/README.md', ))
#: Code in a line, in which nothing is a link.
CODE = re.compile(r'`[^`\n]*`(?!\])')
LINK = re.compile(r'\]\((?!https?://|mailto:)([^)\s]+)\)')


@pytest.fixture(scope='module')
def help_of(tmp_path_factory):
    checkout = documentation.Checkout(tmp_path_factory.mktemp('checkout'))
    texts = {}

    def read(script):
        if script not in texts:
            texts[script] = checkout.run(['python', script, '--help'])
        return texts[script]

    return read


def test_every_method_that_has_configs_has_commands():
    assert {page.split('/')[1] for page in BLOCKS} == {
        path.name for path in (ROOT / 'configs').iterdir()
        if path.name != '_base_' and list(path.glob('*.py'))}


def test_the_page_of_all_names_every_folder():
    page = (ROOT / 'configs/README.md').read_text('utf-8')
    for name in BLOCKS:
        assert f']({name.removeprefix("configs/")})' in page


@pytest.mark.parametrize('page', BLOCKS)
def test_commands(page, help_of, tmp_path):
    """Scripts, configs, options and methods are there."""
    folder = page.split('/')[1]
    named = set()
    for block in BLOCKS[page]:
        for _, script, *arguments in documentation.commands(block, tmp_path):
            assert (ROOT / script).is_file(), f'{block}: {script}'
            for word in arguments:
                if word.startswith('configs/'):
                    assert (ROOT / word).is_file(), f'{block}: {word}'
                    named.add(word.split('/')[1])
                elif word.startswith('-'):
                    assert word in help_of(script), f'{block}: {word}'
            if script == 'tools/convert_checkpoint.py':
                methods = re.search(r'\{(.*?)\}', help_of(script))[1]
                assert arguments[0] in methods.split(','), block
            if script in ('tools/extract_features.py', 'tools/test.py') and (
                    arguments[1].startswith('work_dirs/')):
                # where tools/train.py puts it, after the last epoch
                config, checkpoint = arguments[:2]
                stem = config.split('/')[-1].removesuffix('.py')
                epochs = re.search(r'-(\d+)e_', stem)[1]
                assert checkpoint == f'work_dirs/{stem}/epoch_{epochs}.pth'
    assert folder in named


def test_the_page_of_all_configs(tmp_path):
    """What MIM is asked for is there; its own commands are not run, as it
    does not agree with our setuptools."""
    in_python, mim, install = ABOUT_ALL['configs/README.md']
    found = {}
    exec(in_python.text, found)
    assert found['cfg'].model.type == 'TriDet'
    names = {path.stem for path in (ROOT / 'configs').glob('*/*.py')}
    asked = re.findall(r'(?:--config|(?:train|test) mmbapg) (\S+)', mim.text)
    assert len(asked) == 4
    assert {name.removesuffix('.py') for name in asked} <= names
    _, (_, _, setuptools) = documentation.commands(install, tmp_path)
    assert f"'{setuptools}'" in (ROOT / 'setup.py').read_text()


def anchors(text):
    """Of the headings, as a public host makes them."""
    return {re.sub(r'[^\w\- ]', '', title.lower()).replace(' ', '-')
            for title in re.findall(r'^#+ (.*)$', text, re.M)}


@pytest.mark.parametrize('path', sorted(
    str(path.relative_to(ROOT)) for pattern in PAGES
    for path in ROOT.glob(pattern)))
def test_links(path):
    page = ROOT / path
    for link in LINK.findall(CODE.sub('', page.read_text('utf-8'))):
        name, _, anchor = link.partition('#')
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f'{path}: {link}'
        if anchor:
            assert anchor in anchors(target.read_text('utf-8')), link

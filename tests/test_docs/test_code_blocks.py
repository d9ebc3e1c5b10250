"""Every block of README and docs runs, in order, in one checkout.

A block that is added to a page needs an entry in STORIES of
readme_stories.py, docs_stories.py, data_stories.py or clip_stories.py.
"""
import json
import shutil

import pytest
from mmengine.config import Config

from mmbapg.datasets.sources import fir
from mmbapg.experiments import rendered
from tests import documentation, tiny
from tests.documentation import Checkout, code_blocks
from tests.test_docs import (
    clip_stories,
    data_stories,
    docs_stories,
    readme_stories,
)

pytest.importorskip('efficientnet_lite_pytorch')
BLOCKS = code_blocks()
#: Page -> what runs its blocks, in order.
STORIES = {**readme_stories.STORIES, **docs_stories.STORIES,
           **data_stories.STORIES, **clip_stories.STORIES}


@pytest.fixture(scope='module')
def checkouts(tmp_path_factory):
    """One for README, one for docs, one for tools; with docs of its own,
    which a command writes to."""
    found = {}
    for place in ('README.md', 'docs', 'tools'):
        folder = tmp_path_factory.mktemp(place)
        shutil.copytree(tiny.ROOT / 'docs', folder / 'docs')
        found[place] = Checkout(folder)
    return found


@pytest.fixture(scope='module')
def rendered_set(tmp_path_factory):
    """What is as FIR: three folds, four classes."""
    folder = rendered.write_rendered_set(
        tmp_path_factory.mktemp('rendered'), num_videos=6, duration=20.0)
    content = json.loads((folder / 'annotations.json').read_text())
    content['classes'] = [*rendered.CLASSES, 'fall']
    (folder / 'annotations.json').write_text(json.dumps(content))
    return folder


@pytest.fixture
def patch(monkeypatch, rendered_set):
    """Small configs, and no network."""
    read = Config.fromfile
    monkeypatch.setattr(Config, 'fromfile', staticmethod(
        lambda *args, **kwargs: documentation.shortened(
            read(*args, **kwargs))))
    monkeypatch.setenv('MMBAPG_DATA', str(rendered_set))
    monkeypatch.setattr(fir, 'download', lambda folder: fir.link_local_copy(
        rendered_set, folder))
    return monkeypatch


def test_every_block_is_run():
    assert {page: len(blocks) for page, blocks in BLOCKS.items()} == {
        page: len(stories) for page, stories in STORIES.items()}


@pytest.mark.parametrize('page,index', [
    pytest.param(page, index, id=f'{page}-{story.__name__}')
    for page, stories in STORIES.items()
    for index, story in enumerate(stories)])
def test_block(page, index, checkouts, patch):
    checkout = checkouts[page.split('/')[0]]
    STORIES[page][index](BLOCKS[page][index], checkout, patch)

"""Every block of README and docs runs, in order, in one checkout.

A block that is added to a page needs an entry in STORIES of
readme_stories.py, docs_stories.py, data_stories.py, clip_stories.py or
export_stories.py. The quick start and what follows from it is run by
tests/test_experiments/test_quickstart.py, which looks closer at the outcome.
"""
import shutil

import pytest

from tests import documentation, tiny
from tests.documentation import Checkout, code_blocks
from tests.test_docs import (
    clip_stories,
    data_stories,
    docs_stories,
    export_stories,
    readme_stories,
)

pytest.importorskip('efficientnet_lite_pytorch')
BLOCKS = code_blocks()
#: Page -> what runs its blocks, in order.
STORIES = {**readme_stories.STORIES, **docs_stories.STORIES,
           **data_stories.STORIES, **clip_stories.STORIES,
           **export_stories.STORIES}


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
def videos(tmp_path_factory):
    return documentation.write_videos(tmp_path_factory.mktemp('rendered'))


@pytest.fixture
def patch(monkeypatch, videos):
    documentation.be_small(monkeypatch, videos)
    return monkeypatch


def test_every_block_is_run():
    assert {page: len(blocks) for page, blocks in BLOCKS.items()} == {
        page: len(stories) for page, stories in STORIES.items()}


@pytest.mark.parametrize('page,index', [
    pytest.param(page, index, id=f'{page}-{story.__name__}')
    for page, stories in STORIES.items()
    for index, story in enumerate(stories)
    if story not in readme_stories.QUICK_START])
def test_block(page, index, checkouts, patch):
    checkout = checkouts[page.split('/')[0]]
    STORIES[page][index](BLOCKS[page][index], checkout, patch)

"""Training on raw video as users run it: two processes, and kill -9."""
import os
import signal
import sys

import pytest

from tests import runs, tiny_video
from tests.test_tools.test_as_users_run_it import (
    PORT,
    SLOW,
    TOOLS,
    losses_by_iteration,
    metrics_of,
    wait_for_mid_epoch,
)


@pytest.fixture(scope='module')
def videos(tmp_path_factory):
    return tiny_video.write_videos(tmp_path_factory.mktemp('videos'), 6)


def adapters():
    """With stochastic depth beside the adapters."""
    backbone = dict(tiny_video.ADAPTERS, drop_path_rate=0.5, with_cp=True)
    return tiny_video.model('TriDet', backbone)


def test_on_two_processes(videos):
    """What is frozen needs no gradient on any; metrics of the validation on
    both are those of one."""
    config = tiny_video.config(videos, adapters(), epochs=2, name='two.py')
    done = runs.run_on_two(TOOLS / 'train.py', config, '--launcher',
                           'pytorch', port=PORT + 20)
    found = metrics_of(done.stdout + done.stderr)
    runner = runs.build(
        config, load_from=videos / 'work_dirs/two/epoch_2.pth')
    expected = runner.test()
    assert len(found) >= 10
    assert found == {name: round(expected[name], 4) for name in found}


def test_killed_in_mid_epoch_and_resumed(videos):
    """Windows, crops, flips and stochastic depth are those of a run that was
    not killed, and so are the losses."""
    config = tiny_video.config(
        videos, adapters(), name='resumed.py', epochs=3, checkpoints=1,
        extra=SLOW)
    train = [sys.executable, TOOLS / 'train.py', config, '--work-dir']
    process = runs.start(*train[1:], videos / 'killed',
                         MMBAPG_TEST_DELAY='0.6')
    wait_for_mid_epoch(videos / 'killed', process, after=1)
    os.killpg(process.pid, signal.SIGKILL)
    process.join()
    runs.run(*train, videos / 'killed', '--resume')
    runs.run(*train, videos / 'whole')
    expected = losses_by_iteration(videos / 'whole')
    assert len(expected) == 6
    assert losses_by_iteration(videos / 'killed') == expected

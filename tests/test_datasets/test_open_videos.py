"""Readers that a process keeps, and what a forked worker does with them."""
import gc
import multiprocessing
import shutil
import weakref

import numpy as np
import pytest

from mmbapg.datasets.open_videos import MOST, open_video
from tests.video_files import number_of, write

TIMES = np.array([0.1, 0.5])


@pytest.fixture(scope='module')
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp('videos')
    first = write(folder / '0.mp4', 'libx264', 30, g='30')
    return [str(first), *(shutil.copy(first, folder / f'{number}.mp4')
                          for number in range(1, 2 * MOST + 1))]


def test_as_many_as_are_kept(paths):
    reader = open_video(paths[0])
    frames = reader.frames_at(TIMES)
    for path in paths[1:MOST]:
        open_video(path)
    assert open_video(paths[0]) is reader
    for path in paths[1:MOST + 1]:
        open_video(path)
    assert open_video(paths[0]) is not reader
    assert (reader.frames_at(TIMES) == frames).all()


def test_others_are_freed_at_once(paths):
    """Each holds a file, memory and threads."""
    gc.collect()
    gc.disable()
    try:
        reader = weakref.ref(open_video(paths[0]))
        reader().frames_at(TIMES[:1])  # goes on from there
        for path in paths[1:MOST + 1]:
            open_video(path)
        assert reader() is None
    finally:
        gc.enable()


def read_others(paths, found):
    for path in paths:
        found.put(number_of(open_video(path).frames_at(TIMES[:1])[0]))
    gc.collect()


@pytest.mark.skipif('fork' not in multiprocessing.get_all_start_methods(),
                    reason='no fork')
def test_a_forked_worker_frees_nothing_of_its_parent(paths):
    """It would wait for ever for threads that it does not have."""
    given_up = open_video(paths[0])
    given_up.frames_at(TIMES[:1])
    for path in paths[1:MOST + 1]:
        open_video(path).frames_at(TIMES[:1])
    given_up.frames_at(TIMES[:1])  # a pass again, which refers to its reader
    del given_up
    others = paths[MOST + 1:]
    fork = multiprocessing.get_context('fork')
    found = fork.SimpleQueue()
    worker = fork.Process(target=read_others, args=(others, found))
    worker.start()
    worker.join(60)
    hangs = worker.is_alive()
    worker.kill()
    assert not hangs and worker.exitcode == 0
    assert [found.get() for _ in others] == [2] * len(others)

"""Random annotations, to send through the formats of other tools."""
from random import Random

import pytest

from mmbapg.datasets.exchange import Contents, Instance, Video

LABELS = ['walk', 'open door', '<jump>up</jump>', 'a & b', 'tür "öffnen"',
          "it's",
          '跳', 'a, b; c', '12', '-', '--> x', '&lt;', '{x}', "='1", 'x:y']
NAMES = ['video', 'kitchen/cam 1', 'a.b', 'größe', '05', "o'clock", 'x,y']
RATES = [12.5, 24000 / 1001, 25.0, 30.0, 50.0]


def require_libraries(*names):
    """Skip where a library that a format needs is not installed."""
    for name in names:
        pytest.importorskip(name, reason='needs pip install mmbapg[formats]')


def random_contents(seed: int) -> Contents:
    """A few videos, some without instances, with instances that overlap."""
    random = Random(seed)
    videos = {}
    for name in random.sample(NAMES, random.randint(1, 4)):
        duration = random.choice([3.2, 61.04, 4000.123])
        instances = []
        for _ in range(random.choice([0, 1, 3, 12])):
            start = random.choice([0.0, duration * random.random()])
            end = min(duration, start + random.choice(
                [0.12, 1.0, 30.0]) * (0.5 + random.random()))
            if end - start > 0.1:
                instances.append(Instance(
                    random.choice(LABELS), start, end,
                    random.choice([None, round(random.random(), 3)])))
        instances.sort(key=lambda each: (each.start, each.end))
        videos[name] = Video(instances, duration, random.choice(RATES))
    if not any(video.instances for video in videos.values()):
        video = next(iter(videos.values()))
        video.instances = [Instance('walk', 1.0, 2.0)]
    return Contents(videos)


def assert_equal(found: Contents, expected: Contents, holds=(),
                 tolerance=None) -> None:
    """Labels and times to a frame, and whatever else is held."""
    assert set(found.videos) == {
        name for name, video in expected.videos.items()
        if video.instances or 'empty' in holds}
    for name, video in found.videos.items():
        true = expected.videos[name]
        near = tolerance or 0.5 / true.fps + 1e-6
        assert len(video.instances) == len(true.instances)
        left = list(true.instances)
        for each in video.instances:
            same = next(other for other in left if other.label == each.label
                        and abs(each.start - other.start) <= near
                        and abs(each.end - other.end) <= 2 * near
                        and ('score' not in holds or
                             each.score == other.score))
            left.remove(same)
        for part in {'duration', 'fps'} & set(holds):
            assert getattr(video, part) == pytest.approx(
                getattr(true, part), abs=1 / true.fps)

"""What is said of encoders, on videos whose truth is made."""
import numpy as np
import pytest

from mmbapg.datasets.annotations import VideoAnnotation
from mmbapg.datasets.embedding_files import Embeddings, Provenance
from mmbapg.experiments.encoder_tables import (
    AVERAGE_NUMBERS,
    EVEN,
    LEARNED,
    RAW,
    JudgedVideo,
    boundary_table,
    collapse,
    proposal_table,
)

INTERVAL = 0.5
#: Lengths of regions in frames; every second one is an instance.
LENGTHS = (7, 20, 5, 30, 9, 13)


@pytest.fixture
def videos():
    rng = np.random.default_rng(0)
    edges = np.cumsum([0, *LENGTHS]) * INTERVAL
    region = np.repeat(np.arange(len(LENGTHS)), LENGTHS)
    learned = np.eye(len(LENGTHS))[region] + 0.01 * rng.normal(
        size=(len(region), len(LENGTHS)))
    segments = np.stack([edges[1:-1:2], edges[2::2]], axis=1)
    times = (np.arange(len(region)) + 0.5) * INTERVAL

    def content(values):
        return Embeddings(values.astype(np.float32), times,
                          Provenance(INTERVAL, 'made', 'none',
                                     boundary_rate=5 / edges[-1],
                                     mean_duration=edges[-1]))

    annotation = VideoAnnotation(
        name='v', duration=float(edges[-1]), segments=segments,
        labels=['a'] * len(segments))
    noise = rng.normal(size=(len(region), 16))
    return [JudgedVideo(annotation, content(learned), content(noise))]


def test_learned_cuts_meet_all_boundaries(videos):
    found = boundary_table(videos)
    assert found[LEARNED] == [1.0] * 3
    assert found[RAW][0] < 0.5 and found[EVEN][0] < 0.5


def test_learned_proposals_are_the_instances(videos):
    found = proposal_table(videos)
    last = AVERAGE_NUMBERS.index(100)
    assert found[f'{LEARNED}, m = 5'][last] == pytest.approx(1.0)
    assert found[f'{LEARNED}, m = by rate'][last] == pytest.approx(1.0)
    assert found[f'{EVEN}, m = 5'][last] < 0.5
    assert found[f'{RAW}, m = 5'][last] < 0.5


def test_collapse_is_one_for_one_point(videos):
    video = videos[0]
    point = video._replace(learned=video.learned._replace(
        embeddings=np.ones((84, 3), np.float32)))
    assert collapse([point]) == pytest.approx(1.0, abs=1e-6)
    # frames of different regions are orthogonal
    shares = np.array(LENGTHS) / sum(LENGTHS)
    assert collapse(videos) == pytest.approx((shares**2).sum(), abs=0.01)

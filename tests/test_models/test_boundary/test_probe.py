"""The boundary probability of every moment, and who reads it."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS, TRANSFORMS
from mmaction.structures import ActionDataSample

from mmbapg.datasets import FeatureFileError
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from tests.boundary_cases import ENCODER, HEADS, WIDTH, features


def probe(encoder=ENCODER, **options):
    return MODELS.build(dict(type='BoundaryProbe', window=6, learner=dict(
        type='BoundaryLearner', encoder=encoder, heads=HEADS),
        **options)).eval()


@pytest.mark.parametrize('batch_size', [2, 64])
def test_windows_have_their_frame_in_the_middle(batch_size):
    model = probe(batch_size=batch_size)
    x = features(1, WIDTH, 15)[0]  # 9 frames, 3 more on either side
    found, = model([x], [ActionDataSample()], mode='predict')
    assert found.embeddings.shape == (9, 4)
    head = model.learner.heads['boundary']
    for frame in range(9):
        alone = head(model.learner([x[:, frame:frame + 6]])).softmax(1)[0]
        torch.testing.assert_close(found.embeddings[frame], alone)


def test_the_checkpoint_of_a_distilled_network():
    """Without what it was taught by."""
    model, other = probe(), probe()
    weights = {name.removeprefix('learner.'): value
               for name, value in other.state_dict().items()}
    weights.update({'teachers.boundary.x': torch.zeros(1),
                    'projections.boundary.weight': torch.zeros(1)})
    model.load_state_dict(weights)
    for ours, theirs in zip(model.parameters(), other.parameters()):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize('kind', ['BoundaryProbe', 'BoundaryFeatures'])
def test_windows_whose_frames_lie_apart(kind):
    model = MODELS.build(dict(
        type=kind, window=6, spacing=2, batch_size=4, learner=dict(
            type='BoundaryLearner', encoder=ENCODER, heads=HEADS))).eval()
    x = features(1, WIDTH, 19)[0]  # 7 frames, 6 more on either side
    found = model([x])
    learner = model.learner
    for frame in range(7):  # in the middle: window 3 begins with it
        window = x[:, frame:frame + 12:2]
        assert torch.equal(window[:, 3], x[:, frame + 6])
        own = learner([window])
        wanted = (own.mean(2) if kind == 'BoundaryFeatures' else
                  learner.heads['boundary'](own).softmax(1))
        torch.testing.assert_close(found[frame], wanted[0])
    assert found.shape == (7, 5 if kind == 'BoundaryFeatures' else 4)


def test_windows_of_video_frames():
    encoder = dict(type='FrameDifferenceEncoder', num_frames=6, channels=5)
    model = probe(encoder)
    frames = torch.randint(256, (10, 3, 4, 5), dtype=torch.uint8)
    found = model([frames])
    head = model.learner.heads['boundary']
    for frame in range(4):
        alone = head(model.learner([frames[frame:frame + 6]])).softmax(1)[0]
        torch.testing.assert_close(found[frame], alone)


def test_what_a_probe_cannot_do():
    with pytest.raises(ValueError, match='window is 7, expected an even'):
        MODELS.build(dict(type='BoundaryProbe', window=7, learner={}))
    with pytest.raises(ValueError, match='a probe is not trained'):
        probe()([features(1)[0]], mode='loss')


def write(folder, kinds, interval=0.5):
    """Probabilities every half second: those of kind k rise with the time."""
    times = (np.arange(60) + 0.5) * interval
    values = times[:, None] * (1 + np.arange(kinds)) / 1000
    write_embeddings(folder / 'probabilities/video0.npz', Embeddings(
        values, times, Provenance(interval, 'tiny', 'untrained')))


def clustering(folder):
    return TRANSFORMS.build(dict(
        type='ProbableBoundaryClustering', embeddings=f'{folder}/embeddings',
        probabilities=f'{folder}/probabilities', num_change_points=(2, 4),
        boundary_scales=(2, 4), cache=''))


def test_probabilities_stand_beside_the_strengths(folder):
    write(folder, 4)
    transform = clustering(folder)
    plain = TRANSFORMS.build(dict(
        type='TemporalSimilarityClustering',
        embeddings=f'{folder}/embeddings', num_change_points=(2, 4),
        boundary_scales=(2, 4), cache=''))
    video = dict(video_name='video0', duration=20.0)
    for _ in range(2):  # also from memory
        found = transform(dict(video))['clustering']
        own = plain(dict(video))['clustering']
        number = own.strength.shape[1]
        assert found.strength.shape[1] == number + 3 == (
            transform.packed_widths.num_strengths)
        assert np.array_equal(found.strength[:, :number], own.strength)
        inside = (found.times > 0.25) & (found.times < 29.75)
        assert found.strength[inside, number:] == pytest.approx(
            found.times[inside, None] * [1e-3, 2e-3, 3e-3], rel=1e-4)


def test_probabilities_of_other_kinds(folder):
    write(folder, 2)
    with pytest.raises(FeatureFileError, match='video0.npz: found '
                       'probabilities of 2 kinds, expected 4 as num_kinds'):
        clustering(folder)(dict(video_name='video0', duration=20.0))

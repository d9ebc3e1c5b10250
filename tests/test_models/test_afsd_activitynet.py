"""AFSD's form for ActivityNet-1.3, as its configs have it, beside the same
calculated point by point and pair by pair."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS, TASK_UTILS
from mmaction.structures import ActionDataSample
from mmengine.config import Config

from mmbapg.models.heads.salient_boundary_head import ClipOutputs
from mmbapg.models.task_modules.clip_post_processor import Decoded
from mmbapg.ops import TemporalGrid
from tests.tiny import CONFIGS

LENGTH, DURATION = 768, 100.3
LEVELS = (96, 48, 24, 12, 6, 3)
#: Of each level, what the distance to the farther boundary must be.
RANGES = ((0, 30), (15, 60), (30, 120), (60, 240), (96, 768), (256, 768))
INSTANCES = ([(33.3, 250.7), (400.2, 430.6), (100.0, 760.0)],
             [(5.25, 12.5), (500.0, 768.0)], [(761.0, 763.0)])


def config(kind):
    return Config.fromfile(CONFIGS / f'afsd/afsd_{kind}.py').model


@pytest.fixture(scope='module')
def head():
    cfg = config('1xb1-16e_activitynet13-rgb').head
    return MODELS.build(dict(cfg, clip_length=LENGTH, in_channels=32,
                             num_groups=4))


def outputs():
    """Of clips with these instances, near enough to some of them."""
    generator = torch.Generator().manual_seed(0)

    def noise(*shape):
        return torch.randn(len(INSTANCES), *shape, generator=generator)

    stride = torch.cat([torch.full((number, 1), LENGTH / number)
                        for number in LEVELS])
    points = len(stride)
    return ClipOutputs(
        4 * stride * noise(points, 2).exp(), noise(points, 2),
        noise(points, 2), noise(points, 2), noise(points), tuple(
            torch.rand(len(INSTANCES), 2, number, generator=generator)
            for number in (LENGTH, 96, 96)))


def tiou(one, other):
    """Of distances to start and end from a point, not below 0."""
    overlap = sum(map(min, one, other))
    return max(overlap / (sum(one) + sum(other) - overlap), 0.0)


def targets(instances):
    """Of each point, the distances to the shortest instance that it learns;
    ``None`` if it learns none."""
    found = []
    for number, (least, most) in zip(LEVELS, RANGES):
        for index in range(number):
            place = (index + 0.5) * LENGTH / number
            reach = [(place - start, end - place) for start, end in instances]
            found.append(min(
                (each for each in reach if min(each) >= 0 and
                 least < max(each) <= most), key=sum, default=None))
    return found


def focal(logits, target):
    probability = logits.softmax(dim=0)[target].item() + 1e-6
    weight = 0.75 if target else 0.25
    return -weight * (1 - probability)**2 * np.log(probability)


def losses_of(clip, instances):
    """Of one clip, none of them weighted."""
    distances, logits, offsets, refined_logits, quality = clip
    learned = targets(instances)
    places = [index for index, each in enumerate(learned) if each]
    overlap = {index: tiou(distances[index].tolist(), learned[index])
               for index in places}
    enough = min(0.6, max(overlap.values(), default=2))
    refined = [index for index in places if overlap[index] >= enough]
    totals = dict(reg=0.0, cls=0.0, refined_reg=0.0, refined_cls=0.0,
                  quality=0.0)
    for index in range(len(learned)):
        totals['cls'] += focal(logits[index], int(index in places))
        totals['refined_cls'] += focal(
            refined_logits[index], int(index in refined))
    for index in places:
        coarse = distances[index].tolist()
        half = sum(coarse) / 2
        ends = [length + half * offset for length, offset in
                zip(coarse, offsets[index].tolist())]
        totals['reg'] += 1 - overlap[index]
        totals['quality'] += F.binary_cross_entropy_with_logits(
            quality[index], torch.tensor(tiou(ends, learned[index]))).item()
        for length, target, offset in zip(coarse, learned[index],
                                          offsets[index].tolist()):
            missing = abs((target - length) / half - offset)
            totals['refined_reg'] += (index in refined) * (
                missing**2 / 2 if missing < 1 else missing - 0.5)
    return {name: total / max(len(refined if 'refined' in name else places), 1)
            for name, total in totals.items()}


def test_losses(head):
    found = head.loss(outputs(), LEVELS, [
        (torch.tensor(each), torch.zeros(len(each), dtype=torch.int64))
        for each in INSTANCES])
    clips = [losses_of(clip, each) for clip, each in zip(
        zip(*outputs()[:5]), INSTANCES)]
    # there is no point in the last instance
    assert clips[2]['reg'] == 0 and clips[2]['cls'] > 0
    for name in clips[0]:
        assert found[f'loss_{name}'].item() == pytest.approx(
            np.mean([each[name] for each in clips]), rel=1e-5), name


def suppressed(segments, scores, least, sigma=0.85):
    """AFSD's soft-NMS, which ends when one candidate is left."""
    scores = scores.copy()
    waiting, done = scores >= least, []
    while waiting.sum() > 1:
        best = np.flatnonzero(waiting)[scores[waiting].argmax()]
        waiting[best] = False
        done.append(best)
        start, end = segments[best]
        other = segments[waiting]
        overlap = (np.minimum(other[:, 1], end) -
                   np.maximum(other[:, 0], start)).clip(min=0)
        union = end - start + other[:, 1] - other[:, 0] - overlap
        scores[waiting] *= np.exp(-(overlap / union)**2 / sigma)
        waiting &= scores >= least
    return segments[done], scores[done]


@pytest.mark.parametrize('kind,threshold,least', [
    ('1xb1-16e_activitynet13-rgb', 1e-9, 1e-9),
    ('fusion_1xb1-16e_activitynet13-rgb-flow', 0, 1e-18)])
def test_detections(kind, threshold, least, head):
    cfg = config(kind)
    process = TASK_UTILS.build(
        cfg.get('post_processor') or cfg.head.post_processor)
    segments, scores = (each[0] for each in head.decode(outputs(), LEVELS))
    scores[::3] *= 1e-12
    sample = ActionDataSample(metainfo=dict(
        video_name='v', duration=DURATION, video_scores=[0.1, 0.7, 0.2],
        grid=TemporalGrid.spanning(DURATION + 5, LENGTH)))
    found = process.detections(
        Decoded(segments[None], scores[None]), [0], sample)
    chosen = (scores[:, 0] > threshold) & (segments.diff() > 0)[:, 0]
    times, decayed = suppressed(
        segments[chosen].double().numpy() * (DURATION + 5) / LENGTH,
        scores[chosen, 0].double().numpy(), least)
    times = times.clip(0, DURATION)
    real = times[:, 1] > times[:, 0]
    expected = np.column_stack([times, 0.7 * decayed])[real]
    assert set(found.labels.tolist()) == {1}
    rows = np.column_stack([found.segments, found.scores])
    assert len(rows) == len(expected)
    for row in expected:
        assert (abs(rows - row) <= [1e-3, 1e-3, 1e-5 * row[2] + 1e-15]).all(
            axis=1).any()

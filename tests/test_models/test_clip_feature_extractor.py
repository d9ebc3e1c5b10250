"""The model of clip features: shared frames, and whose weights it takes."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner import load_checkpoint

from mmbapg.datasets.clip_sampling import ClipSampling
from mmbapg.models import ClipFeatureExtractor
from mmbapg.models.localizers.weights import ForeignWeightsError
from mmbapg.models.video.clip_feature_extractor import batches_of
from mmbapg.models.video.recognizer_config import RecognizerError
from mmbapg.models.video.window_memory import WindowMemoryError
from tests import recognizers

FRAMES = 30


def extractor(name='videomae', **settings):
    model = ClipFeatureExtractor(recognizers.config(name).model,
                                 **{'weights': 'random', **settings})
    return recognizers.seeded(model).eval()


def video(seed=0, size=64):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(0, 256, (FRAMES, 3, size, size), generator=generator,
                         dtype=torch.uint8)


def run_of(frames, first, last, sampling, path='a.mp4'):
    run = sampling.run(first, last, FRAMES)
    return frames[run.frames], ActionDataSample(metainfo=dict(
        path=path, first=first, last=last, num_frames=sampling.num_clips(
            FRAMES), frame_numbers=run.frames, clips=run.clips,
        keep_from=run.keep_from))


def alone(model, frames, sampling):
    """Each clip by itself."""
    with torch.no_grad():
        return torch.cat([
            model.video(frames[numbers].transpose(0, 1)[None]).mean(2)
            for numbers in sampling.frames(0, sampling.num_clips(FRAMES),
                                           FRAMES)])


def embedded(samples):
    return torch.cat([sample.embeddings for sample in samples])


@pytest.mark.parametrize('sampling', [
    ClipSampling(16, 4), ClipSampling(16, 3, ends='repeat'),
    ClipSampling(16, 5, frame_interval=2, ends='repeat')])
def test_runs_give_what_clips_give_alone(sampling):
    model, frames = extractor(max_clips=3), video()
    number = sampling.num_clips(FRAMES)
    parts = []
    with torch.no_grad():
        for first in range(0, number, 2):
            inputs, sample = run_of(frames, first, min(first + 2, number),
                                    sampling)
            parts += model([inputs], [sample], mode='predict')
    torch.testing.assert_close(embedded(parts), alone(model, frames, sampling),
                               rtol=1e-5, atol=1e-6)
    assert not model._held  # nothing of a finished video is kept


def test_videos_share_batches():
    """Also those of several sizes, and beside a stream that has ended."""
    model, sampling = extractor('i3d', max_clips=3), ClipSampling(8, 8)
    sizes = []
    model.video.backbone.register_forward_hook(
        lambda module, args, output: sizes.append(tuple(args[0].shape)))
    videos = [video(0), video(1), video(2, 48)]
    pairs = [run_of(frames, 0, 3, sampling, f'{index}.mp4')
             for index, frames in enumerate(videos)]
    nothing = torch.empty(0, 3, 0, 0, dtype=torch.uint8), ActionDataSample()
    inputs, samples = zip(*[pairs[0], nothing, *pairs[1:]])
    with torch.no_grad():
        found = model(list(inputs), list(samples), mode='predict')
        flat = model(list(inputs), list(samples))
    assert found == [pairs[0][1], pairs[1][1], pairs[2][1]]
    assert sizes[:3] == [(3, 3, 8, 64, 64)] * 2 + [(3, 3, 8, 48, 48)]
    torch.testing.assert_close(flat, embedded(found))
    for frames, sample in zip(videos, found):
        torch.testing.assert_close(sample.embeddings, alone(
            model, frames, sampling), rtol=1e-4, atol=1e-5)
    assert len(model([nothing[0]], [nothing[1]])) == 0


def test_too_little_memory(monkeypatch):
    model = extractor('i3d', max_clips=3)

    def fail(clips):
        raise torch.OutOfMemoryError('CUDA out of memory.')

    monkeypatch.setattr(model.video.backbone, 'forward', fail)
    inputs, sample = run_of(video(), 0, 3, ClipSampling(8, 8))
    with pytest.raises(WindowMemoryError, match=(
            'found no memory for 3 clips of 8 frames of 64 x 64 pixels, '
            'expected less: lower max_clips or batch_size')):
        model([inputs], [sample], mode='predict')


def test_batches_are_as_few_as_can_be():
    frames = torch.zeros(3, 4, 2, 2)
    gathered = [(frames, torch.zeros(number, 2, dtype=torch.int64))
                for number in (1, 2, 5, 0, 1)]
    assert [len(each) for each in batches_of(gathered, 4)] == [4, 4, 1]


def test_runs_that_do_not_come_in_order():
    model, frames = extractor(), video()
    sampling = ClipSampling(16, 4)
    second = run_of(frames, 2, 3, sampling)
    with pytest.raises(RecognizerError, match=(
            'a.mp4: found clip 2 without those before it, expected runs in '
            'order as VideoShardSampler gives them')):
        model([second[0]], [second[1]])
    with torch.no_grad():  # a run that was broken off is forgotten
        first = run_of(frames, 0, 2, sampling)
        model([first[0]], [first[1]])
        assert model._held
        model.begin()
        assert not model._held


def test_frames_in_parts():
    """Where something is, as the grid of the encoder of frames has it."""
    whole, parts = extractor('tsn'), extractor('tsn', grid=2)
    sample = run_of(video(), 0, 3, ClipSampling(1, 8))
    with torch.no_grad():
        one = whole([sample[0]], [sample[1]])
        four = parts([sample[0]], [sample[1]])
    assert four.shape == (3, 4 * one.shape[1])
    torch.testing.assert_close(four.unflatten(1, (-1, 4)).mean(2), one)


@pytest.fixture
def checkpoint(tmp_path):
    model = recognizers.seeded(MODELS.build(recognizers.config('i3d').model))
    torch.save(dict(state_dict=model.state_dict(), meta={}),
               tmp_path / 'i3d.pth')
    return model, tmp_path / 'i3d.pth'


def test_a_recognizers_checkpoint(checkpoint, logged):
    theirs, path = checkpoint
    model = extractor('i3d', weights='checkpoint')
    with pytest.raises(RecognizerError, match=(
            'ResNet3d: found no weights, expected a checkpoint of the '
            "recognizer, .* .weights='random' makes features that mean "
            'nothing.')):
        model.begin()
    load_checkpoint(model, str(path), map_location='cpu')
    model.begin()
    for name, weight in theirs.backbone.state_dict().items():
        assert torch.equal(model.video.backbone.state_dict()[name], weight)
    assert ('left out cls_head.fc_cls.weight, cls_head.fc_cls.bias'
            in logged())
    again = extractor('i3d', weights='checkpoint')
    again.load_state_dict(model.state_dict())  # under our names
    again.begin()


@pytest.mark.parametrize(('name', 'found'), [
    ('slowfast', 'conv1.conv.weight is not among them|none of which belongs'),
    ('videomae', 'none of which belongs to ClipFeatureExtractor|cls_token|'
     'is not among them')])
def test_weights_of_another_recognizer(checkpoint, name, found):
    model = extractor(name, weights='checkpoint')
    with pytest.raises(ForeignWeightsError, match=found):
        load_checkpoint(model, str(checkpoint[1]), map_location='cpu')


def test_weights_of_another_size(checkpoint):
    theirs, path = checkpoint
    wider = recognizers.config('i3d')
    wider.model.backbone.base_channels = 16
    model = ClipFeatureExtractor(wider.model)
    with pytest.raises(ForeignWeightsError, match=(
            r'found weights of another recognizer \(.*backbone.conv1.conv.'
            r'weight is of shape \(8, 3, 5, 7, 7\), not \(16, 3, 5, 7, 7\)\), '
            'expected those of ResNet3d as in the config')):
        load_checkpoint(model, str(path), map_location='cpu')


def test_settings_that_are_none():
    with pytest.raises(ValueError, match="weights is 'any', expected one "
                       'of checkpoint, package, random'):
        extractor(weights='any')
    with pytest.raises(ValueError, match="mode is 'loss', expected predict or "
                       'tensor: features are not trained'):
        extractor()([], [], mode='loss')


def test_numbers_need_not_be_arrays():
    """As after they were stored."""
    model, sampling = extractor(), ClipSampling(16, 4)
    inputs, sample = run_of(video(), 0, 2, sampling)
    listed = ActionDataSample(metainfo={
        key: value.tolist() if isinstance(value, np.ndarray) else value
        for key, value in sample.metainfo.items()})
    with torch.no_grad():
        torch.testing.assert_close(model([inputs], [listed]),
                                   model([inputs], [sample]))

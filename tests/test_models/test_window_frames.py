"""What localizers that see frames are given, and what becomes of it."""
import pytest
import torch
from mmaction.registry import MODELS
from mmengine.structures import InstanceData

from mmbapg.apis.blank_videos import blank_sample
from mmbapg.errors import SettingError
from mmbapg.models import ClipFeatureExtractor
from mmbapg.models.localizers.end_to_end import FramesError
from mmbapg.models.task_modules.post_processor import SegmentPostProcessor
from mmbapg.ops import Detections, clip_frames, strided_frames
from tests import tiny_video
from tests.tiny_video import ADAPTERS, INTERVAL, RESNET, STEPS


def window(length, height=32, width=32):
    generator = torch.Generator().manual_seed(length)
    return torch.randint(0, 256, (3, length, height, width),
                         generator=generator, dtype=torch.uint8)


def sample(steps=STEPS, **meta):
    made = blank_sample(steps, interval=INTERVAL, instances=InstanceData(
        segments=torch.tensor([[0.5, 2.0]]), labels=torch.tensor([1])))
    made.set_metainfo(meta)
    return made


def clips_model(clip_len, steps=6, **extra):
    return tiny_video.drawn(tiny_video.model(
        backbone=RESNET, steps=steps, extra=dict(
            clip_len=clip_len, frames_per_step=clip_len, **extra))).eval()


@pytest.mark.parametrize('clip_len', [8, 16])
def test_a_clip_for_each_step_is_its_stored_feature(clip_len):
    """Overlapping clips, of which the network makes several steps."""
    model, steps, stride = clips_model(clip_len), 6, 4
    network = model.video_backbone.video
    extractor = ClipFeatureExtractor(tiny_video.encoder(RESNET)['recognizer'],
                                     weights='random').eval()
    extractor.video.load_state_dict(network.state_dict())
    frames = window(steps * stride)
    order = torch.from_numpy(clip_frames(
        strided_frames(frames.shape[1], stride), clip_len, 1,
        frames.shape[1]))
    told = sample(steps, frame_order=order.flatten(),
                  frames_per_step=clip_len)
    with torch.no_grad():
        clips = frames[:, order].transpose(0, 1)
        assert network.features(network.normalize(clips)).shape[2] > 2
        stored = torch.cat([extractor.video(each[None]).mean(dim=2)
                            for each in clips]).T
        features = model.extract_feat(frames, told)
        whole = model([frames], [told], mode='tensor')
        spread = model([frames[:, order.flatten()]], [sample(
            steps, frames_per_step=clip_len)], mode='tensor')
    assert features.shape[1] == steps
    torch.testing.assert_close(features, stored, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(whole[0][0], spread[0][0])
    assert not torch.allclose(features, clips_model(
        clip_len, pool_time=False).extract_feat(frames, told), atol=1e-2)


def test_windows_of_overlapping_clips_are_searched():
    model = clips_model(4, steps=STEPS)
    order = torch.arange(40 * 4) // 2
    frames = window(int(order[-1]) + 1)
    with torch.no_grad():
        found, = model([frames], [sample(
            40, frame_order=order, frames_per_step=4)], mode='predict')
        spread, = model([frames[:, order]], [sample(40)], mode='predict')
    assert len(found.pred_instances.scores)
    assert torch.equal(found.pred_instances.scores,
                       spread.pred_instances.scores)


@pytest.mark.parametrize('mode', ['loss', 'predict', 'tensor'])
def test_steps_of_the_pipeline_are_those_of_the_network(mode):
    model = tiny_video.drawn(tiny_video.model()).eval()
    with pytest.raises(FramesError, match=(
            'found 2 frames for a step in the pipeline, and 1 in the '
            'video_backbone, expected one number')):
        model([window(STEPS)], [sample(frames_per_step=2)], mode=mode)


def test_frames_of_two_sizes():
    model = tiny_video.drawn(tiny_video.model()).eval()
    with pytest.raises(FramesError, match=(
            'found frames of 32 x 32 and of 48 x 32 pixels in one batch, '
            'expected one size; add CenterCrop')):
        model([window(STEPS), window(STEPS, width=48)], [sample(), sample()],
              mode='loss')


def test_adapters_do_not_end_with_clips():
    with pytest.raises(SettingError, match=(
            'clip_len is 4, but AdapterVisionTransformer sees whole windows, '
            'expected None')):
        MODELS.build(dict(tiny_video.encoder(ADAPTERS, clip_len=4),
                          type='WindowEncoder'))


def test_statistics_count_once_if_passes_are_computed_twice():
    states = []
    for with_cp in (False, True):
        model = tiny_video.drawn(tiny_video.model(
            backbone=RESNET, extra=dict(
                trained='everything', clip_len=1, with_cp=with_cp))).train()
        losses = model([window(STEPS)], [sample()], mode='loss')
        model.parse_losses(losses)[0].backward()
        norm = model.video_backbone.video.backbone.conv1.bn
        assert norm.momentum == 0.1 and norm.training
        states.append(norm.state_dict())
    assert states[0]['num_batches_tracked'] == 1
    for name, value in states[0].items():
        torch.testing.assert_close(states[1][name], value)
    assert states[0]['running_mean'].abs().max() > 0


def test_candidates_of_windows_end_with_the_video():
    """Two that differ only beyond its ends suppress each other."""
    finish = SegmentPostProcessor(
        nms=dict(method='gaussian', sigma=0.5, min_score=0.0))
    whole = sample(40)
    end = whole.duration / INTERVAL
    found = Detections(
        torch.tensor([[-6.0, 10], [0, 10], [30, end + 5], [30, end + 90],
                      [-9, -5]]),
        torch.tensor([0.9, 0.8, 0.7, 0.6, 0.5]), torch.zeros(5).long())
    cut = finish.cut_to_video([found], whole)
    kept = finish.finish(cut, whole)
    assert kept.scores.isfinite().all()
    best = kept.scores[kept.scores > 0.3]
    # the second of two equal ones is multiplied by exp(-1 / 0.5)
    assert best.tolist() == pytest.approx([0.9, 0.7, 0.5], abs=1e-5)
    assert (kept.segments >= 0).all() and (
        kept.segments <= whole.duration).all()
    assert len(finish.finish([found], whole).scores > 0.3) == 5

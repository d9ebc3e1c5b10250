"""AFSD for tests: a network that computes in an instant, and what tests that
run over all modules need of its parts."""
import torch
from mmaction.structures import ActionDataSample
from mmengine.structures import BaseDataElement, InstanceData

from mmbapg.models.heads.salient_boundary_head import ClipOutputs
from mmbapg.models.necks.clip_pyramid import ClipFeatures
from mmbapg.models.task_modules.clip_post_processor import Decoded
from mmbapg.models.task_modules.point_generator import Points
from mmbapg.ops import TemporalGrid
from tests import tiny, tiny_video

WIDTH, CHANNELS, CLASSES = 1 / 16, 32, 3
#: Frames of a clip, and points of its pyramid.
LENGTH, LEVELS = 64, (16, 8, 4, 2)
NUM_POINTS = sum(LEVELS)


def model(whole_video=False, in_channels=3, num_groups=4, **changes):
    """Config of a small AFSD, of THUMOS14's form or of ActivityNet's.

    Its frames have 32 pixels, so that maps have 2 and 1.

    Args:
        whole_video: One map, as for ActivityNet.
        in_channels: 3 for RGB, 2 for flow.
        num_groups: Of normalizations; 32 is the reference's.
        changes: Of the localizer.
    """
    length = 96 if whole_video else LENGTH
    maps = [('Mixed_4f', 2, 52), ('Mixed_5c', 1, 64)][whole_video:]
    return {**dict(
        type='AFSD', clip_length=length,
        backbone=dict(
            type='InceptionI3D', in_channels=in_channels, width=WIDTH,
            endpoints=[name for name, _, _ in maps]),
        neck=dict(
            type='ClipPyramid', in_channels=[width for *_, width in maps],
            map_sizes=[size for _, size, _ in maps], channels=CHANNELS,
            num_levels=4, num_groups=num_groups),
        head=head(whole_video, num_groups)), **changes}


def head(whole_video=False, num_groups=4):
    """Config of its head."""
    return dict(
        num_groups=num_groups,
        type='SalientBoundaryHead',
        num_classes=1 if whole_video else CLASSES, in_channels=CHANNELS,
        distance_units=[4, 8, 16, 32] if whole_video else None,
        point_generator=dict(
            type='PointGenerator', offset=0.5,
            first_stride=8 if whole_video else 4,
            regression_ranges=[(-1, 10000)] * 4))


def two_streams(**changes):
    """Config of RGB and flow together."""
    return dict(type='TwoStreamAFSD', localizer=model(), **changes)


def frames(length, size=32, channels=3):
    """``(channels, length, size, size)`` uint8."""
    return torch.randint(0, 256, (channels, length, size, size),
                         dtype=torch.uint8)


def sample(segments=((0.5, 2.0), (3.0, 5.5)), duration=6.4, splice=False):
    """Of a clip at ten frames a second; its times are in seconds."""
    made = ActionDataSample(metainfo=dict(
        video_name='v', duration=duration, video_scores=[0.2, 0.5, 0.3],
        grid=TemporalGrid.of_interval(0.1)))
    made.gt_instances = InstanceData(
        segments=torch.tensor(segments).reshape(-1, 2),
        labels=torch.arange(len(segments)))
    if splice:
        made.splice = BaseDataElement(
            frame_index=torch.arange(LENGTH).roll(3),
            pieces=torch.tensor([[5.0, 12], [20, 27], [13, 19]]))
    return made


def run_config(folder, name='afsd.py'):
    """Config of a run on :func:`.tiny_video.write_videos`: clips of 64 frames,
    spliced where that is possible."""
    made = model()
    made['head']['num_classes'] = len(tiny.CLASSES)
    sample = dict(type='SampleFrameEvery', interval=1 / tiny_video.FPS)
    decode = dict(type='DecodeFrames', each=[
        dict(type='ShrinkFrames', size=36)])
    training = [
        sample, dict(type='CropWindow'), decode,
        dict(type='RandomCrop', size=32), dict(type='FlipFrames'),
        dict(type='SpliceBackground', clip_length=64),
        dict(type='PackSplicedWindow')]
    testing = [sample, decode, dict(type='CenterCrop', crop_size=32),
               dict(type='PackFrameWindow')]
    base = tiny.localizer_config(folder, f'base_of_{name}', epochs=2)
    video = f"data_prefix=dict(_delete_=True, video='{folder}/videos')"
    path = folder / name
    text = str(dict(made, _delete_=True))
    path.write_text(f'''
_base_ = '{base}'
model = {text}
train_dataloader = dict(batch_size=1, dataset=dict(
    {video}, type='SlidingWindowDataset', window_size=64, overlap=0.75,
    min_share=0.5, pipeline={training}))
val_dataloader = dict(dataset=dict({video}, pipeline={testing}))
test_dataloader = val_dataloader
work_dir = '{folder}/work_dirs/{name[:-3]}'
''')
    return path


def clips(channels=3):
    """Two, one of them short, and their samples."""
    return ([frames(LENGTH, channels=channels),
             frames(LENGTH - 9, channels=channels)],
            [sample(splice=True), sample()])


def points():
    """Of all levels, in frames."""
    strides = torch.cat([torch.full((number, ), LENGTH / number)
                         for number in LEVELS])
    index = torch.cat([torch.arange(number) for number in LEVELS])
    reach = torch.tensor([-1, torch.inf]).expand(NUM_POINTS, 2)
    return Points((index + 0.5) * strides, reach, strides)


def outputs():
    """Raw outputs for two clips."""
    two = 2, NUM_POINTS
    return ClipOutputs(
        torch.rand(*two, 2) * 20, torch.randn(*two, 1 + CLASSES),
        torch.randn(*two, 2) / 5, torch.randn(*two, 1 + CLASSES),
        torch.randn(two), tuple(
            torch.rand(2, 2, number) for number in (LENGTH, 16, 16)))


INSTANCES = [(torch.tensor([[5.0, 20], [30, 55]]), torch.tensor([0, 2])),
             (torch.empty(0, 2), torch.empty(0, dtype=torch.int64))]


def learn_and_predict(module, inputs, samples):
    """Losses, and detections."""
    module.eval()
    with torch.no_grad():
        found = module(inputs, samples, mode='predict')
    losses = module(inputs, samples, mode='loss')
    return losses, [each.pred_instances.scores for each in found]


def only_predict(module, inputs, samples):
    """Of networks that do not learn together."""
    found = module.eval()(inputs, samples, mode='predict')
    return [each.pred_instances.scores for each in found]


def head_alone(module, levels, of_frames, instances):
    """Losses of outputs."""
    return module.loss(module(ClipFeatures(levels, of_frames)), LEVELS,
                       instances)


#: See tests/module_cases.py.
CASES = dict(
    AFSD=(model(), clips, learn_and_predict),
    TwoStreamAFSD=(two_streams(), lambda: clips(5), only_predict),
    InceptionI3D=(model()['backbone'], lambda: (
        torch.randn(2, 3, 8, 32, 32), ), lambda module, x: module.eval()(x)),
    ClipPyramid=(dict(model()['neck'], clip_length=LENGTH), lambda: (
        [torch.randn(2, 52, 16, 2, 2), torch.randn(2, 64, 8, 1, 1)], ),
        lambda module, maps: module(maps)),
    SalientBoundaryHead=(dict(head(), clip_length=LENGTH), lambda: (
        [torch.randn(2, CHANNELS, number) for number in LEVELS],
        torch.rand(2, CHANNELS, LENGTH), INSTANCES), head_alone),
    CoarseToFineLoss=({}, lambda: (outputs(), points(), INSTANCES),
                      lambda loss, *inputs: loss(*inputs, LENGTH)),
    SoftmaxFocalLoss=({}, lambda: (
        torch.randn(9, 4), torch.arange(9) % 4),
        lambda loss, *inputs: loss(*inputs)),
    ContainingAssigner=({}, lambda: (points(), *INSTANCES[0]),
                        lambda assigner, *inputs: assigner(*inputs)),
    ClipPostProcessor=({}, lambda: (
        torch.rand(2, NUM_POINTS, 2).cumsum(2) * 9,
        torch.rand(2, NUM_POINTS, CLASSES)),
        lambda process, *decoded: process.detections(
            Decoded(*decoded), [0, 32], sample())))

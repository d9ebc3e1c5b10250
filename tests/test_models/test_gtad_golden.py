"""G-TAD, number for number."""
import json

import numpy as np
import pytest
import torch
from mmaction.registry import DATASETS, MODELS
from mmaction.structures import ActionDataSample
from mmengine.runner import load_checkpoint
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.apis.converters import convert_gtad
from mmbapg.apis.converters.common import rename
from mmbapg.apis.converters.gtad import RULES
from mmbapg.models.heads.dense_map_head import MapOutputs
from mmbapg.models.layers.graph_block import gather_steps
from mmbapg.models.losses.balanced_iou_loss import Draws
from mmbapg.models.task_modules.map_targets import MapTargets
from mmbapg.ops import (
    Detections,
    TemporalGrid,
    nearest_steps,
    roi_align_1d,
    sample_map,
)
from tests import golden

STEM = 'gtad_thumos14_tsn'
STEPS, DURATIONS = 256, 64
#: Frames a second of the made-up training videos.
FPS = 25.0


class Reference:
    """The golden file, and our model with its weights."""

    def __init__(self, folder):
        self.numbers = golden.load(STEM)
        source, target = folder / 'theirs.pth', folder / 'ours.pth'
        golden.write_official_checkpoint(self.numbers, source)
        self.model = MODELS.build(convert_gtad(source, target)).eval()
        load_checkpoint(self.model, str(target), strict=True)
        self.model.head.post_processor.score_fusion = None

    def features(self, name):
        """Of video ``v1``, ``v2`` (training) or ``v3``."""
        length = dict(v1=460, v2=337, v3=183)[name]
        return golden.features(f'{STEM}:{name}', (2048, length))

    def sample(self, name):
        """Of ``v1`` or ``v3``."""
        numbers = self.numbers
        fps = round(float(numbers[f'{name}_fps']), 3)
        return ActionDataSample(metainfo=dict(
            video_name=name, grid=TemporalGrid(5, 0, fps),
            duration=int(numbers[f'{name}_num_frames']) / fps,
            video_scores=numbers[f'{name}_class_scores']))


@pytest.fixture(scope='module')
def reference(tmp_path_factory):
    return Reference(tmp_path_factory.mktemp('golden'))


@pytest.fixture(scope='module')
def outputs(reference):
    """Of the three windows of v1 and the one of v3."""
    with torch.no_grad():
        return reference.model(
            [reference.features('v1'), reference.features('v3')])


def close(found, expected, tolerance):
    np.testing.assert_allclose(found, expected, rtol=0, atol=tolerance)


def test_maps_and_boundaries(reference, outputs):
    numbers = reference.numbers
    windows = reference.model.windows(
        [reference.features('v1'), reference.features('v3')])
    places = [(1, 0), (1, 1), (1, 2), (3, 0)]
    assert [len(each) for each in windows] == numbers['windows'].tolist()
    for index, (video, window) in enumerate(places):
        name = f'v{video}_w{window}'
        first, _ = windows[video // 2][window]
        assert 5 * first == int(numbers[f'{name}_offset'])
        stride = 4 if f'{name}_map_sub4' in numbers else 1
        expected = numbers[f'{name}_map{"_sub4" if stride > 1 else ""}']
        close(outputs.maps[index][:, ::stride, ::stride], expected, 5e-5)
        close(outputs.start[index], numbers[f'{name}_start'], 5e-5)
        close(outputs.end[index], numbers[f'{name}_end'], 5e-5)


def probe(features, name):
    """Products of channels with noise; channels come first."""
    channels = len(features)
    direction = golden.noise(f'probe:{name}', (channels, ))
    return np.tensordot(direction, features.double().numpy(),
                        1) / np.sqrt(channels)


@torch.no_grad()
def test_inside(reference):
    """Layers and graphs of the first window."""
    numbers, model = reference.numbers, reference.model
    backbone, head = model.backbone, model.head
    x = reference.features('v1')[None, :, :STEPS]
    conv = backbone.input_conv(x)
    base, refined, graph = backbone(x)
    context = head.context(refined)
    found = dict(
        conv=conv, base=base, gcn=refined, context=context,
        regs=head.start_block(base, graph), rege=head.end_block(base, graph))
    first = head.map_in(refined, context)
    layers = [layer(first) if not number else None
              for number, layer in enumerate(head.map_layers)]
    found['loc1'] = layers[0]
    for number, layer in list(enumerate(head.map_layers))[1:]:
        layers[number] = layer(layers[number - 1].clone())
    for name, number in (('loc3', 2), ('loc5', 4), ('loc7', 6)):
        found[name] = layers[number]
    for name, value in found.items():
        value = value[0] if value.ndim == 3 else value[0, :, ::4, ::4]
        close(probe(value, name), numbers[f'v1_w0_probe_{name}'], 1e-4)
    for name, features in (('backbone1', conv), ('base', base),
                           ('align', refined)):
        neighbours = nearest_steps(features, 3)[0].sort(dim=1).values
        np.testing.assert_array_equal(neighbours,
                                      numbers[f'v1_w0_knn_{name}'])
    np.testing.assert_array_equal(graph, nearest_steps(base, 3))


@torch.no_grad()
def test_sub_graphs(reference):
    """The map of 8192 channels, which the model never makes."""
    numbers, head = reference.numbers, reference.model.head
    refined = reference.model.backbone(
        reference.features('v1')[None, :, :STEPS]).refined
    total = 0
    direction = golden.noise('probe:subgraph', (8192, )).reshape(256, 32)
    for number, features in enumerate((refined, head.context(refined))):
        # what is linear may be multiplied with the noise first
        weights = torch.from_numpy(
            direction[:, 16 * number:16 * number + 16]).float()
        rows = (features[0].t() @ weights).view(1, -1, 1)
        total = total + sample_map(rows, head.map_in._plan(number))
    found = total.view(DURATIONS, STEPS)[::4, ::4] / np.sqrt(8192)
    close(found, numbers['v1_w0_probe_subgraph'], 1e-4)


@pytest.mark.parametrize('bins,ratio', [(16, 0), (4, 0), (32, 0), (16, 2)])
def test_alignment(reference, bins, ratio):
    numbers = reference.numbers
    features = torch.from_numpy(numbers['align_input']).requires_grad_()
    rois = torch.from_numpy(numbers['align_rois'])
    found = roi_align_1d(features, rois[None, :, 1:].expand(2, -1, -1), bins,
                         samples_per_bin=ratio)
    found = found[rois[:, 0].long(), torch.arange(len(rois))]
    name = f'align_d{bins}_r{ratio}'
    close(found.detach()[:, ::2], numbers[name], 1e-6)
    found.backward(torch.from_numpy(
        golden.noise('align-grad', (60, 6, bins))).float())
    close(features.grad, numbers[f'{name}_grad'], 5e-5)


@pytest.fixture(scope='module')
def training(reference, tmp_path_factory):
    """Windows of the two training videos, as the dataset makes them."""
    folder, numbers = tmp_path_factory.mktemp('training'), reference.numbers
    database = {}
    for video, length in zip('12', numbers['train_num_snippets']):
        frames = numbers[f'train_annotations_{video}'].astype(float)
        np.save(folder / f'{video}.npy', np.zeros((length, 1), np.float32))
        database[video] = dict(
            subset='training', duration=5 * int(length) / FPS, fps=FPS,
            annotations=[dict(label='Ambiguous', segment=row.tolist())
                         for row in frames / FPS])
    (folder / 'annotations.json').write_text(
        json.dumps(dict(database=database)))
    dataset = DATASETS.build(dict(
        type='SlidingWindowDataset', ann_file=f'{folder}/annotations.json',
        data_prefix=dict(feature=str(folder)), subset='training',
        invalid_segments='keep', window_size=STEPS, overlap=0.5,
        min_share=np.nextafter(0.9, 1), cut_instances=False, ignored_rest=51,
        pipeline=[dict(type='LoadFeatures', stride=5, window=0)]))
    return [dataset.get_data_info(index) for index in range(len(dataset))]


def sample_of(window):
    """In double precision, which the tolerance of targets asks for."""
    sample = ActionDataSample(metainfo=dict(
        video_name='v', grid=TemporalGrid(5, 0, FPS, window['window'][0])))
    sample.gt_instances = InstanceData(
        segments=torch.from_numpy(window['segments']))
    return sample


def test_training_windows(reference, training):
    numbers = reference.numbers
    assert len(training) == int(numbers['train_windows'])
    for index, window in enumerate(training):
        assert window['video_name'] == str(int(numbers[f't{index}_video']))
        assert 5 * window['window'][0] == int(
            numbers[f't{index}_first_frame'])
        close(window['segments'] * FPS, numbers[f't{index}_gt_frames'], 1e-4)


def test_targets(reference, training):
    numbers, head = reference.numbers, reference.model.head
    for index, window in enumerate(training):
        sample = sample_of(window)
        targets = head.target_maker(sample.gt_instances.segments, sample.grid,
                                    DURATIONS, STEPS)
        stride = 1 if index == 0 else 2
        name = f't{index}_iou_map' + '_sub2' * (stride > 1)
        close(targets.iou[::stride, ::stride], numbers[name], 1e-6)
        assert float(targets.iou.double().sum()) == pytest.approx(
            float(numbers[f't{index}_iou_map_sum']), rel=1e-6)
        close(targets.start, numbers[f't{index}_start'], 1e-6)
        close(targets.end, numbers[f't{index}_end'], 1e-6)


def uniform(key, shape):
    """Additional rule of the golden file."""
    import zlib
    seed = zlib.crc32(key.encode()) & 0x7fffffff
    return np.random.RandomState(seed).random_sample(
        int(np.prod(shape))).reshape(shape)


def draws_of(case):
    return Draws(*(torch.from_numpy(
        uniform(f'rand-{name}:{STEM}:{case}', (2, DURATIONS, STEPS))).float()
        for name in ('mid', 'low')))


def check_losses(numbers, case, losses):
    """Ours carry their weights: subgraph is reg + 10 cls."""
    found = dict(reg=losses['loss_reg'], cls=losses['loss_cls'] / 10,
                 subgraph=losses['loss_reg'] + losses['loss_cls'],
                 node=losses['loss_boundary'], total=sum(losses.values()))
    for name, value in found.items():
        assert value.item() == pytest.approx(
            float(numbers[f'{case}_{name}_loss']), rel=1e-5), name


def check_weights(numbers, case, head, targets, draws):
    weights = head.loss_reg.weights(targets.iou, draws).flatten()
    iou = targets.iou
    counts = [(iou > 0.7).sum(), ((iou > 0.3) & (iou <= 0.7)).sum(),
              ((iou > 0) & (iou <= 0.3)).sum(), (weights > 0).sum(),
              weights.sum()]
    assert [int(each) for each in counts] == (
        numbers[f'{case}_reg_counts'].tolist())
    if f'{case}_reg_weight' in numbers:
        index = weights.nonzero()[:, 0]
        np.testing.assert_array_equal(
            index, numbers[f'{case}_reg_weight_index'])
        np.testing.assert_array_equal(
            weights[index], numbers[f'{case}_reg_weight'])
    assert [int((each > 0.5).sum()) for each in targets[1:]] == (
        numbers[f'{case}_node_positives'].tolist())
    assert int((iou > 0.9).sum()) == int(numbers[f'{case}_cls_positives'])


def test_losses_and_gradients(reference, training, monkeypatch):
    numbers, model = reference.numbers, reference.model
    chosen = [training[index] for index in numbers['batch']]
    inputs = [reference.features('v2')[:, slice(*each['window'])]
              for each in chosen]
    samples = list(map(sample_of, chosen))
    draws = draws_of('batch')
    check_weights(numbers, 'batch', model.head,
                  model.head.targets(samples, torch.device('cpu')), draws)
    stored = iter(draws)
    monkeypatch.setattr(torch, 'rand_like', lambda like: next(stored))
    losses = model(inputs, samples, mode='loss')
    check_losses(numbers, 'batch', losses)

    model.zero_grad()
    sum(losses.values()).backward()
    parameters = dict(model.named_parameters())
    keys = list(map(str, numbers['grad_keys']))
    names = rename(dict.fromkeys(keys), RULES)
    assert set(names.values()) == set(parameters)
    shapes, largest = golden.shapes(numbers), numbers['grad_norm'].max()
    for key, norm, dot in zip(keys, numbers['grad_norm'],
                              numbers['grad_dot']):
        gradient = parameters[names[key]].grad.double().numpy().reshape(
            shapes[key])
        scale = norm + 1e-4 * largest
        projected = (gradient * golden.noise(f'grad:{key}',
                                             shapes[key])).sum()
        assert abs(np.sqrt((gradient**2).sum()) - norm) / scale < 1e-3, key
        assert abs(projected - dot) / scale < 1e-2, key
    model.zero_grad()


@pytest.mark.parametrize('case,low,high,power', [
    ('loss0', 0, 1, 3), ('loss1', 0.25, 1, 0.4)])
def test_losses_without_a_network(reference, case, low, high, power):
    """In the second, high proposals outnumber medium ones."""
    numbers, head = reference.numbers, reference.model.head
    name, shape = f'{STEM}:{case}', (2, DURATIONS, STEPS)

    def probability(kind, shape):
        return torch.from_numpy(
            golden.noise(f'{kind}:{name}', shape)).float().sigmoid()

    outputs = MapOutputs(
        probability('pred', (2, 2, DURATIONS, STEPS)),
        probability('start', (2, STEPS)), probability('end', (2, STEPS)))
    iou = torch.from_numpy(
        low + (high - low) * uniform(f'gt:{name}', shape)**power).float()
    labels = [torch.from_numpy(
        uniform(f'{kind}:{name}', (2, STEPS))**2).float()
        for kind in ('gts', 'gte')]
    targets = MapTargets(iou * head.valid(iou.device), *labels)
    draws = draws_of(case)
    check_weights(numbers, case, head, targets, draws)
    losses = head.losses(outputs, targets)
    losses['loss_reg'] = head.loss_reg(outputs.maps[:, 0], targets.iou, draws)
    check_losses(numbers, case, losses)


def rows_of(numbers, name):
    """Stored proposals: frames and scores."""
    return (np.stack([numbers[f'{name}_xmin'], numbers[f'{name}_xmax']], 1),
            numbers[f'{name}_score'])


def selected(head, numbers, name, first, maps=None):
    """Proposals of a window, from the stored map."""
    if maps is None:
        maps = torch.from_numpy(numbers[f'{name}_map'])
    blank = torch.ones(STEPS)
    segments, scores = head.decoder(maps, blank, blank)
    assert len(scores) == int(numbers['proposals_per_window'])
    return head.post_processor.select(first + segments, scores)


@pytest.mark.parametrize('name', ['v1_w0', 'v3_w0'])
def test_suppression_in_a_window(reference, name):
    """From the stored map; v3 has scores that repeat."""
    numbers, head = reference.numbers, reference.model.head
    found = selected(head, numbers, name, 0)
    frames, scores = rows_of(numbers, f'{name}_nms')
    np.testing.assert_array_equal(5 * found.segments, frames)
    close(found.scores, scores, 2e-6)


def test_the_reference_is_followed_beyond_the_end(reference):
    """From stored proposals of windows to detections."""
    numbers, head = reference.numbers, reference.model.head
    for video, windows in ((1, 3), (3, 1)):
        kept = []
        for window in range(windows):
            frames, scores = rows_of(numbers, f'v{video}_w{window}_nms')
            kept.append(Detections(
                torch.from_numpy(frames).double() / 5,
                torch.from_numpy(scores).double(),
                torch.zeros(len(scores), dtype=torch.int64)))
        joined = Detections(*(torch.cat(each) for each in zip(*kept)))
        final = head.post_processor.suppress(joined)
        frames, scores = rows_of(numbers, f'v{video}_final')
        np.testing.assert_array_equal(5 * final.segments, frames)
        close(final.scores, scores, 2e-6)
        found = detections(head, kept, reference.sample(f'v{video}'))
        segments, values, labels = (
            numbers[f'v{video}_det_{field}']
            for field in ('segments', 'scores', 'labels'))
        assert len(found) == len(values)
        if video == 3:
            assert (segments[:, 0] > segments[:, 1]).any()
        for index in range(20):
            own, theirs = found.labels.numpy() == index, labels == index
            order = np.argsort(-values[theirs], kind='stable')
            close(found.scores[own], values[theirs][order], 1.1e-6)
            near = abs(found.segments.numpy()[own] -
                       segments[theirs][order]).max(axis=1)
            # a rounding may flip, and equal scores change places
            assert (near < 0.101).mean() > 0.98


def detections(head, kept, sample):
    """With classes by the made-up scores, rounded as the reference does."""
    from mmaction.registry import TASK_UTILS
    process = head.post_processor
    process.score_fusion = TASK_UTILS.build(
        dict(type='VideoScoreFusion', power=1))
    process.decimals = (1, 6)
    try:
        return process.finish(kept, sample)
    finally:
        process.score_fusion = process.decimals = None


def test_end_to_end(reference, outputs):
    """From features to detections: scores that are near may swap places."""
    numbers, head = reference.numbers, reference.model.head
    kept = [selected(head, numbers, f'v1_w{window}', first, maps)
            for window, first, maps in zip(
                range(3), (0, 128, 204), outputs.maps)]
    for window, each in enumerate(kept):
        assert matched(rows_of(numbers, f'v1_w{window}_nms'),
                       (5 * each.segments, each.scores)) >= 0.99
    found = detections(head, kept, reference.sample('v1'))
    assert matched(
        (numbers['v1_det_segments'], numbers['v1_det_scores']),
        (found.segments, found.scores),
        (numbers['v1_det_labels'], found.labels), 1e-3) >= 0.99


def matched(expected, found, labels=None, tolerance=1e-6):
    """Share of the stored rows that one of ours equals, each used once."""
    segments, scores = (np.asarray(each, float) for each in found)
    free = np.ones(len(scores), bool)
    hits = 0
    for row, (segment, score) in enumerate(zip(*expected)):
        near = (free & (abs(scores - score) < 1.2e-5) &
                (abs(segments - segment) <= tolerance).all(axis=1))
        if labels is not None:
            near &= np.asarray(labels[1]) == labels[0][row]
        if near.any():
            free[near.argmax()] = False
            hits += 1
    return hits / len(expected[1])


def test_neighbours_are_gathered():
    x = torch.tensor([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])
    steps = torch.tensor([[[0, 2], [1, 1], [2, 0]]])
    assert gather_steps(x, steps)[0].tolist() == [
        [[1, 3], [2, 2], [3, 1]], [[4, 6], [5, 5], [6, 4]]]

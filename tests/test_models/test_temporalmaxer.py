"""What the golden numbers do not show."""
import pytest
import torch
from mmaction.registry import MODELS, TASK_UTILS
from mmengine.config import Config

from mmbapg.models.losses.focal_loss import sigmoid_focal_loss
from mmbapg.models.losses.segment_iou_loss import distance_diou_loss
from mmbapg.models.task_modules.least_cost_assigner import PointPredictions
from mmbapg.models.task_modules.point_generator import Points
from tests import runs, tiny
from tests.test_models.test_tridet import CHANNELS, CLASSES, sample

RANGES = [(0, 4), (4, 8), (8, 10000)]


def build(max_seq_len=32, num_groups=4):
    torch.manual_seed(0)
    model = MODELS.build(dict(
        type='TemporalMaxer', max_seq_len=max_seq_len,
        backbone=dict(type='MaxPoolingBackbone', in_channels=CHANNELS,
                      channels=16, arch=(2, 0, 2), max_seq_len=max_seq_len),
        neck=dict(type='SharedPyramidNorm', channels=16,
                  num_groups=num_groups),
        head=dict(type='AnchorFreeHead', num_classes=CLASSES, in_channels=16,
                  channels=16, prior_prob=0.4,
                  assigner=dict(type='LeastCostAssigner'),
                  point_generator=dict(type='PointGenerator',
                                       regression_ranges=RANGES))))
    model.init_weights()
    for norm in model.backbone.embed.norms:  # as after training
        torch.nn.init.normal_(norm.bias)
    return model


def test_pooling_by_hand():
    """What the embedding leaves at the first padded step is seen, what comes
    out there is zero."""
    backbone = build().backbone
    x, mask = torch.randn(1, CHANNELS, 16), torch.arange(16)[None, None] < 7
    with torch.no_grad():
        feats, masks = backbone(x, mask)
        fine = backbone.embed(x, mask)
    assert torch.equal(feats[0], fine) and fine[..., 7:].any()
    for level, valid in ((1, 4), (2, 2)):
        below = feats[level - 1][0]
        expected = torch.stack([
            below[:, max(2 * step - 1, 0):2 * step + 2].amax(dim=1)
            for step in range(valid)], dim=1)
        assert masks[level].sum() == valid
        assert torch.equal(feats[level][0, :, :valid], expected)
        assert not feats[level][0, :, valid:].any()
    assert backbone.length_multiple == 4
    assert not any(each.numel() for each in backbone.branch.parameters())


@pytest.mark.parametrize('num_groups,weights', [(4, 0), (None, 32)])
def test_one_norm_for_all_levels(num_groups, weights):
    """Group normalization by its formula: over all steps and a quarter of
    the channels; or layer normalization of each step."""
    neck = build(num_groups=num_groups).neck
    assert sum(each.numel() for each in neck.parameters()) == weights
    feats = [torch.randn(2, 16, length) for length in (32, 16, 8)]
    for x, found in zip(feats, neck(feats)):
        groups = x.reshape(2, 4, -1) if num_groups else x.transpose(1, 2)
        spread = groups.var(dim=2, correction=0, keepdim=True)
        expected = ((groups - groups.mean(dim=2, keepdim=True)) /
                    (spread + 1e-5).sqrt())
        expected = (expected.reshape(x.shape) if num_groups else
                    expected.transpose(1, 2))
        torch.testing.assert_close(found, expected)


@torch.no_grad()
@pytest.mark.parametrize('num_groups', [4, None])
def test_padding_matters_to_the_group_normalization_alone(num_groups):
    model = build(num_groups=num_groups).eval()
    longer = build(64, num_groups).eval()
    longer.load_state_dict(model.state_dict())
    videos = [torch.randn(CHANNELS, length) for length in (20, 50)]
    short, far = model([videos[0]]), longer([videos[0]])
    same = torch.allclose(short.cls_logits[0][:, :20],
                          far.cls_logits[0][:, :20], atol=1e-5)
    assert model.sees_padding is (not same) is (num_groups is not None)
    # so the videos of a batch are tested one by one, or may be together
    together = model(videos, [sample(), sample()], mode='predict')
    for video, found in zip(videos, together):
        alone, = model([video], [sample()], mode='predict')
        assert len(alone.pred_instances) > 0
        torch.testing.assert_close(alone.pred_instances.scores,
                                   found.pred_instances.scores,
                                   rtol=0, atol=0 if num_groups else 1e-5)
    if num_groups:
        with pytest.raises(ValueError, match=r'\[32, 52\] steps'):
            model(videos)


def test_the_least_cost_by_its_definition():
    """Among all that contain a point, whatever their class, length and
    distance; of the segment's boundaries, both belong to it."""
    torch.manual_seed(0)
    assigner = TASK_UTILS.build(dict(
        type='LeastCostAssigner', num_classes=CLASSES, cls_weight=0.7,
        iou_weight=1.5))
    segments = torch.tensor([[2.0, 7], [1, 30], [4, 12], [2, 7]])
    labels = torch.tensor([0, 2, 1, 1])
    stride = torch.tensor([1.0, 1, 2, 2])
    position = torch.tensor([2.0, 5, 12, 40])
    points = Points(position, torch.tensor([[0.0, 99]]).expand(4, 2), stride)
    found = PointPredictions(torch.randn(4, CLASSES), 9 * torch.rand(4, 2))
    targets = assigner(points, segments, labels, found)
    plain = TASK_UTILS.build(dict(type='CentrePointAssigner',
                                  num_classes=CLASSES))
    assert torch.equal(targets.classes,
                       plain(points, segments, labels).classes)
    chosen = []
    for row in range(3):  # the last point lies in none
        costs = {}
        for index, (start, end) in enumerate(segments.tolist()):
            if start <= position[row] <= end:
                one_hot = torch.zeros(CLASSES)
                one_hot[labels[index]] = 1
                distances = torch.tensor(
                    [position[row] - start, end - position[row]])
                costs[index] = (
                    0.7 * sigmoid_focal_loss(found.logits[row], one_hot).sum()
                    + 1.5 * distance_diou_loss(found.distances[row],
                                               distances / stride[row]))
        chosen.append(best := min(costs, key=costs.get))
        start, end = segments[best]
        torch.testing.assert_close(
            targets.distances[row] * stride[row],
            torch.stack([position[row] - start, end - position[row]]))
    assert len(set(chosen)) > 1 and (
        position[2] == segments[2, 1] and chosen[2] in (1, 2))


def test_the_choice_follows_what_is_predicted():
    """Two instances on one point: its own prediction decides, and no gradient
    goes that way."""
    assigner = TASK_UTILS.build(dict(type='LeastCostAssigner',
                                     num_classes=CLASSES))
    points = Points(torch.tensor([10.0]), torch.tensor([[0.0, 99]]),
                    torch.ones(1))
    segments = torch.tensor([[8.0, 12.0], [0.0, 30.0]])
    labels = torch.tensor([0, 1])
    for wanted in ([2.0, 2.0], [10.0, 20.0]):
        reach = torch.tensor([wanted], requires_grad=True)
        targets = assigner(points, segments, labels, PointPredictions(
            torch.zeros(1, CLASSES, requires_grad=True), reach))
        assert targets.distances.tolist() == [wanted]
        assert targets.classes.tolist() == [[1, 0, 0]]
        assert not targets.distances.requires_grad


def test_no_instance():
    model = build().train()
    losses = model([torch.randn(CHANNELS, 30)], [sample((), ())], mode='loss')
    assert losses['loss_reg'] == 0 and losses['loss_cls'] > 0
    sum(losses.values()).backward()


def test_a_head_whose_segments_depend_on_the_class_has_no_such_costs():
    with pytest.raises(ValueError, match='found LeastCostAssigner, .* '
                                         'expected CentrePointAssigner'):
        MODELS.build(dict(
            type='TridentHead', num_classes=2, in_channels=4, channels=4,
            assigner=dict(type='LeastCostAssigner'),
            point_generator=dict(type='PointGenerator',
                                 regression_ranges=[(0, 10000)])))


@pytest.mark.parametrize('name,data,number,pads', [
    ('', (2048, 20), 7117852, True),
    ('_multithumos', (1024, 65), 6402633, False),
    ('_epic_kitchens100_verb', (2304, 97), 7630441, False),
    ('', (2304, 300), 7941428, True)])
def test_parameters_of_the_authors_settings(name, data, number, pads):
    cfg = Config.fromfile(
        tiny.CONFIGS / f'_base_/models/temporalmaxer{name}.py')
    cfg.model.backbone.in_channels, cfg.model.head.num_classes = data
    with torch.device('meta'):
        model = MODELS.build(cfg.model)
    assert sum(each.numel() for each in model.parameters()) == number
    assert model.sees_padding is pads
    assert model.backbone.length_multiple == 32
    assert model.head.point_generator.strides == [1, 2, 4, 8, 16, 32]


def test_it_learns(folder):
    extra = '''
model = dict(
    _delete_=True, type='TemporalMaxer', max_seq_len=96,
    backbone=dict(type='MaxPoolingBackbone', in_channels=12, channels=16,
                  arch=(2, 0, 2), max_seq_len=96),
    neck=dict(type='SharedPyramidNorm', channels=16, num_groups=4),
    head=dict(type='AnchorFreeHead', num_classes=2, in_channels=16,
              channels=16, num_layers=1,
              assigner=dict(type='LeastCostAssigner'),
              point_generator=dict(type='PointGenerator', regression_ranges=[
                  (0, 4), (4, 16), (16, 10000)])))
'''
    runner = runs.build(tiny.localizer_config(folder, epochs=40, extra=extra))
    runner.train()
    assert runner.message_hub.get_scalar('val/mAP').current() > 0.6

"""What the golden numbers do not show."""
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

from mmbapg.models.heads.trident_head import TridentHead, TridentOutputs
from mmbapg.ops import TemporalGrid

CHANNELS, CLASSES, BINS = 6, 3, 4


def build(seed=0, **options):
    torch.manual_seed(seed)
    model = MODELS.build(dict(
        type='TriDet', max_seq_len=32,
        backbone=dict(type='SGPBackbone', in_channels=CHANNELS, channels=16,
                      hidden_channels=24, arch=(1, 1, 2), window=3, k=1.5,
                      init_std=0.3, max_seq_len=32, position_encoding=True,
                      num_groups=4),
        neck=dict(type='PyramidNorm', channels=16, num_levels=3),
        head=dict(type='TridentHead', num_classes=CLASSES, in_channels=16,
                  channels=16, num_bins=BINS, prior_prob=0.4,
                  point_generator=dict(type='PointGenerator',
                                       regression_ranges=[(0, 4), (4, 8),
                                                          (8, 10000)])),
        **options))
    model.init_weights()
    return model


def sample(segments=((2.0, 7.0), (10.0, 22.0)), labels=(0, 2)):
    made = ActionDataSample(metainfo=dict(
        grid=TemporalGrid(1, 0, 1), duration=100.0, video_name='v'))
    made.gt_instances = InstanceData(
        segments=torch.tensor(segments, dtype=torch.float64).reshape(-1, 2),
        labels=torch.tensor(labels, dtype=torch.int64))
    return made


def outputs(length=9):
    torch.manual_seed(1)
    return TridentOutputs(
        *([torch.randn(2, length, width)] for width in (
            CLASSES, 2 * (BINS + 1), CLASSES, CLASSES)))


def test_decoding_by_hand():
    """Expectations over bins, with zeros beyond the ends: Eq. 5-7."""
    head, raw = build().head, outputs()
    step, label = torch.tensor([0, 5, 8]), torch.tensor([1, 0, 2])
    found = head._distances_at(raw, 0, 1, step, label)
    for row, (t, c) in enumerate(zip(step.tolist(), label.tolist())):
        start, end = torch.zeros(BINS + 1), torch.zeros(BINS + 1)
        for b in range(BINS + 1):
            if t - BINS + b >= 0:
                start[b] = raw.start_logits[0][1, t - BINS + b, c]
            if t + b < 9:
                end[b] = raw.end_logits[0][1, t + b, c]
        start = (start + raw.bins[0][1, t, :BINS + 1]).softmax(0)
        end = (end + raw.bins[0][1, t, BINS + 1:]).softmax(0)
        expected = [sum(start[b] * (BINS - b) for b in range(BINS + 1)),
                    sum(end[b] * b for b in range(BINS + 1))]
        torch.testing.assert_close(found[row], torch.stack(expected))


def test_classification_teaches_the_boundaries():
    """The weight IoU^p is not detached; the boundary towers' input is."""
    model = build().train()
    losses = model([torch.randn(CHANNELS, 30)], [sample()], mode='loss')
    losses['loss_cls'].backward(retain_graph=True)
    head = model.head
    assert head.start_out.weight.grad.any() and head.reg_out.weight.grad.any()
    model.zero_grad()
    feats = [torch.randn(1, 16, length, requires_grad=True)
             for length in (32, 16, 8)]
    masks = [torch.ones(1, 1, feat.shape[2], dtype=torch.bool)
             for feat in feats]
    raw = head(feats, masks)
    sum(each.sum() for each in raw.start_logits + raw.end_logits).backward()
    assert all(feat.grad is None for feat in feats)


def test_segments_that_do_not_touch_have_a_finite_gradient():
    """IoU^0.2 is infinitely steep at 0."""
    found = torch.zeros(2, 2, requires_grad=True)
    weight = build().head._weight(found, torch.tensor([[1.0, 2], [3, 0]]))
    assert weight.tolist() == [0, 0]
    weight.sum().backward()
    assert found.grad.isfinite().all()


@pytest.mark.parametrize('smoothing', [0.0, 0.1])
def test_the_weight_acts_on_positive_pairs_only(smoothing):
    """By the losses' definition, entry by entry."""
    from mmbapg.models.losses.focal_loss import sigmoid_focal_loss
    from mmbapg.models.losses.segment_iou_loss import distance_iou
    head, raw = build().head, outputs(12)
    head.label_smoothing = smoothing
    raw = TridentOutputs(*(field[:] * 3 for field in raw))
    raw = TridentOutputs(*([each[:, :12 // 2**level]
                            for level, each in enumerate(field)]
                           for field in raw))
    masks = [torch.ones(2, 1, each.shape[1], dtype=torch.bool)
             for each in raw.cls_logits]
    masks[0][1, :, 7:] = False
    videos = [(torch.tensor([[1.0, 4.0], [1.0, 4.0]]), torch.tensor([0, 2])),
              (torch.tensor([[2.0, 5.0]]), torch.tensor([1]))]
    losses = head.loss(raw, masks, videos)
    points = head.point_generator([12, 6, 3], torch.device('cpu'))
    total_cls = total_reg = positives = 0
    for level, point in enumerate(points):
        for video, instances in enumerate(videos):
            target = head.assigner(point, *instances)
            for step in range(len(point.position)):
                if not masks[level][video, 0, step]:
                    continue
                positives += bool(target.classes[step].any())
                for label in range(CLASSES):
                    hit = target.classes[step, label]
                    wanted = hit * (1 - smoothing) + smoothing / (CLASSES + 1)
                    loss = sigmoid_focal_loss(
                        raw.cls_logits[level][video, step, label], wanted)
                    if hit:
                        reach = head._distances_at(
                            raw, level, video, torch.tensor([step]),
                            torch.tensor([label]))
                        iou, _ = distance_iou(reach, target.distances[[step]])
                        loss = loss * iou[0]**0.2
                        total_reg = total_reg + head.loss_reg(
                            reach, target.distances[[step]])
                    total_cls = total_cls + loss
    normalizer = 0.9 * 100 + 0.1 * positives
    assert positives > 2
    torch.testing.assert_close(losses['loss_cls'], total_cls / normalizer)
    torch.testing.assert_close(losses['loss_reg'], total_reg / normalizer)


def test_noise_is_for_training():
    model = build(input_noise=0.5)
    video = torch.randn(CHANNELS, 20)
    model.eval()
    assert torch.equal(model._pad([video])[0][0, :, :20], video)
    model.train()
    batch, mask = model._pad([video])
    assert not torch.equal(batch[0, :, :20], video)
    assert batch[0, :, 20:].all()  # padded steps too, as in the reference
    assert mask.sum() == 20


def test_padding_changes_results_so_videos_are_tested_one_by_one():
    model = build().eval()
    videos = [torch.randn(CHANNELS, length) for length in (20, 50)]
    with torch.no_grad():
        together = model(videos, [sample(), sample()], mode='predict')
        for video, found in zip(videos, together):
            alone, = model([video], [sample()], mode='predict')
            assert len(alone.pred_instances) > 0
            for field in ('segments', 'scores', 'labels'):
                assert torch.equal(alone.pred_instances[field],
                                   found.pred_instances[field])
        with pytest.raises(ValueError, match=r'\[32, 60\] steps'):
            model(videos)
        longer = build()
        longer.max_seq_len = 64
        longer.load_state_dict(model.state_dict())
        short, far = model([videos[0]]), longer.eval()([videos[0]])
        assert not torch.allclose(short.cls_logits[0][:, :20],
                                  far.cls_logits[0][:, :20], atol=1e-4)


def test_no_instance_and_no_positive_point():
    model = build().train()
    losses = model([torch.randn(CHANNELS, 30)], [sample((), ())],
                   mode='loss')
    assert losses['loss_reg'] == 0 and losses['loss_cls'] > 0
    sum(losses.values()).backward()


def test_large_kernels():
    """Kernel ``round((w + 1) * k)``, made odd; the stem has w = 1."""
    for window, k, large, stem in ((1, 5, 11, 11), (15, 1.3, 21, 3),
                                   (1, 4, 9, 9), (5, 2, 13, 5),
                                   (15, 1.2, 19, 3), (3, 1.2, 5, 3)):
        backbone = MODELS.build(dict(
            type='SGPBackbone', in_channels=4, channels=16, arch=(1, 1, 1),
            window=window, k=k))
        assert backbone.branch[0].window_large.kernel_size == (large, )
        assert backbone.stem[0].window_large.kernel_size == (stem, )


def test_head_without_iou_weight_is_plain():
    """Power 0 leaves the classification loss alone."""
    head = build().head
    head.iou_weight_power = 0
    assert isinstance(head, TridentHead)
    weight = head._weight(torch.rand(5, 2) + 0.1, torch.rand(5, 2) + 0.1)
    torch.testing.assert_close(weight, torch.ones(5))

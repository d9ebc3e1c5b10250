"""What is pooled over proposals, and which class it is."""
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample
from mmengine.structures import InstanceData

import mmbapg  # noqa: F401
from mmbapg.ops import TemporalGrid, segment_iou

#: Two steps a second.
GRID = TemporalGrid.of_interval(0.5)


def build(**settings):
    torch.manual_seed(0)
    head = dict(type='PooledClassHead', in_channels=1, num_classes=2, bins=2,
                hidden_channels=4)
    return MODELS.build(dict(type='ProposalClassifier', head=head,
                             **settings)).eval()


def video(*rows, **meta):
    made = ActionDataSample(metainfo=dict(
        video_name='v', duration=20.0, grid=GRID, **meta))
    made.gt_instances = InstanceData(
        segments=torch.tensor(rows).view(-1, 2),
        labels=torch.arange(len(rows)) % 2)
    return made


def test_bins_of_a_widened_segment():
    """A feature that is its own time: a bin has the time of its middle."""
    seconds = GRID.to_seconds(torch.arange(40.0))[None]
    segments = torch.tensor([[4.0, 8.0], [10.0, 12.0]])
    found = build(margin=0.25).pooled(seconds, segments, GRID)
    assert found.shape == (2, 1, 2)
    torch.testing.assert_close(found[:, 0], torch.tensor(
        [[4.5, 7.5], [10.25, 11.75]]))
    plain = build(margin=0.0).pooled(seconds, segments, GRID)
    torch.testing.assert_close(plain[0, 0], torch.tensor([5.0, 7.0]))


def test_examples():
    model = build(copies=50, jitter=0.1)
    sample = video([2.0, 6.0], [10.0, 11.0])
    segments, labels = model.examples(sample)
    true = sample.gt_instances.segments
    assert torch.equal(segments[:2], true)
    copies = segments[2:102].view(50, 2, 2)
    length = (true[:, 1] - true[:, 0])[None, :, None]
    moves = (copies - true) / length
    assert moves.abs().max() <= 0.1001 and moves.std() > 0.03
    assert labels[:102].tolist() == [0, 1] * 51
    background = segments[102:]
    assert 20 < len(background) <= 100 and (labels[102:] == 2).all()
    assert segment_iou(background, true).max() < 0.3
    assert background.min() >= 0 and background.max() <= 20
    lengths = background[:, 1] - background[:, 0]
    assert {*lengths.round(decimals=3).tolist()} == {1.0, 4.0}


def test_it_learns_what_is_there():
    model = build(copies=2).train()
    model.head.layers[1].p = model.head.layers[4].p = 0.0
    features = torch.zeros(1, 40)
    features[:, 4:12], features[:, 20:28] = 1.0, -1.0
    sample = video([2.0, 6.0], [10.0, 14.0])
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(150):
        losses = model([features], [sample], mode='loss')
        optimizer.zero_grad()
        losses['loss_class'].backward()
        optimizer.step()
    given = dict(segments=[[2.0, 6.0], [10.0, 14.0], [15.0, 18.0]],
                 scores=[0.5, 1.0, 1.0])
    tested, = model.eval()([features], [video(given_proposals=given)],
                           mode='predict')
    found = tested.pred_instances
    assert found.labels[:2].tolist() == [1, 0]  # the best of all come first
    assert found.segments[:2].tolist() == [[10, 14], [2, 6]]
    assert found.scores.tolist() == sorted(found.scores.tolist())[::-1]
    assert len(found) == 6 and 0.3 < found.scores[1] < 0.5


def test_a_video_without_instances():
    """It adds nothing to a batch, and alone has a loss without NaN."""
    model, features = build(copies=0), torch.randn(1, 40)
    empty, full = video(), video([2.0, 6.0], [10.0, 14.0])
    alone = model([features], [empty], mode='loss')
    model.parse_losses(alone)[0].backward()
    assert alone['loss_class'] == 0 and not any(
        each.grad.any() for each in model.parameters())
    torch.testing.assert_close(
        model([features, features], [empty, full], mode='loss'),
        model([features], [full], mode='loss'))


def test_scores_are_products():
    model = build(topk=1)
    given = dict(segments=[[1.0, 3.0]], scores=[0.25])
    features = torch.randn(1, 40)
    tested, = model([features], [video(given_proposals=given)],
                    mode='predict')
    pooled = model.pooled(features, torch.tensor([[1.0, 3.0]]), GRID)
    expected = model.head(pooled).softmax(dim=1)[0, :2]
    found = tested.pred_instances
    assert found.scores.tolist() == pytest.approx(
        [0.25 * expected.max().item()])
    assert found.labels.tolist() == [expected.argmax().item()]
    none, = model([features], [video(given_proposals=dict(
        segments=[], scores=[]))], mode='predict')
    assert len(none.pred_instances) == 0


def test_no_proposals_were_loaded():
    with pytest.raises(ValueError, match=(
            'found no given_proposals, expected LoadFoundProposals in the')):
        build()([torch.zeros(1, 40)], [video()], mode='predict')
    with pytest.raises(ValueError, match="mode is 'tensor', expected loss"):
        build()([torch.zeros(1, 40)], [video()], mode='tensor')

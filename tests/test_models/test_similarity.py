"""Stage 1: Eq. 3 and what it does."""
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from mmbapg.errors import SettingError
from mmbapg.models.losses.pair_contrastive_loss import (
    PairMasks,
    pair_contrastive_loss,
    pair_masks,
)


def sample(instances=(), negative_of=()):
    return ActionDataSample(metainfo=dict(
        instances=list(instances), negative_of=list(negative_of)))


BATCH = [sample([0]), sample([0]), sample(negative_of=[0]),
         sample(negative_of=[0]), sample([1]), sample([1], [0]),
         sample(negative_of=[1]), sample()]


def negative_gradient(margin):
    """Gradient that reaches frames that are nothing but negatives, from the
    negative term alone."""
    torch.manual_seed(0)
    embeddings = torch.randn(len(BATCH), 6, requires_grad=True)
    unit = torch.nn.functional.normalize(embeddings + 2, dim=1)
    pairs = pair_masks(
        torch.tensor([[0], [0], [-1], [-1], [1], [1], [-1], [-1]]),
        torch.tensor([[-1], [-1], [0], [0], [-1], [0], [1], [-1]]))
    pair_contrastive_loss(unit @ unit.T, pairs, margin).backward()
    return embeddings.grad[[2, 3, 6]]


def test_the_papers_margin_gives_negatives_no_gradient():
    assert not negative_gradient(1.0).any()
    assert (negative_gradient(0.0).norm(dim=1) > 1e-3).all()


def test_masks():
    pairs = pair_masks(torch.tensor([[0, -1], [0, 1], [1, -1], [-1, -1]]),
                       torch.tensor([[-1], [-1], [0], [0]]))
    assert pairs.positive.int().tolist() == [
        [0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 0, 0], [0, 0, 0, 0]]
    # frame 2 is a negative of instance 0, but shares instance 1 with frame 1
    assert pairs.negative.int().tolist() == [
        [0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_loss_by_hand():
    similarity = torch.tensor([[1.0, 0.8, 0.3, -0.5]] * 4)
    pairs = pair_masks(torch.tensor([[0], [0], [-1], [-1]]),
                       torch.tensor([[-1], [-1], [0], [0]]))
    # positives (0,1), (1,0): 0.8 and 1.0; negatives 0.3 and -0.5, twice
    loss = pair_contrastive_loss(similarity, pairs, 0.0)
    assert loss.item() == pytest.approx((0.3 + 0) / 2 - 0.9)
    loss = pair_contrastive_loss(similarity, pairs, 0.1)
    assert loss.item() == pytest.approx((0.2 + 0) / 2 - 0.9)


def test_triplet_loss_by_hand():
    similarity = torch.tensor([[1.0, 0.8, 0.2, -0.5],
                               [0.6, 1.0, 0.9, -0.5],
                               [1.0] * 4, [1.0] * 4], requires_grad=True)
    pairs = pair_masks(torch.tensor([[0], [0], [-1], [-1]]),
                       torch.tensor([[-1], [-1], [0], [0]]))
    loss_of = MODELS.build(dict(type='TripletMarginLoss', margin=0.5))
    loss = loss_of(similarity, pairs)
    # of four triples, that with 0.2 and the two with -0.5 cost nothing
    assert loss.item() == pytest.approx((0.9 - 0.6 + 0.5) / 4)
    loss.backward()
    touched = torch.zeros(4, 4)
    touched[1, 0], touched[1, 2] = -0.25, 0.25
    assert torch.equal(similarity.grad, touched)
    nothing = loss_of(similarity, pair_masks(*[torch.full((4, 1), -1)] * 2))
    assert nothing.item() == 0 and nothing.requires_grad


@pytest.mark.parametrize('seed', range(6))
def test_triplet_loss_over_all_triples(seed):
    torch.manual_seed(seed)
    similarity = (torch.rand(9, 9) * 2 - 1).requires_grad_()
    kinds = torch.randint(0, 3, (9, 9))
    pairs = PairMasks(kinds == 1, kinds == 2)
    cost = (similarity[:, None, :] - similarity[:, :, None] + 0.4).clamp(min=0)
    counted = pairs.positive[:, :, None] & pairs.negative[:, None, :]
    expected = cost[counted].mean()
    with torch.autocast('cpu', dtype=torch.bfloat16):
        found = MODELS.build(dict(type='TripletMarginLoss', margin=0.4))(
            similarity, pairs)
    assert found.item() == pytest.approx(expected.item(), rel=1e-6)
    assert torch.allclose(*(torch.autograd.grad(each, similarity)[0]
                            for each in (found, expected)), atol=1e-7)


def train(margin, **options):
    torch.manual_seed(0)
    head = MODELS.build(dict(type='PairContrastiveHead', margin=margin,
                             **options))
    embeddings = torch.nn.Parameter(torch.randn(len(BATCH), 6))
    optimizer = torch.optim.Adam([embeddings], lr=0.1)
    for _ in range(150):
        losses = head.loss(embeddings, BATCH)
        optimizer.zero_grad()
        losses['loss_pair'].backward()
        optimizer.step()
    return {name: value.item() for name, value in losses.items()}


def test_a_batch_without_pairs():
    head = MODELS.build(dict(type='PairContrastiveHead'))
    with pytest.raises(SettingError, match='of 3 frames holds no two of one'):
        head.loss(torch.randn(3, 6), [sample([0]), sample([1], [0]), sample()])
    # frames that may be none of a pair are not asked for one
    few = MODELS.build(dict(type='PairContrastiveHead', max_frames=1))
    assert few.loss(torch.randn(8, 6), BATCH)['loss_pair'].isfinite()


def test_training_pulls_positives_together_and_negatives_apart():
    figures = train(0.0)
    assert figures['positive_similarity'] > 0.98
    assert figures['negative_similarity'] < 0.05
    assert figures['collapse'] < 0.6


def test_triplets_are_pulled_apart_by_the_margin():
    figures = train(1.0, loss=dict(type='TripletMarginLoss'))
    assert figures['positive_similarity'] > (
        figures['negative_similarity'] + 0.95)
    assert figures['loss_pair'] < 0.01
    assert figures['collapse'] < 0.6


@MODELS.register_module()
class InfoNCEOfTheTests(torch.nn.Module):
    """A loss as a user may write it, with no margin."""

    def __init__(self, temperature):
        super().__init__()
        self.temperature = temperature

    def forward(self, similarity, pairs):
        logits = (similarity / self.temperature).exp()
        negative = (logits * pairs.negative).sum(dim=1, keepdim=True)
        losses = -(logits / (logits + negative)).log()
        return losses[pairs.positive].mean()


def test_a_loss_of_ones_own_by_config_alone():
    figures = train(None, loss=dict(type='InfoNCEOfTheTests',
                                    temperature=0.2))
    assert figures['positive_similarity'] > (
        figures['negative_similarity'] + 0.9)


@pytest.mark.parametrize('head,loss,expected', [
    ({}, dict(type='PairContrastiveLoss'), 0.0),
    ({}, dict(type='TripletMarginLoss'), 0.5),
    ({}, dict(type='PairContrastiveLoss', margin=0.3), 0.3),
    (dict(margin=0.2), dict(type='PairContrastiveLoss'), 0.2),
    (dict(margin=0.2), dict(type='TripletMarginLoss', margin=0.2), 0.2),
    (dict(margin=None), dict(type='TripletMarginLoss', margin=1.0), 1.0)])
def test_the_margin_has_one_place(head, loss, expected):
    built = MODELS.build(dict(type='PairContrastiveHead', loss=loss, **head))
    assert built.loss_fn.margin == expected


@pytest.mark.parametrize('loss,message', [
    (dict(type='PairContrastiveLoss', margin=0.3),
     'margin=0.0 and its loss PairContrastiveLoss has margin=0.3'),
    (dict(type='TripletMarginLoss', margin=1.0), 'expected one'),
    (dict(type='InfoNCEOfTheTests', temperature=1.0), 'takes none')])
def test_two_margins_are_refused(loss, message):
    with pytest.raises(ValueError, match=message) as caught:
        MODELS.build(dict(type='PairContrastiveHead', margin=0.0, loss=loss))
    assert 'margin=None' in str(caught.value)


def test_a_batch_without_pairs_says_what_to_do():
    head = MODELS.build(dict(type='PairContrastiveHead'))
    with pytest.raises(ValueError, match='HardNegativePairSampler'):
        head.loss(torch.randn(2, 4), [sample([0]), sample([1])])


def test_modes_of_the_learner():
    learner = MODELS.build(dict(
        type='FrameSimilarityLearner',
        backbone=dict(type='TemporalFeatureEncoder', in_channels=4,
                      channels=8, out_channels=3, num_layers=1, reaches=(1, )),
        head=dict(type='PairContrastiveHead'))).eval()
    frames = [torch.randn(4, 1 + 2) for _ in BATCH]
    assert learner(frames).shape == (8, 3)
    assert set(learner(frames, BATCH, mode='loss')) == {
        'loss_pair', 'positive_similarity', 'negative_similarity', 'collapse'}
    run_of_frames = [torch.randn(4, 10 + 2)]
    found = learner(run_of_frames, [ActionDataSample()], mode='predict')
    assert found[0].embeddings.shape == (10, 3)
    with pytest.raises(ValueError, match="'train'"):
        learner(frames, mode='train')


def test_efficientnet_is_frozen_and_folded():
    pytest.importorskip('efficientnet_lite_pytorch')
    plain, frozen = (MODELS.build(dict(
        type='EfficientNetLite', pretrained=True, frozen=each))
        for each in (False, True))
    assert not any(p.requires_grad for p in frozen.parameters())
    frames = torch.randn(2, 3, 96, 96)
    with torch.no_grad():
        first, second = plain.eval()(frames), frozen.train()(frames)
    torch.testing.assert_close(first, second, rtol=1e-3, atol=1e-4)
    assert first.shape[1] == 1280


def test_maps_of_the_first_blocks_on_a_grid():
    pytest.importorskip('efficientnet_lite_pytorch')
    backbone = dict(type='EfficientNetLite', pretrained=True)
    grid, whole = (MODELS.build(dict(
        type='FrameSimilarityLearner', grid=each,
        backbone=dict(backbone, frozen=True, num_blocks=11))).eval()
        for each in (2, 1))
    frames = torch.randn(1, 3, 3, 64, 64)
    features = grid(frames)
    assert features.shape == (3, 112 * 2 * 2)
    # 4 x 4 places in 2 x 2 parts; their mean is that of all
    torch.testing.assert_close(features.unflatten(1, (112, 4)).mean(2),
                               whole(frames))
    # the blocks are those of the whole network
    full = MODELS.build(backbone).eval()
    maps = []
    full.network._blocks[10].register_forward_hook(
        lambda module, inputs, output: maps.append(output))
    full(frames[0])
    torch.testing.assert_close(maps[0].mean(dim=(2, 3)), whole(frames),
                               rtol=1e-3, atol=1e-4)


def test_first_blocks_stay_as_they_are():
    pytest.importorskip('efficientnet_lite_pytorch')
    torch.manual_seed(0)
    cfg = dict(type='EfficientNetLite', pretrained=False)
    model = MODELS.build(dict(cfg, frozen_blocks=11)).train()
    before = {name: value.clone()
              for name, value in model.state_dict().items()}
    optimizer = torch.optim.SGD(
        [each for each in model.parameters() if each.requires_grad], 0.1)
    model(torch.randn(4, 3, 64, 64)).square().mean().backward()
    optimizer.step()
    changed = {name.split('.')[2] if '_blocks' in name else name.split('.')[1]
               for name, value in model.state_dict().items()
               if not torch.equal(value, before[name])}
    assert changed == {'11', '12', '13', '14', '15', '_conv_head', '_bn1'}
    with pytest.raises(ValueError, match='expected 0 to 16'):
        MODELS.build(dict(cfg, frozen_blocks=17))


@pytest.mark.parametrize('size', [(6, 9), (7, 10), (2, 5)])
@pytest.mark.parametrize('grid', [2, 3])
def test_parts_of_maps_are_those_of_adaptive_pooling(size, grid):
    """Whose gradient has no deterministic algorithm on CUDA."""
    learner = MODELS.build(dict(
        type='FrameSimilarityLearner', grid=grid,
        backbone=dict(type='TemporalFeatureEncoder', in_channels=4)))
    learner.backbone = torch.nn.Identity()
    maps = torch.randn(2, 1, 5, *size, generator=torch.Generator()
                       .manual_seed(0))
    pooled = torch.nn.functional.adaptive_avg_pool2d(maps[:, 0], grid)
    torch.testing.assert_close(learner.embed(maps), pooled.flatten(1))

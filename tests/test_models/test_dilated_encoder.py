"""The encoder that sees its surroundings, and what it is taught of classes."""
import numpy as np
import pytest
import torch
from mmaction.registry import MODELS
from mmaction.structures import ActionDataSample

from mmbapg.models import DilatedFeatureEncoder, PrototypeHead
from mmbapg.models.heads.prototype_head import class_shares


@pytest.fixture
def encoder():
    torch.manual_seed(0)
    return DilatedFeatureEncoder(5, channels=8, out_channels=4).eval()


def test_an_embedding_sees_its_context_and_no_more(encoder):
    assert encoder.context == 31
    x = torch.randn(1, 5, 90, requires_grad=True)
    out = encoder(x)
    assert out.shape == (1, 4, 90 - 2 * 31)
    out[0, :, 10].sum().backward()
    seen = x.grad[0].abs().sum(dim=0).nonzero()[:, 0]
    assert (seen.min(), seen.max()) == (10, 10 + 2 * 31)


def test_runs_of_any_length_give_the_same_embeddings(encoder):
    x = torch.randn(1, 5, 40 + 2 * 31)
    with torch.no_grad():
        whole = encoder(x)
        parts = [encoder(x[:, :, first:first + 8 + 2 * 31])
                 for first in range(0, 40, 8)]
    assert torch.allclose(torch.cat(parts, dim=2), whole, atol=1e-6)


def frames(labels, inside):
    return ActionDataSample(metainfo=dict(
        frame_labels=np.array(labels), inside=np.array(inside)))


def test_shares_of_classes():
    """No label is background; two labels share a frame."""
    assert class_shares(np.array([[0, -1], [-1, -1], [2, 0]]), 3).tolist() == [
        [1, 0, 0, 0], [0, 0, 0, 1], [0.5, 0, 0.5, 0]]


def test_the_loss_by_hand():
    """Frames beyond the end of the video do not count."""
    head = PrototypeHead(2, scale=2.0)
    embeddings = torch.tensor([[3.0, 0, 0, 4.0], [0, 0, 9.0, 0], [0, 1, 0, 0]])
    found = head.loss(embeddings, [
        frames([[0], [-1]], [True, True]), frames([[0]], [False])])
    logits = 2 * torch.tensor([[0.6, 0, 0], [0, 0, 1.0]])
    expected = torch.nn.functional.cross_entropy(
        logits, torch.tensor([0, 2]))
    assert found['loss_class'].item() == pytest.approx(expected.item())
    assert found['class_accuracy'] == 100


def test_training_turns_embeddings_to_the_axes_of_their_classes():
    torch.manual_seed(0)
    embeddings = torch.randn(6, 5, requires_grad=True)
    sample = frames([[0], [0], [1], [1], [-1], [-1]], [True] * 6)
    optimizer = torch.optim.Adam([embeddings], lr=0.1)
    head = PrototypeHead(2)
    for _ in range(150):
        optimizer.zero_grad()
        head.loss(embeddings, [sample])['loss_class'].backward()
        optimizer.step()
    unit = torch.nn.functional.normalize(embeddings.detach(), dim=1)
    assert unit[:, :3].argmax(dim=1).tolist() == [0, 0, 1, 1, 2, 2]
    assert head.loss(embeddings, [sample])['loss_class'] < 0.1


def test_too_narrow_embeddings_say_so():
    head = MODELS.build(dict(type='PrototypeHead', num_classes=4))
    with pytest.raises(ValueError, match='4 channels for 4 classes, expected '
                       'at least 5: set model.backbone.out_channels'):
        head(torch.randn(3, 4))

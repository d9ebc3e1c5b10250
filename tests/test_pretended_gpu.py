"""The pretended GPU refuses what a GPU refuses, and nothing else."""
import copy

import numpy as np
import pytest
import torch
from torch import nn

from tests.only_deterministic import OnlyDeterministic
from tests.pretended_gpu import PretendedGPU, on_gpu

MIXED = 'two devices'


@pytest.fixture
def gpu():
    with PretendedGPU() as entered:
        yield entered


REFUSED = dict(
    sum=(lambda x, y: x + y, MIXED),
    other_way=(lambda x, y: y * x, MIXED),
    product=(lambda x, y: x @ y, MIXED),
    joined=(lambda x, y: torch.cat([x, y]), MIXED),
    comparison=(lambda x, y: torch.where(x > 0, x, y), MIXED),
    in_place=(lambda x, y: x.add_(y), MIXED),
    function=(lambda x, y: nn.functional.linear(x, y), MIXED),
    as_index=(lambda x, y: y[x.argmax(dim=0)], 'indices should be'),
    assigned=(lambda x, y: x.index_put_((torch.tensor([0]), ), y[0]), MIXED),
    constant=(lambda x, y: x + torch.tensor([1.0, 2.0, 3.0]), MIXED),
    made_without_device=(lambda x, y: x * torch.arange(3), MIXED),
    numpy=(lambda x, y: x.numpy(), "can't convert"),
    asarray=(lambda x, y: np.asarray(x), "can't convert"),
    of_module=(lambda x, y: nn.Linear(3, 3).to('cuda')(y), MIXED),
    random=(lambda x, y: torch.randn(
        3, device='cuda', generator=torch.Generator()), 'generator'),
    in_place_random=(lambda x, y: x.normal_(generator=torch.Generator()),
                     'generator'))


@pytest.mark.parametrize('name', REFUSED)
def test_refused(gpu, name):
    function, message = REFUSED[name]
    x, y = torch.ones(3, 3, device='cuda'), torch.ones(3, 3)
    with pytest.raises((RuntimeError, TypeError), match=message):
        function(x, y)


ALLOWED = dict(
    number=lambda x: x + torch.tensor(2.0),
    index=lambda x: x[torch.tensor([0, 1])],
    mask=lambda x: x[torch.tensor([True, False, True])],
    own_factory=lambda x: x * x.new_ones(3),
    like=lambda x: x + torch.zeros_like(x),
    asked_for=lambda x: x * torch.arange(3, device=x.device),
    constant=lambda x: x + torch.tensor([1.0, 2.0, 3.0], device=x.device),
    moved=lambda x: x + torch.ones(3).to(x),
    cast=lambda x: x.to(torch.float64),
    view=lambda x: x.t().unfold(0, 2, 1),
    of_many=lambda x: x.max(dim=1).values,
    split=lambda x: x.chunk(3)[2],
    row=lambda x: [row for row in x][1],
    copied=lambda x: copy.deepcopy(x),
    written=lambda x: x.copy_(torch.zeros(3, 3)),
    parameter=lambda x: nn.Parameter(x))


@pytest.mark.parametrize('name', ALLOWED)
def test_allowed_and_stays_on_the_gpu(gpu, name):
    found = ALLOWED[name](torch.ones(3, 3, device='cuda'))
    assert found.device == torch.device('cuda:0') and found.is_cuda
    assert on_gpu(found) and not on_gpu(found.cpu())
    assert found.cpu().detach().numpy() is not None


def test_a_module_trains_there(gpu):
    """Moves, copies, state dicts, gradients, clipping, an optimizer."""
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4)).to('cuda')
    for each in (model, copy.deepcopy(model)):
        assert all(map(on_gpu, each.state_dict().values()))
        assert all(map(on_gpu, each.parameters()))
    model.load_state_dict(nn.Sequential(
        nn.Linear(3, 4), nn.BatchNorm1d(4)).state_dict())
    assert all(map(on_gpu, model.parameters()))
    optimizer = torch.optim.AdamW(model.parameters())
    before = [each.detach().clone() for each in model.parameters()]
    loss = model(torch.randn(5, 3, device='cuda')).square().sum()
    loss.backward()
    assert all(on_gpu(each.grad) for each in model.parameters())
    nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    assert not all(torch.equal(*pair) for pair in zip(
        before, model.parameters()))
    assert not any(map(on_gpu, model.cpu().parameters()))
    with pytest.raises(RuntimeError, match='different type'):
        model.to('cuda')[0].weight.grad = torch.ones(4, 3)


def test_a_buffer_of_the_forward_pass_needs_a_device(gpu):

    class Careless(nn.Module):

        def forward(self, x):
            return x * torch.linspace(0, 1, x.shape[-1])

    with pytest.raises(RuntimeError, match='linspace|mul'):
        Careless().to('cuda')(torch.ones(2, 3, device='cuda'))


def test_waits_are_counted(gpu):
    x = torch.ones(3, device='cuda')
    torch.ones(3).sum().item()  # of the CPU
    assert not gpu.waits
    calls = (lambda: x.sum().item(), lambda: x.tolist(),
             lambda: bool(x.any()), lambda: x[x > 0], lambda: x.nonzero(),
             lambda: x.cpu(), lambda: torch.tensor([1, 2], device='cuda'),
             lambda: torch.ones(2).to('cuda'))
    for number, call in enumerate(calls, 1):
        call()
        assert len(gpu.waits) == number, gpu.waits


def test_a_mac_has_no_double_precision():
    with PretendedGPU('mps'):
        x = torch.ones(3, device='mps')
        assert x.is_mps and not x.is_cuda and (x + 1).device.type == 'mps'
        for call in (x.double, lambda: x.to(torch.float64),
                     lambda: torch.ones(3, dtype=torch.float64).to('mps'),
                     lambda: torch.zeros(3, dtype=torch.float64,
                                         device='mps')):
            with pytest.raises(TypeError, match='float64'):
                call()


def test_outside_nothing_is_changed():
    with PretendedGPU():
        x = torch.ones(3, device='cuda')
    assert x.device.type == 'cpu' and (x + torch.ones(3)).sum() == 6
    assert nn.Parameter(torch.ones(2)).device.type == 'cpu'


def test_what_has_no_deterministic_kernel():
    x = torch.rand(1, 1, 4, 4, requires_grad=True)
    for call, name in (
            (lambda: x.cumsum(2), 'cumsum'),
            (lambda: x.round().int().cumsum(2, dtype=torch.float32),
             'cumsum'),
            (lambda: x.median(dim=2), 'median'),
            (lambda: x.detach().histc(), 'histc'),
            (lambda: nn.functional.adaptive_avg_pool2d(
                x, 2).sum().backward(), 'adaptive_avg_pool2d_backward'),
            (lambda: nn.functional.interpolate(
                x, scale_factor=2, mode='bilinear').sum().backward(),
             'upsample_bilinear2d_backward')):
        with OnlyDeterministic(), pytest.raises(RuntimeError, match=name):
            call()
    with OnlyDeterministic():  # of integers, and without gradients
        x.round().int().cumsum(2)
        nn.functional.adaptive_avg_pool2d(x.detach(), 2)
        nn.functional.interpolate(x.detach(), scale_factor=2, mode='bilinear')
        nn.functional.conv2d(x, torch.ones(1, 1, 3, 3)).sum().backward()
        x[:, :, [0, 0]].sum().backward()

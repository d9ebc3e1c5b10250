"""AdaTAD's network with other switches than those of the golden numbers,
beside one that is written down step by step."""
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from mmaction.registry import MODELS
from torch import nn

from tests.golden_adatad import NORMALIZE

#: Beyond the defaults below; frames are ``(T, H, W)``.
CASES = dict(
    upper_blocks=dict(adapter_index=[2, 3], frames=(16, 32, 32)),
    scattered=dict(adapter_index=[3, 0], ratio=0.125, frames=(24, 40, 24)),
    wide_kernel=dict(kernel_size=5, dilation=2, frames=(32, 32, 32)),
    all_blocks=dict(adapter_index=[0, 1, 2, 3], kernel_size=5, dilation=2,
                    frames=(32, 32, 32)),
    one_clip=dict(kernel_size=7, frames=(8, 36, 44)),
    long_tubelets=dict(tubelet_size=4, num_frames=8, depth=2, qkv_bias=False,
                       frames=(24, 24, 48)),
    no_tubelets=dict(tubelet_size=1, num_frames=4, depth=1,
                     frames=(12, 32, 32)),
    other_patch=dict(patch_size=14, img_size=42, num_heads=4,
                     mlp_ratio=48 / 11, frames=(16, 50, 44)),
    normalized=dict(use_mean_pooling=False, frames=(16, 32, 32)),
    finer_steps=dict(frames_per_step=4, frames=(32, 32, 32)))
DEFAULTS = dict(
    img_size=32, patch_size=8, embed_dims=24, depth=4, num_heads=3,
    mlp_ratio=2.0, num_frames=8, tubelet_size=2, qkv_bias=True,
    use_mean_pooling=True)


def settings(case):
    """Of the backbone, of its adapters, frames of a step, and the frames of
    two windows."""
    given = dict(CASES[case])
    size = given.pop('frames')
    scale = given.pop('frames_per_step', 1)
    adapter = {name: given.pop(name) for name in (
        'ratio', 'kernel_size', 'dilation') if name in given}
    index = given.pop('adapter_index', None)
    rng = np.random.default_rng(len(case))
    frames = rng.integers(0, 256, (2, 3, *size), np.uint8)
    return {**DEFAULTS, **given}, index, adapter, scale, torch.from_numpy(
        frames)


def build(case, kind='AdapterVisionTransformer', **more):
    """An encoder with weights of which none is zero."""
    network, index, adapter, scale, frames = settings(case)
    encoder = MODELS.build(dict(
        type='WindowEncoder', trained='adapters', frames_per_step=scale,
        recognizer=dict(
            type='Recognizer3D', data_preprocessor=NORMALIZE, backbone=dict(
                type=kind, adapter_index=index, adapter=adapter, **network,
                **more))))
    generator = torch.Generator().manual_seed(len(case))
    with torch.no_grad():
        for name, value in encoder.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            value.copy_(noise * (0.2 if value.ndim > 1 else 0.3) + (
                name.endswith(('norm1.weight', 'norm2.weight', 'norm.weight'))
            ))
    return encoder, frames


class Steps:
    """The network, one step after the other, with the weights of another."""

    def __init__(self, encoder, case):
        self.cfg, self.index, self.adapter, self.scale, _ = settings(case)
        prefix = 'video.backbone.'
        self.own = {name.removeprefix(prefix): value for name, value in
                    encoder.named_parameters() if name.startswith(prefix)}
        if self.index is None:
            self.index = range(self.cfg['depth'])

    def __call__(self, frames, beside=False):
        """Features of windows, each on its own."""
        return torch.stack([self.window(each, beside) for each in frames])

    def window(self, frames, beside):
        cfg, maps, read = self.cfg, [], {}
        mean, std = (torch.tensor(NORMALIZE[name])[:, None, None, None]
                     for name in ('mean', 'std'))
        for clip in ((frames - mean) / std).split(cfg['num_frames'], dim=1):
            maps.append(self.patches(clip))
        tokens = torch.stack(maps)  # (clips, t, h, w, C)
        for number in range(cfg['depth']):
            tokens = torch.stack([self.block(clip, number)
                                  for clip in tokens])
            if number in self.index and not beside:
                tokens = tokens + self.along_window(
                    tokens, f'blocks.{number}.adapter.')
            read[number] = tokens
        if beside:
            tokens = read[max(self.index)] + sum(
                self.along_window(read[number], f'adapters.{place}.')
                for place, number in enumerate(sorted(self.index)))
        elif not cfg['use_mean_pooling']:
            tokens = self.norm(tokens, 'norm')
        return self.interpolated(tokens.mean(dim=(2, 3)).flatten(0, 1),
                                 frames.shape[1] // self.scale).T

    def patches(self, clip):
        cfg = self.cfg
        size = cfg['tubelet_size'], cfg['patch_size'], cfg['patch_size']
        weight = self.own['patch_embed.projection.weight'].flatten(1)
        grid = [length // each for length, each in zip(clip.shape[1:], size)]
        clip = clip[:, :grid[0] * size[0], :grid[1] * size[1],
                    :grid[2] * size[2]]
        cut = clip.reshape(3, grid[0], size[0], grid[1], size[1], grid[2],
                           size[2]).permute(1, 3, 5, 0, 2, 4, 6).flatten(3)
        return cut @ weight.T + self.own['patch_embed.projection.bias'] + (
            self.positions(*grid))

    def positions(self, steps, height, width):
        cfg = self.cfg
        side = cfg['img_size'] // cfg['patch_size']
        channel = np.arange(cfg['embed_dims'])
        places = np.arange(steps * side * side)[:, None]
        angle = places / 10000**(2 * (channel // 2) / cfg['embed_dims'])
        table = np.where(channel % 2, np.cos(angle), np.sin(angle))
        table = torch.from_numpy(table).float().reshape(
            steps, side, side, -1).permute(0, 3, 1, 2)
        if (height, width) != (side, side):
            table = torch.cat([F.interpolate(
                each[None], (height, width), mode='bicubic') for each in table
            ])
        return table.permute(0, 2, 3, 1)

    def norm(self, x, name):
        x = x - x.mean(-1, keepdim=True)
        x = x / ((x * x).mean(-1, keepdim=True) + 1e-6).sqrt()
        return x * self.own[f'{name}.weight'] + self.own[f'{name}.bias']

    def block(self, clip, number):
        own, name, cfg = self.own, f'blocks.{number}', self.cfg
        x = clip.flatten(0, 2)
        query, key, value = (
            self.norm(x, f'{name}.norm1') @ own[f'{name}.attn.qkv.weight'].T
        ).chunk(3, dim=1)
        if cfg['qkv_bias']:
            query = query + own[f'{name}.attn.q_bias']
            value = value + own[f'{name}.attn.v_bias']
        heads = []
        for q, k, v in zip(*(each.chunk(cfg['num_heads'], dim=1)
                             for each in (query, key, value))):
            heads.append((q @ k.T / q.shape[1]**0.5).softmax(dim=1) @ v)
        x = x + self.linear(torch.cat(heads, dim=1), f'{name}.attn.proj')
        inner = self.linear(self.norm(x, f'{name}.norm2'),
                            f'{name}.mlp.layers.0.0')
        x = x + self.linear(gelu(inner), f'{name}.mlp.layers.1')
        return x.reshape(clip.shape)

    def linear(self, x, name):
        return x @ self.own[f'{name}.weight'].T + self.own[f'{name}.bias']

    def along_window(self, tokens, name):
        """What an adapter adds: a sum over shifted steps of the window."""
        narrow = gelu(self.linear(tokens.flatten(0, 1), f'{name}down_proj'))
        weight = self.own[f'{name}dwconv.weight'][:, 0]  # (hidden, k)
        taps, total = weight.shape[1], len(narrow)
        mixed = []
        for step in range(total):
            here = self.own[f'{name}dwconv.bias']
            for tap in range(taps):
                seen = step + (tap - taps // 2) * self.adapter.get(
                    'dilation', 1)
                if 0 <= seen < total:
                    here = here + narrow[seen] * weight[:, tap]
            mixed.append(here.expand_as(narrow[0]))
        point = self.own[f'{name}conv.weight'][:, :, 0]
        mixed = torch.stack(mixed) @ point.T + self.own[f'{name}conv.bias']
        out = self.linear(narrow + mixed, f'{name}up_proj')
        return (self.own[f'{name}gamma'] * out).reshape(tokens.shape)

    @staticmethod
    def interpolated(steps, length):
        """``(t, C)`` to a length, linearly between middles of steps."""
        places = (torch.arange(length) + 0.5) * len(steps) / length - 0.5
        places = places.clamp(0, len(steps) - 1)[:, None]
        left = places.long()[:, 0]
        right = (left + 1).clamp(max=len(steps) - 1)
        share = places - left[:, None]
        return steps[left] * (1 - share) + steps[right] * share


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / 2**0.5))


def gradients(encoder, features):
    encoder.zero_grad()
    vector = torch.linspace(-1, 1, features.numel()).reshape(features.shape)
    (features * vector).sum().backward()
    return {name: value.grad.clone()
            for name, value in encoder.named_parameters()
            if value.grad is not None}


@pytest.mark.parametrize('case', CASES)
def test_network(case):
    encoder, frames = build(case)
    found, expected = encoder(frames), Steps(encoder, case)(frames)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-4)
    ours, theirs = (gradients(encoder, each) for each in (found, expected))
    assert ours.keys() == theirs.keys() == {
        name for name, _ in encoder.named_parameters() if 'adapter' in name}
    for name, value in ours.items():
        torch.testing.assert_close(value, theirs[name], rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize('case', ['upper_blocks', 'scattered', 'all_blocks'])
def test_adapters_beside(case):
    encoder, frames = build(case, 'SideAdapterVisionTransformer')
    torch.testing.assert_close(
        encoder(frames), Steps(encoder, case)(frames, beside=True),
        rtol=1e-4, atol=1e-4)


def test_adapters_beside_are_as_in_the_paper_by_default():
    """Of the upper half of the blocks, and an eighth as wide."""
    encoder, _ = build('normalized', 'SideAdapterVisionTransformer')
    network = encoder.video.backbone
    assert [*network.adapter_index] == [2, 3]
    assert network.adapters[0].down_proj.weight.shape == (24 // 8, 24)


def test_frozen_blocks_are_left_out_at_random_and_nothing_else_is():
    """As in OpenTAD's code: stochastic depth of frozen blocks is active, also
    of blocks without an adapter; their dropout is not."""
    encoder, frames = build('upper_blocks', drop_path_rate=0.3, drop_rate=0.5,
                            attn_drop_rate=0.5)
    encoder.train()
    network = encoder.video.backbone
    active = [name for name, part in network.named_modules() if part.training
              and not any(True for _ in part.children())]
    names = {name for name in active if 'adapter' not in name}
    assert names == {'pos_drop', 'norm', *(
        f'blocks.{number}.drop_path' for number in (1, 2, 3))}
    rates = [getattr(block.drop_path, 'drop_prob', 0)
             for block in network.blocks]
    assert rates == pytest.approx([0, 0.1, 0.2, 0.3])
    assert isinstance(network.blocks[0].drop_path, nn.Identity)
    network.pos_drop.eval()
    with torch.no_grad():
        assert len({float(encoder(frames).sum()) for _ in range(8)}) > 1
        encoder.eval()
        assert torch.equal(encoder(frames), encoder(frames))

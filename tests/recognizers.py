"""MMAction2's recognizers, small enough for tests: of the same kind, with few
channels and 64 pixels."""
import copy
from pathlib import Path

import mmaction
import torch
from mmengine.config import Config

SIZE = 64
RESNET3D = dict(base_channels=8, pretrained=None, pretrained2d=False)

#: Name -> config of the zoo, what is smaller in its model, frames of a clip.
ZOO = dict(
    tsn=('tsn/tsn_imagenet-pretrained-r50_8xb32-1x1x3-100e_kinetics400-rgb',
         dict(backbone=dict(depth=18, pretrained=None)), 1),
    tsm=('tsm/tsm_imagenet-pretrained-r50_8xb16-1x1x8-50e_kinetics400-rgb',
         dict(backbone=dict(depth=18, pretrained=None)), 8),
    i3d=('i3d/i3d_imagenet-pretrained-r50_8xb8-32x2x1-100e_kinetics400-rgb',
         dict(backbone=dict(
             RESNET3D, depth=18, inflate=((1, 1), (1, 0), (1, 0), (0, 1)))),
         16),
    slowfast=('slowfast/slowfast_r50_8xb8-8x8x1-256e_kinetics400-rgb',
              dict(backbone=dict(
                  slow_pathway=dict(depth=18, base_channels=16),
                  fast_pathway=dict(depth=18, base_channels=2))), 16),
    swin=('swin/swin-tiny-p244-w877_in1k-pre_8xb8-amp-32x2x1-30e_'
          'kinetics400-rgb',
          dict(backbone=dict(
              pretrained=None, pretrained2d=False,
              arch=dict(_delete_=True, embed_dims=12, depths=[1, 1, 1, 1],
                        num_heads=[1, 2, 2, 2]))), 16),
    videomae=('videomae/vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400',
              dict(backbone=dict(embed_dims=24, depth=2, num_heads=2)), 16),
    videomae_s=('videomae/vit-base-p16_videomae-k400-pre_16x4x1_kinetics-400',
                dict(backbone=dict(embed_dims=12, depth=3, num_heads=3,
                                   return_feat_map=True)), 16),
    mvit=('mvit/mvit-small-p244_32xb16-16x4x1-200e_kinetics400-rgb',
          dict(backbone=dict(
              arch=dict(_delete_=True, embed_dims=12, num_layers=4,
                        num_heads=1, downscale_indices=[1, 3]),
              spatial_size=SIZE, temporal_size=16)), 16),
    timesformer=('timesformer/timesformer_divST_8xb8-8x32x1-15e_'
                 'kinetics400-rgb',
                 dict(backbone=dict(img_size=SIZE, embed_dims=24, num_heads=2,
                                    num_transformer_layers=1,
                                    pretrained=None)), 8),
)
#: Those that the issue of features is about.
SEVEN = ('tsn', 'tsm', 'i3d', 'slowfast', 'swin', 'videomae', 'videomae_s')


def config(name):
    """A recognizer's whole config, small."""
    base, model, _ = ZOO[name]
    cfg = Config.fromfile(_path(base))
    cfg.merge_from_dict(dict(model=copy.deepcopy(model)))
    return cfg


def _path(base):
    return Path(mmaction.__file__).parent.joinpath(
        f'.mim/configs/recognition/{base}.py')


def clip_len(name):
    return ZOO[name][2]


def seeded(model, seed=0):
    """Random weights that let every part of a network count."""
    torch.manual_seed(seed)
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    return model

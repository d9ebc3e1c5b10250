"""OpenTAD's checkpoints of AdaTAD (https://github.com/sming256/OpenTAD):
adapters in VideoMAE's network, or beside it, and ActionFormer."""
import re
from typing import Any, Dict, Optional

from . import actionformer
from .common import Rules, StateDict, convert, count, load_reference_weights
from .opentad import as_opentad, in_names_of_original

VIDEO = 'backbone.model.backbone.'
#: Width -> heads and MLP ratio of VideoMAE's networks, where the heads are
#: not of 64 channels or the ratio is not 4.
HEADS = {1280: 16, 1408: 16}
RATIOS = {1408: 48 / 11}

RULES: Rules = [
    (r'backbone\.model\.backbone\.ladders\.adapters\.(.+)',
     r'video_backbone.video.backbone.adapters.\1'),
    (r'backbone\.model\.backbone\.(.+)', r'video_backbone.video.backbone.\1'),
    *((pattern, f'localizer.{ours}')
      for pattern, ours in actionformer.RULES)
]


def convert_opentad_adatad(path: str,
                           target: str,
                           model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    weights = load_reference_weights(path)
    video = {key: value for key, value in weights.items()
             if key.startswith(VIDEO)}
    source = {**video, **in_names_of_original(
        {key: value for key, value in weights.items() if key not in video})}
    if model is not None:
        model = dict(model, localizer=as_opentad(model['localizer']))
    return convert(path, target, RULES, infer_model, model, source)


def infer_model(source: StateDict) -> dict:
    """Model config, as far as shapes of weights imply it; the rest is
    THUMOS14's."""
    host = as_opentad(actionformer.infer_model(source))
    host['max_seq_len'] = 768
    host['backbone'].update(window=None)
    return dict(
        type='EndToEndLocalizer',
        show_padding=True,
        video_backbone=dict(
            type='WindowEncoder',
            trained='adapters',
            recognizer=dict(
                type='Recognizer3D',
                backbone=infer_network(source),
                data_preprocessor=dict(
                    type='ActionDataPreprocessor',
                    mean=[123.675, 116.28, 103.53],
                    std=[58.395, 57.12, 57.375],
                    format_shape='NCTHW'))),
        localizer=host)


def infer_network(source: StateDict) -> Dict[str, Any]:
    """Config of the video network."""
    width, _, tubelet, patch, _ = source[
        f'{VIDEO}patch_embed.projection.weight'].shape
    depth = count(source, rf'{re.escape(VIDEO)}blocks\.(\d+)\.')
    positions = source[f'{VIDEO}pos_embed'].shape[1]
    side = [key for key in source if key.startswith(f'{VIDEO}ladders.')]
    pattern = (r'ladders\.adapters\.(\d+)\.' if side else
               r'blocks\.(\d+)\.adapter\.')
    places = sorted({int(found[1]) for found in (
        re.match(re.escape(VIDEO) + pattern, key) for key in source) if found})
    index = [each + depth - len(places) for each in places] if side else places
    name = (f'ladders.adapters.{places[0]}' if side else
            f'blocks.{places[0]}.adapter')
    hidden, _, kernel = source[f'{VIDEO}{name}.dwconv.weight'].shape
    mlp = source[f'{VIDEO}blocks.0.mlp.layers.0.0.weight'].shape[0]
    return dict(
        type=('SideAdapterVisionTransformer' if side else
              'AdapterVisionTransformer'),
        img_size=round((positions * tubelet / 16)**0.5) * patch,
        patch_size=patch,
        embed_dims=width,
        depth=depth,
        num_heads=HEADS.get(width, max(width // 64, 1)),
        mlp_ratio=RATIOS.get(width, mlp / width),
        tubelet_size=tubelet,
        adapter_index=index,
        adapter=dict(ratio=hidden / width, kernel_size=kernel))

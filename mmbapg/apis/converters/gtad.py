"""Official G-TAD checkpoints (https://github.com/frostinassiky/gtad)."""
from typing import List, Optional, Tuple

from mmbapg.config.places import read_config

from .common import ConversionError, Rules, StateDict, convert


def _block(theirs: str, ours: str) -> List[Tuple[str, str]]:
    return [(rf'{theirs}\.{their_branch}\.([024])\.(\w+)',
             rf'{ours}.{branch}.\1.\2')
            for their_branch, branch in (('tconvs', 'temporal'),
                                         ('sconvs', 'semantic'))]


RULES: Rules = [
    (r'backbone1\.0\.(\w+)', r'backbone.input_conv.0.\1'),
    *_block(r'backbone1\.2', 'backbone.base_block'),
    *_block(r'backbone2\.0', 'backbone.block'),
    *_block(r'regu_s\.0', 'head.start_block'),
    (r'regu_s\.1\.(\w+)', r'head.start_out.\1'),
    *_block(r'regu_e\.0', 'head.end_block'),
    (r'regu_e\.1\.(\w+)', r'head.end_out.\1'),
    (r'localization\.0\.(\w+)', r'head.map_in.\1'),
    *((rf'localization\.{layer}\.(\w+)', rf'head.map_layers.{layer - 1}.\1')
      for layer in (2, 4, 6)),
    (r'localization\.8\.(\w+)', r'head.map_out.\1'),
]

#: Bins together -> those of a proposal and those of its context.
BINS = {32: (16, 16), 36: (32, 4)}
#: Kernels of the map's layers -> config of the model: the code for THUMOS14,
#: and that for ActivityNet and HACS. They differ in sizes, losses and tests.
BASES = {3: 'gtad', 1: 'gtad_activitynet13'}
#: Groups of the first convolution and of the blocks leave no trace.
INPUT_GROUPS, GROUPS = 4, 32


def infer_model(source: StateDict) -> dict:
    """The model config that the shapes of the weights imply.

    It finds proposals: which classifier names them is not told.
    """
    channels, in_channels, _ = source['backbone1.0.weight'].shape
    map_channels, samples, *_ = source['localization.0.weight'].shape
    hidden_channels, _, kernel_size, _ = source['localization.4.weight'].shape
    for what, found, known in (
            ('bins of a proposal', samples // channels, BINS),
            ('steps of a kernel on the map', kernel_size, BASES)):
        if found not in known:
            raise ConversionError(
                f'found {found} {what}, expected one of {sorted(known)}, as '
                'in the official code; name the config of this model')
    bins, context_bins = BINS[samples // channels]
    model = read_config(f'_base_/models/{BASES[kernel_size]}.py').model
    block = dict(
        hidden_channels=len(source['backbone2.0.tconvs.0.bias']),
        groups=GROUPS)
    model.in_channels = in_channels * INPUT_GROUPS
    model.backbone.update(
        channels=channels, input_groups=INPUT_GROUPS, block=block)
    model.head.update(
        bins=bins, context_bins=context_bins, map_channels=map_channels,
        hidden_channels=hidden_channels, block=block)
    for about_detections in ('score_fusion', 'decimals'):
        del model.head.post_processor[about_detections]
    return model.to_dict()


def convert_gtad(path: str, target: str,
                 model: Optional[dict] = None) -> dict:
    """Convert; see :func:`mmbapg.apis.converters.common.convert`."""
    return convert(path, target, RULES, infer_model, model)

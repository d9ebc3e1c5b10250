"""The hosts, each told once: what the tests that run over all of them need.

A localizer that is registered and not here fails
tests/test_models/test_contract.py.
"""
from pathlib import Path
from typing import Any, Callable, Dict, NamedTuple, Tuple

from torch import nn

from mmbapg.models.heads.anchor_free_head import HeadOutputs
from mmbapg.models.heads.trident_head import TridentOutputs
from tests import tiny, tiny_tadtr

WIDTH, STEPS, CLASSES = 8, 32, 3
RANGES = [(0, 4), (4, 8), (8, 10000)]
NECK = dict(type='PyramidNorm', channels=16, num_levels=3)
LAYERS = dict(num_layers=2, num_heads=4, feedforward_channels=32)
SGP = dict(hidden_channels=24, num_groups=4, init_std=0.3, window=3)

Model = Callable[[int, int, int], dict]


def anchor_free(backbone: dict, neck: dict = NECK, input_noise=0,
                **head: Any) -> Model:
    """Makes a small model of channels of features, steps and classes.

    Args:
        backbone, neck, head: What is not the same for all.
        input_noise: Of the localizer.
    """

    def model(in_channels: int, steps: int, num_classes: int) -> dict:
        return dict(
            max_seq_len=steps,
            **(dict(input_noise=input_noise) if input_noise else {}),
            backbone=dict(
                in_channels=in_channels, channels=16, max_seq_len=steps,
                **{'arch': (1, 1, 2), 'position_encoding': True, **backbone}),
            neck=neck,
            head=dict(
                num_classes=num_classes, in_channels=16, channels=16,
                num_layers=1, prior_prob=0.4, point_generator=dict(
                    type='PointGenerator', regression_ranges=RANGES),
                **{'type': 'AnchorFreeHead', **head}))

    return model


def of_windows(in_channels: int, steps: int, num_classes: int) -> dict:
    """A small TadTR."""
    return dict(
        in_channels=in_channels, channels=16, norm_groups=4,
        window_size=steps, encoder=LAYERS,
        decoder=dict(num_queries=6, **LAYERS),
        head=dict(type='SegmentQueryHead', num_classes=num_classes,
                  roi_bins=4))


BLOCK = dict(hidden_channels=8, groups=4)


def of_sub_graphs(in_channels: int, steps: int, num_classes: int) -> dict:
    """A small G-TAD, whose proposals are of no class."""
    return dict(
        in_channels=in_channels, window_size=steps, windows_per_batch=3,
        backbone=dict(type='SnippetGraphBackbone', channels=16, block=BLOCK),
        head=dict(
            type='SubGraphHead', num_durations=steps // 2, bins=4,
            context_bins=2, map_channels=16, hidden_channels=8, block=BLOCK,
            target_maker=dict(type='MapTargetMaker'), post_processor=dict(
                type='ProposalPostProcessor', nms_in_windows=True,
                nms=dict(method='soft', divisor=0.46, max_proposals=50))))


def of_relations(in_channels: int, steps: int, num_classes: int) -> dict:
    """A small BSN++, whose proposals are of no class."""
    return dict(
        in_channels=in_channels, window_size=steps, windows_per_batch=3,
        backbone=dict(type='StackedConvBackbone', channels=16),
        head=dict(
            type='RelationMapHead', num_durations=steps // 2,
            boundaries=dict(channels=8), relation=dict(
                sequence_channels=8, num_samples=4, map_channels=16,
                channels=8)))


def of_boundaries_matched(in_channels: int, steps: int,
                          num_classes: int) -> dict:
    """A small BMN, whose proposals are of no class."""
    return dict(
        in_channels=in_channels, window_size=steps, windows_per_batch=3,
        head=dict(
            type='BoundaryMatchingHead', num_durations=steps,
            sequence_channels=8, map_channels=16, channels=8, num_samples=4))


def open_gates(model: nn.Module) -> None:
    """All points behind closed gates would score the same."""
    for name, parameter in model.named_parameters():
        if name.endswith(('gate.bias', 'gate')):
            nn.init.ones_(parameter)


class Host(NamedTuple):
    """What tests need of a host beside its name."""
    #: A small model, without its type.
    model: Model
    #: Where a training step of it waits for a GPU, and how often.
    waits: Dict[str, int] = {}
    #: Whether it trains on windows.
    windows: bool = False
    #: Of its configs, where it is not its name in small letters: it has no
    #: official code, and so no converter.
    folder: str = ''
    #: Done with a new model, so that outputs are not all the same.
    begin: Callable[[nn.Module], Any] = lambda model: None
    #: How far half precision of features may move raw outputs.
    rounding: float = 0.03
    #: Whose reading of data and whose evaluation its benchmarks follow.
    convention: str = 'actionformer'
    #: Weights of its checkpoint with the golden numbers, and one of them that
    #: has no second dimension to speak of; '' if its own test of converters
    #: has all that is refused.
    converted: int = 0
    misshapen: str = ''
    #: Of a head that is tested beside golden numbers: raw outputs, how far
    #: they may be from those of the two golden files, and the reference's
    #: name of each setting that leaves no trace in weights.
    outputs: type = HeadOutputs
    atol: Tuple[float, float] = (2e-4, 2e-4)
    settings: Dict[str, str] = {}


ANCHOR_FREE = 'models/heads/anchor_free_head.py'
POINTS = {f'{ANCHOR_FREE}:loss': 1, f'{ANCHOR_FREE}:_regression_pairs': 1}
STEM = 'backbone.stem.0.mlp.0.weight'

HOSTS = dict(
    ActionFormer=Host(
        anchor_free(dict(type='ConvTransformerBackbone', num_heads=2,
                         window=3)),
        waits=POINTS, converted=229, misshapen=STEM,
        settings={
            'backbone.num_heads': 'model.n_head',
            'backbone.window': 'model.n_mha_win_size'}),
    TriDet=Host(
        anchor_free(dict(type='SGPBackbone', **SGP), input_noise=0.1,
                    type='TridentHead', num_bins=4),
        waits={  # one for each of three levels
            f'{ANCHOR_FREE}:loss': 1,
            'models/heads/trident_head.py:_regression_pairs': 3},
        convention='tridet', converted=192, misshapen=STEM,
        outputs=TridentOutputs,
        settings={
            'backbone.window': 'model.n_sgp_win_size',
            'backbone.k': 'model.k',
            'backbone.init_std': 'model.init_conv_vars',
            'backbone.hidden_channels': 'model.sgp_mlp_dim',
            'head.num_bins': 'model.num_bins',
            'head.iou_weight_power': 'model.iou_weight_power',
            'input_noise': 'model.input_noise'}),
    TemporalMaxer=Host(
        anchor_free(dict(type='MaxPoolingBackbone', arch=(1, 0, 2)),
                    dict(type='SharedPyramidNorm', channels=16,
                         num_groups=4),
                    assigner=dict(type='LeastCostAssigner')),
        waits=POINTS, converted=28,
        settings={'head.assigner.radius': 'model.assigner.center_radius'}),
    DyFADet=Host(
        anchor_free(dict(type='DynEBackbone', **SGP), input_noise=0.1,
                    type='DynamicHead'),
        waits={f'{ANCHOR_FREE}:loss': 1,
               'models/heads/dynamic_head.py:_regression_pairs': 1},
        begin=open_gates,
        rounding=0.05,  # it multiplies what was rounded
        convention='tridet', converted=260, misshapen=STEM, atol=(5e-4, 1e-4),
        settings={
            'input_noise': 'model.input_noise',
            'backbone.window': 'model.n_encoder_win_size',
            'backbone.k': 'model.k',
            'backbone.hidden_channels': 'model.mlp_dim',
            'backbone.init_std': 'model.init_conv_vars',
            'backbone.position_encoding': 'model.use_abs_pe',
            'backbone.arch': 'model.backbone_arch',
            'backbone.channels': 'model.embd_dim',
            'head.tau': 'model.dyn_head.tau',
            'head.channels': 'model.head_dim',
            'head.kernel_size': 'model.head_kernel_size',
            'head.prior_prob': 'train_cfg.cls_prior_prob',
            'head.label_smoothing': 'train_cfg.label_smoothing',
            'head.loss_reg.loss_weight': 'train_cfg.loss_weight'}),
    WindowedBMN=Host(of_boundaries_matched, windows=True, folder='bmn'),
    GTAD=Host(of_sub_graphs, windows=True),
    BSNPlusPlus=Host(
        of_relations, windows=True, begin=open_gates, folder='bsn_plus_plus'),
    TadTR=Host(
        of_windows, windows=True,
        waits={  # there and back for each of two decoder layers
            'ops/roi_align.py:bin_shares': 1,
            'models/task_modules/hungarian_assigner.py:__call__': 4}))

#: Any parts put together, so no method.
PARTS = dict(SingleStageLocalizer=Host(
    anchor_free(dict(type='SGPBackbone', **SGP))))

#: Hosts that have a pyramid of points.
ANCHOR_FREE_HOSTS = {name: host for name, host in HOSTS.items()
                     if not host.windows}


def small_model(name: str, in_channels: int = WIDTH, steps: int = STEPS,
                num_classes: int = CLASSES) -> dict:
    """Config of a host's small model."""
    return dict(type=name, **{**HOSTS, **PARTS}[name].model(
        in_channels, steps, num_classes))


def method(name: str) -> str:
    """Of a host, its folder in configs and its converter."""
    return HOSTS[name].folder or name.lower()


def config_for(name: str, data: str, variety: str = '') -> Path:
    """A host's config for a dataset, as ``thumos14-i3d``.

    Args:
        name: The host.
        data: End of the config's name.
        variety: ``'_bapg'`` for that with BAPG.
    """
    folder = tiny.CONFIGS / method(name)
    found = sorted(folder.glob(f'{method(name)}{variety}_1xb*e_{data}.py'))
    assert len(found) == 1, (
        f'{folder}: found {len(found)} configs{variety} for {data}, expected '
        'one; tools/dev/settings gives them')
    return found[0]


def write_config(name: str, folder: Path, with_bapg=False, **kwargs) -> Path:
    """A config of a small model on the data of :mod:`tests.tiny`."""
    module = tiny if name in ANCHOR_FREE_HOSTS else tiny_tadtr
    if name != 'TadTR':
        steps = tiny_tadtr.WINDOW if HOSTS[name].windows else 96
        model = small_model(name, tiny.CHANNELS, steps, len(tiny.CLASSES))
        kwargs['extra'] = f'model = {dict(model, _delete_=True)}\n'
    kwargs = dict(epochs=1, name=f'{name}{with_bapg}.py', **kwargs)
    if with_bapg:
        return module.bapg_config(folder, **kwargs)
    return (tiny.localizer_config if module is tiny else
            tiny_tadtr.config)(folder, **kwargs)

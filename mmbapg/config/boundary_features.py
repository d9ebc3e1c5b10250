"""Features of a boundary-sensitive encoder, of the config of its training."""
import copy

from mmengine.config import Config, ConfigDict

from mmbapg.datasets.boundaries.settings import settings_for
from mmbapg.models.localizers.contract import type_name

from .clip_features import ClipFeaturesConfigError
from .places import find_config

#: Below the data's folder.
FOLDER = 'features_bsp'


def add_boundary_features(cfg: Config) -> Config:
    """Make the config of a :class:`BoundaryLearner`, or of the network that a
    :class:`BoundaryDistiller` trains, on stored features one that writes what
    its encoder makes of all videos of its source.

    Windows are as long as the clips of training, and around each step, so
    that features stand beside those that they are made of
    (``data_prefix=dict(feature=[...])``).

    Args:
        cfg: Config of pretraining.

    Returns:
        A new config, for ``tools/extract_features.py``; of another model, the
        config as it is.

    Raises:
        ClipFeaturesConfigError: If the learner is trained on frames, or on
            several sources.
    """
    kind = type_name((cfg.get('model') or {}).get('type', ''))
    if kind not in ('BoundaryLearner', 'BoundaryDistiller'):
        return cfg
    data = cfg.train_dataloader.dataset
    source = _source(data, cfg)
    clip = settings_for(data.get('synthesis'))
    made = Config.fromfile(find_config('_base_/default_runtime.py'))._cfg_dict
    made.model = ConfigDict(
        type='BoundaryFeatures', learner=_learner(cfg.model),
        window=clip.length, spacing=clip.spacing)
    made.test_dataloader = ConfigDict(
        batch_size=1, num_workers=0,
        sampler=dict(type='VideoShardSampler'),
        dataset=dict(source, context=clip.half_length * clip.spacing,
                     test_mode=True, pipeline=[
                         data.pipeline[0].load, dict(type='PackFrames')]))
    made.test_evaluator = []
    made.test_cfg = ConfigDict(
        type='EmbedLoop', out_dir=cfg.get('data_root', '') + FOLDER)
    return Config(made, filename=cfg.filename)


def _learner(model: ConfigDict) -> dict:
    """The network that is trained: teachers have done their part."""
    parts = ('encoder', 'heads', 'data_preprocessor')
    return dict({key: copy.deepcopy(model[key]) for key in parts
                 if key in model}, type='BoundaryLearner')


def _source(data: ConfigDict, cfg: Config) -> dict:
    """The stored features that clips are made of, of all videos."""
    source = data.source
    several = isinstance(source, (list, tuple))
    if several or 'feature' not in source.get('data_prefix', {}):
        raise ClipFeaturesConfigError(
            f'{cfg.filename or "config"}, train_dataloader.dataset.source: '
            f'found {"several" if several else "one"}, expected one of stored '
            'features, data_prefix=dict(feature=...); features of an encoder '
            'of frames are made by a config with clip_features, such as '
            'configs/bsp/tsm-r50-bsp_8x1x8_custom-rgb.py, with the same '
            'checkpoint')
    return {key: copy.deepcopy(value) for key, value in source.items()
            if key not in ('where', 'subset')}

"""Clip features for the config of a recognizer that knows nothing of them."""
import copy
import os
from typing import Any, List, Mapping

from mmengine.config import Config, ConfigDict

from mmbapg.errors import UserError
from mmbapg.models.localizers.contract import type_name

from .places import find_config

#: Fields of ``clip_features`` that say which frames a clip takes.
SAMPLING = ('clip_len', 'frame_interval', 'stride', 'ends', 'sample_fps')
#: And those that say where the videos are.
PLACES = ('subset', 'where', 'filename_tmpl', 'fps', 'missing_files')
#: And those of the model.
MODEL = ('weights', 'max_clips', 'grid')
#: And those of the loaders and of the loop.
LOADING = ('data_root', 'ann_file', 'data_prefix', 'images', 'out_dir',
           'chunk_size', 'batch_size', 'num_workers', 'fp16')

#: Transforms of a recognizer's test that change pictures and not their order,
#: and crops that we take once in the middle.
SPATIAL = ('Resize', 'CenterCrop')
SEVERAL_CROPS = ('ThreeCrop', 'TenCrop')
#: Transforms that read, choose or pack frames: ours take their place.
REPLACED = ('DecordInit', 'DecordDecode', 'PyAVInit', 'PyAVDecode',
            'OpenCVInit', 'OpenCVDecode', 'PIMSInit', 'PIMSDecode',
            'RawFrameDecode', 'SampleFrames', 'UniformSample',
            'UntrimmedSampleFrames', 'DenseSampleFrames', 'FormatShape',
            'PackActionInputs', 'LoadVideoFrames', 'LoadFrameFolder',
            'PackFrames')


class ClipFeaturesConfigError(UserError, ValueError):
    """A config cannot make clip features; the message says why."""


def add_clip_features(cfg: Config) -> Config:
    """Make a recognizer's config one that extracts features of clips.

    Of the recognizer, the network and its data preprocessor are taken, and
    from the pipeline of its test how pictures are resized and cropped. The
    rest is what ``cfg.clip_features`` says: :data:`SAMPLING` as in
    ``UntrimmedClipDataset``; ``data_root``, and below it ``ann_file``,
    ``data_prefix`` (of videos, or of folders of images, which ``images``
    names as ``LoadFrameFolder`` does) and ``out_dir``; which videos
    (:data:`PLACES`); ``weights``, ``max_clips`` and ``grid`` as in
    ``ClipFeatureExtractor``; ``chunk_size``, ``batch_size`` and
    ``num_workers`` of the loader; ``fp16``.

    Args:
        cfg: Config of a recognizer with a field ``clip_features``.

    Returns:
        A new config without that field, for ``tools/extract_features.py`` or
        ``Runner.from_cfg(cfg).test()``. A config without it is returned as it
        is.

    Raises:
        ClipFeaturesConfigError: If a setting is missing or not known, or the
            test of the recognizer has a transform that cannot be kept.
    """
    if 'clip_features' not in cfg:
        return cfg
    settings = copy.deepcopy(cfg.clip_features)
    _check(settings, cfg)
    made = Config.fromfile(find_config('_base_/default_runtime.py'))._cfg_dict
    made.update(
        {key: cfg[key] for key in ('custom_imports', 'randomness', 'work_dir',
                                   'launcher', 'load_from') if key in cfg})
    made.data_root = settings.data_root
    made.model = ConfigDict(
        type='ClipFeatureExtractor', recognizer=_network(cfg.model),
        **_picked(settings, MODEL))
    made.test_dataloader = dataloader(
        settings, spatial_transforms(_test_pipeline(cfg)))
    made.test_evaluator = []
    made.test_cfg = ConfigDict(
        type='EmbedLoop', out_dir=_below(settings, settings['out_dir']),
        fp16=settings.get('fp16', False))
    return Config(made, filename=cfg.filename)


def _check(settings: Any, cfg: Config) -> None:
    """Refuse what is no setting, and a recognizer that is none."""
    where = cfg.filename or 'config'
    if not isinstance(settings, dict):
        raise ClipFeaturesConfigError(
            f'{where}, field clip_features: found {settings!r}, expected '
            'dict(clip_len=..., stride=...) as in _base_/clip_features.py')
    known = {*SAMPLING, *PLACES, *MODEL, *LOADING}
    for name in settings:
        if name not in known:
            raise ClipFeaturesConfigError(
                f'{where}, clip_features: found {name}, expected some of '
                f'{", ".join(sorted(known))}')
    for name in ('clip_len', 'stride', 'data_root', 'ann_file', 'data_prefix',
                 'out_dir'):
        if name not in settings:
            raise ClipFeaturesConfigError(
                f'{where}, clip_features: found no {name}, expected one (the '
                'base _base_/clip_features.py has all but clip_len and '
                'stride)')
    model = cfg.get('model') or {}
    if type_name(model.get('type', '')) == 'ClipFeatureExtractor':
        raise ClipFeaturesConfigError(
            f'{where}, model: found ClipFeatureExtractor beside the field '
            'clip_features, which would make one of it once more; expected '
            'the recognizer alone')


def _network(model: Mapping) -> ConfigDict:
    """The parts of a recognizer that features come from."""
    return ConfigDict({key: value for key, value in model.items() if key not in
                       ('cls_head', 'neck', 'train_cfg', 'test_cfg')})


def _picked(settings: Mapping, names) -> dict:
    return {name: settings[name] for name in names if name in settings}


def _below(settings: Mapping, place: str) -> str:
    """A place in ``data_root``, unless it is absolute."""
    return os.path.join(settings['data_root'], place)


def dataloader(settings: Mapping, spatial: List[dict]) -> ConfigDict:
    """Config of the loader of runs of clips.

    Args:
        settings: Field ``clip_features``.
        spatial: Transforms between reading and packing.
    """
    prefix = {form: _below(settings, folder)
              for form, folder in settings['data_prefix'].items() if folder}
    read = dict(type='LoadVideoFrames')
    if 'img' in prefix:  # the base names videos
        prefix = dict(img=prefix['img'])
        read = dict(settings.get('images', {}), type='LoadFrameFolder')
    dataset = dict(
        type='UntrimmedClipDataset',
        ann_file=_below(settings, settings['ann_file']),
        data_prefix=prefix,
        **_picked(settings, (*SAMPLING, *PLACES, 'chunk_size')),
        pipeline=[read, *spatial,
                  dict(type='FormatShape', input_format='NCHW'),
                  dict(type='PackFrames')],
        test_mode=True)
    return in_turn(ConfigDict(
        batch_size=settings.get('batch_size', 1),
        num_workers=settings.get('num_workers', 0),
        sampler=dict(type='VideoShardSampler'), dataset=dataset))


def in_turn(loader: Mapping) -> ConfigDict:
    """A loader in which each worker reads its own videos, so that it goes
    through each file once. Others are returned as they are."""
    found: Any = ConfigDict(loader)
    if type_name(found.dataset.type) == 'UntrimmedClipDataset':
        found.sampler = dict(found.sampler, streams=found.batch_size * max(
            1, found.num_workers))
    return found


def _test_pipeline(cfg: Config) -> List[dict]:
    dataset = (cfg.get('test_dataloader') or {}).get('dataset') or {}
    return dataset.get('pipeline') or cfg.get('test_pipeline') or []


def spatial_transforms(pipeline: List[dict]) -> List[dict]:
    """How the test of a recognizer resizes and crops pictures.

    Where it takes three or ten crops, we take one of their size from the
    middle: several crops of a clip are no steps in time.

    Args:
        pipeline: Of the test of the recognizer.

    Raises:
        ClipFeaturesConfigError: If it has a transform that is not known, or
            none that resizes or crops.
    """
    kept = []
    for step in pipeline:
        name = type_name(step['type'])
        if name in SEVERAL_CROPS:
            kept.append(dict(type='CenterCrop', crop_size=step['crop_size']))
        elif name in SPATIAL:
            kept.append(dict(step))
        elif name not in REPLACED:
            raise ClipFeaturesConfigError(
                f'test_dataloader.dataset.pipeline: found {name}, expected '
                f'only {", ".join(SPATIAL + SEVERAL_CROPS)} beside what '
                'reads, samples and packs frames')
    if not kept:
        raise ClipFeaturesConfigError(
            'test_dataloader.dataset.pipeline: found no transform that '
            'resizes or crops, expected some, as frames of all videos are '
            'put together')
    return kept

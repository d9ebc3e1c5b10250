"""BAPG for a host config that knows nothing of it."""
import copy
from typing import Any

from mmaction.registry import MODELS, TRANSFORMS
from mmengine.config import Config, ConfigDict
from mmengine.registry import DefaultScope

from mmbapg.errors import UserError
from mmbapg.models.localizers.contract import (
    OF_FRAMES,
    ContractError,
    feature_channels,
    host_config,
    sees_frames,
    type_name,
)

from .datasets import DATALOADERS, datasets_of


class BAPGConfigError(UserError, ValueError):
    """BAPG cannot be added to a config; the message says why."""


def add_bapg(cfg: Config) -> Config:
    """Switch BAPG on, as the settings in ``cfg.bapg`` say.

    The host is wrapped by :class:`mmbapg.models.BAPG`: the model, or what
    stands behind a video network in it. In the pipeline of
    every dataset, proposals are made before packing and packed with the rest.

    Args:
        cfg: Config of a host with a field ``bapg``: ``clustering`` and
            ``neck`` are configs of ``TemporalSimilarityClustering`` and a
            :class:`FusionNeck`; the widths that follow from the host and
            the clustering are filled in. ``encoder``, if given, is the
            ``config`` and the ``checkpoint`` of the similarity encoder, for
            inference on raw video.

    Returns:
        A new config without ``bapg`` and ``runner_type``. A config without
        ``bapg`` is returned as it is.

    Raises:
        BAPGConfigError: If ``neck`` is no fusion neck, the config does not
            tell the width of the host's features, or a pipeline has no
            transform that packs.
    """
    if 'bapg' not in cfg:
        return cfg
    cfg = copy.deepcopy(cfg) if isinstance(cfg, Config) else Config(cfg)
    settings = cfg.pop('bapg')
    _check(settings, cfg.model)
    cfg.pop('runner_type', None)
    with DefaultScope.overwrite_default_scope('mmaction'):
        neck = dict(settings.neck)
        kind = _neck_class(neck)
        settings.clustering = complete_clustering(settings, cfg.model)
        packed = TRANSFORMS.build(settings.clustering).packed_widths
        neck = {**kind.settings_from(packed), **neck}
    if 'in_channels' not in neck:
        neck['in_channels'] = _feature_channels(cfg.model)
    place = cfg.model if sees_frames(cfg.model) else cfg
    name = 'localizer' if sees_frames(cfg.model) else 'model'
    place[name] = ConfigDict(type='BAPG', localizer=place[name], neck=neck)
    if 'encoder' in settings:
        cfg.video_input = ConfigDict(
            cfg.get('video_input') or {},
            encoder=settings.encoder.config,
            encoder_checkpoint=settings.encoder.checkpoint)
    for name in DATALOADERS:
        if cfg.get(name) is not None:
            for dataset in datasets_of(cfg[name].dataset):
                dataset.pipeline = _with_proposals(
                    dataset.get('pipeline', []), settings.clustering, name)
    return cfg


def _check(settings, model: Any) -> None:
    """Refuse what is no setting of BAPG, or a model that has it."""
    missing = [name for name in ('clustering', 'neck')
               if not isinstance(settings, dict) or not settings.get(name)]
    if missing:
        raise BAPGConfigError(
            f'bapg: found {settings!r}, expected dict(clustering=..., '
            'neck=...) as in _base_/bapg/bapg.py, or no such field for the '
            'host alone')
    kind = type_name(model.get('type'))
    if kind in OF_FRAMES:
        raise BAPGConfigError(
            f'model {kind}: found a localizer that takes frames, expected one '
            'on clip features, or behind a video network '
            "(EndToEndLocalizer): BAPG's neck stands before the first layer "
            'of such a sequence')
    inner = model['localizer'] if sees_frames(model) else model
    if type_name(inner.get('type')) == 'BAPG':
        raise BAPGConfigError(
            'model: found BAPG beside the field bapg, which would add it once '
            'more; expected one of them (del cfg.bapg where the config is '
            'one that a run has written)')


def _feature_channels(model: dict) -> int:
    try:
        return feature_channels(model)
    except ContractError as error:
        raise BAPGConfigError(str(error)) from None


def complete_clustering(settings: dict, model: dict) -> dict:
    """Config of the clustering, with what follows from the host.

    Args:
        settings: The field ``bapg`` of a config.
        model: Config of the host.
    """
    clustering = settings['clustering']
    kind = type_name(clustering.get('type'))
    if not _neck_class(settings['neck']).reads_class_evidence or (
            kind != 'TemporalSimilarityClustering'):
        return clustering
    return {'class_channels': _class_channels(model), **clustering}


def _class_channels(model: dict) -> int:
    """One for each class of the host and one for the background; none if it
    does not tell classes apart."""
    classes = (host_config(model).get('head') or {}).get('num_classes', 0)
    return classes + 1 if classes > 1 else 0


def _neck_class(neck: dict) -> Any:
    found = neck.get('type', '')
    found = MODELS.get(found) if isinstance(found, str) else found
    if not hasattr(found, 'settings_from'):
        raise BAPGConfigError(
            f'bapg.neck: found type {neck.get("type")!r}, expected '
            'EvidenceFusionNeck, BoundaryFusionNeck, ProposalFusionNeck, or a '
            'FusionNeck of yours that is registered and imported by '
            'custom_imports')
    return found


def _with_proposals(pipeline: list, clustering: dict, where: str) -> list:
    names = [type_name(transform.get('type')) for transform in pipeline]
    packs = [index for index, name in enumerate(names)
             if name.startswith('Pack')]
    if not packs:
        raise BAPGConfigError(
            f'{where}: found the transforms {names}, expected one whose name '
            'begins with Pack')
    last = packs[-1]
    return [
        *pipeline[:last], clustering,
        dict(type='PackProposals', pack=pipeline[last]), *pipeline[last + 1:]
    ]

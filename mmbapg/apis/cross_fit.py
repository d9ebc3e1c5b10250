"""Embeddings of training videos by encoders that have not seen them."""
import copy
from pathlib import Path
from typing import Callable, Dict, List, Optional, Sequence

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.logging import print_log

from mmbapg.datasets.annotated_videos import AnnotatedVideos
from mmbapg.datasets.annotations import AnnotationError, VideoAnnotation

#: ``train(cfg, name) -> checkpoint`` and ``embed(cfg, checkpoint, name)``.
Train = Callable[[Config, str], Path]
Embed = Callable[[Config, Path, str], object]


def cross_fit(cfg: Config, parts: int, train: Train, embed: Embed,
              group: Optional[str] = None) -> Path:
    """Stages 1 and 2, cross-fitted.

    An encoder cuts the videos that trained it far better than others, so a
    localizer that trains on the same videos would learn to trust proposals
    that it will not get later. Here every training video is embedded by an
    encoder that was trained on the other parts, and all remaining videos by
    one that was trained on all training videos.

    Where test videos show people, places or recordings that training has not
    seen, ``group`` makes the parts differ in the same way.

    The spaces of different encoders have nothing to do with each other, but
    for the axes of the classes (:class:`mmbapg.models.PrototypeHead`). That
    does no harm: proposals come from similarities within one video, and of
    whole embeddings a localizer is told these axes alone.

    Args:
        cfg: Of a similarity encoder; ``train_dataloader`` names the training
            videos, ``test_dataloader`` those to embed.
        parts: ``k``, at least 2 and at most the number of training videos.
        train: Trains with a config.
        embed: Embeds with a config and a checkpoint.
        group: Field of the annotation file, such as ``subject``. Videos that
            share its value stay in one part; with fewer values than ``parts``
            there are as many parts as values. By default, every video stands
            for itself.

    Returns:
        The checkpoint that was trained on all training videos.

    Raises:
        AnnotationError: If there are too few training videos, or the field
            does not divide them.
    """
    dataset = _lazy(cfg.train_dataloader.dataset)
    videos = dataset.selected_videos()
    names = [video.name for video in videos]
    if not 2 <= parts <= len(names):
        raise AnnotationError(
            f'{dataset.ann_file}: cross-fitting in {parts} parts: found '
            f'{len(names)} training videos, expected at least one for each of '
            'at least 2 parts')
    for part, unseen in enumerate(
            _divided(videos, parts, group, dataset.ann_file)):
        seen = [name for name in names if name not in unseen]
        part_cfg = _on_videos(cfg, seen, unseen)
        name = f'part{part}'
        embed(part_cfg, train(part_cfg, name), name)
    checkpoint = train(cfg, 'all')
    others = [
        video.name
        for video in _lazy(cfg.test_dataloader.dataset).selected_videos()
        if video.name not in names]
    if others:
        embed(_on_videos(cfg, names, others), checkpoint, 'others')
    return checkpoint


def _divided(videos: Sequence[VideoAnnotation], parts: int,
             group: Optional[str], path: str) -> List[List[str]]:
    """Names of the videos of each part; parts are as even as groups allow."""
    names = [video.name for video in videos]
    if group is None:
        return [names[part::parts] for part in range(parts)]
    groups = _groups(videos, group, path)
    if len(groups) < 2:
        raise AnnotationError(
            f'{path}: field {group}: found {next(iter(groups))!r} in all '
            f'{len(videos)} training videos, expected at least 2 values to '
            'cross-fit by')
    if parts > len(groups):
        print_log(
            f'{path}: field {group}: {len(groups)} values in '
            f'{len(videos)} training videos, so cross-fitting has '
            f'{len(groups)} parts, not {parts}', 'current', 30)
    divided: List[List[str]] = [[] for _ in range(min(parts, len(groups)))]
    for members in sorted(groups.values(), key=len, reverse=True):
        min(divided, key=len).extend(members)
    return divided


def group_of(video: VideoAnnotation, field: str) -> object:
    """What a video shares with its group; ``None`` if its field is not there.

    Args:
        video: The video.
        field: Of the annotation file. Upper and lower case are the same, as
            where videos are selected.
    """
    value = video.fields.get(field)
    return value.lower() if isinstance(value, str) else value


def known_group(video: VideoAnnotation, field: str, path: str,
                purpose: str) -> 'str | int | float':
    """What a video shares with its group.

    Args:
        video, field: See :func:`group_of`.
        path: For the message.
        purpose: What the group is needed for: ``to cross-fit by``.

    Raises:
        AnnotationError: If the field is not there, or holds anything else.
    """
    value = group_of(video, field)
    if not isinstance(value, (str, int, float)):
        raise AnnotationError(
            f'{path}: video {video.name}, field {field}: found '
            f'{"nothing" if value is None else repr(value)}, expected a '
            f'text or a number {purpose}')
    return value


def _groups(videos: Sequence[VideoAnnotation], field: str,
            path: str) -> Dict[object, List[str]]:
    """Value of a field -> names of the videos that have it."""
    groups: Dict[object, List[str]] = {}
    for video in videos:
        groups.setdefault(
            known_group(video, field, path, 'to cross-fit by'),
            []).append(video.name)
    return groups


def _lazy(dataset: dict) -> AnnotatedVideos:
    """A dataset that only knows which videos it has."""
    return DATASETS.build(dict(dataset, test_mode=True, pipeline=[],
                               lazy_init=True))


def _on_videos(cfg: Config, seen: List[str], unseen: List[str]) -> Config:
    cfg = copy.deepcopy(cfg)
    for dataset, names in ((cfg.train_dataloader.dataset, seen),
                           (cfg.test_dataloader.dataset, unseen)):
        dataset.where = dict(dataset.get('where') or {}, video=names)
    return cfg

"""Finds what is wrong with a dataset before training does.

Datasets are built, and their files read, by the code that training runs: so
both refuse the same, with the same words.
"""
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Set

from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from mmbapg.config.clip_features import add_clip_features
from mmbapg.config.datasets import DATALOADERS, datasets_of
from mmbapg.config.stale_settings import refuse_stale_settings
from mmbapg.datasets import AnnotationError
from mmbapg.datasets.annotated_videos import AnnotatedVideos
from mmbapg.datasets.annotations import (
    VideoAnnotation,
    load_annotations,
    named,
)
from mmbapg.datasets.embedding_files import read_provenance
from mmbapg.datasets.feature_files import FeatureFileError
from mmbapg.engine import add_bapg
from mmbapg.engine.checks.classes import (
    DatasetMismatch,
    check_batches,
    classes_in,
    compare_classes,
    compare_with_head,
    require_instances,
)
from mmbapg.engine.checks.embeddings import check_embeddings
from mmbapg.engine.checks.windows import (
    refuse_other_windows,
    window_of_config,
)
from mmbapg.errors import INPUT_ERRORS
from mmbapg.models.localizers.contract import host_config, sees_frames

from .dataset_files import check_files, check_foreign, first_path
from .dataset_folder import (
    HDF5_SUFFIXES,
    Naming,
    naming_of,
    surplus_names,
    unnamed_arrays,
)
from .dataset_report import DatasetReport, check_annotations
from .window_check import check_windows

__all__ = ['DatasetReport', 'check_config', 'check_dataset']

REFUSALS = (*INPUT_ERRORS, DatasetMismatch, ValueError, KeyError, TypeError)


def check_config(cfg: Config) -> DatasetReport:
    """Check all that the data loaders of a config read.

    Args:
        cfg: Of a localizer, with or without BAPG, of an encoder, or of
            clip features.
    """
    report = DatasetReport()
    done: Set[tuple] = set()
    with DefaultScope.overwrite_default_scope('mmaction'):
        try:
            cfg = add_clip_features(add_bapg(cfg))
        except ValueError as error:
            report.errors.append(str(error))
            return report
        for name in DATALOADERS:
            if cfg.get(name) is not None:
                for dataset in datasets_of(cfg[name].dataset):
                    _check_set(dataset, report, done)
        if sees_frames(cfg.model) and not report.errors:
            check_windows(cfg, report)
        if not report.errors:
            try:
                _check_together(cfg)
            except REFUSALS as error:
                report.add_error(error)
    return report


def check_dataset(ann_file: str, folder: Optional[str] = None,
                  stride: Optional[float] = None, window: float = 0.0,
                  fps: Optional[float] = None,
                  filename_tmpl: Optional[str] = None,
                  key: 'None | str | List[str]' = None) -> DatasetReport:
    """Check annotations, and the features or videos they belong to.

    Args:
        ann_file: Annotation file.
        folder: Folder of features, of videos or of folders of frames, or one
            HDF5 file; which of these, is seen from the files.
        stride: Video frames from one feature step to the next, see
            :class:`LoadFeatures`; if it is given, durations of features and
            annotations are compared.
        window: Video frames that a step describes.
        fps: Of videos whose annotation does not tell it.
        filename_tmpl: Name of a video's file; by default as most files in the
            folder are named.
        key: Of files with several arrays.

    Raises:
        AnnotationError: If the annotation file is missing or no JSON.
    """
    report = DatasetReport()
    check_annotations(ann_file, report)
    if folder is None:
        return report
    place = Path(folder)
    if not (place.is_dir() or
            (place.suffix in HDF5_SUFFIXES and place.is_file())):
        report.errors.append(f'{folder}: no such folder')
        return report
    try:
        videos = load_annotations(ann_file, 'keep')
    except AnnotationError:  # is reported already
        report.warnings.append(f'{folder}: files were not looked at: mend the '
                               'annotations first')
        return report
    if not videos:
        return report
    if fps is not None and all(video.fps for video in videos.values()):
        report.warnings.append(
            f'{ann_file}: all videos tell their fps, so fps {fps:g} is not '
            'used')
    with DefaultScope.overwrite_default_scope('mmaction'):
        try:
            cfg = _config_of_folder(
                ann_file, place, videos, filename_tmpl,
                dict(stride=stride, window=window, key=key), report)
        except REFUSALS as error:
            report.add_error(error)
            return report
        _check_built(dict(cfg, fps=fps), report, set(), stride is None)
    return report


def _config_of_folder(ann_file: str, place: Path,
                      videos: Mapping[str, VideoAnnotation],
                      template: Optional[str], load: dict,
                      report: DatasetReport) -> dict:
    """Config of a dataset that reads all videos in a folder."""
    naming = naming_of(place, videos, template)
    _tell_names(ann_file, place, naming, videos, report)
    cfg = dict(ann_file=ann_file, data_prefix={naming.form: str(place)},
               filename_tmpl=naming.template, test_mode=True,
               invalid_segments='keep')
    if naming.form != 'feature':
        shortest = min(video.duration for video in videos.values())
        return dict(cfg, type='UntrimmedFrameDataset',
                    interval=min(1.0, shortest), pipeline=[
                        dict(type='LoadVideoFrames')] if (
                            naming.form == 'video') else [])
    arrays = unnamed_arrays(naming.first)
    if arrays and load['key'] is None:
        load['key'] = arrays[0]
        report.warnings.append(
            f'{place}: files hold the arrays {", ".join(arrays)}, of which '
            f'{arrays[0]} was read: --key, and key of LoadFeatures, tell '
            'which to use')
    return dict(cfg, type='TemporalLocalizationDataset',
                pipeline=[dict(type='LoadFeatures', **load)])


def _tell_names(ann_file: str, place: Path, naming: Naming,
                videos: Mapping[str, object], report: DatasetReport) -> None:
    template = naming.template
    if template not in ('{}', '{}' + Path(template).suffix):
        report.facts.append(f'{place}: files are named {template}')
    if place.is_dir() and naming.form != 'img' and '/' not in template:
        surplus = surplus_names(place, naming, videos)
        if surplus:
            report.warnings.append(
                f'{place}: {named(surplus)} not in {ann_file}')


def _check_set(cfg: dict, report: DatasetReport, done: Set[tuple]) -> None:
    """One dataset of a config: its annotations, then its files."""
    kind = _class_of(cfg)
    if not (isinstance(kind, type) and issubclass(kind, AnnotatedVideos)):
        try:
            dataset = DATASETS.build(cfg)
            dataset.full_init()
        except Exception as error:  # whatever others raise
            report.add_error(error)
            return
        check_foreign(dataset, report)
        return
    try:
        lazy = DATASETS.build(dict(cfg, lazy_init=True))
        known = (lazy.ann_file, lazy.invalid_segments, lazy.default_duration)
        if known not in done:
            done.add(known)
            check_annotations(known[0], report, *known[1:])
    except REFUSALS as error:
        report.add_error(error)
        return
    if not any(error.startswith(f'{lazy.ann_file}: video ')
               for error in report.errors):
        _check_built(cfg, report, done)


def _check_built(cfg: dict, report: DatasetReport, done: Set[tuple],
                 grid_unknown: bool = False) -> None:
    """Build a dataset, without the videos that have no file if need be."""
    option = _class_of(cfg).MISSING
    dataset = None
    for policy in ('error', 'skip'):
        try:
            dataset = DATASETS.build(dict(
                cfg, lazy_init=True, serialize_data=False,
                **{option: policy}))
            dataset.full_init()
        except REFUSALS as error:
            dataset = None
            if policy == cfg.get(option, 'error'):
                report.add_error(error)
            elif policy == 'error':
                report.warnings.append(f'{error}; skipped')
            continue
        break
    if dataset is None:
        return
    if grid_unknown and not _read_grid(dataset, report):
        cfg = dict(cfg, pipeline=[dict(cfg['pipeline'][0], stride=0)])
        dataset = DATASETS.build(dict(cfg, **{option: policy}))
    check_files(dataset, report, done)


def _class_of(cfg: dict) -> Any:
    kind = cfg['type']
    return DATASETS.get(kind) if isinstance(kind, str) else kind


def _read_grid(dataset: AnnotatedVideos, report: DatasetReport) -> bool:
    """Whether files carry their grid; if they do not, it is not checked."""
    path = first_path(dataset)
    if getattr(dataset, 'form', 'feature') != 'feature' or path is None:
        return True
    try:
        read_provenance(path)
    except FeatureFileError:
        report.warnings.append(
            'durations not compared: give --stride (and --window) of the '
            'features, and --fps where the annotations have none')
        return False
    return True


def _check_together(cfg: Config) -> None:
    """What the data sets must agree on among themselves and with the head."""
    sets: Dict[str, DataLoader] = {}
    for name in DATALOADERS:
        if cfg.get(name) is not None:
            loader = dict(cfg[name], num_workers=0, persistent_workers=False)
            loader.pop('prefetch_factor', None)
            sets[name] = Runner.build_dataloader(loader, seed=0)
    refuse_stale_settings(cfg)
    if 'train_dataloader' in sets:
        check_batches(sets['train_dataloader'])
        refuse_other_windows(sets['train_dataloader'].dataset,
                             window_of_config(host_config(cfg.model)))
    check_embeddings(sets.values())
    classes = {name: classes_in(loader.dataset)
               for name, loader in sets.items()}
    head = host_config(cfg.model).get('head')
    for found in classes.values():
        compare_with_head(found, _num_classes(head))
    for name in ('val', 'test'):
        compare_classes(
            f'{name}{"idation" if name == "val" else ""} set',
            classes.get(f'{name}_dataloader'), 'training set',
            classes.get('train_dataloader'))
    if 'val_dataloader' in sets:
        require_instances(sets['val_dataloader'].dataset)


def _num_classes(head: Optional[dict]) -> Optional[int]:
    """Of the classes that a head predicts; ``None`` if it gets them
    elsewhere, as with video-level scores."""
    if not head or (head.get('post_processor') or {}).get('score_fusion'):
        return None
    return head.get('num_classes')

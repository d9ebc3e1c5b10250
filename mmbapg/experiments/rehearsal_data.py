"""The files that a benchmark's config reads, without the benchmark."""
from pathlib import Path
from typing import Callable, Dict, List, Tuple

import numpy as np
from mmengine.config import Config

from mmbapg.datasets.annotations import (
    VideoAnnotation,
    classes_of,
    load_annotations,
    select,
)
from mmbapg.datasets.ground_truth_sets import GROUND_TRUTH_SETS
from mmbapg.datasets.sources import activitynet, multithumos, thumos14
from mmbapg.files import replace_file
from mmbapg.ops import TemporalGrid
from mmbapg.video_names import file_of

from . import stand_in

#: Part of the names of a benchmark's configs -> frames per second, and least
#: and greatest duration in seconds, of annotations that must be generated.
BENCHMARKS = {
    'multithumos': (30, 30, 400),
    'thumos14': (30, 30, 400),
    'activitynet13': (30, 20, 230),
    'fineaction': (30, 20, 230),
    'hacs': (30, 20, 230),
    'epic': (60, 100, 900),
    'ego4d': (30, 240, 480),
}
#: The same of all other data.
USUAL = (30, 30, 400)
#: Annotation files under ``data/`` -> the published file that they are made
#: from, by its usual name, and how. See ``tools/data``.
PUBLISHED: Dict[str, Tuple[str, Callable[[Path, Path], Path]]] = {
    'thumos/annotations/thumos14.json':
    ('thumos14/annotations.json', thumos14.from_actionformer),
    'multithumos/annotations/multithumos.json':
    ('multithumos/multithumos.json',
     lambda source, target: multithumos.from_charades_style(
         source, source.parents[1] / 'thumos14/annotations.json', target)),
    'activitynet/annotations/activitynet13.json':
    ('activitynet/anet_anno_action.json',
     lambda source, target: activitynet.from_bsn(
         source, source.with_name('video_info_new.csv'), target)),
}
NUM_CLASSES = 2  # of the chosen videos, if they can be had
CLASSES_OF_OTHERS = 200  # as in ActivityNet-1.3


def write_data(cfg: Config, data_root: Path, annotations: Path,
               num_videos: int) -> str:
    """Generate what a config reads, and let it read only that.

    Args:
        cfg: Of a localizer, whose files are under ``data_root``; its datasets
            are limited to the videos that are chosen.
        data_root: What the config would call ``data``.
        annotations: Folder in the place of ``data``, with annotation files
            where the configs look for them there, or with published ones
            (:data:`PUBLISHED`). Those that are missing are generated.
        num_videos: To train on, at least a batch, and to test on.

    Returns:
        Whether the annotations are ``real`` or ``generated``.
    """
    loader = cfg.train_dataloader
    datasets = [loader.dataset, cfg.test_dataloader.dataset]
    numbers = max(num_videos, loader.batch_size), num_videos
    kinds = {_bring(path, data_root, annotations) or
             _generate(cfg, path, datasets, numbers[0])
             for path in {dataset.ann_file for dataset in datasets}}
    groups = [_videos_of(dataset) for dataset in datasets]
    labels = stand_in.common_labels(groups, NUM_CLASSES)
    for dataset, videos, number in zip(datasets, groups, numbers):
        chosen = stand_in.choose_videos(videos, labels, number)
        dataset.where = dict(dataset.get('where') or {},
                             video=[video.name for video in chosen])
        for video in chosen:
            _write_features(cfg, dataset, video)
        for transform in dataset.pipeline:
            if transform.type == 'LoadVideoScores' and not _bring(
                    transform.path, data_root, annotations):
                stand_in.write_video_scores(Path(transform.path), chosen,
                                            classes_of(dataset.ann_file))
    return ' and '.join(sorted(kinds))


def _bring(path: str, data_root: Path, annotations: Path) -> str:
    """Bring the benchmark's own file: ``real``, or empty if it is not at
    hand."""
    place = Path(path).relative_to(data_root)
    if (annotations / place).is_file():
        content = (annotations / place).read_bytes()
        replace_file(path, lambda file: file.write(content))
        return 'real'
    name, convert = PUBLISHED.get(str(place), ('', None))
    if convert is None or not (annotations / name).is_file():
        return ''
    convert(annotations / name, Path(path))
    return 'real'


def _generate(cfg: Config, path: str, datasets, num_videos: int) -> str:
    """Generate an annotation file; always ``generated``."""
    number = cfg.model.head.num_classes
    if number == 1:  # proposals, which another classifier names
        number = CLASSES_OF_OTHERS
    fps, *durations = next((usual for name, usual in BENCHMARKS.items()
                            if name in Path(cfg.filename).stem), USUAL)
    stand_in.write_annotations(
        Path(path), [f'class {index:03d}' for index in range(number)],
        [dataset.subset for dataset in datasets], fps, durations, num_videos)
    return 'generated'


def _videos_of(dataset) -> List[VideoAnnotation]:
    """All videos that a dataset would have with all features."""
    videos = select(
        load_annotations(dataset.ann_file,
                         dataset.get('invalid_segments', 'error'),
                         dataset.get('default_duration')),
        dataset.get('subset'), dataset.get('where'), dataset.ann_file)
    counting = GROUND_TRUTH_SETS.get(dataset.get('ground_truth'))
    return videos if counting is None else counting.apply(videos)


def _write_features(cfg: Config, dataset, video: VideoAnnotation) -> None:
    """Features of a video, and embeddings where the config has BAPG."""
    load = dataset.pipeline[0]
    folders = dataset.data_prefix.feature
    folders = [folders] if isinstance(folders, str) else folders
    grid = TemporalGrid.of_interval(1.0)
    if load.stride:
        grid = TemporalGrid(
            load.stride, load.get('window', 0),
            load.get('fps') or video.fps or dataset.get('fps'))
    features = stand_in.plant_features(video, grid, load.channels)
    features = features.repeat(load.get('every', 1), axis=0)
    widths = cfg.model.get('backbone', {}).get('in_channels')
    if not isinstance(widths, (list, tuple)):  # in equal shares
        widths = [load.channels // len(folders)] * len(folders)
    template = dataset.get('filename_tmpl', '{}.npy')
    ends = np.cumsum(widths)
    for folder, end, width in zip(folders, ends, widths):
        stand_in.write_features(file_of(folder, video.name, template,
                                        video.fields.get('subset')),
                                features[:, end - width:end], load.get('key'))
    if 'bapg' in cfg:
        clustering = cfg.bapg.clustering
        stand_in.write_clear_embeddings(
            file_of(clustering.embeddings, video.name, '{}.npz'), video,
            clustering.get('interval') or 1.0)

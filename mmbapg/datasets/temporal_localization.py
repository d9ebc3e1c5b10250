"""Videos with stored clip features and annotated instances."""
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

import numpy as np
from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from .annotations import (
    AnnotationError,
    VideoAnnotation,
    classes_of,
    load_annotations,
    named,
    require_labels,
    select,
)
from .feature_arrays import is_there
from .ground_truth_sets import GROUND_TRUTH_SETS
from .seeding import SeededSamples


@DATASETS.register_module()
class TemporalLocalizationDataset(SeededSamples, BaseDataset):
    """One sample for each annotated video: features and instances.

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        data_prefix: ``dict(feature=FOLDER)``, or a list of folders whose
            features are concatenated. An HDF5 file of all videos serves as a
            folder of arrays.
        pipeline: Transforms; the first is ``LoadFeatures``.
        subset: Subset or subsets to use; all by default.
        where: Other fields of the annotation file and the value, or list of
            values, that a video must have, e.g. ``dict(fold=[0, 1])``.
        filename_tmpl: Name of a video's feature file.
        fps: Of videos whose annotation does not tell it.
        default_duration, invalid_segments: See :func:`load_annotations`.
        ground_truth: Which annotations count, where published figures rest
            on several sets; one of :data:`GROUND_TRUTH_SETS`. The metric
            prints it.
        missing_features: ``error``, or ``skip`` to leave out, count and name
            videos without a feature file.
        metainfo: ``dict(classes=[...])`` fixes the classes and their order;
            by default they come from the annotation file.
        test_mode: Keep all videos, and draw nothing at random. In training,
            videos without an instance are left out, counted and named.
        **kwargs: See :class:`mmengine.dataset.BaseDataset`.

    Attributes:
        num_instances: Of all samples together.
    """

    num_instances: Optional[int] = None

    def __init__(self,
                 ann_file: str,
                 data_prefix: Mapping[str, 'str | Sequence[str]'],
                 pipeline: Sequence[dict] = (),
                 subset: 'None | str | Sequence[str]' = None,
                 where: Optional[Mapping] = None,
                 filename_tmpl: str = '{}.npy',
                 fps: Optional[float] = None,
                 default_duration: Optional[float] = None,
                 invalid_segments: str = 'error',
                 ground_truth: Optional[str] = None,
                 missing_features: str = 'error',
                 test_mode: bool = False,
                 **kwargs) -> None:
        self.subset = subset
        self.where = where
        self.filename_tmpl = filename_tmpl
        self.fps = fps
        self.default_duration = default_duration
        self.invalid_segments = invalid_segments
        self.ground_truth = ground_truth
        self.missing_features = missing_features
        if ground_truth not in (None, *GROUND_TRUTH_SETS):
            raise ValueError(
                f'ground_truth is {ground_truth!r}, expected one of '
                f'{", ".join(GROUND_TRUTH_SETS)}')
        folders = data_prefix['feature']
        self.folders = [folders] if isinstance(folders, str) else list(folders)
        super().__init__(
            ann_file=ann_file,
            pipeline=list(pipeline),
            test_mode=test_mode,
            **kwargs)

    def load_data_list(self) -> List[dict]:
        """Read the annotations and find each video's features."""
        annotations = load_annotations(self.ann_file, self.invalid_segments,
                                       self.default_duration)
        videos = select(annotations, self.subset, self.where, self.ann_file)
        if not self.test_mode:
            require_labels(videos, self.ann_file, 'to train on')
        if not self._metainfo.get('classes'):
            self._metainfo['classes'] = classes_of(self.ann_file)
        classes = {name: index
                   for index, name in enumerate(self._metainfo['classes'])}
        if self.ground_truth is not None:
            videos = self._that_count(videos)
        videos = self._with_features(videos)
        if not self.test_mode:
            videos = self._with_instances(videos)
        self.num_instances = sum(len(video.segments) for video in videos)
        self._metainfo['unlabelled'] = [
            video.name for video in videos if not video.labelled]
        return [self._sample(video, classes) for video in videos]

    def get_data_info(self, idx: int) -> dict:
        """A sample; its ``classes`` are the names of the labels."""
        return dict(
            super().get_data_info(idx), classes=self._metainfo['classes'])

    def _sample(self, video: VideoAnnotation, classes: dict) -> dict:
        unknown = [name for name in video.labels if name not in classes]
        if unknown:
            raise AnnotationError(
                f'{self.ann_file}: video {video.name}, field label: found '
                f'{unknown[0]!r}, expected one of the {len(classes)} classes '
                f'{", ".join(list(classes)[:5])}...')
        return dict(
            video_name=video.name,
            duration=video.duration,
            fps=video.fps or self.fps,
            feature_paths=self._paths(video.name),
            segments=video.segments,
            labels=np.array([classes[name] for name in video.labels],
                            dtype=np.int64))

    def _paths(self, name: str) -> List[str]:
        file_name = self.filename_tmpl.format(name)
        return [str(Path(folder) / file_name) for folder in self.folders]

    def _that_count(self, videos):
        self._metainfo['ground_truth'] = self.ground_truth
        counting = GROUND_TRUTH_SETS[self.ground_truth].apply(videos)
        known, left = (sum(len(video.segments) for video in each)
                       for each in (videos, counting))
        print_log(
            f'{self.ann_file}: ground truth {self.ground_truth}: '
            f'{len(counting)} of {len(videos)} videos and {left} of {known} '
            'instances count', 'current')
        return counting

    def _with_features(self, videos):
        absent = [video.name for video in videos
                  if not all(map(is_there, self._paths(video.name)))]
        if not absent:
            return videos
        text = (f'{self.ann_file}: no feature file {self.filename_tmpl} in '
                f'{", ".join(self.folders)} for {named(absent)}')
        if self.missing_features == 'error' or len(absent) == len(videos):
            raise AnnotationError(
                f'{text}; expected one for each of the {len(videos)} videos '
                "(missing_features='skip' leaves them out)")
        print_log(f'{text}; skipped', 'current', 30)
        return [video for video in videos if video.name not in set(absent)]

    def _with_instances(self, videos):
        empty = [video.name for video in videos if not len(video.segments)]
        if len(empty) == len(videos):
            raise AnnotationError(
                f'{self.ann_file}: none of {named(empty)} has an instance, '
                'expected some to train on')
        if empty:
            print_log(
                f'{self.ann_file}: left out of training for lack of '
                f'instances: {named(empty)}', 'current', 30)
        return [video for video in videos if len(video.segments)]

"""What the datasets have in common: videos of an annotation file."""
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

import numpy as np
from mmengine.dataset import BaseDataset
from mmengine.logging import print_log

from mmbapg.setting_checks import expect_one_of
from mmbapg.video_names import file_of

from .annotations import (
    AnnotationError,
    VideoAnnotation,
    classes_of,
    load_annotations,
    named,
    require_labels,
    select,
)
from .feature_coverage import DURATION_SLACK, wrong_coverage
from .feature_files import FeatureFileError
from .ground_truth_sets import GROUND_TRUTH_SETS
from .seeding import SeededSamples


class AnnotatedVideos(SeededSamples, BaseDataset):
    """Selected videos of an annotation file, each with its files.

    A subclass says what finds the files of a video (``FIND``) and when they
    are there (:meth:`is_there`).

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        folders: Of the videos' files. Like ``ann_file``, those that are not
            absolute begin at ``data_root``, if that is given.
        filename_tmpl: Name of a video's file; ``{subset}/{}.npy`` where each
            subset has a folder of its own.
        pipeline: Transforms.
        subset: Subset or subsets to use; all by default.
        where: Other fields of the annotation file and the value, or list of
            values, that a video must have, e.g. ``dict(fold=[0, 1])``.
        fps: Of videos whose annotation does not tell it.
        default_duration, invalid_segments: See :func:`load_annotations`.
        ground_truth: Which annotations count, where published figures rest
            on several sets; one of :data:`GROUND_TRUTH_SETS`.
        missing_files: ``error``, or ``skip`` to leave out, count and name
            videos without a file.
        duration_slack: Share by which features may cover more or less than
            the annotated duration, in the median of some videos; ``None``
            for any. :meth:`refuse_wrong_coverage` asks.
        test_mode: Nothing random, and no labels needed.
        **kwargs: See :class:`mmengine.dataset.BaseDataset`.
    """

    #: What the files are, and the argument that says what to do without one.
    FILES, MISSING = 'file', 'missing_files'
    FIND = staticmethod(file_of)

    def __init__(self,
                 ann_file: str,
                 folders: 'str | Sequence[str]',
                 filename_tmpl: str,
                 pipeline: Sequence[dict],
                 subset: 'None | str | Sequence[str]',
                 where: Optional[Mapping],
                 fps: Optional[float],
                 missing_files: str,
                 test_mode: bool,
                 invalid_segments: str = 'error',
                 duration_slack: Optional[float] = DURATION_SLACK,
                 default_duration: Optional[float] = None,
                 ground_truth: Optional[str] = None,
                 **kwargs) -> None:
        for name, value, expected in (
                (self.MISSING, missing_files, ('error', 'skip')),
                ('ground_truth', ground_truth, GROUND_TRUTH_SETS)):
            if value is not None:
                expect_one_of(name, value, expected)
        self.subset, self.where, self.fps = subset, where, fps
        self.filename_tmpl = filename_tmpl
        self.missing_files = missing_files
        self.invalid_segments = invalid_segments
        self.duration_slack = duration_slack
        self.default_duration = default_duration
        self.ground_truth = ground_truth
        folders = [folders] if isinstance(folders, (str, Path)) else folders
        super().__init__(
            ann_file=str(ann_file),
            data_prefix={index: str(folder)
                         for index, folder in enumerate(folders)},
            pipeline=list(pipeline),
            test_mode=test_mode,
            **kwargs)

    def files_of(self, video: VideoAnnotation) -> List[str]:
        """The file of a video in each folder, which need not be there."""
        return [str(self.FIND(folder, video.name, self.filename_tmpl,
                              video.fields.get('subset')))
                for folder in self.folders]

    def is_there(self, path: str) -> bool:
        """Whether a file of a video is there."""
        raise NotImplementedError

    def selected_videos(self) -> List[VideoAnnotation]:
        """Videos that are asked for and that have their files.

        Raises:
            AnnotationError: If the annotation file is unusable, none is left,
                a file is missing, or one to train on is unlabelled.
        """
        annotations = load_annotations(self.ann_file, self.invalid_segments,
                                       self.default_duration)
        videos = select(annotations, self.subset, self.where, self.ann_file)
        if not self.test_mode:
            require_labels(videos, self.ann_file, 'to train on')
        if self.ground_truth is not None:
            videos = self._that_count(videos, self.ground_truth)
        return self._with_files(videos)

    def refuse_wrong_coverage(self) -> None:
        """Refuse features whose grid does not fit the durations.

        Raises:
            FeatureFileError: If they do not, or a file is unusable.
        """
        fault = self.duration_slack is not None and wrong_coverage(
            self.data_infos(), self.pipeline.transforms, self.duration_slack,
            self.default_duration)
        if fault:
            raise FeatureFileError(f'{self.ann_file}: {fault}')

    def data_infos(self) -> List[dict]:
        """What the pipeline is told of each video."""
        self.full_init()
        infos = map(self.video_info, range(BaseDataset.__len__(self)))
        return list({info['video_name']: info for info in infos}.values())

    def video_info(self, index: int) -> dict:
        """Of a video: its name, files, duration and the like."""
        return BaseDataset.get_data_info(self, index)

    def classes(self) -> Sequence[str]:
        """Names of the classes: as ``metainfo`` or the file tells them."""
        return self._metainfo.get('classes') or classes_of(self.ann_file)

    def labels_of(self, video: VideoAnnotation,
                  places: Mapping[str, int]) -> np.ndarray:
        """``(G,)`` int64 numbers of a video's labels.

        Args:
            video: The video.
            places: Number of each class.

        Raises:
            AnnotationError: If a label is none of them.
        """
        unknown = [name for name in video.labels if name not in places]
        if unknown:
            raise AnnotationError(
                f'{self.ann_file}: video {video.name}, field label: found '
                f'{unknown[0]!r}, expected one of the {len(places)} classes '
                f'{", ".join(list(places)[:5])}...')
        return np.array([places[name] for name in video.labels],
                        dtype=np.int64)

    def _join_prefix(self) -> None:
        super()._join_prefix()
        self.folders = list(self.data_prefix.values())

    def _that_count(self, videos: Sequence[VideoAnnotation],
                    name: str) -> List[VideoAnnotation]:
        self._metainfo['ground_truth'] = name
        counting = GROUND_TRUTH_SETS[name].apply(videos)
        known, left = (sum(len(video.segments) for video in each)
                       for each in (videos, counting))
        print_log(
            f'{self.ann_file}: ground truth {name}: '
            f'{len(counting)} of {len(videos)} videos and {left} of {known} '
            'instances count', 'current')
        return counting

    def _with_files(self, videos: List[VideoAnnotation]
                    ) -> List[VideoAnnotation]:
        absent = [video.name for video in videos
                  if not all(map(self.is_there, self.files_of(video)))]
        if not absent:
            return videos
        text = (f'{self.ann_file}: no {self.FILES} {self.filename_tmpl} in '
                f'{", ".join(self.folders)} for {named(absent)}')
        if self.missing_files == 'error' or len(absent) == len(videos):
            raise AnnotationError(
                f'{text}; expected one for each of the {len(videos)} videos '
                f"({self.MISSING}='skip' leaves them out)")
        print_log(f'{text}; skipped', 'current', 30)
        return [video for video in videos if video.name not in set(absent)]

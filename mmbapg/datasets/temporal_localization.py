"""Videos, or their stored clip features, with annotated instances."""
from pathlib import Path
from typing import List, Mapping, Optional, Sequence

from mmaction.registry import DATASETS
from mmengine.logging import print_log

from mmbapg.errors import SettingError

from .annotated_videos import AnnotatedVideos
from .annotations import AnnotationError, VideoAnnotation, named
from .feature_arrays import is_there
from .transforms.loading import DESCRIBED
from .video_files import find_video

#: What samples are made of, and how files are named.
FORMS = dict(feature='{}.npy', video='{}')


@DATASETS.register_module()
class TemporalLocalizationDataset(AnnotatedVideos):
    """One sample for each annotated video: features, or frames, and
    instances.

    Args:
        ann_file: See :mod:`mmbapg.datasets.annotations`.
        data_prefix: ``dict(feature=FOLDER)``, or a list of folders whose
            features are concatenated. An HDF5 file of all videos serves as a
            folder of arrays. ``dict(video=FOLDER)`` for localizers that see
            frames.
        pipeline: Transforms; the first is ``LoadFeatures``, or a sampler of
            frames.
        subset, where, fps: See :class:`AnnotatedVideos`.
        filename_tmpl: Name of a video's file; by default ``{}.npy``, and of
            videos ``{}``, with any suffix.
        missing_features: ``error``, or ``skip`` to leave out, count and name
            videos without a file.
        metainfo: ``dict(classes=[...])`` fixes the classes and their order;
            by default they come from the annotation file.
        test_mode: Keep all videos, and do nothing at random. In training,
            videos without an instance are left out, counted and named.
        **kwargs: See :class:`AnnotatedVideos`. The metric prints
            ``ground_truth``.

    Attributes:
        num_instances: Of all samples together.
    """

    num_instances: Optional[int] = None
    FILES, MISSING = 'feature file', 'missing_features'

    def __init__(self,
                 ann_file: str,
                 data_prefix: Mapping[str, 'str | Sequence[str]'],
                 pipeline: Sequence[dict] = (),
                 subset: 'None | str | Sequence[str]' = None,
                 where: Optional[Mapping] = None,
                 filename_tmpl: Optional[str] = None,
                 fps: Optional[float] = None,
                 missing_features: str = 'error',
                 test_mode: bool = False,
                 **kwargs) -> None:
        forms = [form for form in FORMS if form in data_prefix]
        if len(forms) != 1:
            raise SettingError(f'data_prefix is {dict(data_prefix)}, expected '
                               f'exactly one of {", ".join(FORMS)}')
        self.form, = forms
        if self.form == 'video':
            self.FILES, self.FIND = 'video', find_video
        super().__init__(ann_file, data_prefix[self.form],
                         filename_tmpl or FORMS[self.form], pipeline, subset,
                         where, fps, missing_features, test_mode, **kwargs)

    def is_there(self, path: str) -> bool:
        """Whether a file, or an array in one, exists."""
        return Path(path).is_file() if self.form == 'video' else (
            is_there(path))

    def load_data_list(self) -> List[dict]:
        """Read the annotations and find each video's features."""
        videos = self.selected_videos()
        self._metainfo['classes'] = self.classes()
        if not self.test_mode:
            videos = self._with_instances(videos)
        self.num_instances = sum(len(video.segments) for video in videos)
        self._metainfo['unlabelled'] = [
            video.name for video in videos if not video.labelled]
        places = {name: index
                  for index, name in enumerate(self._metainfo['classes'])}
        return [dict(
            video_name=video.name,
            duration=video.duration,
            fps=video.fps or self.fps,
            **self._files(video),
            **{field: video.fields[field] for field in DESCRIBED
               if field in video.fields},
            segments=video.segments,
            labels=self.labels_of(video, places)) for video in videos]

    def _files(self, video: VideoAnnotation) -> dict:
        paths = self.files_of(video)
        return (dict(path=paths[0]) if self.form == 'video' else
                dict(feature_paths=paths))

    def get_data_info(self, idx: int) -> dict:
        """A sample; its ``classes`` are the names of the labels."""
        return dict(
            super().get_data_info(idx), classes=self._metainfo['classes'])

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

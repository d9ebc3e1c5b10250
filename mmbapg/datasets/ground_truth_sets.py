"""Which annotations count, where the field counts by several.

Published figures on THUMOS14 rest on four sets of test videos: two or three
of its 213 test videos are left out, for annotations of another video or none
of the 20 classes at all. Figures compare only within one set.
"""
from dataclasses import dataclass
from typing import Dict, List, Sequence

import numpy as np

from mmbapg.ops import distinct_instances

from .annotations import VideoAnnotation

#: It has nothing but instances of no class (``Ambiguous``).
_EMPTY = 'video_test_0001292'
#: Most of its instances lie beyond its end.
_LONGER = 'video_test_0000270'
_OTHER = 'video_test_0001496'


@dataclass(frozen=True)
class GroundTruthSet:
    """A choice of annotations.

    Attributes:
        without: Videos that are left out.
        within_video: Leave out instances that begin where the video ends.
        distinct: Leave out repeated instances.
    """
    without: Sequence[str]
    within_video: bool = False
    distinct: bool = False

    def apply(self, videos: Sequence[VideoAnnotation]
              ) -> List[VideoAnnotation]:
        """The videos that count, with the instances that count."""
        return [self._of_video(video) for video in videos
                if video.name not in self.without]

    def _of_video(self, video: VideoAnnotation) -> VideoAnnotation:
        if self.within_video:
            video = video.take(video.segments[:, 0] < video.duration)
        if self.distinct:
            video = video.take(distinct_instances(
                video.segments, np.array(video.labels, dtype=object)))
        return video


#: Comments tell what is left of the test videos and their instances.
GROUND_TRUTH_SETS: Dict[str, GroundTruthSet] = {
    # ActionFormer and TriDet: 212, 3358
    'thumos14-actionformer': GroundTruthSet([_EMPTY]),
    # OpenTAD ends instances with the video, drops what lasts no time then,
    # and removes repetitions in training, too: 211, 3325
    'thumos14-opentad': GroundTruthSet(
        [_EMPTY, _LONGER], within_video=True, distinct=True),
    # 210, 3311
    'thumos14-tadtr': GroundTruthSet([_EMPTY, _LONGER, _OTHER]),
    # AFSD and G-TAD: 210, 3311
    'thumos14-afsd': GroundTruthSet([_EMPTY, _LONGER, _OTHER]),
}

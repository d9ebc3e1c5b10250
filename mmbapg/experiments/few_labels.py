"""Training on a few of the training videos, as if only they had labels."""
from typing import Dict, List, Optional, Sequence

import numpy as np
from mmaction.registry import DATA_SAMPLERS, DATASETS
from mmengine.config import ConfigDict

from mmbapg.apis.cross_fit import group_of
from mmbapg.datasets.annotations import AnnotationError, VideoAnnotation

#: Fewer cannot be cross-fitted.
FEWEST = 2
#: Orders that are drawn, of which one is taken.
DRAWS = 100
#: Videos among which all classes should be; fewer is no better.
COMPLETE_WITHIN = 5


def draw_labelled(videos: Sequence[VideoAnnotation], number: int, seed: int,
                  group: Optional[str] = None,
                  path: str = '') -> List[VideoAnnotation]:
    """Training videos that keep their labels.

    The first videos of a random order, which does not depend on their number:
    5 videos are among the 10 of the same seed. Of several orders it is the
    first that shows every class within five videos; if none does, the one
    that is the earliest to show them all.

    Args:
        videos: All training videos.
        number: Of those to draw.
        seed: Of the draw.
        group: Field of which two values should be among them too, to
            cross-fit by it.
        path: For the message.

    Raises:
        AnnotationError: If there are not so many, or fewer than
            :data:`FEWEST` are to be drawn.
    """
    if not FEWEST <= number <= len(videos):
        raise AnnotationError(
            f'{path}: found {len(videos)} training videos and {number} to '
            f'label, expected at least {FEWEST} to label, and at most all')
    rng = np.random.default_rng(seed)
    orders = ([videos[place] for place in rng.permutation(len(videos))]
              for _ in range(DRAWS))
    return min(orders, key=lambda order: max(
        COMPLETE_WITHIN, _complete_after(order, group)))[:number]


def _complete_after(order: Sequence[VideoAnnotation],
                    group: Optional[str]) -> int:
    """Videos of an order until every class and two groups are there."""
    first: Dict[str, int] = {}
    first_of_group: Dict[object, int] = {}
    for count, video in enumerate(order, 1):
        for label in video.labels:
            first.setdefault(label, count)
        if group is not None:
            first_of_group.setdefault(group_of(video, group), count)
    return max([0, *first.values(), *sorted(first_of_group.values())[1:2]])


def missing_classes(few: Sequence[VideoAnnotation],
                    videos: Sequence[VideoAnnotation]) -> List[str]:
    """Classes of the videos that the few of them do not show."""
    shown, wanted = ({label for video in each for label in video.labels}
                     for each in (few, videos))
    return sorted(wanted - shown)


def label_only(loader: ConfigDict, names: Sequence[str]) -> None:
    """Train on a few videos, with as many samples an epoch as on all.

    With fewer, the same epochs would be so few iterations that a curve over
    the number of videos would show how short training was.

    Args:
        loader: Settings of the data loader of all training videos; changed in
            place.
        names: Of the few.
    """
    sampler = loader.sampler
    # without a pipeline, whose transforms only a runner's scope can name
    dataset = DATASETS.build(dict(loader.dataset, pipeline=[]))
    whole = DATA_SAMPLERS.build(sampler, default_args=dict(dataset=dataset))
    if sampler.type == 'DefaultSampler':
        sampler.type = 'SmallSetSampler'
    sampler.min_samples = len(whole)
    loader.dataset.where = dict(loader.dataset.get('where') or {},
                                video=list(names))

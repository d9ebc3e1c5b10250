"""Made-up boundaries in trimmed clips: a dataset to pretrain with."""
from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np
from mmaction.registry import DATASETS
from mmengine.dataset import BaseDataset

from mmbapg.errors import SettingError
from mmbapg.setting_checks import expect_one_of

from ..seeding import NEXT_VISIT, SeededSamples, seeded
from .made_up_clips import KINDS, OF_TWO, MadeUpClip
from .settings import check_kinds, settings_for
from .trimmed_clips import (
    TrimmedClip,
    TrimmedClipError,
    build_source,
    by_label,
    joined_to,
    source_settings,
    trimmed_clips,
)
from .usable_clips import fault_of_length, require_classes, usable_clips

#: When lengths of clips are found out.
READ_LENGTHS = ('before', 'when_drawn')


@DATASETS.register_module()
class BoundaryClipDataset(SeededSamples, BaseDataset):
    """Wraps a dataset of trimmed clips; makes boundaries of each kind.

    Boundary-sensitive pre-training (https://arxiv.org/abs/2011.10830), Sec.
    3.2. Sample ``clip * number of kinds + kind`` is made of a clip, and
    for two of the kinds of another one besides, which is drawn: of another
    class, all of these with equal chances, or another one of the same class.
    Where in the clips frames are taken, at which speed, and where it changes
    is drawn, too. All draws follow from seed, epoch and sample, and in
    testing from the sample alone.

    What is drawn are numbers of frames; ``SynthesizeBoundary`` loads and
    blends them. Frames of all kinds lie ``interval`` seconds apart, whatever
    the frame rate of a video, so that the speed of a whole clip does not give
    its kind away (``synthesis.spacing`` times as far, where it is set).
    ``BoundaryKindSampler`` balances kinds and classes.

    Args:
        source: Config of a dataset: any of MMAction2's that lists videos
            (``VideoDataset``) or folders of images (``RawframeDataset``), or
            an ``UntrimmedFrameDataset``, in which each instance of the
            selected videos is a clip, of frames or of stored features. Or a
            list of them: each has its own classes, and two clips that are
            joined are of one source, as sets differ by more than classes.
        pipeline: Transforms; ``SynthesizeBoundary`` comes first.
        kinds: Of boundaries, each a class: the number of a kind is its place.
        synthesis: Fields of :class:`SynthesisSettings` that are not the
            paper's.
        interval: Seconds from one frame to the next; an
            ``UntrimmedFrameDataset`` tells its own. Of several sources, a
            list.
        fps: Of folders of images. Of video files, to count frames and not
            believe their time stamps; ``LoadNumberedFrames`` then loads
            them. Of several sources, a list.
        unusable_clips: ``error``, or ``skip`` to leave out, count and name
            those that are unreadable, too short, or alone in their class.
        read_lengths: ``before`` training all videos of ``VideoDataset`` are
            opened, to refuse such clips; ``when_drawn`` for sets as large as
            Kinetics: what is unusable raises when it is drawn.
        test_mode: The same draws each time.
        **kwargs: See :class:`mmengine.dataset.BaseDataset`.

    Raises:
        TrimmedClipError: If boundaries cannot be made of the clips.
        VideoError: If a clip is unreadable.
    """

    def __init__(self,
                 source: 'dict | Sequence[dict]',
                 pipeline: Sequence[dict] = (),
                 kinds: Sequence[str] = KINDS,
                 synthesis: Optional[dict] = None,
                 interval: 'None | float | Sequence' = None,
                 fps: 'None | float | Sequence' = None,
                 unusable_clips: str = 'error',
                 read_lengths: str = 'before',
                 test_mode: bool = False,
                 **kwargs) -> None:
        expect_one_of('read_lengths', read_lengths, READ_LENGTHS)
        if unusable_clips == 'skip' and read_lengths == 'when_drawn':
            raise SettingError(
                "unusable_clips='skip' needs read_lengths='before': clips "
                'that are first met in training cannot be left out')
        self.kinds = check_kinds(kinds)
        self.synthesis = settings_for(synthesis)
        self.sources = source_settings(source, interval, fps)
        self.unusable_clips = unusable_clips
        self.read_lengths = read_lengths
        super().__init__(pipeline=list(pipeline), test_mode=test_mode,
                         **kwargs)

    def load_data_list(self) -> List[dict]:
        """One entry for each clip; :meth:`get_data_info` does not use it."""
        self.clips: List[TrimmedClip] = []
        for number, (config, *times) in enumerate(self.sources):
            source = build_source(config)
            clips = trimmed_clips(source, *times)
            if self.read_lengths == 'before':
                clips = usable_clips(clips, self.synthesis, self.kinds,
                                     self.unusable_clips)
            require_classes(clips, self.kinds, source.ann_file)
            self.clips += joined_to(self.clips, clips, number)
            self._keep_meta(source.metainfo)
        self.of_label = by_label(self.clips)
        return [dict(name=clip.name, label=clip.label)
                for clip in self.clips]

    def _keep_meta(self, of_source: dict) -> None:
        """What checkpoints tell of a source: which untrimmed videos the
        encoder has seen, and, if there is one source, all else."""
        videos = [*self._metainfo.get('videos', ()),
                  *of_source.get('videos', ())]
        if len(self.sources) == 1:
            self._metainfo.update(of_source)
        self._metainfo['boundary_kinds'] = self.kinds
        if videos:
            self._metainfo['videos'] = videos

    def __len__(self) -> int:
        self.full_init()
        return len(self.clips) * len(self.kinds)

    def prepare_data(self, idx: int) -> Any:
        """See :class:`SeededSamples`; in testing, every sample has its own
        seed."""
        if not self.test_mode:
            return super().prepare_data(idx)
        with seeded(idx):
            return self.pipeline(self.get_data_info(idx % NEXT_VISIT))

    def get_data_info(self, idx: int) -> dict:
        """What the pipeline starts from.

        Returns:
            dict: ``kind`` and ``label``, its number; ``action_label``, the
            class of all that is seen, -1 if it changes; ``speed`` and
            ``change_point``; ``made_up``, see :class:`MadeUpClip`; and
            ``parts``, one or two dicts with what loading transforms need of
            its video and the ``frames`` to load of it.

        Raises:
            TrimmedClipError: If a clip is too short, or alone in its class.
            VideoError: If it is unreadable.
        """
        self.full_init()
        number, place = divmod(int(idx), len(self.kinds))
        kind = self.kinds[place]
        clips = [self.clips[index] for index in self._members(number, kind)]
        made_up, speed = self.synthesis.draw(kind)
        return dict(
            kind=kind,
            label=place,
            action_label=-1 if kind == 'diff_class' else clips[0].label,
            speed=speed,
            change_point=made_up.change_point,
            made_up=made_up,
            clips=[clip.name for clip in clips],
            parts=self._parts(clips, kind, made_up))

    def _members(self, number: int, kind: str) -> Tuple[int, ...]:
        """The clip, and the one that it is joined to, if any."""
        if kind not in OF_TWO:
            return (number, )
        label = self.clips[number].label
        if kind == 'same_class':
            others = [each for each in self.of_label[label] if each != number]
            if not others:
                raise TrimmedClipError(
                    f'{self.clips[number].name}: found no other clip of its '
                    f'class {label}, expected two at least to make pairs of '
                    'one class')
        else:
            labels = [each for each, members in self.of_label.items()
                      if each != label and self.clips[members[0]].source ==
                      self.clips[number].source]
            others = self.of_label[labels[np.random.randint(len(labels))]]
        # the paper joins two videos, and instances of untrimmed ones share
        # theirs: these are taken only where there are no others
        own = self.clips[number].info['path']
        others = [each for each in others
                  if self.clips[each].info['path'] != own] or others
        return number, others[np.random.randint(len(others))]

    def _parts(self, clips: Sequence[TrimmedClip], kind: str,
               made_up: MadeUpClip) -> List[Dict[str, Any]]:
        """Each clip, with the frames to load of it, somewhere in it."""
        parts: List[Dict[str, Any]] = []
        needed = made_up.frames_needed
        for index, clip in enumerate(clips):
            if clip.length < needed:
                raise TrimmedClipError(str(fault_of_length(
                    clip, self.synthesis, [kind])))
            first = clip.first + np.random.randint(clip.length - needed + 1)
            parts.append(dict(clip.info, source=clip.source,
                              frames=first + made_up.used(index)))
        if len(clips) == 1 and len(made_up.used(1)):
            # frames between two of a clip: it is both
            parts.append(dict(parts[0], frames=first + made_up.used(1)))
        return parts

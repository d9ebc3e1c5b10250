"""Stage 2 of BAPG: embed every sampled frame, once."""
import hashlib
import itertools
import json
import os
from pathlib import Path
from typing import (
    Any,
    Dict,
    Iterable,
    Iterator,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

import numpy as np
import torch
from mmaction.registry import LOOPS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dist import all_reduce, barrier, broadcast_object_list
from mmengine.runner import CheckpointLoader, TestLoop, autocast
from torch import nn

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    file_hash,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.feature_files import FeatureFileError
from mmbapg.datasets.numpy_files import ArchiveOfArrays
from mmbapg.models.localizers.weights import inner_model
from mmbapg.ops import TemporalGrid
from mmbapg.video_names import file_of


@LOOPS.register_module()
class EmbedLoop(TestLoop):
    """Writes one embeddings file for each video.

    Videos are shared out over ranks (``VideoShardSampler``). Files that are
    there already, of the same encoder, are kept, so an interrupted run goes
    on where it stopped; files of another encoder are replaced.

    Args:
        runner, dataloader, evaluator, fp16: See
            :class:`mmengine.runner.TestLoop`; the evaluator has nothing to
            do.
        out_dir: Folder of the embeddings files.
    """

    def __init__(self,
                 runner,
                 dataloader,
                 evaluator,
                 out_dir: str,
                 fp16: bool = False) -> None:
        super().__init__(runner, dataloader, evaluator, fp16)
        self.out_dir = Path(out_dir)

    def run(self) -> dict:
        """Embed all videos.

        Returns:
            dict: How many videos were ``embedded`` and how many ``kept``, over
            all ranks.
        """
        dataset, sampler = self.dataloader.dataset, self.dataloader.sampler
        provenance = provenance_of(self.runner.cfg, dataset.interval,
                                   self.runner._load_from)
        begin(self.runner.model)
        videos = [dataset.video_info(index)
                  for index in range(len(dataset.videos))]
        seen = [[video['video_name'] for video in videos
                 if self._is_finished(video, provenance)]]
        # one view for all ranks: a rank that comes late sees more files
        broadcast_object_list(seen)
        finished, = seen
        sampler.skip(finished)
        self._say_what_is_there(videos, finished)
        self.runner.call_hook('before_test')
        self.runner.call_hook('before_test_epoch')
        self.runner.model.eval()
        embedded = write_videos(self._outputs(), self.out_dir, provenance)
        self.runner.call_hook('after_test_epoch', metrics={})
        self.runner.call_hook('after_test')
        total = torch.tensor(embedded)
        all_reduce(total)
        barrier()
        self.runner.logger.info(
            f'{int(total)} videos embedded, {len(finished)} kept, in '
            f'{self.out_dir} ({self._channels(videos)}'
            f'{self._distance(dataset)}, checkpoint '
            f'{provenance.checkpoint})')
        return dict(embedded=int(total), kept=len(finished))

    def _path(self, video: str) -> Path:
        return file_of(self.out_dir, video, '{}.npz')

    def _is_finished(self, video: dict, provenance: Provenance) -> bool:
        try:
            content = read_embeddings(self._path(video['video_name']))
        except FeatureFileError:
            return False
        grid = video.get('grid') or TemporalGrid.of_interval(
            provenance.interval)
        expected = provenance.of_video(grid, _size(video['path']))
        return (content.provenance == expected and
                len(content.times) == video['num_frames'])

    @staticmethod
    def _distance(dataset) -> str:
        """From one embedding to the next, in words."""
        sampling = getattr(dataset, 'sampling', None)
        if sampling is None:
            return f'interval {dataset.interval:g} s'
        clip, stride = ('a frame' if number == 1 else f'{number} frames'
                        for number in (sampling.clip_len, sampling.stride))
        rate = f' at {dataset.sample_fps:g} a second' if (
            dataset.sample_fps) else ''
        return f'{clip} every {stride.removeprefix("a ")}{rate}'

    def _channels(self, videos: Sequence[Mapping]) -> str:
        """Width of what is written, which configs of localizers must tell."""
        for video in videos:
            path = self._path(video['video_name'])
            # other machines may have written it on disks of their own
            if path.is_file():
                with ArchiveOfArrays(path) as content:
                    width = content.header('embeddings').shape[1]
                return f'{width} channels, '
        return ''

    def _say_what_is_there(self, videos: Sequence[Mapping],
                           finished: Sequence[str]) -> None:
        """Files that are not of this run, and will be replaced."""
        foreign = [video['video_name'] for video in videos
                   if video['video_name'] not in set(finished) and
                   self._path(video['video_name']).is_file()]
        if foreign:
            self.runner.logger.warning(
                f'{self.out_dir}: {len(foreign)} of {len(videos)} files '
                f'({", ".join(foreign[:3])}) are damaged, or of another '
                'encoder, setting or video: they are replaced')

    @torch.no_grad()
    def _outputs(self) -> Iterator[Sequence[ActionDataSample]]:
        for index, batch in enumerate(self.dataloader):
            self.runner.call_hook('before_test_iter', batch_idx=index,
                                  data_batch=batch)
            with autocast(enabled=self.fp16):
                outputs = self.runner.model.test_step(batch)
            yield outputs
            self.runner.call_hook('after_test_iter', batch_idx=index,
                                  data_batch=batch, outputs=outputs)


def write_videos(outputs: Iterable[Sequence[ActionDataSample]], out_dir: Path,
                 provenance: Provenance) -> int:
    """Write an embeddings file for each video.

    Args:
        outputs: Of ``FrameSimilarityLearner`` or ``ClipFeatureExtractor``;
            the runs of each video are in order.
        out_dir: Folder of the files.
        provenance: Of the embeddings, but for what differs by video.

    Returns:
        How many videos there were.
    """
    parts: Dict[str, list] = {}
    embedded = 0
    for sample in itertools.chain.from_iterable(outputs):
        name = sample.video_name
        parts.setdefault(name, []).append(
            sample.embeddings.float().cpu().numpy())
        if sample.last < sample.num_frames:
            continue
        times = sample.grid.to_seconds(np.arange(sample.num_frames))
        write_embeddings(
            file_of(out_dir, name, '{}.npz'),
            Embeddings(np.concatenate(parts.pop(name)), times,
                       provenance.of_video(sample.grid, _size(sample.path))))
        embedded += 1
    return embedded


def begin(model: nn.Module) -> None:
    """Tell a model that a run of stage 2 begins, if it wants to know."""
    inner: Any = inner_model(model)
    if hasattr(inner, 'begin'):
        inner.begin()


def _size(path: str) -> int:
    """Bytes of a file, or of the HDF5 file in which an array lies."""
    there = Path(path)
    while not there.exists():
        there = there.parent
    return os.stat(there).st_size


def provenance_of(cfg: Config, interval: float,
                  weights: Optional[str]) -> Provenance:
    """What embeddings are made with.

    Args:
        cfg: Of stage 2.
        interval: Seconds from one frame of its dataset to the next.
        weights: The encoder's file; ``None`` for those of its config.

    Raises:
        FileNotFoundError: If there is no such file.
    """
    dataset_cfg = dict(cfg.test_dataloader.dataset)
    # where the data lie and how they are cut into batches leaves no trace
    for name in ('ann_file', 'data_prefix', 'data_root', 'subset', 'where',
                 'chunk_size', 'filename_tmpl', 'test_mode'):
        dataset_cfg.pop(name, None)
    model_cfg = {key: value for key, value in cfg.model.items()
                 if key not in ('head', 'max_clips')}
    config = json.dumps([model_cfg, dataset_cfg], sort_keys=True, default=str)
    checkpoint = 'untrained'
    trained_on: Mapping = {}
    class_channels = 0
    if weights:
        if not Path(weights).is_file():
            raise FileNotFoundError(
                f'{weights}: no such checkpoint file; expected a '
                'local file, whose hash goes into the embeddings')
        checkpoint = file_hash(weights)
        trained_on, class_channels = _training_set(weights)
    return Provenance(
        interval=interval,
        config=hashlib.sha256(config.encode()).hexdigest()[:16],
        checkpoint=checkpoint,
        training_videos=tuple(trained_on.get('videos', ())),
        boundary_rate=trained_on.get('boundary_rate'),
        mean_duration=trained_on.get('mean_duration'),
        class_channels=class_channels)


def _training_set(path: str) -> Tuple[Mapping, int]:
    """What a checkpoint tells of the dataset that trained it, and how many
    channels of its embeddings stand for classes."""
    checkpoint = CheckpointLoader.load_checkpoint(path, map_location='cpu')
    told = checkpoint.get('state_dict', {}).get('class_head.class_channels', 0)
    return checkpoint.get('meta', {}).get('dataset_meta') or {}, int(told)

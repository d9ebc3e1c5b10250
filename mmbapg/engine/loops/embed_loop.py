"""Stage 2 of BAPG: embed every sampled frame, once."""
import hashlib
import itertools
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Iterable, Iterator, Mapping, Optional, Sequence, Tuple

import numpy as np
import torch
from mmaction.registry import LOOPS
from mmaction.structures import ActionDataSample
from mmengine.config import Config
from mmengine.dist import all_reduce, barrier, broadcast_object_list
from mmengine.runner import CheckpointLoader, TestLoop, autocast

from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    file_hash,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.feature_files import FeatureFileError
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
        finished = [[video['video_name'] for video in map(
            dataset.video_info, range(len(dataset.videos)))
            if self._is_finished(video, provenance)]]
        # one view for all ranks: a rank that comes late sees more files
        broadcast_object_list(finished)
        finished, = finished
        sampler.skip(finished)
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
            f'{self.out_dir} (interval {provenance.interval:g} s, checkpoint '
            f'{provenance.checkpoint})')
        return dict(embedded=int(total), kept=len(finished))

    def _path(self, video: str) -> Path:
        return file_of(self.out_dir, video, '{}.npz')

    def _is_finished(self, video: dict, provenance: Provenance) -> bool:
        try:
            content = read_embeddings(self._path(video['video_name']))
        except FeatureFileError:
            return False
        expected = replace(provenance, source_bytes=_size(video['path']))
        return (content.provenance == expected and
                len(content.times) == video['num_frames'])

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
        outputs: Of ``FrameSimilarityLearner``, for runs of frames in order.
        out_dir: Folder of the files.
        provenance: Of the embeddings, but for the size of each source.

    Returns:
        How many videos there were.
    """
    parts: list = []
    embedded = 0
    for sample in itertools.chain.from_iterable(outputs):
        parts.append(sample.embeddings.float().cpu().numpy())
        if sample.last < sample.num_frames:
            continue
        times = sample.grid.to_seconds(np.arange(sample.num_frames))
        write_embeddings(
            file_of(out_dir, sample.video_name, '{}.npz'),
            Embeddings(np.concatenate(parts), times, replace(
                provenance, source_bytes=_size(sample.path))))
        parts = []
        embedded += 1
    return embedded


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
                 if key != 'head'}
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

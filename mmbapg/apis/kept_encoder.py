"""A model of stage 2, or of clip features, that is built and loaded once."""
from multiprocessing import get_all_start_methods
from pathlib import Path
from typing import Optional

import torch
from mmaction.registry import MODELS
from mmengine.config import Config
from mmengine.runner import Runner, autocast
from rich.progress import track

from mmbapg.config.clip_features import add_clip_features, in_turn
from mmbapg.engine.loops.embed_loop import (
    begin,
    provenance_of,
    write_videos,
)
from mmbapg.models.video.recognizer_config import RecognizerError

from .loaded_localizer import load_weights
from .localization_files import InferenceError


class KeptEncoder:
    """A model of stage 2 that is built and loaded once.

    Args:
        cfg: Of stage 2.
        checkpoint: Its weights; ``None`` for those of the config.
        device: Where to compute.
        title: Of the progress bar.
    """

    def __init__(self, cfg: Config, checkpoint: Optional[str], device: str,
                 title: str) -> None:
        cfg = add_clip_features(cfg)
        self.cfg, self.device, self.title = cfg, device, title
        model = dict(cfg.model)
        if cfg.get('data_preprocessor'):
            model.setdefault('data_preprocessor', cfg.data_preprocessor)
        self.model = MODELS.build(model)
        if checkpoint is not None:
            load_weights(self.model, checkpoint)
        self.model.to(device).eval()
        try:
            begin(self.model)
        except RecognizerError as error:
            raise InferenceError(f'{cfg.filename}: {error}') from None
        self.provenance = provenance_of(
            cfg, cfg.test_dataloader.dataset.get('interval', 1.0), checkpoint)

    @property
    def reads_videos(self) -> bool:
        """Whether it embeds frames, as in the paper, and not features."""
        return 'feature' not in self.cfg.test_dataloader.dataset.data_prefix

    @torch.no_grad()
    def embed(self, videos: dict, out_dir: Path, show_progress: bool,
              **loading) -> None:
        """Write an embeddings file for each video.

        Args:
            videos: Settings of the dataset that say where they are.
            out_dir: Folder of the files.
            show_progress: Whether to show a bar.
            **loading: Settings of the dataloader.
        """
        dataset = on_folder(self.cfg.test_dataloader.dataset, **videos)
        settings = in_turn(
            dict(self.cfg.test_dataloader, dataset=dataset, **loading))
        begin(self.model)
        start = self.cfg.get('env_cfg', {}).get('mp_cfg', {}).get(
            'mp_start_method')
        if settings.get('num_workers') and start in get_all_start_methods():
            # which a run sets for the whole process
            settings['multiprocessing_context'] = start
        loader = Runner.build_dataloader(settings, seed=0)
        # else making workers draws from the process's random numbers
        loader.generator = torch.Generator()
        try:
            write_videos(map(self._predict, track(
                loader, self.title, disable=not show_progress)), out_dir,
                self.provenance)
        finally:
            loader._iterator = None  # persistent workers end at once

    def _predict(self, batch: dict) -> list:
        with autocast(device_type=torch.device(self.device).type,
                      enabled=self.cfg.test_cfg.get('fp16', False)):
            return self.model.test_step(batch)


def on_folder(dataset: dict, **places) -> dict:
    """A dataset's config on all videos of one annotation file."""
    dataset = dict(dataset, test_mode=True, **{
        **places, 'ann_file': str(places['ann_file']),
        # for a few videos it takes longer than all else
        'serialize_data': False})
    for name in ('subset', 'where', 'data_root'):
        dataset.pop(name, None)
    return dataset

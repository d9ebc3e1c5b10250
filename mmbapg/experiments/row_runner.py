"""Running the rows of a table of the BAPG paper.

A row is trained and tested with every seed; what is finished is kept, so an
interrupted call goes on where it stopped. Where there are no embeddings,
stages 1 and 2 come first.
"""
import copy
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

from mmengine.config import Config

from mmbapg.apis.encoding import Encoding
from mmbapg.config.places import find_config, relocated

from .kept_runs import annotations_hash, begin, keep, kept, shaping
from .paper_figures import ENCODERS, Row
from .whole_runs import train_and_test


class RowRunner:
    """Runs rows in a folder.

    Args:
        work_dir: For logs, checkpoints and figures.
        data_root: What the configs call ``data``.
        encoders: See :data:`ENCODERS`.
    """

    def __init__(self, work_dir: Path, data_root: Path,
                 encoders: Sequence[str] = ENCODERS) -> None:
        self.work_dir = Path(work_dir)
        self.data_root = Path(data_root)
        self.encoders = encoders

    def config(self, name: str) -> Config:
        """A config of ours that reads from ``data_root``."""
        cfg = Config.fromfile(find_config(name))
        return Config(
            relocated(cfg._cfg_dict, {'data/': f'{self.data_root}/'}),
            filename=cfg.filename)

    def missing(self, row: Row) -> List[str]:
        """What a row needs and cannot find or make, one line for each."""
        cfg = self.config(row.config)
        wanted = _files_of(cfg.train_dataloader.dataset)
        wanted.update(_files_of(cfg.test_dataloader.dataset))
        absent = _absent(wanted)
        if 'bapg' in cfg and not self._has_embeddings(cfg):
            if self.encoder_of(cfg) is None:
                absent.append(self._why_no_encoder(cfg))
        return absent

    def encoder_of(self, cfg: Config) -> Optional[Config]:
        """The encoder whose data are there; ``None`` if there is none."""
        return next((encoder for encoder in self._encoders_of(cfg)
                     if not _absent(_files_of(
                         encoder.train_dataloader.dataset))), None)

    def embeds_with(self, row: Row) -> Optional[str]:
        """The encoder that makes what a row reads; ``None`` if nothing is to
        be made."""
        cfg = self.config(row.config)
        if 'bapg' not in cfg or self._has_embeddings(cfg):
            return None
        encoder = self.encoder_of(cfg)
        return encoder and Path(encoder.filename).stem

    def finished(self, row: Row, seed: int) -> Optional[Dict[str, float]]:
        """Metrics of a row that has run; ``None`` if it has not.

        Raises:
            KeptRunError: If it has run with other settings.
        """
        return kept(self._figures(row, seed), self._settings(row.config))

    def metrics(self, row: Row, seed: int) -> Dict[str, float]:
        """Metrics of a row, which is run if it has not."""
        found = self.finished(row, seed)
        if found is None:
            cfg = self.config(row.config)
            if 'bapg' in cfg:
                self.embed(cfg)
            path, settings = self._figures(row, seed), self._settings(
                row.config)
            begin(path, settings)
            found = keep(path, self._train_and_test(cfg, row, seed), settings)
        return found

    def embed(self, cfg: Config) -> None:
        """Stages 1 and 2, unless the embeddings are there.

        All rows and seeds share one encoder. Embeddings that somebody else
        wrote are taken as they are.
        """
        if self._has_embeddings(cfg):
            return
        encoder = self.encoder_of(cfg)
        assert encoder is not None, 'data that are missing are told before'
        folder = self._encoder_dir(encoder)
        path, settings = folder / 'finished.json', self._settings(
            encoder.filename)
        begin(path, settings)
        encoding = Encoding(folder)
        resumed = copy.deepcopy(encoder)
        resumed.resume = True
        encoding.embed(encoder, encoding.train(resumed, 'all'), 'all')
        keep(path, dict(embeddings=encoder.test_cfg.out_dir), settings)

    def _train_and_test(self, cfg: Config, row: Row,
                        seed: int) -> Dict[str, float]:
        folder = self._figures(row, seed).parent
        stem = Path(row.config).stem
        return train_and_test(cfg, folder, f'{stem}, seed {seed}',
                              seed).metrics

    def _settings(self, config: str) -> dict:
        """What decides the results of a config."""
        ann_file = self.config(config).test_dataloader.dataset.ann_file
        return dict(shaping(config), annotations=annotations_hash(ann_file))

    def _figures(self, row: Row, seed: int) -> Path:
        return (self.work_dir / Path(row.config).stem / f'seed{seed}' /
                'figures.json')

    def _encoder_dir(self, encoder: Config) -> Path:
        return self.work_dir / Path(encoder.filename).stem

    def _encoders_of(self, cfg: Config) -> List[Config]:
        encoders = map(self.config, self.encoders)
        return [encoder for encoder in encoders if encoder.test_cfg.out_dir ==
                cfg.bapg.clustering.embeddings]

    def _has_embeddings(self, cfg: Config) -> bool:
        """Whether all are there; those of a run of ours may be in part."""
        for encoder in self._encoders_of(cfg):
            folder = self._encoder_dir(encoder)
            if folder.is_dir():
                return kept(folder / 'finished.json', self._settings(
                    encoder.filename)) is not None
        return any(Path(cfg.bapg.clustering.embeddings).glob('*.npz'))

    def _why_no_encoder(self, cfg: Config) -> str:
        needs = [f'{kind}s {folder}' for encoder in self._encoders_of(cfg)
                 for kind, folder in encoder.train_dataloader.dataset
                 .data_prefix.items()]
        return (f'embeddings {cfg.bapg.clustering.embeddings}, or '
                f'{" or ".join(needs) or "an encoder"} to make them')


def _files_of(dataset: dict) -> Dict[str, str]:
    """What a dataset reads: path -> what it is."""
    files = {dataset['ann_file']: 'annotations'}
    for kind, folders in dataset['data_prefix'].items():
        for folder in [folders] if isinstance(folders, str) else folders:
            files[folder] = kind + 's'
    for transform in dataset['pipeline']:
        if 'path' in transform:
            files[transform['path']] = 'scores of whole videos'
    return files


def _absent(files: Mapping[str, str]) -> List[str]:
    return [f'{kind} {path}' for path, kind in files.items()
            if not Path(path).exists()]

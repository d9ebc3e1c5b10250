"""Tables I to IV of the BAPG paper (https://arxiv.org/abs/2309.13810).

Each row is a config. A row is trained and tested with every seed; what is
finished is kept, so an interrupted call goes on where it stopped. Where there
are no embeddings, stages 1 and 2 come first.
"""
import copy
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from mmengine.config import Config
from rich.console import Console
from rich.table import Table

from mmbapg.files import replace_file

from .stages import Encoding, close, find_config, relocated, run


@dataclass(frozen=True)
class Row:
    """A row of a table.

    Attributes:
        name: As in the paper.
        config: Of the localizer.
        paper: The paper's figures, in percent: mAP at each tIoU, and the mean.
    """
    name: str
    config: str
    paper: Tuple[float, ...]


@dataclass(frozen=True)
class PaperTable:
    """A table.

    Attributes:
        title: What it compares.
        guide: What tells how to get the data.
        iou_thresholds: Of its columns; the last one is the mean over all
            thresholds of the benchmark.
        rows: From top to bottom.
    """
    title: str
    guide: str
    iou_thresholds: Tuple[float, ...]
    rows: Tuple[Row, ...]

    @property
    def metrics(self) -> List[str]:
        """Names of the figures of a row."""
        return [f'mAP@{each:g}' for each in self.iou_thresholds] + ['mAP']


_THUMOS14 = dict(guide='tools/data/thumos14/README.md',
                 iou_thresholds=(0.3, 0.4, 0.5, 0.6, 0.7))
_ACTIONFORMER = 'actionformer/actionformer{}_1xb2-35e_thumos14-i3d.py'
_BASELINE = (81.96, 77.41, 71.08, 58.91, 43.74, 66.62)

TABLES: Dict[int, PaperTable] = {
    1: PaperTable('Table I: THUMOS14', rows=(
        Row('TadTR', 'tadtr/tadtr_1xb16-16e_thumos14-i3d.py',
            (74.80, 69.11, 60.10, 46.63, 32.84, 56.69)),
        Row('+ BAPG', 'tadtr/tadtr_bapg_1xb16-16e_thumos14-i3d.py',
            (75.44, 69.85, 60.86, 47.34, 33.31, 57.36)),
        Row('ActionFormer', _ACTIONFORMER.format(''), _BASELINE),
        Row('+ BAPG', _ACTIONFORMER.format('_bapg'),
            (82.09, 77.66, 71.47, 59.51, 44.39, 67.02)),
        Row('TriDet', 'tridet/tridet_1xb2-40e_thumos14-i3d.py',
            (83.53, 79.60, 72.12, 60.76, 45.40, 68.28)),
        Row('+ BAPG', 'tridet/tridet_bapg_1xb2-40e_thumos14-i3d.py',
            (83.60, 79.72, 72.49, 61.49, 46.35, 68.73)),
    ), **_THUMOS14),
    2: PaperTable(
        'Table II: ActivityNet-1.3', 'tools/data/activitynet/README.md',
        (0.5, 0.6, 0.7, 0.8), (
            Row('ActionFormer',
                'actionformer/actionformer_1xb16-15e_activitynet13-tsp.py',
                (54.67, 48.25, 41.85, 32.91, 36.56)),
            Row('+ BAPG', 'actionformer/actionformer_bapg_1xb16-15e_'
                'activitynet13-tsp.py',
                (54.80, 48.38, 41.97, 32.93, 36.61)),
            Row('TriDet', 'tridet/tridet_1xb16-15e_activitynet13-tsp.py',
                (54.71, 48.54, 42.34, 32.93, 36.76)),
            Row('+ BAPG', 'tridet/tridet_bapg_1xb16-15e_activitynet13-tsp.py',
                (54.85, 48.58, 42.50, 33.15, 36.83)),
        )),
    3: PaperTable('Table III: seconds from one frame to the next', rows=(
        Row('baseline', _ACTIONFORMER.format(''), _BASELINE),
        Row('BAPG, 0.1', _ACTIONFORMER.format('_bapg-0.1s'),
            (82.09, 77.66, 71.47, 59.51, 44.39, 67.02)),
        Row('BAPG, 1', _ACTIONFORMER.format('_bapg-m10'),
            (82.05, 77.62, 71.44, 59.37, 44.36, 66.97)),
    ), **_THUMOS14),
    4: PaperTable('Table IV: change points', rows=(
        Row('baseline', _ACTIONFORMER.format(''), _BASELINE),
        Row('BAPG, m = 10', _ACTIONFORMER.format('_bapg-m10'),
            (82.05, 77.62, 71.44, 59.37, 44.36, 66.97)),
        Row('BAPG, m = 15', _ACTIONFORMER.format('_bapg-m15'),
            (82.08, 77.64, 71.45, 59.39, 44.41, 67.00)),
        Row('BAPG, m = 20', _ACTIONFORMER.format('_bapg-m20'),
            (82.06, 77.63, 71.45, 59.44, 44.49, 67.01)),
    ), **_THUMOS14),
}

#: Configs of encoders. Of those that write the embeddings which a row reads,
#: the first whose videos or features are there is used: frames as in the
#: paper come first, stored features after them.
ENCODERS = (
    'similarity/similarity_resnet50_1xb112-100e_thumos14-rgb-1s.py',
    'similarity/similarity_temporal_1xb224-80e_thumos14-i3d-1s.py',
    'similarity/similarity_resnet50_1xb112-100e_thumos14-rgb-0.1s.py',
    'similarity/similarity_temporal_1xb224-80e_thumos14-i3d-0.1s.py',
    'similarity/similarity_resnet50_1xb112-100e_activitynet13-rgb-1s.py',
    'similarity/similarity_temporal_1xb224-80e_activitynet13-tsp.py',
)


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

    def finished(self, row: Row, seed: int) -> Optional[Dict[str, float]]:
        """Metrics of a row that has run; ``None`` if it has not."""
        path = self._figures(row, seed)
        return json.loads(path.read_text()) if path.is_file() else None

    def metrics(self, row: Row, seed: int) -> Dict[str, float]:
        """Metrics of a row, which is run if it has not."""
        if self.finished(row, seed) is None:
            cfg = self.config(row.config)
            if 'bapg' in cfg:
                self.embed(cfg)
            content = json.dumps(self._train_and_test(cfg, row, seed),
                                 indent=1).encode()
            replace_file(self._figures(row, seed),
                         lambda file: file.write(content))
        return self.finished(row, seed)

    def embed(self, cfg: Config) -> None:
        """Stages 1 and 2, unless the embeddings are there.

        All rows and seeds share one encoder. Embeddings that somebody else
        wrote are taken as they are.
        """
        if self._has_embeddings(cfg):
            return
        encoder = self.encoder_of(cfg)
        folder = self._encoder_dir(encoder)
        encoding = Encoding(folder)
        resumed = copy.deepcopy(encoder)
        resumed.resume = True
        encoding.embed(encoder, encoding.train(resumed, 'all'), 'all')
        content = json.dumps(dict(embeddings=encoder.test_cfg.out_dir))
        replace_file(folder / 'finished.json',
                     lambda file: file.write(content.encode()))

    def _train_and_test(self, cfg: Config, row: Row,
                        seed: int) -> Dict[str, float]:
        folder = self._figures(row, seed).parent
        stem = Path(row.config).stem
        resumed = copy.deepcopy(cfg)
        resumed.resume = True
        runner = run(resumed, folder, f'{stem}, seed {seed}', seed=seed)
        runner.train()
        close(runner)
        runner = run(cfg, folder, f'{stem}, test', _final_checkpoint(
            cfg, folder), seed)
        metrics = runner.test()
        close(runner)
        return metrics

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
                return (folder / 'finished.json').is_file()
        return any(Path(cfg.bapg.clustering.embeddings).glob('*.npz'))

    def _why_no_encoder(self, cfg: Config) -> str:
        needs = [f'{kind}s {folder}' for encoder in self._encoders_of(cfg)
                 for kind, folder in encoder.train_dataloader.dataset
                 .data_prefix.items()]
        return (f'embeddings {cfg.bapg.clustering.embeddings}, or '
                f'{" or ".join(needs) or "an encoder"} to make them')


def run_table(table: PaperTable, runner: RowRunner, seeds: Sequence[int],
              dry_run: bool = False) -> bool:
    """Run what is missing of a table, and print it beside the paper's.

    Args:
        table: One of :data:`TABLES`.
        runner: Knows the folders.
        seeds: Each row runs once with each.
        dry_run: Only say what would run.

    Returns:
        Whether every row has figures of every seed.
    """
    console = Console(width=132)
    complete = True
    for row in table.rows:
        left = [seed for seed in seeds if runner.finished(row, seed) is None]
        absent = runner.missing(row) if left else []
        state = f'{len(seeds) - len(left)} of {len(seeds)} seeds finished'
        if absent:
            state += ('; cannot run, missing: ' + '; '.join(absent) +
                      f' (see {table.guide})')
        elif left:
            state += ('; would run seeds ' if dry_run else
                      '; runs seeds ') + ', '.join(map(str, left))
        console.print(f'{row.name} ({row.config}): {state}', highlight=False)
        complete &= not left or not (absent or dry_run)
        if not (dry_run or absent):
            for seed in left:
                runner.metrics(row, seed)
    console.print(compared(table, [
        [found for seed in seeds
         if (found := runner.finished(row, seed)) is not None]
        for row in table.rows
    ]))
    return complete


def compared(table: PaperTable,
             runs: Sequence[Sequence[Mapping[str, float]]]) -> Table:
    """A table of ours beside the paper's.

    Args:
        table: One of :data:`TABLES`.
        runs: For each row, the metrics of each seed; a row without any has
            none of ours. Several seeds show their mean and deviation.
    """
    seeds = max((len(row) for row in runs), default=0)
    shown = Table(title=f'{table.title}: mAP (%) at tIoU, ours | the paper\'s'
                  + (f'; mean ± deviation over {seeds} seeds' if seeds > 1
                     else ''))
    shown.add_column('')
    for name in [*map(str, table.iou_thresholds), 'mean']:
        shown.add_column(name, justify='right')
    for row, metrics in zip(table.rows, runs):
        cells = [f'{_spread([each[name] for each in metrics])} | {paper:.2f}'
                 for name, paper in zip(table.metrics, row.paper)]
        shown.add_row(row.name, *cells)
    return shown


def _spread(values: Sequence[float]) -> str:
    if not values:
        return '-'
    percent = 100 * np.array(values)
    if len(percent) == 1:
        return f'{percent[0]:.2f}'
    return f'{percent.mean():.2f} ± {percent.std(ddof=1):.2f}'


def _final_checkpoint(cfg: Config, folder: Path) -> Path:
    """What is tested: the best epoch if the config keeps it, else the last."""
    if cfg.default_hooks.checkpoint.get('save_best'):
        best = sorted(folder.glob('best_*.pth'),
                      key=lambda path: path.stat().st_mtime)
        if best:
            return best[-1]
    return folder / f'epoch_{cfg.train_cfg.max_epochs}.pth'


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

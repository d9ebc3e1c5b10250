"""The four stages of BAPG on one dataset, one after the other.

What a user does with ``tools/train.py``, ``tools/extract_features.py`` and
``tools/test.py``, done in one process: for the quick start, for
cross-validation, and for raw video at inference.
"""
import copy
import itertools
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Mapping, Optional

from mmengine.config import Config, ConfigDict
from mmengine.runner import Runner

import mmbapg
from mmbapg.engine import add_bapg

from .cross_fit import cross_fit

_RUN_NUMBER = itertools.count()


def find_config(name: str) -> Path:
    """A config of ours, in a checkout or in the installed package.

    Raises:
        FileNotFoundError: If it is in neither.
    """
    package = Path(mmbapg.__file__).parent
    places = [package.parent / 'configs', package / '.mim' / 'configs']
    for folder in places:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(
        f'{name} is in none of {", ".join(map(str, places))}')


def relocated(node, places: Mapping[str, str]):
    """A config in which paths begin differently.

    Args:
        node: Config, or any part of it.
        places: Beginning of a path -> what to write for it. The longest that
            fits counts.
    """
    if isinstance(node, dict):
        return type(node)(
            {key: relocated(value, places) for key, value in node.items()})
    if isinstance(node, (list, tuple)):
        return type(node)([relocated(value, places) for value in node])
    if isinstance(node, str):
        for old in sorted(places, key=len, reverse=True):
            if node.startswith(old):
                return str(places[old]) + node[len(old):]
    return node


def run(cfg: Config, work_dir: Path, title: str,
        checkpoint: Optional[str] = None, seed: int = 0) -> Runner:
    """Build a runner that shows a progress bar in the place of log lines.

    Args:
        cfg: Of any stage.
        work_dir: For logs and checkpoints.
        title: Of the bar.
        checkpoint: To load.
        seed: Of everything random.
    """
    cfg = copy.deepcopy(add_bapg(cfg))
    cfg.work_dir = str(work_dir)
    cfg.load_from = None if checkpoint is None else str(checkpoint)
    cfg.randomness = dict(seed=seed)
    cfg.log_level = 'WARNING'
    cfg.experiment_name = f'run{next(_RUN_NUMBER)}'
    cfg.custom_hooks = [
        *cfg.get('custom_hooks', []),
        dict(type='ProgressBarHook', description=title)
    ]
    return Runner.from_cfg(cfg)


def close(runner: Runner) -> None:
    """Let go of a runner's workers, log files and what MMEngine keeps."""
    for loop in (runner._train_loop, runner._val_loop, runner._test_loop):
        loader = getattr(loop, 'dataloader', None)
        if getattr(loader, '_iterator', None) is not None:
            # persistent workers end at once; left to the garbage collector,
            # each would be waited for
            loader._iterator = None
    for handler in list(runner.logger.handlers):
        handler.close()
        runner.logger.removeHandler(handler)
    for kept in (type(runner.logger), type(runner.visualizer),
                 type(runner.message_hub)):
        kept._instance_dict.pop(runner.experiment_name, None)
        kept._instance_dict.pop(runner.logger.instance_name, None)


@dataclass
class Encoding:
    """Stages 1 and 2 with a config; each run in a folder of its own.

    Attributes:
        work_dir: For logs and checkpoints.
        seed: Of everything random.
    """
    work_dir: Path
    seed: int = 0

    def train(self, cfg: Config, name: str) -> Path:
        """Stage 1.

        Args:
            cfg: Of a similarity encoder.
            name: Of the folder.

        Returns:
            The checkpoint.
        """
        run(cfg, self.work_dir / name, 'Stage 1: similarity encoder',
            seed=self.seed).train()
        return self.work_dir / name / f'epoch_{cfg.train_cfg.max_epochs}.pth'

    def embed(self, cfg: Config, checkpoint: Path, name: str) -> None:
        """Stage 2."""
        run(cfg, self.work_dir / name, 'Stage 2: embeddings',
            checkpoint).test()


@dataclass
class FourStages:
    """Runs the stages in a folder, and knows where each leaves its files.

    Attributes:
        data_root: Folder with ``annotations.json`` and ``videos``.
        work_dir: For everything that is written.
        train, test: Values of fields of the annotation file that select the
            videos of each side.
        num_classes: Of the annotation file.
        seed: Of everything random.
        cross_fit: Parts of :func:`mmbapg.apis.cross_fit.cross_fit`; 0 for one
            encoder that embeds all videos.
        features_dir: Of stage 2 with the untrained encoder; in ``work_dir``
            by default.
        embeddings_dir: Of stage 2; in ``work_dir`` by default.
        extractor, encoder, host, host_with_bapg: Names of configs.
        options: Stage -> changes to its config, as for ``--cfg-options``.
    """
    data_root: Path
    work_dir: Path
    train: Mapping[str, object]
    test: Mapping[str, object]
    num_classes: int
    seed: int = 0
    cross_fit: int = 0
    features_dir: Optional[Path] = None
    embeddings_dir: Optional[Path] = None
    extractor: str = 'similarity/extract_efficientnetlite0_fir-rgb-0.25s.py'
    encoder: str = (
        'similarity/similarity_temporal_1xb224-80e_fir-feature-0.25s.py')
    host: str = 'actionformer/actionformer_1xb2-20e_fir-efficientnetlite0.py'
    host_with_bapg: str = (
        'actionformer/actionformer_bapg_1xb2-20e_fir-efficientnetlite0.py')
    options: Dict[str, dict] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.work_dir = Path(self.work_dir)
        if self.features_dir is None:
            self.features_dir = self.work_dir / 'features'
        if self.embeddings_dir is None:
            self.embeddings_dir = self.work_dir / 'embeddings'

    @property
    def annotations(self) -> Path:
        """The annotation file."""
        return Path(self.data_root) / 'annotations.json'

    def config(self, stage: str) -> Config:
        """Config of a stage, on this dataset and in this folder.

        Args:
            stage: ``extractor``, ``encoder``, ``host`` or ``host_with_bapg``.
        """
        cfg = Config.fromfile(find_config(getattr(self, stage)))
        places = {
            cfg.data_root + 'features': str(self.features_dir),
            cfg.data_root + 'embeddings': str(self.embeddings_dir),
            cfg.data_root: f'{self.data_root}/'
        }
        cfg = Config(relocated(cfg._cfg_dict, places), filename=cfg.filename)
        if stage == 'encoder':  # whatever the config calls the folder
            cfg.test_cfg.out_dir = str(self.embeddings_dir)
        cfg.merge_from_dict(self.options.get(stage, {}))
        if cfg.get('train_dataloader'):
            _select(cfg.train_dataloader.dataset, self.train)
        if stage.startswith('host'):
            for name in ('val_dataloader', 'test_dataloader'):
                _select(cfg[name].dataset, self.test)
            cfg.model.head.num_classes = self.num_classes
            cfg.train_cfg.val_interval = cfg.train_cfg.max_epochs
            cfg.visualizer.vis_backends = [
                dict(type='LocalVisBackend'),
                dict(type='TensorboardVisBackend')
            ]
        cfg.default_hooks.checkpoint.interval = cfg.get(
            'train_cfg', {}).get('max_epochs', 1)
        return cfg

    def extract(self) -> Path:
        """Stage 2 with the untrained encoder: clip features."""
        run(self.config('extractor'), self.work_dir / 'extract',
            'Extracting features').test()
        return self.features_dir

    def learn_embeddings(self) -> Path:
        """Stages 1 and 2.

        Returns:
            The encoder's checkpoint.
        """
        cfg = self.config('encoder')
        encoding = Encoding(self.work_dir / 'encoder', self.seed)
        if self.cross_fit:
            return cross_fit(cfg, self.cross_fit, encoding.train,
                             encoding.embed)
        checkpoint = encoding.train(cfg, 'all')
        encoding.embed(cfg, checkpoint, 'all')
        return checkpoint

    def train_localizer(self, stage: str) -> Path:
        """Stage 4, with stage 3 in its data pipeline if with BAPG.

        Args:
            stage: ``host`` or ``host_with_bapg``.

        Returns:
            The checkpoint.
        """
        cfg = self.config(stage)
        with_or_without = 'with' if 'bapg' in cfg else 'without'
        run(cfg, self.work_dir / stage,
            f'Stage 4: host {with_or_without} BAPG', seed=self.seed).train()
        return (self.work_dir / stage /
                f'epoch_{cfg.train_cfg.max_epochs}.pth')

    def test_localizer(self, stage: str, checkpoint: Path,
                       hook: Optional[dict] = None) -> Dict[str, float]:
        """Metrics, detections as ``detections.json``, and pictures.

        Args:
            stage: ``host`` or ``host_with_bapg``.
            checkpoint: Of :meth:`train_localizer`.
            hook: Settings of ``LocalizationVisualizationHook``; no pictures
                by default.
        """
        cfg = self.config(stage)
        recall = dict(type='ProposalRecallMetric', num_proposals=(10, 50, 100))
        metrics: List[dict] = [
            dict(cfg.test_evaluator, out_file=str(self.detections(stage))),
            dict(recall, prefix='detections')
        ]
        if 'bapg' in cfg:
            metrics.append(dict(recall, field='proposals',
                                prefix='proposals'))
        cfg.test_evaluator = metrics
        if hook is not None:
            cfg.default_hooks.visualization.update(enable=True, **hook)
        return run(cfg, self.work_dir / stage, 'Testing', checkpoint).test()

    def detections(self, stage: str) -> Path:
        """What :meth:`test_localizer` found, in ActivityNet's format."""
        return self.work_dir / stage / 'detections.json'


def _select(dataset: ConfigDict, where: Mapping[str, object]) -> None:
    """Select the videos of a dataset in this way only."""
    dataset.update(where=ConfigDict(where), subset=None)

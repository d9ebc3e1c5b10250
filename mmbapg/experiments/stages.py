"""The four stages of BAPG on one dataset, one after the other.

What a user does with ``tools/train.py``, ``tools/extract_features.py`` and
``tools/test.py``, done in one process: for the quick start and for
cross-validation.
"""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence

from mmengine.config import Config

from mmbapg.apis.cross_fit import cross_fit
from mmbapg.apis.encoding import Encoding
from mmbapg.config.clip_features import add_clip_features
from mmbapg.config.datasets import select_only
from mmbapg.config.places import find_config, relocated
from mmbapg.engine.runner.progress_runs import run

from .few_labels import label_only
from .stretched_schedule import trained_for


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
        cross_fit_group: Field whose values stay together in a part.
        embedded: Values of fields that select the videos that an encoder
            embeds; all by default.
        labelled: Names of the training videos that have labels; all by
            default. See :func:`.few_labels.label_only`.
        features_dir: Of the clip features; in ``work_dir`` by default.
        embeddings_dir: Of stage 2; in ``work_dir`` by default.
        extractor, encoder, host, host_with_bapg: Names of configs.
        options: Stage -> changes to its config, as for ``--cfg-options``.
        epochs_share: Share of their configs' epochs that encoder and host
            train for.
    """
    data_root: Path
    work_dir: Path
    train: Mapping[str, object]
    test: Mapping[str, object]
    num_classes: int
    seed: int = 0
    cross_fit: int = 0
    cross_fit_group: Optional[str] = None
    embedded: Optional[Mapping[str, object]] = None
    labelled: Optional[Sequence[str]] = None
    # by default what __post_init__ sets
    features_dir: Path = None  # type: ignore[assignment]
    embeddings_dir: Path = None  # type: ignore[assignment]
    extractor: str = 'features/efficientnetlite0_1x1x1-4fps_fir-rgb.py'
    encoder: str = (
        'similarity/similarity_dilated_1xb8-20e_fir-efficientnetlite0.py')
    host: str = 'actionformer/actionformer_1xb2-20e_fir-efficientnetlite0.py'
    host_with_bapg: str = (
        'actionformer/actionformer_bapg_1xb2-20e_fir-efficientnetlite0.py')
    options: Dict[str, dict] = field(default_factory=dict)
    epochs_share: float = 1.0

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
        cfg = add_clip_features(
            Config.fromfile(find_config(getattr(self, stage))))
        root = cfg.get('data_root') or (
            f'{Path(cfg.train_dataloader.dataset.ann_file).parent}/')
        places = {
            root + 'features': str(self.features_dir),
            root + 'embeddings': str(self.embeddings_dir),
            root: f'{self.data_root}/'
        }
        cfg = Config(relocated(cfg._cfg_dict, places), filename=cfg.filename)
        if stage == 'encoder':  # whatever the config calls the folder
            cfg.test_cfg.out_dir = str(self.embeddings_dir)
            if 'class_head' in cfg.model:
                cfg.model.class_head.num_classes = self.num_classes
            if self.embedded is not None:
                select_only(cfg.test_dataloader.dataset, self.embedded)
        cfg.merge_from_dict(self.options.get(stage, {}))
        if self.epochs_share != 1 and cfg.get('train_cfg'):
            cfg = trained_for(cfg, max(1, round(
                cfg.train_cfg.max_epochs * self.epochs_share)))
        if cfg.get('train_dataloader'):
            select_only(cfg.train_dataloader.dataset, self.train)
            if self.labelled is not None:
                label_only(cfg.train_dataloader, self.labelled)
        if stage.startswith('host'):
            for name in ('val_dataloader', 'test_dataloader'):
                select_only(cfg[name].dataset, self.test)
            cfg.model.head.num_classes = self.num_classes
            if cfg.get('bapg', {}).get('clustering', {}).get('class_channels'):
                # where the dataset's config tells them
                cfg.bapg.clustering.class_channels = self.num_classes + 1
            cfg.train_cfg.val_interval = cfg.train_cfg.max_epochs
            cfg.visualizer.vis_backends = [
                dict(type='LocalVisBackend'),
                dict(type='TensorboardVisBackend')
            ]
        cfg.default_hooks.checkpoint.interval = cfg.get(
            'train_cfg', {}).get('max_epochs', 1)
        return cfg

    def extract(self) -> Path:
        """Clip features."""
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
                             encoding.embed, self.cross_fit_group)
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

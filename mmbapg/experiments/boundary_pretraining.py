"""What boundary-sensitive pretraining on stored features is worth: encoders
that learned different tasks, over parts of a dataset and seeds."""
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, NamedTuple, Optional, Tuple

import numpy as np
from mmaction.registry import DATASETS
from mmengine.config import Config
from mmengine.registry import DefaultScope
from mmengine.runner import save_checkpoint
from rich.console import Console

from mmbapg.apis.step_localization import step_localization
from mmbapg.config.boundary_features import add_boundary_features
from mmbapg.config.datasets import select_only
from mmbapg.config.places import read_config, relocated
from mmbapg.datasets.annotations import classes_of
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    write_embeddings,
)
from mmbapg.engine.runner.progress_runs import close
from mmbapg.engine.runner.progress_runs import run as begun
from mmbapg.video_names import file_of

from .in_processes import in_processes, quietly
from .kept_runs import annotations_hash, begin, keep, kept, shaping_fields
from .stretched_schedule import trained_for
from .validated_sets import ValidatedSet
from .whole_runs import without_validation


class Learner(NamedTuple):
    """What an encoder learns before its features are used.

    Attributes:
        kinds: Of made-up boundaries, which it tells apart; of none, it learns
            the classes of clips.
        trained: Whether it learns at all.
    """
    kinds: tuple = ()
    trained: bool = True


RANDOM, FOUR_KINDS = 'random weights', 'four kinds'
#: The rows of BSP's Table 5 that features tell apart: none is trained, action
#: classification (the paper's vanilla), one kind against none, all four.
LEARNERS: Mapping[str, Learner] = {
    RANDOM: Learner(trained=False),
    'actions': Learner(),
    'different speeds': Learner(('diff_speed', 'same_speed')),
    'same class': Learner(('same_class', 'same_speed')),
    'different classes': Learner(('diff_class', 'same_speed')),
    FOUR_KINDS: Learner(('diff_class', 'same_class', 'diff_speed',
                         'same_speed')),
}


class Run(NamedTuple):
    """A learner that has not seen a part, which is a place in the dataset's
    parts."""
    name: str
    part: int
    seed: int

    def __str__(self) -> str:
        return f'{self.name}, part {self.part}, seed {self.seed}'


@dataclass
class BoundaryPretraining:
    """Learners, each in a folder of its own that is kept.

    Each is trained on clips of all parts but one, and then writes features
    of all videos. What has finished is kept, and refused if its settings were
    others.

    Attributes:
        dataset: How the videos are divided.
        config: Name of the config of the learner of all kinds.
        data_root: Folder with ``annotations.json`` and ``features``.
        work_dir: For everything that is written.
        epochs: To train for; as the config says by default.
    """
    dataset: ValidatedSet
    config: str
    data_root: Path
    work_dir: Path
    epochs: Optional[int] = None

    @property
    def annotations(self) -> str:
        """The annotation file."""
        return str(Path(self.data_root) / 'annotations.json')

    @property
    def width(self) -> int:
        """Of the features that learners write."""
        return self._here().model.heads.boundary.in_channels

    def complete(self, runs: Iterable[Run], jobs: int = 1) -> None:
        """Do what is not done yet, with so many processes of one thread
        each."""
        missing: Dict[Run, tuple] = {
            run: () for run in runs if self._kept(run) is None}
        if jobs == 1:
            for each in missing:
                self.figures(each)
        elif missing:
            console = Console()
            in_processes(
                missing, partial(quietly, self.figures, self.folder), jobs,
                lambda each: console.print(f'{self.dataset.title}: {each}'))

    def figures(self, run: Run) -> Dict[str, float]:
        """Of the test videos: ``AP``, of :func:`step_localization` by a
        learner's features, and ``AP beside``, by these beside those that they
        are made of; ``accuracy`` of the kinds of boundaries, of a trained
        learner of them. Shares."""
        figures = self._kept(run)
        if figures is None:
            settings = self._settings(run)
            begin(self._file(run), settings)
            figures = keep(self._file(run), self._measure(run), settings)
        return figures

    def stored(self, part: int) -> float:
        """``AP`` by the stored features alone."""
        return self._precision(part, self.stored_features())

    def stored_features(self) -> Path:
        """The features that learners see, in files as they write them."""
        folder = Path(self.work_dir) / 'stored'
        data = add_boundary_features(self._here()).test_dataloader.dataset
        # no run may have begun yet, which would set the scope
        with DefaultScope.overwrite_default_scope('mmaction'):
            dataset = DATASETS.build(dict(data, context=0))
        dataset.full_init()
        for index, video in enumerate(dataset.videos):
            path = file_of(folder, video.name, '{}.npz')
            if not path.is_file():
                seen = dataset[index]['inputs'].T.numpy()
                times = dataset.grid.to_seconds(np.arange(len(seen)))
                write_embeddings(path, Embeddings(seen, times, Provenance(
                    data.interval, 'stored', 'untrained')))
        return folder

    def features(self, run: Run) -> Path:
        """Folder of what a learner has written."""
        return self.folder(run) / 'features'

    def folder(self, run: Run) -> Path:
        """Where everything of a run is."""
        return (Path(self.work_dir) / run.name.replace(' ', '-') /
                f'part{run.part}_seed{run.seed}')

    def learner(self, run: Run) -> Config:
        """The config of a run's training."""
        cfg = without_validation(trained_for(self._here(), self.epochs))
        cfg.merge_from_dict(self._options(run.name))
        train, test = self._divided(run.part)
        select_only(cfg.train_dataloader.dataset.source, train)
        select_only(cfg.test_dataloader.dataset.source, test)
        return cfg

    def _here(self) -> Config:
        """The config on this dataset."""
        cfg = read_config(self.config)
        return Config(relocated(cfg._cfg_dict, {
            cfg.data_root: f'{self.data_root}/'}), filename=cfg.filename)

    def _options(self, name: str) -> Dict[str, Any]:
        kinds = LEARNERS[name].kinds
        if LEARNERS[name].trained and not kinds:
            return {
                'train_dataloader.dataset.kinds': ('same_speed', ),
                'model.heads': dict(_delete_=True, action=dict(
                    type='ClipActionHead',
                    num_classes=len(classes_of(self.annotations)),
                    in_channels=self.width))}
        loaders = ('train_dataloader', 'test_dataloader')
        return {'model.heads.boundary.num_classes': len(kinds),
                **{f'{loader}.dataset.kinds': kinds for loader in loaders}
                } if kinds else {}

    def _measure(self, run: Run) -> Dict[str, float]:
        figures: Dict[str, float] = {}
        cfg = self.learner(run)
        checkpoint = self._trained(run, cfg)
        if LEARNERS[run.name].kinds:
            figures['accuracy'] = _tested(
                cfg, self.folder(run) / 'kinds', f'{run}, kinds',
                checkpoint)['acc/top1']
        made = add_boundary_features(cfg)
        made.test_cfg.out_dir = str(self.features(run))
        _tested(made, self.folder(run) / 'writing', f'{run}, features',
                checkpoint)
        return dict(
            figures, AP=self._precision(run.part, self.features(run)),
            **{'AP beside': self._precision(
                run.part, self.stored_features(), self.features(run))})

    def _trained(self, run: Run, cfg: Config) -> Path:
        folder = self.folder(run) / 'learner'
        trained = LEARNERS[run.name].trained
        runner = begun(cfg, folder, str(run), seed=run.seed)
        if trained:
            runner.train()
            checkpoint = folder / f'epoch_{cfg.train_cfg.max_epochs}.pth'
        else:
            checkpoint = folder / 'untrained.pth'
            save_checkpoint(dict(state_dict=runner.model.state_dict()),
                            str(checkpoint))
        close(runner)
        return checkpoint

    def _precision(self, part: int, *folders: Path) -> float:
        return step_localization(self.annotations, folders,
                                 *self._divided(part)).average_precision

    def _divided(self, part: int) -> Tuple[Dict[str, list], Dict[str, list]]:
        """Fields of the training and of the test videos."""
        tested = self.dataset.parts[part]
        others = [value for value in self.dataset.parts if value != tested]
        return {self.dataset.field: others}, {self.dataset.field: [tested]}

    def _file(self, run: Run) -> Path:
        return self.folder(run) / 'figures.json'

    def _kept(self, run: Run) -> Optional[dict]:
        return kept(self._file(run), self._settings(run))

    def _settings(self, run: Run) -> dict:
        return dict(shaping_fields(self.learner(run)),
                    annotations=annotations_hash(Path(self.annotations)))


def _tested(cfg: Config, folder: Path, title: str,
            checkpoint: Path) -> Dict[str, float]:
    runner = begun(cfg, folder, title, checkpoint)
    figures = runner.test()
    close(runner)
    return figures

"""What BAPG is worth: hosts without and with it, over parts and seeds."""
import multiprocessing
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional

import numpy as np
import torch
from rich.console import Console

from mmbapg.apis.join_embeddings import join_embeddings
from mmbapg.datasets.annotations import (
    VideoAnnotation,
    classes_of,
    load_annotations,
    select,
)
from mmbapg.datasets.embedding_files import (
    Embeddings,
    Provenance,
    read_embeddings,
    write_embeddings,
)
from mmbapg.datasets.transforms.clustering import CACHE_FOLDER
from mmbapg.video_names import file_of, names_in

from .encoder_tables import (
    boundary_table,
    collapse,
    judged_videos,
    proposal_table,
)
from .few_labels import draw_labelled
from .kept_runs import annotations_hash, keep, kept, shaping
from .stages import FourStages
from .validated_sets import (
    DEFAULT,
    ENCODERS,
    EVEN_CUTS,
    HOST_OPTIONS,
    VARIANTS,
    Encoder,
    ValidatedSet,
)


class Run(NamedTuple):
    """An encoder, or a variant of a host, on a part with a seed; trained on
    so many of the training videos, or on all."""
    part: int
    seed: int
    name: str
    host: Optional[str] = None
    labelled: Optional[int] = None

    def __str__(self) -> str:
        return ' '.join(filter(None, [
            self.host, self.name, f'part {self.part}', f'seed {self.seed}',
            f'{self.labelled} labelled' if self.labelled else '']))


@dataclass
class CrossValidation:
    """Runs, each in a folder of its own that is kept.

    An interrupted cross-validation goes on where it stopped; what is finished
    with other settings is refused. All hosts of a part and seed share an
    encoder.

    Attributes:
        dataset: What to run on.
        data_root: Folder with ``annotations.json`` and ``features``.
        work_dir: For everything that is written.
        options, epochs_share: See :class:`FourStages`.
    """
    dataset: ValidatedSet
    data_root: Path
    work_dir: Path
    options: Mapping[str, dict] = field(default_factory=dict)
    epochs_share: float = 1.0

    def complete(self, runs: Iterable[Run], jobs: int = 1) -> None:
        """Do what is not done yet, with so many processes of one thread each.

        What a run needs comes before it.
        """
        depths: Dict[Run, int] = {}

        def visit(run: Run) -> int:
            if self._kept(run) is not None:
                return -1
            depths[run] = 1 + max(map(visit, _sources(run)), default=-1)
            return depths[run]

        for run in runs:
            visit(run)
        for depth in range(1 + max(depths.values(), default=-1)):
            group = [run for run in depths if depths[run] == depth]
            if jobs == 1:
                for run in group:
                    self.figures(run)
            elif group:
                self._in_processes(group, jobs)

    def figures(self, run: Run) -> dict:
        """Boundary F1 of an encoder and its controls, or metrics of a host."""
        figures = self._kept(run)
        if figures is None:
            figures = keep(
                self._file(run),
                (self._localize if run.host else self._encode)(run),
                self._settings(run))
        return figures

    def stages(self, run: Run) -> FourStages:
        """The stages of a run."""
        config = self.dataset.hosts.get(run.host or '', '')
        encoder = ENCODERS.get(run.name, Encoder())
        options = dict(self.options)
        options['encoder'] = {**options.get('encoder', {}), **encoder.options}
        options['host_with_bapg'] = {**options.get('host_with_bapg', {}),
                                     **HOST_OPTIONS.get(run.name, {})}
        source = VARIANTS.get(run.name) if run.host else None
        labelled = None if run.labelled is None else [
            video.name for video in self.training_videos(run)]
        return FourStages(
            self.data_root,
            self._folder(run),
            train=self._training(run.part),
            test={self.dataset.field: [self.dataset.parts[run.part]]},
            num_classes=len(classes_of(
                str(Path(self.data_root) / 'annotations.json'))),
            seed=run.seed,
            cross_fit=encoder.cross_fit if labelled is None else min(
                encoder.cross_fit, len(labelled)),
            cross_fit_group=self.dataset.group if encoder.cross_fit else None,
            labelled=labelled,
            features_dir=Path(self.data_root) / 'features',
            embeddings_dir=self._folder(
                run._replace(name=source, host=None) if source else run
            ) / 'embeddings',
            encoder=self._encoder_config(encoder.form),
            host=config.format(''),
            host_with_bapg=config.format('_bapg'),
            options=options,
            epochs_share=self.epochs_share)

    def training_videos(self, run: Run) -> List[VideoAnnotation]:
        """Those that a run is trained on, of the other parts."""
        path = str(Path(self.data_root) / 'annotations.json')
        videos = select(load_annotations(path), path=path,
                        where=self._training(run.part))
        return videos if run.labelled is None else draw_labelled(
            videos, run.labelled, run.seed, self.dataset.group, path)

    def _training(self, part: int) -> Dict[str, list]:
        return {self.dataset.field: [
            value for place, value in enumerate(self.dataset.parts)
            if place != part]}

    def _kept(self, run: Run) -> Optional[dict]:
        """Figures of a run that has finished, with the same settings."""
        return kept(self._file(run), self._settings(run))

    def _settings(self, run: Run) -> dict:
        """What decides the figures of a run."""
        stages = self.stages(run)
        stage = _stage(run) if run.host else 'encoder'
        return dict(
            shaping(getattr(stages, stage)), options=stages.options.get(stage),
            train=stages.train, test=stages.test, cross_fit=stages.cross_fit,
            cross_fit_group=stages.cross_fit_group, labelled=stages.labelled,
            epochs_share=stages.epochs_share,
            sources={each.name: self._settings(each)
                     for each in _sources(run)},
            annotations=annotations_hash(stages.annotations))

    def _encoder_config(self, form: str) -> str:
        if form not in self.dataset.encoders:
            raise ValueError(f'{self.dataset.title} has no encoder on {form}, '
                             f'expected one of {list(self.dataset.encoders)}')
        return self.dataset.encoders[form]

    def detections(self, run: Run) -> Path:
        """What a host found on its part, in ActivityNet's format."""
        return self.stages(run).detections(_stage(run))

    def _encode(self, run: Run) -> dict:
        stages = self.stages(run)
        folders = []
        for source in _sources(run):
            self.figures(source)
            folders.append(self.stages(source).embeddings_dir)
        if run.name == EVEN_CUTS:
            write_featureless_embeddings(folders[0], stages.embeddings_dir)
        elif folders:
            join_embeddings(folders, stages.embeddings_dir)
        else:
            stages.learn_embeddings()
        videos = judged_videos(stages)
        return dict(boundaries=boundary_table(videos),
                    proposals=proposal_table(videos),
                    collapse=collapse(videos))

    def _localize(self, run: Run) -> dict:
        for source in _sources(run):
            self.figures(source)
        stages, stage = self.stages(run), _stage(run)
        return stages.test_localizer(stage, stages.train_localizer(stage))

    def _folder(self, run: Run) -> Path:
        few = f'_labelled{run.labelled}' if run.labelled else ''
        return (Path(self.work_dir) / (run.host or 'encoders') / run.name /
                f'part{run.part}_seed{run.seed}{few}')

    def _file(self, run: Run) -> Path:
        return self._folder(run) / 'figures.json'

    def _in_processes(self, runs: List[Run], jobs: int) -> None:
        console = Console()
        context = multiprocessing.get_context('spawn')
        with ProcessPoolExecutor(jobs, context) as pool:
            pending = {pool.submit(_quietly, self, run): run for run in runs}
            try:
                for done in as_completed(pending):
                    done.result()
                    console.print(f'{self.dataset.title}: {pending[done]}')
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


def _sources(run: Run) -> List[Run]:
    """Encoders whose embeddings a run needs."""
    if run.host:
        source = VARIANTS[run.name]
        names = [source] if source else []
    elif run.name == EVEN_CUTS:
        names = [DEFAULT]  # for their times
    else:
        names = list(ENCODERS[run.name].joins)
    return [run._replace(name=name, host=None) for name in names]


def _stage(run: Run) -> str:
    return 'host_with_bapg' if VARIANTS[run.name] else 'host'


def _quietly(cv: CrossValidation, run: Run) -> None:
    """A run in a process of its own, its output in ``run.log``."""
    torch.set_num_threads(1)
    folder = cv._folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / 'run.log', 'w', encoding='utf-8') as log:
        with redirect_stdout(log), redirect_stderr(log):
            cv.figures(run)


def write_featureless_embeddings(source: Path, target: Path) -> None:
    """Embeddings that turn at constant speed and know nothing of the video.

    Their optimal change points are evenly spaced: the control that shows
    whether it matters where BAPG cuts.

    Args:
        source: Folder of embeddings, for their number.
        target: Folder to write.
    """
    for name in names_in(source, '.npz', CACHE_FOLDER):
        content = read_embeddings(str(file_of(source, name, '{}.npz')))
        angle = np.linspace(0, np.pi / 2, len(content.times))
        turning = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        write_embeddings(
            str(file_of(target, name, '{}.npz')),
            Embeddings(turning, content.times, Provenance(
                content.provenance.interval, 'featureless', 'none',
                boundary_rate=content.provenance.boundary_rate,
                mean_duration=content.provenance.mean_duration)))

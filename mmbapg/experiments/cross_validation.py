"""What BAPG is worth: hosts without and with it, over parts and seeds."""
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Dict, Iterable, List, Mapping, NamedTuple, Optional

from rich.console import Console

from mmbapg.apis.join_embeddings import join_embeddings
from mmbapg.datasets.annotations import (
    VideoAnnotation,
    classes_of,
    load_annotations,
    select,
)
from mmbapg.errors import SettingError

from .control_embeddings import copy_embeddings, write_featureless_embeddings
from .encoder_tables import (
    boundary_table,
    collapse,
    judged_videos,
    proposal_table,
)
from .few_labels import draw_labelled
from .in_processes import in_processes, quietly
from .kept_runs import annotations_hash, keep, kept, shaping
from .stages import FourStages
from .validated_sets import (
    DEFAULT,
    ENCODERS,
    EVEN_CUTS,
    HOST_OPTIONS,
    LONGER,
    VARIANTS,
    Encoder,
    ValidatedSet,
)


class Run(NamedTuple):
    """An encoder, or a variant of a host, on a part with a seed; trained on
    so many of the training videos, or on all; or an encoder that has not seen
    another part either, for cross-fitting."""
    part: int
    seed: int
    name: str
    host: Optional[str] = None
    labelled: Optional[int] = None
    unseen: Optional[int] = None

    def __str__(self) -> str:
        return ' '.join(filter(None, [
            self.host, self.name, f'part {self.part}',
            '' if self.unseen is None else f'and {self.unseen}',
            f'seed {self.seed}',
            f'{self.labelled} labelled' if self.labelled else '']))


@dataclass
class CrossValidation:
    """Runs, each in a folder of its own that is kept.

    An interrupted cross-validation goes on where it stopped; what is finished
    with other settings is refused. All hosts of a part and seed share an
    encoder. Where cross-fitting has as many parts as a part's training videos
    come from, these are its parts, and what was trained without two parts
    embeds each of them for a test on the other: of four parts, ten trainings
    for all tests together in the place of sixteen.

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
    # tables ask for figures often, and settings take long to compare
    _figures: Dict[Run, dict] = field(
        default_factory=dict, init=False, repr=False, compare=False)

    def complete(self, runs: Iterable[Run], jobs: int = 1) -> None:
        """Do what is not done yet, with so many processes of one thread each.

        What a run needs comes before it.
        """
        needed: Dict[Run, List[Run]] = {}

        def visit(run: Run) -> None:
            if self._kept(run) is None:
                sources = self._sources(run)
                for source in sources:
                    visit(source)
                needed[run] = sources

        for run in runs:
            visit(run)
        if jobs == 1:
            for run in needed:
                self.figures(run)
        elif needed:
            console = Console()
            in_processes(
                needed, partial(quietly, self.figures, self._folder), jobs,
                lambda run: console.print(f'{self.dataset.title}: {run}'))

    def figures(self, run: Run) -> dict:
        """Boundary F1 of an encoder and its controls, or metrics of a host."""
        if run not in self._figures:
            figures = self._kept(run)
            self._figures[run] = figures if figures is not None else keep(
                self._file(run),
                (self._localize if run.host else self._encode)(run),
                self._settings(run))
        return self._figures[run]

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
        parts = 0 if run.unseen is not None or self._shared(run) else (
            encoder.cross_fit)
        test = self._values(run.part, run.unseen)
        return FourStages(
            self.data_root,
            self._folder(run),
            train=self._training(run),
            test=test,
            num_classes=len(classes_of(
                str(Path(self.data_root) / 'annotations.json'))),
            seed=run.seed,
            cross_fit=parts if labelled is None else min(
                parts, len(labelled)),
            cross_fit_group=self.dataset.group if parts else None,
            labelled=labelled,
            embedded=test if encoder.cross_fit and not parts else None,
            features_dir=Path(self.data_root) / 'features',
            embeddings_dir=self._folder(
                run._replace(name=source, host=None) if source else run
            ) / 'embeddings',
            encoder=self._encoder_config(encoder.form),
            host=config.format(''),
            host_with_bapg=config.format('_bapg'),
            options=options,
            epochs_share=self.epochs_share * (
                LONGER.get(run.name, 1) if run.host else 1))

    def training_videos(self, run: Run) -> List[VideoAnnotation]:
        """Those that a run is trained on, of the other parts."""
        path = str(Path(self.data_root) / 'annotations.json')
        videos = select(load_annotations(path), path=path,
                        where=self._training(run))
        return videos if run.labelled is None else draw_labelled(
            videos, run.labelled, run.seed, self.dataset.group, path)

    def _training(self, run: Run) -> Dict[str, list]:
        return self._values(*(place for place in range(
            len(self.dataset.parts)) if place not in (run.part, run.unseen)))

    def _values(self, *places: Optional[int]) -> Dict[str, list]:
        """What selects the videos of parts."""
        return {self.dataset.field: [
            self.dataset.parts[place] for place in places
            if place is not None]}

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
            sources={each.name if each.unseen is None else str(each):
                     self._settings(each) for each in self._sources(run)},
            annotations=annotations_hash(stages.annotations))

    def _encoder_config(self, form: str) -> str:
        if form not in self.dataset.encoders:
            raise SettingError(
                f'{self.dataset.title} has no encoder on {form}, expected one '
                f'of {list(self.dataset.encoders)}')
        return self.dataset.encoders[form]

    def detections(self, run: Run) -> Path:
        """What a host found on its part, in ActivityNet's format."""
        return self.stages(run).detections(_stage(run))

    def _encode(self, run: Run) -> dict:
        stages = self.stages(run)
        sources, folders = self._sources(run), []
        for source in sources:
            self.figures(source)
            folders.append(self.stages(source).embeddings_dir)
        if run.unseen is not None:
            stages.learn_embeddings()
            return {}
        if self._shared(run):
            for source, folder in zip(sources, folders):
                copy_embeddings(self._tested(
                    source.unseen if source.part == run.part else source.part
                ), folder, stages.embeddings_dir)
            stages.learn_embeddings()
        elif run.name == EVEN_CUTS:
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
        for source in self._sources(run):
            self.figures(source)
        stages, stage = self.stages(run), _stage(run)
        return stages.test_localizer(stage, stages.train_localizer(stage))

    def _sources(self, run: Run) -> List[Run]:
        """Encoders whose embeddings a run needs."""
        if run.host:
            source = VARIANTS[run.name]
            names = [source] if source else []
        elif run.unseen is not None:
            names = []
        elif self._shared(run):
            return [run._replace(part=min(run.part, other),
                                 unseen=max(run.part, other))
                    for other in range(len(self.dataset.parts))
                    if other != run.part]
        elif run.name == EVEN_CUTS:
            names = [DEFAULT]  # for their times
        else:
            names = list(ENCODERS[run.name].joins)
        return [run._replace(name=name, host=None) for name in names]

    def _shared(self, run: Run) -> bool:
        """Whether encoders of an encoder's cross-fitting serve other parts,
        too; a few labelled videos are drawn for each part."""
        return not run.host and run.labelled is None and (
            0 < ENCODERS.get(run.name, Encoder()).cross_fit ==
            len(self.dataset.parts) - 1)

    def _tested(self, part: Optional[int]) -> List[str]:
        """Names of the videos of a part."""
        path = str(Path(self.data_root) / 'annotations.json')
        return [video.name for video in select(
            load_annotations(path), path=path, where=self._values(part))]

    def _folder(self, run: Run) -> Path:
        few = f'_labelled{run.labelled}' if run.labelled else ''
        other = '' if run.unseen is None else f'_{run.unseen}'
        return (Path(self.work_dir) / (run.host or 'encoders') / run.name /
                f'part{run.part}{other}_seed{run.seed}{few}')

    def _file(self, run: Run) -> Path:
        return self._folder(run) / 'figures.json'


def _stage(run: Run) -> str:
    return 'host_with_bapg' if VARIANTS[run.name] else 'host'

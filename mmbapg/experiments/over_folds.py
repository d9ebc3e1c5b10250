"""Any configs of localizers side by side, over the parts of a dataset and over
seeds: trained on all parts but one, tested on that one."""
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import (
    Dict,
    Hashable,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
)

from mmengine.config import Config
from rich.console import Console

from mmbapg.apis.cross_fit import group_of
from mmbapg.apis.diagnosis import Diagnosis
from mmbapg.config.datasets import datasets_of, select_only
from mmbapg.config.places import changed_texts, read_config, relocated
from mmbapg.datasets.annotations import (
    AnnotationError,
    load_annotations,
    select,
)
from mmbapg.datasets.embedding_files import read_provenance
from mmbapg.evaluation.bootstrap import Groups, Runs
from mmbapg.video_names import file_of

from .in_processes import in_processes, quietly
from .kept_runs import annotations_hash, begin, keep, kept, shaping_fields
from .paired_variants import groups_of_videos
from .stretched_schedule import trained_for
from .validated_sets import places_of
from .whole_runs import (
    Outcome,
    UnfitConfigError,
    localization_metric,
    train_and_test,
    without_validation,
)


class Run(NamedTuple):
    """A config, by its name, tested on a part, which is a place in
    ``OverFolds.parts``."""
    name: str
    part: int
    seed: int

    def __str__(self) -> str:
        return f'{self.name} part {self.part} seed {self.seed}'


@dataclass
class OverFolds:
    """Runs of configs, each in a folder of its own that is kept.

    An interrupted call goes on where it stopped, a training from its last
    checkpoint; what is finished with other settings is refused. There is no
    validation, and the weights of the last epoch are tested.

    In texts of a config, ``{part}`` and ``{seed}`` stand for the place of the
    part that is tested on and the seed, such as in
    ``embeddings/part{part}_seed{seed}``: embeddings must come from encoders
    that have not seen the tested videos.

    Attributes:
        configs: By name. All have one annotation file.
        work_dir: For everything that is written.
        by: Field of the annotation file; videos that share its value form a
            part. Fields and subsets by which configs select do not count.
        epochs: To train for, with schedules stretched to them; as configs
            say by default.
        group: Field of the annotation file, such as a person: intervals draw
            videos that share its value together. By default each video is
            drawn for itself. Runs do not depend on it.
        parts: The values, sorted.

    Raises:
        UnfitConfigError: If a config tests no mAP, reads another annotation
            file, or there are no two values.
    """
    configs: Mapping[str, Config]
    work_dir: Path
    by: str = 'fold'
    epochs: Optional[int] = None
    group: Optional[str] = None
    parts: List[object] = field(init=False)

    def __post_init__(self) -> None:
        self.work_dir = Path(self.work_dir)
        for name in self.configs:
            self._metric(name)
        self.configs = {
            name: without_validation(trained_for(cfg, self.epochs))
            for name, cfg in self.configs.items()}
        files = {_annotations(cfg): name for name, cfg in self.configs.items()}
        if len(files) != 1:
            raise UnfitConfigError(
                f'found configs with the annotation files {", ".join(files)}, '
                'expected one file')
        self.annotations = next(iter(files))
        self.parts = _values_of(self.annotations, self.by)

    def places(self, chosen: Optional[Sequence[int]]) -> Sequence[int]:
        """See :func:`.validated_sets.places_of`."""
        return places_of(chosen, self.parts, self.by)

    def complete(self, runs: Iterable[Run], jobs: int = 1) -> None:
        """Do what is not done yet, with so many processes of one thread each.

        Raises:
            UnfitConfigError: If embeddings come from an encoder that was
                trained on a video that is tested on.
        """
        missing: Dict[Run, Sequence[Run]] = {
            run: () for run in runs if self._kept(run) is None}
        for run in missing:
            self._refuse_seen_videos(run)
        if jobs == 1:
            for run in missing:
                self.figures(run)
        elif missing:
            console = Console()
            in_processes(missing, partial(quietly, self.figures, self.folder),
                         jobs, lambda run: console.print(str(run)))

    def figures(self, run: Run) -> dict:
        """``metrics`` of a run, and ``minutes`` of its training; ``None`` if
        it was interrupted."""
        figures = self._kept(run)
        if figures is None:
            begin(self._file(run), self._settings(run))
            outcome = self._outcome(run)
            metrics = {name.split('/')[-1]: value
                       for name, value in outcome.metrics.items()}
            figures = keep(self._file(run), dict(
                metrics=metrics, minutes=outcome.minutes),
                self._settings(run))
        return figures

    def config(self, run: Run) -> Config:
        """What a run is of."""
        cfg = _filled(self._config(run.name), run)
        others = [value for place, value in enumerate(self.parts)
                  if place != run.part]
        select_only(cfg.train_dataloader.dataset, {self.by: others})
        select_only(cfg.test_dataloader.dataset, self._tested(run.part))
        return cfg

    def folder(self, run: Run) -> Path:
        """Where everything of a run is."""
        return self.work_dir / run.name / f'part{run.part}_seed{run.seed}'

    def detections(self, run: Run) -> Path:
        """What a run found, in ActivityNet's format."""
        return self.folder(run) / 'detections.json'

    def matchings(self, name: str, parts: Sequence[int],
                  seeds: Sequence[int]) -> Runs:
        """What a config's runs found, matched with the annotations."""
        judges = self._judges(name, parts)
        return {(part, seed): judges[part].matchings([str(self.detections(
            Run(name, part, seed)))]) for part in parts for seed in seeds}

    def groups(self, parts: Sequence[int]) -> Optional[Groups]:
        """What the tested videos of each part share with others, by
        ``group``; ``None`` without it.

        Raises:
            AnnotationError: If a video does not have the field, or a part has
                one value only, of which nothing else can be drawn.
        """
        groups = groups_of_videos(
            self._judges(next(iter(self.configs)), parts), self.group)
        if groups is None:
            return None
        for part in parts:
            if len({*groups[part]}) == 1:
                raise AnnotationError(
                    f'{self.annotations}: field {self.group}: found '
                    f'{groups[part][0]!r} in all videos of {self.by} '
                    f'{self.parts[part]}, expected two values or more to draw '
                    'from, or no group, so that videos are drawn one by one')
        return groups

    def _outcome(self, run: Run) -> Outcome:
        cfg = self.config(run)
        cfg.test_evaluator = [dict(self._metric(run.name), out_file=str(
            self.detections(run)))]
        return train_and_test(cfg, self.folder(run), str(run), run.seed)

    def _config(self, name: str) -> Config:
        return self.configs[name]

    def _metric(self, name: str) -> dict:
        """What makes mAP of a config's detections."""
        return localization_metric(self._config(name))

    def _judges(self, name: str,
                parts: Sequence[int]) -> Dict[Hashable, Diagnosis]:
        metric = self._metric(name)
        chosen = {key: metric[theirs] for key, theirs in (
            ('thresholds', 'iou_thresholds'), ('convention', 'convention'))
            if theirs in metric}
        return {part: Diagnosis(self.annotations, where=self._tested(part),
                                **chosen) for part in parts}

    def _refuse_seen_videos(self, run: Run) -> None:
        cfg = self.config(run)
        folder = cfg.get('bapg', {}).get('clustering', {}).get('embeddings')
        if folder is None:
            return
        for video in select(load_annotations(self.annotations),
                            where=self._tested(run.part)):
            path = file_of(folder, video.name, '{}.npz')
            if path.is_file() and video.name in read_provenance(
                    path).training_videos:
                raise UnfitConfigError(
                    f'{path}: found embeddings of an encoder that was trained '
                    f'on {video.name}, which is tested on in {run}, expected '
                    'those of another (a folder of each part is named with '
                    '{part} and {seed} in bapg.clustering.embeddings)')

    def _tested(self, part: int) -> Dict[str, list]:
        return {self.by: [self.parts[part]]}

    def _file(self, run: Run) -> Path:
        return self.folder(run) / 'figures.json'

    def _kept(self, run: Run) -> Optional[dict]:
        return kept(self._file(run), self._settings(run))

    def _settings(self, run: Run) -> dict:
        return dict(shaping_fields(self.config(run)),
                    annotations=annotations_hash(Path(self.annotations)))


def configs_of(paths: Sequence[str], data: Optional[Path] = None,
               options: Optional[dict] = None) -> Dict[str, Config]:
    """Configs by the stems of their names.

    Args:
        paths: See :func:`mmbapg.config.places.read_config`.
        data: Folder to read in the place of their ``data_root``.
        options: Changes to each.

    Raises:
        UnfitConfigError: If two have one stem.
    """
    configs: Dict[str, Config] = {}
    for path in paths:
        cfg, name = read_config(path), Path(path).stem
        if name in configs:
            raise UnfitConfigError(f'{path}: found a second config of this '
                                   'name, expected another name')
        if data is not None:
            cfg = Config(relocated(cfg._cfg_dict, {cfg.data_root: f'{data}/'}),
                         filename=cfg.filename)
        cfg.merge_from_dict(options or {})
        configs[name] = cfg
    return configs


def _annotations(cfg: Config) -> str:
    return next(datasets_of(cfg.test_dataloader.dataset)).ann_file


def _values_of(path: str, name: str) -> List[object]:
    """Of a field of an annotation file, sorted."""
    values = {group_of(video, name) for video in load_annotations(
        path).values() if isinstance(group_of(video, name), (str, int, float))}
    if len(values) < 2:
        raise UnfitConfigError(
            f'{path}: field {name}: found '
            f'{sorted(map(str, values)) or "it in no video"}, expected two '
            'values or more, of which each is tested on in turn')
    return sorted(values, key=lambda value: (isinstance(value, str), value))


def _filled(cfg: Config, run: Run) -> Config:
    """A config with the numbers of a run in its texts."""
    def fill(text: str) -> str:
        return text.replace('{part}', str(run.part)).replace(
            '{seed}', str(run.seed))

    return Config(changed_texts(cfg._cfg_dict, fill), filename=cfg.filename)

"""A report that is opened in a browser: what detections are worth, and where
to look first."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence

import numpy as np

from mmbapg.datasets.annotations import VideoAnnotation, named
from mmbapg.datasets.usable_embeddings import check_header, read_checked
from mmbapg.datasets.video_files import find_video
from mmbapg.evaluation import Segments
from mmbapg.evaluation.costs import instance_costs, video_costs
from mmbapg.evaluation.submission import read_proposals
from mmbapg.video_names import file_of
from mmbapg.visualization.canvas import COLOURS
from mmbapg.visualization.report import Page, write_pages
from mmbapg.visualization.report.columns import (
    columns_of,
    judged_columns,
    unjudged_columns,
)
from mmbapg.visualization.report.evidence import strength_columns, write_map
from mmbapg.visualization.report.media import is_played, place_video
from mmbapg.visualization.report.overview import overview_of
from mmbapg.visualization.report.pages import file_name

from .boundary_table import boundary_figures
from .diagnosis import Comparison, Diagnosis

#: Instances that the overview lists.
MOST_INSTANCES = 200
#: Characters of other fields of videos that pages show, at most; a longer one
#: is no fact but a text, or an address.
LONGEST_FACT = 40
#: Pages show as many detections as this many times the instances, unless they
#: are asked for more.
SHOWN_PER_INSTANCE = 2


@dataclass
class Report:
    """Detections of one or more models, as pages.

    Attributes:
        diagnosis: Annotations, and which of their videos are judged how.
        files: Name of a model -> files of its detections; see
            :meth:`.Diagnosis.matchings`.
        videos: Folder of video files, if there is one.
        embeddings: Folder of embeddings, as stage 2 writes them.
        proposals: Name -> file of class-agnostic proposals; see
            :func:`.read_proposals`.
        title: Of the report; by default, the annotation file's name.
        encode: Whether videos that no browser plays are encoded anew, which
            takes a while where they are long; they are left out otherwise.
    """
    diagnosis: Diagnosis
    files: Mapping[str, Sequence[str]]
    videos: Optional[Path] = None
    embeddings: Optional[Path] = None
    proposals: Mapping[str, str] = field(default_factory=dict)
    title: Optional[str] = None
    encode: bool = True

    def write(self, folder: Path) -> Path:
        """Read everything, judge it, and write the pages.

        Args:
            folder: For the report.

        Returns:
            The page to open.

        Raises:
            AnnotationError: If detections or proposals are unusable.
            FeatureFileError: If embeddings are.
            VideoError: If a video file is.
        """
        compared = self.diagnosis.compare(self.files)
        proposals = {name: read_proposals(path, self.diagnosis.videos)
                     for name, path in self.proposals.items()}
        embeddings = self._embeddings(compared.judged)
        films = self._films(compared.judged)
        figures = {name: self.diagnosis.figures(each)
                   for name, each in compared.matchings.items()}
        labelled = [video.name for video in compared.judged if video.labelled]
        overview = overview_of(figures, compared.matchings, compared.founds,
                               labelled, self.diagnosis.classes)
        pages = [self._page(each, proposals, embeddings, films, folder)
                 for each in self._by_cost(compared)]
        overview.update(
            all_classes=list(self.diagnosis.classes), colours=list(COLOURS),
            cuts=self._boundaries(compared, embeddings),
            videos=[page.data.pop('row') for page in pages],
            looked_at=sorted(
                (row for page in pages for row in page.data.pop('rows')),
                key=lambda row: -row['cost'])[:MOST_INSTANCES])
        return write_pages(
            folder, self.title or Path(self.diagnosis.annotations).name,
            overview, pages)

    def _embeddings(self, judged: Sequence[VideoAnnotation]
                    ) -> Dict[str, Path]:
        """Files of embeddings, of those videos that have them."""
        if self.embeddings is None:
            return {}
        paths = {video.name: file_of(self.embeddings, video.name, '{}.npz')
                 for video in judged}
        found = {name: path for name, path in paths.items() if path.is_file()}
        for video in judged:
            if video.name in found:
                check_header(found[video.name], video.duration)
        _tell_absent('embeddings', self.embeddings, paths, found)
        return found

    def _films(self, judged: Sequence[VideoAnnotation]) -> Dict[str, Path]:
        """Video files, of those videos that have one."""
        if self.videos is None:
            return {}
        paths = {video.name: find_video(self.videos, video.name)
                 for video in judged}
        found = {name: path for name, path in paths.items() if path.is_file()}
        _tell_absent('video', self.videos, paths, found)
        if self.encode:
            return found
        played = {name: path for name, path in found.items()
                  if is_played(path)}
        _tell_absent('video that all browsers play', self.videos, found,
                     played)
        return played

    def _boundaries(self, compared: Comparison,
                    embeddings: Mapping[str, Path]) -> Dict[str, Any]:
        """Boundaries of detections, beside change points if all videos have
        embeddings; nothing where the videos have no boundary."""
        judged = [video for video in compared.judged if video.labelled]
        whole = self.embeddings is not None and all(
            video.name in embeddings for video in judged)
        figures = boundary_figures(
            judged, compared.founds,
            {'change points': self.embeddings}
            if self.embeddings is not None and whole else {})
        return {name: dict(f1=list(row['f1'].values()),
                           tolerances=list(row['f1']))
                for name, row in figures.items()}

    def _by_cost(self, compared: Comparison) -> List['_Video']:
        """All videos, those that cost most first."""
        middles = {name: self.diagnosis.at_middle(each)
                   for name, each in compared.matchings.items()}
        costs = np.mean([video_costs(each) for each in middles.values()],
                        axis=0)
        of_instances = np.mean([instance_costs(each)
                                for each in middles.values()], axis=0)
        kinds = {name: each.kinds() for name, each in middles.items()}
        least = {name: _least_shown(each.scores, len(each.true_labels))
                 for name, each in middles.items()}
        videos, number = [], 0
        for annotation in compared.judged:
            if not annotation.labelled:
                models = {name: unjudged_columns(found.get(annotation.name))
                          for name, found in compared.founds.items()}
                videos.append(_Video(annotation, models, least))
                continue
            first = next(iter(middles.values()))
            mine = first.true_video == number
            videos.append(_Video(
                annotation, {name: judged_columns(each, kinds[name], number)
                             for name, each in middles.items()}, least,
                Segments(first.true_segments[mine], first.true_labels[mine]),
                float(costs[number]), of_instances[mine]))
            number += 1
        return sorted(videos, key=lambda video: -video.cost)

    def _page(self, video: '_Video', proposals: Mapping[str, dict],
              embeddings: Mapping[str, Path], films: Mapping[str, Path],
              folder: Path) -> Page:
        name = video.annotation.name
        place = list(self.diagnosis.videos).index(name)
        file = file_name(place, name)
        data = video.data(self.diagnosis.middle)
        data.update(
            row=video.row(file), rows=video.rows(file, self.diagnosis.classes),
            proposals=[dict(unjudged_columns(found.get(name)), name=title)
                       for title, found in proposals.items()],
            strength=None, map=None, film=None)
        if name in embeddings:
            content = read_checked(embeddings[name])
            write_map(folder / f'maps/{file}.webp', content)
            data.update(
                strength=strength_columns(content), map=dict(
                    file=f'../maps/{file}.webp', seconds=len(
                        content.times) * content.provenance.interval))
        if name in films:
            placed = place_video(films[name], folder / 'media', file)
            data['film'] = f'../media/{placed.name}'
        return Page(name, video.annotation.duration, file,
                    video.facts(), data)


@dataclass
class _Video:
    """A video, and what it costs."""
    annotation: VideoAnnotation
    models: Dict[str, dict]
    least: Mapping[str, float]
    truth: Segments = Segments(np.empty((0, 2)), np.empty(0, np.int64))
    cost: float = -1.0
    costs: np.ndarray = field(default_factory=lambda: np.empty(0))

    def data(self, threshold: float) -> Dict[str, Any]:
        """For the scripts of its page."""
        return dict(
            threshold=threshold, judged=self.annotation.labelled,
            truth=dict(columns_of(self.truth),
                       cost=np.round(100 * self.costs, 4).tolist()),
            models=[dict(columns, name=name, least=self.least[name])
                    for name, columns in self.models.items()])

    def facts(self) -> Dict[str, str]:
        """For the head of its page."""
        told = {key: str(value) for key, value in sorted(
            self.annotation.fields.items(), key=lambda field: field[0] not in (
                'subset', 'fold')) if isinstance(value, (str, int, float)) and
            len(str(value)) <= LONGEST_FACT}
        if self.annotation.labelled:
            told['instances'] = str(len(self.truth.labels))
            told['cost'] = f'{100 * self.cost:.2f} points of mAP'
        else:
            told['instances'] = 'not annotated'
        return told

    def row(self, file: str) -> Dict[str, Any]:
        """For the list of videos; a cost in points of mAP."""
        found = [len(each['hits']) if 'hits' in each else None
                 for each in self.models.values()]
        return dict(
            name=self.annotation.name, file=file, found=found,
            duration=self.annotation.duration,
            instances=len(self.truth.labels),
            cost=round(100 * self.cost, 3) if self.cost >= 0 else None)

    def rows(self, file: str, classes: Sequence[str]) -> List[dict]:
        """For the list of instances."""
        hits = [set(each.get('hits', ())) for each in self.models.values()]
        return [dict(
            name=self.annotation.name, file=file, label=classes[label],
            start=round(float(start), 2), end=round(float(end), 2),
            cost=round(100 * float(cost), 3),
            found=[index in each for each in hits])
            for index, ((start, end), label, cost) in enumerate(zip(
                self.truth.segments, self.truth.labels, self.costs))]


def _least_shown(scores: np.ndarray, instances: int) -> float:
    """The score from which pages show detections at first."""
    shown = min(SHOWN_PER_INSTANCE * instances, len(scores))
    return float(f'{scores[shown - 1]:.4g}') if shown else 0.0


def _tell_absent(what: str, folder: Path, wanted: Mapping[str, Path],
                 found: Mapping[str, Path]) -> None:
    absent = [name for name in wanted if name not in found]
    if absent:
        print(f'{folder}: found no {what} of {named(absent)}; '
              'their pages go without')

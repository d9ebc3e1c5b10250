"""Generators of proposals over the parts of a dataset and over seeds, judged
by the mAP of what they find once a classifier has named it."""
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterable

from mmengine.config import Config

from mmbapg.engine.runner.progress_runs import close
from mmbapg.engine.runner.progress_runs import run as begun

from .over_folds import OverFolds, Run
from .proposal_trials import CLASSIFIER, read_proposals_of
from .stretched_schedule import trained_for
from .whole_runs import (
    Outcome,
    final_checkpoint,
    localization_metric,
    train_and_test,
    trained,
    without_validation,
)

#: The figure of a recall metric that is in percent.
AUC = 'AUC'


@dataclass
class NamedProposals(OverFolds):
    """Runs of configs that find proposals of no class.

    One classifier of each part and seed, trained on the same videos, names
    the proposals of all configs, so that a difference in mAP is one of
    proposals.

    Attributes:
        classifier: Config of a ``ProposalClassifier``; trained for as many
            epochs as it says.
    """
    classifier: Config = field(default_factory=Config)

    def __post_init__(self) -> None:
        self.classifier = without_validation(trained_for(
            self.classifier, None))
        super().__post_init__()

    def complete(self, runs: Iterable[Run], jobs: int = 1) -> None:
        """See :meth:`.OverFolds.complete`; classifiers come first."""
        runs = list(runs)
        super().complete(dict.fromkeys(map(_named_by, runs)), jobs)
        super().complete(runs, jobs)

    def proposals(self, run: Run) -> Path:
        """What a run found, without names, in ActivityNet's format."""
        return self.folder(run) / 'proposals.json'

    def _metric(self, name: str) -> dict:
        return localization_metric(self.classifier)

    def _config(self, name: str) -> Config:
        return (self.classifier if name == CLASSIFIER
                else super()._config(name))

    def _outcome(self, run: Run) -> Outcome:
        cfg, folder = self.config(run), self.folder(run)
        if run.name == CLASSIFIER:
            return Outcome({}, trained(cfg, folder, str(run), run.seed))
        metrics = cfg.test_evaluator
        cfg.test_evaluator = [dict(
            metrics[0] if isinstance(metrics, (list, tuple)) else metrics,
            out_file=str(self.proposals(run)))]
        found = train_and_test(cfg, folder, str(run), run.seed)
        # a report takes all figures for shares
        found.metrics[AUC] /= 100
        return found._replace(metrics={**found.metrics, **self._named(run)})

    def _named(self, run: Run) -> dict:
        """Figures of a run's proposals with their names."""
        named_by = _named_by(run)
        self.figures(named_by)
        cfg = self.config(named_by)
        read_proposals_of(cfg, self.proposals(run))
        cfg.test_evaluator = [dict(self._metric(run.name), out_file=str(
            self.detections(run)))]
        runner = begun(cfg, self.folder(run) / 'naming', f'{run}, names',
                       final_checkpoint(cfg, self.folder(named_by)), run.seed)
        figures = runner.test()
        close(runner)
        return figures

    def _settings(self, run: Run) -> dict:
        settings = super()._settings(run)
        return settings if run.name == CLASSIFIER else dict(
            settings, classifier=super()._settings(_named_by(run)))


def _named_by(run: Run) -> Run:
    return run._replace(name=CLASSIFIER)

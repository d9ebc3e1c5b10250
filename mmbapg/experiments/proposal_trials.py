"""Generators of proposals beside each other: the same features, the same
epochs, and one classifier that names what each of them finds."""
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, NamedTuple

from mmengine.config import Config

from mmbapg.engine.runner.progress_runs import run as run_config

from .cross_validation import CrossValidation, Run
from .stages import FourStages
from .validated_sets import SETS, ValidatedSet

#: Names the proposals of all methods on a part with a seed.
CLASSIFIER = 'proposal_classifier'
#: What methods are compared with, and what ablations are.
BASELINE, COMPLETE = 'BMN', 'BSN++'


class Method(NamedTuple):
    """A generator of proposals.

    Attributes:
        folder: Of its configs.
        beside: The method that it is compared with.
        options: Changes to its config.
        trained: The method whose weights it tests in another way, if it is
            not trained itself.
    """
    folder: str
    beside: str = BASELINE
    options: Dict[str, object] = {}
    trained: str = ''


#: As the paper has it; configs for small sets leave it out.
READ_BACKWARD: Dict[str, object] = {'model.head.read_backward': True}


def _ablation(options: Dict[str, object], trained: str = '') -> Method:
    return Method('bsn_plus_plus', COMPLETE, {**READ_BACKWARD, **options},
                  trained)


METHODS = {
    BASELINE: Method('bmn'),
    'G-TAD': Method('gtad'),
    # the paper's; training does not see the backward pass
    COMPLETE: Method('bsn_plus_plus', options=READ_BACKWARD),
    'BSN++ without backward pass': _ablation(
        {'model.head.read_backward': False}, COMPLETE),
    'BSN++ without relation block': _ablation(
        {'model.head.relation.relations': []}),
    'BSN++ without scale balance': _ablation(
        {'model.head.sampler.by_scale': False}),
}
#: Those that are no ablation.
GENERATORS = tuple(name for name, method in METHODS.items()
                   if method.beside == BASELINE)
#: Of :data:`.validated_sets.SETS` -> end of the names of its configs, and
#: epochs of those of generators.
FEATURES = dict(fir=('fir-efficientnetlite0', 20), gesture=('gesture-imu', 10),
                vts=('vts-kinematics', 20))


def of_proposals(dataset: str) -> ValidatedSet:
    """One of :data:`.validated_sets.SETS` by its name, whose hosts are
    :data:`METHODS` and their :data:`CLASSIFIER`."""
    features, epochs = FEATURES[dataset]
    end = f'_1xb4-{epochs}e_{features}.py'
    hosts = {name: f'{method.folder}/{method.folder}{end}'
             for name, method in METHODS.items()}
    hosts[CLASSIFIER] = f'{CLASSIFIER}/{CLASSIFIER}_1xb2-20e_{features}.py'
    return replace(SETS[dataset], hosts=hosts)


class ProposalTrials(CrossValidation):
    """A cross-validation of :data:`METHODS`.

    The figures of a method are those of ``ProposalRecallMetric``, and those
    of its proposals once the classifier has named them.
    """

    def stages(self, run: Run) -> FourStages:
        """The stages of a run; proposals are of one class, and the
        classifier is trained for all its epochs."""
        stages = super().stages(run)
        method = METHODS.get(run.host or '')
        if method is None:
            return replace(stages, epochs_share=1.0)
        host = {**stages.options.get('host', {}), **method.options}
        return replace(stages, num_classes=1,
                       options={**stages.options, 'host': host})

    def classified(self, run: Run) -> Path:
        """File of a method's proposals with their classes."""
        return self.detections(run).with_name('classified.json')

    def _localize(self, run: Run) -> dict:
        for source in self._sources(run):
            self.figures(source)
        stages = self.stages(run)
        method = METHODS.get(run.host or '')
        if method is None:
            return dict(checkpoint=str(stages.train_localizer('host')))
        if method.trained:
            checkpoint = self.figures(
                run._replace(host=method.trained))['checkpoint']
        else:
            checkpoint = str(stages.train_localizer('host'))
        found = stages.test_localizer('host', checkpoint)
        return {**found, **self._named(run), 'checkpoint': checkpoint}

    def _named(self, run: Run) -> Dict[str, float]:
        """Figures of a method's proposals that the classifier has named."""
        named_by = run._replace(host=CLASSIFIER)
        stages = self.stages(named_by)
        cfg = stages.config('host')
        read_proposals_of(cfg, self.detections(run))
        cfg.test_evaluator = dict(
            cfg.test_evaluator, out_file=str(self.classified(run)))
        return run_config(
            cfg, self.detections(run).parent / 'classifier',
            'Naming proposals', self.figures(named_by)['checkpoint']).test()

    def _sources(self, run: Run) -> List[Run]:
        method = METHODS.get(run.host or '')
        if method is None:
            return super()._sources(run)
        needed = [CLASSIFIER, *filter(None, [method.trained])]
        return [run._replace(host=name) for name in needed]

    def _settings(self, run: Run) -> dict:
        settings = super()._settings(run)
        # the names of sources are those of variants, of which there is one
        settings['sources'] = {each.host: self._settings(each)
                               for each in self._sources(run)}
        return settings


def read_proposals_of(cfg: Config, path: Path) -> None:
    """Have a classifier's config read a file of proposals, in place."""
    for transform in cfg.test_dataloader.dataset.pipeline:
        if transform.type == 'LoadFoundProposals':
            transform.path = str(path)


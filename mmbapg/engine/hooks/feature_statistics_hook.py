"""Measures what a ``FeatureStandardizer`` needs."""
from mmaction.registry import HOOKS
from mmengine.dist import is_main_process
from mmengine.hooks import Hook
from mmengine.model import is_model_wrapper
from rich.progress import track

from mmbapg.datasets.seeding import seeded
from mmbapg.models import EndToEndLocalizer


@HOOKS.register_module()
class FeatureStatisticsHook(Hook):
    """Measure the training set once, before the first iteration.

    Of a model that sees frames, what its video network makes of them at the
    beginning. Does nothing if the statistics came with a checkpoint, or if
    the model has no ``FeatureStandardizer``.
    """

    # before any hook that reads the model's buffers
    priority = 'VERY_HIGH'

    def before_train(self, runner) -> None:
        """Every rank measures; all read the same samples."""
        model = runner.model
        model = model.module if is_model_wrapper(model) else model
        sees_frames = isinstance(model, EndToEndLocalizer)
        standardizer = (model.standardizer if sees_frames else
                        model.data_preprocessor)
        if int(getattr(standardizer, 'num_steps', 1)):
            return
        runner.logger.info('Measuring mean and standard deviation of the '
                           'training features')
        dataset = runner.train_dataloader.dataset
        with seeded(runner.seed):
            samples = map(dataset.__getitem__, track(
                range(len(dataset)), 'Measuring',
                disable=not is_main_process()))
            standardizer.measure(
                model.measured(sample) if sees_frames else sample['inputs']
                for sample in samples)

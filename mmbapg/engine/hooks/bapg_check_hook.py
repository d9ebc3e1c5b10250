"""What would run BAPG with weights or embeddings that are not its own."""
from typing import Optional

from mmengine.hooks import Hook

from mmbapg.models.localizers.weights import (
    ForeignWeightsError,
    bapg_in,
    expected_bapg,
    untrained_neck,
    weights_of,
)

from ..checks.embeddings import check_embeddings


class BAPGCheckHook(Hook):
    """Look at weights and embeddings before training and testing begin.

    Every runner has this hook as soon as mmbapg is imported; runs without
    BAPG and without ``TemporalSimilarityClustering`` pass it by.

    Training may start from the weights of a host; to test them, or to resume
    from them, is refused: that would be the bare host under BAPG's name.
    """

    priority = 'HIGH'

    def __init__(self) -> None:
        #: Whose weights are loaded that leave the neck untrained.
        self.found: Optional[str] = None

    def after_load_checkpoint(self, runner, checkpoint: dict) -> None:
        """See whether the neck is among the weights."""
        model = bapg_in(runner.model)
        if model is not None:
            self.found = untrained_neck(model, weights_of(checkpoint))
        # the runner names the file
        if model is not None and self.found and runner._resume:
            raise ForeignWeightsError(expected_bapg(
                model, self.found, 'to resume'))

    def before_train(self, runner) -> None:
        """Say from what training starts, and look at the embeddings."""
        if runner.iter > 0:
            self._refuse(runner, 'to resume')
        if self.found:
            runner.logger.info(
                f'{_file(runner)}: training starts from weights of '
                f'{self.found}; the neck of BAPG is new')
        self.found = None
        check_embeddings([runner.train_dataloader,
                          runner.val_loop and runner.val_dataloader])

    def before_val(self, runner) -> None:
        """Check what training, of which this may be a part, has not."""
        if runner.iter == 0:
            self._refuse(runner, 'to validate')
            check_embeddings([runner.val_dataloader])

    def before_test(self, runner) -> None:
        """Refuse weights that leave the neck untrained."""
        self._refuse(runner, 'to test')
        check_embeddings([runner.test_dataloader])

    def _refuse(self, runner, purpose: str) -> None:
        model = bapg_in(runner.model)
        if self.found and model is not None:
            message = expected_bapg(model, self.found, purpose)
            raise ForeignWeightsError(f'{_file(runner)}: {message}')


def _file(runner) -> str:
    return str(runner._load_from or 'the loaded checkpoint')

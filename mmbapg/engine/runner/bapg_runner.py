"""MMEngine's runner, for configs with BAPG."""
from mmengine.registry import RUNNERS
from mmengine.runner import Runner

from mmbapg.moved import moved_names

__getattr__ = moved_names(__name__)


@RUNNERS.register_module()
class BAPGRunner(Runner):
    """A runner that first adds BAPG to its config, see
    :func:`mmbapg.engine.add_bapg`.

    ``configs/_base_/bapg`` selects it by ``runner_type``, which MMAction2's
    ``tools/train.py`` and ``tools/test.py`` honour; where nobody has imported
    mmbapg they fail on the name. With mmbapg, every runner adds BAPG, see
    :mod:`.entry_points`. The config that a run leaves in its work directory
    is the resolved one.
    """

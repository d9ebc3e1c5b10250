"""Keeps training on a CPU from slowing down as it goes on."""
from contextlib import ExitStack

from mmaction.registry import HOOKS
from mmengine.hooks import Hook

from ..tiny_numbers import tiny_numbers_as_zero


@HOOKS.register_module()
class TinyNumbersHook(Hook):
    """:func:`mmbapg.engine.tiny_numbers.tiny_numbers_as_zero` as long as a
    training or a test lasts."""

    priority = 'VERY_HIGH'

    def __init__(self) -> None:
        self._lasting = ExitStack()

    def before_run(self, runner) -> None:
        """Begin."""
        self._lasting.enter_context(tiny_numbers_as_zero())

    def after_run(self, runner) -> None:
        """Compute again as before."""
        self._lasting.close()

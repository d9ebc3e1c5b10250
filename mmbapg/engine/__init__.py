from mmbapg.config.bapg import add_bapg
from mmbapg.moved import moved_names

from .hooks.epoch_seed_hook import EpochSeedHook
from .hooks.feature_statistics_hook import FeatureStatisticsHook
from .hooks.fitted_ema_hook import FittedEMAHook
from .hooks.preflight_hook import PreflightHook
from .hooks.progress_bar_hook import ProgressBarHook
from .hooks.schedule_check_hook import ScheduleCheckHook
from .hooks.tiny_numbers_hook import TinyNumbersHook
from .hooks.visualization_hook import LocalizationVisualizationHook
from .local_wrapper import LocalModelWrapper
from .loops.embed_loop import EmbedLoop
from .runner.bapg_runner import BAPGRunner
from .runner.entry_points import make_bapg_visible
from .schedulers.warmup_cosine_lr import WarmupCosineLR

make_bapg_visible()
__getattr__ = moved_names(__name__)

__all__ = [
    'BAPGRunner', 'EmbedLoop', 'EpochSeedHook',
    'FeatureStatisticsHook', 'FittedEMAHook', 'LocalModelWrapper',
    'LocalizationVisualizationHook', 'PreflightHook', 'ProgressBarHook',
    'ScheduleCheckHook', 'TinyNumbersHook', 'WarmupCosineLR', 'add_bapg'
]

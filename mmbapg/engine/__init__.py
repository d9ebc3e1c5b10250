from .hooks.dataset_check_hook import DatasetCheckHook
from .hooks.epoch_seed_hook import EpochSeedHook
from .hooks.feature_statistics_hook import FeatureStatisticsHook
from .hooks.fitted_ema_hook import FittedEMAHook
from .hooks.progress_bar_hook import ProgressBarHook
from .hooks.schedule_check_hook import ScheduleCheckHook
from .hooks.visualization_hook import LocalizationVisualizationHook
from .local_wrapper import LocalModelWrapper
from .loops.embed_loop import EmbedLoop
from .runner.bapg_runner import BAPGRunner, add_bapg
from .runner.entry_points import make_bapg_visible
from .schedulers.warmup_cosine_lr import WarmupCosineLR

make_bapg_visible()

__all__ = [
    'BAPGRunner', 'DatasetCheckHook', 'EmbedLoop', 'EpochSeedHook',
    'FeatureStatisticsHook', 'FittedEMAHook', 'LocalModelWrapper',
    'LocalizationVisualizationHook', 'ProgressBarHook', 'ScheduleCheckHook',
    'WarmupCosineLR', 'add_bapg'
]

from .hooks.epoch_seed_hook import EpochSeedHook
from .hooks.feature_statistics_hook import FeatureStatisticsHook
from .loops.embed_loop import EmbedLoop
from .runner.bapg_runner import BAPGRunner, add_bapg

__all__ = [
    'BAPGRunner', 'EmbedLoop', 'EpochSeedHook', 'FeatureStatisticsHook',
    'add_bapg'
]

from .hooks.epoch_seed_hook import EpochSeedHook
from .hooks.feature_statistics_hook import FeatureStatisticsHook

__all__ = ['EpochSeedHook', 'FeatureStatisticsHook']

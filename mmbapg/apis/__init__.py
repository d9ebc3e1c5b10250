from .inferencer import (
    InferenceError,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)
from .localizer_check import check_localizer

__all__ = ['InferenceError', 'SomeVideosFailed',
           'TemporalLocalizationInferencer', 'check_localizer']

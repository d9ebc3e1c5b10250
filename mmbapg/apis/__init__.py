from .inferencer import (
    InferenceError,
    Localizations,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)
from .localizer_check import check_localizer

__all__ = ['InferenceError', 'Localizations', 'SomeVideosFailed',
           'TemporalLocalizationInferencer', 'check_localizer']

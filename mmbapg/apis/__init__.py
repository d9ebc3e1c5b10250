from .inferencer import (
    InferenceError,
    Localizations,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)

__all__ = ['InferenceError', 'Localizations', 'SomeVideosFailed',
           'TemporalLocalizationInferencer']

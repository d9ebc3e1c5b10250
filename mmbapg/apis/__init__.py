from .inferencer import (
    InferenceError,
    SomeVideosFailed,
    TemporalLocalizationInferencer,
)

__all__ = ['InferenceError', 'SomeVideosFailed',
           'TemporalLocalizationInferencer']

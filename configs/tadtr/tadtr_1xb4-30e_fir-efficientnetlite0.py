_base_ = [
    '../_base_/standardized_runtime.py',
    '../_base_/datasets/fir_features_windows.py',
    '../_base_/models/tadtr_small.py',
    '../_base_/schedules/adamw_multistep_30e.py'
]

model = dict(
    data_preprocessor=dict(type='FeatureStandardizer', channels=1280),
    in_channels=1280,
    head=dict(num_classes=4))

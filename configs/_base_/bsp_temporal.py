# Boundary-sensitive pretraining on stored clip features: sequences are joined
# and blended linearly. A config adds the data, the width of the features, and
# their pipeline.
_base_ = [
    './default_runtime.py', './models/boundary_temporal.py',
    './datasets/boundary_loaders.py', './schedules/adamw_clips_40e.py'
]

# few clips, and short ones: what does not fit is left out, counted and named
dataset = dict(
    synthesis=dict(half_length=4, speeds=(0.5, 1.5)), unusable_clips='skip')
train_dataloader = dict(
    num_workers=0,
    persistent_workers=False,
    sampler=dict(min_samples=2048),
    dataset=dataset)
val_dataloader = dict(num_workers=0, dataset=dataset)
test_dataloader = val_dataloader
default_hooks = dict(checkpoint=dict(interval=10))

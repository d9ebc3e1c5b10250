# Loaders of localizers that see clips, and what AFSD does with frames: 112 px,
# of which training sees a random part of 96 px and testing the centre.
_base_ = './benchmark_loaders.py'

decode = dict(
    type='DecodeFrames', each=[dict(type='ShrinkFrames', size=112)])
read = dict(type='ReadStoredFrames')
crop_window = dict(type='CropWindow')
random_crop = dict(type='RandomCrop', size=96)
# As the authors have it: flow keeps the sign of a movement that is mirrored.
flip = dict(type='FlipFrames', flip_ratio=0.5, negate_flow=False)
centre = dict(type='CenterCrop', crop_size=96)
pack_spliced = dict(type='PackSplicedWindow')
pack = dict(type='PackFrameWindow')
auto_scale_lr = dict(base_batch_size=1)
train_dataloader = dict(
    batch_size=1, dataset=dict(type='SlidingWindowDataset'))

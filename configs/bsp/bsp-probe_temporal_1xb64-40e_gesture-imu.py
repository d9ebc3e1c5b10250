# Probabilities of boundaries in whole gesture streams, by the learner that
# bsp_temporal_1xb64-40e_gesture-imu trains: for tools/test.py.
_base_ = './bsp_temporal_1xb64-40e_gesture-imu.py'

model = dict(
    _delete_=True,
    type='BoundaryProbe',
    learner=_base_.model,
    window=8)
val_dataloader = None
val_evaluator = None
val_cfg = None
test_dataloader = dict(
    _delete_=True,
    batch_size=1,
    num_workers=0,
    sampler=dict(type='VideoShardSampler'),
    dataset=dict(
        type='UntrimmedFrameDataset',
        ann_file='data/gesture/annotations.json',
        data_prefix=dict(feature='data/gesture/features'),
        interval=0.25,
        context=4,
        test_mode=True,
        pipeline=[
            dict(type='SampleFeatures', stride=8, window=8, channels=30),
            dict(type='PackFrames')
        ]))
test_evaluator = []
test_cfg = dict(
    _delete_=True, type='EmbedLoop', out_dir='data/gesture/bsp_probabilities')

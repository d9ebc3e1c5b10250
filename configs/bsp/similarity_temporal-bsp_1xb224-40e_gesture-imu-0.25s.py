# Stage 1 of BAPG on gestures, begun by BSP's encoder: its changes reach no
# further than a made-up clip is long.
_base_ = '../similarity/similarity_temporal_1xb224-40e_gesture-imu-0.25s.py'

reaches = (1, 2)
model = dict(
    backbone=dict(
        reaches=reaches,
        init_cfg=dict(
            type='Pretrained',
            checkpoint='work_dirs/bsp_temporal_1xb64-40e_gesture-imu/'
            'epoch_40.pth',
            prefix='encoder.')))
train_dataloader = dict(dataset=dict(context=max(reaches)))
test_dataloader = dict(dataset=dict(context=max(reaches)))
test_cfg = dict(out_dir='data/gesture/embeddings_bsp')

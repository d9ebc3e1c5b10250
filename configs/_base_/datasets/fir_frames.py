# FIR: sampled frames, for stage 1 and 2. Fold 2 is kept for testing.
_base_ = './untrimmed_frames.py'

data_root = 'data/fir/'
dataset = dict(
    ann_file=data_root + 'annotations.json',
    data_prefix=dict(video=data_root + 'videos'),
    interval=0.25)
train_dataloader = dict(
    num_workers=2,
    dataset=dict(
        **dataset,
        where=dict(fold=[0, 1]),
        # Actions here often follow each other without a pause: what comes
        # next is as hard a negative as background.
        hard_negative_window=2.0,
        surroundings='any'))
test_dataloader = dict(num_workers=1, dataset=dict(**dataset, chunk_size=32))

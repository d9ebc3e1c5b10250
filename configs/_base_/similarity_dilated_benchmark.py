# Stages 1 and 2 on benchmarks, in runs.
_base_ = './similarity_dilated.py'

# the official annotations hold segments that no video can have
dataset = dict(invalid_segments='keep')
train_dataloader = dict(
    num_workers=4, persistent_workers=True, dataset=dataset)
test_dataloader = dict(num_workers=4, dataset=dataset)

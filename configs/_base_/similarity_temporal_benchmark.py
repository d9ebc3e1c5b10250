# Stages 1 and 2 on benchmarks, one embedding a second: for those who have the
# features and not the videos. Hard negatives are the paper's: all of the
# background beside an instance.
_base_ = './similarity_temporal.py'

# the official annotations hold segments that no video can have
dataset = dict(invalid_segments='keep')
train_dataloader = dict(
    num_workers=4, persistent_workers=True, dataset=dataset)
test_dataloader = dict(num_workers=4, dataset=dataset)

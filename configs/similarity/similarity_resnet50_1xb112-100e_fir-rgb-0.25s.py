# The paper's recipe on FIR.
_base_ = [
    '../_base_/default_runtime.py', '../_base_/models/similarity_resnet50.py',
    '../_base_/datasets/fir_frames.py', '../_base_/schedules/adam_100e.py'
]

test_cfg = dict(
    type='EmbedLoop', out_dir=_base_.data_root + 'embeddings_resnet50')

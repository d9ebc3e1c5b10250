# The encoder that sees many seconds of stored clip features. A config adds
# their width, in_channels, and num_classes; out_channels must be more than
# these, and the dilations together are the dataset's context.
model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(
        type='DilatedFeatureEncoder',
        channels=64,
        out_channels=32,
        dilations=(1, 2, 4, 8, 16),
        dropout=0.3),
    head=dict(type='PairContrastiveHead', margin=0.0, max_frames=640),
    class_head=dict(type='PrototypeHead'))

# The encoder of stored clip features. A config adds their width, in_channels;
# reaches count sampled frames, and the greatest is the dataset's context.
model = dict(
    type='FrameSimilarityLearner',
    backbone=dict(
        type='TemporalFeatureEncoder',
        channels=256,
        out_channels=64,
        num_layers=2,
        reaches=(1, 2),
        dropout=0.2),
    head=dict(type='PairContrastiveHead', margin=0.0))

# A small classifier of proposals, whoever has found them.
model = dict(
    type='ProposalClassifier',
    copies=4,
    jitter=0.15,
    background_iou=0.3,
    margin=0.25,
    topk=2,
    data_preprocessor=dict(type='FeatureStandardizer'),
    head=dict(
        type='PooledClassHead', bins=4, hidden_channels=128, dropout=0.5))

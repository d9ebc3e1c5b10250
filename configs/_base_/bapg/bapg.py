# Switches BAPG on for any host config that lists this file in _base_.
#
# Stage 2 must have written embeddings; set `bapg.clustering.embeddings`.
runner_type = 'BAPGRunner'
bapg = dict(
    clustering=dict(
        type='TemporalSimilarityClustering',
        embeddings='data/embeddings',
        num_change_points=(5, 10, 15, 20)),
    # Measured on FIR (docs/results.md): what the paper adds instead, mean
    # features of proposals (ProposalFusionNeck), helps less and costs more.
    neck=dict(type='BoundaryFusionNeck', hidden_channels=32))

# Switches BAPG on for any host config that lists this file in _base_.
#
# Stage 2 must have written embeddings; set `bapg.clustering.embeddings`.

# MMEngine learns of the field `bapg` from the package, also where no other
# file of a config has it among its custom_imports.
__import__('mmbapg')

runner_type = 'BAPGRunner'
bapg = dict(
    clustering=dict(
        type='TemporalSimilarityClustering',
        embeddings='data/embeddings',
        # the training set's rate of boundaries says how many
        num_change_points='by rate'),
    # What the paper adds instead, mean features of proposals
    # (ProposalFusionNeck), is no better on FIR and costs more
    # (docs/ablations.md). Half of the training samples are told nothing, so
    # that hosts do not rely on it alone (docs/results.md).
    neck=dict(type='EvidenceFusionNeck', hidden_channels=32, dropout=0.5))

_base_ = './bapg.py'
# one embedding a second, as the paper's coarser setting
bapg = dict(
    clustering=dict(embeddings='data/epic_kitchens/embeddings', interval=1.0))

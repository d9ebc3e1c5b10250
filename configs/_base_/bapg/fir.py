_base_ = './bapg.py'
bapg = dict(clustering=dict(embeddings='data/fir/embeddings', interval=0.25))

_base_ = './bapg.py'
# The videos are those of THUMOS14: its embeddings serve.
bapg = dict(clustering=dict(embeddings='data/thumos/embeddings', interval=1.0))

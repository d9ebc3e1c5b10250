# What a recognizer's config needs besides to make features of clips; a config
# says clip_len and stride, and inherits this and the recognizer.
custom_imports = dict(imports=['mmbapg'], allow_failed_imports=False)
clip_features = dict(
    # annotations.json (the names and durations of videos), videos/ and, made
    # by tools/extract_features.py, features/
    data_root='data/mine/',
    ann_file='annotations.json',
    data_prefix=dict(video='videos'),
    out_dir='features',
    frame_interval=1,  # video frames from a frame of a clip to the next
    ends='inside',  # 'repeat' covers the video up to its ends
    sample_fps=None,  # frames per second; None for the rate of each video
    weights='checkpoint',  # they must be loaded; 'random' if you say so
    max_clips=8,  # at once through the network: lower it for less memory
    batch_size=2,  # videos that share them
    num_workers=2,  # processes that decode beside the network
    chunk_size=64,  # frames that are decoded at once
    fp16=False)  # half precision, on a GPU

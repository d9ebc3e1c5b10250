"""Packing for the localizers."""
from typing import Sequence

import numpy as np
import torch
from mmaction.registry import TRANSFORMS
from mmaction.structures import ActionDataSample
from mmcv.transforms import BaseTransform
from mmengine.structures import InstanceData

from mmbapg.ops import TemporalGrid


@TRANSFORMS.register_module()
class PackFeatures(BaseTransform):
    """Pack features as input, and instances as ``gt_instances``.

    ``inputs`` is ``(C, T)`` float32, the channels of a step together in
    memory. ``gt_instances`` holds ``segments`` ``(G, 2)`` float32 in seconds
    and ``labels`` ``(G,)``. No tensor is in double precision, which GPUs of
    Macs do not have. Metrics use the annotated times, which are in the meta
    information as ``gt_segments``, a float64 array.

    Args:
        meta_keys: Fields of the video that the data sample keeps as meta
            information.
    """

    def __init__(self,
                 meta_keys: Sequence[str] = ('video_name', 'duration', 'grid')
                 ) -> None:
        self.meta_keys = meta_keys

    def transform(self, results: dict) -> dict:
        # A copy, as the file's memory is not ours to keep, and a crop should
        # not carry the whole video; in the file's order, as layers want it.
        features = torch.from_numpy(np.array(results['features'], order='C'))
        return dict(inputs=features.t(),
                    data_samples=sample_of(results, self.meta_keys))


@TRANSFORMS.register_module()
class PackProposals(BaseTransform):
    """Pack as another transform does, and add proposals to the data sample.

    ``proposals`` holds ``segments`` in seconds and ``scores``, both float32,
    unless the host has packed proposals to work on (TCANet), which stay.
    ``regions`` holds ``steps`` ``(R, 2)`` on the grid of the packed features
    and ``segmentation`` ``(R,)``, of those regions that the features reach,
    and as meta information ``num_segmentations`` of the whole video; the
    first and the last region of every segmentation have no outer end.
    ``boundary_strength`` ``(F, T)`` is interpolated between frames, and held
    before the first and after the last; so is ``class_evidence`` ``(K, T)``.
    ``embeddings_file`` is where all come from.

    Args:
        pack: Config of the transform that packs the rest.
    """

    def __init__(self, pack: dict) -> None:
        self.pack = TRANSFORMS.build(pack)

    def transform(self, results: dict) -> dict:
        packed = self.pack(results)
        clustering = results['clustering']
        grid = _grid_of(results)
        length = results.get('num_steps', packed['inputs'].shape[-1])
        steps = grid.to_steps(clustering.regions)
        switch = np.flatnonzero(np.diff(clustering.segmentation))
        steps[np.concatenate([[0], switch + 1]), 0] = -np.inf
        steps[np.concatenate([switch, [len(steps) - 1]]), 1] = np.inf
        # A crop or a window sees few of the regions of its video.
        seen = (steps[:, 1] > 0) & (steps[:, 0] <= length - 1)
        sample = packed['data_samples']
        sample.set_metainfo(
            dict(embeddings_file=results['embeddings_file']))
        if not hasattr(sample, 'proposals'):
            sample.proposals = InstanceData(
                segments=torch.from_numpy(clustering.proposals).float(),
                scores=torch.from_numpy(clustering.scores).float())
        sample.regions = InstanceData(
            # known here, so that no GPU has to be asked
            metainfo=dict(num_segmentations=len(switch) + 1),
            steps=torch.from_numpy(steps[seen]).float(),
            segmentation=torch.from_numpy(clustering.segmentation[seen]))
        seconds = grid.to_seconds(np.arange(length))
        for field, values in (('boundary_strength', clustering.strength),
                              ('class_evidence', clustering.class_evidence)):
            sample.set_field(torch.from_numpy(
                _interpolated(seconds, clustering.times, values).T), field)
        return packed


def sample_of(results: dict, meta_keys: Sequence[str]) -> ActionDataSample:
    """Data sample of a video, or of a part of it.

    Args:
        results: With ``segments`` in seconds and ``labels``.
        meta_keys: Fields that become meta information.
    """
    sample = ActionDataSample(
        metainfo={key: results[key] for key in meta_keys})
    sample.set_metainfo(dict(gt_segments=results['segments']))
    sample.gt_instances = InstanceData(
        segments=torch.from_numpy(results['segments']).float(),
        labels=torch.from_numpy(results['labels']))
    return sample


def _interpolated(seconds: np.ndarray, times: np.ndarray,
                  values: np.ndarray) -> np.ndarray:
    """``(T, F)`` float32 at other times than those of ``(n, F)`` values."""
    place = np.interp(seconds, times, np.arange(len(times)))
    before = np.floor(place).astype(np.int64)
    after = np.minimum(before + 1, len(times) - 1)
    share = (place - before).astype(np.float32)[:, None]
    return ((1 - share) * values[before] + share * values[after]).astype(
        np.float32)


def _grid_of(results: dict) -> TemporalGrid:
    if 'grid' in results:
        return results['grid']
    # MMAction2's own pipeline: features resized to the frames they describe
    described = results['feature_frame'] / results['duration_frame']
    return TemporalGrid.spanning(results['duration_second'] * described,
                                 results['raw_feature'].shape[1])

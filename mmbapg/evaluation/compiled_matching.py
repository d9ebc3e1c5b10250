"""The loop of :func:`.average_precision.match_detections`, compiled by Numba
when first called."""
from mmbapg.ops.compilation import compiled


@compiled()
def match(iou, thresholds, free, matched):
    """Fill ``matched`` ``(len(thresholds), N)``, which is all -1.

    Args:
        iou: ``(N, G)`` float64.
        thresholds: float64.
        free: ``(G,)`` bool, to work with.
        matched: int64.
    """
    for row in range(len(thresholds)):
        free[:] = True
        for index in range(len(iou)):
            best, choice = thresholds[row], -1
            for instance in range(len(free)):
                # of equal ones the first
                better = (iou[index, instance] > best if choice >= 0 else
                          iou[index, instance] >= best)
                if free[instance] and better:
                    best, choice = iou[index, instance], instance
            if choice >= 0:
                free[choice] = False
                matched[row, index] = choice

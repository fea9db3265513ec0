"""Makes test/fixtures/eval: pairs from a seed, and what reference tools say of them.

    python3 -m venv VENV && VENV/bin/pip install pysodmetrics==1.6.2
    VENV/bin/python scripts/eval-reference.py

F (beta^2 = 0.3), weighted F, MAE, S, E and HCE are those of pysodmetrics 1.6.2. The others are written out here, from
their papers:
- boundary IoU: Cheng et al., "Boundary IoU", CVPR 2021. A rim as wide as 2 % of the diagonal, by a square; outside of
  the picture there is no object. The prediction is the object above half of its own range.
- SAD, MSE, gradient, connectivity: Rhemann et al., "A perceptually motivated online benchmark for image matting", CVPR
  2009. Over the whole picture, alphas as 0..1, nothing stretched. Gradient: derivatives of a Gaussian, sigma 1.4, radius
  4 (where it falls below 0.01), filters scaled to unit energy, edges replicated. Connectivity: steps of 0.1, theta 0.15,
  regions by sides. SAD, gradient and connectivity in thousands.
- depth integrity: the variance of depth weighted by alpha and by 1 - alpha, and the integrity-prior loss of PDFNet
  (arXiv 2503.06100): epsilon 1e-8, Sobel's filters with zeros outside. Depth, alpha and truth as 0..1.
"""

import gzip
import json
import math
import warnings
from pathlib import Path

import numpy as np
from py_sod_metrics import sod_metrics
from scipy import ndimage

SEED = 8
PAIRS = 60
OUT = Path(__file__).resolve().parent.parent / "test/fixtures/eval"


def smooth(rng, shape, sigma):
    field = ndimage.gaussian_filter(rng.standard_normal(shape), sigma)
    return (field - field.min()) / (np.ptp(field) + 1e-12)


def make_pair(rng, index):
    """Truth, prediction and depth: every fifth is tiny; empty, full, soft, hard, flat and equal ones among them."""
    shape = tuple(rng.integers(1, 12, 2) if index % 5 == 0 else rng.integers(20, 90, 2))
    field = smooth(rng, shape, rng.uniform(0.5, 9))
    truth = (field > np.quantile(field, rng.uniform(0.3, 0.9))) * 255
    if index % 12 == 3:
        truth[:] = 0
    if index % 12 == 7:
        truth[:] = 255
    if index % 4 == 1:
        truth = ndimage.binary_fill_holes(truth > 0) * 255
    soft = ndimage.gaussian_filter(truth / 255, rng.uniform(0.3, 3))
    prediction = np.clip(255 * (soft + rng.uniform(0, 0.8) * (smooth(rng, shape, rng.uniform(0.5, 6)) - 0.5)), 0, 255)
    kind = index % 9
    if kind == 0:
        prediction[:] = rng.integers(0, 256)
    elif kind == 1:
        prediction = (prediction > 128) * 255
    elif kind == 2:
        prediction = prediction // 64 * 64
    elif kind == 3 and index % 2:
        prediction = truth
    elif kind == 4:
        truth = np.where(truth > 0, rng.integers(100, 256, shape), rng.integers(0, 129, shape))
    depth = np.clip(255 * (0.6 * soft + 0.4 * smooth(rng, shape, 4)), 0, 255)
    return [np.ascontiguousarray(plane.astype(np.uint8)) for plane in (prediction, truth, depth)]


def mask_measures(prediction, truth):
    found = [sod_metrics.Fmeasure(), sod_metrics.WeightedFmeasure(), sod_metrics.MAE(), sod_metrics.Smeasure(),
             sod_metrics.Emeasure(), sod_metrics.HumanCorrectionEffortMeasure()]
    for measure in found:
        measure.step(prediction, truth)
    f, weighted, mae, structure, e, effort = found
    precision, recall = f.precisions[0], f.recalls[0]
    return {
        "f": f.changeable_fms[0].tolist(), "precision": precision.tolist(), "recall": recall.tolist(),
        "e": e.changeable_ems[0].tolist(), "weightedF": float(weighted.weighted_fms[0]), "mae": float(mae.maes[0]),
        # Not a number where the centroid leaves no pixels for a quarter of the picture.
        "structure": float(structure.sms[0]) if math.isfinite(structure.sms[0]) else None,
        "humanCorrectionEffort": int(effort.hces[0]), "boundaryIou": boundary_iou(prediction, truth),
    }


def boundary_iou(prediction, truth):
    low, high = int(prediction.min()), int(prediction.max())
    stretched = prediction / 255 if low == high else (prediction / 255 - low / 255) / (high / 255 - low / 255)
    width = max(1, round(0.02 * math.hypot(*truth.shape)))
    square = np.ones((2 * width + 1, 2 * width + 1), bool)
    rims = [mask & ~ndimage.binary_erosion(mask, square, border_value=0) for mask in (stretched > 0.5, truth > 128)]
    union = np.count_nonzero(rims[0] | rims[1])
    return np.count_nonzero(rims[0] & rims[1]) / union if union else 1.0


def gradient_magnitude(alpha):
    x = np.arange(-4, 5)
    gaussian = np.exp(-x * x / (2 * 1.4**2))
    filters = np.outer(gaussian, -x * gaussian)
    filters /= math.sqrt((filters**2).sum())
    return np.hypot(*(ndimage.correlate(alpha, kernel, mode="nearest") for kernel in (filters, filters.T)))


def connectivity(alpha, truth):
    reached = np.full(alpha.shape, -1.0)
    for step in range(1, 11):
        both = (alpha >= step / 10) & (truth >= step / 10)
        labels, count = ndimage.label(both)
        largest = labels == 1 + np.argmax(np.bincount(labels.ravel())[1:]) if count else np.zeros_like(both)
        reached[(reached < 0) & ~largest] = (step - 1) / 10
    reached[reached < 0] = 1
    phi = [1 - (map_ - reached) * (map_ - reached >= 0.15) for map_ in (alpha, truth)]
    return np.abs(phi[0] - phi[1]).sum() / 1000


def matte_measures(prediction, truth):
    a, b = prediction / 255, truth / 255
    return {
        "sad": np.abs(a - b).sum() / 1000, "mse": ((a - b) ** 2).mean(),
        "gradient": ((gradient_magnitude(a) - gradient_magnitude(b)) ** 2).sum() / 1000,
        "connectivity": connectivity(a, b),
    }


def integrity_measures(prediction, truth, depth):
    m, g, d = prediction / 255, truth / 255, depth / 255

    def variance(weights):
        if weights.sum() == 0:
            return 0.0
        mean = (weights * d).sum() / weights.sum()
        return (weights * (d - mean) ** 2).sum() / weights.sum()

    right = g * m + (1 - g) * (1 - m)
    surprise = -np.log(right + 1e-8)
    off = (d - (d * g).sum() / (g.sum() + 1e-8)) ** 2
    wrong = (off * m + (1 - off) * g) * (1 - right)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    slopes = sum(np.abs(ndimage.correlate(d, kernel, mode="constant")) for kernel in (sobel, sobel.T))
    return {
        "varianceInside": variance(m), "varianceOutside": variance(1 - m),
        "loss": (surprise * wrong * right).mean() + (slopes * surprise).mean(),
    }


def main():
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(SEED)
    planes, pairs = b"", []
    for index in range(PAIRS):
        prediction, truth, depth = make_pair(rng, index)
        planes += prediction.tobytes() + truth.tobytes() + depth.tobytes()
        pairs.append({
            "width": truth.shape[1], "height": truth.shape[0], 
            "mask": mask_measures(prediction, truth), "matte": matte_measures(prediction, truth),
            "integrity": integrity_measures(prediction, truth, depth),
        })
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / "pairs.bin.gz").write_bytes(gzip.compress(planes, 9, mtime=0))
    for pair in pairs:
        for name in ("precision", "recall", "f", "e"):
            pair["mask"][name] = [float(f"{value:.10g}") for value in pair["mask"][name]]
    (OUT / "expected.json.gz").write_bytes(gzip.compress(json.dumps(pairs).encode(), 9, mtime=0))


main()

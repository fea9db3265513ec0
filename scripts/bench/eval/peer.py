"""`peer.py FOLDER NAME…`: F, weighted F, MAE, S, E and HCE of pairs by pysodmetrics; prints seconds and peak RSS as JSON."""

import json
import resource
import sys
import time
from pathlib import Path

import cv2
from py_sod_metrics import sod_metrics

folder, *names = sys.argv[1:]
measures = [sod_metrics.Fmeasure(), sod_metrics.WeightedFmeasure(), sod_metrics.MAE(), sod_metrics.Smeasure(),
            sod_metrics.Emeasure(), sod_metrics.HumanCorrectionEffortMeasure()]
began = time.perf_counter()
for name in names:
    prediction, truth = (cv2.imread(str(Path(folder, kind, name)), cv2.IMREAD_GRAYSCALE) for kind in ("pred", "gt"))
    for measure in measures:
        measure.step(prediction, truth)
seconds = time.perf_counter() - began
f, weighted, mae, structure, e, effort = measures
scores = {
    "weightedF": float(weighted.get_results()["wfm"]), "mae": float(mae.get_results()["mae"]),
    "structure": float(structure.get_results()["sm"]), "humanCorrectionEffort": float(effort.get_results()["hce"]),
}
print(json.dumps({"seconds": seconds, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, "scores": scores}))

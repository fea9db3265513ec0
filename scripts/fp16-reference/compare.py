"""Runs ONNX files with onnx.reference, which computes float16 as float16, and compares each with golden tensors.

Reads a list of {"file", "golden", "inputs", "scales", "output", "expected"} from standard input as JSON, where inputs
are the graph's names for the golden ones, and scales what some of them are multiplied by; writes for each the mean and
largest difference, and the expected tensor's standard deviation.
"""

import json
import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator

dtypes = {'F32': numpy.float32, 'I64': numpy.int64}


def read_safetensors(path):
    with open(path, 'rb') as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), 'little')))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != '__metadata__':
            begin, end = entry['data_offsets']
            tensors[name] = numpy.frombuffer(data[begin:end], dtypes[entry['dtype']]).reshape(entry['shape'])
    return tensors


def compare(job):
    golden = read_safetensors(job['golden'])
    scales = job.get('scales', {})
    inputs = {name: golden[of] * numpy.float32(scales.get(name, 1)) for name, of in job['inputs'].items()}
    expected = golden[job['expected']]
    with numpy.errstate(all='ignore'):
        try:
            (found,) = ReferenceEvaluator(onnx.load(job['file'])).run([job['output']], inputs)
        except ValueError:
            # What the reference's max pooling throws where a window has nothing but NaN.
            found = numpy.full(expected.shape, numpy.nan)
    difference = numpy.abs(found.astype(numpy.float64).reshape(expected.shape) - expected)
    # JSON has no NaN.
    numbers = [difference.mean(), difference.max(), expected.std()]
    mean, largest, deviation = (float(one) if numpy.isfinite(one) else None for one in numbers)
    return {'mean': mean, 'largest': largest, 'deviation': deviation}


if __name__ == '__main__':
    json.dump([compare(job) for job in json.load(sys.stdin)], sys.stdout)

"""Runs ONNX files with onnx.reference, which computes float16 as float16, and compares each with what is expected.

Reads a list of jobs from standard input as JSON; writes for each the mean and largest difference, and the expected
tensor's standard deviation. A job has the "file", the "output" that is looked at (any value of the graph) and either
  "golden", "inputs", "scales", "expected": golden tensors, where inputs are the graph's names for the golden ones, and
    scales what some of them are multiplied by; or
  "single", "pictures", "inputs": the same graph in single precision, how many random pictures go through both, and the
    shapes of the inputs.
"""

import json
import sys

import numpy
import onnx
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

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


class LayerNormalization(OpRun):
    """As the format defines it: onnx.reference takes the mean and variance in the type of its input."""

    def _run(self, x, gain, bias, axis=None, epsilon=None, stash_type=None):
        axes = tuple(range(axis % x.ndim, x.ndim))
        centred = x.astype(numpy.float32)
        centred -= centred.mean(axis=axes, keepdims=True)
        variance = (centred * centred).mean(axis=axes, keepdims=True)
        normed = centred / numpy.sqrt(variance + numpy.float32(epsilon))
        return (normed.astype(x.dtype) * gain + bias,)


def evaluate(file, output, inputs):
    model = onnx.load(file)
    if all(one.name != output for one in model.graph.output):
        model.graph.output.append(onnx.ValueInfoProto(name=output))
    evaluator = ReferenceEvaluator(model, new_ops=[LayerNormalization])
    with numpy.errstate(all='ignore'):
        return evaluator.run([output], inputs)[0].astype(numpy.float64)


def smooth(shape, generator):
    """Noise between whose points, eight pixels apart, all is bilinear."""
    *rest, height, width = shape
    rows, columns = (numpy.linspace(0, size // 8, size) for size in (height, width))
    points = generator.standard_normal((*rest, height // 8 + 2, width // 8 + 2))
    down, right = (places.astype(int) for places in (rows, columns))
    between = points[..., down, :] + (points[..., down + 1, :] - points[..., down, :]) * (rows - down)[:, None]
    values = between[..., right] + (between[..., right + 1] - between[..., right]) * (columns - right)
    return values.astype(numpy.float32)


def compare(job):
    if 'pictures' in job:
        return compare_pictures(job)
    golden = read_safetensors(job['golden'])
    scales = job.get('scales', {})
    inputs = {name: golden[of] * numpy.float32(scales.get(name, 1)) for name, of in job['inputs'].items()}
    expected = golden[job['expected']]
    try:
        found = evaluate(job['file'], job['output'], inputs)
    except ValueError:
        # What the reference's max pooling throws where a window has nothing but NaN.
        found = numpy.full(expected.shape, numpy.nan)
    return figures(found.reshape(expected.shape), expected)


def compare_pictures(job):
    pairs = []
    for seed in range(job['pictures']):
        generator = numpy.random.default_rng(seed)
        inputs = {name: smooth(shape, generator) for name, shape in job['inputs'].items()}
        pairs.append([evaluate(job[file], job['output'], inputs) for file in ('file', 'single')])
    return figures(*numpy.stack(pairs, axis=1))


def figures(found, expected):
    difference = numpy.abs(found - expected)
    # JSON has no NaN.
    numbers = [difference.mean(), difference.max(), expected.std()]
    mean, largest, deviation = (float(one) if numpy.isfinite(one) else None for one in numbers)
    return {'mean': mean, 'largest': largest, 'deviation': deviation}


if __name__ == '__main__':
    json.dump([compare(job) for job in json.load(sys.stdin)], sys.stdout)

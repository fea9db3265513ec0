"""Runs ONNX files with onnx.reference, which computes float16 as float16, and compares each with what is expected.

Reads a list of jobs from standard input as JSON; writes for each the mean and largest difference, and the expected
tensor's standard deviation. A job has the "file", the "output" that is looked at (any value of the graph) and either
  "golden", "inputs", "scales", "expected": a file of tensors, where inputs are the graph's names for those there, and
    scales what some of them are multiplied by; or
  "single", "pictures", "inputs": the same graph in single precision, how many random pictures go through both, and the
    shapes of the inputs.
"""

import json
import sys
import warnings

import numpy
import onnx
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun
from onnx.reference.ops import op_conv, op_max_pool

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


class Conv(op_conv.Conv):
    """In single precision, rounded once, as numpy multiplies matrices of float16: but a hundred times as fast."""

    def _run(self, x, kernel, bias=None, dilations=None, group=None, pads=None, strides=None, **others):
        if x.ndim != 4 or group != 1 or others.get('auto_pad') != 'NOTSET':
            given = {'dilations': dilations, 'group': group, 'pads': pads, 'strides': strides, **others}
            return super()._run(x, kernel, bias, **given)
        (top, left, bottom, right), steps = pads or [0] * 4, strides or [1, 1]
        padded = numpy.pad(x.astype(numpy.float32), ((0, 0), (0, 0), (top, bottom), (left, right)))
        apart = [
            [place * dilation for place in range(size)] for size, dilation in zip(kernel.shape[2:], dilations or [1, 1])
        ]
        height, width = (
            (size - places[-1] - 1) // step + 1 for size, places, step in zip(padded.shape[2:], apart, steps)
        )
        sums = numpy.zeros((len(x), len(kernel), height * width), numpy.float32)
        for i, row in enumerate(apart[0]):
            for j, column in enumerate(apart[1]):
                seen = padded[:, :, row :: steps[0], column :: steps[1]][:, :, :height, :width]
                sums += kernel[:, :, i, j].astype(numpy.float32) @ seen.reshape(*x.shape[:2], -1)
        result = sums.astype(x.dtype).reshape(*sums.shape[:2], height, width)
        return (result if bias is None else result + bias.reshape(-1, 1, 1),)


class MaxPool(op_max_pool.MaxPool):
    """Of whole cells side by side at once, where onnx.reference takes them one by one."""

    def _run(self, x, kernel_shape=None, strides=None, **others):
        plain = strides == kernel_shape and not any(others.get('pads') or []) and len(self.output) == 1
        if not plain or x.ndim != 4 or any(size % cell for size, cell in zip(x.shape[2:], kernel_shape)):
            return super()._run(x, kernel_shape=kernel_shape, strides=strides, **others)
        rows, columns = kernel_shape
        cells = x.reshape(*x.shape[:2], x.shape[2] // rows, rows, x.shape[3] // columns, columns)
        return (cells.max(axis=(3, 5)),)


def evaluate(file, output, inputs):
    model = onnx.load(file)
    if all(one.name != output for one in model.graph.output):
        model.graph.output.append(onnx.ValueInfoProto(name=output))
    evaluator = ReferenceEvaluator(model, new_ops=[LayerNormalization, Conv, MaxPool])
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
    found = evaluate(job['file'], job['output'], inputs)
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
    # Islands are left out to see what overflows.
    warnings.simplefilter('ignore')
    json.dump([compare(job) for job in json.load(sys.stdin)], sys.stdout)

"""Makes the small checkpoints in test/fixtures/checkpoints, and what their tensors are.

    python3 -m venv VENV
    VENV/bin/pip install torch==2.15.0 numpy==2.4.6 safetensors==0.8.0
    VENV/bin/python scripts/make-checkpoints.py

expected.json has, for every file that can be read, each tensor's dtype, shape and bytes (little-endian, C order, as
hexadecimal digits): made by PyTorch from the tensors before they are saved, not from the files.
"""

import argparse
import json
import pathlib

import numpy
import torch
from safetensors.torch import save_file

FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'test/fixtures/checkpoints'
NAMES = {torch.float: 'float32', torch.half: 'float16', torch.bfloat16: 'bfloat16', torch.double: 'float64',
         torch.uint8: 'uint8', torch.int8: 'int8', torch.uint16: 'uint16', torch.int16: 'int16', torch.uint32: 'uint32',
         torch.int32: 'int32', torch.uint64: 'uint64', torch.int64: 'int64', torch.bool: 'bool'}
OLD_TYPES = [dtype for dtype in NAMES if dtype not in (torch.uint16, torch.uint32, torch.uint64)]
expected = {}


def numbers(*shape, dtype=torch.float, start=1):
    count = torch.Size(shape).numel()
    values = torch.arange(start, start + count, dtype=torch.int64)
    if dtype.is_floating_point:
        return (values.to(torch.double) * 0.375 - 2).to(dtype).reshape(shape)
    return (values % 3 == 0).reshape(shape) if dtype == torch.bool else (values * 7 % 127).to(dtype).reshape(shape)


def described(tensor):
    dense = tensor.detach().contiguous()
    data = dense.reshape(-1).view(torch.uint8) if dense.numel() else torch.zeros(0, dtype=torch.uint8)
    return {'dtype': NAMES[tensor.dtype], 'shape': list(tensor.shape), 'hex': data.numpy().tobytes().hex()}


def write(name, value, state, **options):
    torch.save(value, FOLDER / name, **options)
    expected[name] = {key: described(tensor) for key, tensor in state.items()}


def types(dtypes):
    state = {f'a.{NAMES[dtype]}': numbers(2, 3, dtype=dtype) for dtype in dtypes}
    return state | {'a.scalar': torch.tensor(7), 'a.empty': torch.zeros(0, 4), 'a.special': torch.tensor(
        [float('nan'), float('inf'), -float('inf'), -0.0])}


def views():
    base = numbers(4, 6)
    tied = torch.nn.Parameter(numbers(3, 2, start=50))
    return {
        'whole': base,
        'row': base[2],
        'column': base[:, 3],
        'transposed': base.t(),
        'steps': base[1::2, ::3],
        'channels_last': numbers(2, 3, 4, 5).to(memory_format=torch.channels_last),
        'permuted.half': numbers(2, 3, 4, dtype=torch.half).permute(2, 0, 1),
        'permuted.double': numbers(2, 3, 4, dtype=torch.double).permute(1, 2, 0),
        'permuted.bytes': numbers(2, 3, 4, dtype=torch.uint8).permute(2, 1, 0),
        'expanded': numbers(3, 1).expand(3, 5),
        'scalar.expanded': torch.tensor(2.5).expand(2, 2),
        'overlapping': numbers(7).unfold(0, 3, 1),
        'large.transposed': numbers(4, 2, dtype=torch.half).t(),
        'tied.one': tied,
        'tied.other': tied,
    }


def attributed():
    parameter = torch.nn.Parameter(numbers(2, 2))
    parameter.no_weight_decay = True
    tensor = numbers(3)
    tensor.note = 'a tensor with an attribute'
    return {'parameter': parameter, 'tensor': tensor}


def module():
    net = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
    for index, tensor in enumerate(net.state_dict().values()):
        tensor.copy_(numbers(*tensor.shape, dtype=tensor.dtype, start=10 * index))
    return net


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    legacy = {'_use_new_zipfile_serialization': False}
    write('types.pth', types(NAMES), types(NAMES))
    write('types-legacy.pth', types(NAMES), types(NAMES), **legacy)
    shared = views()
    write('views.pth', shared, shared)
    write('views-legacy.pth', shared, shared, **legacy)
    net = module()
    state = net.state_dict()
    for protocol in (2, 3, 4, 5):
        write(f'protocol{protocol}.pth', state, state, pickle_protocol=protocol)
        write(f'protocol{protocol}-legacy.pth', state, state, pickle_protocol=protocol, **legacy)
    write('attributes.pth', attributed(), attributed())

    optimizer = torch.optim.AdamW(net.parameters())
    net(torch.ones(2, 3)).sum().backward()
    optimizer.step()
    state = net.state_dict()
    training = {
        'epoch': 3,
        'best': numpy.float64(0.5),
        'args': argparse.Namespace(lr=1e-4, device=torch.device('cpu'), sizes={1, 2}, seed=2**80),
        'optimizer': optimizer.state_dict(),
        'state_dict': {f'module.{name}': tensor for name, tensor in state.items()},
    }
    write('training.pth', training, state)
    write('training-legacy.pth', training, state, pickle_protocol=4, **legacy)
    write('model.pth', {'model': state, 'loss': torch.tensor(0.1)}, state)

    save_file(types(NAMES), FOLDER / 'types.safetensors', {'format': 'pt'})
    expected['types.safetensors'] = {key: described(tensor) for key, tensor in types(NAMES).items()}

    # No state dicts: to be refused.
    torch.save(net, FOLDER / 'whole-module.pth')
    torch.save(numbers(2), FOLDER / 'tensor.pth')
    torch.save({'w': torch.tensor([1j])}, FOLDER / 'complex.pth')
    torch.save({'w': torch.tensor([1 + 2j]).conj().imag}, FOLDER / 'negated.pth')
    torch.jit.save(torch.jit.script(torch.nn.ReLU()), FOLDER / 'torchscript.pt')

    (FOLDER / 'expected.json').write_text(json.dumps(expected, indent=1) + '\n')


main()

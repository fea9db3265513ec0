"""What the authors' own PyTorch code computes, and how long it takes: PDFNet behind Depth Anything V2.

Reads source trees of Tennine2077/PDFNet and DepthAnything/Depth-Anything-V2 from folders that are given, and prints one
JSON object as its last line.

    torch-reference.py weights   --authors DIR --scale full|tiny --seed N --out DIR
        writes pdfnet.safetensors and depth.safetensors: random weights, the same for the same seed
    torch-reference.py reference --authors DIR --scale … --weights DIR --picture RGB --width W --height H --out DIR
        writes alpha.f32 and depth.f32 in single precision, as the authors prepare pictures
    torch-reference.py time      --authors DIR --scale … --weights DIR --picture … --way float32|half|autocast|compile
        times a picture of bytes in the host's memory to its alpha there

DIR of --authors holds PDFNet/ and Depth-Anything-V2/. Scale full is PDFNet's Swin-B at 1024² and Depth Anything's Large;
tiny is for rehearsals.
"""

import argparse
import importlib.util
import json
import os
import statistics
import sys
import time
import types

import numpy
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file


def stand_in(package, module, **members):
    """In place of a package that is not here: the few names of it that the authors' networks use."""
    if importlib.util.find_spec(package) is not None:
        return
    name = ''
    for part in module.split('.'):
        name = f'{name}.{part}'.lstrip('.')
        sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[module]).update(members)


class DropPath(torch.nn.Identity):
    """Drops nothing outside of training."""


class Compose:
    def __init__(self, steps):
        self.steps = steps

    def __call__(self, value):
        for step in self.steps:
            value = step(value)
        return value


stand_in(
    *('timm', 'timm.models.layers'),
    DropPath=DropPath,
    to_2tuple=lambda value: value if isinstance(value, tuple) else (value, value),
    trunc_normal_=torch.nn.init.trunc_normal_,
)
stand_in('torchvision', 'torchvision.transforms', Compose=Compose)
stand_in('matplotlib', 'matplotlib.pyplot')
# Enough to be timed: a reference needs its resizing.
stand_in('cv2', 'cv2', INTER_NEAREST=0, INTER_LINEAR=1, INTER_CUBIC=2, INTER_AREA=3)
import cv2  # noqa: E402

mean = (0.485, 0.456, 0.406)
deviation = (0.229, 0.224, 0.225)

scales = {
    'full': {
        'pdfnet': {'embed_dim': 128, 'depths': [2, 2, 18, 2], 'num_heads': [4, 8, 16, 32], 'emb': 128, 'size': 1024},
        'depth': {'encoder': 'vitl', 'features': 256, 'out_channels': [256, 512, 1024, 1024], 'size': 518},
    },
    'tiny': {
        'pdfnet': {'embed_dim': 16, 'depths': [2, 2, 2, 2], 'num_heads': [1, 2, 4, 8], 'emb': 16, 'size': 1024},
        'depth': {'encoder': 'vits', 'features': 64, 'out_channels': [48, 96, 192, 384], 'size': 518},
    },
}


def randomise(model, seed):
    """Weights that keep a signal's size, and biases and gains that show when one of them is dropped."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() > 1:
            parameter.data = noise * parameter[0].numel() ** -0.5
        elif name.endswith('bias'):
            parameter.data = noise * 0.05
        else:
            parameter.data = 1 + noise * 0.1


def pdfnet(authors, scale):
    sys.path.insert(0, os.path.join(authors, 'PDFNet'))
    from models.PDFNet import PDF_decoder, PDFNet_process
    from models.swin_transformer import SwinTransformer

    shape = scales[scale]['pdfnet']
    channels = {f'back_bone_channels_stage{i + 1}': shape['embed_dim'] * 2**i for i in range(4)}
    args = types.SimpleNamespace(emb=shape['emb'], DEBUG=False, **channels)
    encoder = SwinTransformer(
        pretrain_img_size=224,
        in_chans=3,
        embed_dim=shape['embed_dim'],
        depths=shape['depths'],
        num_heads=shape['num_heads'],
        window_size=12,
        ape=True,
    )
    return PDFNet_process(encoder, PDF_decoder(args), None, 'cpu', args).eval()


def depth_anything(authors, scale):
    sys.path.insert(0, os.path.join(authors, 'Depth-Anything-V2'))
    from depth_anything_v2.dpt import DepthAnythingV2

    shape = scales[scale]['depth']
    return DepthAnythingV2(**{key: shape[key] for key in ('encoder', 'features', 'out_channels')}).eval()


def spread_alpha(model, seed):
    """Alphas from 0 to 1, rather than all of them near one value: logits with a mean of 0 and a deviation of 3."""
    generator = torch.Generator().manual_seed(seed)
    image, plane = (
        F.interpolate(torch.randn(1, channels, 16, 16, generator=generator), size=(256, 256), mode='bicubic')
        for channels in (3, 1)
    )
    with torch.no_grad():
        logit = model.inference(image, plane)[1]
    last = model.decoder.Bside[0]
    factor = 3 / logit.std()
    last.weight.data *= factor
    last.bias.data = (last.bias.data - logit.mean()) * factor


def make_weights(args):
    os.makedirs(args.out, exist_ok=True)
    for name, make in (('pdfnet', pdfnet), ('depth', depth_anything)):
        model = make(args.authors, args.scale)
        randomise(model, args.seed)
        if name == 'pdfnet':
            spread_alpha(model, args.seed)
        else:
            # Behind it stands a ReLU, which is to stay open.
            model.depth_head.scratch.output_conv2[2].bias.data += 1
        tensors = {key: value.contiguous() for key, value in model.state_dict().items()}
        save_file(tensors, os.path.join(args.out, name + '.safetensors'))
    return {'seed': args.seed}


def load(args, device):
    networks = []
    for name, make in (('pdfnet', pdfnet), ('depth', depth_anything)):
        model = make(args.authors, args.scale)
        model.load_state_dict(load_file(os.path.join(args.weights, name + '.safetensors')))
        networks.append(model.to(device))
    return networks


def read_picture(args):
    return numpy.fromfile(args.picture, numpy.uint8).reshape(args.height, args.width, 3)


def reference(args):
    """As the authors' notebook does it, in single precision throughout."""
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    matte, depth = load(args, device)
    picture = read_picture(args)
    size = scales[args.scale]['pdfnet']['size']
    with torch.no_grad():
        # It takes channels in OpenCV's order.
        far = depth.infer_image(numpy.ascontiguousarray(picture[..., ::-1]), scales[args.scale]['depth']['size'])
        image = torch.from_numpy(cv2.resize(picture, (size, size))).permute(2, 0, 1)[None].float() / 255
        image = (image - torch.tensor(mean).view(1, 3, 1, 1)) / torch.tensor(deviation).view(1, 3, 1, 1)
        plane = torch.from_numpy(cv2.resize(far, (size, size)))[None, None]
        alpha, logit = (one.float().cpu().numpy() for one in matte.inference(image.to(device), plane.to(device)))
    os.makedirs(args.out, exist_ok=True)
    for name, values in (('alpha', alpha), ('logit', logit), ('depth', far)):
        values.astype(numpy.float32).tofile(os.path.join(args.out, name + '.f32'))
    return {
        'size': size,
        'logit': {'mean': float(logit.mean()), 'deviation': float(logit.std())},
        'alpha': {'low': float(alpha.min()), 'high': float(alpha.max())},
        'depth': {'low': float(far.min()), 'high': float(far.max())},
    }


def timing(args):
    """All that can be is on the device, preparation too: the comparison is to be fair to PyTorch."""
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    half = args.way != 'float32'
    torch.backends.cudnn.benchmark = True
    # The authors' own single precision, but for TensorFloat-32, which PyTorch has for convolutions unless told otherwise.
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = False
    matte, depth = load(args, device)
    if args.way == 'half':
        matte, depth = matte.half(), depth.half()
    infer = matte.inference
    if args.way == 'compile':
        infer, depth.forward = torch.compile(matte.inference), torch.compile(depth.forward)
    dtype = torch.float16 if args.way == 'half' else torch.float32
    centre = torch.tensor(mean, device=device, dtype=dtype).view(1, 3, 1, 1)
    spread = torch.tensor(deviation, device=device, dtype=dtype).view(1, 3, 1, 1)
    shape = scales[args.scale]
    side, near = shape['pdfnet']['size'], shape['depth']['size']
    factor = near / min(args.width, args.height)
    grid = [max(near, round(length * factor / 14) * 14) for length in (args.height, args.width)]
    picture = torch.from_numpy(read_picture(args))

    def run():
        raw = picture.to(device).permute(2, 0, 1)[None].to(dtype) / 255
        small = (F.interpolate(raw, grid, mode='bicubic') - centre) / spread
        far = F.interpolate(depth(small)[:, None], (side, side), mode='bilinear', align_corners=True)
        image = (F.interpolate(raw, (side, side), mode='bilinear') - centre) / spread
        alpha = infer(image, far.to(dtype))[0]
        alpha = F.interpolate(alpha.float(), (args.height, args.width), mode='bilinear')
        return (alpha * 255).round().to(torch.uint8).cpu()

    def synchronise():
        if device == 'cuda':
            torch.cuda.synchronize()

    milliseconds = []
    autocast = torch.autocast(device, torch.float16 if device == 'cuda' else torch.bfloat16, args.way in ('autocast', 'compile'))
    with torch.no_grad(), autocast:
        began = time.perf_counter()
        for index in range(args.warm + args.count):
            synchronise()
            start = time.perf_counter()
            alpha = run()
            synchronise()
            if index == 0:
                first = time.perf_counter() - began
            if index >= args.warm:
                milliseconds.append((time.perf_counter() - start) * 1000)
    ordered = sorted(milliseconds)
    return {
        'way': args.way,
        'torch': torch.__version__,
        'device': torch.cuda.get_device_name() if device == 'cuda' else 'cpu',
        'half': half,
        'first': first * 1000,
        'median': statistics.median(ordered),
        'p95': ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))],
        'memory': torch.cuda.max_memory_allocated() if device == 'cuda' else 0,
        'low': int(alpha.min()),
        'high': int(alpha.max()),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('verb', choices=['weights', 'reference', 'time'])
    parser.add_argument('--authors', required=True)
    parser.add_argument('--scale', choices=list(scales), default='full')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--weights')
    parser.add_argument('--picture')
    parser.add_argument('--width', type=int)
    parser.add_argument('--height', type=int)
    parser.add_argument('--out')
    parser.add_argument('--way', choices=['float32', 'half', 'autocast', 'compile'], default='autocast')
    parser.add_argument('--warm', type=int, default=5)
    parser.add_argument('--count', type=int, default=20)
    args = parser.parse_args()
    verbs = {'weights': make_weights, 'reference': reference, 'time': timing}
    print(json.dumps(verbs[args.verb](args)), flush=True)


if __name__ == '__main__':
    main()

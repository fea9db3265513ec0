"""What the authors' own PyTorch code costs on a CPU, and its exported graph in ONNX Runtime: PDFNet at 1024², batch 1.

    authors.py weights  --authors DIR --out FILE.pth       random weights, the same for the same PyTorch
    authors.py export   --authors DIR --weights FILE.pth --out FILE.onnx       torch.onnx.export: takes minutes
    authors.py original --authors DIR --weights FILE.pth --inputs FILE --out FILE
    authors.py exported --graph FILE.onnx --inputs FILE --out FILE

DIR holds a source tree of Tennine2077/PDFNet in PDFNet/. Inputs are raw float32: the normalised picture, then its depth.
The last two run the network twice, write the logits as raw float32 and print the second run's seconds and the highest
that the process's memory has been.
"""

import argparse
import json
import os
import sys
import time
import types

import numpy

side = 1024


def network(authors):
    sys.path.insert(0, os.path.join(authors, 'PDFNet'))
    from models.PDFNet import PDF_decoder, PDFNet_process
    from models.swin_transformer import SwinTransformer

    channels = {f'back_bone_channels_stage{i + 1}': 128 * 2**i for i in range(4)}
    args = types.SimpleNamespace(emb=128, DEBUG=False, **channels)
    encoder = SwinTransformer(
        pretrain_img_size=224,
        in_chans=3,
        embed_dim=128,
        depths=[2, 2, 18, 2],
        num_heads=[4, 8, 16, 32],
        window_size=12,
        ape=True,
    )
    return PDFNet_process(encoder, PDF_decoder(args), None, 'cpu', args).eval()


def loaded(args):
    import torch

    model = network(args.authors)
    model.load_state_dict(torch.load(args.weights, map_location='cpu', mmap=True))
    return model


def inputs(path):
    values = numpy.fromfile(path, numpy.float32)
    image, depth = values[: 3 * side**2], values[3 * side**2 :]
    return image.reshape(1, 3, side, side), depth.reshape(1, 1, side, side)


def make_weights(args):
    """Activations as large as a trained network's: matrices and kernels of variance 1 / fan-in, gains near 1."""
    import torch

    model = network(args.authors)
    generator = torch.Generator().manual_seed(1)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        if parameter.dim() > 1:
            parameter.data = noise * parameter[0].numel() ** -0.5
        else:
            parameter.data = noise * 0.05 if name.endswith('bias') else 1 + noise * 0.1
    torch.save(model.state_dict(), args.out)
    return {}


def export(args):
    import torch

    class Inference(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, image, depth):
            return self.model.inference(image, depth)

    start = time.perf_counter()
    examples = (torch.rand(1, 3, side, side), torch.rand(1, 1, side, side))
    names = {'input_names': ['image', 'depth'], 'output_names': ['alpha', 'logit']}
    with torch.no_grad():
        torch.onnx.export(Inference(loaded(args)).eval(), examples, args.out, dynamo=True, **names)
    return {'seconds': time.perf_counter() - start}


def original(args):
    import torch

    model = loaded(args)
    image, depth = (torch.from_numpy(one) for one in inputs(args.inputs))
    with torch.inference_mode():
        return measured(lambda: model.inference(image, depth)[1].numpy(), args.out)


def exported(args):
    import onnxruntime

    session = onnxruntime.InferenceSession(args.graph, providers=['CPUExecutionProvider'])
    image, depth = inputs(args.inputs)
    return measured(lambda: session.run(['logit'], {'image': image, 'depth': depth})[0], args.out)


def measured(run, out):
    for _ in range(2):
        start = time.perf_counter()
        logit = run()
        seconds = time.perf_counter() - start
    logit.tofile(out)
    with open('/proc/self/status') as status:
        (peak,) = (line.split()[1] for line in status if line.startswith('VmHWM:'))
    return {'seconds': seconds, 'peakRssBytes': int(peak) * 1024}


def main():
    verbs = {'weights': make_weights, 'export': export, 'original': original, 'exported': exported}
    parser = argparse.ArgumentParser()
    parser.add_argument('verb', choices=list(verbs))
    for option in ('authors', 'weights', 'graph', 'inputs', 'out'):
        parser.add_argument(f'--{option}')
    args = parser.parse_args()
    print(json.dumps(verbs[args.verb](args)), flush=True)


if __name__ == '__main__':
    main()

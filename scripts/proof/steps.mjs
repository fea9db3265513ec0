/** The steps of the GPU proof, most telling first: each a module with `prove(results, options)`. */

export const steps = {
  machine: { title: 'The machine' },
  'build-small': { title: 'Small networks: built, run, compared' },
  engines: { title: 'All engines at once' },
  isnet: { title: 'IS-Net' },
  'pdfnet-build': { title: 'PDFNet behind Depth Anything V2 Large: export and build' },
  pdfnet: { title: 'PDFNet behind Depth Anything V2 Large: parity and speed' },
  torch: { title: "The authors' code in PyTorch" },
  folder: { title: 'Photographs from file to file' },
  copies: { title: 'Ordinary memory beside slots' },
  failures: { title: 'What goes wrong' },
  soak: { title: 'Memory over many runs' },
  video: { title: 'Videos from file to file' },
  'isnet-batch': { title: 'IS-Net in batches' },
  'pdfnet-batch': { title: 'PDFNet in batches' },
  profile: { title: 'Where the time of a frame goes', optional: true },
  'torch-compile': { title: "The authors' code in torch.compile", optional: true },
}

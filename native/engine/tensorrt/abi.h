// One TensorRT ABI: the library's headers, with their namespaces renamed by the compiler's command line so that objects
// of several ABIs can be linked together. PDFNET_TENSORRT_ABI is trt10, trt11 or rtx.
#pragma once

#include <NvInfer.h>
#include <NvOnnxParser.h>

#ifndef PDFNET_TENSORRT_ABI
#error "compile this once for each ABI, with PDFNET_TENSORRT_ABI"
#endif

#define PDFNET_STRING_OF(name) #name
#define PDFNET_STRING(name) PDFNET_STRING_OF(name)

// What differs between the ABIs, and is used here.
#if NV_TENSORRT_MAJOR == 10
#define PDFNET_IS_TRT10 1
#elif NV_TENSORRT_MAJOR == 1
#define PDFNET_IS_RTX 1
#endif

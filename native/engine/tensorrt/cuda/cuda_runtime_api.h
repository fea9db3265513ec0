// Stands in for CUDA's header of this name, of which TensorRT's headers want these two types only. A real one, where
// there is one, is found before it.
#pragma once

typedef struct CUstream_st* cudaStream_t;
typedef struct CUevent_st* cudaEvent_t;

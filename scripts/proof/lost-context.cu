// Preloaded into a process of the GPU proof: writes where nothing is, once the file that PDFNET_PROOF_LOSE names is there,
// so that the CUDA context that the process shares is lost.
#include <unistd.h>

#include <cstdlib>
#include <thread>

__global__ void write_nowhere(int* address) { *address = 1; }

static void wait_and_lose(const char* file) {
  while (access(file, F_OK) != 0) usleep(1000);
  cudaSetDevice(0);
  write_nowhere<<<1, 1>>>(reinterpret_cast<int*>(0x10));
  cudaDeviceSynchronize();
}

__attribute__((constructor)) static void begin() {
  if (const char* file = getenv("PDFNET_PROOF_LOSE")) std::thread(wait_and_lose, file).detach();
}

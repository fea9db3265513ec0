// Element types: their size and the names that ts/tensor.ts gives them.
#include "engine/dtype.h"

namespace pdfnet {
namespace {

struct Row {
  DType dtype;
  size_t bytes;
  const char* name;
};

constexpr Row kRows[] = {
    {DType::kFloat32, 4, "float32"}, {DType::kFloat16, 2, "float16"}, {DType::kBfloat16, 2, "bfloat16"},
    {DType::kFloat64, 8, "float64"}, {DType::kUint8, 1, "uint8"},     {DType::kInt8, 1, "int8"},
    {DType::kUint16, 2, "uint16"},   {DType::kInt16, 2, "int16"},     {DType::kUint32, 4, "uint32"},
    {DType::kInt32, 4, "int32"},     {DType::kUint64, 8, "uint64"},   {DType::kInt64, 8, "int64"},
    {DType::kBool, 1, "bool"},
};

const Row* find(DType dtype) {
  for (const Row& row : kRows) {
    if (row.dtype == dtype) return &row;
  }
  return nullptr;
}

}  // namespace

size_t element_bytes(DType dtype) {
  const Row* row = find(dtype);
  return row == nullptr ? 0 : row->bytes;
}

const char* dtype_name(DType dtype) {
  const Row* row = find(dtype);
  return row == nullptr ? "unknown" : row->name;
}

}  // namespace pdfnet

// JavaScript values read into plain data, on the JavaScript thread.
#include "node/read.h"

#include <cmath>

#include "node/error.h"

namespace pdfnet {
namespace {

std::string type_of(Napi::Value value) {
  if (value.IsNull()) return "null";
  if (value.IsUndefined()) return "undefined";
  if (value.IsArray()) return "an array";
  if (value.IsString()) return "a string";
  if (value.IsNumber()) return "the number " + value.ToString().Utf8Value();
  if (value.IsTypedArray()) return "another typed array";
  if (value.IsFunction()) return "a function";
  if (value.IsObject()) return "an object";
  return "another type";
}

bool is_true(Napi::Object object, const char* name) {
  return object.Get(name).StrictEquals(Napi::Boolean::New(object.Env(), true));
}

Napi::Array read_array(Napi::Value value, const std::string& name) {
  if (!value.IsArray()) throw bad_argument(name, "an array", type_of(value));
  return value.As<Napi::Array>();
}

void read_buffer(Napi::Object entry, Binding* binding) {
  constexpr int64_t kLargestOffset = INT64_C(1) << 40;
  binding->buffer =
      static_cast<int32_t>(read_integer(entry.Get("buffer"), "the buffer of " + binding->name, 0, kMostBuffers - 1));
  binding->offset =
      static_cast<size_t>(read_integer(entry.Get("offset"), "the offset of " + binding->name, 0, kLargestOffset));
}

Napi::Object read_host_memory(Napi::Object entry, Binding* binding) {
  const Napi::Value data = entry.Get("data");
  const TypedMemory memory = read_memory(data, "the data of " + binding->name);
  if (memory.array.TypedArrayType() != napi_uint8_array) {
    throw bad_argument("the data of " + binding->name, "a Uint8Array", type_of(data));
  }
  binding->data = memory.data;
  binding->bytes = memory.bytes;
  return memory.array;
}

}  // namespace

Napi::Object read_object(Napi::Value value, const std::string& name) {
  if (!value.IsObject()) throw bad_argument(name, "an object", type_of(value));
  return value.As<Napi::Object>();
}

std::string read_string(Napi::Object object, const char* name) {
  const Napi::Value value = object.Get(name);
  if (!value.IsString()) throw bad_argument(name, "a string", type_of(value));
  return value.As<Napi::String>().Utf8Value();
}

std::vector<std::string> read_strings(Napi::Object object, const char* name) {
  const Napi::Array array = read_array(object.Get(name), name);
  std::vector<std::string> strings;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    const Napi::Value value = array.Get(index);
    if (!value.IsString()) throw bad_argument(name, "strings", type_of(value));
    strings.push_back(value.As<Napi::String>().Utf8Value());
  }
  return strings;
}

int64_t read_integer(Napi::Value value, const std::string& name, int64_t least, int64_t most) {
  const double number = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : NAN;
  if (!(number >= static_cast<double>(least) && number <= static_cast<double>(most)) || number != std::floor(number)) {
    throw bad_argument(name, "an integer from " + std::to_string(least) + " to " + std::to_string(most),
                       type_of(value));
  }
  return static_cast<int64_t>(number);
}

std::vector<std::pair<std::string, std::string>> read_settings(Napi::Object object, const char* name) {
  std::vector<std::pair<std::string, std::string>> settings;
  const Napi::Value value = object.Get(name);
  if (value.IsUndefined()) return settings;
  const Napi::Object entries = read_object(value, name);
  const Napi::Array keys = entries.GetPropertyNames();
  for (uint32_t index = 0; index < keys.Length(); ++index) {
    const std::string key = keys.Get(index).As<Napi::String>().Utf8Value();
    settings.emplace_back(key, read_string(entries, key.c_str()));
  }
  return settings;
}

TypedMemory read_memory(Napi::Value value, const std::string& name) {
  if (!value.IsTypedArray()) throw bad_argument(name, "a typed array", type_of(value));
  napi_typedarray_type type{};
  size_t length = 0;
  void* data = nullptr;
  napi_value buffer = nullptr;
  size_t offset = 0;
  const napi_status status = napi_get_typedarray_info(value.Env(), value, &type, &length, &data, &buffer, &offset);
  NAPI_THROW_IF_FAILED(value.Env(), status, TypedMemory{});

  const Napi::Value owner(value.Env(), buffer);
  if (!owner.IsArrayBuffer()) throw bad_argument(name, "memory that is not shared", "a SharedArrayBuffer");
  const auto array_buffer = owner.As<Napi::ArrayBuffer>();
  if (array_buffer.IsDetached()) throw bad_argument(name, "memory that is there", "a detached ArrayBuffer");
  if (is_true(array_buffer, "resizable")) {
    throw bad_argument(name, "memory of a fixed size", "a resizable ArrayBuffer");
  }
  const auto array = value.As<Napi::TypedArray>();
  return {array, static_cast<uint8_t*>(data), array.ByteLength()};
}

ReadBindings read_bindings(Napi::Value value, const std::string& name) {
  const Napi::Array array = read_array(value, name);
  ReadBindings result;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    const Napi::Object entry = read_object(array.Get(index), name);
    Binding binding;
    binding.name = read_string(entry, "name");
    const Napi::Array shape = read_array(entry.Get("shape"), "the shape of " + binding.name);
    for (uint32_t axis = 0; axis < shape.Length(); ++axis) {
      constexpr int64_t kLargest = INT64_C(1) << 40;
      binding.shape.push_back(read_integer(shape.Get(axis), "the shape of " + binding.name, 1, kLargest));
    }
    const bool in_buffer = entry.Has("buffer");
    if (in_buffer) read_buffer(entry, &binding);
    if (!in_buffer || entry.Has("data")) result.arrays.push_back(read_host_memory(entry, &binding));
    result.bindings.push_back(std::move(binding));
  }
  return result;
}

}  // namespace pdfnet

// foreground(), trimap() and bounds(): what is made of a picture and its matte, on the pool.
#include <string>

#include "node/error.h"
#include "node/pixel_job.h"
#include "node/verbs.h"
#include "pixels/bounds.h"
#include "pixels/foreground.h"
#include "pixels/trimap.h"

namespace pdfnet {
namespace {

constexpr int64_t kLargestSide = 65'536;

bool is_wide(const TypedMemory& memory) {
  return memory.array.TypedArrayType() == napi_uint16_array;
}

TypedMemory read_deep_samples(Napi::Value value, const char* name) {
  const TypedMemory memory = read_memory(value, name);
  if (memory.array.TypedArrayType() != napi_uint8_array && !is_wide(memory)) {
    throw bad_argument(name, "a Uint8Array or a Uint16Array", "another typed array");
  }
  return memory;
}

struct AlphaArgument {
  TypedMemory memory;
  int width;
  int height;

  template <typename Sample>
  const Sample* samples() const {
    return reinterpret_cast<const Sample*>(memory.data);
  }
};

AlphaArgument read_alpha(Napi::Value alpha, Napi::Value width_of) {
  const TypedMemory memory = read_deep_samples(alpha, "alpha");
  const size_t count = memory.array.ElementLength();
  const auto width = static_cast<size_t>(read_integer(width_of, "width", 1, kLargestSide));
  const size_t height = count / width;
  if (height == 0 || height > kLargestSide || height * width != count) {
    throw bad_argument("alpha", "whole rows of " + std::to_string(width), std::to_string(count) + " samples");
  }
  return {memory, static_cast<int>(width), static_cast<int>(height)};
}

template <typename Sample>
std::function<void()> foreground_job(const TypedMemory& target, const TypedMemory& picture, const AlphaArgument& alpha,
                                     int channels) {
  const Samples<Sample> samples{reinterpret_cast<const Sample*>(picture.data), alpha.samples<Sample>(), alpha.width,
                                alpha.height, channels};
  return [samples, to = reinterpret_cast<Sample*>(target.data)] { estimate_foreground(samples, to); };
}

template <typename Sample>
std::function<void()> trimap_job(const TypedMemory& target, const AlphaArgument& alpha, int reach) {
  return [from = alpha.samples<Sample>(), width = alpha.width, height = alpha.height, reach, to = target.data] {
    draw_trimap(from, width, height, reach, to);
  };
}

template <typename Sample>
std::function<void()> bounds_job(const TypedMemory& target, const AlphaArgument& alpha) {
  return [from = alpha.samples<Sample>(), width = alpha.width, height = alpha.height,
          to = reinterpret_cast<Bounds*>(target.data)] { *to = subject_bounds(from, width, height); };
}

}  // namespace

Napi::Value foreground(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory target = read_deep_samples(info[0], "target");
    const TypedMemory picture = read_deep_samples(info[1], "picture");
    const AlphaArgument alpha = read_alpha(info[2], info[3]);
    const bool wide = is_wide(alpha.memory);
    if (is_wide(picture) != wide || (picture.bytes != alpha.memory.bytes && picture.bytes != 3 * alpha.memory.bytes)) {
      throw bad_argument("picture", "one or three samples of the alpha's kind a pixel", std::to_string(picture.bytes));
    }
    if (is_wide(target) != wide || target.bytes != picture.bytes) {
      throw bad_argument("target", "as many samples of the same kind as in picture", std::to_string(target.bytes));
    }
    const int channels = static_cast<int>(picture.bytes / alpha.memory.bytes);
    start_pixel_job(environment, id, target, {picture, alpha.memory},
                    wide ? foreground_job<uint16_t>(target, picture, alpha, channels)
                         : foreground_job<uint8_t>(target, picture, alpha, channels));
  });
}

Napi::Value trimap(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const AlphaArgument alpha = read_alpha(info[1], info[2]);
    const int reach = static_cast<int>(read_integer(info[3], "reach", 0, kLargestSide));
    const TypedMemory target = read_samples(info[0], "target", static_cast<size_t>(alpha.width) * alpha.height);
    start_pixel_job(
        environment, id, target, {alpha.memory},
        is_wide(alpha.memory) ? trimap_job<uint16_t>(target, alpha, reach) : trimap_job<uint8_t>(target, alpha, reach));
  });
}

Napi::Value bounds(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory target = read_memory(info[0], "target");
    if (target.array.TypedArrayType() != napi_int32_array || target.bytes != sizeof(Bounds)) {
      throw bad_argument("target", "an Int32Array of 4", std::to_string(target.array.ElementLength()));
    }
    const AlphaArgument alpha = read_alpha(info[1], info[2]);
    start_pixel_job(environment, id, target, {alpha.memory},
                    is_wide(alpha.memory) ? bounds_job<uint16_t>(target, alpha) : bounds_job<uint8_t>(target, alpha));
  });
}

}  // namespace pdfnet

// toRgb(), joinAlpha(), blend() and blurRest(): frames of video, on the pool.
#include "pixels/frames.h"

#include <string>

#include "node/error.h"
#include "node/pixel_job.h"
#include "node/verbs.h"
#include "pixels/blur_rest.h"

namespace pdfnet {
namespace {

constexpr int64_t kLargestSide = 65'536;
constexpr double kLargestSigma = 1000;

struct Extent {
  size_t width, height;
  size_t count() const { return width * height; }
  size_t chroma_width() const { return (width + 1) / 2; }
  size_t chroma_count() const { return chroma_width() * ((height + 1) / 2); }
};

Extent read_extent(Napi::Object format) {
  const auto side = [&](const char* name) {
    return static_cast<size_t>(read_integer(format.Get(name), name, 1, kLargestSide));
  };
  return {side("width"), side("height")};
}

YuvColour read_colour(Napi::Object format) {
  const std::string matrix = read_string(format, "matrix");
  const std::string range = read_string(format, "range");
  if (range != "full" && range != "limited") throw bad_argument("range", "full or limited", range);
  const bool full = range == "full";
  if (matrix == "bt601") return {0.299, 0.114, full};
  if (matrix == "bt709") return {0.2126, 0.0722, full};
  if (matrix == "bt2020") return {0.2627, 0.0593, full};
  throw bad_argument("matrix", "bt601, bt709 or bt2020", matrix);
}

YuvPlanes planes_of(const uint8_t* data, const Extent& extent, bool interleaved) {
  const uint8_t* const chroma = data + extent.count();
  if (interleaved) return {data, chroma, chroma + 1, 2, 2 * extent.chroma_width()};
  return {data, chroma, chroma + extent.chroma_count(), 1, extent.chroma_width()};
}

}  // namespace

Napi::Value to_rgb(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Napi::Object format = read_object(info[2], "format");
    const Extent extent = read_extent(format);
    const std::string name = read_string(format, "format");
    const TypedMemory target = read_samples(info[0], "target", 3 * extent.count());
    uint8_t* const to = target.data;
    if (name == "rgba") {
      const TypedMemory source = read_samples(info[1], "source", 4 * extent.count());
      start_pixel_job(environment, id, target, {source},
                      [to, from = source.data, count = extent.count()] { rgb_from_rgba(to, from, count); });
    } else if (name == "nv12" || name == "i420") {
      const YuvColour colour = read_colour(format);
      const TypedMemory source = read_samples(info[1], "source", extent.count() + 2 * extent.chroma_count());
      const YuvPlanes planes = planes_of(source.data, extent, name == "nv12");
      start_pixel_job(environment, id, target, {source},
                      [to, planes, extent, colour] { rgb_from_yuv(to, planes, extent.width, extent.height, colour); });
    } else {
      throw bad_argument("format", "rgba, nv12 or i420", name);
    }
  });
}

Napi::Value join_alpha(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory alpha = read_memory(info[2], "alpha");
    const size_t count = alpha.bytes;
    const TypedMemory target = read_samples(info[0], "target", 4 * count);
    const TypedMemory rgb = read_samples(info[1], "rgb", 3 * count);
    start_pixel_job(
        environment, id, target, {rgb, alpha},
        [to = target.data, from = rgb.data, over = alpha.data, count] { join_alpha(to, from, over, count); });
  });
}

Napi::Value blend(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory alpha = read_memory(info[2], "alpha");
    const size_t count = alpha.bytes;
    const TypedMemory target = read_samples(info[0], "target", 3 * count);
    const TypedMemory rgb = read_samples(info[1], "rgb", 3 * count);
    const TypedMemory below = read_memory(info[3], "background");
    const bool colour = below.bytes == 3;
    const TypedMemory background = read_samples(info[3], "background", colour ? 3 : 3 * count);
    start_pixel_job(environment, id, target, {rgb, alpha, background},
                    [to = target.data, from = rgb.data, over = alpha.data, under = background.data,
                     step = size_t{colour ? 0u : 3u}, count] { blend(to, from, over, under, step, count); });
  });
}

Napi::Value blur_rest(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Extent extent = read_extent(read_object(info[3], "size"));
    const double sigma = info[4].IsNumber() ? info[4].As<Napi::Number>().DoubleValue() : 0;
    if (!(sigma >= 1 && sigma <= kLargestSigma))
      throw bad_argument("sigma", "a number from 1 to 1000", "another value");
    const TypedMemory target = read_samples(info[0], "target", 3 * extent.count());
    const TypedMemory rgb = read_samples(info[1], "rgb", 3 * extent.count());
    const TypedMemory alpha = read_samples(info[2], "alpha", extent.count());
    start_pixel_job(environment, id, target, {rgb, alpha},
                    [to = target.data, from = rgb.data, without = alpha.data, extent, sigma] {
                      blur_rest(to, from, without, extent.width, extent.height, sigma);
                    });
  });
}

}  // namespace pdfnet

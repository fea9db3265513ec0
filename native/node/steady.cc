// glance() and steady(): frames of video compared with the frames before them, on the pool.
#include "pixels/steady.h"

#include <cstring>
#include <string>
#include <vector>

#include "node/error.h"
#include "node/pixel_job.h"
#include "node/verbs.h"
#include "pixels/glance.h"

namespace pdfnet {
namespace {

constexpr int64_t kLargestSide = 65'536;
constexpr uint32_t kMostLater = 8;

struct Extent {
  size_t width, height;
  size_t count() const { return width * height; }
};

Extent read_extent(Napi::Value value) {
  const Napi::Object size = read_object(value, "size");
  const auto side = [&](const char* name) {
    return static_cast<size_t>(read_integer(size.Get(name), name, 1, kLargestSide));
  };
  return {side("width"), side("height")};
}

struct ReadMemories {
  TypedMemory rgb, raw, result;
  FrameMemories frame() const { return {rgb.data, raw.data, result.data}; }
};

ReadMemories read_memories(Napi::Value value, const char* name, size_t count) {
  const Napi::Object object = read_object(value, name);
  return {read_samples(object.Get("rgb"), "rgb", 3 * count), read_samples(object.Get("raw"), "raw", count),
          read_samples(object.Get("result"), "result", count)};
}

// Their memory is added to the sources.
std::vector<LaterFrame> read_later(Napi::Value value, size_t count, std::vector<TypedMemory>* sources) {
  if (!value.IsArray()) throw bad_argument("later", "an array", "something else");
  const auto array = value.As<Napi::Array>();
  if (array.Length() > kMostLater) throw bad_argument("later", "at most 8 frames", std::to_string(array.Length()));
  std::vector<LaterFrame> frames;
  for (uint32_t index = 0; index < array.Length(); ++index) {
    const Napi::Object object = read_object(array.Get(index), "later");
    const TypedMemory rgb = read_samples(object.Get("rgb"), "rgb", 3 * count);
    const TypedMemory alpha = read_samples(object.Get("alpha"), "alpha", count);
    frames.push_back({rgb.data, alpha.data});
    sources->insert(sources->end(), {rgb, alpha});
  }
  return frames;
}

}  // namespace

Napi::Value glance(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Extent extent = read_extent(info[4]);
    const auto step = static_cast<size_t>(read_integer(info[5], "step", 1, 4));
    if (step == 2) throw bad_argument("step", "1, 3 or 4", "2");
    const TypedMemory target = read_samples(info[0], "target", kGlanceCells);
    const TypedMemory apart = read_array_of<double>(info[1], "apart", 2);
    const TypedMemory pixels = read_memory(info[2], "pixels");
    if (pixels.bytes < step * extent.count()) throw bad_argument("pixels", "a sample of every pixel", "fewer");
    const TypedMemory before = read_samples(info[3], "before", kGlanceCells);
    start_pixel_job(
        environment, id, {target, apart}, {pixels, before},
        [to = target.data, out = as<double>(apart), from = pixels.data, earlier = before.data, extent, step] {
          glance(to, from, extent.width, extent.height, step);
          const GlanceDifference difference = compare_glances(to, earlier);
          out[0] = difference.cells;
          out[1] = difference.histogram;
        });
  });
}

Napi::Value steady(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Extent extent = read_extent(info[3]);
    const size_t count = extent.count();
    const TypedMemory alpha = read_samples(info[0], "alpha", count);
    const TypedMemory flicker = read_array_of<double>(info[1], "flicker", 3);
    const TypedMemory rgb = read_samples(info[2], "rgb", 3 * count);
    const ReadMemories now = read_memories(info[4], "now", count);
    const bool first = info[5].IsUndefined();
    const ReadMemories before = read_memories(first ? info[4] : info[5], "before", count);
    const bool smooth = info[7].ToBoolean();
    std::vector<TypedMemory> sources{rgb};
    const std::vector<LaterFrame> later = read_later(info[6], count, &sources);
    if (!first) sources.insert(sources.end(), {before.rgb, before.raw, before.result});
    start_pixel_job(
        environment, id, {alpha, flicker, now.rgb, now.raw, now.result}, sources,
        [to = alpha.data, sums = as<double>(flicker), from = rgb.data, now = now.frame(), before = before.frame(),
         later, extent, first, smooth, strips = strips_on(environment.pool().shared_from_this())] {
          const auto [width, height] = extent;
          remember(now, from, to, extent.count());
          if (smooth) {
            smoothen(now, first ? nullptr : &before, later, width, height, strips);
            std::memcpy(to, now.result, extent.count());
          }
          if (first) return;
          const Flicker found = find_flicker(now, before, width, height, strips);
          sums[0] = found.pixels;
          sums[1] = found.raw;
          sums[2] = found.result;
        });
  });
}

}  // namespace pdfnet

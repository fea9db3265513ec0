// range(), narrow(), entropy(), addMatte() and meanMattes(): what a depth map, a matte, and several of one picture, say
// of each pixel; on the pool.
#include <string>
#include <vector>

#include "node/error.h"
#include "node/pixel_job.h"
#include "node/verbs.h"
#include "pixels/entropy.h"
#include "pixels/logits.h"
#include "pixels/narrow.h"
#include "pixels/range.h"

namespace pdfnet {
namespace {

constexpr int64_t kLargestSide = 65'536;
constexpr int64_t kMostPasses = 64;

}  // namespace

Napi::Value entropy(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const size_t count = read_memory(info[0], "target").array.ElementLength();
    const TypedMemory bits = read_samples(info[0], "target", count);
    const TypedMemory mean = read_array_of<double>(info[1], "mean", 1);
    const TypedMemory alpha = read_array_of<uint16_t>(info[2], "alpha", count);
    start_pixel_job(
        environment, id, {bits, mean}, {alpha},
        [to = bits.data, of = as<double>(mean), from = as<uint16_t>(alpha), count] { *of = entropy(to, from, count); });
  });
}

Napi::Value range(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory found = read_array_of<double>(info[0], "found", 2);
    const size_t count = read_memory(info[1], "values").array.ElementLength();
    const TypedMemory values = read_array_of<float>(info[1], "values", count);
    if (count == 0) throw bad_argument("values.length", "1 or more", "0");
    start_pixel_job(environment, id, found, {values}, [to = as<double>(found), from = as<float>(values), count] {
      const Range range = range_of(from, count);
      to[0] = range.least;
      to[1] = range.greatest;
    });
  });
}

Napi::Value narrow(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const size_t count = read_memory(info[0], "target").array.ElementLength();
    const TypedMemory target = read_samples(info[0], "target", count);
    const TypedMemory source = read_array_of<uint16_t>(info[1], "source", count);
    start_pixel_job(environment, id, target, {source},
                    [to = target.data, from = as<uint16_t>(source), count] { narrow(to, from, count); });
  });
}

Napi::Value add_matte(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Napi::Object size = read_object(info[3], "size");
    const auto width = static_cast<size_t>(read_integer(size.Get("width"), "width", 1, kLargestSide));
    const auto height = static_cast<size_t>(read_integer(size.Get("height"), "height", 1, kLargestSide));
    const bool mirrored = info[4].ToBoolean();
    const bool has_mean = !info[1].IsUndefined();
    std::vector<TypedMemory> targets{read_array_of<float>(info[0], "logits", width * height)};
    if (has_mean) targets.push_back(read_array_of<float>(info[1], "alphas", width * height));
    const TypedMemory matte = read_array_of<uint16_t>(info[2], "matte", width * height);
    const MatteSums sums{as<float>(targets.front()), has_mean ? as<float>(targets.back()) : nullptr};
    start_pixel_job(environment, id, targets, {matte}, [sums, from = as<uint16_t>(matte), width, height, mirrored] {
      add_matte(sums, from, width, height, mirrored);
    });
  });
}

Napi::Value mean_mattes(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const TypedMemory logits = read_memory(info[2], "logits");
    const size_t count = logits.array.ElementLength();
    const bool has_mean = !info[1].IsUndefined();
    std::vector<TypedMemory> targets{read_array_of<uint16_t>(info[0], "alpha", count)};
    std::vector<TypedMemory> sources{read_array_of<float>(info[2], "logits", count)};
    if (has_mean) {
      targets.push_back(read_array_of<uint16_t>(info[1], "mean", count));
      sources.push_back(read_array_of<float>(info[3], "alphas", count));
    }
    const auto passes = static_cast<int>(read_integer(info[4], "passes", 1, kMostPasses));
    const MatteSums sums{as<float>(sources.front()), has_mean ? as<float>(sources.back()) : nullptr};
    start_pixel_job(environment, id, targets, sources,
                    [alpha = as<uint16_t>(targets.front()), mean = as<uint16_t>(targets.back()), sums, count, passes] {
                      mean_mattes(alpha, mean, sums, count, passes);
                    });
  });
}

}  // namespace pdfnet

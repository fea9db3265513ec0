// crop(), unsettled() and blendTile(): what detail tiles need of pixels, on the pool.
#include <string>
#include <vector>

#include "node/error.h"
#include "node/pixel_job.h"
#include "node/verbs.h"
#include "pixels/crop.h"
#include "pixels/tile.h"
#include "pixels/unsettled.h"

namespace pdfnet {
namespace {

constexpr int64_t kLargestSide = 65'536;
constexpr int64_t kMostPixelBytes = 16;

size_t read_size(Napi::Object object, const char* name, size_t least, size_t most) {
  return static_cast<size_t>(
      read_integer(object.Get(name), name, static_cast<int64_t>(least), static_cast<int64_t>(most)));
}

Rect read_extent(Napi::Value value) {
  const Napi::Object size = read_object(value, "size");
  return {0, 0, read_size(size, "width", 1, kLargestSide), read_size(size, "height", 1, kLargestSide)};
}

// A rectangle inside the picture.
Rect read_part(Napi::Value value, const Rect& whole) {
  const Napi::Object part = read_object(value, "part");
  const size_t left = read_size(part, "left", 0, whole.width - 1);
  const size_t top = read_size(part, "top", 0, whole.height - 1);
  return {left, top, read_size(part, "width", 1, whole.width - left), read_size(part, "height", 1, whole.height - top)};
}

Ramp read_ramp(Napi::Object ramps, const char* name) {
  const Napi::Object ramp = read_object(ramps.Get(name), name);
  return {read_size(ramp, "start", 0, kLargestSide), read_size(ramp, "length", 0, kLargestSide)};
}

float read_share(Napi::Object object, const char* name) {
  const Napi::Value value = object.Get(name);
  const double share = value.IsNumber() ? value.As<Napi::Number>().DoubleValue() : -1;
  if (!(share >= 0 && share <= 1)) throw bad_argument(name, "a number from 0 to 1", std::to_string(share));
  return static_cast<float>(share);
}

Agreement read_agreement(Napi::Value value) {
  const Napi::Object agreement = read_object(value, "agreement");
  const Agreement read{read_size(agreement, "cell", 1, kLargestSide),
                       read_share(agreement, "same"),
                       read_share(agreement, "other"),
                       read_share(agreement, "lost"),
                       read_share(agreement, "sure"),
                       read_share(agreement, "unsure"),
                       read_share(agreement, "flat"),
                       read_share(agreement, "steep")};
  if (read.other <= read.same) throw bad_argument("other", "more than same", std::to_string(read.other));
  if (read.lost >= 1) throw bad_argument("lost", "less than 1", std::to_string(read.lost));
  if (read.unsure <= read.sure) throw bad_argument("unsure", "more than sure", std::to_string(read.unsure));
  if (read.steep <= read.flat) throw bad_argument("steep", "more than flat", std::to_string(read.steep));
  return read;
}

}  // namespace

Napi::Value crop(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Rect whole = read_extent(info[2]);
    const Rect part = read_part(info[3], whole);
    const auto bytes = static_cast<size_t>(read_integer(info[4], "bytes", 1, kMostPixelBytes));
    const bool mirrored = info[5].ToBoolean();
    const TypedMemory target = read_samples(info[0], "target", bytes * part.width * part.height);
    const TypedMemory picture = read_samples(info[1], "picture", bytes * whole.width * whole.height);
    start_pixel_job(environment, id, target, {picture},
                    [to = target.data, from = picture.data, width = whole.width, bytes, part, mirrored] {
                      crop(to, from, width, bytes, part, mirrored);
                    });
  });
}

Napi::Value unsettled(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Rect whole = read_extent(info[2]);
    const Napi::Object list = read_object(info[3], "parts");
    std::vector<Rect> parts;
    const auto count = list.IsArray() ? list.As<Napi::Array>().Length() : 0;
    for (uint32_t index = 0; index < count; ++index) parts.push_back(read_part(list.Get(index), whole));
    const TypedMemory shares = read_array_of<float>(info[0], "shares", parts.size());
    const TypedMemory alpha = read_array_of<uint16_t>(info[1], "alpha", whole.width * whole.height);
    start_pixel_job(environment, id, shares, {alpha},
                    [to = as<float>(shares), from = as<uint16_t>(alpha), width = whole.width, parts] {
                      unsettled(to, from, width, parts.data(), parts.size());
                    });
  });
}

Napi::Value blend_tile(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const Rect whole = read_extent(info[3]);
    const Napi::Object ramps = read_object(info[4], "part");
    const TilePlace place{read_part(info[4], whole), read_ramp(ramps, "fromLeft"), read_ramp(ramps, "fromTop"),
                          read_ramp(ramps, "fromRight"), read_ramp(ramps, "fromBottom")};
    const Agreement agreement = read_agreement(info[5]);
    const TypedMemory result = read_array_of<uint16_t>(info[0], "result", whole.width * whole.height);
    const TypedMemory coarse = read_array_of<uint16_t>(info[1], "coarse", whole.width * whole.height);
    const TypedMemory tile = read_array_of<uint16_t>(info[2], "tile", place.part.width * place.part.height);
    start_pixel_job(environment, id, result, {coarse, tile},
                    [to = as<uint16_t>(result), from = as<uint16_t>(coarse), matte = as<uint16_t>(tile),
                     width = whole.width, place, agreement] { blend_tile(to, from, width, matte, place, agreement); });
  });
}

}  // namespace pdfnet

// measureMask(), measureMatte(), measureIntegrity(): predictions against truths, on the pool.
#include <functional>
#include <new>

#include "node/environment.h"
#include "node/error.h"
#include "node/read.h"
#include "node/verbs.h"
#include "pixels/measure/integrity.h"
#include "pixels/measure/mask.h"
#include "pixels/measure/matte.h"

namespace pdfnet {
namespace {

using measure::Plane;

constexpr int64_t kLargestSide = 1 << 16;
// Pixels are counted in 32 bits.
constexpr int64_t kLargestArea = 1 << 30;

void set(Napi::Object object, const char* name, double value) {
  object.Set(name, Napi::Number::New(object.Env(), value));
}

void set(Napi::Object object, const char* name, const measure::Curve& curve) {
  Napi::Array values = Napi::Array::New(object.Env(), curve.size());
  for (uint32_t index = 0; index < curve.size(); ++index) values.Set(index, curve[index]);
  object.Set(name, values);
}

void fill(Napi::Object object, const measure::MaskMeasures& measures) {
  set(object, "objectShare", measures.object_share);
  set(object, "mae", measures.mean_absolute_error);
  set(object, "structure", measures.structure);
  set(object, "weightedF", measures.weighted_f);
  set(object, "boundaryIou", measures.boundary_iou);
  set(object, "humanCorrectionEffort", measures.human_correction_effort);
  set(object, "precision", measures.curves.precision);
  set(object, "recall", measures.curves.recall);
  set(object, "f", measures.curves.f);
  set(object, "e", measures.curves.e);
}

void fill(Napi::Object object, const measure::MatteMeasures& measures) {
  set(object, "sad", measures.sad);
  set(object, "mse", measures.mse);
  set(object, "gradient", measures.gradient);
  set(object, "connectivity", measures.connectivity);
}

void fill(Napi::Object object, const measure::IntegrityMeasures& measures) {
  set(object, "varianceInside", measures.variance_inside);
  set(object, "varianceOutside", measures.variance_outside);
  set(object, "loss", measures.loss);
}

Status out_of_memory() {
  Status status;
  fail(&status, kErrMemory, "there is not enough memory to measure a picture");
  return status;
}

// Reads `names.size()` planes and a width and a height after them; measures on the pool; resolves with what `fill`
// sets.
template <typename Measures>
Napi::Value measured(const Napi::CallbackInfo& info, const std::vector<const char*>& names,
                     std::function<Measures(const std::vector<Plane>&)> compute) {
  Environment& environment = Environment::of(info.Env());
  return environment.promise([&](PendingId id) {
    const size_t count = names.size();
    const auto width = static_cast<int>(read_integer(info[count], "width", 1, kLargestSide));
    const auto height =
        static_cast<int>(read_integer(info[count + 1], "height", 1, std::min(kLargestSide, kLargestArea / width)));
    std::vector<Plane> planes;
    std::vector<Leases::Lease> leases;
    for (size_t index = 0; index < count; ++index) {
      const TypedMemory memory = read_memory(info[index], names[index]);
      const size_t wanted = static_cast<size_t>(width) * height;
      if (memory.array.TypedArrayType() != napi_uint8_array || memory.bytes != wanted) {
        throw bad_argument(names[index], "a Uint8Array of width × height = " + std::to_string(wanted) + " samples",
                           std::to_string(memory.bytes) + " bytes");
      }
      planes.push_back({memory.data, width, height});
      leases.push_back({{memory.data, memory.bytes}, false});
      environment.keep(id, memory.array);
    }
    environment.lease(id, leases);
    const bool queued = environment.pool().submit([id, planes, compute, mailbox = environment.mailbox()] {
      try {
        const auto measures = std::make_shared<const Measures>(compute(planes));
        mailbox->post([id, measures](Environment& there) {
          there.resolve(id, [&measures](Napi::Env env) {
            Napi::Object result = Napi::Object::New(env);
            fill(result, *measures);
            return result;
          });
        });
      } catch (const std::bad_alloc&) {
        mailbox->post([id](Environment& there) { there.reject(id, out_of_memory()); });
      }
    });
    if (!queued) throw Failure(kErrMemory, "a thread could not be started");
  });
}

}  // namespace

Napi::Value measure_mask(const Napi::CallbackInfo& info) {
  return measured<measure::MaskMeasures>(info, {"prediction", "truth"}, [](const std::vector<Plane>& planes) {
    return measure::measure_mask(planes[0], planes[1]);
  });
}

Napi::Value measure_matte(const Napi::CallbackInfo& info) {
  return measured<measure::MatteMeasures>(info, {"alpha", "truth"}, [](const std::vector<Plane>& planes) {
    return measure::measure_matte(planes[0], planes[1]);
  });
}

Napi::Value measure_integrity(const Napi::CallbackInfo& info) {
  return measured<measure::IntegrityMeasures>(info, {"alpha", "truth", "depth"}, [](const std::vector<Plane>& planes) {
    return measure::measure_integrity(planes[0], planes[1], planes[2]);
  });
}

}  // namespace pdfnet

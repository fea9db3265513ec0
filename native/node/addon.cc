// Where Node enters the addon.
#include "node/environment.h"
#include "node/session_object.h"
#include "node/verbs.h"

namespace pdfnet {
namespace {

Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment(env);
  env.SetInstanceData(environment);
  environment->session_class = SessionObject::define(env);
  exports.Set("capabilities", Napi::Function::New(env, capabilities, "capabilities"));
  exports.Set("open", Napi::Function::New(env, open, "open"));
  exports.Set("cancelOpen", Napi::Function::New(env, cancel_open, "cancelOpen"));
  using Verb = Napi::Value (*)(const Napi::CallbackInfo&);  // chooses among functions of one name
  exports.Set("multiply", Napi::Function::New(env, static_cast<Verb>(multiply), "multiply"));
  exports.Set("toRgb", Napi::Function::New(env, to_rgb, "toRgb"));
  exports.Set("joinAlpha", Napi::Function::New(env, static_cast<Verb>(join_alpha), "joinAlpha"));
  exports.Set("glance", Napi::Function::New(env, static_cast<Verb>(glance), "glance"));
  exports.Set("steady", Napi::Function::New(env, static_cast<Verb>(steady), "steady"));
  exports.Set("blend", Napi::Function::New(env, static_cast<Verb>(blend), "blend"));
  exports.Set("blurRest", Napi::Function::New(env, static_cast<Verb>(blur_rest), "blurRest"));
  exports.Set("crop", Napi::Function::New(env, static_cast<Verb>(crop), "crop"));
  exports.Set("unsettled", Napi::Function::New(env, static_cast<Verb>(unsettled), "unsettled"));
  exports.Set("blendTile", Napi::Function::New(env, static_cast<Verb>(blend_tile), "blendTile"));
  exports.Set("range", Napi::Function::New(env, static_cast<Verb>(range), "range"));
  exports.Set("narrow", Napi::Function::New(env, static_cast<Verb>(narrow), "narrow"));
  exports.Set("entropy", Napi::Function::New(env, static_cast<Verb>(entropy), "entropy"));
  exports.Set("addMatte", Napi::Function::New(env, static_cast<Verb>(add_matte), "addMatte"));
  exports.Set("meanMattes", Napi::Function::New(env, static_cast<Verb>(mean_mattes), "meanMattes"));
  exports.Set("foreground", Napi::Function::New(env, foreground, "foreground"));
  exports.Set("trimap", Napi::Function::New(env, trimap, "trimap"));
  exports.Set("bounds", Napi::Function::New(env, bounds, "bounds"));
  exports.Set("discard", Napi::Function::New(env, discard, "discard"));
  exports.Set("measureMask", Napi::Function::New(env, measure_mask, "measureMask"));
  exports.Set("measureMatte", Napi::Function::New(env, measure_matte, "measureMatte"));
  exports.Set("measureIntegrity", Napi::Function::New(env, measure_integrity, "measureIntegrity"));
  return exports;
}

}  // namespace
}  // namespace pdfnet

static Napi::Object Initialise(Napi::Env env, Napi::Object exports) {
  return pdfnet::initialise(env, exports);
}

NODE_API_MODULE(pdfnet_trt, Initialise)

// The functions that the addon exports; ts/native-session.ts and ts/native-pixels.ts say what each takes and gives.
#pragma once

#include <napi.h>

namespace pdfnet {

Napi::Value capabilities(const Napi::CallbackInfo& info);
Napi::Value open(const Napi::CallbackInfo& info);
Napi::Value cancel_open(const Napi::CallbackInfo& info);
Napi::Value multiply(const Napi::CallbackInfo& info);
Napi::Value measure_mask(const Napi::CallbackInfo& info);
Napi::Value measure_matte(const Napi::CallbackInfo& info);
Napi::Value measure_integrity(const Napi::CallbackInfo& info);
Napi::Value to_rgb(const Napi::CallbackInfo& info);
Napi::Value join_alpha(const Napi::CallbackInfo& info);
Napi::Value glance(const Napi::CallbackInfo& info);
Napi::Value steady(const Napi::CallbackInfo& info);
Napi::Value blend(const Napi::CallbackInfo& info);
Napi::Value blur_rest(const Napi::CallbackInfo& info);
Napi::Value crop(const Napi::CallbackInfo& info);
Napi::Value unsettled(const Napi::CallbackInfo& info);
Napi::Value blend_tile(const Napi::CallbackInfo& info);
Napi::Value narrow(const Napi::CallbackInfo& info);
Napi::Value range(const Napi::CallbackInfo& info);
Napi::Value entropy(const Napi::CallbackInfo& info);
Napi::Value add_matte(const Napi::CallbackInfo& info);
Napi::Value mean_mattes(const Napi::CallbackInfo& info);
Napi::Value foreground(const Napi::CallbackInfo& info);
Napi::Value trimap(const Napi::CallbackInfo& info);
Napi::Value bounds(const Napi::CallbackInfo& info);
Napi::Value discard(const Napi::CallbackInfo& info);

}  // namespace pdfnet

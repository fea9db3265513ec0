// One run at a time: a stream, a context of each model on it, and the device's memory between them.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "session/memory.h"
#include "session/run.h"

namespace pdfnet {

using SharedEngine = std::shared_ptr<Engine>;

class Instance {
 public:
  // nullptr, with the status, where the device has no more to give.
  static std::unique_ptr<Instance> create(const EngineApi& api, const std::vector<SharedEngine>& engines,
                                          const std::vector<ModelSpec>& models, Status* status);
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;
  ~Instance();

  // Before `run`: a cancel counts from here on.
  void begin() { api_.begin(stream_); }
  // What each step took.
  std::vector<StepTimings> run(const std::vector<Step>& steps, Status* status);
  // From any thread.
  void cancel() { api_.cancel(stream_); }

 private:
  using Place = std::pair<size_t, size_t>;  // a model and a tensor of it

  Instance(const EngineApi& api, const std::vector<SharedEngine>& engines, const std::vector<ModelSpec>& models)
      : api_(api), engines_(engines), models_(models) {}

  // What the device does between one mark and the next.
  struct Lap {
    size_t step;
    double StepTimings::* part;
  };

  void mark(Lap lap, Status* status);
  std::vector<StepTimings> read_laps(size_t steps);
  bool copy_in(const Step& step, Status* status);
  void copy_out(const Step& step, Status* status);
  void bring_in_results(const std::vector<Step>& steps) const;
  void make_room(const std::vector<Step>& steps, Status* status);
  void enqueue(const Step& step, size_t index, Status* status);
  void* memory_of(const Step& step, size_t index);
  bool has_results(const Step& step) const;
  bool is_result(const Step& step, size_t index) const;  // copied from the device's memory to the host's
  bool is_staged(const Step& step, size_t index) const;

  const EngineApi& api_;
  const std::vector<SharedEngine> engines_;
  const std::vector<ModelSpec>& models_;  // the session's, which outlives its instances
  Stream* stream_ = nullptr;
  std::vector<Context*> contexts_;
  std::vector<Lap> laps_;  // of the run
  std::map<int32_t, DeviceMemory> buffers_;
  std::map<Place, DeviceMemory> staging_;  // where the host's memory has its place on the device
};

}  // namespace pdfnet

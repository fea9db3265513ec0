// Tells the parent process of a build: one JSON object a line.
#pragma once

#include <mutex>
#include <string>

#include "engine/tensorrt/build.h"

namespace pdfnet::tensorrt {

// One JSON object, key by key.
class Message {
 public:
  explicit Message(const char* type) { text("type", type); }
  Message& text(const char* key, const std::string& value);
  Message& number(const char* key, int64_t value);
  std::string line() const { return "{" + body_ + "}\n"; }

 private:
  void begin(const char* key);
  std::string body_;
};

// Writes messages to a pipe, from any thread. Ends the process when nobody reads them any more.
class Messages final : public Observer {
 public:
  explicit Messages(int fd) : fd_(fd) {}

  void send(const Message& message) noexcept;
  void log(Severity severity, const char* text) noexcept override;
  void phase(const char* name) noexcept override;
  void problem(const Problem& problem) noexcept override;

 private:
  int fd_;
  std::mutex mutex_;
};

}  // namespace pdfnet::tensorrt

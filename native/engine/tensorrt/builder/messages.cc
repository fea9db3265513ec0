// Tells the parent process of a build: one JSON object a line.
#include "engine/tensorrt/builder/messages.h"

#include <unistd.h>

#include <cstdio>

#include "engine/tensorrt/builder/write.h"

namespace pdfnet::tensorrt {
namespace {

// Of one text: a log line may be as long as the network's description.
constexpr size_t kMaxText = 4096;

void append_quoted(const std::string& value, std::string* target) {
  *target += '"';
  for (size_t index = 0; index < value.size() && index < kMaxText; ++index) {
    const char character = value[index];
    if (character == '"' || character == '\\') {
      *target += '\\';
      *target += character;
    } else if (static_cast<unsigned char>(character) < 0x20) {
      char escaped[8];
      std::snprintf(escaped, sizeof(escaped), "\\u%04x", static_cast<unsigned>(character));
      *target += escaped;
    } else {
      *target += character;
    }
  }
  *target += '"';
}

}  // namespace

void Message::begin(const char* key) {
  if (!body_.empty()) body_ += ',';
  append_quoted(key, &body_);
  body_ += ':';
}

Message& Message::text(const char* key, const std::string& value) {
  begin(key);
  append_quoted(value, &body_);
  return *this;
}

Message& Message::number(const char* key, int64_t value) {
  begin(key);
  body_ += std::to_string(value);
  return *this;
}

void Messages::send(const Message& message) noexcept {
  const std::lock_guard<std::mutex> lock(mutex_);
  const std::string line = message.line();
  Status status;
  write_all(fd_, line.data(), line.size(), &status);
  if (!status.ok()) ::_exit(1);
}

void Messages::log(Severity severity, const char* text) noexcept {
  const char* name = severity == Severity::kError ? "error" : severity == Severity::kWarning ? "warning" : "info";
  send(Message("log").text("severity", name).text("text", text));
}

void Messages::phase(const char* name) noexcept {
  send(Message("phase").text("name", name));
}

void Messages::problem(const Problem& problem) noexcept {
  send(Message("problem")
           .number("unsupported", problem.unsupported ? 1 : 0)
           .number("node", problem.node)
           .text("name", problem.node_name)
           .text("operator", problem.node_operator)
           .text("description", problem.description));
}

}  // namespace pdfnet::tensorrt
